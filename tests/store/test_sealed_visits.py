"""Kept visits as sealed records: whole or not at all, the same when they come back, readable with the keys only."""

from __future__ import annotations

import json
import sqlite3
import stat
from dataclasses import replace
from datetime import timedelta

import pytest

from honnin.adapters.database.schema import VISITS
from honnin.cli.record_room import open_record_room
from honnin.core.errors import StoreError
from honnin.facts import Proof, Refusal
from honnin.facts.codec import reading_to_zip, report_to_dict
from honnin.flows.ports import VisitQuery
from honnin.records.kept_report import kept_report
from honnin.records.visit_record import Completion, Judged, make_saved_visit
from honnin.trust.certificate import parse_certificate
from tests.unit.law.readings import reading, report
from tests.unit.server.fakes import NOW, make_reading, make_report


def visit(number: int = 1, **changes):
    saved = make_saved_visit(
        visit_id=f"01ARZ3NDEKTSV4RRFFQ69G{number:04d}", saved_at_utc=NOW + timedelta(minutes=number),
        reading=make_reading(
            proofs=(Proof("passport.aa", {"challenge": bytes(8), "response": b"\x00\xff" * 64}, {"a": "b"}),),
            refusals=(Refusal("EF.DG15", 0x6A82, "absent"),),
        ),
        report=kept_report(make_report()), staff="職員A", answers={"face": "yes", "print": "yes"},
    )  # fmt: skip
    return replace(saved, **changes)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "honnin.sqlite3"


@pytest.fixture
def room(tmp_path):
    room = open_record_room(tmp_path)
    yield room
    room.close()


@pytest.fixture
def store(room):
    return room.visits


def test_a_visit_comes_back_the_same_also_after_a_restart(tmp_path, room):
    judged = Judged("hanshu", ("hs.f2f_photo_document",), 7, {"kiroku.json": b"{}"}, finished=False)
    for each in (visit(), visit(2, judged=judged)):
        room.visits.save(each)
        assert room.visits.get(each.id) == each
    room.close()
    again = open_record_room(tmp_path)
    assert again.visits.get(visit().id) == visit()
    assert again.visits.get(visit(2).id) == visit(2, judged=judged)
    again.close()


def test_nothing_of_the_person_stands_readable_in_the_files(tmp_path, room):
    room.visits.save(visit())
    room.visits.find(VisitQuery(name="MIHON TAROU"))
    room.close()
    octets = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert len(octets) > 10_000
    for planted in ("MIHON", "TAROU", "1974-08-12", "740812", "L898902C3"):
        assert planted.encode() not in octets, planted


def test_sex_is_not_kept_beside_the_evidence(room):
    room.visits.save(visit(report=make_report()))
    assert "sex" in {each.name for each in make_report().attributes}
    assert "sex" not in {each.name for each in room.visits.get(visit().id).report.attributes}


def test_the_certificate_of_a_signature_is_kept_beside_the_record_and_only_that(room):
    saved = make_saved_visit(
        visit_id=visit().id, saved_at_utc=NOW, reading=reading("mynumber-plain", "sign"),
        report=report("mynumber-plain", "sign"), staff="職員A", answers={},
    )  # fmt: skip
    room.visits.save(saved)
    room.visits.save(visit(2))
    certificate = parse_certificate(saved.reading.files["JPKI.EF0001"])
    ((record_id, kept),) = room.store.certificates_of("house", certificate.aki)
    assert (record_id, kept.kind) == (saved.id, "sign")
    assert int.from_bytes(kept.serial, "big") == certificate.serial


def test_seeing_a_record_stands_in_the_ledger(room):
    room.visits.save(visit())
    room.visits.note_view(visit().id, staff="職員B")
    assert [each.kind for each in room.store.events_of("house", visit().id)] == ["sealed", "viewed"]


def test_without_the_keys_the_house_does_not_start_with_new_ones(tmp_path, room):
    room.visits.save(visit())
    room.close()
    for each in (tmp_path / "keys").glob("records-*.key"):
        each.unlink()
    with pytest.raises(StoreError) as caught:
        open_record_room(tmp_path)
    assert caught.value.code == "vault.key_missing"


