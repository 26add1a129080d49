"""The key page of each card in each state, without a card: what it asks, what it refuses, what it never keeps."""

from __future__ import annotations

import pytest

from honnin.apdu import PinSlot
from honnin.cards import licence, mynumber, residence
from honnin.cards.recognise import Recognition
from honnin.core.errors import CardError, LinkError
from honnin.facts import DocumentKind
from honnin.flows.look import Look
from tests.unit.server.client import Browser
from tests.unit.server.fakes import World

PRINTED = {"face_reference_b": 10, "text_reference_b": 10, "text": 3}
B = {"birth6": "020102", "year": "2035", "code": "1234"}


def my_number(**tries: int) -> Look:
    left = {**PRINTED, **tries}
    return Look(Recognition(DocumentKind.MYNUMBER, "card"), left, PRINTED)


def with_licence(left: int = 10, *, not_set: bool = False, residence: bool = False) -> Look:
    card = Recognition(DocumentKind.MYNUMBER, "card", licence=True, residence=residence)
    full = {**PRINTED, "signing": 5, "licence": 10}
    return Look(card, {**full, "licence": left}, full, frozenset({"licence"}) if not_set else frozenset())


def a_licence(pin1: int = 3, pin2: int = 3, *, not_set: bool = False) -> Look:
    names = frozenset({"pin1", "pin2"}) if not_set else frozenset()
    tries = {"pin1": pin1, "pin2": pin2}
    return Look(Recognition(DocumentKind.LICENCE), tries, {"pin1": 3, "pin2": 3}, names)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def browser(world):
    return Browser(world)


def at_key(browser, look):
    browser.world.lies_there = look
    visit = browser.start()
    page = browser.place(visit)
    assert page.url.path.endswith("/key"), page.text
    return visit, page


def test_the_card_is_recognised_by_the_look_and_asked_for_what_it_needs(browser):
    for look, words in (
        (my_number(), "カードの表の番号を入れてください"),
        (a_licence(), "免許証の暗証番号を2つ入れてください"),
        (Look(Recognition(DocumentKind.RESIDENCE)), "カードの番号を入れてください"),
        (Look(Recognition(DocumentKind.PASSPORT)), "旅券の番号を読み取ってください"),
    ):
        _, page = at_key(browser, look)
        assert f">{words}</h1>" in page.text
        assert 'role="img"' in page.text


@pytest.mark.parametrize("form", ["android", "iphone", "juki_card", "unknown"])
def test_what_is_no_card_of_the_four_is_refused_and_looked_at_only_once(browser, world, form):
    world.lies_there = Look(Recognition(DocumentKind.MYNUMBER, form))
    visit = browser.start()
    page = browser.place(visit)
    assert page.url.path.endswith("/card")
    browser.post(f"/visits/{visit}/card")
    assert world.looks == 1
    world.lies_there = a_licence()
    browser.post("/tray/remove", back="/")
    assert browser.place(visit).url.path.endswith("/key")


def test_a_look_that_fails_leaves_the_visit_at_placing(browser, world):
    world.lies_there = LinkError("link.card_removed", "gone")
    visit = browser.start()
    assert browser.place(visit).url.path.endswith("/card")


