"""A whole check over the JSON API, as another system of the house does it: case, card, key, answers, record."""

from __future__ import annotations

import time

import pytest

from honnin.server.openapi import PROBLEM
from honnin.server.security import SESSION_COOKIE
from tests.unit.server.counter import ANSWERS, DECLARED, TWO, open_counter
from tests.unit.server.test_records_api import Api

CASE = {"transaction": "company-registration", "who": "subject"}
LONG_AGO = "2015-11-25"


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    browser, close = open_counter(tmp_path_factory.mktemp("counter"))
    yield browser
    close()


@pytest.fixture
def api(counter):
    return Api(counter)


@pytest.fixture(autouse=True)
def _nothing_lies_there(api):
    api("DELETE", "/demo/reader")


def card_of(api, document):
    return next(each for each in api("GET", "/demo/cards").json() if each["document"] == document)


def started(api, **case):
    made = api("POST", "/counter/visits", case or CASE)
    assert made.status_code == 201, made.text
    return f"/counter/visits/{made.json()['id']}"


def placed(api, document="mynumber", fault="", **case):
    visit, card = started(api, **case), card_of(api, document)
    assert api("PUT", "/demo/reader", {"card": card["name"], "fault": fault}).json()["card"] == card["name"]
    state = api("POST", f"{visit}/card").json()
    assert (state["stage"], state["card"], state["document"]) == ("key", "found", document)
    return visit, card


def ended(api, visit):
    end = time.monotonic() + 20
    state = api("GET", visit).json()
    while state["stage"] == "reading" and time.monotonic() < end:
        state = api("GET", f"{visit}?version={state['version']}&wait_s=2").json()
    return state


def printed(card):
    number = card["secrets"]["reference_b"]
    return {"birth6": number[:6], "year": number[6:10], "code": number[10:]}


def read(api, **case):
    visit, card = placed(api, **case)
    assert api("POST", f"{visit}/read", {"way": "reference_b", "printed": printed(card)}).status_code == 202
    assert ended(api, visit)["stage"] == "result"
    return visit


def problem(answer, status, code):
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    found = answer.json()
    assert (found["code"], found["status"]) == (code, status)
    assert all(found[each] for each in ("title", "title_ja", "next_ja", "next_en"))
    return found


def test_from_the_case_to_deletion_by_two(api):
    visit = read(api)
    result = api("GET", f"{visit}/result").json()
    assert result["environment"] == "simulator"
    assert result["questions"] == ["face", "print", "address"]
    assert result["verdict"]["state"] == "open"
    assert result["verdict"]["waiting"]  # for staff's answers and nothing else
    assert {each["name"] for each in result["attributes"]} >= {"full_name", "birth_date", "address", "portrait"}
    assert api("GET", f"{visit}/pictures/portrait").content.startswith(b"\x89PNG")
    state = api("POST", f"{visit}/answers", {"answers": ANSWERS}).json()
    assert state["stage"] == "declare"
    assert set(state["declarations"]) == set(state["missing"]) == {"purpose", "occupation", "foreign_pep", "alias"}
    state = api("POST", f"{visit}/declarations", {"declarations": DECLARED}).json()
    assert state["stage"] == "saved"
    record = f"/records/{state['record_id']}"
    kept = api("GET", record).json()
    assert kept["law"] == "hanshu"
    assert kept["simulated"]
    assert kept["items"]
    assert api("POST", f"{record}/amendments", {"text": "電話番号を確かめた"}).json() == {"amendment": 1}
    problem(api("POST", f"{record}/deletion", {"reason": "試験が終わった"}), 409, "retention.contract_lives")
    assert api("POST", f"{record}/contract-end", {"on": LONG_AGO}).status_code == 200
    assert api("POST", f"{record}/deletion", {"reason": "試験が終わった"}).status_code == 201
    again = {"record_id": state["record_id"]}
    problem(api("POST", f"{record}/deletion/approve", again), 409, "retention.same_person")
    assert api("POST", f"{record}/deletion/approve", again, by=TWO).status_code == 200
    problem(api("POST", f"{record}/amendments", {"text": "x"}), 410, "store.deleted")


def test_nobody_begins_a_visit(api):
    problem(api("POST", "/counter/visits", CASE, by=""), 403, "staff.unnamed")


def test_a_transaction_that_the_house_has_not_is_refused_and_not_read_as_none(api):
    problem(api("POST", "/counter/visits", {"transaction": "no-such"}), 400, "visit.transaction")


def test_a_number_of_the_number_law_needs_its_purpose(api):
    problem(api("POST", "/counter/visits", {"transaction": "my-number"}), 400, "visit.purpose")


def test_what_is_wrong_in_a_request_is_named_and_not_repeated(api):
    sent = {"who": "nobody", "secret-9999": "x", "amount_yen": -1}
    answer = api("POST", "/counter/visits", sent)
    found = problem(answer, 422, "request.invalid")
    assert {each["where"] for each in found["errors"]} == {"body.who", "body.secret-9999", "body.amount_yen"}
    assert "nobody" not in answer.text


def test_the_wrong_number_is_told_by_its_field_before_anything_is_sent(api):
    visit, _ = placed(api)
    wrong = {"way": "reference_b", "printed": {"birth6": "550217", "year": "2035", "code": "12"}}
    assert problem(api("POST", f"{visit}/read", wrong), 400, "key.number_b.code")["field"] == "code"
    assert api("GET", visit).json()["stage"] == "key"


