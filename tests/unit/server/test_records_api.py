"""The JSON API of kept records: by a named person, entered in the ledger, errors as problems with their code."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from urllib.parse import quote

import pytest

from honnin.core.clock import japan_day, system_clock
from honnin.server.openapi import PROBLEM
from honnin.server.staff import STAFF_COOKIE
from tests.unit.server.counter import ONE, TWO, another, kept_by_law, open_counter


class Api:
    """Calls without the cookie of a browser, by the named person."""

    def __init__(self, browser):
        self.browser = browser

    def __call__(self, method, path, sent=None, *, by=ONE):
        self.browser.http.cookies.delete(STAFF_COOKIE) if STAFF_COOKIE in self.browser.http.cookies else None
        headers = {"Honnin-Staff": quote(by)} if by else {}
        return self.browser.http.request(method, f"/api/v1{path}", json=sent, headers=headers)


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    browser, close = open_counter(tmp_path_factory.mktemp("counter"))
    yield browser
    close()


@pytest.fixture(scope="module")
def first(counter):
    return kept_by_law(counter)


@pytest.fixture
def record(counter, first):
    return another(counter, first)


@pytest.fixture
def api(counter, first):
    return Api(counter)


def code_of(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    return answer.json()["code"]


def test_a_record_with_its_items_amendments_and_history(api, record):
    assert api("POST", f"/records/{record}/amendments", {"text": "電話で確かめた"}).json() == {"amendment": 1}
    sent = {"item": "F21.address", "value": "見本県架空市9-9", "reason": "転居", "parts": 2}
    assert api("POST", f"/records/{record}/amendments", sent).status_code == 201
    found = api("GET", f"/records/{record}", by=TWO).json()
    addresses = [(each["value"], each["amendment"]) for each in found["items"] if each["id"] == "F21.address"]
    assert addresses == [("見本県見本市架空町１－２－３", 0), ("見本県架空市9-9", 2)]
    assert [each["text"] for each in found["amendments"]] == ["電話で確かめた", "転居"]
    assert [each["kind"] for each in found["history"]] == ["sealed", "amended", "amended", "viewed"]
    assert len({each["actor"] for each in found["history"]}) == 2
    assert found["parts"] == 3


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", "/records/{}", None), ("GET", "/visits/{}", None), ("POST", "/records/{}/amendments", {"text": "x"}),
        ("POST", "/records/{}/contract-end", {"on": "2020-01-01"}), ("POST", "/records/{}/hold", {"reason": "x"}),
        ("POST", "/records/{}/deletion", {"reason": "x"}), ("POST", "/records/{}/evidence", None),
        ("POST", "/records/search", {"name": "x"}), ("POST", "/ledger/check", None), ("GET", "/records/due", None),
    ],
)  # fmt: skip
def test_nobody_and_who_is_not_on_the_list_can_do_nothing(api, record, method, path, sent):
    assert code_of(api(method, path.format(record), sent, by=""), 403) == "staff.unnamed"
    assert code_of(api(method, path.format(record), sent, by="だれか"), 400) == "staff.unknown"


def test_who_was_slower_is_told(api, record):
    assert api("POST", f"/records/{record}/amendments", {"text": "先", "parts": 1}).status_code == 201
    answer = api("POST", f"/records/{record}/amendments", {"text": "後", "parts": 1})
    assert code_of(answer, 409) == "store.conflict"


@pytest.mark.parametrize(
    "sent", [{}, {"text": "x", "item": "F23"}, {"text": "x" * 501}, {"text": "x", "more": 1}, {"text": 1}, {"text": "x", "parts": 0}, [], "x"]
)
def test_what_is_not_understood_is_a_problem_that_repeats_nothing(api, record, sent):
    answer = api("POST", f"/records/{record}/amendments", sent)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == PROBLEM
    assert "xxxx" not in answer.text
    assert answer.json()["next_ja"]


def test_deletion_by_two_over_the_api(api, record):
    assert code_of(api("POST", f"/records/{record}/deletion", {"reason": "x"}), 409) == "retention.contract_lives"
    day = (japan_day(system_clock()) - timedelta(days=366 * 8)).isoformat()
    assert api("POST", f"/records/{record}/contract-end", {"on": day}).json()["retention_until"] > day
    assert api("POST", f"/records/{record}/hold", {"reason": "照会"}).json() == {"holds": 1}
    assert code_of(api("POST", f"/records/{record}/deletion", {"reason": "満了"}), 409) == "retention.held"
    assert api("POST", f"/records/{record}/release", {"reason": "終了"}).json() == {"holds": 0}
    assert record in api("GET", "/records/due").json()["record_ids"]
    assert api("POST", f"/records/{record}/deletion", {"reason": "満了"}).status_code == 201
    assert code_of(api("POST", f"/records/{record}/deletion", {"reason": "満了"}), 409) == "records.requested"
    typed = {"record_id": record}
    assert code_of(api("POST", f"/records/{record}/deletion/approve", typed), 409) == "retention.same_person"
    slip = api("POST", f"/records/{record}/deletion/approve", {"record_id": "x"}, by=TWO)
    assert code_of(slip, 400) == "records.number_typed"
    made = api("POST", f"/records/{record}/deletion/approve", typed, by=TWO).json()
    assert made == api("GET", f"/records/{record}/certificate").json()
    found = api("GET", f"/records/{record}").json()
    assert (found["state"], found["items"], found["completion"]) == ("deleted", [], "")
    assert code_of(api("POST", f"/records/{record}/amendments", {"text": "x"}), 410) == "store.deleted"


def test_a_request_is_refused(api, record):
    day = (japan_day(system_clock()) - timedelta(days=366 * 8)).isoformat()
    api("POST", f"/records/{record}/contract-end", {"on": day})
    api("POST", f"/records/{record}/deletion", {"reason": "満了"})
    assert api("POST", f"/records/{record}/deletion/refuse", by=TWO).status_code == 204
    assert not api("GET", f"/records/{record}").json()["deletion_requested"]


def test_a_search_names_customers_and_is_entered(api, record):
    found = api("POST", "/records/search", {"record_id": record}).json()
    assert [(each["id"], each["name"], each["law"]) for each in found] == [(record, "見本　太郎", "hanshu")]
    assert api("POST", "/records/search", {"name": "見本"}).json() == []
    kinds = [each.kind for each in api.browser.services.desk.access().lines[:2]]
    assert kinds == ["searched", "searched"]


def test_the_evidence_is_a_bundle(api, record):
    answer = api("POST", f"/records/{record}/evidence")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert "manifest.json" in bundle.namelist()


def test_the_ledger_is_checked_on_demand(api):
    assert api("POST", "/ledger/check").status_code == 202
    for _ in range(500):
        state = api("GET", "/ledger").json()
        if not state["running"]:
            break
        import time

        time.sleep(0.02)
    assert state["agrees"]
    assert not state["stopped"]


def test_a_look_over_the_older_address_is_entered_too(api, record):
    api("GET", f"/visits/{record}", by=TWO)
    assert api.browser.services.desk.history(record)[-1].kind == "viewed"


def test_every_operation_says_that_its_errors_are_problems(counter):
    described = counter.http.get("/api/v1/openapi.json").json()
    assert "HTTPValidationError" not in str(described)
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert PROBLEM in operation["responses"]["default"]["content"], (method, path)
            if "422" in operation["responses"]:
                assert PROBLEM in operation["responses"]["422"]["content"], (method, path)