def test_the_printed_numbers_make_one_key_also_from_one_scan(browser, world):
    for fields in (B, {"birth6": "02010220351234"}, {"birth6": "０２-０１-０２", "year": " 2035", "code": "１２３４"}):
        visit, _ = at_key(browser, my_number())
        browser.read(visit, way="reference_b", **fields)
        key = world.read.seen[-1]
        assert isinstance(key, mynumber.Plan)
        assert key.printed.digits.reveal() == "02010220351234"
        assert key.last_try == frozenset()


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({**B, "code": ""}, "code", "この欄が空です"),
        ({**B, "birth6": "0201"}, "birth6", "生年月日は6桁の数字です"),
        ({**B, "birth6": "029902"}, "birth6", "生年月日は6桁の数字です"),
        ({**B, "year": "1935"}, "year", "有効期限の年は西暦4桁です"),
        ({**B, "code": "12a4"}, "code", "セキュリティコードは4桁の数字です"),
        ({**B, "birth6": "123456789018"}, "birth6", "12桁の番号は入れないでください"),
    ],
)
def test_a_mistake_in_the_printed_numbers_is_told_at_its_field_and_not_sent(browser, world, fields, field, words):
    visit, _ = at_key(browser, my_number())
    page = browser.post(f"/visits/{visit}/key", way="reference_b", **fields)
    assert page.text.count(words) == 2
    assert f'id="{field}-error"' in page.text
    assert "123456789018" not in page.text
    assert world.read.seen == []


def test_a_pin_goes_to_its_slot_and_never_comes_back(browser, world, caplog):
    visit, _ = at_key(browser, a_licence())
    world.read.error = CardError("card.pin.wrong", "wrong", "pin1", sw=0x63C2, tries_left=2)
    page = browser.read(visit, way="licence", pin1="4321", pin2="8765")
    assert world.read.secrets(PinSlot("pin1", range(4, 5), "digits")) == b"4321"
    assert "4321" not in page.text
    assert "8765" not in page.text
    assert "暗証番号1：あと2回入力できます。" in page.text
    assert "4321" not in caplog.text
    assert "4321" not in repr(world.services.visits.get(visit))


@pytest.mark.parametrize(
    ("pin", "words"),
    [("", "暗証番号が入っていません"), ("123", "暗証番号は数字4桁です"), ("12a4", "暗証番号は数字4桁です"),
     ("123456789018", "12桁の番号は入れないでください")],
)  # fmt: skip
def test_a_pin_of_another_form_is_not_sent_and_not_shown_again(browser, world, pin, words):
    visit, _ = at_key(browser, a_licence())
    page = browser.post(f"/visits/{visit}/key", way="licence", pin1="1234", pin2=pin)
    assert words in page.text
    assert 'value="1234"' not in page.text
    assert world.read.seen == []


def test_the_tries_after_a_refusal_are_those_that_the_card_tells(browser, world):
    visit, page = at_key(browser, my_number())
    assert "入力できる回数：あと10回" in page.text
    world.read.error = CardError("card.number.wrong", "wrong", "face_reference_b", tries_left=9)
    world.lies_there = my_number(face_reference_b=9)
    page = browser.read(visit, way="reference_b", **B)
    assert "入力できる回数：あと9回" in page.text
    assert 'value="020102"' in page.text  # printed numbers are kept


def test_one_try_left_is_asked_first_and_counts_for_one_reading(browser, world):
    visit, page = at_key(browser, a_licence(pin1=1))
    assert "あと1回まちがえると、使えなくなります" in page.text
    assert "警察署・運転免許センター" in page.text
    assert 'id="pin1"' not in page.text
    browser.post(f"/visits/{visit}/key", way="licence", pin1="1234", pin2="5678")
    assert world.read.seen == []  # without the holder's yes nothing is sent
    page = browser.post(f"/visits/{visit}/last-try")
    assert 'id="pin1"' in page.text
    world.read.error = LinkError("link.card_removed", "gone")
    page = browser.read(visit, way="licence", pin1="1234", pin2="5678")
    assert world.read.seen[-1].last_try == frozenset({"pin1"})
    assert "あと1回まちがえると、使えなくなります" in page.text  # asked again


def test_a_blocked_secret_has_no_field_and_names_who_helps(browser, world):
    visit, page = at_key(browser, my_number(face_reference_b=0))
    assert "この暗証番号はロックされています" in page.text
    assert "市区町村の窓口" in page.text
    assert "key?way=text_pin" in page.text  # the other way into the same card
    browser.post(f"/visits/{visit}/key", way="reference_b", **B)
    assert world.read.seen == []
    _, page = at_key(browser, a_licence(pin1=0))
    assert "免許証の効力は変わりません。" in page.text
    assert "key?way=" not in page.text


