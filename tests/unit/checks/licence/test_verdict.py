"""What a Report of a licence says, for every persona and every way in which one can lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from honnin.checks.licence import check_licence, check_mynumber_licence, image_of
from honnin.checks.words.licence import _BY_ID, SPECS
from honnin.core.errors import CallerError, DataError
from honnin.core.licence_tlv import encode, walk
from honnin.facts import DocumentKind, Environment, Outcome, Provenance, Proves, Reading, Report
from honnin.facts.codec import reading_from_zip, reading_to_zip, report_from_dict, report_to_dict
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.kinds import PASSPORT
from tests.unit.cards.licence.other_end import LICENCES, NOW, ON_MYNUMBER, PLAIN, Wire, anchors, read, read_on_mynumber

LOCKED = {"licence-one-try", "licence-blocked", "licence-pin2-blocked"}
READABLE = [name for name in LICENCES if name not in LOCKED]
EXPIRED = {"licence-expired", "licence-006", "licence-007", "licence-008"}


def check(reading: Reading, trust: AnchorSet | None = None, at: datetime = NOW) -> Report:
    return check_licence(reading, anchors() if trust is None else trust, at)


def said(report: Report, name: str) -> tuple[str, str]:
    found = report.finding(name if "." in name else f"{report.document}.{name}")
    assert found is not None, name
    return found.outcome.value, found.reason


def values(report: Report) -> dict[str, str]:
    return {each.name: each.value for each in report.attributes}


# --- the healthy ones --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READABLE)
def test_a_whole_reading_is_confirmed_down_to_the_simulators_signer(name: str) -> None:
    report = check(read(Wire(name)))
    assert said(report, "signature") == ("passed", "ok")
    assert said(report, "signer") == ("passed", "ok")
    assert said(report, "form") == ("passed", "ok")
    assert said(report, "dates") == ("passed", "ok")
    assert said(report, "expiry") == (("failed", "expired") if name in EXPIRED else ("passed", "ok"))
    assert said(report, "version") == (("impossible", "unknown") if name == "licence-006" else ("passed", "ok"))
    assert report.environment is Environment.SIMULATOR
    assert values(report)["full_name"].replace("〓", "") != ""
    signed = [each for each in report.attributes if each.source in {"DF1.EF01", "DF2.EF01"}]
    assert all(each.verified and each.provenance is not Provenance.UNSIGNED_CHIP for each in signed)


@pytest.mark.parametrize("name", READABLE)
def test_no_licence_ever_proves_its_chip_its_holder_or_that_it_is_in_force(name: str) -> None:
    report = check(read(Wire(name)))
    assert said(report, "chip") == ("impossible", "not_offered")
    assert said(report, "currently_valid") == ("not_done", "no_revocation")
    assert said(report, "pin") == (("not_done", "not_set") if name == "licence-no-pin" else ("impossible", "chip_unproven"))
    proved = {each.proves for each in report.findings if each.outcome is Outcome.PASSED} - {None}
    assert proved == {Proves.ISSUER_DATA}


def test_the_items_of_the_plain_licence() -> None:
    shown = values(check(read(Wire(PLAIN))))
    assert shown["full_name"] == "見本　太郎"
    assert shown["birth_date"] == "1990-01-15"
    assert shown["address"] == "見本県見本市架空町１丁目１番１号"
    assert shown["category_ordinary"] == "2006-07-03"
    assert shown["portrait"] == "DF2.EF01/5F40"
    assert "current_address" not in shown


def test_the_licence_is_good_to_the_end_of_its_last_day_in_japan() -> None:
    reading = read(Wire(PLAIN))
    last = datetime.fromisoformat(values(check(reading))["expiry_date"] + "T14:59:59+00:00")  # 23:59:59 there
    assert said(check(reading, at=last), "expiry") == ("passed", "ok")
    assert said(check(reading, at=last.replace(hour=15, minute=0, second=0)), "expiry") == ("failed", "expired")


# --- trust -------------------------------------------------------------------------------------------------------


def test_without_an_anchor_the_signature_is_impossible_and_names_the_key() -> None:
    report = check(read(Wire(PLAIN)), AnchorSet.empty())
    assert said(report, "signature") == ("impossible", "no_anchor")
    assert said(report, "signer") == ("impossible", "no_signature")
    assert said(report, "expiry") == ("impossible", "unsigned")
    found = report.finding("licence.signature")
    assert found is not None
    assert len(found.detail["key_id"]) == 64
    assert report.environment is None
    assert not any(each.verified for each in report.attributes)
    assert not any(each.proves for each in report.findings)


def test_an_anchor_of_another_kind_signs_no_licence() -> None:
    others = AnchorSet(Anchor(each.certificate, "production", "x", PASSPORT) for each in anchors())
    assert said(check(read(Wire(PLAIN)), others), "signature") == ("impossible", "no_anchor")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("tampered-name", ("failed", "mismatch")),
        ("tampered-address", ("failed", "mismatch")),
        ("tampered-birth", ("failed", "mismatch")),
        ("tampered-expiry", ("failed", "mismatch")),
        ("tampered-face", ("failed", "mismatch")),
        ("tampered-registered", ("failed", "mismatch")),
        ("tampered-signature", ("failed", "signature")),
        ("forged-authority", ("failed", "signature")),
        ("foreign-authority", ("impossible", "no_anchor")),
    ],
)
def test_what_was_not_signed_by_a_trusted_signer_verifies_nothing(fault: str, expected: tuple[str, str]) -> None:
    report = check(read(Wire(PLAIN, fault)))
    assert said(report, "signature") == expected
    assert report.environment is None
    assert not any(each.verified for each in report.attributes)
    assert not any(each.proves for each in report.findings)


def test_a_signer_whose_certificate_had_ended_on_the_day_of_issue_vouches_for_nothing() -> None:
    report = check(read(Wire(PLAIN, "signer-expired")))
    assert said(report, "signer") == ("failed", "outside")
    assert not any(each.verified for each in report.attributes)
    assert not any(each.proves for each in report.findings)


def test_a_key_identifier_that_nobody_has_leaves_issuer_and_serial() -> None:
    """§11.4: the card names its certificate three ways; the key that verifies decides."""
    report = check(read(Wire(PLAIN, "wrong-key-id")))
    found = report.finding("licence.signature")
    assert found is not None
    assert (found.outcome, found.detail["found_by"]) == (Outcome.PASSED, "issuer_serial")


@pytest.mark.parametrize(
    ("fault", "candidate"),
    [("", "L1"), ("signed-l2", "L2"), ("signed-l4", "L4 (L1)"), ("signed-l5", "L5 (L1)")],
)
def test_each_candidate_of_what_is_signed_is_found_and_named(fault: str, candidate: str) -> None:
    """§11.3."""
    found = check(read(Wire(PLAIN, *([fault] if fault else [])))).finding("licence.signature")
    assert found is not None
    assert (found.outcome, found.detail.get("candidate")) == (Outcome.PASSED, candidate)


def test_values_without_borders_never_pass() -> None:
    """Candidate L3: characters could be moved from one item to the next without changing what is hashed."""
    report = check(read(Wire(PLAIN, "signed-l3")))
    assert said(report, "signature") == ("impossible", "borders")
    assert not any(each.verified for each in report.attributes)


def test_what_was_signed_as_whole_files_cannot_be_shown_as_values() -> None:
    """The genuine files' octets, cut into other items by new tags and lengths: same values in a row, same digest."""
    reading = read(Wire(PLAIN))
    main, domicile, photo = (reading.files[name] for name in ("DF1.EF01", "DF1.EF02", "DF2.EF01"))
    signed, fields = main + domicile + photo, b""
    for tag, size in ((0x12, 72), (0x13, 32), (0x14, 32), (0x16, 7), (0x17, 80), (0x18, 7), (0x1B, 7), (0x21, 12)):
        fields += encode(tag, signed[:size])
        signed = signed[size:]
    forged = {"DF1.EF01": fields + b"\xff" * 500, "DF1.EF02": encode(0x41, signed[:80]), "DF2.EF01": encode(0x5F40, signed[80:])}
    report = check(replace(reading, files={**reading.files, **forged}))
    assert said(report, "signature")[0] in {"failed", "impossible"}
    assert not any(each.verified for each in report.attributes)
    assert not any(each.proves for each in report.findings)


