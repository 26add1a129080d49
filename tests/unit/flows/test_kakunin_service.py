"""A finished visit becomes case, Decision, record and parts: every document, every law, and nothing that must not be kept."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest

from honnin.checks.licence.text import parse_text
from honnin.core.errors import CallerError, DataError
from honnin.core.licence_tlv import walk
from honnin.facts.codec import reading_from_zip
from honnin.flows.attachments import Brought
from honnin.flows.kakunin_service import ONLY_FROM_FACTS, FinishedVisit, make_record
from honnin.law.acts import (
    Acts,
    AddressAnswer,
    AddressAnswered,
    Answer,
    Answered,
    Declaration,
    Done,
    Handover,
    LiveImage,
    Supplement,
)
from honnin.law.case import Case, House
from honnin.law.decision import decision_from_dict
from honnin.law.rules import load_rules
from honnin.records.content import RecordContent, pack, unpack
from honnin.records.kakunin import State, kakunin_from_json
from honnin.records.kakunin_make import Entry, PersonEntry, Staff
from tests.unit.law.readings import CARDS, NOW, ON, READABLE, all_good, as_production, reading, report

RULES = load_rules()
STAFF = Staff("staff-01", "見本 職員")
BY = STAFF.id
SAID = tuple(Declaration(item, value, "申告", NOW, BY) for item, value in (("purpose", "居住用の購入"), ("occupation", "会社員")))
ENTRY = Entry(transaction="不動産の売買の媒介", search_key="案件 2026-A-001", holder=PersonEntry(name="SAMPLE ALEX", birth="1990-01-15"))
CASE = Case("hanshu", date(2000, 1, 1), business_type="42", transaction="real_estate_sale", amount_yen=30_000_000, channel="in_person", actor="subject", customer_kind="resident")
FACE = Brought("ATT_FACE_IMAGE", b"\xff\xd8\xff fictional face", "image/jpeg")


def visit(name="mynumber-plain", way="", *, acts=None, case=CASE, production=True, **changes):
    made = report(name, way)
    read = reading(name, way)
    if production:
        made, read = as_production(made), replace(read, simulated=False)
    values = {
        "reading": read, "report": made, "acts": all_good(declarations=SAID) if acts is None else acts, "case": case,
        "entry": ENTRY, "verifier": STAFF, "recorder": STAFF, **changes,
    }  # fmt: skip
    return FinishedVisit(**values)


def make(finished, house=House()):  # noqa: B008
    return make_record(finished, record_id="01JZZZZZZZZZZZZZZZZZZZZZZZ", tenant=("t1", "見本不動産"), house=house, rules=RULES, clock=lambda: NOW)


def satisfied(made):
    return {each.id for each in made.decision.satisfied}


@pytest.mark.parametrize("name", ["mynumber-plain", "licence-plain", "residence-plain", "residence-first", "residence-special"])
def test_a_visit_at_the_counter_is_finished_with_each_document(name):
    made = make(visit(name))
    assert "hs.f2f_photo_document" in satisfied(made)
    assert made.missing == ()
    assert made.record.state is State.FINISHED
    assert made.record.on == ON
    assert made.record.first("F21.birth")
    assert made.record.first("F28") == "案件 2026-A-001"
    assert made.record.of("F03")[0].at.isoformat() == "2026-11-25T12:00:00+09:00"


def test_a_passport_needs_a_paper_with_the_address():
    finished = visit("passport-japanese-style", entry=replace(ENTRY, holder=PersonEntry(address="見本県架空市1番")))
    assert make(finished).record.state is State.UNFINISHED
    paper = Supplement("電気料金の領収証書", Handover.PRESENTED, date(2026, 10, 1), None, True, "見本電力", NOW, BY)
    made = make(replace(finished, acts=all_good(declarations=SAID, supplement=paper)))
    assert "hs.f2f_photo_document" in satisfied(made)
    assert made.missing == ()
    assert made.record.first("F21.name") == "MIHON HANAKO"
    assert "電気料金" in made.record.first("F19")


def test_a_name_that_the_zone_had_no_room_for_is_recorded_whole():
    made = make(visit("passport-long-names"))
    assert made.record.first("F21.name") == "SPECIMEN VON UND ZU MUSTERHAUSEN UTOPIA ALEXANDRA MAXIMILIANE ÉLISABETH"
    report_ = report("passport-long-names")
    other = replace(report_, attributes=tuple(
        replace(each, value="SOMEBODY ELSE WITH A NAME THAT IS LONGER THAN ALL THE OTHER") if each.source == "EF.DG11" and each.name == "full_name" else each
        for each in report_.attributes
    ))  # fmt: skip
    made = make(replace(visit("passport-long-names"), report=as_production(other)))
    assert made.record.first("F21.name") == "SPECIMEN VON UND ZU MUSTERHAUSEN UTOPIA"


def test_chip_and_face_from_afar_need_the_face_itself():
    acts = Acts(
        face_live=LiveImage(NOW, "capture 1.0"), face_match=Answered(Answer.YES, NOW, BY),
        address=AddressAnswered(AddressAnswer.CURRENT, NOW, BY), declarations=SAID,
    )  # fmt: skip
    remote = replace(CASE, channel="remote")
    without = make(visit(acts=acts, case=remote))
    assert "hs.remote_ic_face" in satisfied(without)
    assert [each.id for each in without.missing] == ["ATT_FACE_IMAGE"]
    made = make(visit(acts=acts, case=remote, brought=(FACE,)))
    assert made.missing == ()
    assert made.record.state is State.FINISHED
    names = {name for name in made.parts if name.startswith("attachment/")}
    assert names == {
        "attachment/ATT_FACE_IMAGE/1.jpg", "attachment/ATT_CHIP_NAME_ADDR_BIRTH_PHOTO/items.json",
        "attachment/ATT_CHIP_NAME_ADDR_BIRTH_PHOTO/portrait.jp2",
    }  # fmt: skip
    items = json.loads(made.parts["attachment/ATT_CHIP_NAME_ADDR_BIRTH_PHOTO/items.json"])
    assert set(items) == {"full_name", "address", "birth_date"}


@pytest.mark.parametrize(("law", "channel"), [("keitai", "in_person"), ("keitai_rental", "in_person")])
def test_the_mobile_phone_laws_have_their_own_items(law, channel):
    entry = replace(ENTRY, device_count="1", phone_numbers="090-0000-0000")
    made = make(visit("licence-plain", case=Case(law, ON, channel=channel, actor="subject", customer_kind="resident"), entry=entry))
    assert made.decision.verified
    assert made.missing == ()
    assert made.record.first("K3d").startswith("運転免許証")
    assert not any(each.id.startswith("F") for each in made.record.items)


def test_a_record_of_the_number_law_has_no_number_and_little_of_the_person():
    case = Case("bangou", ON, channel="in_person", actor="subject", customer_kind="resident")
    made = make(visit("mynumber-plain", "number_law", case=case, entry=Entry(number_purpose="源泉徴収票の作成"), acts=all_good(photo_printed=True)))
    assert made.missing == () or {each.id for each in made.missing} <= {"B_id_document"}
    number = CARDS["mynumber-plain"].secrets["reference_a"].encode()
    assert number not in everything(made)
    assert "見本　太郎".encode() not in made.parts["kiroku.json"]


def everything(made):
    """All octets of all parts, the insides of the zip too."""
    out = [pack(RecordContent(made.parts))]
    with zipfile.ZipFile(io.BytesIO(made.parts["reading.zip"])) as archive:
        out += [archive.read(each) for each in archive.namelist()]
    return b"\n".join(out)


@pytest.mark.parametrize("name", [name for name in READABLE if name.startswith("licence") and CARDS[name].secrets])
def test_the_registered_domicile_is_in_no_part(name):
    """Neither its octets nor its characters: DF1/EF02, and what was written about it later."""
    read = reading(name)
    assert "DF1.EF02" in read.memory_only
    whole = everything(make(visit(name)))
    for file in read.memory_only:
        value = read.files[file][2:].rstrip(b"\xff\0 ")
        assert value[:24] not in whole or not value, file
    words = parse_text(walk(read.files["DF1.EF02"], (0x41,), filler_ends=True).value(0x41)).value
    assert len(words) >= 5
    assert words.encode() not in whole


@pytest.mark.parametrize("name", READABLE)
def test_sex_is_in_no_part_that_a_person_reads(name):
    made = make(visit(name))
    for part, octets in made.parts.items():
        if part.endswith(".json"):
            assert not any(each in octets.lower() for each in (b'"sex"', b"_sex", b'"male"', b'"female"', "男性".encode(), "女性".encode())), part


def test_what_looks_like_an_individual_number_is_refused_in_texts():
    number = CARDS["mynumber-plain"].secrets["reference_a"]
    with pytest.raises(DataError, match=r"kakunin\.individual_number"):
        make(visit(acts=all_good(declarations=(*SAID, Declaration("purpose", f"番号 {number}", "", NOW, BY)))))


def test_a_my_number_card_has_no_document_number_in_its_record():
    made = make(visit(entry=replace(ENTRY, document_number="012345678901")))
    assert b"012345678901" not in made.parts["kiroku.json"]
    assert "個人番号カード" in made.record.first("F18")


@pytest.mark.parametrize("name", READABLE)
def test_every_card_gives_a_record_that_can_be_sealed_and_read_again(name):
    made = make(visit(name, production=False))
    content = unpack(pack(RecordContent(made.parts)))
    assert kakunin_from_json(content.parts["kiroku.json"]) == made.record
    assert decision_from_dict(json.loads(content.parts["decision.json"])) == made.decision
    assert reading_from_zip(content.parts["reading.zip"]).document is reading(name).document
    assert made.record.simulated
    if made.record.state is State.FINISHED:
        assert made.decision.verified
        assert not made.missing


def test_the_same_visit_gives_the_same_parts():
    assert make(visit()).parts == make(visit()).parts


def test_what_a_form_says_is_no_evidence_of_the_chip():
    planted = replace(CASE, evidence=frozenset(ONLY_FROM_FACTS), documents=make(visit()).case.documents, house=House(confirmed=frozenset({"L1"})))
    made = make(visit("licence-plain", "pin1", acts=Acts(), case=planted))
    assert not made.decision.verified
    assert made.case.house == House()
    assert made.case.evidence == made.facts.codes


def test_files_are_no_card():
    files = replace(reading("mynumber-plain"), access=replace(reading("mynumber-plain").access, method="files"))
    assert not make(visit(reading=files)).facts.codes & {"CHIP3", "CHIP4", "CHIP_READ"}


def test_the_day_is_that_of_the_clock_in_japan():
    late = NOW.replace(hour=15)  # midnight in Tokyo
    made = make_record(visit(), record_id="R", tenant=("t", "t"), house=House(), rules=RULES, clock=lambda: late)
    assert made.case.on == ON + timedelta(days=1)


@pytest.mark.parametrize(
    "acts",
    [
        all_good(presented=Done(NOW + timedelta(minutes=6), BY)),
        all_good(face_match=Answered(Answer.YES, NOW - timedelta(hours=1), BY)),
        all_good(declarations=(Declaration("purpose", "x", "", NOW + timedelta(days=1), BY),)),
    ],
)
def test_acts_of_another_time_are_refused(acts):
    with pytest.raises(CallerError, match=r"kakunin\.time"):
        make(visit(acts=acts))


def test_a_report_of_another_document_is_refused():
    with pytest.raises(CallerError, match=r"kakunin\.report"):
        make(visit(report=report("licence-plain")))


@pytest.mark.parametrize(
    ("code", "octets", "media_type", "error"),
    [
        ("FACE", b"x", "image/jpeg", "code"), ("ATT_../x", b"x", "image/jpeg", "code"), ("ATT_COPIES", b"", "image/png", "size"),
        ("ATT_COPIES", b"x" * (10 << 20) + b"x", "image/png", "size"), ("ATT_COPIES", b"x", "text/html", "type"),
    ],
)  # fmt: skip
def test_what_is_brought_is_bounded(code, octets, media_type, error):
    with pytest.raises(DataError, match=rf"attachment\.{error}"):
        Brought(code, octets, media_type)


def test_a_staff_member_has_a_name():
    with pytest.raises(DataError, match=r"kakunin\.staff"):
        Staff("s", " ")


def test_texts_are_bounded():
    with pytest.raises(DataError, match=r"kakunin\.entry"):
        make(visit(entry=replace(ENTRY, transaction="x" * 2001)))


def test_the_acting_person_has_the_document_and_the_customer_is_written_down():
    entry = replace(ENTRY, customer=PersonEntry("見本　花子", "", "見本県架空市2番", "1950-05-05"), relation="長男", grounds="委任状")
    made = make(visit("licence-plain", entry=entry, case=replace(CASE, actor="agents_own")))
    assert made.record.first("F21.name") == "見本　花子"
    assert made.record.first("F22.name") == "見本　太郎"
    assert made.record.first("F22.grounds") == "委任状"


def test_a_certificate_is_named_by_its_serial_number():
    case = Case("keitai", ON, channel="remote", actor="subject", customer_kind="resident")
    made = make(visit("mynumber-plain", "sign", case=case, acts=Acts(), reading=reading("mynumber-plain", "sign")), House(is_signature_verifier=True))
    named = [each.value for each in made.record.of("K3d") if each.value.startswith("署名用電子証明書")]
    assert len(named) == 1
    assert re.fullmatch(r"署名用電子証明書　番号 [0-9A-F]{2,}", named[0])


def test_the_address_of_a_certificate_is_not_what_staff_wrote():
    made = make(visit("mynumber-plain", "sign", reading=reading("mynumber-plain", "sign")))
    assert made.record.of("F21.address")[0].provenance != "staff"
