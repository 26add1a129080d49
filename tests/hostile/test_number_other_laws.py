"""Outside a case of 番号法 an individual number is impossible: no way reads it, no form, file or request carries one."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from click.testing import CliRunner

from honnin.adapters.house_file import parse_house
from honnin.cards.mynumber import NumberA, NumberLawPurpose, Plan
from honnin.cli.main import main
from honnin.core.errors import CallerError, HonninError
from honnin.core.secret import Secret
from honnin.flows.keys import TypedKey
from honnin.flows.transactions import BUILT_IN, NO_LAW, NUMBER_LAW
from honnin.flows.visit import Case, Stage
from honnin.flows.ways import NUMBER_WAYS, Way, make_key
from tests.hostile.number_house import DIGITS, PLAIN, open_house
from tests.hostile.number_search import found

TAX = NumberLawPurpose.WITHHOLDING_TAX
OTHERS = [each for each in BUILT_IN if each.law != NUMBER_LAW]
NUMBER = next(each for each in BUILT_IN if each.law == NUMBER_LAW)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


def code(call, *arguments, **named):
    with pytest.raises(HonninError) as caught:
        call(*arguments, **named)
    assert found(f"{caught.value}{caught.value.detail}".encode(), DIGITS) == []
    return caught.value.code


@pytest.mark.parametrize("transaction", OTHERS, ids=lambda each: each.id)
def test_no_way_of_another_case_reads_the_number(house, transaction):
    visit = house.start(transaction.id)
    house.lay(visit)
    visits = house.services.visits
    assert not set(visits.get(visit).ways) & NUMBER_WAYS
    for way in sorted(NUMBER_WAYS):
        assert code(visits.choose_way, visit, way) == "visit.way"
        house.get(f"/visits/{visit}/key?way={way}")
        house.post(f"/visits/{visit}/key", way=way, number_a=DIGITS, text="1234", birth6="020102", year="2035", code="1234")
        assert visits.get(visit).stage is Stage.KEY, "nothing was sent"
    for key in (Plan(printed=NumberA(Secret(DIGITS), TAX)), Plan(text_pin=True, number_purpose=TAX)):
        assert code(visits.begin_reading, visit, key, TypedKey()) == "visit.purpose"
    assert code(visits.number, visit) == "number.none"
    assert house.post(f"/visits/{visit}/number").status_code == 400


def test_twelve_digits_typed_into_another_field_are_not_kept_or_shown(house):
    visit = house.start("mobile-contract")
    house.lay(visit)
    house.answers.clear()
    for name in ("birth6", "year", "code"):
        house.read(visit, way="reference_b", **{"birth6": "020102", "year": "2035", "code": "1234", name: DIGITS})
        house.get(f"/visits/{visit}/key")
    assert [each.url for each in house.answers if found(each.body, DIGITS)] == []


def test_a_purpose_goes_with_the_law_of_numbers_and_no_other():
    assert Case(NUMBER, purpose=TAX).in_order
    assert not Case(NUMBER).in_order
    assert not Case(replace(NUMBER, purposes=(NumberLawPurpose.PUBLIC_OFFICE,)), purpose=TAX).in_order
    for other in (*OTHERS, NO_LAW):
        assert Case(other).in_order
        assert not Case(other, purpose=TAX).in_order


def test_no_visit_begins_with_a_case_that_is_not_in_order(house):
    visits = house.services.visits
    for case in (Case(NUMBER), Case(OTHERS[0], purpose=TAX)):
        assert code(visits.start, case) == "visit.purpose"
    visit = visits.start(Case(NUMBER, purpose=TAX))
    assert code(visits.choose_case, visit.id, Case(OTHERS[0], purpose=TAX)) == "visit.purpose"


def test_number_ways_make_no_key_without_a_purpose():
    for way in NUMBER_WAYS:
        with pytest.raises(CallerError) as caught:
            make_key(way, TypedKey(), number=Secret(DIGITS))
        assert caught.value.code == "visit.purpose"


@pytest.mark.parametrize("to", ["mobile-contract", "company-registration", "none"])
def test_another_transaction_after_the_reading_forgets_number_and_reading(house, to):
    visit = house.result()
    assert house.services.visits.get(visit).number is not None
    house.post(f"/visits/{visit}/case", transaction=to, actor="subject")
    now = house.services.visits.get(visit)
    assert (now.stage, now.number, now.reading, now.report) == (Stage.PLACE, None, None, None)


def test_another_purpose_after_the_reading_asks_for_the_card_again(house):
    visit = house.result(purpose="withholding_tax")
    house.post(f"/visits/{visit}/case", transaction="my-number", actor="subject", purpose="social_insurance")
    now = house.services.visits.get(visit)
    assert (now.stage, now.number) == (Stage.PLACE, None)


def test_a_reading_that_ends_after_the_case_was_changed_counts_for_nothing(house):
    visit = house.start(purpose="withholding_tax")
    house.lay(visit)
    house.tray._delay_s = 0.02
    try:
        house.post(f"/visits/{visit}/key", way="number_a", number_a=DIGITS)
        house.post(f"/visits/{visit}/case", transaction="mobile-contract", actor="subject")
        time.sleep(1.5)
    finally:
        house.tray._delay_s = 0.0
    now = house.services.visits.get(visit)
    assert (now.number, now.reading) == (None, None)


def test_a_number_is_kept_only_with_a_finished_check(house):
    """The record stays as unfinished; the number goes."""
    visit = house.result()
    house.post(f"/visits/{visit}/result", **{"face": "no", "print": "yes", "as": "unfinished"})
    assert house.services.visits.get(visit).stage is Stage.SAVED
    assert house.services.numbers.of_record(visit) == ()
    assert "保管していません" in house.get(f"/visits/{visit}/done?lang=ja").text


def test_a_licence_in_a_case_of_numbers_is_kept_as_unfinished_without_one(house):
    visit = house.start(purpose="withholding_tax")
    house.lay(visit, "licence-plain")
    house.read(visit, way="licence", pin1="1234", pin2="5678")
    house.post(f"/visits/{visit}/result", face="yes", print="yes")
    assert house.services.visits.get(visit).stage is Stage.RESULT
    house.post(f"/visits/{visit}/result", **{"face": "yes", "print": "yes", "as": "unfinished"})
    assert house.services.numbers.of_record(visit) == ()


@pytest.mark.parametrize("extra", ["my_number", "individual_number", "kojin_bango", "purpose"])
def test_a_case_file_has_no_place_for_a_number(house, tmp_path, extra):
    case = {"law": "hanshu", "on": "2026-11-25", "business_type": "42", "transaction": "real_estate_sale", extra: DIGITS}
    answer = house.json("/api/v1/law/ask", case)
    assert answer.status_code == 400
    assert found(answer.content, DIGITS) == []
    path = tmp_path / "case.yaml"
    path.write_text(json.dumps(case))
    result = CliRunner().invoke(main, ["law", "ask", str(path), "--json"])
    assert result.exit_code == 2
    assert found(result.output.encode(), DIGITS) == []


@pytest.mark.parametrize("field", ["transaction", "business_type", "amount_yen", "evidence", "documents"])
def test_a_number_in_another_field_of_a_case_is_not_repeated(house, field):
    value = {"amount_yen": int(DIGITS), "evidence": [DIGITS], "documents": [{"kind": DIGITS}]}.get(field, DIGITS)
    case = {"law": "keitai", "on": "2026-11-25", field: value}
    answer = house.json("/api/v1/law/ask", case)
    assert found(answer.content, DIGITS) == []


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("{id: a, ja: あ, en: A, law: bangou, purposes: [withholding_tax]}", True),
        ("{id: a, ja: あ, en: A, law: bangou}", True),
        ("{id: a, ja: あ, en: A, law: bangou, purposes: []}", False),
        ("{id: a, ja: あ, en: A, law: bangou, purposes: [marketing]}", False),
        ("{id: a, ja: あ, en: A, law: keitai, purposes: [withholding_tax]}", False),
    ],
)
def test_a_house_names_purposes_for_the_law_of_numbers_only(line, right):
    octets = f"transactions:\n  - {line}\n".encode()
    if right:
        assert parse_house(octets).transactions[0].purposes
    else:
        with pytest.raises(CallerError) as caught:
            parse_house(octets)
        assert caught.value.code == "house.content"


def test_a_house_with_one_purpose_is_not_asked_for_it(tmp_path):
    yaml = "transactions:\n  - {id: pay, ja: 給与, en: Pay, law: bangou, purposes: [withholding_tax]}\n"
    with open_house(tmp_path, house_yaml=yaml) as house:
        visit = house.start("pay")
        assert house.services.visits.get(visit).case.purpose is TAX


def test_the_purpose_is_asked_for_and_never_chosen_beforehand(house):
    page = house.get("/visits/new?transaction=my-number").text
    assert page.count('name="purpose"') == len(NumberLawPurpose)
    asked = page[page.index('name="purpose"'): page.rindex('name="purpose"') + 200]
    assert "checked" not in asked.split('name="actor"')[0]
    refused = house.post("/visits", transaction="my-number", actor="subject")
    assert refused.url.path == "/visits"
    assert "利用目的を選んでください" in refused.text
    assert house.post("/visits", transaction="my-number", actor="subject", purpose="marketing").url.path == "/visits"


def test_way_names_are_those_that_read_a_number():
    assert {Way.NUMBER_A, Way.NUMBER_PIN} == NUMBER_WAYS
    assert PLAIN.secrets["reference_a"] == DIGITS


@pytest.mark.parametrize("who", ["agents_own", "agent_for_customer", "corporation"])
def test_the_number_on_an_agents_card_is_not_read(house, who):
    """It would be the agent's, or that of somebody whose agent's authority this counter cannot confirm (令12条2項)."""
    visit = house.start(purpose="withholding_tax", actor=who)
    house.lay(visit)
    assert not set(house.services.visits.get(visit).ways) & NUMBER_WAYS
    key = Plan(printed=NumberA(Secret(DIGITS), TAX))
    assert code(house.services.visits.begin_reading, visit, key, TypedKey()) == "visit.purpose"


def test_that_an_agent_is_here_after_all_forgets_the_number(house):
    visit = house.result()
    house.post(f"/visits/{visit}/case", transaction="my-number", actor="agents_own", purpose="withholding_tax")
    now = house.services.visits.get(visit)
    assert (now.stage, now.number, now.reading) == (Stage.PLACE, None, None)
