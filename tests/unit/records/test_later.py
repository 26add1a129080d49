"""Acts after the visit: what each adds, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from honnin.core.clock import JAPAN
from honnin.core.errors import CallerError
from honnin.law.acts import Acts, AddressAnswer, Handover, MailKind
from honnin.records.later import (
    Attached,
    ExpirySeen,
    HandedOver,
    MailDelivered,
    MailReturned,
    MailSent,
    OtherVerified,
    PaperCame,
    SupplementCame,
    Wrote,
    apply,
    code_of,
    words_of,
)

DAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 15, 4, 5, tzinfo=JAPAN)
SINCE = date(2026, 11, 20)
ALL = [
    MailSent(DAY, number="1"), MailDelivered(DAY), MailReturned(DAY), HandedOver(DAY),
    PaperCame(DAY, "CERTIFICATES", Handover.SENT_COPY, "1"), SupplementCame(DAY, "領収証書", Handover.PRESENTED, "2"),
    ExpirySeen(DAY, date(2030, 1, 1)), Wrote(DAY, (("F28", "x"),)), OtherVerified(DAY, "01JZZZZZZZZZZZZZZZZZZZZZZZ"),
    Attached(DAY, (("ATT_COPIES", "application/pdf"),)),
]  # fmt: skip


def done(*acts, at=NOW):
    own, other = Acts(), Acts()
    for each in acts:
        own, other = apply(own, other, each, at=at, by="見本", since=SINCE)
    return own, other


@pytest.mark.parametrize("act", ALL, ids=code_of)
def test_every_act_has_a_word_for_the_ledger_and_a_sentence_for_the_record(act):
    assert code_of(act).isascii()
    assert words_of(act)


def test_no_two_acts_have_the_same_word():
    assert len({code_of(each) for each in ALL}) == len(ALL)


def test_a_letter_is_sent_arrives_and_may_come_back():
    own, _ = done(MailSent(date(2026, 11, 21)), MailDelivered(date(2026, 11, 23)))
    letter = own.mail[0]
    assert (letter.sent_at.date(), letter.delivered_at.date(), letter.kind) == (date(2026, 11, 21), date(2026, 11, 23), MailKind.NO_FORWARD)
    own, _ = done(MailSent(date(2026, 11, 21)), MailDelivered(date(2026, 11, 23)), MailReturned(DAY))
    assert own.mail[0].returned_at.date() == DAY


@pytest.mark.parametrize(
    "acts",
    [
        (MailDelivered(DAY),),
        (MailSent(DAY, number="1"), MailDelivered(DAY, number="2")),
        (MailSent(DAY), MailSent(DAY), MailDelivered(DAY)),
        (MailSent(DAY), MailReturned(DAY), MailDelivered(DAY)),
        (MailSent(DAY), MailDelivered(DAY), MailDelivered(DAY)),
        (MailSent(DAY), MailDelivered(DAY - timedelta(days=1))),
    ],
)
def test_a_letter_that_is_not_under_way_does_not_arrive(acts):
    with pytest.raises(CallerError, match=r"later\.mail"):
        done(*acts)


def test_of_several_letters_the_number_says_which():
    own, _ = done(MailSent(DAY, number="1"), MailSent(DAY, number="2"), MailDelivered(DAY, number="2"))
    assert [each.delivered_at is not None for each in own.mail] == [False, True]


@pytest.mark.parametrize("act", ALL, ids=code_of)
@pytest.mark.parametrize("day", [SINCE - timedelta(days=1), DAY + timedelta(days=1)])
def test_no_day_before_the_visit_and_none_to_come(act, day):
    from dataclasses import replace

    with pytest.raises(CallerError, match=r"later\.day"):
        done(replace(act, on=day))


def test_the_day_is_that_of_japan():
    late = datetime(2026, 11, 25, 23, 30, tzinfo=JAPAN).astimezone()
    assert done(HandedOver(DAY), at=late)[0].staff_delivery is not None


@pytest.mark.parametrize("kind", ["paper", "supplement"])
def test_a_presentation_has_its_time_and_is_never_dated_back(kind):
    made = {
        "paper": PaperCame(DAY, "CERTIFICATES", Handover.PRESENTED, "1"),
        "supplement": SupplementCame(DAY, "領収証書", Handover.PRESENTED, "2"),
    }  # fmt: skip
    own, _ = done(made[kind])
    assert (own.others[0] if kind == "paper" else own.supplement).at == NOW
    from dataclasses import replace

    with pytest.raises(CallerError, match=r"later\.presented"):
        done(replace(made[kind], on=DAY - timedelta(days=1)))


def test_what_was_sent_in_has_a_day():
    own, _ = done(PaperCame(date(2026, 11, 23), "CERTIFICATES", Handover.SENT_ORIGINAL, "1"))
    assert own.others[0].at == datetime(2026, 11, 23, tzinfo=JAPAN)


def test_a_paper_of_the_other_person_is_theirs():
    own, other = done(PaperCame(DAY, "CORP_REGISTRY", Handover.PRESENTED, "1", valid=True, other=True))
    assert own.others == ()
    assert other.others[0].kind == "CORP_REGISTRY"


def test_an_address_paper_says_that_the_document_does_not_show_the_present_address():
    own, _ = done(SupplementCame(DAY, "領収証書", Handover.PRESENTED, "2"))
    assert own.address.answer is AddressAnswer.MOVED


def test_what_is_written_about_purpose_and_business_has_its_day():
    own, _ = done(Wrote(DAY, (("F23", "居住"), ("F24.business", "卸売"), ("F25.name", "見本"), ("F26", "源泉徴収票"), ("F28", "7"))))
    assert {each.item for each in own.declarations} == {"purpose", "occupation", "beneficial_owner", "assets"}


def test_the_number_of_acts_is_bounded():
    with pytest.raises(CallerError, match=r"later\.many"):
        done(*(MailSent(DAY, number=str(n)) for n in range(11)))
    with pytest.raises(CallerError, match=r"later\.many"):
        done(*(PaperCame(DAY, "CERTIFICATES", Handover.PRESENTED, str(n)) for n in range(11)))