def test_unknown_tries_send_nothing(browser, world):
    visit, page = at_key(browser, Look(Recognition(DocumentKind.LICENCE), {"pin1": 3}, {"pin1": 3}))
    assert "残り回数がわかりません" in page.text
    browser.post(f"/visits/{visit}/key", way="licence", pin1="1234", pin2="5678")
    assert world.read.seen == []


def test_pin_1_alone_and_no_pin_are_ways_of_their_own(browser, world):
    visit, _ = at_key(browser, a_licence())
    page = browser.get(f"/visits/{visit}/key?way=licence_pin1")
    assert 'id="pin2"' not in page.text
    browser.read(visit, way="licence_pin1", pin1="1234")
    assert world.read.seen[-1] == licence.Plan(pin2=False)
    visit, page = at_key(browser, a_licence(not_set=True))
    assert "入力はいりません" in page.text
    assert 'type="password"' not in page.text
    browser.read(visit, way="licence_no_pin")
    assert world.read.seen[-1] == licence.Plan()


def test_a_way_that_the_card_does_not_have_is_refused(browser):
    visit, _ = at_key(browser, a_licence())
    for way in ("text_pin", "nonsense"):
        assert "visit.way" in browser.get(f"/visits/{visit}/key?way={way}").text


def test_a_residence_number_is_put_right_and_kept(browser, world):
    visit, _ = at_key(browser, Look(Recognition(DocumentKind.RESIDENCE)))
    page = browser.post(f"/visits/{visit}/key", way="residence", card="AB123")
    assert "英字2・数字8・英字2" in page.text
    assert 'value="AB123"' in page.text
    browser.read(visit, way="residence", card="ａｂ12345678-cd")
    assert world.read.seen[-1].number.reveal() == "AB12345678CD"
    assert isinstance(world.read.seen[-1], residence.CardNumber)


def test_another_card_laid_down_at_the_key_page_is_asked_for_its_own_key(browser, world):
    visit, _ = at_key(browser, a_licence(pin1=1))
    browser.post(f"/visits/{visit}/last-try")
    world.lies_there = my_number(face_reference_b=1)
    browser.post("/tray/insert", card="beta", fault="", back="/")
    page = browser.get(f"/visits/{visit}/key")
    assert "カードの表の番号を入れてください" in page.text
    assert "あと1回まちがえると" in page.text  # the yes was for the other card


def test_the_guard_is_the_visits_and_outlives_a_reading(browser, world):
    visit, _ = at_key(browser, a_licence())
    world.read.error = CardError("card.pin.wrong", "wrong", "pin1", tries_left=2)
    browser.read(visit, way="licence", pin1="1111", pin2="5678")
    first = world.read.guard
    browser.read(visit, way="licence", pin1="2222", pin2="5678")
    assert world.read.guard is first
    other, _ = at_key(browser, a_licence())
    browser.read(other, way="licence", pin1="1111", pin2="5678")
    assert world.read.guard is not first


def test_the_tray_groups_by_document_and_never_prints_the_individual_number(browser, world):
    page = browser.get(f"/visits/{browser.start()}/card")
    assert 'data-group="passport"' in page.text
    assert 'data-group="licence"' in page.text
    assert "1234" not in page.text.split('data-group="licence"')[1].split("</details>")[0]


def test_a_signature_is_asked_over_a_statement_of_this_visit_and_never_the_same_twice(browser, world):
    visit, _ = at_key(browser, with_licence())
    page = browser.get(f"/visits/{visit}/key?way=signature")
    assert "署名用パスワードを入れてください" in page.text
    assert "入力できる回数：あと5回" in page.text
    assert "15歳未満の方のカードには、ふつうありません" in page.text
    world.read.error = LinkError("link.card_removed", "gone")
    for _ in range(2):
        page = browser.read(visit, way="signature", signing="ABC123")
        assert "ABC123" not in page.text
    first, second = (each.sign.document for each in world.read.seen[-2:])
    assert f"visit: {visit}".encode() in first
    assert first != second
    assert world.read.secrets(PinSlot("signing", range(6, 17), "upper_alphanumeric")) == b"ABC123"


