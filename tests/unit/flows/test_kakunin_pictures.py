"""Pictures of a 確認記録: those that an item stands in, decoded; what cannot be decoded takes nothing else with it."""

from __future__ import annotations

from dataclasses import replace

from honnin.core.errors import DataError
from honnin.flows.kakunin_pictures import pictures_of
from tests.unit.records.made import record

NAME, ADDRESS = "attachment/ATT_CHIP_policy/full_name.png", "attachment/ATT_CHIP_policy/address.tif"


def made():
    shown = {"F21.name": NAME, "F21.address": ADDRESS}
    plain = record()
    items = (replace(each, value="", attachment=shown[each.id]) if each.id in shown else each for each in plain.items)
    return replace(plain, items=tuple(items))


def decode(octets):
    if octets == b"broken":
        raise DataError("image.undecodable", "the image cannot be decoded")
    return b"png of " + octets


def test_the_pictures_of_the_items_are_decoded():
    parts = {NAME: b"name", ADDRESS: b"address", "attachment/ATT_CHIP/portrait.jp2": b"photo", "reading.zip": b"zip"}
    assert pictures_of(made(), parts, decode) == {NAME: b"png of name", ADDRESS: b"png of address"}


def test_one_that_cannot_be_decoded_takes_no_other_with_it():
    assert pictures_of(made(), {NAME: b"broken", ADDRESS: b"address"}, decode) == {ADDRESS: b"png of address"}


def test_a_part_that_is_not_there_is_left_out():
    assert pictures_of(made(), {}, decode) == {}
    assert pictures_of(record(), {NAME: b"name"}, decode) == {}