def plain_row(saved):
    return {
        "tenant": "house", "id": saved.id, "saved_at_utc": saved.saved_at_utc.isoformat(timespec="microseconds"),
        "document": saved.document, "simulated": int(saved.simulated), "staff": saved.staff,
        "answers": json.dumps(saved.answers), "report": json.dumps(report_to_dict(saved.report)),
        "reading": reading_to_zip(saved.reading), "name": "MIHON TAROU", "name_key": "MIHONTAROU",
        "birth_date": "1974-08-12", "completion": "checked",
    }  # fmt: skip


def test_visits_of_an_earlier_release_are_sealed_and_deleted_at_the_next_start(tmp_path, room):
    rows = [plain_row(visit()), plain_row(visit(2)), {**plain_row(visit(3)), "reading": b"damaged"}]
    with room.store.database.engine.begin() as connection:
        connection.execute(VISITS.insert(), rows)
    room.visits.adopt(visit(2))  # sealed before the program was stopped
    room.close()
    again = open_record_room(tmp_path)
    assert again.visits.get(visit().id) == visit()
    assert again.visits.get(visit(2).id) == visit(2)
    with again.store.database.engine.connect() as connection:
        assert connection.execute(VISITS.select()).mappings().one()["id"] == visit(3).id  # nothing is lost
    again.close()


def test_a_visit_that_is_put_there_once_the_house_seals_is_never_sealed_with_its_key(tmp_path, room):
    """Whoever can write into the file cannot have a visit of his own, as of a day he likes, sealed at the next start."""
    room.visits.save(visit())
    with room.store.database.engine.begin() as connection:
        connection.execute(VISITS.insert(), [plain_row(visit(2))])
    room.close()
    again = open_record_room(tmp_path)
    assert [each.id for each in again.visits.list()] == [visit().id]
    with again.store.database.engine.connect() as connection:
        assert connection.execute(VISITS.select()).mappings().one()["id"] == visit(2).id
    again.close()


def test_the_list_has_the_latest_first_and_its_limit(store):
    for number in (2, 1, 3):
        store.save(visit(number))
    assert [each.id[-1] for each in store.list()] == ["3", "2", "1"]
    assert [each.id[-1] for each in store.list(limit=1)] == ["3"]


def test_a_number_is_kept_once_and_never_overwritten(store):
    store.save(visit())
    with pytest.raises(StoreError) as caught:
        store.save(visit(staff="somebody else"))
    assert caught.value.code == "store.exists"
    assert store.get(visit().id).staff == "職員A"


def test_an_unknown_number_is_not_found(store):
    with pytest.raises(StoreError) as caught:
        store.get("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert caught.value.code == "store.not_found"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (VisitQuery(), 0),
        (VisitQuery(name="ｍｉｈｏｎ tarou"), 3),
        (VisitQuery(name="MIHON<<TAROU"), 3),
        (VisitQuery(name="MIHON"), 0),
        (VisitQuery(name="%"), 0),
        (VisitQuery(birth_date="1974-08-12"), 3),
        (VisitQuery(birth_date="1974-08-13"), 0),
        (VisitQuery(visit_id="01ARZ3NDEKTSV4RRFFQ69G0002"), 1),
        (VisitQuery(saved_from_utc=NOW + timedelta(minutes=2)), 2),
        (VisitQuery(saved_before_utc=NOW + timedelta(minutes=2)), 1),
        (VisitQuery(name="MIHON TAROU", visit_id="01ARZ3NDEKTSV4RRFFQ69G0009"), 0),
    ],
)
def test_a_search_finds_what_matches_every_given_term(store, query, found):
    for number in (1, 2, 3):
        store.save(visit(number))
    lines = store.find(query)
    assert len(lines) == found
    for line in lines:
        assert line.name == "MIHON TAROU"
        assert line.simulated
        assert line.completion is Completion.CHECKED


def test_the_file_is_for_its_owner_only(path, store):
    store.save(visit())
    for each in (each for each in path.parent.rglob("*") if each.is_file()):
        assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0, each.name


def test_a_damaged_row_is_an_error_with_a_code_never_half_a_visit_and_breaks_no_list(path, store):
    store.save(visit())
    store.save(visit(2))
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE record_parts SET ciphertext = substr(ciphertext, 1, 100) WHERE record_id = ?", (visit().id,))
    with pytest.raises(StoreError) as caught:
        store.get(visit().id)
    assert caught.value.code == "store.damaged"
    assert [each.id for each in store.list()] == [visit(2).id]
    assert [each.id for each in store.find(VisitQuery(name="MIHON TAROU"))] == [visit(2).id]
