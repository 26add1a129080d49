"""Re-verification of kept records: what was sealed stays, what came out otherwise is named, and each thing once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from honnin.adapters.database import DatabaseRecordStore, sqlite_url
from honnin.adapters.database.schema import RECORD_KEYS
from honnin.cli.anchors import simulator_trust
from honnin.core.clock import system_random
from honnin.core.errors import StoreError
from honnin.flows.documents import HouseTrust, check_reading
from honnin.flows.recheck_ports import RecheckOutcome
from honnin.flows.recheck_records import Recheck
from honnin.flows.record_meta import meta_of
from honnin.flows.record_ports import ShredRecord
from honnin.flows.sealed_visits import content_of
from honnin.flows.sealing import Sealer
from honnin.law.rules import load_rules
from honnin.records.content import RecordContent
from honnin.records.ledger.event import Event, Kind, decode_event
from honnin.records.visit_record import Judged, make_saved_visit
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import parse_crl
from honnin.trust.jpki_crl import distribution_point, same_part
from honnin_virtual.mynumber.jpki import GENERATIONS, SIGN, authority
from honnin_virtual.mynumber.personas import MUNICIPALITIES
from honnin_virtual.mynumber.status import Revoked, crl
from tests.store.records_kit import SIGNER, TENANT, Keys, audit, record_id
from tests.unit.flows.test_kakunin_service import make, visit
from tests.unit.flows.test_record_meta import KEY
from tests.unit.law.readings import NOW, reading, report

TOMORROW = NOW + timedelta(days=1)


class Clock:
    """Moves a second each time it is asked."""

    now = NOW + timedelta(hours=1)

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path):
    store = DatabaseRecordStore(sqlite_url(tmp_path / "records.sqlite3"))
    yield store
    store.close()


@pytest.fixture
def sealer(store, clock):
    sealer = Sealer(store, Keys(), SIGNER, clock=clock, random=system_random)
    yield sealer
    sealer.close()


def seal(sealer, name, way="", *, number=1, made=None, law=False, parts=None):
    judged = None
    if law:
        record = make(visit(name, way, production=False))
        satisfied = tuple(each.id for each in record.decision.satisfied)
        judged = Judged("hanshu", satisfied, 7, {**record.parts, **(parts or {})})
    saved = make_saved_visit(
        visit_id=record_id(number), saved_at_utc=NOW + timedelta(seconds=number), reading=reading(name, way),
        report=made or report(name, way), staff="見本", answers={}, judged=judged,
    )  # fmt: skip
    sealer.seal(content_of(saved), meta_of(saved, tenant=TENANT, staff="staff-1", index_key=KEY))


def run(store, sealer, clock, trust, *, rules=None, **more):
    """`trust`: of a document's name."""
    return Recheck(
        store, sealer, Keys(), lambda: trust, lambda read: check_reading(read, trust, read.read_at_utc),
        rules or load_rules(), clock, TENANT, **more,
    ).run()  # fmt: skip


def everything(*documents, crls=()):
    trust = HouseTrust()
    for each in documents:
        more = simulator_trust(each)
        trust = HouseTrust(trust.anchors | more.anchors, (*trust.crls, *more.crls), trust.card_data | more.card_data)
    return replace(trust, crls=(*trust.crls, *crls))


def said(store, kind=Kind.RECHECKED):
    return [decode_event(leaf.octets) for leaf in store.leaves(TENANT) if leaf.kind == kind]


def sealed_octets(store, number=1):
    return hashlib.sha256(store.part(TENANT, record_id(number)).ciphertext).hexdigest()


@pytest.mark.parametrize(
    ("name", "way"),
    [("passport-japanese-style", ""), ("licence-plain", ""), ("residence-plain", ""), ("mynumber-plain", "sign")],
)
def test_nothing_new_changes_no_answer_also_where_files_were_dropped(store, sealer, clock, name, way):
    seal(sealer, name, way)
    document = reading(name, way).document.value
    before = sealed_octets(store)
    counts = run(store, sealer, clock, everything(document))
    assert counts.records == {RecheckOutcome.SAME: 1}
    (event,) = said(store)
    assert event.detail["outcome"] == "same"
    assert event.actor == "job.recheck"
    assert sealed_octets(store) == before
    assert audit(store) == {record_id(1)}


