"""One individual number, whole visits through the real server, and a search for it in everything that is left.

It may stand in the answer to the button that shows it and, sealed, in its own vault. It may stand nowhere else: no other
table, no raw octet of the database or its log, no page, address, header, event stream, PDF, CSV, evidence bundle,
backup, no line of a log at its most talkative, and no digest from which twelve digits could be found by trying.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import io
import json
import logging
import sqlite3
import zipfile
import zlib

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from honnin.adapters.database.backup import back_up
from honnin.cli.main import main
from honnin.cli.record_room import DATABASE, house_database, record_room
from honnin.core.clock import system_clock
from honnin.facts import Reading
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.sealing import open_part
from honnin.records.csv_list import records_to_csv
from honnin.records.kakunin import kakunin_from_json
from honnin.records.ledger.event import Event
from honnin.records.number_vault import open_number
from honnin.records.wrapping import Purpose
from tests.hostile.number_house import CARDS, DIGITS, open_house
from tests.hostile.number_search import FULL_WIDTH, found, number_file, octet_forms, pdf_text, unpacked, zlib_streams

KEY = X25519PrivateKey.generate().public_key()
PEM = KEY.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
FINGERPRINT = hashlib.sha256(KEY.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
HOUSE_YAML = f"""
number_recipients:
  - {{code: payroll, key_sha256: {FINGERPRINT}, by: 見本太郎, on: 2026-11-25, reason: 給与計算}}
