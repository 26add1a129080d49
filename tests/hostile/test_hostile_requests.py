"""Requests that nobody's browser sends: odd days, methods, bodies and ids get an answer of ours, and tell nothing."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.unit.server.counter import ONE, kept_passport, open_counter

PROBLEM = "application/problem+json"
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
BY = {"Honnin-Staff": quote(ONE)}


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    browser, close = open_counter(tmp_path_factory.mktemp("counter"))
    yield browser
    close()


@pytest.fixture(scope="module")
def record(counter):
    return kept_passport(counter)


def chunks(octets=b"x" * 4096, count=40):
    yield from [octets] * count


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_reaches_is_told(counter, day):
    answer = counter.http.post("/api/v1/records/search", json={"from_day": day, "to_day": day}, headers=BY)
    assert (answer.status_code, answer.json()["code"]) == (400, "records.day")
    page = counter.post("/records", **{"from": day, "to": day})
    assert page.status_code == 200
    assert 'id="to-error"' in page.text or 'id="from-error"' in page.text


def test_a_day_of_birth_is_searched_as_it_was_typed(counter, record):
    saved = counter.services.store.get(record).report
    born = next(each.value for each in saved.attributes if each.name == "birth_date")
    assert record in counter.post("/records", birth=born).text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "SPAM"])
def test_another_method_does_nothing_and_names_what_is_allowed(counter, record, method):
    for path in (f"/records/{record}", f"/api/v1/records/{record}"):
        answer = counter.http.request(method, path, headers=BY)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
    assert counter.services.desk.summary(record).parts == 1


def test_a_body_without_a_length_is_too_large_in_the_same_words(counter):
    api = counter.http.post("/api/v1/records/search", content=chunks(), headers=BY | JSON)
    page = counter.http.post("/records", content=chunks(), headers=FORM)
    assert (api.status_code, api.json()["code"], page.status_code) == (413, "request.too_large", 413)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000, b'{"name":' * 7_000, b'{"name":NaN}', b'{"name":"\\ud800"}', b'{"name":"x"', b"\xff\xfe", b"",
        b'{"name":1e999}', b'{"limit":1}', b'{"birth_date":"2026-13-45"}', b'{"name":["x"]}', b'"name"', b"null",
    ],
)  # fmt: skip
def test_a_body_that_is_not_understood_is_a_problem(counter, body):
    answer = counter.http.post("/api/v1/records/search", content=body, headers=BY | JSON)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_foreign_form_can_send_is_no_json(counter, record, kind):
    answer = counter.http.post(
        f"/api/v1/records/{record}/hold", content=b'{"reason":"x"}', headers=BY | {"content-type": kind}
    )
    assert answer.status_code in {400, 422}
    assert counter.services.desk.summary(record).holds == 0


@pytest.mark.parametrize("odd", ["%00", "a%0d%0aSet-Cookie:x=1", "x" * 5000, "..%2f..%2fetc", "%ff", "%F0%9F%98%80", "%E2%80%AE"])
@pytest.mark.parametrize("act", ["", "/photo", "/pdf", "/append", "/delete", "/hold", "/contract", "/certificate", "/number", "/finish"])
def test_a_number_that_is_none_is_not_found(counter, odd, act):
    answer = counter.http.get(f"/records/{odd}{act}")
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers or "x=1" not in answer.headers["set-cookie"]


def test_no_answer_with_anything_of_a_person_is_kept_by_the_browser(counter, record):
    for path in (
        f"/records/{record}", f"/records/{record}/photo", f"/records/{record}/append", "/records", "/audit", "/",
        f"/api/v1/records/{record}", "/api/v1/visits", "/records/due", "/records/unfinished", "/records/refresh",
        "/nothing", "/staff",
    ):
        answer = counter.http.get(path, headers=BY)
        assert answer.headers["cache-control"] == "no-store", path
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:1", "/%0d%0aX:1"])
def test_nobody_is_sent_elsewhere(counter, back):
    answer = counter.post("/staff", name=ONE, back=back, follow=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/")
    assert not answer.headers["location"].startswith(("//", "/\\"))
    assert "x" not in answer.headers


def test_a_search_for_what_no_database_can_be_asked_for_finds_nothing(counter):
    asked = {"record_id": "\x00", "name": "a\x00b"}
    for each in (asked, {"record_id": "\x00"}):
        answer = counter.http.post("/api/v1/records/search", json=each, headers=BY)
        assert (answer.status_code, answer.json()) == (200, [])
