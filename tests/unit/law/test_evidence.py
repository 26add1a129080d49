"""Evidence codes from real Reports of virtual cards: what each document gives, and that doubt only ever takes away."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from honnin.core.errors import DataError
from honnin.facts import Attribute, Environment, Finding, Outcome, Provenance, Report
from honnin.law.acts import (
    Acts,
    AddressAnswer,
    AddressAnswered,
    Answer,
    Answered,
    Done,
    Handover,
    LiveImage,
    Mail,
    Mailing,
    MailKind,
    OtherDocument,
    SeenDate,
    Supplement,
    acts_from_dict,
    acts_to_dict,
)
from honnin.law.evidence import evidence_from_report, is_valid_on
from honnin.law.evidence_notices import all_codes
from tests.unit.law.readings import NOW, ON, READABLE, all_good, as_production, report

COUNTER = {"PRESENT_1", "CHIP_READ", "CHIP_DISPLAY"}
CHIP = {"CHIP3", "CHIP4", "FACE_MATCH_OK"}
BY = "staff-01"


def facts(name: str, way: str = "", acts: Acts | None = None, on: date = ON, **named):
    return evidence_from_report(as_production(report(name, way)), all_good() if acts is None else acts, on, **named)


def document(found):
    return [(each.kind, each.valid, each.address_current) for each in found.documents]


def notices(found):
    return {each.code for each in found.notices}


@pytest.mark.parametrize(
    ("name", "kind", "codes"),
    [
        ("mynumber-plain", "MYNA", COUNTER | CHIP | {"ISSUER_SIG_OK"}),
        ("licence-plain", "LICENCE", COUNTER | CHIP | {"ISSUER_SIG_OK"}),
        ("residence-plain", "RESIDENCE", COUNTER | CHIP | {"ISSUER_SIG_OK"}),
        ("residence-first", "RESIDENCE", COUNTER | CHIP | {"ISSUER_SIG_OK"}),
        ("residence-special", "SPR", COUNTER | CHIP | {"ISSUER_SIG_OK"}),
        ("passport-japanese-style", "PASSPORT", COUNTER | {"FACE_MATCH_OK", "ISSUER_SIG_OK"}),
    ],
)  # fmt: skip
def test_a_good_visit_gives_each_document_its_codes(name, kind, codes):
    found = facts(name)
    assert found.codes == codes
    assert document(found) == [(kind, True, kind != "PASSPORT")]
    assert not found.simulated


@pytest.mark.parametrize("name", READABLE)
def test_every_card_gives_an_answer_and_nothing_without_acts(name):
    """Nobody did anything: no presentation, no display, no face, whatever the chip says."""
    found = evidence_from_report(report(name), Acts(), ON)
    assert not found.codes & {"PRESENT_1", "CHIP_READ", "CHIP_DISPLAY", "FACE_MATCH_OK", "FACE_LIVE"}
    assert all(each.address_current in {None, False} for each in found.documents)
    assert "CHIP4" not in found.codes or "CHIP3" in found.codes


@pytest.mark.parametrize("name", READABLE)
def test_a_simulator_anchor_marks_everything(name):
    made = report(name)
    assert evidence_from_report(made, all_good(), ON).simulated == (made.environment is Environment.SIMULATOR)
    assert evidence_from_report(made, all_good(), ON, simulated=True).simulated


@pytest.mark.parametrize("name", READABLE)
def test_without_a_trusted_anchor_there_is_no_issuer_signature(name):
    found = evidence_from_report(report(name, trusted=False), all_good(), ON)
    assert "ISSUER_SIG_OK" not in found.codes


@pytest.mark.parametrize("name", [name for name in READABLE if name.startswith("passport")])
def test_no_passport_ever_has_an_address_in_its_chip(name):
    made = as_production(report(name))
    planted = Attribute("address", "見本県架空市1", Provenance.SIGNED_TEXT, verified=True, source="EF.DG11")
    found = evidence_from_report(replace(made, attributes=(*made.attributes, planted)), all_good(), ON)
    assert not found.codes & {"CHIP3", "CHIP4"}
    assert document(found)[0][2] is False


def test_the_licence_on_a_my_number_card_identifies_nobody():
    found = facts("mynumber-licence", "licence")
    assert not found.documents
    assert not found.codes
    assert "myna_licence" in notices(found)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("residence-under16", "RESIDENCE_NOPHOTO"), ("residence-under16-variant", "SPR_NOPHOTO"),
        ("residence-infant", "RESIDENCE_NOPHOTO"), ("mynumber-no-photo", "MYNA_NOPHOTO"),
    ],
)  # fmt: skip
def test_a_card_without_photo_has_three_items_at_most(name, kind):
    found = facts(name)
    assert found.documents[0].kind == kind
    assert "CHIP4" not in found.codes
    assert "FACE_MATCH_OK" not in found.codes


def test_under_16_cards_carry_no_signature_that_could_pass():
    assert "ISSUER_SIG_OK" not in facts("residence-under16").codes


def test_specified_residence_cards_are_told_and_give_nothing_from_the_chip():
    card = Finding("residence.card", Outcome.IMPOSSIBLE, None, None, "card_type", "", "", "", {"card_type": "07"})
    found = evidence_from_report(Report("residence", None, (card,), (), "test"), all_good(), ON)
    assert document(found)[0][0] == "TOKUTEI_RESIDENCE"
    assert not found.codes & {"CHIP3", "CHIP4", "ISSUER_SIG_OK", "CHIP_READ"}


def test_four_digits_alone_give_three_items_and_the_photo_has_to_be_seen():
    found = facts("mynumber-plain", "pin")
    assert not found.documents
    assert "photo_unknown" in notices(found)
    seen = facts("mynumber-plain", "pin", all_good(photo_printed=True))
    assert seen.documents[0].kind == "MYNA"
    assert {"CHIP3", "ISSUER_SIG_OK"} <= seen.codes
    assert not seen.codes & {"CHIP4", "FACE_MATCH_OK"}


def test_the_printed_number_alone_gives_four_items_as_signed_pictures():
    found = facts("mynumber-plain", "b")
    assert {"CHIP4", "ISSUER_SIG_OK"} <= found.codes


def test_pin1_of_a_licence_proves_no_signature_and_shows_no_photo():
    found = facts("licence-plain", "pin1")
    assert "ISSUER_SIG_OK" not in found.codes
    assert "CHIP4" not in found.codes
    assert "CHIP3" in found.codes


def test_a_later_address_counts_and_is_said_to_be_unsigned():
    found = facts("licence-moved")
    assert found.items.address.name == "current_address"
    assert {"CHIP4", "ISSUER_SIG_OK"} <= found.codes
    assert "address_unsigned" in notices(found)


def test_signing_with_the_card_without_a_revocation_answer_is_not_valid():
    found = facts("mynumber-plain", "sign")
    assert "SIG_JPKI" in found.codes
    assert "JPKI_VALID" not in found.codes
    assert ("JPKI_SIGN_CARD", None, None) in document(found)


def with_finding(made, finding_id, outcome, reason="ok"):
    kept = tuple(each for each in made.findings if each.id != finding_id)
    return replace(made, findings=(*kept, Finding(finding_id, outcome, None, None, reason, "", "", "")))


def test_signing_with_a_fresh_good_answer_is_valid_and_has_a_current_address():
    made = with_finding(as_production(report("mynumber-plain", "sign")), "mynumber.sign.revocation", Outcome.PASSED)
    found = evidence_from_report(made, Acts(), ON)
    assert {"SIG_JPKI", "JPKI_VALID"} <= found.codes
    assert ("JPKI_SIGN_CARD", True, True) in document(found)


def test_a_revoked_certificate_is_invalid_and_leaves_the_card_data_alone():
    made = with_finding(as_production(report("mynumber-plain", "sign")), "mynumber.sign.revocation", Outcome.FAILED, "revoked")
    found = evidence_from_report(made, all_good(), ON)
    assert "JPKI_VALID" not in found.codes
    assert ("JPKI_SIGN_CARD", False, None) in document(found)
    assert "CHIP4" in found.codes


def test_a_certificate_is_no_source_of_chip_items():
    made = as_production(report("mynumber-plain", "sign"))
    only = replace(made, attributes=tuple(replace(each, source="JPKI.EF0001") for each in made.attributes))
    assert not evidence_from_report(only, all_good(), ON).codes & {"CHIP3", "CHIP4", "CHIP_READ"}


@pytest.mark.parametrize("name", ["mynumber-plain", "licence-plain", "residence-plain", "passport-japanese-style"])
def test_a_failed_check_takes_every_chip_code_away(name):
    """Also for a house that accepts what cannot be verified: failed is not unverifiable."""
    made = as_production(report(name))
    for each in made.findings:
        if each.id.endswith((".expiry", ".stay", ".validity", ".revocation")) and "passport.dsc" not in each.id:
            continue
        found = evidence_from_report(with_finding(made, each.id, Outcome.FAILED, "mismatch"), all_good(), ON)
        assert not found.codes, each.id
        assert not found.documents or found.documents[0].signature_failed is True


@pytest.mark.parametrize("name", ["mynumber-plain", "licence-plain", "residence-plain", "passport-japanese-style"])
@pytest.mark.parametrize("outcome", [Outcome.IMPOSSIBLE, Outcome.NOT_DONE])
def test_a_signature_that_was_not_confirmed_is_not_ok(name, outcome):
    made = as_production(report(name))
    signatures = [each.id for each in made.findings if each.id.endswith((".signature", ".signer", ".issuer", ".chain", ".hashes"))]
    assert signatures
    for each in signatures:
        assert "ISSUER_SIG_OK" not in evidence_from_report(with_finding(made, each, outcome, "no_anchor"), all_good(), ON).codes


def test_what_was_typed_is_not_from_the_chip():
    made = as_production(report("mynumber-plain"))
    typed = replace(made, attributes=tuple(replace(each, provenance=Provenance.TYPED) for each in made.attributes))
    assert not evidence_from_report(typed, all_good(), ON).codes & {"CHIP3", "CHIP4", "ISSUER_SIG_OK", "CHIP_READ"}


def test_files_are_no_card():
    assert not facts("mynumber-plain", from_card=False).codes & {"CHIP3", "CHIP4", "CHIP_READ", "ISSUER_SIG_OK"}


@pytest.mark.parametrize("answer", [Answer.NO, Answer.UNSURE])
@pytest.mark.parametrize("question", ["face_match", "print_match"])
def test_staff_who_do_not_say_yes_take_the_whole_document_away(question, answer):
    found = facts("mynumber-plain", acts=all_good(**{question: Answered(answer, NOW, BY)}))
    assert not found.codes


def test_face_counts_only_with_a_yes():
    assert "FACE_MATCH_OK" not in facts("mynumber-plain", acts=all_good(face_match=None)).codes


@pytest.mark.parametrize("without", ["chip_displayed", "print_match"])
def test_display_needs_the_page_and_the_comparison(without):
    found = facts("mynumber-plain", acts=all_good(**{without: None}))
    assert "CHIP_DISPLAY" not in found.codes
    assert "CHIP_READ" in found.codes


def test_from_afar_nothing_was_presented_or_displayed():
    acts = Acts(face_live=LiveImage(NOW, "capture 1.0"), face_match=Answered(Answer.YES, NOW, BY))
    found = facts("mynumber-plain", acts=acts)
    assert {"CHIP4", "FACE_LIVE", "FACE_MATCH_OK", "ISSUER_SIG_OK"} <= found.codes
    assert not found.codes & COUNTER


def test_an_act_needs_a_person_and_a_zone():
    with pytest.raises(DataError, match=r"law\.acts\.by"):
        Answered(Answer.YES, NOW, " ")
    with pytest.raises(DataError, match=r"law\.acts\.time"):
        Done(datetime(2026, 11, 25), BY)


# --- validity and address -----------------------------------------------------------------------------------------


def test_the_day_is_the_last_one_and_the_next_is_too_late():
    made = report("licence-plain")
    last = date.fromisoformat(next(each.value for each in made.attributes if each.name == "expiry_date"))
    assert is_valid_on(made, Acts(), last) is True
    assert is_valid_on(made, Acts(), last + timedelta(days=1)) is False


@pytest.mark.parametrize("name", ["licence-expired", "residence-expired", "mynumber-expired"])
def test_an_expired_document_is_invalid(name):
    assert facts(name, acts=all_good(expiry_seen=None)).documents[0].valid is False


def test_a_date_in_a_picture_is_unknown_until_somebody_read_it():
    assert facts("residence-first", acts=all_good(expiry_seen=None)).documents[0].valid is None
    assert facts("residence-first").documents[0].valid is True
    late = all_good(expiry_seen=SeenDate(date(2026, 11, 24), NOW, BY))
    assert facts("residence-first", acts=late).documents[0].valid is False


def test_a_lapsed_number_is_invalid_whatever_the_date():
    lapsed = all_good(number_lookup=Answered(Answer.NO, NOW, BY))
    assert facts("residence-plain", acts=lapsed).documents[0].valid is False


def test_the_address_is_what_staff_answered_and_never_assumed():
    moved = AddressAnswered(AddressAnswer.MOVED, NOW, BY)
    assert facts("licence-plain", acts=all_good(address=None)).documents[0].address_current is None
    assert facts("licence-plain", acts=all_good(address=moved)).documents[0].address_current is False


# --- beside the chip ----------------------------------------------------------------------------------------------


def supplement(**changes) -> Supplement:
    values = {
        "kind": "電気料金の領収証書", "how": Handover.PRESENTED, "issued_on": date(2026, 5, 25), "valid_until": None,
        "shows_current_address": True, "identification": "見本電力", "at": NOW, "by": BY, **changes,
    }  # fmt: skip
    return Supplement(**values)


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),  # six months to the day
        ({"issued_on": date(2026, 5, 24)}, False),
        ({"issued_on": date(2026, 11, 26)}, False),  # from the future
        ({"issued_on": None}, False),
        ({"issued_on": None, "valid_until": ON}, True),
        ({"valid_until": date(2026, 11, 24)}, False),
        ({"shows_current_address": False}, False),
    ],
)  # fmt: skip
def test_a_supplement_is_fresh_and_shows_the_address_or_counts_for_nothing(changes, counts):
    found = facts("passport-japanese-style", acts=all_good(supplement=supplement(**changes)))
    assert (("SUPPLEMENT", True, True) in document(found)) is counts
    assert ("supplement_unfit" in notices(found)) is not counts


def test_six_months_end_on_a_day_that_exists():
    paper = all_good(supplement=supplement(issued_on=date(2026, 8, 31)))
    assert ("SUPPLEMENT", True, True) in document(facts("licence-plain", acts=paper, on=date(2027, 2, 28)))
    assert ("SUPPLEMENT", True, True) not in document(facts("licence-plain", acts=paper, on=date(2027, 3, 1)))


def other(**changes) -> OtherDocument:
    values = {
        "kind": "CERTIFICATES", "how": Handover.PRESENTED, "valid": True, "address_current": True, "number": "",
        "additional": False, "at": NOW, "by": BY, **changes,
    }  # fmt: skip
    return OtherDocument(**values)


def test_two_papers_presented_are_two_presentations_and_one_is_one():
    assert "PRESENT_2" in facts("licence-plain", acts=all_good(others=(other(),))).codes
    assert "PRESENT_2" in facts("licence-plain", acts=all_good(supplement=supplement())).codes
    assert "PRESENT_2" not in facts("licence-plain").codes
    assert "PRESENT_2" not in facts("licence-plain", acts=all_good(supplement=supplement(issued_on=None))).codes
    assert "PRESENT_2" not in facts("licence-plain", acts=Acts(others=(other(),))).codes


def test_a_high_risk_paper_that_was_sent_is_no_document_of_a_method():
    sent = facts("licence-plain", acts=all_good(others=(other(additional=True, how=Handover.SENT_ORIGINAL),))).codes
    assert "SENT_OTHER" in sent
    assert "SENT_ORIGINAL" not in sent


def test_copies_are_counted_one_by_one():
    copy = other(how=Handover.SENT_COPY)
    assert not {"SENT_COPY_2"} & facts("licence-plain", acts=Acts(others=(copy,))).codes
    assert {"SENT_COPY_1", "SENT_COPY_2"} <= facts("licence-plain", acts=Acts(others=(copy, copy))).codes


def mail(**changes) -> Mail:
    values = {
        "kind": MailKind.NO_FORWARD, "to": Mailing.DOCUMENT, "sent_at": NOW, "delivered_at": None, "returned_at": None,
        "number": "000-00-00000-0", "by": BY, **changes,
    }  # fmt: skip
    return Mail(**values)


@pytest.mark.parametrize(
    ("law", "changes", "counts"),
    [
        ("hanshu", {}, True), ("keitai", {}, False), ("", {}, False), ("keitai", {"delivered_at": NOW}, True),
        ("hanshu", {"returned_at": NOW}, False), ("keitai", {"delivered_at": NOW, "returned_at": NOW}, False),
    ],
)  # fmt: skip
def test_mail_is_complete_when_the_law_says_so_and_never_when_it_came_back(law, changes, counts):
    found = facts("licence-plain", acts=all_good(mail=(mail(**changes),)), law=law)
    assert ("MAIL_NO_FORWARD" in found.codes) is counts


# --- codec --------------------------------------------------------------------------------------------------------


def everything() -> Acts:
    jst = NOW.astimezone(timezone(timedelta(hours=9)))
    return all_good(
        presented=Done(jst, BY), supplement=supplement(), others=(other(), other(kind="GOV_OTHER")), mail=(mail(),),
        face_live=LiveImage(NOW, "capture 1.0"), photo_printed=True,
    )  # fmt: skip


def test_acts_survive_json_with_their_zone():
    made = everything()
    again = acts_from_dict(json.loads(json.dumps(acts_to_dict(made))))
    assert again == made
    assert again.presented.at.isoformat().endswith("+09:00")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda each: each.pop("mail"), lambda each: each.update(more=1), lambda each: each.update(version=2),
        lambda each: each["presented"].update(by=""), lambda each: each["presented"].update(at="2026-11-25T12:00:00"),
        lambda each: each["face_match"].update(answer="maybe"), lambda each: each.update(photo_printed="yes"),
        lambda each: each.update(others=[{}] * 600), lambda each: each["presented"].update(by="x" * 9000),
        lambda each: each.update(presented=[]), lambda each: each["supplement"].update(issued_on="20260525"),
        lambda each: each["presented"].update(by="\ud800"),
    ],
)  # fmt: skip
def test_acts_of_another_form_are_refused(spoil):
    value = json.loads(json.dumps(acts_to_dict(everything())))
    spoil(value)
    with pytest.raises(DataError, match=r"law\.acts"):
        acts_from_dict(value)


def test_every_notice_has_two_languages():
    from honnin.law.evidence_notices import notice

    assert all(notice(code).ja and notice(code).en for code in all_codes())


# --- what the house looked up about a company (law.md §2.4 ロ, ハ) ----------------------------------------------------


@pytest.mark.parametrize(("kind", "code"), [
    ("CORP_REGISTRY_DATA", "CORP_REGISTRY_DATA"), ("CORP_NUMBER_DATA", "CORP_NUMBER_PUBLIC_DATA"),
])  # fmt: skip
@pytest.mark.parametrize("how", list(Handover))
def test_what_was_looked_up_and_compared_is_evidence_and_nothing_else(kind, code, how):
    before = facts("mynumber-plain")
    found = facts("mynumber-plain", acts=all_good(others=(other(kind=kind, how=how, valid=True),)))
    assert found.codes - before.codes == {"CORP_DECLARATION", code}
    assert found.documents == before.documents


@pytest.mark.parametrize("valid", [False, None])
def test_what_was_looked_up_and_not_compared_counts_for_nothing(valid):
    found = facts("mynumber-plain", acts=all_good(others=(other(kind="CORP_REGISTRY_DATA", valid=valid),)))
    assert found.codes == facts("mynumber-plain").codes
    assert "paper_unchecked" in notices(found)
