"""Which key opens which chip, and what is not tried after a refusal."""

from __future__ import annotations

import pytest

from honnin.apdu import run_in_process
from honnin.cards.passport import CanKey, MrzKey
from honnin.core.errors import CardError
from honnin.core.secret import Secret
from honnin_virtual import Faults
from tests.unit.cards.passport.virtual import JAPANESE, Wire, dialogue, in_process


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("passport-bac-aa-rsa", "card.bac.wrong_key"),
        (JAPANESE, "card.pace.wrong_key"),
        ("passport-pace-im", "card.pace.wrong_key"),
        ("passport-dh", "card.pace.wrong_key"),
    ],
)
def test_a_wrong_zone_says_so_and_is_sent_once(name: str, code: str) -> None:
    wire = Wire(name)
    with pytest.raises(CardError) as caught:
        in_process(name, wire, key=MrzKey("XX9999999", "900101", "340101"), allow_bac_after_pace=True)
    assert (caught.value.code, caught.value.sw) == (code, 0x6300)
    assert len(wire.commands) <= 7


@pytest.mark.parametrize("name", ["passport-bac-aa-rsa", "passport-open"])
def test_the_card_access_number_needs_pace(name: str) -> None:
    with pytest.raises(CardError) as caught:
        in_process(name, Wire(name), key=CanKey(Secret("123456")))
    assert caught.value.code == "card.access.not_offered"


@pytest.mark.parametrize("sw", [0x6A80, 0x6A88, 0x6982, 0x6985])
def test_a_refused_pace_is_not_answered_with_bac(sw: int) -> None:
    wire = Wire(JAPANESE, Faults(pace_refused=sw))
    with pytest.raises(CardError) as caught:
        in_process(JAPANESE, wire)
    assert (caught.value.code, caught.value.sw) == ("card.access.refused", sw)
    assert not any(each.ins in (0x84, 0x82) for each in wire.commands)


def test_bac_after_a_refused_pace_needs_the_plan_and_is_recorded() -> None:
    reading = in_process(JAPANESE, Wire(JAPANESE, Faults(pace_refused=0x6A80)), allow_bac_after_pace=True)
    assert reading.access.method == "bac"
    assert reading.access.facts["refused_sw"] == "6a80"
    assert [(each.what, each.sw) for each in reading.refusals] == [("pace", 0x6A80)]
    assert "EF.CardAccess" in reading.files


def test_a_hidden_card_access_leads_to_bac_and_leaves_what_shows_it() -> None:
    reading = in_process(JAPANESE, Wire(JAPANESE, Faults(card_access_hidden=True)))
    assert reading.access.method == "bac"
    assert reading.access.facts["card_access_sw"] == "6a82"
    assert {"EF.DG14", "EF.SOD"} <= set(reading.files)  # the signed DG14 lists PACE: the checks see the downgrade


def test_a_chip_with_pace_only_cannot_be_opened_when_its_card_access_is_hidden() -> None:
    name = "passport-pace-ca-aes256"
    with pytest.raises(CardError) as caught:
        in_process(name, Wire(name, Faults(card_access_hidden=True)))
    assert (caught.value.code, caught.value.sw) == ("card.access.refused", 0x6A88)


def test_a_chip_without_the_application_is_not_a_passport() -> None:
    with pytest.raises(CardError) as caught:
        run_in_process(dialogue(JAPANESE), lambda command: b"\x6a\x82")
    assert caught.value.code == "card.not_passport"
