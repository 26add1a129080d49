"""Attempts at a code of evidence that is not deserved: Reports made by hand, acts of nobody, papers that are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from honnin.core.errors import DataError
from honnin.facts import Attribute, Environment, Finding, Outcome, Provenance
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
)
from honnin.law.case import Case
from honnin.law.dates import months_before
from honnin.law.engine import decide
from honnin.law.evidence import evidence_from_report, is_valid_on
from honnin.law.rules import load_rules
from tests.unit.law.readings import NOW, ON, all_good, as_production, report

BY = "staff-01"
LATER = NOW + timedelta(days=1)
CHIP = {"CHIP3", "CHIP4", "CHIP_READ", "CHIP_DISPLAY", "ISSUER_SIG_OK", "FACE_MATCH_OK"}
FOUR = ["mynumber-plain", "licence-plain", "residence-plain", "passport-japanese-style"]


def facts(made, acts=None, on=ON, **named):
    return evidence_from_report(made, all_good() if acts is None else acts, on, **named)


def production(name, way=""):
    return as_production(report(name, way))


def notices(found):
    return {each.code for each in found.notices}


def decision(found, law="hanshu", **more):
    case = Case(law, ON, channel="in_person", actor="subject", customer_kind="resident", documents=found.documents,
                evidence=found.codes, **more)  # fmt: skip
    return decide(case, load_rules())


def paper(kind="CERTIFICATES", **changes):
    values = {"how": Handover.PRESENTED, "valid": True, "address_current": True, "number": "", "additional": False,
              "at": NOW, "by": BY, **changes}  # fmt: skip
    return OtherDocument(kind, **values)


def mail(**changes):
    values = {"kind": MailKind.NO_FORWARD, "to": Mailing.DOCUMENT, "sent_at": NOW, "delivered_at": None,
              "returned_at": None, "number": "000-00-00000-0", "by": BY, **changes}  # fmt: skip
    return Mail(**values)


# --- signature and anchor ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FOUR)
@pytest.mark.parametrize("environment", [Environment.SIMULATOR, Environment.TEST])
def test_an_anchor_that_is_not_real_marks_the_whole_of_it(name, environment):
    found = facts(replace(report(name), environment=environment))
    assert found.simulated
    assert "simulated" in notices(found)


@pytest.mark.parametrize("environment", ["simulator", "test"])
def test_one_finding_that_rests_on_such_an_anchor_is_enough(environment):
    made = production("mynumber-plain")
    assert not facts(made).simulated
    first = made.findings[0]
    lent = replace(first, outcome=Outcome.PASSED, detail={**first.detail, "anchor_environment": environment})
    assert facts(replace(made, findings=(lent, *made.findings[1:]))).simulated


def test_a_signature_without_any_anchor_is_none():
    made = replace(production("mynumber-plain", "sign"), environment=None)
    assert not facts(made, Acts()).codes & {"SIG_JPKI", "JPKI_VALID"}


@pytest.mark.parametrize("name", FOUR)
def test_no_anchor_gives_no_signature_whatever_the_findings_say(name):
    assert "ISSUER_SIG_OK" not in facts(replace(report(name), environment=None)).codes


@pytest.mark.parametrize("name", FOUR)
def test_findings_that_passed_do_not_make_unverified_items_signed(name):
    made = production(name)
    passed = tuple(replace(each, outcome=Outcome.PASSED) for each in made.findings)
    loose = tuple(replace(each, verified=False) for each in made.attributes)
    assert "ISSUER_SIG_OK" not in facts(replace(made, findings=passed, attributes=loose)).codes


@pytest.mark.parametrize("name", FOUR)
def test_verified_items_without_any_finding_are_not_signed(name):
    made = replace(production(name), findings=())
    assert "ISSUER_SIG_OK" not in facts(made, all_good(photo_printed=True)).codes


@pytest.mark.parametrize("name", FOUR)
@pytest.mark.parametrize("provenance", [Provenance.TYPED, Provenance.OCR, Provenance.STAFF])
def test_what_people_or_a_camera_wrote_is_nothing_of_the_chip(name, provenance):
    made = production(name)
    typed = replace(made, attributes=tuple(replace(each, provenance=provenance) for each in made.attributes))
    assert not facts(typed).codes & CHIP


@pytest.mark.parametrize("name", FOUR)
def test_items_of_another_document_are_not_this_ones(name):
    other = production(next(each for each in FOUR if each != name))
    mixed = replace(production(name), attributes=other.attributes)
    assert not facts(mixed, all_good(photo_printed=True)).codes & (CHIP - {"CHIP_READ"})


@pytest.mark.parametrize("name", FOUR)
@pytest.mark.parametrize("item", ["birth_date", "portrait"])
def test_an_item_that_is_not_there_is_not_received(name, item):
    made = production(name)
    less = replace(made, attributes=tuple(each for each in made.attributes if each.name != item and each.value))
    found = facts(less, all_good(photo_printed=True))
    assert "CHIP4" not in found.codes
    assert item != "portrait" or "FACE_MATCH_OK" not in found.codes


# --- what kind of document --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["I", "ID", "AC", "V", ""])
def test_a_chip_that_does_not_say_passport_is_no_passport(code):
    made = production("passport-japanese-style")
    said = tuple(replace(each, value=code) if each.name == "document_code" else each for each in made.attributes)
    found = facts(replace(made, attributes=said))
    assert not found.documents
    assert not found.codes
    assert "no_passport" in notices(found)


def test_a_residence_card_whose_photo_nobody_looked_for_is_not_one_without():
    made = production("residence-plain")
    unread = replace(made, findings=tuple(each for each in made.findings if each.id != "residence.portrait"))
    assert not facts(unread).documents
    assert facts(unread, all_good(photo_printed=False)).documents[0].kind == "RESIDENCE_NOPHOTO"
    assert facts(unread, all_good(photo_printed=True)).documents[0].kind == "RESIDENCE"


@pytest.mark.parametrize(("name", "kind"), [("residence-infant", "RESIDENCE"), ("mynumber-no-photo", "MYNA")])
def test_a_photo_that_staff_saw_is_there(name, kind):
    """Or a card whose photo cannot be read would be taken for a child's and need no face."""
    found = facts(production(name), all_good(photo_printed=True))
    assert found.documents[0].kind == kind
    assert not found.codes & {"CHIP4", "FACE_MATCH_OK"}