def test_a_wrong_pin_leaves_the_visit_at_its_key_with_the_tries_that_are_left(api):
    visit, card = placed(api, "licence")
    state = api("GET", visit).json()
    assert (state["way"], state["needs_secrets"]) == ("licence", ["pin1", "pin2"])
    wrong = {"pin1": "0000" if card["secrets"]["pin1"] != "0000" else "1111", "pin2": card["secrets"]["pin2"]}
    api("POST", f"{visit}/read", {"secrets": wrong})
    state = ended(api, visit)
    assert (state["stage"], state["problem"]["code"]) == ("key", "card.pin.wrong")
    assert state["tries"]["pin1"] == state["problem"]["tries_left"] == 2
    assert wrong["pin1"] not in str(state)


def test_missing_answers_and_declarations_are_named(api):
    visit = read(api)
    api("GET", f"{visit}/result")
    found = problem(api("POST", f"{visit}/answers", {"answers": {"face": "yes"}}), 400, "visit.answers")
    assert found["missing"] == ["print", "address"]
    api("POST", f"{visit}/answers", {"answers": ANSWERS})
    sent = {"declarations": {**DECLARED, "alias": "yes"}}
    found = problem(api("POST", f"{visit}/declarations", sent), 400, "visit.declarations")
    assert found["missing"] == ["alias_name", "alias_reason"]


def test_a_face_that_differs_is_kept_only_as_unfinished(api):
    visit = read(api)
    api("GET", f"{visit}/result")
    no = {**ANSWERS, "face": "no"}
    problem(api("POST", f"{visit}/answers", {"answers": no}), 409, "visit.incomplete")
    state = api("POST", f"{visit}/answers", {"answers": no, "unfinished": True}).json()
    assert state["stage"] == "saved"


def test_steps_in_the_wrong_order_are_a_conflict(api):
    visit = started(api)
    problem(api("GET", f"{visit}/result"), 409, "visit.stage")
    problem(api("POST", f"{visit}/read", {}), 409, "visit.stage")
    problem(api("POST", f"{visit}/declarations", {"declarations": {}}), 409, "visit.stage")


def test_a_discarded_visit_is_gone(api):
    visit = read(api)
    assert api("DELETE", visit).status_code == 204
    problem(api("GET", visit), 404, "visit.not_found")
    problem(api("GET", f"{visit}/pictures/portrait"), 404, "visit.not_found")


def test_no_answer_holds_what_was_typed(api):
    visit, card = placed(api)
    typed = printed(card)
    sent = api("POST", f"{visit}/read", {"way": "reference_b", "printed": typed})
    assert typed["code"] not in sent.text.replace(visit, "")
    assert ended(api, visit)["stage"] == "result"


def test_other_systems_get_no_session(counter, api):
    counter.http.cookies.clear()
    assert SESSION_COOKIE not in str(api("GET", "/counter/transactions").headers)


def test_an_address_that_is_none_is_told_as_such(api):
    problem(api("GET", "/no-such"), 404, "api.not_found")
    problem(api("DELETE", "/health"), 405, "api.method")


def test_the_description_says_what_each_call_takes_and_answers(api):
    described = api("GET", "/openapi.json").json()
    seen = set()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            name = f"{method} {path}"
            seen.add(name)
            assert operation["summary"], name
            assert operation["description"], name
            assert operation["tags"], name
            assert "default" in operation["responses"], name
            for status, answer in operation["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    assert content["schema"], f"{name} {status} {kind}"
            body = operation.get("requestBody")
            if body is not None:
                content = body["content"]["application/json"]
                schema = content["schema"]
                known = described["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
                assert known.get("examples") or content.get("examples"), name
    assert len(seen) > 35


def test_characters_that_are_pictures_are_named_handed_out_and_asked_for(api):
    visit = started(api)
    api("PUT", "/demo/reader", {"card": "licence-gaiji", "fault": ""})
    api("POST", f"{visit}/card")
    secrets = next(each for each in api("GET", "/demo/cards").json() if each["name"] == "licence-gaiji")["secrets"]
    api("POST", f"{visit}/read", {"way": "licence", "secrets": {name: secrets[name] for name in ("pin1", "pin2")}})
    assert ended(api, visit)["stage"] == "result"
    result = api("GET", f"{visit}/result").json()
    assert result["glyphs"]["full_name"] == ["external_character_1", "external_character_2"]
    assert result["glyphs"]["current_address"] == ["external_character_3"]
    items = {each["name"]: each for each in result["attributes"]}
    assert items["full_name"]["value"] == "見〓　〓郎"
    assert items["external_character_1"]["provenance"] == "unsigned_chip"
    assert api("GET", f"{visit}/pictures/external_character_1").content.startswith(b"\x89PNG")
    for name in ("external_character_7", "name_image", "full_name"):
        problem(api("GET", f"{visit}/pictures/{name}"), 404, "visit.not_found")
    state = api("POST", f"{visit}/answers", {"answers": ANSWERS}).json()
    assert {each["id"]: each["glyphs"] for each in state["asked"] if each["glyphs"]} == {
        "F21.name": ["external_character_1", "external_character_2"], "F21.address": ["external_character_3"],
    }
    given = {**DECLARED, "F21.name": "見〓　𠮷郎", "F21.address": "見本県見本市﨑町３−４"}
    refused = api("POST", f"{visit}/declarations", {"declarations": given})
    assert refused.json()["missing"] == ["F21.name"]
    state = api("POST", f"{visit}/declarations", {"declarations": {**given, "F21.name": "見髙　𠮷郎"}}).json()
    kept = api("GET", f"/records/{state['record_id']}").json()
    assert "見髙　𠮷郎" in {each["value"] for each in kept["items"]}