def test_items_cannot_be_hidden_in_the_photo() -> None:
    """Everything from the day of issue on becomes "photo": the digest of L5 would still be that of L2."""
    reading = read(Wire(PLAIN, "signed-l2"))
    walks = [walk(reading.files[name], tags, filler_ends=True) for name, tags in (
        ("DF1.EF01", tuple(range(0x11, 0x40))), ("DF1.EF02", (0x41,)), ("DF2.EF01", (0x5F40,)))]
    main = reading.files["DF1.EF01"][: walks[0].end]
    at = next(each.start for each in walks[0].fields if each.tag == 0x18)
    rest = main[at:] + reading.files["DF1.EF02"][: walks[1].end] + reading.files["DF2.EF01"][: walks[2].end]
    forged = {"DF1.EF01": main[:at] + b"\xff" * 400, "DF1.EF02": b"\xff" * 82, "DF2.EF01": encode(0x5F40, rest)}
    report = check(replace(reading, files={**reading.files, **forged}))
    assert said(report, "signature")[0] == "failed"
    assert not any(each.verified for each in report.attributes)


# --- ways in -----------------------------------------------------------------------------------------------------


def test_pin1_alone_proves_nothing_and_says_so() -> None:
    report = check(read(Wire(PLAIN), pin2=False))
    assert said(report, "signature") == ("impossible", "pin1_only")
    found = report.finding("licence.signature")
    assert found is not None
    assert "PIN 1 alone proves nothing" in found.reason_en
    assert "暗証番号1だけでは" in found.reason_ja
    assert said(report, "portrait") == ("not_done", "not_read")
    assert values(report)["full_name"] == "見本　太郎"
    assert {each.provenance for each in report.attributes} == {Provenance.UNSIGNED_CHIP}
    assert not any(each.verified for each in report.attributes)
    assert not any(each.proves for each in report.findings)


