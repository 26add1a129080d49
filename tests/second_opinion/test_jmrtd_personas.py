"""JMRTD reads every virtual passport that people get to see, and every fault that concerns a reader shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from honnin_virtual import issue, list_cards
from honnin_virtual.card import VirtualCard
from honnin_virtual.faults import faults_from_names
from tests.second_opinion.jmrtd import Jmrtd, zone_keys
from tests.second_opinion.test_jmrtd_matrix import assert_read

pytestmark = pytest.mark.second

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSPORTS = {spec.name: spec for spec in list_cards() if spec.document == "passport"}
"""Personas JMRTD cannot read as a whole, with the reason."""
UNSUPPORTED: dict[str, str] = {}


def card_of(name: str, *faults: str) -> VirtualCard:
    return issue(name, faults=faults_from_names(faults), now=NOW)


def inspect(jmrtd: Jmrtd, card: VirtualCard, **keys: str) -> dict:
    return jmrtd.inspect(card, **(zone_keys(PASSPORTS[card.name].secrets["mrz"]) | keys))


@pytest.mark.parametrize("name", PASSPORTS)
def test_persona_is_read_and_proven_by_jmrtd(jmrtd, name):
    if name in UNSUPPORTED:
        pytest.skip(UNSUPPORTED[name])
    card = card_of(name)
    answer = inspect(jmrtd, card)
    assert_read(answer, card)
    for group, proof in ((14, "ca"), (15, "aa")):
        offered = f"EF.DG{group}" in card.files and answer.get(proof) != "not offered"
        assert (answer.get(proof, {}).get("proven") if offered else True) is True, answer.get(proof)
    assert (answer["access"]["method"] == "pace") is ("EF.CardAccess" in card.files)
    assert "cam" not in answer or answer["cam"]["holds"] is True


@pytest.mark.parametrize("name", [name for name, spec in PASSPORTS.items() if spec.secrets.get("can")])
def test_persona_with_a_can_is_read_by_it(jmrtd, name):
    card = card_of(name)
    answer = inspect(jmrtd, card, access="pace", can=PASSPORTS[name].secrets["can"])
    assert_read(answer, card)
    assert answer["access"]["password"] == "can"


@pytest.mark.parametrize("name", PASSPORTS)
def test_wrong_number_opens_no_persona(jmrtd, name):
    card = card_of(name)
    answer = inspect(jmrtd, card, number="ZZ9999999")
    if answer["access"].get("method") != "none":
        assert "error" in answer["access"]
        assert "sod" not in answer
