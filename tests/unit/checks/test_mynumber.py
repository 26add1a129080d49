"""The Report of a My Number Card: what holds on a sound card, and that every fault of a card costs the right finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from honnin.cards.mynumber import ToSign
from honnin.checks.mynumber import MyNumberTrust, check_mynumber, image_of, individual_number
from honnin.checks.words.mynumber import SPECS, all_reasons, reason_text
from honnin.core.errors import CallerError, DataError
from honnin.core.tlv import encode
from honnin.facts import DocumentKind, Environment, Outcome, Proof, Provenance, Proves
from honnin.facts.codec import reading_from_zip, reading_to_zip, report_from_dict, report_to_dict
from honnin.trust.certificate import parse_certificate
from honnin.trust.cvc import CvAnchors, built_in_anchors
from honnin.trust.jpki import AuthAnchors, RevocationAnswer, SignAnchors
from tests.unit.cards.mynumber.virtual import (
    CARDS,
    CHALLENGE,
    DOCUMENT,
    FAULTS,
    NOW,
    PLAIN,
    PURPOSE,
    Wire,
    blocking,
    number_a,
    number_b,
    trust,
    ways,
)

ALL = {"printed": number_b(), "text_pin": True, "number_purpose": PURPOSE, "authenticate": ToSign(DOCUMENT), "sign": ToSign(DOCUMENT)}
USABLE = [name for name in CARDS if name not in ("mynumber-one-try", "mynumber-blocked")]
NOT_DONE = {"mynumber.currently_valid", "mynumber.auth.revocation", "mynumber.sign.revocation"}


def read(name=PLAIN, faults=(), **values):
    return blocking(Wire(name, faults), **(values or ALL))


def everything(name):
    values = {**ALL, "printed": number_b(name)}
    if "signature_password" not in CARDS[name].secrets:
        del values["sign"]
    return values


def report(reading, trusted=None, **more):
    return check_mynumber(reading, trusted or trust(), NOW, **more)


def outcomes(found):
    return {each.id: (each.outcome.value, each.reason) for each in found.findings}


def reasons(found, *outcome):
    wanted = {Outcome(each) for each in outcome}
    return {each.id: each.reason for each in found.findings if each.outcome in wanted}


@pytest.fixture(scope="module")
def sound():
    return read()


@pytest.mark.parametrize("name", [each for each in USABLE if each != "mynumber-expired"])
def test_on_a_sound_card_everything_holds_but_what_nobody_was_asked(name):
    found = report(read(name, **everything(name)))
    assert set(reasons(found, "failed", "impossible")) == set()
    assert set(reasons(found, "not_done")) <= NOT_DONE
    assert found.environment is Environment.SIMULATOR
    assert len({each.id for each in found.findings}) == len(found.findings)


def test_every_way_has_the_findings_of_what_it_read():
    for way, values in ways(PLAIN).items():
        found = report(read(**values))
        unsigned = {"mynumber.expiry": "unsigned"} if way == "a" else {}  # no year was confirmed by the chip
        assert reasons(found, "failed", "impossible") == unsigned, way
        prefixes = {each.id.split(".")[1] for each in found.findings}
        assert ("face" in prefixes) == ("printed" in values)
        assert ("auth" in prefixes) == ("authenticate" in values or way == "certificate")
        assert ("sign" in prefixes) == ("sign" in values)
        assert ("number" in prefixes) == (way in ("a", "pin and number"))


def test_what_is_proved_and_to_whom(sound):
    found = report(sound)
    assert found.finding("mynumber.face.chip").proves is Proves.CHIP_GENUINE
    assert found.finding("mynumber.sign.signature").proves is Proves.HOLDER_KNOWS_SECRET
    assert found.finding("mynumber.pin").to_whom.value == "this_terminal"
    passed = {each.proves for each in found.findings if each.outcome is Outcome.PASSED}
    assert Proves.CURRENTLY_VALID not in passed
    assert Proves.HOLDER_FACE not in passed


def test_the_items_of_a_sound_card(sound):
    items = {each.name: each for each in report(sound).attributes}
    assert items["full_name"].value == "見本　太郎"
    assert items["birth_date"].value == "1990-01-02"
    assert items["sex"].value == "male"
    assert items["expiry_date"].provenance is Provenance.UNSIGNED_CHIP
    assert not items["expiry_date"].verified
    assert items["portrait"].provenance is Provenance.SIGNED_IMAGE
    assert all(each.verified for name, each in items.items() if name != "expiry_date")
    assert image_of(sound, items["portrait"])[1] == "image/jp2"
    assert image_of(sound, items["name_image"])[0].startswith(b"\x89PNG")


def test_a_card_without_a_photo_has_no_portrait():
    name = "mynumber-no-photo"
    assert "portrait" not in {each.name for each in report(read(name, printed=number_b(name))).attributes}


def test_substitutes_are_said_and_both_spellings_kept():
    name = "mynumber-substitutes"
    found = report(read(name, **everything(name)))
    assert found.finding("mynumber.sign.attributes").reason == "substitutes"
    items = {each.name: each.value for each in found.attributes}
    assert items["full_name"] != items["certificate_full_name"]


def test_an_expired_card_is_expired():
    name = "mynumber-expired"
    found = report(read(name, **everything(name)))
    assert reasons(found, "failed") == {
        "mynumber.expiry": "expired", "mynumber.auth.validity": "expired", "mynumber.sign.validity": "expired"
    }  # fmt: skip
    assert found.finding("mynumber.sign.signature").reason == "origin_unknown"


FAULTY = {
    "clone-card-key": {"mynumber.face.chip": "wrong_answer", "mynumber.text.chip": "wrong_answer"},
    "tampered-name": {"mynumber.text.signature": "changed"},
    "tampered-address": {"mynumber.text.signature": "changed"},
    "tampered-birth": {},
    "tampered-face": {"mynumber.face.signature": "bad_signature"},
    "tampered-number": {"mynumber.number": "changed"},
    "foreign-cv": {},
    "forged-cv": {"mynumber.face.issuer": "bad_signature", "mynumber.text.issuer": "bad_signature"},
    "lookalike-authority": {"mynumber.auth.chain": "bad_signature", "mynumber.sign.chain": "bad_signature"},
    "certificate-expired": {"mynumber.auth.validity": "expired", "mynumber.sign.validity": "expired"},
    "certificate-real-policy": {"mynumber.auth.policy": "real_policy", "mynumber.sign.policy": "real_policy"},
}


@pytest.mark.parametrize("fault", FAULTY)
def test_each_fault_of_a_card_costs_its_finding(fault):
    found = report(read(PLAIN, (fault,)))
    failed = reasons(found, "failed")
    assert FAULTY[fault].items() <= failed.items()
    assert failed or reasons(found, "impossible")


def test_an_altered_birth_date_costs_the_signature_where_it_is():
    failed = reasons(report(read(PLAIN, ("tampered-birth",))), "failed")
    assert {"mynumber.face.signature", "mynumber.text.signature"} & set(failed)


def test_an_unknown_issuer_is_impossible_and_proves_nothing():
    found = report(read(PLAIN, ("foreign-cv",)))
    assert found.finding("mynumber.face.issuer").outcome is Outcome.IMPOSSIBLE
    for name in ("mynumber.face.signature", "mynumber.text.signature"):
        assert found.finding(name).proves is None
    assert found.finding("mynumber.face.chip").outcome is Outcome.IMPOSSIBLE
    assert not any(each.verified for each in found.attributes if each.source.startswith(("KENMEN", "HOJO")))


def test_every_fault_is_looked_at():
    link = {"garbage", "removed", "slow", "error", "short-only", "blocked-6983", "mismatch-6300", "certificate-revoked"}
    assert set(FAULTS) == set(FAULTY) | link


def test_nothing_is_trusted_by_default(sound):
    """The built-in keys are those of production: a simulated card rests on nothing."""
    found = check_mynumber(sound, MyNumberTrust(), NOW)
    assert found.environment is None
    assert not any(each.verified for each in found.attributes)
    for name in ("mynumber.face.issuer", "mynumber.text.issuer", "mynumber.auth.chain", "mynumber.sign.chain"):
        assert outcomes(found)[name] == ("impossible", "no_anchor")
    assert not [each for each in found.findings if each.outcome is Outcome.PASSED and each.proves is not None and each.proves is not Proves.ISSUER_DATA]


def test_a_mixed_chain_is_named_by_its_least_trusted_part(sound):
    trusted = MyNumberTrust(built_in_anchors() | trust().card_data, trust().sign, AuthAnchors())
    assert check_mynumber(sound, trusted, NOW).environment is Environment.SIMULATOR


def test_the_stores_cannot_be_swapped(sound):
    from honnin.core.errors import TrustError

    with pytest.raises(TrustError, match=r"trust\.jpki\.wrong_store"):
        check_mynumber(sound, MyNumberTrust(CvAnchors(), trust().auth, trust().sign), NOW)


# --- Proofs ----------------------------------------------------------------------------------------------------------


def with_proof(reading, kind, **octets):
    proofs = tuple(Proof(each.kind, {**each.octets, **octets}, each.facts) if each.kind == kind else each for each in reading.proofs)
    return replace(reading, proofs=proofs)


@pytest.mark.parametrize("kind", ["mynumber.face.chip", "mynumber.text.chip"])
def test_an_answer_to_another_challenge_is_wrong(sound, kind):
    assert outcomes(report(with_proof(sound, kind, challenge=bytes(32))))[kind] == ("failed", "wrong_answer")
    assert outcomes(report(with_proof(sound, kind, challenge=b"short")))[kind] == ("failed", "bad_proof")
    assert outcomes(report(with_proof(sound, kind, response=b"")))[kind] == ("failed", "wrong_answer")


def test_the_keys_of_the_two_applications_are_not_the_same(sound):
    other = sound.proof("mynumber.text.chip").octets["response"]
    assert outcomes(report(with_proof(sound, "mynumber.face.chip", response=other)))["mynumber.face.chip"][0] == "failed"


@pytest.mark.parametrize("kind", ["auth", "sign"])
def test_a_signature_over_another_document_is_bad(sound, kind):
    found = report(with_proof(sound, f"mynumber.{kind}", document=DOCUMENT + b"!"))
    assert outcomes(found)[f"mynumber.{kind}.signature"] == ("failed", "bad_signature")


def test_an_authentication_signature_is_no_signature_of_the_holders_will(sound):
    auth = sound.proof("mynumber.auth")
    swapped = with_proof(sound, "mynumber.sign", **auth.octets)
    assert outcomes(report(swapped))["mynumber.sign.signature"] == ("failed", "bad_signature")


def test_without_a_challenge_the_chip_is_not_proved():
    found = report(read(printed=number_b(), chip_challenge=b""))
    assert outcomes(found)["mynumber.face.chip"] == ("not_done", "not_asked")


def test_a_pin_that_a_chip_took_counts_only_if_the_chip_is_genuine():
    assert outcomes(report(read(text_pin=True)))["mynumber.pin"] == ("passed", "ok")
    found = report(read(PLAIN, ("clone-card-key",), text_pin=True))
    assert outcomes(found)["mynumber.pin"] == ("impossible", "chip_unproven")


def test_certificates_of_the_other_service_are_refused(sound):
    files = {**sound.files, "JPKI.EF0001": sound.files["JPKI.EF000A"]}
    assert outcomes(report(replace(sound, files=files)))["mynumber.sign.chain"] == ("failed", "wrong_store")


def test_the_expiry_rests_on_the_year_that_the_chip_confirmed(sound):
    assert outcomes(report(sound))["mynumber.expiry"] == ("passed", "ok")
    later = replace(sound, access=replace(sound.access, facts={**sound.access.facts, "expiry_year": "2036"}))
    assert outcomes(report(later))["mynumber.expiry"] == ("failed", "year")
    assert outcomes(report(read(printed=number_a())))["mynumber.expiry"] == ("impossible", "unsigned")


# --- Revocation ------------------------------------------------------------------------------------------------------


def answer(reading, name="JPKI.EF0001", **changes):
    certificate = parse_certificate(reading.files[name])
    values = {"serial": certificate.serial, "issuer_ski": certificate.aki, "state": "good", "source": "ocsp",
              "this_update": NOW - timedelta(minutes=1)}  # fmt: skip
    return RevocationAnswer(**{**values, **changes})


def test_currently_valid_needs_a_fresh_answer(sound):
    name = "mynumber.sign.revocation"
    assert outcomes(report(sound))[name] == ("not_done", "no_answer")
    assert outcomes(report(sound, sign_revocation=answer(sound)))[name] == ("passed", "ok")
    revoked = answer(sound, state="revoked", reason="affiliation_changed")
    assert outcomes(report(sound, sign_revocation=revoked))[name] == ("failed", "revoked")
    stale = answer(sound, this_update=NOW - timedelta(days=2))
    assert outcomes(report(sound, sign_revocation=stale))[name] == ("impossible", "stale")
    other = answer(sound, "JPKI.EF000A")
    assert outcomes(report(sound, sign_revocation=other))[name] == ("impossible", "other_certificate")


def test_a_good_answer_about_an_unknown_authority_proves_nothing(sound):
    found = check_mynumber(sound, MyNumberTrust(sign=SignAnchors()), NOW, sign_revocation=answer(sound))
    assert outcomes(found)["mynumber.sign.revocation"] == ("impossible", "origin_unknown")


# --- The individual number --------------------------------------------------------------------------------------------


def test_the_number_is_in_no_report(sound):
    found = report(sound)
    number = CARDS[PLAIN].secrets["reference_a"]
    assert number not in repr(found)
    assert number not in str(report_to_dict(found))
    assert individual_number(sound, found).reveal() == number


@pytest.mark.parametrize("fault", ["tampered-number", "forged-cv", "foreign-cv"])
def test_a_number_that_is_not_confirmed_is_not_given(fault):
    reading = read(PLAIN, (fault,))
    with pytest.raises(DataError, match=r"mynumber\.number\.unconfirmed"):
        individual_number(reading, report(reading))


def test_without_a_purpose_there_is_no_number():
    reading = read(printed=number_b())
    with pytest.raises(DataError, match=r"mynumber\.number\.unconfirmed"):
        individual_number(reading, report(reading))


def test_a_kept_reading_holds_nothing_of_the_number_and_says_so(sound):
    octets = reading_to_zip(sound)
    kept = reading_from_zip(octets)
    assert set(kept.dropped) == {"HOJO.EF0001", "HOJO.EF0003"}
    digest = sound.files["HOJO.EF0003"][8:40]
    assert all(digest not in each for each in kept.files.values())
    found = report(kept)
    assert outcomes(found)["mynumber.text.signature"] == ("impossible", "dropped")
    assert outcomes(found)["mynumber.number"] == ("impossible", "dropped")
    assert outcomes(found)["mynumber.face.signature"] == ("passed", "ok")
    items = {each.name: each for each in found.attributes}
    assert not items["full_name"].verified


# --- Hostile and odd Readings ----------------------------------------------------------------------------------------


def pieces(reading):
    for name, octets in reading.files.items():
        for at in range(0, len(octets), max(len(octets) // 12, 1)):
            yield name, octets[:at] + bytes([octets[at] ^ 0x55]) + octets[at + 1 :]
        yield name, b""
        yield name, octets[: len(octets) // 2]
        yield name, octets + b"\xff"


def test_no_changed_octet_makes_a_better_report_or_an_exception(sound):
    """Every file, changed at many places: what passed may fail, never the other way round."""
    good = {each.id for each in report(sound).findings if each.outcome is Outcome.PASSED}
    touched = 0
    for name, octets in pieces(sound):
        found = report(replace(sound, files={**sound.files, name: octets}))
        passed = {each.id for each in found.findings if each.outcome is Outcome.PASSED}
        assert passed <= good
        touched += passed != good
    assert touched > 60


@pytest.mark.parametrize("name", ["KENMEN.EF0004", "KENMEN.EF0002", "HOJO.EF0004", "HOJO.EF0002", "HOJO.EF0003", "HOJO.EF0007",
                                  "JPKI.EF000A", "JPKI.EF0001"])  # fmt: skip
def test_a_hidden_file_costs_a_finding(sound, name):
    files = {each: octets for each, octets in sound.files.items() if each != name}
    found = report(replace(sound, files=files))
    assert reasons(found, "failed", "impossible")
    sources = {each.source for each in found.attributes if each.verified}
    assert not any(source == name or (source, name[-4:]) == (f"{name[:-4]}0002", "0004") for source in sources)


def test_a_table_of_offsets_that_points_elsewhere_is_refused(sound):
    """§7.5 step 3: two readers of one file must not see two persons."""
    face = bytearray(sound.files["KENMEN.EF0002"])
    at = face.index(b"\xdf\x21\x12") + 3
    face[at + 1] ^= 1
    found = report(replace(sound, files={**sound.files, "KENMEN.EF0002": bytes(face)}))
    assert outcomes(found)["mynumber.face.signature"] == ("failed", "malformed")
    assert "portrait" not in {each.name for each in found.attributes}


def test_a_second_name_behind_the_signed_ones_is_refused(sound):
    items = sound.files["HOJO.EF0002"]
    body = items[3:] if items[2] < 0x80 else items[5:]
    more = encode(0xFF20, body + encode(0xDF22, "別人".encode()))
    found = report(replace(sound, files={**sound.files, "HOJO.EF0002": more}))
    assert outcomes(found)["mynumber.text.signature"] == ("failed", "malformed")


def test_data_of_another_card_do_not_fit(sound):
    other = read("mynumber-moved", **everything("mynumber-moved"))
    files = {**sound.files, **{name: octets for name, octets in other.files.items() if name.startswith("HOJO")}}
    found = report(replace(sound, files=files))
    assert outcomes(found)["mynumber.same_data"] == ("failed", "differs")
    assert not any(each.verified for each in found.attributes if each.source.startswith(("KENMEN", "HOJO")))


def test_other_documents_and_times_without_zone_are_the_callers_mistake(sound):
    with pytest.raises(CallerError, match=r"checks\.document"):
        report(replace(sound, document=DocumentKind.PASSPORT))
    with pytest.raises(CallerError, match=r"checks\.time"):
        check_mynumber(sound, trust(), NOW.replace(tzinfo=None))


def test_a_report_survives_being_kept(sound):
    found = report(sound)
    assert report_from_dict(report_to_dict(found)) == found


def test_the_same_reading_gives_the_same_report(sound):
    assert report(sound) == report(sound)


# --- Words ------------------------------------------------------------------------------------------------------------


def test_every_reason_has_words_in_both_languages():
    for finding_id, texts in all_reasons().items():
        for ja, en in texts.values():
            assert ja.endswith("。"), finding_id
            assert en.endswith("."), finding_id
    assert all(spec.title_ja and spec.title_en and spec.clause for spec in SPECS.values())


def test_every_reason_that_comes_up_here_has_its_own_words(sound):
    seen = set()
    for fault in FAULTY:
        seen |= {(each.id, each.reason) for each in report(read(PLAIN, (fault,))).findings}
    seen |= {(each.id, each.reason) for each in report(sound).findings}
    assert {each for each in seen if each[1] != "malformed" and reason_text(*each) == reason_text(each[0], "malformed")} == set()


def test_the_challenge_is_long_enough_to_be_fresh():
    assert len(CHALLENGE) >= 16
