"""POST /api/v1/law/ask: the same decision as the command line gives; nothing is kept."""

from __future__ import annotations

from honnin.law.case import parse_case
from honnin.law.decision import decision_to_dict
from honnin.law.engine import decide
from honnin.law.rules import load_rules
from tests.unit.law.cases import case
from tests.unit.law.method_table import FACE
from tests.unit.server.client import Browser
from tests.unit.server.fakes import World

ROW = case(channel="remote", doc="MYNA", evidence=FACE)


def test_the_api_gives_the_decision():
    answer = Browser(World()).http.post("/api/v1/law/ask", json=ROW)
    assert answer.status_code == 200
    assert answer.json() == decision_to_dict(decide(parse_case(ROW), load_rules()))
    assert answer.json()["verified"] is True


def test_the_api_lists_the_open_ways():
    answer = Browser(World()).http.post("/api/v1/law/ways", json=case())
    assert "hs.remote_ic_face" in {each["id"] for each in answer.json()["ways"]}


def test_a_bad_case_is_a_problem_with_its_code():
    browser = Browser(World())
    bad = browser.http.post("/api/v1/law/ask", json={**ROW, "channel": "counter"})
    assert bad.status_code == 400
    assert bad.json()["code"] == "law.case.channel"
    assert browser.http.post("/api/v1/law/ask", json=[1]).status_code == 422


def test_a_foreign_page_cannot_ask():
    answer = Browser(World()).http.post("/api/v1/law/ask", json=ROW, headers={"origin": "http://elsewhere.example"})
    assert answer.status_code == 403


def test_the_problem_says_what_is_allowed():
    bad = Browser(World()).http.post("/api/v1/law/ask", json={**ROW, "channel": "counter"})
    assert "allowed: in_person, mail, remote" in bad.json()["detail"]
