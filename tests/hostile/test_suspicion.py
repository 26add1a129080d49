"""A suspicion (犯収法8条4項) is told to nobody: on no page that is open, on no paper, in no list, in no answer of the API."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.unit.server.counter import ANSWERS, DECLARED, ONE, open_counter

FLAGS = {"flag_suspicion_impersonation": "1", "flag_high_risk_country": "1", "flag_assets_over_2m": "1"}
WORDS = re.compile("疑い|疑わし|なりすまし|ハイリスク|規則14条|suspicion|suspect|high.risk|High risk|imperson")
CLOSED = re.compile(r"<details(?![^>]*\bopen\b).*?</details>", re.DOTALL)
STAFF = '<details class="hn-details"><summary>職員だけに表示</summary>'


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    browser, close = open_counter(tmp_path_factory.mktemp("counter"))
    yield browser
    close()


@pytest.fixture(scope="module")
def visit(counter):
    """A visit under suspicion, kept unfinished; the pages on the way."""
    card = next(each for each in counter.services.tray.cards() if each.document == "mynumber")
    number = card.secrets["reference_b"]
    begun = counter.post("/visits", transaction="company-registration", actor="subject", **FLAGS)
    visit = begun.url.path.split("/")[2]
    counter.place(visit, card.name)
    key = {"birth6": number[:6], "year": number[6:10], "code": number[10:], "way": "reference_b"}
    pages = [counter.read(visit, **key), counter.post(f"/visits/{visit}/result", **ANSWERS)]
    pages.append(counter.post(f"/visits/{visit}/declare", **DECLARED, **{"as": "unfinished"}))
    pages.append(counter.get(f"/visits/{visit}/done"))
    assert pages[-1].url.path == f"/visits/{visit}/done"
    return visit, pages


def opened(answer):
    """What of a page is seen without opening anything; the tray of the demo is no part of it."""
    page = re.sub(r"<(aside|section)[^>]*\bhn-tray\b.*?</\1>", "", answer.text, flags=re.DOTALL)
    return CLOSED.sub("", re.sub(r"<option.*?</option>", "", page, flags=re.DOTALL))


def test_no_open_page_of_the_visit_says_a_word(visit):
    for page in visit[1]:
        assert WORDS.search(opened(page)) is None, page.url.path


def test_the_records_pages_tell_staff_only_in_a_closed_box_of_its_own(counter, visit):
    page = counter.get(f"/records/{visit[0]}")
    assert WORDS.search(opened(page)) is None
    assert STAFF in page.text
    assert WORDS.search(page.text.replace(page.text[page.text.index(STAFF) :].partition("</details>")[0], "")) is None
    for path in ("finish", "append", "hold", "contract", "delete"):
        assert WORDS.search(opened(counter.get(f"/records/{visit[0]}/{path}"))) is None, path


def test_no_list_and_no_answer_of_the_api_tells(counter, visit):
    by = {"Honnin-Staff": quote(ONE)}
    search = counter.post("/records", number=visit[0])
    lists = [search, counter.post("/records/csv", s=search.url.params["s"]), counter.get("/records/unfinished")]
    lists += [counter.http.get(f"/api/v1/{kind}/{visit[0]}", headers=by) for kind in ("records", "visits")]
    lists.append(counter.http.post("/api/v1/records/search", json={"record_id": visit[0]}, headers=by))
    for each in lists:
        assert each.status_code == 200
        assert WORDS.search(opened(each)) is None, each.url.path


def test_every_record_says_that_its_evidence_is_not_for_the_customer(counter, visit):
    assert "お客様ご本人には渡さないでください" in opened(counter.get(f"/records/{visit[0]}"))
    assert "not to the customer" in opened(counter.get(f"/records/{visit[0]}?lang=en"))