def test_an_anchor_that_arrives_confirms_more_and_one_that_goes_confirms_less(store, sealer, clock):
    document = "passport"
    seal(sealer, "passport-japanese-style", made=report("passport-japanese-style", trusted=False))
    assert run(store, sealer, clock, HouseTrust()).records == {RecheckOutcome.SAME: 1}
    assert run(store, sealer, clock, everything(document)).records == {RecheckOutcome.BETTER: 1}
    seal(sealer, "passport-japanese-style", number=2)
    # Only what was sealed before a change was noticed is verified again for it.
    assert run(store, sealer, clock, everything(document)).records == {}
    clock.now = TOMORROW
    counts = run(store, sealer, clock, everything("residence"))
    assert counts.records == {RecheckOutcome.SAME: 1, RecheckOutcome.WORSE: 1}
    (row,) = store.rechecks(TENANT, outcomes=[RecheckOutcome.WORSE])
    assert row.record_id == record_id(2)
    assert "passport.dsc.chain" in row.detail["changed"]
    assert not row.settled


def test_a_record_is_verified_once_for_one_cause(store, sealer, clock):
    seal(sealer, "licence-plain")
    trust = everything("licence")
    assert sum(run(store, sealer, clock, trust).records.values()) == 1
    size = store.head(TENANT).frontier.size
    for _ in range(3):
        assert run(store, sealer, clock, trust).records == {}
    assert store.head(TENANT).frontier.size == size


def test_new_rules_of_law_are_asked_about_the_case_of_that_day(store, sealer, clock):
    seal(sealer, "mynumber-plain", law=True)
    decision = json.loads(make(visit("mynumber-plain", production=False)).parts["decision.json"])
    more = {**decision, "satisfied": [*decision["satisfied"], {**decision["satisfied"][0], "id": "hs.no_more"}]}
    seal(sealer, "mynumber-plain", number=2, law=True, parts={"decision.json": json.dumps(more).encode()})
    fewer = {**decision, "satisfied": decision["satisfied"][1:]}
    seal(sealer, "mynumber-plain", number=3, law=True, parts={"decision.json": json.dumps(fewer).encode()})
    run(store, sealer, clock, everything("mynumber"), rules=replace(load_rules(), version="later"))
    by_record = {each.record_id: each for each in store.rechecks(TENANT) if each.cause == "rules:later"}
    assert [by_record[record_id(number)].outcome for number in (1, 2, 3)] == ["same", "worse", "better"]
    assert by_record[record_id(2)].detail["lost"] == "hs.no_more"
    assert by_record[record_id(3)].detail["gained"] == decision["satisfied"][0]["id"]
    assert {each.detail["rules"] for each in said(store)} == {"later"}


def jpki_list(octets, *, revoked, now):
    """The list that covers that certificate, with or without it."""
    certificate = parse_certificate(octets)
    extra = (Revoked(certificate.serial, NOW + timedelta(minutes=5), 3),) if revoked else ()
    for number, municipality in product(GENERATIONS, MUNICIPALITIES.values()):
        issuer = authority(SIGN, number)
        if issuer.subject_key_identifier.digest == certificate.aki:
            made = parse_crl(crl(SIGN, number, municipality, now, extra=extra))
            if same_part(made.distribution_point, distribution_point(certificate).raw):
                return made
    raise AssertionError("no list covers it")


def test_a_jpki_list_that_names_the_certificate_is_noted_once_and_the_record_is_for_people_to_look_at(
    store, sealer, clock
):
    seal(sealer, "mynumber-plain", "sign")
    before = sealed_octets(store)
    octets = reading("mynumber-plain", "sign").files["JPKI.EF0001"]
    good = jpki_list(octets, revoked=False, now=clock.now)
    first = run(store, sealer, clock, everything("mynumber", crls=[good]))
    assert first.revoked == 0
    clock.now = TOMORROW
    bad = jpki_list(octets, revoked=True, now=clock.now)
    trust = everything("mynumber", crls=[bad])
    assert (run(store, sealer, clock, trust).revoked, run(store, sealer, clock, trust).revoked) == (1, 0)
    (row,) = store.rechecks(TENANT, outcomes=[RecheckOutcome.WORSE])
    assert row.cause.startswith("crl:")
    assert (row.detail["certificate"], row.detail["now"], row.detail["reason"]) == ("sign", "revoked", "affiliation_changed")
    (event,) = [each for each in said(store) if each.detail["cause"] == row.cause]
    assert event.detail["revoked_at"].startswith("2026-11-25T03:05")
    assert sealed_octets(store) == before
    ((_, held),) = store.certificates_of(TENANT, parse_certificate(octets).aki)
    assert held.state == "revoked"


