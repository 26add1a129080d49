"""The verdict table of the sheet (passport.md §13), row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from honnin.checks.passport import RULES, check_passport
from honnin.checks.words import passport as texts
from honnin.core.errors import CallerError
from honnin.facts import Access, Audience, DocumentKind, Outcome, Provenance, Proves, Reading, Refusal
from honnin.facts.codec import report_from_dict, report_to_dict
from honnin.trust.anchors import AnchorSet

from .passports import BAC, CA, CAM, HEALTHY, NOW, changed, check, flipped, from_files, not_passed, read, said, trust

ALWAYS = (
    "passport.sod.structure",
    "passport.sod.signature",
    "passport.sod.hashes",
    "passport.dsc.chain",
    "passport.dsc.validity",
    "passport.aa",
    "passport.ca",
)


def verified(report) -> set[bool]:
    return {each.verified for each in report.attributes}


def test_row_1_chip_authentication_or_its_mapping_makes_the_chip_genuine() -> None:
    report = check(read(CA))
    assert not_passed(report) == {"aa": ("impossible", "not_offered")}
    assert said(report, "ca") == ("passed", "ok")
    cam = check(read(CAM))
    assert not_passed(cam) == {"aa": ("impossible", "not_offered"), "ca": ("not_done", "other_way")}
    assert said(cam, "pace_cam") == ("passed", "ok")
    for finding in (report.finding("passport.ca"), cam.finding("passport.pace_cam")):
        assert (finding.proves, finding.to_whom) == (Proves.CHIP_GENUINE, Audience.THIS_TERMINAL)
    assert verified(report) == verified(cam) == {True}


@pytest.mark.parametrize("name", [HEALTHY, BAC])
def test_row_2_active_authentication_makes_the_chip_genuine_to_anyone(name: str) -> None:
    report = check(read(name))
    assert not_passed(report) == {"ca": ("impossible", "not_offered")}
    finding = report.finding("passport.aa")
    assert (finding.proves, finding.to_whom) == (Proves.CHIP_GENUINE, Audience.ANYONE)
    assert verified(report) == {True}
    assert report.environment.value == "simulator"
    assert report.rules == RULES


def test_row_3_a_chip_without_either_is_authentic_data_on_a_chip_that_may_be_a_copy() -> None:
    report = check(read("passport-copyable"))
    assert not_passed(report) == {"aa": ("impossible", "not_offered"), "ca": ("impossible", "not_offered")}
    assert verified(report) == {True}
    assert "複製" in report.finding("passport.aa").reason_ja
    assert "copy" in report.finding("passport.ca").reason_en


def test_row_4_a_chip_that_fails_or_leaves_out_the_chip_authentication_it_is_known_for_is_suspected() -> None:
    good = read(CA)
    assert said(check(read(CA, "clone-ca")), "ca") == ("failed", "wrong_answer")
    assert said(check(replace(good, proofs=())), "ca") == ("failed", "not_completed")
    refused = replace(good, proofs=(), refusals=(Refusal("chip_authentication", 0x6A80, "card.ca.refused"),))
    assert said(check(refused), "ca") == ("failed", "refused")
    ours = replace(good, proofs=(), refusals=(Refusal("chip_authentication", None, "card.ca.unusable"),))
    assert said(check(ours), "ca") == ("impossible", "unusable_key")
    short_reader = replace(good, proofs=(), refusals=(Refusal("chip_authentication", None, "card.ca.needs_reader"),))
    assert said(check(short_reader), "ca") == ("impossible", "short_reader")
    short_chip = replace(good, proofs=(), refusals=(Refusal("chip_authentication", 0x6883, "card.ca.needs_extended"),))
    assert said(check(short_chip), "ca") == ("failed", "refused")
    assert said(check(read(CAM, "clone-ca")), "pace_cam") == ("failed", "wrong_answer")
    proof = good.proofs[0]
    spoilt = replace(proof, octets=dict(proof.octets) | {"response": flipped(proof.octets["response"], -5)})
    assert said(check(replace(good, proofs=(spoilt,))), "ca") == ("failed", "wrong_answer")


def test_row_5_a_chip_that_fails_or_refuses_active_authentication_is_suspected() -> None:
    good = read(HEALTHY)
    assert said(check(read(HEALTHY, "clone-aa")), "aa") == ("failed", "wrong_answer")
    assert said(check(read(BAC, "clone-aa")), "aa") == ("failed", "wrong_answer")
    assert said(check(read(HEALTHY, "clone-aa-silent")), "aa") == ("failed", "refused")
    assert said(check(read(HEALTHY, challenge=False)), "aa") == ("failed", "not_completed")
    proof = good.proofs[0]
    old = replace(proof, octets=dict(proof.octets) | {"challenge": b"replayed"})
    assert said(check(replace(good, proofs=(old,))), "aa") == ("failed", "wrong_answer")


@pytest.mark.parametrize("name", [HEALTHY, BAC])
def test_row_5_hiding_dg15_does_not_look_like_a_passport_without_it(name: str) -> None:
    assert said(check(read(name, "dg15-hidden")), "aa") == ("failed", "key_hidden")
    assert said(check(replace(changed(read(name), DG15=None), refusals=())), "aa") == ("failed", "key_hidden")
    other = changed(read(name), DG15=read("passport-old-sha1").files["EF.DG15"])
    assert said(check(other), "aa") == ("failed", "key_mismatch")


def test_row_4_hiding_dg14_does_not_look_like_a_passport_without_it() -> None:
    report = check(read(CA, "dg14-hidden"))
    assert said(report, "ca") == ("failed", "key_hidden")
    assert said(report, "access") == ("failed", "key_hidden")
    assert said(check(changed(read(CA), DG14=flipped(read(CA).files["EF.DG14"], 40))), "ca") == ("failed", "key_mismatch")


def test_row_6_a_key_that_nobody_signed_is_not_used() -> None:
    reading = read("passport-copyable")
    key = read("passport-old-sha1")
    report = check(replace(changed(reading, DG15=key.files["EF.DG15"]), proofs=key.proofs))
    assert said(report, "aa") == ("impossible", "not_signed")
    assert said(report, "sod.unlisted") == ("impossible", "unlisted")
    assert verified(report) == {True}
    with_ca = check(replace(changed(reading, DG14=read(CA).files["EF.DG14"]), proofs=read(CA).proofs))
    assert said(with_ca, "ca") == ("impossible", "not_signed")
    announced = check(changed(reading, COM=bytes.fromhex("60145f0104303130375f36063034303030305c02616f")))
    assert said(announced, "aa") == ("impossible", "not_signed")


@pytest.mark.parametrize("fault", ["tampered-dg1", "tampered-dg2"])
def test_row_7_a_changed_data_group_is_manipulation(fault: str) -> None:
    report = check(read(HEALTHY, fault))
    assert said(report, "sod.hashes") == ("failed", "mismatch")
    assert report.finding("passport.sod.hashes").detail["different"] == f"EF.{fault[-3:].upper()}"
    assert verified(report) == {False}
    assert {each.provenance for each in report.attributes} == {Provenance.SIGNED_TEXT, Provenance.SIGNED_IMAGE}


def test_row_8_a_wrong_signature_is_manipulation_and_nothing_that_rests_on_it_passes() -> None:
    report = check(read(HEALTHY, "tampered-sod"))
    assert said(report, "sod.signature") == ("failed", "failed")
    for name in ("aa", "access", "expiry", "country"):
        assert said(report, name) == ("impossible", "signature")
    assert verified(report) == {False}
    assert all(each.proves is None for each in report.findings if each.outcome is Outcome.PASSED)


@pytest.mark.parametrize("name", [HEALTHY, CA, CAM])
def test_row_9_without_the_anchor_the_origin_is_unknown_and_nothing_failed(name: str) -> None:
    for report in (check(read(name, "foreign-csca")), check(read(name), anchors=AnchorSet.empty())):
        assert said(report, "dsc.chain") == ("impossible", "no_anchor")
        assert report.failed == ()
        assert not [each for each in report.findings if each.outcome is Outcome.PASSED and each.proves is Proves.CHIP_GENUINE]
        assert verified(report) == {False}
        assert report.environment is None


def test_a_signature_that_only_names_the_authority_is_worse_than_an_unknown_one() -> None:
    assert said(check(read(HEALTHY, "forged-csca")), "dsc.chain") == ("failed", "failed")


def test_row_10_a_revoked_signer_is_refused_and_a_missing_list_is_not_taken_for_good() -> None:
    report = check(read(HEALTHY, "dsc-revoked"))
    assert said(report, "dsc.revocation") == ("failed", "revoked")
    assert verified(report) == {False}
    assert said(report, "aa") == ("impossible", "signature")
    assert said(check(read(HEALTHY), crls=()), "dsc.revocation") == ("impossible", "no_crl")
    late = check(read(HEALTHY), at=datetime(2040, 12, 31, 12, tzinfo=UTC))
    assert said(late, "dsc.revocation") == ("impossible", "stale")


def test_row_11_an_expired_signer_is_a_finding_of_its_own() -> None:
    report = check(read(HEALTHY, "dsc-expired"))
    assert said(report, "dsc.validity") == ("failed", "expired")
    assert said(report, "dsc.chain") == ("passed", "ok")
    assert verified(report) == {False}
    early = check(read(HEALTHY), at=datetime(2020, 1, 1, tzinfo=UTC))
    assert said(early, "dsc.validity") == ("failed", "not_yet_valid")


def test_row_11_the_passport_expires_at_the_end_of_its_day_in_japan() -> None:
    reading = read(HEALTHY)  # until 2035-03-24
    last = datetime(2035, 3, 24, 14, 59, tzinfo=UTC)
    assert said(check(reading, at=last), "expiry") == ("passed", "ok")
    assert said(check(reading, at=last + timedelta(minutes=1)), "expiry") == ("failed", "expired")


def test_row_12_a_chip_that_is_not_the_one_that_was_typed() -> None:
    reading = read(HEALTHY)
    assert said(check(reading), "mrz.matches_key") == ("passed", "ok")
    other = replace(reading, expected={"mrz_information": read(BAC).expected["mrz_information"]})
    assert said(check(other), "mrz.matches_key") == ("failed", "differs")
    assert said(check(replace(reading, expected={})), "mrz.matches_key") == ("not_done", "nothing_typed")


def test_row_13_bac_although_pace_is_signed_is_a_downgrade() -> None:
    assert said(check(read(HEALTHY, "card-access-hidden")), "access") == ("failed", "bac_despite_pace")
    after = read(HEALTHY, "pace-refused-6a80", allow_bac=True)
    assert after.access.method == "bac"
    assert said(check(after), "access") == ("failed", "bac_despite_pace")
    opened = replace(read(HEALTHY), access=Access("none"))
    assert said(check(opened), "access") == ("failed", "open_despite_pace")


def test_row_13_what_was_offered_before_access_must_be_what_is_signed() -> None:
    reading = read(HEALTHY)
    assert said(check(read(HEALTHY, "card-access-altered")), "access") == ("failed", "card_access_altered")
    assert said(check(changed(reading, CardAccess=None)), "access") == ("failed", "card_access_altered")
    assert said(check(changed(reading, CardAccess=b"\x31\x03\x30\x01\x00")), "access") == ("failed", "card_access_altered")
    lied = replace(reading, access=replace(reading.access, facts=dict(reading.access.facts) | {"parameter_id": "0"}))
    assert said(check(lied), "access") == ("failed", "card_access_altered")
    unknown = replace(reading, access=Access("telepathy"))
    assert said(check(unknown), "access") == ("impossible", "unknown_method")


def test_card_security_must_hold_for_the_mapping_to_prove_anything() -> None:
    reading = read(CAM)
    spoilt = changed(reading, CardSecurity=flipped(reading.files["EF.CardSecurity"]))
    assert said(check(spoilt), "pace_cam") == ("failed", "card_security_bad")
    assert said(check(changed(reading, CardSecurity=None)), "pace_cam") == ("failed", "key_hidden")
    assert said(check(changed(reading, CardSecurity=b"junk")), "pace_cam") == ("failed", "card_security_bad")
    assert said(check(replace(reading, proofs=())), "pace_cam") == ("failed", "not_completed")


def test_the_country_that_signs_must_be_the_one_that_issues() -> None:
    """A signer of Utopia with the zone of another state: the hash no longer fits, the country is named as well."""
    dg1 = read(HEALTHY).files["EF.DG1"].replace(b"UTO", b"JPN")
    report = check(changed(read(HEALTHY), DG1=dg1))
    assert said(report, "country") == ("failed", "differs")
    unknown = check(changed(read(HEALTHY), DG1=read(HEALTHY).files["EF.DG1"].replace(b"UTO", b"QQQ")))
    assert said(unknown, "country") == ("impossible", "unknown_state")


def test_the_findings_of_the_contract_are_there_whatever_the_files_are() -> None:
    readings = [
        read(HEALTHY),
        from_files(read(HEALTHY)),
        Reading(DocumentKind.PASSPORT, NOW, Access("files"), {}),
        Reading(DocumentKind.PASSPORT, NOW, Access("bac"), {}),
        Reading(DocumentKind.PASSPORT, NOW, Access("files"), {"EF.SOD": b"", "EF.DG1": b"", "EF.DG2": b"\x75"}),
        Reading(DocumentKind.PASSPORT, NOW, Access("files"), {"EF.DG77": b"x", "EF.COM": b"x"}),
    ]
    for reading in readings:
        report = check(reading)
        assert [each.id for each in report.findings if each.id in ALWAYS] == list(ALWAYS)
        assert len({each.id for each in report.findings}) == len(report.findings)


def test_from_files_alone_the_chip_is_not_done() -> None:
    for name in (HEALTHY, CA, "passport-copyable"):
        report = check(from_files(read(name)))
        assert said(report, "aa") == said(report, "ca") == ("not_done", "files")
        assert report.failed == ()
        assert verified(report) == {True}


def test_a_missing_security_object_is_no_failure_of_files_but_one_of_a_chip() -> None:
    empty = changed(read(HEALTHY), SOD=None)
    assert said(check(from_files(empty)), "sod.structure") == ("impossible", "absent")
    assert said(check(empty), "sod.structure") == ("failed", "missing")
    assert {each.provenance for each in check(empty).attributes} == {Provenance.UNSIGNED_CHIP}


def test_data_groups_that_are_not_there_are_no_failure() -> None:
    report = check(from_files(changed(read(HEALTHY), DG1=None, DG2=None, DG14=None)))
    assert said(report, "sod.hashes") == ("passed", "ok")
    assert report.attributes == ()
    alone = check(from_files(changed(read(HEALTHY), DG1=None, DG2=None, DG14=None, DG15=None)))
    assert said(alone, "sod.hashes") == ("not_done", "nothing_to_compare")


def test_octets_behind_a_file_are_not_hashed() -> None:
    reading = read(HEALTHY)
    padded = changed(reading, **{name[3:]: data + bytes(40) for name, data in reading.files.items()})
    assert not_passed(check(padded)) == not_passed(check(reading))


def test_weak_algorithms_are_said() -> None:
    report = check(read("passport-old-sha1"))
    assert said(report, "sod.weak") == ("impossible", "weak")
    assert said(report, "sod.signature") == ("passed", "ok")


def test_attributes_carry_names_dates_and_provenance_and_never_the_sex() -> None:
    report = check(read("passport-long-names"))
    values = {each.name: each.value for each in report.attributes}
    assert values["issuing_state"] == "UTO"
    assert values["birth_date"] == "1995-12-01"
    assert values["portrait"] == "EF.DG2"
    assert "ÉLISABETH" in values["full_name"]
    assert "見本 アレクサンドラ" in values["other_names"]
    assert values["issue_date"] == "2025-12-01"
    assert not {"sex", "personal_number", "telephone"} & values.keys()
    portrait = next(each for each in report.attributes if each.name == "portrait")
    assert (portrait.provenance, portrait.media_type) == (Provenance.SIGNED_IMAGE, "image/jpeg")
    assert len(values) == len(report.attributes)


def test_the_same_arguments_give_the_same_report_and_it_survives_json() -> None:
    report = check(read(CAM))
    assert report == check(read(CAM))
    assert report_from_dict(report_to_dict(report)) == report


def test_other_documents_and_times_without_zone_are_refused() -> None:
    anchors, crls = trust()
    with pytest.raises(CallerError, match=r"checks\.document"):
        check_passport(replace(read(HEALTHY), document=DocumentKind.LICENCE), anchors, crls, NOW)
    with pytest.raises(CallerError, match=r"checks\.time"):
        check_passport(read(HEALTHY), anchors, crls, NOW.replace(tzinfo=None))


def test_a_mistake_inside_a_check_lowers_the_verdict_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    import honnin.checks.passport as rules
    from honnin.checks.passport import document, genuine, passive

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    for module, name, finding in (
        (genuine, "verify_active_authentication", "aa"),
        (rules, "check_access", "access"),
        (document, "certificate_countries", "country"),
        (document, "parse_td3", "mrz.check_digits"),
        (passive, "verify_signer", "sod.signature"),
        (passive, "parse_signed_data", "sod.structure"),
        (passive, "validate_dsc", "dsc.chain"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, broken)
            report = check(read(HEALTHY))
        assert said(report, finding)[0] in {"failed", "impossible"}, finding
        assert set(ALWAYS) <= {each.id for each in report.findings}


def test_every_reason_is_said_in_both_languages_and_the_words_are_kept_apart() -> None:
    for finding_id, reasons in texts.all_reasons().items():
        assert all(texts.title(finding_id))
        for reason, (ja, en) in reasons.items():
            assert ja.endswith("。"), (finding_id, reason)
            assert en.endswith("."), (finding_id, reason)
            assert "！" not in ja
            assert all(len(sentence) <= 40 for sentence in ja.split("。")), (finding_id, reason)


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        (HEALTHY, ("clone-aa",)),
        (HEALTHY, ("tampered-dg1",)),
        (HEALTHY, ("tampered-sod",)),
        (HEALTHY, ("dg15-hidden",)),
        (HEALTHY, ("card-access-hidden",)),
        (HEALTHY, ("card-access-altered",)),
        (HEALTHY, ("dsc-expired",)),
        (HEALTHY, ("dsc-revoked",)),
        (HEALTHY, ("forged-csca",)),
        (CA, ("dg14-hidden",)),
        (CA, ("clone-ca",)),
    ],
)
def test_a_problem_says_what_to_do_and_never_that_it_cannot_be_checked(name: str, faults: tuple[str, ...]) -> None:
    failed = check(read(name, *faults)).failed
    assert failed
    for finding in failed:
        assert "確認できません" not in finding.reason_ja
        assert "cannot be checked" not in finding.reason_en.lower()
        assert any(word in finding.reason_ja for word in ("ください", "見比べて"))