@pytest.mark.parametrize("password", ["ABC12", "A" * 17, "ABC_123"])
def test_a_password_of_another_form_is_told_at_its_field(browser, world, password):
    visit, _ = at_key(browser, with_licence())
    browser.get(f"/visits/{visit}/key?way=signature")
    page = browser.post(f"/visits/{visit}/key", way="signature", signing=password)
    assert page.text.count("署名用パスワードは、英字（大文字）と数字で6〜16文字です。") == 2
    assert password not in page.text
    assert world.read.seen == []


def test_the_licence_on_the_card_has_a_pin_of_its_own_and_identifies_nobody(browser, world):
    visit, page = at_key(browser, with_licence())
    assert "key?way=mynumber_licence" in page.text
    page = browser.get(f"/visits/{visit}/key?way=mynumber_licence")
    assert "入力できる回数：あと10回" in page.text
    assert "免許の情報だけです。本人確認書類ではありません。" in page.text
    browser.read(visit, way="mynumber_licence", licence="2468")
    assert world.read.seen[-1] == licence.MynumberPlan()
    assert world.read.secrets(PinSlot("licence", range(4, 5), "digits")) == b"2468"


def test_the_licence_on_the_card_without_a_pin_asks_nothing(browser, world):
    visit, _ = at_key(browser, with_licence(not_set=True))
    page = browser.get(f"/visits/{visit}/key?way=mynumber_licence_no_pin")
    assert "入力はいりません" in page.text
    assert 'type="password"' not in page.text
    browser.read(visit, way="mynumber_licence_no_pin")
    assert world.read.seen[-1] == licence.MynumberPlan()


def test_a_locked_or_nearly_locked_licence_pin_is_reset_by_the_police(browser):
    for left, words in ((0, "この暗証番号はロックされています"), (1, "あと1回まちがえると、使えなくなります")):
        visit, page = at_key(browser, with_licence(10))
        browser.get(f"/visits/{visit}/key?way=mynumber_licence")
        browser.world.lies_there = with_licence(left)
        browser.post("/tray/insert", card="beta", fault="", back="/")
        page = browser.get(f"/visits/{visit}/key")
        assert words in page.text
        assert "警察署・運転免許センター" in page.text
        assert 'name="licence"' not in page.text


WAYS = {
    my_number: ("reference_b", "text_pin", "signature"),
    a_licence: ("licence", "licence_pin1"),
    with_licence: ("mynumber_licence",),
}


@pytest.mark.parametrize(("make", "way"), [(make, way) for make, ways in WAYS.items() for way in ways])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_way_has_a_drawing_and_says_what_to_do_without_the_secret(browser, make, way, language):
    look = make()
    full = {**look.full, "signing": 5}
    visit, _ = at_key(browser, Look(look.card, {**look.tries, "signing": 5}, full, look.not_set))
    browser.get(f"/visits/{visit}/key?way={way}")
    page = browser.get(f"/visits/{visit}/key?lang={language}")
    assert page.text.count('class="hn-drawing"') == 1
    assert "hn-drawing__mark" in page.text
    assert page.text.count("data-forgotten") == 1


def test_a_card_that_is_also_a_residence_card_says_so_on_key_and_result(browser):
    words = "在留カードの部分はまだ読めません。マイナンバーカードとして確認します。"
    visit, page = at_key(browser, with_licence(residence=True))
    assert words in page.text
    page = browser.read(visit, way="reference_b", **B)
    assert page.url.path.endswith("/result")
    assert words in page.text
