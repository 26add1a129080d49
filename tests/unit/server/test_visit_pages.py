"""The pages of a visit, driven as a browser without JavaScript would."""

from __future__ import annotations

import threading

import pytest

from honnin.core.errors import CardError, StoreError
from honnin.facts import Attribute, Environment, Outcome, Provenance, Proves
from tests.unit.server.client import Browser
from tests.unit.server.fakes import MRZ, World, finding, make_report


@pytest.fixture
def world():
    return World()


@pytest.fixture
def browser(world):
    return Browser(world)


def test_a_whole_visit_without_javascript(browser, world):
    visit = browser.start()
    page = browser.post(f"/visits/{visit}/card")
    assert page.url.path.endswith("/card")
    assert "待っています" in page.text
    page = browser.place(visit)
    assert page.url.path == f"/visits/{visit}/key"
    page = browser.read(visit)
    assert page.url.path == f"/visits/{visit}/result"
    assert "MIHON\u3000TAROU" in page.text
    page = browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    assert page.url.path == f"/visits/{visit}/done"
    assert "MIHON" not in page.text
    assert "模擬：本人確認の記録を保存しました" in page.text
    saved = world.store.kept[visit]
    assert saved.answers == {"face": "yes", "print": "yes"}
    assert saved.simulated
    record = browser.get(f"/records/{visit}")
    assert 'data-recheck="same"' in record.text


def test_a_save_that_takes_long_shows_itself_in_every_window_and_ends_once(browser, world):
    visit = browser.result()
    world.store.hold = threading.Event()
    first = threading.Thread(target=lambda: world.services.visits.save(visit, {"face": "yes", "print": "yes"}, staff="A"))
    first.start()
    seen = world.services.visits.get(visit)
    while seen.stage != "saving":
        seen = world.services.visits.wait(visit, seen.version, timeout_s=5)
    page = browser.post(f"/visits/{visit}/result", face="yes", print="yes")  # pressed twice
    assert page.url.path == f"/visits/{visit}/saving"
    assert "保存しています" in page.text
    assert f'href="/visits/{visit}/saving">更新</a>' in page.text
    assert "保存中" in browser.get("/").text
    assert browser.post(f"/visits/{visit}/discard").status_code == 409
    world.store.hold.set()
    first.join()
    assert browser.get(f"/visits/{visit}/saving").url.path == f"/visits/{visit}/done"
    assert len(world.store.kept) == 1


@pytest.mark.parametrize("code", ["store.write", "store.unknown", "seal.busy"])
def test_a_save_that_fails_says_so_beside_the_answers_which_stay(browser, world, code):
    visit = browser.result()
    world.store.errors = [StoreError(code, "disk")]
    page = browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    assert page.url.path == f"/visits/{visit}/result"
    assert code in page.text
    assert 'id="face-yes" name="face" value="yes" checked' in page.text
    assert browser.post(f"/visits/{visit}/result", face="yes", print="yes").url.path == f"/visits/{visit}/done"


def test_the_next_customer_does_not_find_the_last_ones_card_on_the_demo_reader(browser, world):
    visit = browser.result()
    browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    browser.post(f"/visits/{visit}/next")
    assert world.tray.inserted() is None
    assert browser.post(f"/visits/{browser.start()}/card").url.path.endswith("/card")


def test_the_progress_page_offers_refresh_without_javascript_and_can_be_stopped(browser, world):
    world.read.hold = threading.Event()
    visit = browser.start()
    browser.place(visit)
    page = browser.post(f"/visits/{visit}/key", lines=MRZ)
    assert page.url.path.endswith("/reading")
    assert f'<noscript><a class="hn-button" href="/visits/{visit}/reading">更新' in page.text
    page = browser.post(f"/visits/{visit}/cancel")
    assert page.url.path.endswith("/key")
    assert "読み取りを中止しました" in page.text
    world.read.hold.set()
    assert browser.get(f"/visits/{visit}").url.path.endswith("/key")  # the late outcome does not count


def test_the_typed_key_is_dropped_when_the_document_was_read(browser, world):
    visit = browser.result()
    assert world.services.visits.get(visit).typed.empty
    assert not world.services.visits.get(visit).typed.lines.reveal()