def test_without_pins_only_the_unsigned_dates_are_known() -> None:
    report = check(read(Wire("licence-blocked"), pin1=False, pin2=False))
    assert set(values(report)) == {"issue_date", "expiry_date"}
    assert said(report, "signature") == ("not_done", "not_read")
    assert said(report, "pin") == ("not_done", "not_used")
    assert said(report, "expiry")[0] == "impossible"
    assert said(check(read(Wire("licence-expired"), pin1=False, pin2=False)), "expiry") == ("failed", "expired")


def test_a_file_that_did_not_come_makes_the_signature_impossible() -> None:
    reading = read(Wire(PLAIN))
    files = {name: octets for name, octets in reading.files.items() if name != "DF2.EF01"}
    assert said(check(replace(reading, files=files)), "signature") == ("impossible", "incomplete")


# --- the registered domicile -------------------------------------------------------------------------------------

DOMICILE = {name: read(Wire(name)).files["DF1.EF02"] for name in (PLAIN, "licence-changed", "licence-foreign")}


@pytest.mark.parametrize("name", DOMICILE)
def test_the_domicile_is_in_no_report_and_in_nothing_that_is_kept(name: str) -> None:
    reading = read(Wire(name))
    length = DOMICILE[name][1]
    octets = DOMICILE[name][2 : 2 + length]
    text = bytes(each | 0x80 for each in octets).decode("euc_jp")
    assert length > 4
    report = check(reading)
    assert all(each.source != "DF1.EF02" for each in report.attributes)
    for each in report.findings:
        assert text not in str(each)
    kept = reading_from_zip(reading_to_zip(reading))
    assert set(kept.dropped) == {"DF1.EF02", "DF1.EF07"}
    assert not any(octets in data and name_ not in {"DF1.EF01", "DF1.EF04"} for name_, data in kept.files.items())


def test_a_kept_reading_says_that_its_signature_cannot_be_checked_again() -> None:
    reading = read(Wire(PLAIN))
    again = check(reading_from_zip(reading_to_zip(reading)))
    assert said(again, "signature") == ("not_done", "dropped")
    assert not any(each.verified for each in again.attributes)
    assert {each.provenance for each in again.attributes if each.source == "DF1.EF01"} == {Provenance.SIGNED_TEXT}
    assert values(again) == values(check(reading))


def test_a_guess_of_the_domicile_finds_no_signature_to_be_tried_on() -> None:
    """EF01, photo and EF07 with the issuer's public key would confirm a guess of EF02: so EF07 is not kept either."""
    kept = read(Wire(PLAIN)).kept()
    signature = read(Wire(PLAIN)).files["DF1.EF07"][4:260]
    assert not any(signature[:32] in octets for octets in kept.files.values())


# --- changes -----------------------------------------------------------------------------------------------------


