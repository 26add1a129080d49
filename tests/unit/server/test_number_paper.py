"""A number that staff read off a paper, beside an identity document (番号法16条3号): into its vault or nowhere."""

from __future__ import annotations

import re

import pytest

from honnin.core.errors import CallerError
from honnin.core.secret import Secret
from honnin.flows.number_papers import NUMBER_PAPERS, TypedNumber
from honnin.records.kakunin import State
from honnin.records.wrapping import Purpose
from tests.hostile.number_house import DIGITS
from tests.unit.server.counter import as_staff
from tests.unit.server.test_entry_pages import kept, to_result
from tests.unit.server.test_law_pages import browser

__all__ = ["browser"]

YES = {"face": "yes", "print": "yes"}
GROUPED = f"{DIGITS[:4]} {DIGITS[4:8]} {DIGITS[8:]}"
TYPED = {"digits": GROUPED, "paper": "residence_copy", "same": "1"}


@pytest.fixture
def visit(browser):
    visit, page = to_result(browser, "passport-japanese-style", "my-number", purpose="withholding_tax")
    assert f'href="/visits/{visit}/number/paper"' in page
    return visit


def take(browser, visit, **fields):
    return browser.post(f"/visits/{visit}/number/paper", **{**TYPED, **fields})


def stored(browser, record):
    """The digits that the vault has of that record."""
    desk = browser.services.numbers
    found = []
    for entry in desk.of_record(record):
        token = desk.keeping.grant(entry.number_id, entitled=desk.actor("職員A"), staff="staff-1")
        found.append(desk.show(record, entry.number_id, token, staff="職員A").reveal())
    return found


def test_a_number_off_a_paper_goes_into_its_vault_with_the_record(browser, visit):
    answer = take(browser, visit)
    assert answer.url.path == f"/visits/{visit}/result"
    assert "見た書類：個人番号の入った住民票の写し" in answer.text
    done = browser.post(f"/visits/{visit}/result", **YES)
    assert done.url.path == f"/visits/{visit}/done", re.sub("<[^>]+>", " ", done.text)[:3000]
    assert 'data-number-kept="1"' in done.text
    record, parts = kept(browser, visit)
    assert record.state is State.FINISHED
    assert [each.id for each in record.methods] == ["bn.number_doc_plus_id"]
    (seen,) = record.of("B_number_document")
    assert (seen.value, seen.provenance) == ("個人番号の入った住民票の写し", "staff")
    assert stored(browser, visit) == [DIGITS]
    assert not any(DIGITS.encode() in octets for octets in parts.values())
    assert "番号確認書類" in browser.get(f"/records/{visit}").text