def test_a_wrong_key_keeps_what_was_typed_and_says_what_to_do(browser):
    visit = browser.start()
    browser.place(visit)
    page = browser.read(visit, number="X1234567", birth="900102", expiry="310304")
    assert page.url.path.endswith("/key")
    assert "番号がカードと合いません" in page.text
    assert "card.bac.wrong_key" in page.text
    assert 'value="X1234567"' in page.text


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"lines": ""}, "lines", "番号が入っていません"),
        ({"lines": "123"}, "lines", "文字の数が合いません"),
        ({"lines": "123456789012"}, "lines", "12桁の番号は入れないでください"),
        ({"lines": "ちかそらあ"}, "lines", "日本語入力を切ってください"),
        ({"number": "AB1234567"}, "birth", "この欄が空です"),
        ({"number": "AB1234567", "birth": "991399", "expiry": "310101"}, "birth", "日付として読めません"),
        ({"can": "12"}, "can", "CANは6桁の数字です"),
        ({"can": "123456", "number": "AB1"}, "lines", "2つ以上の方法が入っています"),
    ],
)
def test_each_mistake_at_the_key_is_said_above_and_at_its_field(browser, fields, field, words):
    visit = browser.start()
    browser.place(visit)
    page = browser.post(f"/visits/{visit}/key", **fields)
    assert page.text.count(words) == 2
    assert f'href="#{field}"' in page.text
    assert f'id="{field}-error"' in page.text
    assert "<title>エラー：" in page.text


def test_twelve_digits_are_not_shown_again(browser):
    visit = browser.start()
    browser.place(visit)
    page = browser.post(f"/visits/{visit}/key", lines="123456789012")
    assert "123456789012" not in page.text


def test_a_lifted_card_leads_back_to_the_numbers_which_are_kept(browser):
    visit = browser.start()
    browser.place(visit, fault="removed")
    page = browser.read(visit)
    assert page.url.path.endswith("/key")
    assert "カードが離れました" in page.text
    assert "L898902C36UTO" in page.text


def test_an_error_inside_is_told_without_its_text(browser, world, caplog):
    world.read.error = ValueError("MIHON TAROU secret")
    visit = browser.start()
    browser.place(visit)
    page = browser.read(visit)
    assert "visit.internal" in page.text
    assert "secret" not in page.text
    assert "secret" not in caplog.text


def test_questions_are_not_preselected_and_must_be_answered(browser, world):
    visit = browser.result()
    page = browser.get(f"/visits/{visit}/result")
    assert "checked" not in page.text.split("staff-form")[1].split("</form>")[0]
    page = browser.post(f"/visits/{visit}/result", face="yes")
    assert page.url.path.endswith("/result")
    assert 'href="#print-yes"' in page.text
    assert 'href="#face-yes"' not in page.text
    assert not world.store.kept


@pytest.mark.parametrize(("face", "printed"), [("no", "yes"), ("unsure", "yes"), ("yes", "no")])
def test_a_doubt_of_the_staff_cannot_be_completed_and_is_kept_only_as_unfinished(browser, world, face, printed):
    visit = browser.result()
    page = browser.post(f"/visits/{visit}/result", face=face, print=printed)
    assert page.url.path.endswith("/result")
    assert "この方法では完了できません。" in page.text
    assert "別の書類でもう一度お願いします。" in page.text
    assert not world.store.kept
    page = browser.post(f"/visits/{visit}/result", face=face, print=printed, **{"as": "unfinished"})
    assert "途中の記録として保存しました" in page.text
    assert "hn-banner--success" not in page.text
    assert browser.get(f"/api/v1/visits/{visit}").json()["completion"] == "unfinished"


def test_an_answer_that_is_none_of_the_choices_is_no_answer(browser, world):
    visit = browser.result()
    browser.post(f"/visits/{visit}/result", face="YES!", print="yes")
    assert not world.store.kept


def test_a_failed_finding_is_never_green_and_never_completed(browser, world):
    bad = [
        finding("passport.sod.hashes", Outcome.FAILED, Proves.ISSUER_DATA, "mismatch")
        if each.id == "passport.sod.hashes"
        else each
        for each in make_report().findings
    ]
    world.report = make_report(environment=Environment.PRODUCTION, findings=tuple(bad))
    visit = browser.result()
    page = browser.get(f"/visits/{visit}/result")
    assert "問題あり" in page.text
    assert "この方法では完了できません。" in page.text
    assert "group.issuer" not in page.text
    assert "確認して保存する" not in page.text
    browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    assert not world.store.kept


def test_simulated_results_have_the_prefix_on_every_chip_and_no_green(browser):
    visit = browser.result()
    page = browser.get(f"/visits/{visit}/result").text
    assert "hn-chip--green" not in page
    assert "hn-chip--blue" not in page
    assert page.count("模擬：確認済み") >= 3
    assert "模擬カードを使っています" in page


def test_hostile_card_data_stay_text(browser, world):
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    world.report = make_report(
        attributes=(
            Attribute("family_name", evil, Provenance.SIGNED_TEXT, True, "EF.DG1"),
            Attribute("full_name", evil, Provenance.SIGNED_TEXT, True, "EF.DG11"),
            Attribute("birth_date", evil, Provenance.SIGNED_TEXT, True, "EF.DG1"),
        ),
        findings=(*make_report().findings, finding(evil, Outcome.FAILED, None, evil)),
    )
    visit = browser.result()
    browser.post(f"/visits/{visit}/result", face="yes", print="yes", **{"as": "unfinished"})
    browser.post("/records", number=visit)
    for path in (f"/visits/{visit}/done", f"/records/{visit}"):
        page = browser.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    found = browser.post("/records", name=evil)
    assert "1件あります" in found.text
    assert "<script>alert" not in found.text


