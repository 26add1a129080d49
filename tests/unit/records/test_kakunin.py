"""The record as a value: what may stand in it, what is missing, what is added later, and its form in octets."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from honnin.core.errors import CallerError, DataError
from honnin.records.individual_number import holds_individual_number
from honnin.records.kakunin import (
    Amendment,
    AttachmentRef,
    Item,
    State,
    amend,
    amendment_from_json,
    amendment_to_json,
    history,
    kakunin_from_json,
    kakunin_to_json,
    missing_items,
    settle,
)
from honnin.records.kakunin_fields import FIELDS, attachment_name, label
from honnin.records.kept_report import kept_report
from tests.unit.law.readings import report
from tests.unit.records.made import AT, decision, record


def without(*ids):
    made = record()
    return replace(made, items=tuple(each for each in made.items if each.id not in ids))


def missing(made, **changes):
    return [each.id for each in missing_items(made, decision(**changes))]


def test_a_complete_record_is_finished():
    assert missing(record()) == []
    assert settle(record(), decision()).state is State.FINISHED


@pytest.mark.parametrize("gone", [each.id for each in record().items])
def test_each_required_item_that_is_gone_is_named_and_leaves_the_record_unfinished(gone):
    made = without(gone)
    assert missing(made) == [gone if gone.startswith("F21") else gone.partition(".")[0]]
    assert settle(made, decision()).state is State.UNFINISHED


def test_a_record_without_a_satisfied_method_is_unfinished_whatever_it_holds():
    assert settle(record(), decision(satisfied=())).state is State.UNFINISHED


def test_an_item_of_blanks_is_missing():
    made = without("F23")
    assert missing(replace(made, items=(*made.items, Item("F23", "  ")))) == ["F23"]


def test_a_picture_that_is_attached_stands_for_its_text():
    made = without("F21.name")
    shown = Item("F21.name", "", attachment="attachment/ATT_CHIP_policy/name_image.tif")
    assert missing(replace(made, items=(*made.items, shown))) == []


@pytest.mark.parametrize(
    ("required", "item", "needed"),
    [
        ("K3a_received", Item("K3a.received", "", AT), "K3a.received"),
        ("K3a_delivered", Item("K3a.delivered", "", AT), "K3a.delivered"),
        ("K3d_certificate_type_and_serial", Item("K3d", "署名用電子証明書"), "K3d"),
        ("F03_or_F05_relayed", Item("F03", "", AT), "F03"),
        ("F18_relayed", Item("F18", "運転免許証"), "F18"),
        ("R_device_count", Item("R_device_count", "2"), "R_device_count"),
        ("product.revocation_checked_at", Item("product.revocation_checked_at", "", AT), "product.revocation_checked_at"),
    ],
)  # fmt: skip
def test_variants_of_the_sheet_are_understood(required, item, needed):
    bare = replace(record(), items=())
    assert missing(bare, record_fields=(required,)) == [needed]
    assert missing(replace(bare, items=(item,)), record_fields=(required,)) == []


def test_the_other_day_of_mobile_phone_law_does_not_do():
    bare = replace(record(), items=(Item("K3a.presented", "", AT),))
    assert missing(bare, record_fields=("K3a_delivered",)) == ["K3a.delivered"]


def test_an_item_that_nobody_knows_is_missing():
    assert missing(record(), record_fields=("F99",)) == ["F99"]
    assert missing(record(), record_fields=("unknown_2027",)) == []


def test_a_required_attachment_is_missing_until_it_is_there():
    assert missing(record(), attachments=("ATT_FACE_IMAGE",)) == ["ATT_FACE_IMAGE"]
    ref = AttachmentRef("ATT_FACE_IMAGE", "attachment/ATT_FACE_IMAGE/1.jpg", "00" * 32, "image/jpeg", "brought")
    assert missing(replace(record(), attachments=(ref,)), attachments=("ATT_FACE_IMAGE",)) == []


@pytest.mark.parametrize("of", ["law_revision", "rules_version", "software_version", "operator_id", "tenant_id"])
def test_versions_and_names_of_the_record_itself_are_required(of):
    assert len(missing(replace(record(), **{of: ""}))) == 1


def test_everything_missing_has_words_in_two_languages():
    for each in FIELDS:
        assert all(label(each))
    assert label("F21.name") == ("顧客の本人特定事項：氏名", "Identity of the customer: name")
    assert attachment_name("ATT_FACE_IMAGE_policy")[0] == "容貌の画像"


# --- what may stand in it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["123456789018", "番号は１２３４５６７８９０１８です", "1234-5678-9018", "1234 5678 9018", "123456789018　", "1234　5678　9018"],
)  # fmt: skip
def test_an_individual_number_is_refused_wherever_it_is_written(text):
    assert holds_individual_number(text)
    with pytest.raises(DataError, match=r"kakunin\.individual_number"):
        Item("F23", text)


@pytest.mark.parametrize("text", ["123456789012", "1234567890189", "0123456789018", "090-1234-5678", "見本", ""])
def test_other_numbers_are_no_individual_number(text):
    assert not holds_individual_number(text)


def test_a_licence_number_may_look_like_one():
    assert Item("F18", "運転免許証 番号 123456789018").filled


@pytest.mark.parametrize("moment", [datetime(2026, 11, 25, tzinfo=UTC)])
def test_every_time_is_japanese_time(moment):
    with pytest.raises(DataError, match=r"kakunin\.time"):
        Item("F03", "", moment)
    with pytest.raises(DataError, match=r"kakunin\.time"):
        record(made_at=moment)


def test_there_is_no_item_for_anything_else():
    for unknown in ("sex", "honseki", "my_number", "F32", "F21x", ""):
        with pytest.raises(DataError, match=r"kakunin\.item"):
            Item(unknown, "x")


@pytest.mark.parametrize("name", ["mynumber-plain", "licence-plain", "residence-plain", "licence-gaiji"])
def test_a_kept_report_has_neither_sex_nor_conditions(name):
    names = {each.name for each in kept_report(report(name)).attributes}
    assert not {each for each in names if each.startswith(("sex", "certificate_sex", "condition", "category", "remark"))}
    assert names >= {"birth_date", "portrait"}


# --- amendments ---------------------------------------------------------------------------------------------------


def amendment(number=1, days=3, item=None, **changes):
    values = {
        "record_id": record().record_id, "number": number, "at": AT + timedelta(days=days), "by": "s2", "reason": "転居",
        "items": (item or Item("F21.address", f"架空市{number}丁目"),), **changes,
    }  # fmt: skip
    return Amendment(**values)


def test_later_values_never_erase_earlier_ones():
    first = amend(record(), (), amendment())
    both = amend(record(), first, amendment(2, 5))
    assert [each.value for each in history(record(), both, "F21.address")] == ["見本県架空市1番", "架空市1丁目", "架空市2丁目"]
    assert both[0] is first[0]


@pytest.mark.parametrize("new", [amendment(2), amendment(1, -1), amendment(3)])
def test_amendments_follow_one_another(new):
    with pytest.raises(CallerError, match=r"kakunin\.amendment\.order"):
        amend(record(), (), new)


def test_an_amendment_belongs_to_its_record():
    with pytest.raises(CallerError, match=r"kakunin\.amendment\.record"):
        amend(record(), (), amendment(record_id="other"))


@pytest.mark.parametrize("item", [Item("F01", "x"), Item("F17", "x"), Item("F18", "x"), Item("F03", "", AT), Item("F26", "x")])
def test_who_verified_and_how_cannot_be_amended(item):
    with pytest.raises(DataError, match=r"kakunin\.amendment\.item"):
        amendment(item=item)


@pytest.mark.parametrize("changes", [{"by": " "}, {"reason": ""}, {"items": ()}, {"number": 0}])
def test_an_amendment_has_a_person_a_reason_and_something_in_it(changes):
    with pytest.raises(DataError, match=r"kakunin\.amendment"):
        amendment(**changes)


# --- octets -------------------------------------------------------------------------------------------------------


def test_the_same_record_gives_the_same_octets_and_comes_back():
    octets = kakunin_to_json(record())
    assert kakunin_from_json(octets) == record()
    assert kakunin_to_json(kakunin_from_json(octets)) == octets
    assert b"+09:00" in octets
    again = amendment_from_json(amendment_to_json(amendment()))
    assert again == amendment()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda each: each.update(version=2), lambda each: each.update(format="x"), lambda each: each.pop("law"),
        lambda each: each.update(sex="male"), lambda each: each.update(state="done"), lambda each: each.update(simulated=0),
        lambda each: each.update(made_at="2026-11-25T03:00:05+00:00"), lambda each: each.update(on="2026-1-1"),
        lambda each: each["items"][0].update(id="honseki"), lambda each: each["items"][0].update(more=1),
        lambda each: each["items"][0].update(value=None), lambda each: each.update(items=each["items"] * 100),
        lambda each: each["items"][10].update(value="123456789018"),
    ],
)  # fmt: skip
def test_octets_of_another_form_are_refused(spoil):
    value = json.loads(kakunin_to_json(record()))
    spoil(value)
    with pytest.raises(DataError, match=r"kakunin\.form"):
        kakunin_from_json(json.dumps(value).encode())


@pytest.mark.parametrize("octets", [b"", b"\xff\xfe", b"[]", b"[" * 200_000, b'{"format":1,"format":2}', b" " * (1 << 21)])
def test_noise_is_refused(octets):
    with pytest.raises(DataError, match=r"kakunin\.form"):
        kakunin_from_json(octets)


@pytest.mark.parametrize(("law", "item"), [("hanshu", "F05"), ("keitai", "K3a.confirmed")])
def test_a_phones_card_record_has_the_day_on_which_it_came(law, item):
    """規則20条1項5号; 携帯規則8条2項 (チ)."""
    from honnin.facts import Report
    from honnin.law.acts import Acts
    from honnin.law.case import Case, DocumentFact
    from honnin.law.evidence import EvidenceFacts
    from honnin.records.kakunin_make import Entry, Staff, Times, make_kakunin

    facts = EvidenceFacts(frozenset({"CSR_RECEIVED"}), (DocumentFact("CARD_SUBSTITUTE", valid=True),), simulated=True)
    made = make_kakunin(
        record_id="01JZZZZZZZZZZZZZZZZZZZZZZZ", tenant=("t1", "見本"), case=Case(law, AT.date(), channel="remote", actor="subject"),
        decision=decision(law=law), facts=facts, report=Report("mynumber", None, (), (), "r"), acts=Acts(), entry=Entry(document_number="123456789018"),
        times=Times(read_at=AT), verifier=Staff("s", "見本"), recorder=Staff("s", "見本"), made_at=AT, software_version="1",
    )  # fmt: skip
    assert made.of(item)[0].at == AT
    assert "123456789018" not in made.first("F18") + made.first("K3d")
    assert (made.first("F18") or made.first("K3d")).startswith("カード代替電磁的記録")
