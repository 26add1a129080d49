"""house.yaml: read strictly, or the start is refused."""

import pytest

from honnin.adapters.house_file import load_house, parse_house
from honnin.core.errors import CallerError
from honnin.flows.house import HouseSettings, Named, TimestampService
from honnin.flows.staff import StaffMember
from honnin.flows.transactions import BUILT_IN, NO_LAW, Declaration
from honnin.law.rules import load_rules

GOOD = """
name: 見本事務所
is_signature_verifier: true
confirmed:
  - {code: L1, by: 見本弁護士, on: 2026-11-25, reason: 確認した}
accept_unverifiable:
  - {code: LICENCE, by: 見本太郎, on: 2026-11-25, reason: 鍵が公開されていない}
staff:
  - {name: 見本 花子, id: "101"}
  - {name: 見本次郎}
transactions:
  - {id: sale, ja: 売買, en: Sale, law: hanshu, business_type: "42", transaction: real_estate_sale,
     declarations: [purpose, alias]}
"""


def test_without_a_file_the_strictest_defaults_hold(tmp_path):
    assert load_house(tmp_path) == HouseSettings()
    assert HouseSettings().as_tenant() == {
        "is_signature_verifier": False, "legacy_methods": False, "confirmed": [], "accept_unverifiable": [],
    }
    assert HouseSettings().transactions == BUILT_IN


def test_every_entry_is_read(tmp_path):
    (tmp_path / "house.yaml").write_text(GOOD, encoding="utf-8")
    house = load_house(tmp_path)
    assert house.name == "見本事務所"
    assert house.confirmed == (Named("L1", "見本弁護士", "2026-11-25", "確認した"),)
    assert [each.id for each in house.transactions] == ["sale", NO_LAW.id]
    assert house.transactions[0].declarations == (Declaration.PURPOSE, Declaration.ALIAS)
    assert house.staff == (StaffMember("見本 花子", "101"), StaffMember("見本次郎"))
    assert house.as_tenant()["confirmed"] == ["L1"]
    assert house.as_tenant()["is_signature_verifier"] is True


@pytest.mark.parametrize(
    "text",
    [
        "unknown: 1",
        "- a list",
        "is_signature_verifier: yes",  # YAML 1.2: a text, and so no answer
        "legacy_methods: 1",
        "confirmed: [{code: L1, by: 見本, on: 2026-11-25}]",
        "confirmed: [{code: L1, by: 見本, on: いつか, reason: 理由}]",
        "confirmed: [{code: L1, by: '', on: 2026-11-25, reason: 理由}]",
        "confirmed: L1",
        "transactions: [{id: A B, ja: あ, en: a, law: hanshu}]",
        "transactions: [{id: a, ja: あ, en: a, law: other}]",
        "transactions: [{id: none, ja: あ, en: a, law: hanshu}]",
        "transactions: [{id: a, ja: あ, en: a, law: hanshu}, {id: a, ja: あ, en: a, law: hanshu}]",
        "transactions: [{id: a, ja: あ, en: a, law: hanshu, declarations: [sex]}]",
        "confirmed: [{code: L1, by: 見本, on: 2026-11-25T09:00:00, reason: 理由}]",
        "confirmed: [{code: L1, by: 見本, on: 2026-02-30, reason: 理由}]",
        "confirmed: [{code: L1, by: 見本, on: 20261125, reason: 理由}]",
        "name: 見本\nname: 別の事務所",  # which one would count?
        "name: !!python/name:os.system ''",
        "[" * 2000,
        "name: &a 見本\nconfirmed: *a",
        "staff: [見本花子]",
        "staff: [{name: ''}]",
        "staff: [{name: 見本花子, pin: '1'}]",
        "staff: [{name: 見本 花子}, {name: 見本花子}]",  # the same person twice
        "staff: [{name: 見本花子, id: a}, {name: A}]",
        "timestamps: https://tsa.example/",
        "timestamps: {every: 10}",
        "timestamps: {url: 'ftp://tsa.example/'}",
        "timestamps: {url: 'https://tsa.example/', every: 0}",
        "timestamps: {url: 'https://tsa.example/', every: true}",
        "timestamps: {url: 'https://tsa.example/', every: 1000001}",
        "timestamps: {url: 'https://tsa.example/', policy: '1.2.x'}",
        "timestamps: {url: 'https://tsa.example/', password: a}",
        "a: [",
        "name: " + "あ" * 600,
        "\x00",
    ],
)  # fmt: skip
def test_what_is_not_understood_stops_the_start(text):
    with pytest.raises(CallerError) as caught:
        parse_house(text.encode())
    assert caught.value.code == "house.content"


def test_a_time_stamping_service_is_named_with_its_rhythm():
    assert parse_house(b"name: a").timestamps is None
    named = parse_house(b"timestamps: {url: 'https://tsa.example/rfc3161', every: 50, policy: '1.2.3'}")
    assert named.timestamps == TimestampService("https://tsa.example/rfc3161", 50, "1.2.3")
    assert parse_house(b"timestamps: {url: 'https://tsa.example/'}").timestamps.every == 1000


def test_a_file_saved_by_notepad_with_its_mark_is_read():
    assert parse_house("\ufeffname: 見本事務所".encode()).name == "見本事務所"


def test_octets_that_are_no_text_stop_the_start():
    with pytest.raises(CallerError, match=r"house\.content"):
        parse_house("name: 見本".encode("cp932"))


def test_a_huge_file_is_not_read(tmp_path):
    (tmp_path / "house.yaml").write_bytes(b"#" * 300_000)
    with pytest.raises(CallerError, match=r"house\.content"):
        load_house(tmp_path)


A_CLEARED = "confirmed: [{{code: {}, by: 見本, on: 2026-11-25, reason: a}}]"
A_GAP = "accept_unverifiable: [{{code: {}, by: 見本, on: 2026-11-25, reason: a}}]"
A_SALE = "transactions: [{{id: a, ja: あ, en: a, law: hanshu, business_type: '{}', transaction: {}}}]"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (A_CLEARED.format("L99"), "L99"), (A_CLEARED.format("l1"), "l1"), (A_GAP.format("LICENSE"), "LICENSE"),
        (A_SALE.format("42", "real_estate_sales"), "real_estate_sale,"), (A_SALE.format("司法書士", "company_formation"), "司法書士"),
    ],
)  # fmt: skip
def test_a_code_that_the_rules_do_not_have_stops_the_start(text, told):
    settings = parse_house(text.encode())
    with pytest.raises(CallerError) as caught:
        settings.must_fit(load_rules())
    assert caught.value.code == "house.content"
    assert told in caught.value.detail


def test_codes_of_the_rules_and_the_transactions_of_the_program_are_known():
    settings = parse_house("\n".join([A_CLEARED.format("L1"), A_GAP.format("LICENCE"), A_SALE.format("42", "real_estate_sale")]).encode())
    assert settings.speaks_of_rules
    settings.must_fit(load_rules())
    assert not HouseSettings().speaks_of_rules
    HouseSettings().must_fit(load_rules())
