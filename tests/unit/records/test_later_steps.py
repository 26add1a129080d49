"""One act more and nothing taken back: every act passes its own rule, and no other rule, and no change beside it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from honnin.law.acts import Acts, Done
from honnin.law.acts import Declaration as Said
from honnin.records.later import Wrote, apply, code_of
from honnin.records.later_steps import STEPS, explained
from tests.unit.law.readings import all_good
from tests.unit.records.test_later import ALL, DAY, NOW, SINCE, MailDelivered, MailReturned, MailSent, PaperCame


def before_of(act):
    """Acts to which it can be added: a letter is under way where one arrives."""
    own, other = all_good(), Acts()
    if isinstance(act, MailDelivered | MailReturned):
        own, other = apply(own, other, MailSent(DAY, number="1"), at=NOW, by="見本", since=SINCE)
    return own, other


def after_of(act, before=None):
    return apply(*(before or before_of(act)), act, at=NOW, by="見本", since=SINCE)


def test_every_act_has_a_rule():
    assert {code_of(each) for each in ALL} == set(STEPS)


@pytest.mark.parametrize("act", ALL, ids=code_of)
def test_an_act_is_explained_by_its_own_code(act):
    assert explained(code_of(act), before_of(act), after_of(act))


@pytest.mark.parametrize("act", [each for each in ALL if code_of(each) not in {"wrote", "other", "attached"}], ids=code_of)
def test_an_act_is_explained_by_no_other_code(act):
    assert [code for code in STEPS if explained(code, before_of(act), after_of(act))] == [code_of(act)]


@pytest.mark.parametrize("act", ALL, ids=code_of)
def test_nothing_else_may_change_with_it(act):
    before, (own, other) = before_of(act), after_of(act)
    for name in (each.name for each in fields(Acts)):
        if getattr(before[0], name) is not None and getattr(own, name) == getattr(before[0], name) and getattr(own, name) != ():
            empty = () if isinstance(getattr(own, name), tuple) else None
            if name == "address" and code_of(act) == "supplement":
                continue
            assert not explained(code_of(act), before, (replace(own, **{name: empty}), other)), name
    assert not explained(code_of(act), before, (own, Acts(staff_delivery=Done(NOW, "x"))))


@pytest.mark.parametrize("act", [each for each in ALL if code_of(each) not in {"wrote", "other", "attached", "handed_over", "expiry_seen", "supplement"}], ids=code_of)
def test_two_acts_are_not_one(act):
    if isinstance(act, MailDelivered | MailReturned):
        first = after_of(MailSent(DAY, number="2"), before_of(act))
        second = apply(*apply(*first, type(act)(DAY, "1"), at=NOW, by="x", since=SINCE), type(act)(DAY, "2"), at=NOW, by="x", since=SINCE)
        assert not explained(code_of(act), first, second)
    else:
        assert not explained(code_of(act), before_of(act), after_of(act, after_of(act)))


@pytest.mark.parametrize("code", ["", "mail", "MAIL_SENT", "amended"])
def test_a_code_that_is_none_explains_nothing(code):
    assert not explained(code, (Acts(), Acts()), (Acts(), Acts()))


def test_what_was_declared_stays():
    act = Wrote(DAY, (("F23", "居住"),))
    own, other = after_of(act)
    assert explained("wrote", before_of(act), (own, other))
    said = Said("purpose", "別の目的", "staff", NOW, "x")
    assert not explained("wrote", (own, other), (replace(own, declarations=(said,)), other))


def test_a_linked_person_has_no_acts_here():
    other = after_of(PaperCame(DAY, "CORP_REGISTRY", ALL[4].how, "1", other=True))
    assert explained("other", other, (other[0], Acts()), linked=True)
    assert not explained("other", other, (other[0], Acts()))
    assert not explained("other", other, (Acts(), Acts()), linked=True)