def test_sex_and_domicile_are_never_shown(browser, world):
    world.report = make_report(
        attributes=(
            *make_report().attributes,
            Attribute("place_of_birth", "UTOPIA-KEN", Provenance.SIGNED_TEXT, True, "EF.DG11"),
        )
    )
    visit = browser.result()
    page = browser.get(f"/visits/{visit}/result").text
    assert "UTOPIA-KEN" not in page
    assert ">F<" not in page


def test_after_the_next_customer_nothing_of_the_former_can_be_opened(browser):
    visit = browser.result()
    browser.post(f"/visits/{visit}/result", face="yes", print="yes")
    for path in ("result", "photo", "key"):
        assert "MIHON" not in browser.get(f"/visits/{visit}/{path}").text
    browser.post(f"/visits/{visit}/next")
    for path in ("result", "photo", "key", "card", "done", "events"):
        answer = browser.get(f"/visits/{visit}/{path}")
        assert answer.status_code == 404
        assert "MIHON" not in answer.text


def test_a_visit_left_alone_is_discarded(browser, world):
    visit = browser.result()
    world.clock.advance(minutes=14, seconds=59)
    browser.post(f"/visits/{visit}/keep")
    world.clock.advance(minutes=14, seconds=59)
    assert browser.get(f"/visits/{visit}").status_code == 200
    world.clock.advance(minutes=16)
    answer = browser.get(f"/visits/{visit}/result")
    assert answer.status_code == 404
    assert "保存した記録は消えていません" in answer.text


def test_two_cards_are_refused(browser, world):
    from honnin.flows.ports import ReaderInfo

    world.tray.others = (ReaderInfo("real", "pcsc", False, True),)
    visit = browser.start()
    page = browser.place(visit)
    assert page.url.path.endswith("/card")
    assert "カードが2枚あります" in page.text


def test_pages_speak_english_when_asked_and_remember_it(browser, world):
    assert "Start a new check" in browser.get("/?lang=en").text
    visit = browser.result()
    page = browser.get(f"/visits/{visit}/result").text
    assert '<html lang="en"' in page
    assert "What was confirmed" in page
    assert "Simulated: Confirmed" in page
    assert "新しい本人確認" in browser.get("/?lang=ja").text


def test_without_an_anchor_nothing_is_called_complete(browser, world):
    world.report = make_report(
        environment=None,
        findings=(finding("passport.dsc.chain", Outcome.IMPOSSIBLE, Proves.ISSUER_DATA, "no_anchor"),),
        attributes=(Attribute("family_name", "MIHON", Provenance.SIGNED_TEXT, False, "EF.DG1"),),
    )
    visit = browser.result()
    page = browser.get(f"/visits/{visit}/result").text
    assert "発行者の署名は確認できていません" in page
    assert "署名は未確認" in page
    assert "確認して保存する" not in page


def test_a_card_error_keeps_its_stable_code(browser, world):
    world.read.error = CardError("card.not_passport", "no passport application")
    visit = browser.start()
    browser.place(visit)
    assert "card.not_passport" in browser.read(visit).text


def test_outside_the_demo_a_simulated_result_still_has_its_banner():
    from dataclasses import replace

    world = World()
    world.services = replace(world.services, demo=False)
    browser = Browser(world)
    assert "hn-emergency" not in browser.get("/").text
    visit = browser.result()
    assert "本人確認の記録として使えません" in browser.get(f"/visits/{visit}/result").text


def test_the_first_start_asks_for_the_transaction_instead_of_reading_under_no_law(browser):
    del browser.app.state.last_transaction
    assert "次の画面で選びます" in browser.get("/").text
    answer = browser.post("/visits")
    assert answer.url.path == "/visits/new"
    assert browser.world.services.visits.open_visits() == ()
    assert browser.post("/visits", transaction="none").url.path.endswith("/card")
    browser.post("/visits")
    assert len(browser.world.services.visits.open_visits()) == 2


def test_the_steps_count_the_transaction_and_lead_back_to_it(browser):
    visit = browser.start()
    page = browser.get(f"/visits/{visit}/card").text
    assert "全5手順のうち2つ目" in page
    assert f'<a href="/visits/{visit}/case">取引</a>' in page
    assert "全5手順のうち1つ目" in browser.get("/visits/new").text


def test_a_record_that_is_not_there_is_no_missing_page(browser):
    page = browser.get("/records/01KB0000000000000000000000")
    assert page.status_code == 404
    assert '<h1 tabindex="-1" data-focus>記録が見つかりません</h1>' in page.text
