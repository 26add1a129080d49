"""What a residence card is worth: signature, pinned authority, what is not signed (residence-card.md §8)."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from honnin.apdu import run_in_process
from honnin.cards.residence import CardNumber, Plan, read_residence
from honnin.checks.residence import check_residence, picture
from honnin.checks.residence.signature import ENTRIES as LAYOUT
from honnin.checks.residence.signature import check_code, first_target, is_laid_out, second_target
from honnin.checks.words.residence import SPECS, all_reasons
from honnin.core.clock import system_random
from honnin.core.errors import CallerError, CardError
from honnin.core.secret import Secret
from honnin.crypto import EcKey, Point, RsaKey, curve_by_name, digest
from honnin.facts import Environment, Outcome, Provenance, Report
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin_virtual import faults_for, faults_from_names, issue, list_cards, simulator_trust
from tests import pki
from tests.unit.cards.residence import sheet
from tests.unit.checks import residence_cards as made
from tests.unit.checks.residence_cards import NOW, anchors, first, found, second, tlv, verified, without

SIGNED1 = {"front_image", "portrait"}
SIGNED2 = {
    "birth_date", "expiry_date", "nationality", "residence_status", "period_of_stay", "stay_expiry_date",
    "permission_kind", "permission_date", "work_restriction", "portrait", "name_image",
}  # fmt: skip


def check(reading, trusted: AnchorSet | None = None, at: datetime = NOW) -> Report:
    return check_residence(reading, anchors() if trusted is None else trusted, at)


# --- the vectors of the sheet ---------------------------------------------------------------------------------------


def test_both_forms_of_the_sheet_verify_and_are_told_apart() -> None:
    target = first_target(sheet.FRONT, sheet.PHOTO)
    assert target is not None
    assert digest("sha256", target).hex().upper() == sheet.CHECK_CODE_HASH
    key = RsaKey(sheet.CHECK_CODE_N, 65537)
    assert check_code(key, sheet.CHECK_CODE_A, target).form == "A"
    assert check_code(key, sheet.CHECK_CODE_B, target).form == "B"
    for code in (sheet.CHECK_CODE_A, sheet.CHECK_CODE_B):
        assert not check_code(key, code, target[:-1] + b"\x01").ok
        assert not check_code(key, code[:-1] + bytes([code[-1] ^ 1]), target).ok
        assert check_code(key, code[:-1], target).reason == "length"


def test_the_ecdsa_example_of_the_sheet_verifies() -> None:
    entries = dict(made.ENTRIES) | {0xC8: b"VNM", 0xC9: b"0000000000"}
    target = second_target(entries, sheet.PHOTO, sheet.NAME)
    assert target is not None
    assert len(target) == 5553
    assert digest("sha256", target).hex().upper() == sheet.SECOND_TARGET_SHA256
    key = EcKey(curve_by_name("secp384r1"), Point(*sheet.SECOND_POINT))
    assert check_code(key, sheet.SECOND_CODE, target).form == "raw"
    assert not check_code(key, sheet.SECOND_CODE, sheet.NAME + target).ok


def test_a_block_with_the_hash_anywhere_but_at_its_end_is_no_signature() -> None:
    """The forgery for keys with exponent 3: a short padding, the right tail, and anything behind it."""
    target = bytes(10_000)
    hashed = digest("sha256", target)
    info = bytes.fromhex("3031300d060960864801650304020105000420")
    n = (1 << 2048) - 1  # stands for a modulus: only what comes out of the power counts here
    for head in (b"\x00\x01\xff\x00", b"\x00\x01" + b"\xff" * 8 + b"\x00", b"\x00\x02" + b"\xff" * 202 + b"\x00"):
        for tail in (info + hashed, hashed):
            block = int.from_bytes((head + tail).ljust(256, b"\0"), "big")
            root = round(block ** (1 / 3)) if block < 1 << 900 else _cube_root(block)
            assert not check_code(RsaKey(n, 3), root.to_bytes(256, "big"), target).ok


def _cube_root(value: int) -> int:
    low, high = 0, 1 << (value.bit_length() // 3 + 2)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= value else (low, middle - 1)
    return low


@pytest.mark.parametrize("bits", [1024, 3072])
def test_a_key_of_another_length_is_no_key_of_a_card(bits: int) -> None:
    key = RsaKey((1 << bits) - 159, 65537)
    assert check_code(key, bytes(bits // 8), b"").reason == "key"


# --- healthy cards ---------------------------------------------------------------------------------------------------


def test_a_card_of_the_first_generation_passes_and_says_what_is_not_signed() -> None:
    report = check(first())
    assert not report.failed
    assert found(report, "residence.signature") == ("passed", "ok")
    assert found(report, "residence.certificate.chain") == ("passed", "ok")
    assert report.environment is Environment.TEST
    assert verified(report) == SIGNED1
    unsigned = {each.name for each in report.attributes if each.provenance is Provenance.UNSIGNED_CHIP}
    assert {"address", "address_date", "renewal_application", "card_type"} <= unsigned
    number = next(each for each in report.attributes if each.name == "document_number")
    assert (number.provenance, number.verified) == (Provenance.TYPED, False)


def test_a_card_of_the_second_generation_passes_and_its_number_stays_unsigned() -> None:
    report = check(second())
    assert not report.failed
    assert verified(report) == SIGNED2
    by_name = {each.name: each for each in report.attributes}
    assert by_name["document_number"].provenance is Provenance.UNSIGNED_CHIP
    assert by_name["address_image"].provenance is Provenance.UNSIGNED_CHIP
    assert by_name["birth_date"].value == "1990-01-15"
    assert "sex" not in by_name


@pytest.mark.parametrize("reading", [first(), second(), first(b"2"), made.reading({})])
def test_that_a_full_copy_cannot_be_told_apart_is_always_said(reading) -> None:
    report = check(reading)
    finding = report.finding("residence.copy")
    assert finding is not None
    assert (finding.outcome, finding.proves) == (Outcome.IMPOSSIBLE, None)
    assert "copy" in finding.reason_en
    assert "複製" in finding.reason_ja


def test_the_same_arguments_give_the_same_report() -> None:
    reading, trusted = second(), anchors()
    assert check(reading, trusted) == check(reading, trusted)


# --- the signature ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["DF1_EF01", "DF1_EF02"])
def test_a_changed_octet_of_a_signed_picture_fails(file: str) -> None:
    data = first().files[file.replace("_", ".")]
    report = check(first(**{file: data[:100] + bytes([data[100] ^ 1]) + data[101:]}))
    assert found(report, "residence.signature") == ("failed", "mismatch")
    assert verified(report) == set()


def test_a_form_b_code_is_accepted_and_recorded() -> None:
    numbers = made.SIGNER1.private.private_numbers()
    hashed = digest("sha256", made.FRONT + made.FACE)
    block = int.from_bytes(b"\x00\x01" + b"\xff" * 221 + b"\x00" + hashed, "big")
    code = pow(block, numbers.d, numbers.public_numbers.n).to_bytes(256, "big")
    finding = check(first(signature=code)).finding("residence.signature")
    assert finding is not None
    assert (finding.outcome, finding.detail["form"]) == (Outcome.PASSED, "B")


def test_a_der_code_is_accepted_and_recorded() -> None:
    code = made.SIGNER2.ecdsa().sign(made.target2()).ljust(108, b"\0")
    finding = check(second(signature=code)).finding("residence.signature")
    assert finding is not None
    assert (finding.outcome, finding.detail["form"]) == (Outcome.PASSED, "der")


def test_name_before_face_is_not_what_is_signed() -> None:
    entries = b"".join(made.ENTRIES.values())
    report = check(second(signature=made.raw_code(entries + made.NAME + made.FACE)))
    assert found(report, "residence.signature") == ("failed", "mismatch")


def test_values_under_other_tags_fail_although_the_signed_octets_are_the_same() -> None:
    """Only values are signed: birth and expiry have the same length, so their tags could be exchanged."""
    swapped = {0xC6: made.ENTRIES[0xC5], 0xC5: made.ENTRIES[0xC6]} | {tag: made.ENTRIES[tag] for tag in list(LAYOUT)[2:]}
    report = check(second(entries=swapped))
    assert found(report, "residence.signature") == ("failed", "layout")
    assert verified(report) == set()


def test_a_digit_moved_from_one_entry_into_the_next_fails() -> None:
    moved = dict(made.ENTRIES) | {0xC5: b"2033040", 0xC6: b"119900115"}
    assert b"".join(moved.values()) == b"".join(made.ENTRIES.values())
    assert not is_laid_out(moved, LAYOUT)
    assert found(check(second(entries=moved)), "residence.signature") == ("failed", "layout")


def test_an_entry_that_is_there_twice_makes_the_file_malformed() -> None:
    data = second().files["DF1.EF02"] + tlv(0xC6, b"19700101")
    report = check(second(DF1_EF02=data))
    assert found(report, "residence.signature") == ("failed", "malformed")
    assert "birth_date" not in {each.name for each in report.attributes}


def test_special_permanent_residents_of_2026_have_six_entries() -> None:
    entries = {tag: made.ENTRIES[tag] for tag in list(LAYOUT)[:6]}
    other = second().files["DF2.EF03"]
    reading = without(second(b"06", entries, DF2_EF01=other), "DF2.EF02", "DF2.EF03")
    report = check(reading)
    assert not report.failed
    assert report.finding("residence.stay") is None
    report = check(second(b"06"))  # a layout that nobody has described: not judged, not condemned
    assert found(report, "residence.signature") == ("impossible", "layout")
    assert verified(report) == set()


def test_a_key_of_the_other_generation_is_refused() -> None:
    wrong = made.card_certificate(1, key=made.SIGNER2).der
    report = check(first(certificate=wrong))
    assert found(report, "residence.signature") == ("failed", "key")
    assert found(report, "residence.certificate.chain") == ("failed", "purpose")


# --- nothing signed --------------------------------------------------------------------------------------------------

UNDER16 = {"DF1_EF02": tlv(0xD1, bytes(3000)), "DF3_EF01": b"\xda\x00\xdb\x00".ljust(1464, b"\0")}


@pytest.mark.parametrize(
    "files",
    [
        UNDER16,
        UNDER16 | {"DF3_EF01": b"\xda\x00".ljust(1464, b"\0")},
        UNDER16 | {"DF3_EF01": bytes(1464)},
        UNDER16 | {"DF1_EF02": b"\xd1\x00".ljust(3004, b"\0")},
        UNDER16 | {"DF1_EF02": bytes(3004)},
    ],
)
def test_the_layout_of_under_16s_is_absent_and_never_passed(files) -> None:
    report = check(first(**files))
    assert found(report, "residence.signature") == ("impossible", "absent")
    assert found(report, "residence.portrait") == ("impossible", "absent")
    assert found(report, "residence.certificate.chain") == ("impossible", "absent")
    assert verified(report) == set()
    assert all(each.provenance is not Provenance.SIGNED_IMAGE for each in report.attributes)


def test_a_photo_without_a_signature_fails() -> None:
    report = check(first(DF3_EF01=UNDER16["DF3_EF01"]))
    assert found(report, "residence.signature") == ("failed", "absent_with_photo")


def test_a_certificate_without_a_check_code_fails() -> None:
    data = tlv(0xDA, bytes(256)) + tlv(0xDB, made.card_certificate(1).der.ljust(1200, b"\0"))
    assert found(check(first(DF3_EF01=data)), "residence.signature") == ("failed", "code_missing")


def test_a_card_of_2026_without_signature_fails_by_the_age_that_it_tells_itself() -> None:
    pictures = tlv(0xD0, made.NAME) + tlv(0xD1, bytes(3000))
    bare = {"DF1_EF03": pictures, "DF3_EF01": bytes(704)}
    assert found(check(second(**bare)), "residence.signature") == ("failed", "absent_by_age")
    infant = dict(made.ENTRIES) | {0xC6: b"20260301"}
    assert found(check(second(entries=infant, **bare)), "residence.signature") == ("impossible", "absent_infant")


@pytest.mark.parametrize("file", ["DF1.EF01", "DF1.EF02", "DF3.EF01"])
def test_a_file_that_was_not_read_leaves_the_signature_unchecked(file: str) -> None:
    report = check(without(first(), file))
    assert found(report, "residence.signature") == ("impossible", "not_read")
    assert verified(report) == set()


def test_no_certificate_at_all_says_so() -> None:
    data = tlv(0xDA, made.SIGNER1.pkcs1().sign(made.FRONT + made.FACE)) + tlv(0xDB, bytes(1200))
    report = check(first(DF3_EF01=data))
    assert found(report, "residence.signature") == ("failed", "certificate")
    assert found(report, "residence.certificate.chain") == ("impossible", "no_certificate")


# --- other findings --------------------------------------------------------------------------------------------------


def test_another_number_on_the_chip_fails_and_nothing_is_verified() -> None:
    report = check(second(DF1_EF01=tlv(0xC2, b"ZZ87654321ZZ")))
    assert found(report, "residence.number") == ("failed", "differs")
    assert verified(report) == set()


def test_the_day_of_expiry_still_counts_in_japan() -> None:
    last = datetime(2033, 4, 1, 14, 59, tzinfo=UTC)  # 23:59 in Tokyo
    certificate = made.card_certificate(2).der
    assert found(check(second(certificate=certificate), at=last), "residence.expiry") == ("passed", "ok")
    report = check(second(), at=last + timedelta(minutes=1))
    assert found(report, "residence.expiry") == ("failed", "expired")


def test_an_expired_card_fails_even_without_anybody_to_trust() -> None:
    at = datetime(2034, 1, 1, tzinfo=UTC)
    assert found(check(second(), AnchorSet.empty(), at), "residence.expiry") == ("failed", "expired")
    assert found(check(second(), AnchorSet.empty()), "residence.expiry") == ("impossible", "signature")


def test_the_end_of_the_stay_is_a_date_of_its_own() -> None:
    at = datetime(2029, 8, 1, tzinfo=UTC)
    assert found(check(second(), at=at), "residence.stay") == ("failed", "expired")
    pending = second(DF2_EF02=tlv(0xD8, b"1"))
    assert found(check(pending, at=at), "residence.stay") == ("impossible", "pending")


def test_erased_permissions_are_none_and_not_a_fault() -> None:
    report = check(first(DF2_EF02=bytes(122), DF2_EF03=bytes(122)))
    assert report.finding("residence.files") is None
    values = {each.name: each.value for each in report.attributes}
    assert values["comprehensive_permission"] == values["individual_permission"] == "なし（消去済み） / None (erased)"


def test_text_that_is_no_utf_8_is_shown_with_a_warning() -> None:
    data = tlv(0xD2, b"20260401") + tlv(0xD3, b"992011") + tlv(0xD4, "見本県架空市".encode("cp932").ljust(320, b"\0"))
    report = check(first(DF2_EF01=data))
    assert next(each.value for each in report.attributes if each.name == "address") == "見本県架空市"
    finding = report.finding("residence.files")
    assert finding is not None
    assert finding.detail == {"text DF2.EF01/D4": "cp932"}


def test_an_address_that_is_no_text_is_left_out() -> None:
    data = tlv(0xD2, b"20269999") + tlv(0xD3, b"99\x00") + tlv(0xD4, b"\xff\xfe\x01".ljust(320, b"\0"))
    report = check(first(DF2_EF01=data))
    assert {"address", "address_date"}.isdisjoint({each.name for each in report.attributes})
    assert found(report, "residence.files") == ("impossible", "malformed")


def test_a_type_that_nobody_knows_is_not_judged() -> None:
    report = check(first(b"9"))
    assert found(report, "residence.card") == ("impossible", "card_type")
    assert found(report, "residence.signature") == ("impossible", "card_type")
    assert report.attributes == ()


def test_a_reading_of_another_document_and_a_time_without_zone_are_the_callers_mistake() -> None:
    with pytest.raises(CallerError, match=r"checks\.time"):
        check(first(), at=datetime(2026, 1, 1))


def test_every_finding_has_all_its_words_in_both_languages() -> None:
    for name, spec in SPECS.items():
        assert spec.title_ja
        assert spec.title_en
        for reason, (ja, en) in all_reasons()[name].items():
            assert ja.endswith("。"), (name, reason)
            assert en.endswith("."), (name, reason)


# --- the cards of other hands ----------------------------------------------------------------------------------------

SIMULATOR = AnchorSet(Anchor(parse_certificate(each), "simulator", "test") for each in simulator_trust("residence").values())
CARDS = {each.name: each.secrets["card_number"] for each in list_cards() if each.document == "residence"}
CARDS.pop("residence-specified")


def read(name: str, *faults: str):
    card = issue(name, faults=faults_from_names(faults), now=NOW)
    key = CardNumber(Secret(CARDS[name]))
    return run_in_process(read_residence(key, Plan(reader_extended=True), now=NOW, random=system_random), card.process)


@pytest.mark.parametrize("name", sorted(CARDS))
def test_every_persona_comes_out_as_it_is(name: str) -> None:
    report = check(read(name), SIMULATOR)
    if "under16" in name:
        assert found(report, "residence.signature") == ("impossible", "absent")
        assert report.environment is None
    else:
        assert [found(report, each)[0] for each in list(SPECS)[:3]] == ["passed"] * 3
        assert report.environment is Environment.SIMULATOR
    expired = {"residence.expiry", "residence.stay"} if name == "residence-expired" else set()
    assert {each.id for each in report.failed} == expired


# Fault -> finding -> (outcome, reason) on the plain card of each generation.
FAULTS = {
    "tampered-name": {"residence.signature": ("failed", "mismatch")},
    "tampered-birth": {"residence.signature": ("failed", "mismatch")},
    "tampered-face": {"residence.signature": ("failed", "mismatch")},
    "tampered-expiry": {"residence.signature": ("failed", "mismatch")},
    "tampered-signature": {"residence.signature": ("failed", "mismatch")},
    "foreign-authority": {"residence.certificate.chain": ("impossible", "no_anchor")},
    "forged-authority": {"residence.certificate.chain": ("failed", "failed")},
    "signer-expired": {"residence.certificate.validity": ("failed", "expired")},
    "certificate-trailing": {"residence.certificate.chain": ("failed", "certificate")},
    "certificate-encoding": {"residence.certificate.chain": ("passed", "ok")},
    "tampered-address": {"residence.signature": ("passed", "ok")},  # not signed: cannot be seen
    "invented-permission": {"residence.signature": ("passed", "ok")},  # not signed: cannot be seen
    "huge-length": {"residence.signature": ("failed", "malformed")},
    "other-number": {"residence.number": ("failed", "differs")},
    "check-code-der": {"residence.signature": ("passed", "ok")},
    "check-code-form-b": {"residence.signature": ("passed", "ok")},
}
HARMLESS = {"tampered-address", "invented-permission", "check-code-der", "check-code-form-b", "certificate-encoding"}


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        (name, fault)
        for name in ("residence-plain", "residence-first")
        for fault in sorted(FAULTS.keys() & {each.name for each in faults_for(name)})
    ],
)
def test_every_fault_of_a_card_is_found_or_said_to_be_unsigned(name: str, fault: str) -> None:
    report = check(read(name, fault), SIMULATOR)
    for finding, expected in FAULTS[fault].items():
        assert found(report, finding) == expected
    assert (verified(report) != set()) == (fault in HARMLESS)
    for each in report.attributes:
        if each.name in {"address", "address_image", "comprehensive_permission", "document_number"}:
            assert not each.verified


@pytest.mark.parametrize("name", sorted(CARDS))
def test_what_was_altered_on_the_way_is_refused_or_fails_the_signature(name: str) -> None:
    """Secure messaging has no MAC: only padding and signature can tell (§0)."""
    try:
        report = check(read(name, "altered-on-the-way"), SIMULATOR)
    except CardError as error:
        assert error.code in {"card.sm.padding", "card.sm.malformed"}
    else:
        assert found(report, "residence.signature")[0] != "passed"
        assert verified(report) == set()


def test_no_fault_of_the_virtual_cards_is_left_out() -> None:
    known = FAULTS.keys() | {"altered-on-the-way", "signature-hidden"}
    on_the_way = {
        "garbage", "removed", "slow", "short-only", "error", "wrong-mutual", "read-limit-84", "read-limit-250",
        "read-limit-400", "exact-length", "strict",
    }  # fmt: skip
    assert {each.name for name in CARDS for each in faults_for(name)} <= known | on_the_way


def test_a_hidden_signature_is_never_a_good_card() -> None:
    for name in ("residence-plain", "residence-first"):
        report = check(read(name, "signature-hidden"), SIMULATOR)
        assert found(report, "residence.signature")[0] != "passed"
        assert verified(report) == set()


def test_the_pictures_can_be_taken_out_of_a_reading() -> None:
    reading = read("residence-plain")
    for name, media_type in (("portrait", "image/jp2"), ("name_image", "image/tiff"), ("address_image", "image/tiff")):
        taken = picture(reading, name)
        assert taken is not None
        assert taken.media_type == media_type
        with Image.open(io.BytesIO(taken.value)) as image:
            assert image.size[0] > 100
    assert picture(reading, "front_image") is None


# --- the authority ---------------------------------------------------------------------------------------------------


def test_an_unpinned_authority_in_production_is_not_believed() -> None:
    report = check(first(), anchors(environment="production"))
    assert found(report, "residence.certificate.chain") == ("impossible", "not_pinned")
    assert report.environment is None
    assert verified(report) == set()


def test_a_passport_authority_of_japan_signs_no_residence_card() -> None:
    state = pki.csca(made.CA1, subject=pki.name(("C", "JP"), ("O", "MOFA"), ("CN", "CSCA")))
    report = check(first(), anchors(state))
    assert found(report, "residence.certificate.chain") == ("impossible", "no_anchor")
