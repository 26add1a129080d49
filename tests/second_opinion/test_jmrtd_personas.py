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


def card_of(name: str, *faults: str) -> VirtualCard:
    return issue(name, faults=faults_from_names(faults), now=NOW)


def inspect(jmrtd: Jmrtd, card: VirtualCard, **keys: str) -> dict:
    return jmrtd.inspect(card, **(zone_keys(PASSPORTS[card.name].secrets["mrz"]) | keys))


@pytest.mark.parametrize("name", PASSPORTS)
def test_persona_is_read_and_proven_by_jmrtd(jmrtd, name):
    card = card_of(name)
    answer = inspect(jmrtd, card)
    assert_read(answer, card)
    for group, proof in ((14, "ca"), (15, "aa")):
        offered = f"EF.DG{group}" in card.files and answer[proof] != "not offered"
        assert not offered or answer[proof].get("proven") is True, answer[proof]
    assert (answer["access"]["method"] == "pace") is ("EF.CardAccess" in card.files)
    assert "cam" not in answer or answer["cam"]["holds"] is True


def test_persona_with_mapping_for_chip_authentication_is_proven_by_it(jmrtd):
    card = card_of("passport-pace-cam")
    answer = inspect(jmrtd, card, mapping="CAM")
    assert_read(answer, card)
    assert answer["access"]["mapping"] == "CAM"
    assert (answer["cam"]["keys"], answer["cam"]["holds"]) == (1, True)


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


def test_copied_chip_without_the_key_fails_active_authentication(jmrtd):
    answer = inspect(jmrtd, card_of("passport-bac-aa-rsa", "clone-aa"))
    assert answer["aa"]["proven"] is False
    assert set(answer["hashes"].values()) == {"ok"}  # a perfect copy otherwise


def test_copied_chip_that_is_silent_fails_active_authentication(jmrtd):
    answer = inspect(jmrtd, card_of("passport-bac-aa-rsa", "clone-aa-silent"))
    assert answer["aa"]["proven"] is False  # JMRTD hands over an empty answer, whatever the status word


def test_copied_chip_without_the_key_fails_chip_authentication(jmrtd):
    answer = inspect(jmrtd, card_of("passport-pace-ca-aes256", "clone-ca"))
    assert answer["ca"].get("proven") is not True
    assert answer["sod"]["signature"] is True


def test_copied_chip_without_the_key_fails_chip_authentication_mapping(jmrtd):
    answer = inspect(jmrtd, card_of("passport-pace-cam", "clone-ca"), mapping="CAM")
    assert answer["cam"]["keys"] == 1
    assert answer["cam"]["holds"] is False


@pytest.mark.parametrize("group", ["1", "2"])
def test_altered_data_group_shows_as_hash_mismatch(jmrtd, group):
    answer = inspect(jmrtd, card_of("passport-bac-aa-rsa", f"tampered-dg{group}"))
    assert [number for number, state in answer["hashes"].items() if state != "ok"] == [group]
    assert answer["sod"]["signature"] is True


def test_damaged_security_object_shows_as_bad_signature(jmrtd):
    assert inspect(jmrtd, card_of("passport-bac-aa-rsa", "tampered-sod"))["sod"]["signature"] is False


def test_unlisted_dg15_is_not_in_the_list_that_was_signed(jmrtd):
    answer = inspect(jmrtd, card_of("passport-bac-aa-rsa", "dg15-unlisted"))
    assert 15 not in answer["sod"]["listed"]
    assert "dg15" not in answer


def test_hidden_dg15_is_listed_and_cannot_be_read(jmrtd):
    answer = inspect(jmrtd, card_of("passport-bac-aa-rsa", "dg15-hidden"))
    assert 15 in answer["sod"]["listed"]
    assert "error" in answer["dg15"]


@pytest.mark.parametrize("fault", ["wrong-mac:12", "garbage:12", "removed:12"])
def test_trouble_on_the_way_reads_nothing_wrong(jmrtd, fault):
    answer = inspect(jmrtd, card_of("passport-bac-aa-rsa", fault))
    assert answer.get("hashes", {}).get("2") != "ok"
    assert "mismatch" not in answer.get("hashes", {}).values()


@pytest.mark.parametrize("sw", ["6300", "6a80", "6a88", "6982", "6985"])
def test_refused_pace_is_refused_for_jmrtd_too(jmrtd, sw):
    answer = inspect(jmrtd, card_of("passport-pace-ca-aes256", f"pace-refused-{sw}"))
    assert sw.upper() in answer["access"]["error"].upper()


def test_hidden_card_access_leads_jmrtd_to_basic_access(jmrtd):
    answer = inspect(jmrtd, card_of("passport-japanese-style", "card-access-hidden"))
    assert answer["access"]["method"] == "bac"
