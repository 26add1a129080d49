"""After deletion: nothing of the person in any file of the house, though its keys are all there (design §7)."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from honnin.adapters.database import DatabaseRecordStore, sqlite_path, sqlite_url
from honnin.adapters.database.backup import back_up
from honnin.adapters.key_file import FileKeys
from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.clock import system_random
from honnin.core.errors import HonninError
from honnin.core.secret import Secret
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.record_audit import audit_records
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.record_ports import RecordQuery
from honnin.records.vault import open_content, record_context
from honnin.records.wrapping import Purpose
from tests.store.records_kit import NAME, NOW, SIGNER, TENANT, Keys, content, make_sealer, meta, record_id

MANY = 80
DELETED = range(3, MANY, 8)  # pages are shared with those who stay
EARLY = {"contract_ended_on": date(2019, 1, 4), "retention_until": date(2026, 1, 4)}


def token(number):
    return hashlib.sha256(f"token {number}".encode()).digest()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request, tmp_path_factory):
    if request.param == "sqlite":
        return sqlite_url(tmp_path_factory.mktemp("forgotten") / "records.sqlite3")
    cluster = request.getfixturevalue("cluster")
    engine = sa.create_engine(cluster.format(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE forgotten")
    engine.dispose()
    return cluster.format(database="forgotten")


@pytest.fixture(scope="module")
def emptied(address):
    """A house with many records of which some were deleted, and what must be gone, by where it stood."""
    store = DatabaseRecordStore(address)
    sealer = make_sealer(store)
    keeping = RecordKeeping(store, sealer, lambda: NOW, system_random, TENANT)
    for number in range(MANY):
        tokens = (("name", token(number)), ("birth", token(-number - 1)))
        sealer.seal(content(number, 9000), meta(number, tokens=tokens, **EARLY))
    for number in DELETED:
        sealer.amend(content(1000 + number, 50), tenant=TENANT, record_id=record_id(number), at=NOW, staff="s",
                     tokens=(("name", token(2000 + number)),))  # fmt: skip
    needles, opened = {}, {}
    for number in DELETED:
        for part in (0, 1):
            stored = store.part(TENANT, record_id(number), part)
            where = record_id(number) if part == 0 else f"{record_id(number)}/{part}"
            data_key = Keys().unwrap(stored.key, context=record_context(TENANT, where))
            opened[number, part] = (where, stored)
            needles |= {
                ("data key", number, part): data_key.reveal(), ("wrapped key", number, part): stored.key.octets,
                ("ciphertext", number, part): stored.ciphertext[5:40], ("end", number, part): stored.ciphertext[-40:],
            }  # fmt: skip
        needles |= {("token", number, 0): token(number), ("token", number, 1): token(2000 + number),
                    ("token", number, 2): token(-number - 1)}  # fmt: skip
    for number in DELETED:
        request = keeping.request_deletion(record_id(number), "保存期間が過ぎた", staff="staff-1")
        keeping.approve_deletion(request, staff="staff-2")
    sealer.close()
    yield store, needles, opened
    store.close()


def files_of(store, url):
    """Every file of the database: on PostgreSQL those of tables and indexes, not its log, which is out of reach."""
    path = sqlite_path(url)
    if path is not None:
        return [each for each in path.parent.iterdir() if each.name.startswith(path.name)]
    with store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT", honnin_write=True) as connection:
        connection.exec_driver_sql("CHECKPOINT")
        number = connection.execute(sa.text("SELECT oid FROM pg_database WHERE datname = current_database()")).scalar()
    folder = Path(parse_qs(urlsplit(url).query)["host"][0]) / "data" / "base" / str(number)
    return [each for each in folder.iterdir() if each.is_file()]


def found_in(paths, needles):
    octets = {path: path.read_bytes() for path in paths}
    return {(name[0], path.name) for path, data in octets.items() for name, needle in needles.items() if needle in data}


def test_no_file_of_the_database_holds_a_key_a_token_or_a_plaintext(emptied, address):
    store, needles, _ = emptied
    kept = {("token", 0, 0): token(0), ("wrapped key", 0, 0): store.part(TENANT, record_id(0)).key.octets}
    files = files_of(store, address)
    assert {name for name, _ in found_in(files, kept)} == {"token", "wrapped key"}  # the search finds what is there
    left = {name for name, _ in found_in(files, needles)}
    if sqlite_path(address) is not None:
        assert left == set()
    else:  # dead ciphertexts may stay in the free space of PostgreSQL's pages: no key opens them
        assert left <= {"ciphertext", "end"}
    assert not any(NAME.encode() in each.read_bytes() for each in files)


def test_a_later_backup_holds_nothing_and_opens_for_those_who_stay(emptied, address, tmp_path):
    store, needles, _ = emptied
    file = tmp_path / "backup"
    back_up(address, file)
    assert found_in([file], needles) == set()
    assert len(store.records(TENANT, RecordQuery(), limit=1000)) == MANY


def test_with_all_keys_of_the_house_a_stolen_ciphertext_does_not_open(emptied):
    """Somebody kept the ciphertexts: of the database as it is now, no wrapped key opens one of them."""
    store, _, opened = emptied
    with store.database.reading() as connection:
        rows = connection.execute(sa.text("SELECT record_id, part, key_id, wrapped FROM record_keys")).all()
    assert {row[0] for row in rows}.isdisjoint(record_id(number) for number in DELETED)
    left = [store.part(TENANT, record_id(number)).key for number in range(0, MANY, 40)]
    for where, stored in list(opened.values())[:6]:
        for key in left:
            with pytest.raises(HonninError):
                Keys().unwrap(key, context=record_context(TENANT, where))
        kept = Keys().unwrap(left[0], context=record_context(TENANT, record_id(0)))
        with pytest.raises(HonninError):
            open_content(stored.ciphertext, kept, tenant=TENANT, record_id=where)


def test_the_ledger_still_agrees_and_says_nothing_of_the_person(emptied):
    store, needles, _ = emptied
    assert audit_records(store, TENANT, SIGNER.key, wrapper=Keys(), witness=SIGNER.witness) == ()
    leaves = b"\n".join(leaf.octets for leaf in store.leaves(TENANT))
    assert not any(needle in leaves or needle.hex().encode() in leaves for needle in needles.values())
    assert NAME.encode() not in leaves
    assert "保存期間".encode() not in leaves  # a reason may name somebody


def test_what_the_ledger_promised_of_the_search_index_cannot_be_guessed_after_deletion(emptied):
    """The one who has the index key and guesses the name right has the very tokens, but not the salt."""
    from honnin.records.ledger.event import decode_event
    from honnin.records.ledger.rows import INDEX_SHA256, index_digest

    store, _, _ = emptied
    number = DELETED[0]
    leaf = next(each for each in store.events_of(TENANT, record_id(number)) if each.kind == "sealed")
    promised = decode_event(leaf.octets).detail[INDEX_SHA256]
    tokens = (("name", token(number)), ("birth", token(-number - 1)))
    certificates = [each.facts for each in meta(number).certificates]
    for salt in (bytes(32), hashlib.sha256(record_id(number).encode()).digest()):
        assert index_digest(salt, tokens, certificates) != promised


def test_a_deleted_number_is_in_no_file_either(url, tmp_path):
    store = DatabaseRecordStore(url)
    sealer = make_sealer(store)
    sealer.seal(content(1), meta(1))
    wrapper = FileKeys.make(tmp_path / "keys").wrapper(Purpose.NUMBERS)
    numbers = NumberKeeping(store, sealer, wrapper, clock=lambda: NOW, random=system_random, tenant=TENANT)
    number_id = numbers.keep(
        Secret("123456789018"), record_id=record_id(1), purpose=NumberLawPurpose.SOCIAL_INSURANCE, staff="staff-1"
    )
    row = store.number(TENANT, number_id)
    needles = {("ciphertext", 0): row.ciphertext[5:], ("wrapped key", 0): row.key.octets, ("digits", 0): b"123456789018"}
    assert {name for name, _ in found_in(files_of(store, url), needles)} == {"ciphertext", "wrapped key"}
    numbers.delete(number_id, staff="staff-1")
    left = {name for name, _ in found_in(files_of(store, url), needles)}
    assert left <= (set() if sqlite_path(url) is not None else {"ciphertext"})
    sealer.close()
    store.close()


def test_the_key_folder_holds_no_key_of_a_record(tmp_path):
    """Keys of the house only: nothing there is made for a record, so deletion has nothing to look for."""
    keys = FileKeys.make(tmp_path / "keys")
    before = {each.name: each.read_bytes() for each in (tmp_path / "keys").iterdir()}
    wrapper = keys.wrapper(Purpose.RECORDS)
    data_key = Secret(bytes(range(32)))
    wrapped = wrapper.wrap(data_key, context=record_context(TENANT, record_id(1)))
    after = {each.name: each.read_bytes() for each in (tmp_path / "keys").iterdir()}
    assert after == before
    assert not any(data_key.reveal() in each or wrapped.octets in each for each in after.values())