def test_whoever_amends_the_record_has_dealt_with_it(store, sealer, clock):
    seal(sealer, "passport-japanese-style")
    run(store, sealer, clock, HouseTrust())
    assert [each.settled for each in store.rechecks(TENANT, outcomes=[RecheckOutcome.WORSE])] == [False, False]
    amended = RecordContent({"amendment.json": "確認した".encode()})
    sealer.amend(amended, tenant=TENANT, record_id=record_id(1), at=clock(), staff="staff-1")
    assert [each.settled for each in store.rechecks(TENANT, outcomes=[RecheckOutcome.WORSE])] == [True, True]


def test_a_damaged_record_is_named_and_stops_nothing(store, sealer, clock):
    for number in (1, 2):
        seal(sealer, "licence-plain", number=number)
    with store.database.engine.connect().execution_options(honnin_write=True) as raw, raw.begin():
        raw.exec_driver_sql("UPDATE record_parts SET ciphertext = x'00' WHERE record_id = ?", (record_id(1),))
    counts = run(store, sealer, clock, everything("licence"))
    assert counts.records == {RecheckOutcome.UNREADABLE: 1, RecheckOutcome.SAME: 1}
    assert {each.record_id for each in store.rechecks(TENANT, outcomes=[RecheckOutcome.UNREADABLE])} == {record_id(1)}


def test_a_record_whose_key_is_away_keeps_no_other_from_being_looked_at(store, sealer, clock):
    for number in (1, 2, 3):
        seal(sealer, "passport-japanese-style", number=number)
    with store.database.engine.connect().execution_options(honnin_write=True) as connection, connection.begin():
        row = RECORD_KEYS.update().where(RECORD_KEYS.c.record_id == record_id(2))
        connection.execute(row.values(key_id="records-0000000000000000"))
    for _ in range(2):  # the cause stays open, and what was looked at is not looked at again
        with pytest.raises(StoreError) as caught:
            run(store, sealer, clock, everything("passport"))
        assert caught.value.code == "vault.key_missing"
        assert {each.record_id for each in said(store)} == {record_id(1), record_id(3)}
        assert len(said(store)) == 2


def test_a_key_that_is_away_stops_the_run_and_marks_nothing(store, sealer, clock):
    seal(sealer, "licence-plain")
    trust = everything("licence")
    job = Recheck(store, sealer, Keys("other"), lambda: trust, None, load_rules(), clock, TENANT)
    with pytest.raises(StoreError) as caught:
        job.run()
    assert caught.value.code == "vault.key_missing"
    assert store.rechecks(TENANT) == []


def test_a_deleted_record_is_left_alone_and_its_rechecks_go_with_it(store, sealer, clock):
    seal(sealer, "licence-plain")
    run(store, sealer, clock, everything("licence"))
    assert store.rechecks(TENANT)
    deleted = Event(Kind.DELETED, TENANT, record_id(1), clock(), "staff-2", None, {})
    sealer.append_events([deleted], [ShredRecord(record_id(1), clock())])
    assert store.rechecks(TENANT) == []
    clock.now = TOMORROW
    assert run(store, sealer, clock, everything("residence")).records == {}


def test_a_run_that_is_told_to_stop_stops_between_two_transactions(store, sealer, clock):
    seal(sealer, "licence-plain")
    with pytest.raises(StoreError) as caught:
        run(store, sealer, clock, everything("licence"), stopping=lambda: True)
    assert caught.value.code == "jobs.stopping"
    assert said(store) == []
    assert run(store, sealer, clock, everything("licence")).records == {RecheckOutcome.SAME: 1}
    assert all(each.finished_at_utc for each in store.causes(TENANT))


def test_what_is_noted_holds_nothing_of_the_person(store, sealer, clock):
    seal(sealer, "mynumber-plain", "sign", law=True)
    run(store, sealer, clock, HouseTrust())
    text = repr(said(store)) + repr(store.rechecks(TENANT)) + repr(store.causes(TENANT))
    assert "'changed': '" in text
    for each in report("mynumber-plain", "sign").attributes:
        assert len(each.value) < 4 or each.value not in text, each.name