# --- validity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FOUR)
@pytest.mark.parametrize("first", [True, False])
def test_of_two_dates_of_expiry_the_worse_counts(name, first):
    made = production(name)
    expired = Attribute("expiry_date", "2026-11-24", Provenance.TYPED, verified=False, source="typed")
    attributes = (expired, *made.attributes) if first else (*made.attributes, expired)
    assert facts(replace(made, attributes=attributes)).documents[0].valid is False


def test_a_typed_date_alone_makes_nothing_valid():
    made = production("licence-plain")
    typed = tuple(replace(each, provenance=Provenance.TYPED) if each.name == "expiry_date" else each
                  for each in made.attributes)  # fmt: skip
    assert is_valid_on(replace(made, attributes=typed), Acts(), ON) is None


# --- acts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["", " ", "\u3000", "\u200b", "\u2060\ufeff", "--"])
def test_nobody_is_no_person(by):
    with pytest.raises(DataError, match=r"law\.acts\.by"):
        Answered(Answer.YES, NOW, by)


LATE = {
    "presented": (Done(LATER, BY), {"PRESENT_2", "CHIP_READ", "CHIP_DISPLAY"}),  # the other paper is still the first
    "chip_displayed": (Done(LATER, BY), {"CHIP_DISPLAY"}),
    "face_match": (Answered(Answer.YES, LATER, BY), {"FACE_MATCH_OK"}),
    "print_match": (Answered(Answer.YES, LATER, BY), {"CHIP_DISPLAY"}),
    "face_live": (LiveImage(LATER, "capture 1.0"), {"FACE_LIVE"}),
    "document_live": (LiveImage(LATER, "capture 1.0"), {"DOC_IMAGE_LIVE"}),
    "others": ((paper(at=LATER),), {"PRESENT_2"}),
    "mail": ((mail(sent_at=LATER),), {"MAIL_NO_FORWARD"}),
    "staff_delivery": (Done(LATER, BY), {"STAFF_DELIVERY"}),
}


