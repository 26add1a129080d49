"""Every persona is read whole by every driver, and its proofs are those that the checks compute again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from honnin.cards.passport import CanKey
from honnin.checks.passport import check_passport
from honnin.core.secret import Secret
from honnin.facts import Outcome, Reading
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin_virtual.pki import simulator_anchors
from tests.unit.cards.passport.virtual import (
    CARDS,
    EXPECTED,
    JAPANESE,
    NOW,
    Wire,
    assert_healthy,
    blocking,
    in_process,
    with_asyncio,
)


def test_every_persona_is_expected() -> None:
    assert set(EXPECTED) == set(CARDS)


@pytest.mark.parametrize("driver", [blocking, with_asyncio, in_process])
@pytest.mark.parametrize("name", EXPECTED)
def test_every_passport_is_read_whole_by_every_driver(name: str, driver: Callable[..., Reading]) -> None:
    wire = Wire(name)
    assert_healthy(name, driver(name, wire), wire)


# RSA-2048 does not fit a short answer (passport.md §2.2).
@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "passport-bac-aa-rsa"])
def test_every_passport_is_read_whole_in_short_apdus(name: str) -> None:
    wire = Wire(name)
    # None: not known to carry extended length. PACE and CA with 2048-bit numbers need it in any case.
    assert_healthy(name, in_process(name, wire, reader_extended=None if name == "passport-dh" else False), wire)
    assert any(each.needs_extended for each in wire.commands) is (name == "passport-dh")


@pytest.mark.parametrize("may_chain", [True, False])
def test_a_long_key_on_a_reader_without_extended_length_is_a_refusal_with_its_reason(may_chain: bool) -> None:
    # With a chip that says it chains, the key goes out in parts; this one does not take it that way after all.
    wire = Wire("passport-dh")
    reading = in_process("passport-dh", wire, reader_extended=False, atr=wire.card.atr if may_chain else b"")
    assert [(each.what, each.why) for each in reading.refusals] == [("chip_authentication", "card.ca.needs_reader")]
    assert any(each.cla == 0x1C for each in wire.commands) is may_chain
    assert "EF.DG2" in reading.files


def test_a_signature_too_long_for_short_apdus_is_a_refusal_with_its_reason() -> None:
    reading = in_process("passport-bac-aa-rsa", Wire("passport-bac-aa-rsa"), reader_extended=None)
    assert [(each.what, each.sw, each.why) for each in reading.refusals] == [
        ("active_authentication", 0x6700, "card.aa.needs_extended")
    ]
    assert "EF.DG2" in reading.files
    short_reader = in_process("passport-bac-aa-rsa", Wire("passport-bac-aa-rsa"), reader_extended=False)
    assert [each.why for each in short_reader.refusals] == ["card.aa.needs_reader"]


@pytest.mark.parametrize("name", [name for name, card in CARDS.items() if "can" in card.secrets])
def test_the_card_access_number_opens_too(name: str) -> None:
    reading = in_process(name, Wire(name), key=CanKey(Secret(CARDS[name].secrets["can"])))
    assert reading.access.key == "can"
    assert reading.expected == {}
    assert {each.kind for each in reading.proofs} == EXPECTED[name][2]


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        (JAPANESE, "passport.aa"),
        ("passport-bac-aa-rsa", "passport.aa"),
        ("passport-pace-ca-aes256", "passport.ca"),
        ("passport-pace-3des-ca-3des", "passport.ca"),
        ("passport-dh", "passport.ca"),
        ("passport-pace-im", "passport.ca"),
        ("passport-39794", "passport.ca"),
    ],
)
def test_the_checks_compute_the_proof_again(name: str, finding: str) -> None:
    anchors = AnchorSet(Anchor(parse_certificate(each), "simulator", "test") for each in simulator_anchors())
    report = check_passport(in_process(name, Wire(name)), anchors, (), NOW)
    found = report.finding(finding)
    assert found is not None
    assert found.outcome is Outcome.PASSED
    hashes = report.finding("passport.sod.hashes")
    assert hashes is not None
    assert hashes.outcome is Outcome.PASSED