@pytest.mark.parametrize("paper", NUMBER_PAPERS)
def test_each_paper_is_named_in_the_record(browser, visit, paper):
    take(browser, visit, paper=paper)
    browser.post(f"/visits/{visit}/result", **YES)
    assert kept(browser, visit)[0].first("B_number_document") == NUMBER_PAPERS[paper][0]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"digits": DIGITS[:-1] + str((int(DIGITS[-1]) + 1) % 10)}, "digits"), ({"digits": DIGITS[:-1]}, "digits"), ({"digits": ""}, "digits"),
        ({"digits": DIGITS + "1"}, "digits"), ({"digits": "x" * 5000}, "digits"), ({"digits": "١" * 12}, "digits"), ({"same": ""}, "same"),
        ({"paper": ""}, "paper"), ({"paper": "MYNA"}, "paper"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field_and_the_digits_never_come_back(browser, visit, wrong, field):
    answer = take(browser, visit, **wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    typed = {**TYPED, **wrong}["digits"]
    assert not typed or typed[:40] not in answer.text
    assert GROUPED not in answer.text
    assert re.search(r'<input[^>]*name="digits"[^>]*>', answer.text).group().count("value") == 0
    assert browser.services.visits.get(visit).number is None


@pytest.mark.parametrize("typed", [DIGITS, GROUPED, GROUPED.replace(" ", "-"), "".join(chr(ord(each) + 0xFEE0) for each in DIGITS)])
def test_the_digits_may_be_typed_as_people_type_them(browser, visit, typed):
    assert take(browser, visit, digits=typed).url.path == f"/visits/{visit}/result"
    assert browser.services.visits.get(visit).number.digits.reveal() == DIGITS


def test_without_the_number_the_law_asks_for_it_and_the_record_stays_unfinished(browser, visit):
    page = browser.get(f"/visits/{visit}/result").text
    assert "個人番号入りの住民票の写しなどの提示" in page
    refused = browser.post(f"/visits/{visit}/result", **YES)
    assert refused.url.path == f"/visits/{visit}/result"
    browser.post(f"/visits/{visit}/result", **YES, **{"as": "unfinished"})
    assert kept(browser, visit)[0].state is State.UNFINISHED
    assert stored(browser, visit) == []


def test_a_number_that_was_taken_is_not_kept_with_an_unfinished_record(browser, visit):
    take(browser, visit)
    browser.post(f"/visits/{visit}/result", face="no", print="yes", **{"as": "unfinished"})
    assert kept(browser, visit)[0].state is State.UNFINISHED
    assert stored(browser, visit) == []


def test_it_is_shown_for_a_moment_and_each_look_is_entered(browser, visit):
    take(browser, visit)
    shown = browser.post(f"/visits/{visit}/number")
    assert shown.text.count(GROUPED) == 1
    assert GROUPED not in browser.get(f"/visits/{visit}/result").text
    kinds = [each.kind for each in browser.services.desk.access().lines]
    assert "number_viewed" in kinds


def test_it_is_forgotten_when_staff_say_so_when_the_card_is_read_anew_and_with_another_purpose(browser, visit):
    visits = browser.services.visits
    take(browser, visit)
    browser.post(f"/visits/{visit}/number/paper", act="forget")
    assert (visits.get(visit).number, visits.get(visit).number_paper) == (None, None)
    take(browser, visit)
    browser.post(f"/visits/{visit}/case", transaction="my-number", actor="subject", purpose="social_insurance")
    assert (visits.get(visit).number, visits.get(visit).number_paper) == (None, None)
    other, _ = to_result(browser, "passport-japanese-style", "my-number", purpose="withholding_tax")
    take(browser, other)
    browser.post(f"/visits/{other}/again")
    assert (visits.get(other).number, visits.get(other).number_paper) == (None, None)


@pytest.mark.parametrize(
    ("card", "case"),
    [
        ("passport-japanese-style", {"transaction": "real-estate-sale"}),
        ("passport-japanese-style", {"transaction": "my-number", "purpose": "withholding_tax", "actor": "agents_own"}),
        ("passport-japanese-style", {"transaction": "none"}),
    ],
)
def test_no_other_visit_takes_a_number(browser, card, case):
    visit, page = to_result(browser, card, **{"actor": "subject", **case})
    assert "/number/paper" not in page
    assert browser.get(f"/visits/{visit}/number/paper").url.path == f"/visits/{visit}/result"
    refused = take(browser, visit)
    assert refused.status_code == 400
    assert "number.paper_visit" in refused.text
    assert GROUPED not in refused.text
    assert browser.services.visits.get(visit).number is None


def test_a_my_number_card_gives_its_number_itself(browser):
    card = next(each for each in browser.services.tray.cards() if each.name == "mynumber-plain")
    visit = browser.post("/visits", transaction="my-number", actor="subject", purpose="withholding_tax").url.path.split("/")[2]
    browser.place(visit, card.name)
    assert browser.read(visit, way="number_a", number_a=card.secrets["reference_a"]).url.path.endswith("/result")
    assert take(browser, visit).status_code == 400
    assert browser.services.visits.get(visit).number_paper is None


def test_nobody_takes_a_number_and_only_at_the_result(browser, visit):
    as_staff(browser, "")
    browser.post("/staff/leave")
    assert browser.get(f"/visits/{visit}/number/paper").url.path == "/staff"
    assert take(browser, visit).url.path == "/staff"
    with pytest.raises(CallerError, match=r"staff\."):
        browser.services.visits.write_number(visit, TypedNumber(Secret(DIGITS), "residence_copy", same=True), staff=" ")


def test_no_number_without_its_token(browser, visit):
    assert browser.http.post(f"/visits/{visit}/number/paper", data=TYPED).status_code == 403


def test_an_unusable_vault_keeps_neither_number_nor_record(browser, visit, monkeypatch):
    take(browser, visit)
    from honnin.core.errors import StoreError

    def away(self, purpose):
        if purpose is Purpose.NUMBERS:
            raise StoreError("vault.key_missing", "the key is not there")
        return original(self, purpose)

    keys = browser.services.store._keys
    original = type(keys).wrapper
    monkeypatch.setattr(type(keys), "wrapper", away)
    answer = browser.post(f"/visits/{visit}/result", **YES)
    assert "vault.key_missing" in answer.text
    monkeypatch.undo()
    with pytest.raises(StoreError, match=r"store\.not_found"):
        browser.services.store.get(visit)