@pytest.mark.parametrize("act", sorted(LATE))
def test_what_is_done_after_the_day_does_not_count(act):
    value, codes = LATE[act]
    in_time = {
        "face_live": LiveImage(NOW, "capture 1.0"), "document_live": LiveImage(NOW, "capture 1.0"),
        "others": (paper(),), "mail": (mail(),), "staff_delivery": Done(NOW, BY),
    }  # fmt: skip
    made = production("mynumber-plain")
    assert codes <= facts(made, all_good(**in_time), law="hanshu").codes
    found = facts(made, all_good(**{**in_time, act: value}), law="hanshu")
    assert not codes & found.codes
    assert "after_the_day" in notices(found)


def test_an_address_answer_or_a_date_of_the_next_day_is_none_yet():
    made = production("licence-plain")
    current = AddressAnswered(AddressAnswer.CURRENT, LATER, BY)
    assert facts(made, all_good(address=current)).documents[0].address_current is None
    seen = SeenDate(date(2030, 1, 1), LATER, BY)
    assert facts(production("residence-first"), all_good(expiry_seen=seen)).documents[0].valid is None


@pytest.mark.parametrize("question", ["face_match", "print_match"])
def test_a_no_counts_whenever_it_was_said(question):
    found = facts(production("mynumber-plain"), all_good(**{question: Answered(Answer.NO, LATER, BY)}))
    assert not found.codes


def test_whoever_is_not_the_holder_does_not_sign_for_him_either():
    made = production("mynumber-plain", "sign")
    fresh = Finding("mynumber.sign.revocation", Outcome.PASSED, None, None, "ok", "", "", "")
    made = replace(made, findings=(*(each for each in made.findings if each.id != fresh.id), fresh))
    assert {"SIG_JPKI", "JPKI_VALID"} <= facts(made).codes
    assert not facts(made, all_good(face_match=Answered(Answer.NO, NOW, BY))).codes


# --- papers and mixed documents ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["CARD_SUBSTITUTE", "JPKI_SIGN_CARD", "MYNA_LICENCE", "unknown", "NONSENSE", ""])
def test_what_cannot_be_handed_over_or_counts_for_nothing_is_no_paper(kind):
    found = facts(production("licence-plain"), all_good(others=(paper(kind),)))
    assert [each.kind for each in found.documents] == ["LICENCE"]
    assert "PRESENT_2" not in found.codes
    assert "paper_unknown" in notices(found)


@pytest.mark.parametrize("how", list(Handover))
@pytest.mark.parametrize("valid", [None, False])
def test_a_paper_that_nobody_found_valid_lends_its_presentation_to_no_other(how, valid):
    found = facts(production("licence-plain"), all_good(others=(paper(how=how, valid=valid),)))
    assert not found.codes & {"PRESENT_2", "SENT_ORIGINAL", "SENT_COPY_1", "SENT_OTHER"}


def test_the_chip_of_one_card_is_not_that_of_another():
    """The expired card was read, the valid one only shown: no method by chip, whichever of them is looked at."""
    expired = all_good(expiry_seen=SeenDate(date(2026, 11, 24), NOW, BY), others=(paper("LICENCE"),),
                       face_live=LiveImage(NOW, "capture 1.0"))  # fmt: skip
    found = facts(production("mynumber-plain"), expired)
    assert {"CHIP4", "ISSUER_SIG_OK", "FACE_MATCH_OK", "FACE_LIVE", "PRESENT_2"} <= found.codes
    assert not decision(found).verified
    good = facts(production("mynumber-plain"), replace(expired, expiry_seen=SeenDate(date(2027, 1, 1), NOW, BY)))
    assert {each.document for each in decision(good).satisfied} == {"MYNA"}