def test_signed_and_changed_address_stand_side_by_side_and_are_labelled() -> None:
    report = check(read(Wire("licence-moved")))
    old, new = (next(each for each in report.attributes if each.name == name) for name in ("address", "current_address"))
    assert (old.provenance, old.verified) == (Provenance.SIGNED_TEXT, True)
    assert (new.provenance, new.verified, new.source) == (Provenance.UNSIGNED_CHIP, False, "DF1.EF04")
    assert old.value != new.value
    assert said(report, "changes") == ("impossible", "unsigned")


def test_every_record_of_a_change_is_shown_and_the_last_one_counts() -> None:
    shown = values(check(read(Wire("licence-changed"))))
    assert shown["change_address_2"].split(" ")[1].startswith(shown["current_address"])
    assert {"change_address_1", "current_full_name", "change_full_name_1"} <= set(shown)


def test_changes_out_of_order_are_told() -> None:
    assert said(check(read(Wire("licence-out-of-order"))), "changes") == ("impossible", "order")


def test_no_change_is_no_proof_that_there_was_none() -> None:
    assert said(check(read(Wire(PLAIN))), "changes") == ("impossible", "none")


# --- characters and images ---------------------------------------------------------------------------------------


def test_characters_that_are_images_are_marked_and_handed_out() -> None:
    reading = read(Wire("licence-gaiji"))
    report = check(reading)
    assert said(report, "characters") == ("impossible", "glyphs")
    assert values(report)["full_name"].count("〓") == 2
    glyphs = [each for each in report.attributes if each.name.startswith("external_character_")]
    assert [each.name for each in glyphs] == ["external_character_1", "external_character_2", "external_character_3"]
    for each in glyphs:
        assert image_of(reading, each)[1] == "image/tiff"
        assert not each.verified  # DF1/EF03 is not among what L1 covers
    signed = check(read(Wire("licence-gaiji", "signed-l4")))
    assert [each.verified for each in signed.attributes if each.name.startswith("external_character_")] == [True, True, False]


def test_a_missing_character_is_told_before_one_that_is_an_image() -> None:
    assert said(check(read(Wire("licence-missing-glyph"))), "characters") == ("impossible", "missing")


@pytest.mark.parametrize(("name", "kind", "head"), [(PLAIN, "image/jp2", b"\x00\x00\x00\x0cjP"), ("licence-007", "image/j2c", b"\xff\x4f\xff\x51")])
def test_the_photo_may_be_a_box_file_or_a_bare_codestream(name: str, kind: str, head: bytes) -> None:
    reading = read(Wire(name))
    portrait = next(each for each in check(reading).attributes if each.name == "portrait")
    octets, media_type = image_of(reading, portrait)
    assert (portrait.media_type, media_type) == (kind, kind)
    assert octets.startswith(head)
    assert len(octets) <= 2000


def test_a_licence_without_photo_has_none() -> None:
    reading = read(Wire("licence-no-photo"))
    report = check(reading)
    assert said(report, "portrait") == ("impossible", "absent")
    assert "portrait" not in values(report)
    portrait = next(each for each in check(read(Wire(PLAIN))).attributes if each.name == "portrait")
    with pytest.raises(DataError, match=r"image\.missing"):
        image_of(reading, portrait)


# --- other inconsistencies ---------------------------------------------------------------------------------------


def test_free_dates_that_differ_from_the_signed_ones_are_a_problem() -> None:
    reading = read(Wire(PLAIN))
    common = bytearray(reading.files["MF.EF01"])
    common[12] ^= 1
    report = check(replace(reading, files={**reading.files, "MF.EF01": bytes(common)}))
    assert said(report, "dates") == ("failed", "differs")
    assert not any(each.verified for each in report.attributes)


def test_the_earlier_expiry_counts() -> None:
    """An unsigned date can only lower the verdict."""
    reading = read(Wire(PLAIN))
    common = bytearray(reading.files["MF.EF01"])
    common[9:13] = bytes.fromhex("20250601")
    report = check(replace(reading, files={**reading.files, "MF.EF01": bytes(common)}))
    assert said(report, "expiry") == ("failed", "expired")


# --- on a My Number Card -----------------------------------------------------------------------------------------


def check_on_mynumber(reading: Reading, trust: AnchorSet | None = None) -> Report:
    return check_mynumber_licence(reading, anchors("mynumber") if trust is None else trust, NOW)


