"""実質的支配者: several people in one item of the record (規則11条, 20条1項25号)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from honnin.records.csv_list import records_to_csv
from honnin.records.kakunin import Item, kakunin_from_json, kakunin_to_json, missing_items
from honnin.records.kakunin_fields import base_of, label
from honnin.records.kakunin_owners import (
    DEEMED,
    MAX_OWNERS,
    OWNER_PARTS,
    RELATIONS,
    Owner,
    count_owners,
    missing_of_owners,
    owner_id,
    owner_part,
    owners_of,
    percent_of,
    share_fits,
)
from tests.unit.records.made import decision, record

FIRST = {"F25.name": "見本　花子", "F25.address": "見本県架空市3番", "F25.birth": "1960-01-02", "F25.relation": RELATIONS[1][0]}
SECOND = {"F25.2.name": "見本　次郎", "F25.2.address": "見本県架空市4番", "F25.2.birth": "1961-02-03", "F25.2.relation": RELATIONS[1][0]}


@pytest.mark.parametrize("number", range(1, MAX_OWNERS + 1))
@pytest.mark.parametrize("part", OWNER_PARTS)
def test_an_id_says_whose_part_it_is(number, part):
    made = owner_id(number, part)
    assert owner_part(made) == (number, part)
    assert base_of(made) == "F25"
    ja, en = label(made)
    assert ("人目" in ja) is (number > 1)
    assert "F25" not in ja + en


@pytest.mark.parametrize(
    "other", ["F25", "F25.how", "F25.more", "F25.1.name", "F25.02.name", "F25.11.name", "F25.x.name", "F25.².name", "F25.2.2.name", "F25.2.how", "F21.name", ""],
)  # fmt: skip
def test_no_other_id_is_that_of_an_owner(other):
    assert owner_part(other) is None


def test_all_of_the_first_and_of_whoever_else_is_named_must_be_there():
    assert missing_of_owners([]) == ("F25.name", "F25.address", "F25.birth", "F25.relation", "F25.how")
    whole = {**FIRST, **SECOND, "F25.how": "申告"}
    assert missing_of_owners(whole.items()) == ()
    for each in whole:
        less = {name: value for name, value in whole.items() if name != each}
        assert missing_of_owners(less.items()) == (each,)
        assert missing_of_owners({**less, each: " "}.items()) == (each,)


def test_a_body_that_counts_as_a_person_has_no_birth_date():
    body = {name: value for name, value in FIRST.items() if name != "F25.birth"} | {"F25.kind": DEEMED, "F25.how": "申告"}
    assert missing_of_owners(body.items()) == ()


@pytest.mark.parametrize(
    ("typed", "share"),
    [("30", 30), ("33.4", "33.4"), ("30％", 30), (" 25.01% ", "25.01"), ("100", 100), ("0", None), ("100.1", None), ("", None),
     ("1e1", None), ("-30", None), ("3.3.3", None), (".", None), ("NaN", None), ("9" * 400, None), ("３０", None)],
)  # fmt: skip
def test_a_share_is_a_number_of_per_cent(typed, share):
    assert percent_of(typed) == (None if share is None else Decimal(share))


@pytest.mark.parametrize(
    ("relation", "ratio", "fits"),
    [(0, "60", True), (0, "50", False), (0, "", False), (1, "25", False), (1, "25.1", True), (1, "50", True), (1, "51", False),
     (2, "60", True), (2, "25", False), (3, "", True), (3, "10", True), (4, "", True), (4, "x", False)],
)  # fmt: skip
def test_a_share_goes_with_its_relation(relation, ratio, fits):
    assert share_fits(RELATIONS[relation][0], ratio) is fits


def test_a_record_is_missing_what_its_owners_lack_and_an_older_one_reads_as_it_was():
    items = [Item(name, value, provenance="staff") for name, value in {**FIRST, "F25.how": "申告", "F25.more": "ほか2名"}.items()]
    older = replace(record(), items=tuple(items))
    wanted = decision(record_fields=("F25",))
    assert kakunin_from_json(kakunin_to_json(older)) == older
    assert missing_items(older, wanted) == ()
    named = replace(older, items=(*items, Item("F25.3.name", "見本　三郎")))
    assert [each.id for each in missing_items(named, wanted)] == ["F25.3.address", "F25.3.birth", "F25.3.relation"]


def test_a_list_names_all_of_them():
    made = replace(record(), items=tuple(Item(name, value) for name, value in {**SECOND, **FIRST, "F25.2.ratio": "30", "F25.more": "ほか"}.items()))
    last = records_to_csv([made], bom=False).decode().splitlines()[-1].rpartition(",")[2]
    first, second, further = last.split("；")
    assert first.startswith("見本　花子　見本県架空市3番　1960-01-02")
    assert second.endswith("30％")
    assert further == "ほか"
    assert owners_of([("F21.name", "x"), ("F25.2.name", " y ")]) == (Owner(2, name="y"),)
    assert count_owners(["F21.name", "F25.how", "F25.name", "F25.4.birth"]) == 4