def test_the_same_document_twice_is_one():
    made = production("licence-plain")
    found = facts(made, all_good(others=(paper("LICENCE"),)))
    assert not decision(found, risk_flags=frozenset({"foreign_pep"})).verified
    other = facts(made, all_good(others=(paper("CERTIFICATES"),)))
    assert decision(other, risk_flags=frozenset({"foreign_pep"})).verified


def test_one_copy_and_a_supplement_sent_in_are_the_two_of_the_law():
    sent = Supplement("電気料金の領収証書", Handover.SENT_ORIGINAL, ON, None, True, "見本電力", NOW, BY)
    copy = paper("LICENCE", how=Handover.SENT_COPY)
    made = production("passport-japanese-style")
    assert "SENT_COPY_2" in facts(made, Acts(others=(copy,), supplement=sent)).codes
    assert "SENT_COPY_2" not in facts(made, Acts(others=(copy,))).codes
    assert not facts(made, Acts(supplement=sent)).codes & {"SENT_COPY_1", "SENT_COPY_2"}


@pytest.mark.parametrize(("issued", "on", "fresh"), [
    (date(2026, 2, 28), date(2026, 8, 31), True),  # 民法140条・143条: counted from 3-01, to the day before 9-01
    (date(2026, 2, 27), date(2026, 8, 31), False),
    (date(2026, 8, 31), date(2027, 2, 28), True),
    (date(2026, 8, 27), date(2027, 2, 28), False),
])  # fmt: skip
def test_six_months_are_counted_by_the_civil_code(issued, on, fresh):
    assert (months_before(on, 6) <= issued) == fresh
    at = datetime(on.year, on.month, on.day, tzinfo=UTC)
    supplement = Supplement("電気料金の領収証書", Handover.PRESENTED, issued, None, True, "見本電力", at, BY)
    found = facts(production("licence-plain"), Acts(supplement=supplement), on=on)
    assert any(each.kind == "SUPPLEMENT" for each in found.documents) == fresh


# --- mail -------------------------------------------------------------------------------------------------------------

MOVED = AddressAnswered(AddressAnswer.MOVED, NOW, BY)
PROOF = Supplement("電気料金の領収証書", Handover.PRESENTED, ON, None, True, "見本電力", NOW, BY)


@pytest.mark.parametrize(("to", "changes", "organisation", "counts"), [
    (Mailing.DOCUMENT, {}, False, True),
    (Mailing.DOCUMENT, {"address": MOVED, "supplement": PROOF}, False, False),  # to where nobody lives any more
    (Mailing.SUPPLEMENT, {"address": MOVED, "supplement": PROOF}, False, True),
    (Mailing.SUPPLEMENT, {"address": MOVED}, False, False),
    (Mailing.SUPPLEMENT, {"address": MOVED, "supplement": replace(PROOF, issued_on=date(2026, 1, 1))}, False, False),
    (Mailing.SUPPLEMENT, {"address": MOVED, "others": (paper(),)}, False, True),
    (Mailing.BUSINESS, {}, False, False),  # 規則6条3項: only of an organisation
    (Mailing.BUSINESS, {}, True, True),
])  # fmt: skip
def test_mail_counts_only_to_an_address_that_was_verified(to, changes, organisation, counts):
    acts = all_good(mail=(mail(to=to),), **changes)
    found = facts(production("licence-plain"), acts, law="hanshu", organisation=organisation)
    assert ("MAIL_NO_FORWARD" in found.codes) is counts
    assert ("mail_elsewhere" in notices(found)) is not counts


@pytest.mark.parametrize(("delivered", "counts"), [(NOW, True), (NOW - timedelta(days=1), False), (LATER, False)])
def test_mail_is_not_delivered_before_it_was_sent_or_after_the_day(delivered, counts):
    found = facts(production("licence-plain"), all_good(mail=(mail(delivered_at=delivered),)), law="keitai")
    assert ("MAIL_NO_FORWARD" in found.codes) is counts
