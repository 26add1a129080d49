"""Individual numbers over the API and on their page: encrypted for systems of the house, once for a person with a permit."""

from __future__ import annotations

import hashlib
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from honnin.flows.staff import DEMO_STAFF
from honnin.records.ledger.event import decode_event
from tests.hostile.number_house import DIGITS, open_house
from tests.unit.records.test_number_vault import _read as read_delivery

PRIVATE = X25519PrivateKey.generate()
PEM = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
FINGERPRINT = hashlib.sha256(PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
OTHER = X25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
YAML = f"number_recipients:\n  - {{code: payroll, key_sha256: {FINGERPRINT}, by: 見本太郎, on: 2026-11-25, reason: 給与計算}}\n"
GROUPED = f"{DIGITS[:4]} {DIGITS[4:8]} {DIGITS[8:]}"
FIRST, SECOND = (each.name for each in DEMO_STAFF)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("house"), house_yaml=YAML) as house:
        house.record = house.saved()
        house.number = house.number_of(house.record)
        yield house


def kinds(house):
    store = house.services.numbers.keeping._store
    return [decode_event(each.octets).kind.value for each in store.events_of("house", house.number)]


def deliver(house, **changes):
    return house.json(f"/api/v1/numbers/{house.number}/delivery", {"purpose": "withholding_tax", "recipient": PEM, **changes})


def test_a_system_of_the_house_gets_it_for_its_key_and_the_ledger_says_so(house):
    answer = deliver(house)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    payload = read_delivery(PRIVATE, answer.json()["jwe"])
    assert (payload["individual_number"], payload["purpose"], payload["number_id"]) == (DIGITS, "withholding_tax", house.number)
    assert kinds(house)[-1] == "number_delivered"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recipient": OTHER}, "number.recipient_unknown"), ({"recipient": "x"}, "number.recipient"),
        ({"purpose": "payment_report"}, "number.purpose"), ({"purpose": "marketing"}, "number.purpose_unknown"),
        ({"purpose": "x" * 41}, "request.invalid"), ({"more": "1"}, "request.invalid"),
    ],
)  # fmt: skip
def test_nothing_leaves_for_another_key_or_purpose(house, changes, code):
    before = kinds(house)
    answer = deliver(house, **changes)
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] == code
    assert kinds(house) == before


def test_another_site_cannot_ask_for_a_delivery(house):
    body = {"purpose": "withholding_tax", "recipient": PEM}
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert house.http.post(f"/api/v1/numbers/{house.number}/delivery", json=body, headers=headers).status_code == 403


def test_the_list_of_a_record_has_no_digits(house):
    answer = house.get(f"/api/v1/numbers?record_id={house.record}")
    assert [(each["number_id"], each["purpose"]) for each in answer.json()] == [(house.number, "withholding_tax")]
    assert DIGITS not in answer.text


def permit_of(house, name):
    page = house.post(f"/records/{house.record}/number/permit", number=house.number, name=name)
    found = re.search(r'<code class="hn-permit">([\w-]{43})</code>', page.text)
    return found.group(1) if found else ""


def show(house, token):
    return house.post(f"/records/{house.record}/number/show", number=house.number, token=token)


def test_a_permit_is_for_one_person_once(house):
    token = permit_of(house, SECOND)
    assert token
    assert token not in house.get(f"/records/{house.record}/number").text, "it is shown only when it is made"
    assert "number.grant" in show(house, token).text, "whoever made it is not the one who may see it"
    house.say_who(SECOND)
    try:
        answer = show(house, token)
        assert answer.status_code == 200
        assert GROUPED in answer.text
        assert "number.grant_used" in show(house, token).text
    finally:
        house.say_who(FIRST)
    assert kinds(house)[-2:] == ["number_granted", "number_viewed"]


def test_nobody_gets_a_permit_without_a_name(house):
    assert permit_of(house, "") == ""
    assert permit_of(house, "知らない人") == ""


def test_who_saw_it_stands_in_the_access_log_under_its_record(house):
    visit = house.result()
    house.post(f"/visits/{visit}/number")
    log = house.get("/audit?lang=ja").text
    assert "個人番号を閲覧" in log
    assert visit in log
    assert DIGITS not in log


def test_who_touched_it_stands_on_its_page(house):
    page = house.get(f"/records/{house.record}/number?lang=ja").text
    assert "個人番号を保存" in page
    assert FIRST in page
    assert DIGITS not in page


def test_a_number_is_reached_through_its_own_record_only(house):
    other = house.saved()
    token = house.permit(house.number)
    answer = house.post(f"/records/{other}/number/show", number=house.number, token=token)
    assert answer.status_code == 400
    assert "number.none" in answer.text
    house.post(f"/records/{other}/number/delete", number=house.number, sure="1")
    assert house.number_of(house.record) == house.number


def test_the_last_day_and_the_deletion(house):
    record = house.saved()
    number = house.number_of(record)
    wrong = house.post(f"/records/{record}/number/until", number=number, day="someday")
    assert "number.day" in wrong.text
    house.post(f"/records/{record}/number/until", number=number, day="2027/03/31")
    assert "2027-03-31" in house.get(f"/records/{record}/number").text
    assert "number.confirm" in house.post(f"/records/{record}/number/delete", number=number).text
    assert 'data-done="deleted"' in house.post(f"/records/{record}/number/delete", number=number, sure="1").text
    assert house.services.numbers.of_record(record) == ()
    assert house.get(f"/records/{record}").status_code == 200


def test_what_the_ledger_cannot_take_is_not_shown(house, monkeypatch):
    from honnin.core.errors import StoreError

    visit = house.result()

    def broken(*arguments, **named):
        raise StoreError("store.write", "full")

    monkeypatch.setattr(house.services.numbers.keeping._sealer, "append_events", broken)
    for headers in ({}, {"X-Honnin-Fragment": "number"}):
        answer = house.post(f"/visits/{visit}/number", _headers=headers)
        assert answer.status_code == 503
        assert GROUPED not in answer.text


def test_by_the_number_name_and_address_are_shown_as_the_chip_has_them(house):
    """照合番号A opens the pictures and not the text: staff compare the print with something."""
    visit = house.result()
    page = house.get(f"/visits/{visit}/result").text
    for name in ("name_image", "address_image"):
        assert f"/visits/{visit}/picture/{name}" in page
        assert house.get(f"/visits/{visit}/picture/{name}").headers["content-type"] == "image/png"


def test_the_law_is_not_satisfied_before_staff_have_looked(house):
    visit = house.result()
    assert 'data-verdict="open"' in house.get(f"/visits/{visit}/result").text
    house.post(f"/visits/{visit}/result", face="yes")
    assert 'data-verdict="open"' in house.get(f"/visits/{visit}/result").text


def test_the_fragment_is_no_page_and_the_page_goes_back_by_itself(house):
    visit = house.result()
    part = house.post(f"/visits/{visit}/number", _headers={"X-Honnin-Fragment": "number"})
    assert GROUPED in part.text
    assert "<html" not in part.text
    assert "aria-live" not in part.text
    assert 'role="' not in part.text
    whole = house.post(f"/visits/{visit}/number")
    assert whole.headers["refresh"] == f"30; url=/visits/{visit}"
    assert whole.headers["cache-control"] == "no-store"
    assert house.get(f"/visits/{visit}/number").status_code in {404, 405}