"""


# --- the search itself ------------------------------------------------------------------------------------------------


def test_the_search_finds_the_number_in_every_form():
    for name, form in octet_forms(DIGITS).items():
        assert found(b"left" + form + b"right", DIGITS), name
    grouped = f"{DIGITS[:4]} {DIGITS[4:8]} {DIGITS[8:]}"
    for text in (grouped, grouped.replace(" ", "-"), grouped.translate(FULL_WIDTH), grouped.replace(" ", "　"), " ".join(DIGITS)):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert found(text.encode(encoding), DIGITS), (text, encoding)
            assert found(b"x" + text.encode(encoding), DIGITS), (text, encoding)
    assert not found(b"another number 123456789012, and 1234 5678 9012", DIGITS)


def test_the_search_looks_inside_archives_streams_and_base64():
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep.json", json.dumps({"note": DIGITS}))
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("reading.zip", inner.getvalue())
    hidden = f"number {DIGITS} hidden in text that is long enough".encode()
    for octets in (outer.getvalue(), gzip.compress(hidden), b"PDF " + zlib.compress(hidden), base64.b64encode(inner.getvalue())):
        assert found(octets, DIGITS)


def test_the_search_knows_the_digest_that_the_card_signs():
    """EF 0003 holds it: whoever has that file finds the number by trying (mynumber-card.md §5.4)."""
    assert "sha256 of file" in found(b"\xdf\x31\x20" + hashlib.sha256(number_file(DIGITS)).digest(), DIGITS)


# --- whole visits -----------------------------------------------------------------------------------------------------


def everything(folder, caplog):
    """Visits both ways, everything that can be looked at afterwards. Name -> octets; and the answers that may show it."""
    left: dict[str, bytes] = {}
    may: list[bytes] = []
    with caplog.at_level(logging.DEBUG), open_house(folder, house_yaml=HOUSE_YAML) as house:
        records = [house.saved(by_pin=True), by_paper(house), *visits_by_number(house)]
        after(house, records[0])
        for number, answer in enumerate(house.answers):
            showing = answer.method == "POST" and answer.url.endswith(("/number", "/number/show")) and answer.status == 200
            if showing:
                may.append(answer.body)
            left[f"answer {number} {answer.method} {answer.url}"] = b"" if showing else answer.body
            left[f"address {number}"] = answer.url.encode()
            left[f"headers {number}"] = answer.headers
        left["memory of saved visits"] = repr([house.services.visits.get(each) for each in records]).encode()
        with sqlite3.connect(folder / DATABASE) as raw:  # before closing: with its log
            left |= rows(raw)
        left |= {f"file {each.name}": each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    left |= {f"closed file {each.name}": each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    left |= of_the_room(folder, records)
    left |= of_commands(folder, records[0])
    left["log"] = "\n".join(f"{each.getMessage()} {each.args!r} {each.exc_text}" for each in caplog.records).encode()
    return left, may


def by_paper(house):
    """Read off a resident record beside a passport: wrong in every way first, forgotten once, shown, then saved."""
    visit = house.start(purpose="public_office")
    house.lay(visit, "passport-japanese-style")
    assert house.read(visit, lines=CARDS["passport-japanese-style"].secrets["mrz"]).url.path.endswith("/result")
    right = {"digits": DIGITS, "paper": "residence_copy", "same": "1"}
    for wrong in ({"paper": "x"}, {"same": ""}, {"digits": DIGITS[:-1]}, {"digits": f"{DIGITS}{DIGITS}"}, {"digits": DIGITS[::-1]}):
        assert house.post(f"/visits/{visit}/number/paper", **{**right, **wrong}).status_code == 422
    other = house.start(transaction="mobile-contract")
    assert house.post(f"/visits/{other}/number/paper", **right).status_code == 409
    house.post(f"/visits/{other}/discard")
    for _ in range(2):
        assert house.post(f"/visits/{visit}/number/paper", **right).url.path.endswith("/result")
        house.get(f"/visits/{visit}/number/paper?lang=en")
        house.post(f"/visits/{visit}/number/paper", act="forget")
    spoken = f"{DIGITS[:4]}　{DIGITS[4:8]}－{DIGITS[8:]}".translate(FULL_WIDTH)
    house.post(f"/visits/{visit}/number/paper", **{**right, "digits": spoken})
    house.get(f"/visits/{visit}/result?lang=ja")
    assert house.post(f"/visits/{visit}/number").status_code == 200
    house.post(f"/visits/{visit}/result", face="yes")
    assert house.post(f"/visits/{visit}/result", face="yes", print="yes").url.path.endswith("/done")
    return visit


def visits_by_number(house):
    """By 照合番号A: a wrong one first, shown twice, once refused, then saved; one discarded; one kept as unfinished."""
    visit = house.start(purpose="social_insurance")
    house.lay(visit)
    for wrong in ("123456789012", DIGITS[:-1], "987654321098"):
        assert house.read_by_number(visit, wrong).url.path.endswith("/key")
    house.get(f"/visits/{visit}/key?lang=en")
    spoken = f"{DIGITS[:4]}-{DIGITS[4:8]}-{DIGITS[8:]}".translate(FULL_WIDTH)
    assert house.read_by_number(visit, spoken).url.path.endswith("/result")
    house.get(f"/visits/{visit}/result?lang=ja")
    house.post(f"/visits/{visit}/number")
    house.post(f"/visits/{visit}/number", _headers={"X-Honnin-Fragment": "number"})
    house.get(f"/visits/{visit}/result")
    assert "visit.answers" not in house.post(f"/visits/{visit}/result", face="yes").url.path
    house.post(f"/visits/{visit}/result", face="yes", print="yes")
    discarded = house.result()
    house.post(f"/visits/{discarded}/discard")
    unfinished = house.result()
    house.post(f"/visits/{unfinished}/result", face="unsure", print="yes")
    house.post(f"/visits/{unfinished}/result", **{"face": "unsure", "print": "yes", "as": "unfinished"})
    other = house.result()
    house.post(f"/visits/{other}/case", transaction="mobile-contract", actor="subject")
    house.get(f"/visits/{other}")
    return [visit, unfinished]


def after(house, record):
    number = house.number_of(record)
    for path in (
        "/", "/records", f"/records/{record}", f"/records/{record}?lang=en", f"/records/{record}/pdf",
        f"/records/{record}/number", f"/records/{record}/photo", f"/records/{record}/picture/name", "/api/v1/visits",
        f"/api/v1/visits/{record}", f"/api/v1/numbers?record_id={record}", "/api/v1/openapi.json", "/help",
    ):  # fmt: skip
        assert house.get(path).status_code in {200, 400, 404}, path
    house.post("/records", number=record)
    house.post(f"/records/{record}/number/show", number=number, token="wrong")
    shown = house.post(f"/records/{record}/number/show", number=number, token=house.permit(number))
    assert shown.status_code == 200
    again = house.post(f"/records/{record}/number/show", number=number, token="x" * 43)
    assert again.status_code == 400
    delivered = house.json(f"/api/v1/numbers/{number}/delivery", {"purpose": "withholding_tax", "recipient": PEM})
    assert delivered.status_code == 200, delivered.text
    house.post(f"/records/{record}/number/until", number=number, day="2033-01-10")


def rows(connection):
    left = {}
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert {"numbers", "number_grants", "record_parts", "ledger_leaves"} <= set(tables)
    for table in tables:
        cursor = connection.execute(f'SELECT * FROM "{table}"')
        columns = [each[0] for each in cursor.description]
        for number, row in enumerate(cursor):
            for column, value in zip(columns, row, strict=True):
                left[f"{table} {number} {column}"] = value if isinstance(value, bytes) else str(value).encode()
    return left


def of_the_room(folder, records):
    """What only whoever has the keys can look at: every content of every record, opened; bundle, CSV, backup."""
    left = {}
    with record_room(folder) as room:
        wrapper = room.keys.wrapper(Purpose.RECORDS)
        kept = []
        for record in records:
            content = open_part(room.store, wrapper, tenant=room.tenant, record_id=record)
            left |= {f"content {record} {name}": octets for name, octets in content.parts.items()}
            left[f"visit {record}"] = repr(room.visits.get(record)).encode()
            kept.append(kakunin_from_json(content.parts["kiroku.json"]))
        csv = records_to_csv(kept)
        left["csv"] = csv if isinstance(csv, bytes) else csv.encode()
        keeping = NumberKeeping(
            room.store, room.sealer, room.keys.wrapper(Purpose.NUMBERS), clock=system_clock, random=room.sealer.random, tenant=room.tenant
        )
        # The other way round: it is in its vault, for the three finished visits and no other.
        entries = list(keeping.entries())
        assert sorted(each.record_id for each in entries) == sorted(records[:3])
        for entry in entries:
            row = room.store.number(room.tenant, entry.number_id)
            opened = open_number(
                row.ciphertext, row.key, entry, purpose=entry.purpose, actor="", at=system_clock(), wrapper=room.keys.wrapper(Purpose.NUMBERS)
            )
            assert opened.number.reveal() == DIGITS
    back_up(house_database(folder), folder / "backup.honnin")
    left["backup"] = (folder / "backup.honnin").read_bytes()
    with sqlite3.connect(folder / "backup.honnin") as raw:
        left |= {f"backup {name}": octets for name, octets in rows(raw).items()}
    return left


def of_commands(folder, record):
    left = {}
    bundle = folder / "bundle.zip"
    for name, arguments in {
        "show": ["records", "show", record, "--by", "職員", "--json"], "records": ["records", "list", "--json"],
        "export": ["records", "export", record, str(bundle), "--by", "職員", "--json"],
        "audit": ["records", "audit", "--open", "--json"], "numbers": ["numbers", "list", "--json"],
        "keys": ["keys", "status", "--json"], "verify": ["verify", str(bundle), "--json"],
    }.items():  # fmt: skip
        more = [] if name == "verify" else ["--data", str(folder)]
        result = CliRunner().invoke(main, [*arguments, *more])
        assert result.exit_code in ({0, 1, 5} if name == "verify" else {0}), (name, result.output)
        left[f"command {name}"] = result.output.encode()
    left["bundle"] = bundle.read_bytes()
    return left


def leaks(left):
    return {where: names for where, octets in left.items() if (names := found(octets, DIGITS))}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """One run for the tests that only look."""
    with logged() as caplog:
        yield everything(tmp_path_factory.mktemp("house"), caplog)


@contextlib.contextmanager
def logged():
    """Like caplog, for longer than one test."""

    class Records(logging.Handler):
        def __init__(self):
            super().__init__(logging.DEBUG)
            self.records = []

        def emit(self, record):
            self.records.append(record)

        @contextlib.contextmanager
        def at_level(self, level):
            root = logging.getLogger()
            before = root.level
            root.setLevel(level)
            root.addHandler(self)
            try:
                yield
            finally:
                root.setLevel(before)
                root.removeHandler(self)

    yield Records()


def test_the_number_stands_nowhere_but_in_its_vault_and_where_it_was_asked_for(whole):
    left, may = whole
    assert leaks(left) == {}
    assert len(left) > 500
    assert len(may) == 4, "shown in the visit by paper, twice in the visit by number and once on the record"
    for each in may:
        assert each.decode().count(f"{DIGITS[:4]} {DIGITS[4:8]} {DIGITS[8:]}") == 1
        assert len(found(each, DIGITS)) == 1


def test_the_search_can_read_what_it_searched(whole):
    """A search that sees nothing finds nothing: in each kind of thing it finds something that stands there."""
    left, _ = whole
    record = next(each.split()[1] for each in left if each.startswith("content "))
    pdf = next(octets for name, octets in left.items() if name.endswith("/pdf") and octets.startswith(b"%PDF-"))
    assert "源泉徴収票" in pdf_text(pdf, list(zlib_streams(pdf)))
    assert any(b"withholding_tax" in inner for _, inner in unpacked(left[f"content {record} reading.zip"]))
    assert any(b"withholding_tax" in octets for name, octets in left.items() if name.startswith("backup ledger_leaves"))
    assert "給与所得".encode() in left[f"content {record} kiroku.json"]
    assert record.encode() in left["csv"]
    assert any(b"number_stored" in octets for name, octets in left.items() if name.startswith("ledger_leaves"))
    assert left["log"]


def test_what_is_kept_of_the_reading_has_no_file_from_which_the_number_could_be_found(whole):
    left, _ = whole
    readings = [octets for name, octets in left.items() if name.startswith("content ") and name.endswith("reading.zip")]
    assert len(readings) == 4
    of_cards = 0
    for octets in readings:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            names = " ".join(archive.namelist())
            manifest = json.loads(archive.read("manifest.json"))
        assert not any(each in names for each in ("HOJO.EF0001", "HOJO.EF0003", "KENMEN.EF0005"))
        of_cards += {"HOJO.EF0001", "HOJO.EF0003"} <= set(manifest.get("dropped", ()))
    assert of_cards == 3  # the fourth is a passport, which has no number


# --- planted leaks ----------------------------------------------------------------------------------------------------


def plant_reading(monkeypatch):
    """The mistake that is nearest: the reading is kept as it was read."""
    monkeypatch.setattr(Reading, "kept", lambda self: self)
    from honnin.facts import codec

    original = codec.reading_to_zip

    def keeps(reading):
        from dataclasses import replace

        return original(replace(reading, memory_only=frozenset()))

    for module in ("honnin.facts.codec", "honnin.flows.sealed_visits", "honnin.flows.kakunin_service"):
        monkeypatch.setattr(f"{module}.reading_to_zip", keeps)


def plant_log(monkeypatch):
    """Somebody logs what was received, in groups."""
    import honnin.flows.visit_reading as reads

    original = reads.received_number

    def talks(*arguments, **named):
        received = original(*arguments, **named)
        logging.getLogger("honnin.flows").debug("read %s", " ".join(received.digits.reveal()))
        return received

    monkeypatch.setattr(reads, "received_number", talks)


def plant_event(monkeypatch):
    """A digest in the ledger: found by trying."""
    import honnin.records.number_vault as vault

    original = vault._event

    def tells(kind, entry, actor, at):
        event = original(kind, entry, actor, at)
        return Event(event.kind, event.tenant, event.record_id, event.at, event.actor, None, {
            **event.detail, "check": hashlib.sha256(DIGITS.encode()).hexdigest(),
        })  # fmt: skip

    monkeypatch.setattr(vault, "_event", tells)


def plant_page(monkeypatch):
    """The number stands in the page before it is asked for."""
    from honnin.server.pages import result

    original = result.purpose_words

    def shows(purpose, *, japanese):
        return original(purpose, japanese=japanese) + DIGITS.translate(FULL_WIDTH)

    monkeypatch.setattr(result, "purpose_words", shows)


PLANTED = {
    plant_reading: "content ", plant_log: "log", plant_event: "ledger_leaves", plant_page: "answer ",
}


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTED, ids=lambda each: each.__name__)
def test_a_leak_that_is_planted_is_found(plant, tmp_path, monkeypatch, caplog):
    plant(monkeypatch)
    left, _ = everything(tmp_path, caplog)
    assert any(where.startswith(PLANTED[plant]) for where in leaks(left)), plant.__doc__


def test_a_backslash_before_no_octal_digit_says_nothing_in_a_pdf():
    """Streams of a font have any octets: the search must get through all of them."""
    stream = b"%PDF-1.7\n1 0 obj\n<<>>\nstream\n[(\\9\\101\\n)] TJ\nendstream\nendobj\n"
    assert found(stream, DIGITS) == found(b"", DIGITS)