@pytest.mark.parametrize("name", ON_MYNUMBER)
def test_the_licence_on_a_my_number_card_identifies_nobody(name: str) -> None:
    report = check_on_mynumber(read_on_mynumber(Wire(name)))
    assert report.document == "mynumber_licence"
    assert said(report, "identity") == ("impossible", "no_identity_items")
    assert not {"full_name", "birth_date", "address"} & set(values(report))
    assert said(report, "signature") == ("passed", "ok")


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("mynumber-licence", ("passed", "ok")),
        ("mynumber-licence-no-pin", ("passed", "ok")),
        ("mynumber-licence-history", ("impossible", "history_only")),
        ("mynumber-licence-empty", ("impossible", "empty")),
    ],
)
def test_what_is_recorded_is_told(name: str, contents: tuple[str, str]) -> None:
    report = check_on_mynumber(read_on_mynumber(Wire(name)))
    assert said(report, "contents") == contents
    assert (report.finding("mynumber_licence.expiry") is not None) is (contents[0] == "passed")


def test_without_a_pin_set_the_holder_is_not_confirmed_by_one() -> None:
    assert said(check_on_mynumber(read_on_mynumber(Wire("mynumber-licence-no-pin"))), "pin") == ("not_done", "not_set")


def test_its_photo_and_items_are_verified_by_one_pin() -> None:
    reading = read_on_mynumber(Wire("mynumber-licence"))
    report = check_on_mynumber(reading)
    portrait = next(each for each in report.attributes if each.name == "portrait")
    assert (portrait.value, portrait.verified) == ("DLC.WEF02/0107", True)
    assert image_of(reading, portrait)[1] in {"image/jp2", "image/j2c"}
    assert all(each.verified for each in report.attributes)
    again = check_on_mynumber(reading_from_zip(reading_to_zip(reading)))
    assert report_to_dict(again) == report_to_dict(report)  # nothing of it has to be dropped


def test_one_changed_octet_of_it_is_found() -> None:
    reading = read_on_mynumber(Wire("mynumber-licence"))
    data = bytearray(reading.files["DLC.WEF02"])
    data[len(data) // 2] ^= 1
    report = check_on_mynumber(replace(reading, files={**reading.files, "DLC.WEF02": bytes(data)}))
    assert said(report, "signature") == ("failed", "mismatch")
    assert not any(each.verified for each in report.attributes)


def test_a_photo_behind_an_unknown_tag_is_shown_but_not_called_signed() -> None:
    """§15.4: the tag is derived; the image is looked for by its first octets."""
    reading = read_on_mynumber(Wire("mynumber-licence"))
    data = reading.files["DLC.WEF02"]
    at = data.index(b"\x01\x07\x82")
    other = replace(reading, files={**reading.files, "DLC.WEF02": data[:at] + b"\x03\x07" + data[at + 2 :]})
    report = check_on_mynumber(other)
    assert said(report, "form") == ("failed", "malformed")
    portrait = next(each for each in report.attributes if each.name == "portrait")
    assert not portrait.verified
    assert image_of(other, portrait)[0]


# --- forms -------------------------------------------------------------------------------------------------------


def test_the_same_arguments_give_the_same_report_and_it_survives_json() -> None:
    reading = read(Wire("licence-changed"))
    report = check(reading)
    assert check(reading) == report
    assert report_from_dict(report_to_dict(report)) == report


def test_every_finding_has_words_and_a_clause_of_the_sheet() -> None:
    for name, spec in SPECS.items():
        assert spec.clause.startswith("drivers-licence.md §")
        assert spec.title_ja != spec.title_en
        assert name in _BY_ID
    for reasons in _BY_ID.values():
        for ja, en in reasons.values():
            assert ja.endswith("。")
            assert en.endswith(".")
            assert not any("一" <= each <= "龥" or "ぁ" <= each <= "ヶ" for each in en)


def test_another_document_and_a_time_without_zone_are_refused() -> None:
    reading = read(Wire(PLAIN))
    with pytest.raises(CallerError, match=r"checks\.document"):
        check_licence(replace(reading, document=DocumentKind.PASSPORT), anchors(), NOW)
    with pytest.raises(CallerError, match=r"checks\.document"):
        check_mynumber_licence(reading, anchors(), NOW)
    with pytest.raises(CallerError, match=r"checks\.time"):
        check_licence(reading, anchors(), datetime(2026, 11, 25))
    assert check_licence(reading, anchors(), datetime(2026, 11, 25, tzinfo=UTC)).document == "licence"
