"""What stands between another page in the same browser and the counter."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from honnin.server.security import HEADERS, MAX_BODY, host_of, loopback
from tests.unit.server.client import Browser
from tests.unit.server.fakes import World

PAGES = ("/", "/records", "/help", "/unreadable", "/display", "/nope", "/api/v1/health", "/static/honnin.js")


@pytest.fixture
def browser():
    return Browser(World())


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_headers(browser, path):
    answer = browser.http.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_the_policy_allows_nothing_inline_and_nothing_foreign():
    policy = HEADERS["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert "http" not in policy


def test_no_page_has_inline_script_style_or_a_foreign_address(browser):
    visit = browser.result()
    pages = [browser.get(path).text for path in PAGES if "." not in path]
    pages.append(browser.get(f"/visits/{visit}/result").text)
    for page in pages:
        assert " style=" not in page
        assert "<style" not in page
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.search(r"\son[a-z]+=", page)
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page)


def test_the_session_cookie_is_strict_and_not_for_scripts(browser):
    cookie = TestClient(browser.app).get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def _post_routes(browser):
    found = []
    stack = list(browser.app.routes)
    while stack:
        route = stack.pop()
        if "POST" in (getattr(route, "methods", None) or ()):
            found.append(route.path)
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        prefix = getattr(getattr(route, "include_context", None), "prefix", "")
        if inner and route.__class__.__name__ != "Mount":
            for each in inner:
                stack.append(each)
        del prefix
    return found


def _api_posts(browser):
    described = browser.get("/api/v1/openapi.json").json()["paths"]
    return [path for path, operations in described.items() if "post" in operations]


def test_no_post_of_the_api_can_come_from_another_site(browser):
    """It has no token: the browser says where a request comes from, and its cookie does not go along."""
    posts = _api_posts(browser)
    assert "/api/v1/records/{record_id}/deletion/approve" in posts
    for path in posts:
        for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
            answer = browser.http.post(path.replace("{record_id}", "0" * 26), json={}, headers=headers)
            assert answer.json()["code"] == "request.cross_site", path
    assert "samesite=strict" in browser.post("/staff", name="職員A", follow=False).headers["set-cookie"].lower()


def test_every_post_without_its_token_is_refused(browser):
    visit = browser.result()
    api = {path.removeprefix("/api/v1") for path in _api_posts(browser)}
    pages = [path for path in _post_routes(browser) if path not in api]
    paths = [path.replace("{visit_id}", visit) for path in pages]
    assert len(paths) >= 13
    for path in paths:
        for fields in ({}, {"csrf": "0" * 64}, {"csrf": ""}):
            answer = browser.http.post(path, data={**fields, "face": "yes", "print": "yes"}, follow_redirects=False)
            assert answer.status_code in {403, 415}, path
    assert browser.world.store.kept == {}
    assert browser.get(f"/visits/{visit}").url.path.endswith("/result")


def test_a_token_of_another_session_is_refused(browser):
    other = TestClient(browser.app)
    answer = other.post("/visits", data={"csrf": browser.token}, follow_redirects=False)
    assert answer.status_code == 403
    assert "画面が古くなっています" in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::2]"])
def test_a_foreign_host_is_refused_against_dns_rebinding(browser, host):
    answer = browser.http.get("/api/v1/visits", headers={"host": host})
    assert answer.status_code == 421
    assert answer.json()["code"] == "request.host"


@pytest.mark.parametrize("host", ["127.0.0.1:8350", "localhost", "LOCALHOST:1", "[::1]:8350", "127.1.2.3"])
def test_the_machine_itself_is_let_in(browser, host):
    assert browser.http.get("/api/v1/health", headers={"host": host}).status_code == 200


def test_requests_of_other_sites_are_refused(browser):
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        answer = browser.http.post("/visits", data={"csrf": browser.token}, headers=headers, follow_redirects=False)
        assert answer.status_code == 403, headers
    frame = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert browser.http.get("/api/v1/visits", headers=frame).status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert browser.http.get("/", headers=link).status_code == 200


def test_large_bodies_are_refused_with_and_without_a_length(browser):
    big = b"csrf=" + b"a" * (MAX_BODY + 1)
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.http.post("/records", content=big, headers=form).status_code == 413

    def parts():
        for _ in range(70):
            yield b"a=" + b"b" * 1022 + b"&"

    assert browser.http.post("/records", content=parts(), headers=form).status_code == 413


def test_other_kinds_of_bodies_are_refused(browser):
    answer = browser.http.post("/visits", json={"csrf": browser.token}, follow_redirects=False)
    assert answer.status_code == 415
    answer = browser.http.post("/visits", files={"csrf": b"x"}, follow_redirects=False)
    assert answer.status_code == 415


def test_too_many_fields_are_refused_without_a_stack_trace(browser):
    answer = browser.http.post("/records", data={"csrf": browser.token, **{f"f{n}": "x" for n in range(200)}})
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_a_redirect_never_leaves_this_server(browser):
    for back in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"):
        answer = browser.post("/tray/insert", follow=False, card="alpha", back=back)
        assert answer.headers["location"] == "/"


def test_errors_inside_are_pages_without_traces(browser):
    def broken(*_):
        raise RuntimeError("MIHON TAROU")

    browser.world.services.visits.start = broken
    answer = browser.http.post("/visits", data={"csrf": browser.token})
    assert answer.status_code == 500
    assert "MIHON" not in answer.text
    assert "server.failed" in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]


@pytest.mark.parametrize(
    ("header", "host"), [("a:1", "a"), ("[::1]:8350", "[::1]"), ("127.0.0.1", "127.0.0.1"), ("", "")]
)
def test_host_of_leaves_the_port_out(header, host):
    assert host_of(header) == host


@pytest.mark.parametrize(
    ("host", "ours"),
    [("127.0.0.1", True), ("localhost", True), ("[::1]", True), ("0.0.0.0", False), ("10.0.0.1", False), ("", False)],
)
def test_loopback_knows_this_machine(host, ours):
    assert loopback(host) is ours
