"""What is done with one record on its pages: each act by a named person, told when it fails, nothing typed lost."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest

from honnin.core.clock import japan_day, system_clock
from honnin.flows.recheck_ports import AddRecheck, RecheckOutcome
from tests.unit.server.counter import ONE, TWO, another, as_staff, kept_by_law, kept_passport, open_counter


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    browser, close = open_counter(tmp_path_factory.mktemp("counter"))
    yield browser
    close()


@pytest.fixture
def browser(counter):
    as_staff(counter, ONE)
    return counter


@pytest.fixture(scope="module")
def first(counter):
    return kept_by_law(counter)


@pytest.fixture
def record(browser, first):
    return another(browser, first)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def end(browser, record, days=366 * 8):
    day = japan_day(system_clock()) - timedelta(days=days)
    return browser.post(f"/records/{record}/contract", year=str(day.year), month=str(day.month), day=str(day.day))


def parts(browser, record):
    return re.search(r'name="parts" value="(\d+)"', browser.get(f"/records/{record}/append").text).group(1)


def test_the_record_has_result_evidence_law_history_and_what_can_be_proved(browser, record):
    page = browser.get(f"/records/{record}").text
    for section in ("contents-h2", "evidence-h2", "law-h2", "history-h2", "proof-h2", "acts-h2"):
        assert f'id="{section}"' in page
    assert "第三者に証明できること" in page
    assert re.search(r'data-item="F21.address"', page)
    assert japan_day(system_clock()).isoformat() in page
    yes = page[page.index('data-proof="yes"') : page.index('data-proof="no"')]
    assert "J-LIS" not in yes  # a simulator's signature proves nothing to anybody


def test_a_look_stands_in_the_history_by_name(browser, record):
    as_staff(browser, TWO)
    page = text_of(browser.get(f"/records/{record}"))
    assert re.search(rf"閲覧 {TWO}", page)


def test_a_later_value_is_shown_below_the_one_of_the_day(browser, record):
    answer = browser.post(
        f"/records/{record}/append", parts=parts(browser, record), item="F21.address", value="見本県架空市9-9", reason="転居届を見た"
    )
    assert answer.url.path == f"/records/{record}"
    assert 'data-done="append"' in answer.text
    row = answer.text[answer.text.index('data-item="F21.address"') :]
    row = row[: row.index("</tr>")]
    assert row.index("見本県見本市架空町１－２－３") < row.index("見本県架空市9-9")
    assert ONE in row
    assert "転居届を見た" in row


def test_the_paper_shows_the_later_value_too(browser, record):
    browser.post(f"/records/{record}/append", parts="1", item="F23", value="別の目的", reason="聞き直した")
    seen = []
    inner = browser.app.state.services.pdf
    object.__setattr__(browser.app.state.services, "pdf", lambda *given: seen.append(given[1]) or inner(*given))
    try:
        assert browser.get(f"/records/{record}/pdf").content.startswith(b"%PDF")
    finally:
        object.__setattr__(browser.app.state.services, "pdf", inner)
    assert [each.items[0].value for each in seen[0]] == ["別の目的"]


def test_somebody_elses_amendment_in_between_is_told_and_nothing_typed_is_lost(browser, record):
    seen = parts(browser, record)
    browser.post(f"/records/{record}/append", parts=seen, text="先に書いた")
    answer = browser.post(f"/records/{record}/append", parts=seen, item="F23", value="後から", reason="長い理由")
    assert answer.status_code == 409
    assert "ほかの人が先に" in answer.text
    for typed in ('value="後から"', "長い理由</textarea>", '<option value="F23" selected>'):
        assert typed in answer.text
    assert 'name="parts" value="2"' in answer.text  # the next attempt is made with what is there now
    again = browser.post(f"/records/{record}/append", parts="2", item="F23", value="後から", reason="長い理由")
    assert 'data-done="append"' in again.text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "123456789018"}, "text"),
        ({"item": "F21.birth", "value": "昨日", "reason": "x"}, "value"),
        ({"item": "F23", "value": "", "reason": "x"}, "value"),
        ({"item": "F23", "value": "y", "reason": ""}, "reason"),
        ({"item": "F01", "value": "y", "reason": "x"}, "item"),
        ({"item": "F21.address", "value": "1234-5678-9018", "reason": "x"}, "value"),
    ],
)
def test_what_is_missing_is_told_at_its_field_and_in_the_summary(browser, record, form, field):
    answer = browser.post(f"/records/{record}/append", parts="1", **form)
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text


def test_a_record_without_a_law_takes_words_only(browser):
    record = kept_passport(browser)
    assert "<select" not in browser.get(f"/records/{record}/append").text
    assert "contract" not in browser.get(f"/records/{record}").text
    answer = browser.post(f"/records/{record}/append", parts="1", text="電話で確かめた")
    assert re.search(r"追記1　[^<]+　模擬職員 花子<br>電話で確かめた", answer.text)


@pytest.mark.parametrize(("year", "month", "day"), [("", "", ""), ("2999", "1", "1"), ("2026", "2", "30"), ("x", "1", "1")])
def test_no_day_and_no_day_to_come_ends_a_contract(browser, record, year, month, day):
    answer = browser.post(f"/records/{record}/contract", year=year, month=month, day=day)
    assert answer.status_code == 422
    assert 'id="year-error"' in answer.text
    assert f'id="year" name="year" type="text" inputmode="numeric" maxlength="6" autocomplete="off" value="{year}"' in answer.text


def test_the_end_of_the_contract_starts_the_clock(browser, record):
    answer = browser.post(f"/records/{record}/contract", year="２０２６", month="4", day="10")
    assert "2033年4月10日" in text_of(answer)
    assert 'data-done="contract"' in answer.text


def test_a_hold_and_its_release_keep_their_reasons(browser, record):
    assert browser.post(f"/records/{record}/hold", act="hold", reason="").status_code == 422
    page = browser.post(f"/records/{record}/hold", act="hold", reason="照会に答えるため").text
    assert "data-held" in page
    assert "照会に答えるため" in page
    as_staff(browser, TWO)
    page = browser.post(f"/records/{record}/hold", act="release", reason="終わった").text
    assert "data-held" not in page
    assert re.search(rf"解除　[^<]+{TWO}：終わった", page)


def test_a_deletion_before_its_time_is_refused_with_what_to_do(browser, record):
    answer = browser.post(f"/records/{record}/delete", act="request", reason="不要")
    assert answer.status_code == 409
    assert "契約の終わりが記録されていない" in answer.text
    assert "不要</textarea>" in answer.text


def test_two_people_delete_and_the_second_types_the_number(browser, record):
    end(browser, record)
    assert 'data-done="request"' in browser.post(f"/records/{record}/delete", act="request", reason="期間満了").text
    own = browser.get(f"/records/{record}/delete").text
    assert "data-own" in own
    assert 'value="approve"' not in own
    refused = browser.post(f"/records/{record}/delete", act="approve", number=record)
    assert "retention.same_person" in refused.text
    assert refused.status_code == 409
    as_staff(browser, TWO)
    slip = browser.post(f"/records/{record}/delete", act="approve", number=record[:-1])
    assert 'id="number-error"' in slip.text
    assert f'value="{record[:-1]}"' in slip.text
    gone = browser.post(f"/records/{record}/delete", act="approve", number=record)
    assert gone.url.path == f"/records/{record}"
    assert "削除証明書" in gone.text
    assert "見本 太郎" not in gone.text
    assert "data-asked" not in gone.text
    assert f"記録番号：{record}" in browser.get(f"/records/{record}/certificate").text
    certificate = browser.get(f"/records/{record}/certificate?form=json")
    assert certificate.json()["record_id"] == record
    assert browser.get(f"/records/{record}/photo").status_code == 410
    assert browser.post(f"/records/{record}/append", parts="1", text="x").status_code == 410


def test_a_request_can_be_refused_and_then_asked_for_again(browser, record):
    end(browser, record)
    browser.post(f"/records/{record}/delete", act="request", reason="期間満了")
    assert "data-asked" in browser.get(f"/records/{record}").text
    assert record in browser.get("/records/due").text
    as_staff(browser, TWO)
    assert 'data-done="refuse"' in browser.post(f"/records/{record}/delete", act="refuse").text
    assert "data-asked" not in browser.get(f"/records/{record}").text
    assert 'data-done="request"' in browser.post(f"/records/{record}/delete", act="request", reason="再申請").text


def test_the_evidence_is_a_bundle_and_its_taking_is_entered(browser, record):
    answer = browser.post(f"/records/{record}/export")
    assert answer.headers["content-disposition"] == f'attachment; filename="{record}-evidence.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert json.loads(bundle.read("manifest.json"))
    assert "証拠一式を出力" in text_of(browser.get("/audit"))


@pytest.mark.parametrize("page", ["", "/append", "/contract", "/hold", "/delete", "/pdf", "/photo"])
def test_nothing_of_a_record_is_shown_to_nobody(browser, record, page):
    browser.post("/staff/leave")
    assert browser.get(f"/records/{record}{page}").url.path == "/staff"


@pytest.mark.parametrize("act", ["append", "contract", "hold", "delete", "export"])
def test_no_act_without_its_token(browser, record, act):
    answer = browser.http.post(f"/records/{record}/{act}", data={"reason": "x", "text": "x", "parts": "1"})
    assert answer.status_code == 403


def test_markup_in_what_is_typed_stays_text(browser, record):
    page = browser.post(f"/records/{record}/append", parts="1", text="<script>alert(1)</script>").text
    assert "<script>alert" not in page
    page = browser.get(f"/records/{record}?done=<b>").text
    assert "data-done" not in page


def test_a_record_whose_answer_changed_is_listed_until_somebody_has_amended_it(browser, record):
    desk = browser.services.desk
    change = AddRecheck(record, "crl:test", system_clock(), RecheckOutcome.WORSE, {})
    desk.sealer.change(desk.tenant, [change])
    page = browser.get("/records/refresh").text
    assert f'href="/records/{record}"' in page
    assert "新しい失効リスト" in page
    assert "見本 太郎" not in page
    browser.post(f"/records/{record}/append", parts="1", text="お客様に確かめた")
    assert record not in browser.get("/records/refresh").text


def test_what_the_retention_job_proposed_still_needs_two_people(browser, record):
    end(browser, record)
    keeping = browser.services.desk.keeping
    keeping.propose_deletion(record, keeping.record(record).retention_until)
    assert record in browser.get("/records/due").text
    assert "data-asked" not in browser.get(f"/records/{record}").text
    refused = browser.post(f"/records/{record}/delete", act="approve", number=record)
    assert "records.request" in refused.text
    browser.post(f"/records/{record}/delete", act="request", reason="期間満了")
    assert "data-own" in browser.get(f"/records/{record}/delete").text


def test_a_record_whose_time_is_over_is_kept_on_by_name_and_reason(browser, record):
    end(browser, record)
    page = browser.get(f"/records/{record}/delete").text
    assert "data-over" in page
    assert 'value="keep"' in page
    nothing = browser.post(f"/records/{record}/delete", act="keep", reason=" ")
    assert nothing.status_code == 422
    assert "理由が書かれていません" in nothing.text
    assert 'data-done="keep"' in browser.post(f"/records/{record}/delete", act="keep", reason="係争中のため").text
    shown = text_of(browser.get(f"/records/{record}"))
    assert "削除しないと決定" in shown
    assert f"{ONE}：係争中のため" in shown
    assert "data-refused" in browser.get(f"/records/{record}/delete").text
    due = browser.get("/records/due").text
    assert due.index("data-refused") < due.index(record)
    again = browser.post(f"/records/{record}/delete", act="keep", reason="もう一度")
    assert (again.status_code, "records.kept_on" in again.text) == (409, True)


def test_a_record_that_must_be_kept_cannot_be_kept_on(browser, record):
    assert "data-over" not in browser.get(f"/records/{record}/delete").text
    refused = browser.post(f"/records/{record}/delete", act="keep", reason="念のため")
    assert refused.status_code == 409
    assert browser.services.desk.keeping.hold_notes(record) == []


def test_a_refusal_tells_why_when_somebody_says_so(browser, record):
    end(browser, record)
    browser.post(f"/records/{record}/delete", act="request", reason="期間満了")
    as_staff(browser, TWO)
    browser.post(f"/records/{record}/delete", act="refuse", reason="係争中")
    assert f"{TWO}：係争中" in text_of(browser.get(f"/records/{record}"))


def test_who_deletes_is_told_of_an_end_before_the_record_was_made(browser, record):
    end(browser, record, days=0)
    page = browser.get(f"/records/{record}/delete").text
    assert "契約の終わりの日" in page
    assert "data-early" not in page
    end(browser, record)
    assert "data-early" in browser.get(f"/records/{record}/delete").text
    browser.post(f"/records/{record}/delete", act="request", reason="満了")
    as_staff(browser, TWO)
    assert "data-early" in browser.get(f"/records/{record}/delete").text
    assert "before this record was made" in browser.get(f"/records/{record}/delete?lang=en").text
    browser.get("/?lang=ja")
