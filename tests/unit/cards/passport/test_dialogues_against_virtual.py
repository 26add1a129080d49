"""The dialogue against virtual passports that were written from the same sheet by somebody else.

Every persona, every driver; and what the dialogue does when the chip lies, refuses, hides or leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from honnin.apdu import ANY, Answers, Batch, Command, Dialogue, Response, run, run_async, run_batch, run_in_process
from honnin.cards.passport import CanKey, MrzKey, Plan, read_passport
from honnin.checks.passport import check_passport
from honnin.core.clock import system_random
from honnin.core.errors import CardError, HonninError, LinkError
from honnin.core.secret import Secret
from honnin.facts import Outcome, Reading
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin_virtual import CardGone, Faults, issue, list_cards
from honnin_virtual.bench_personas import bench_passports
from honnin_virtual.pki import simulator_anchors

NOW = datetime(2026, 11, 25, tzinfo=UTC)
CARDS = {each.name: each for each in list_cards() if each.document == "passport"}
HEALTHY = Faults()
CHALLENGE = bytes.fromhex("0102030405060708")
JAPANESE = "passport-japanese-style"

# name: access, mapping, proofs
EXPECTED = {
    "passport-japanese-style": ("pace", "GM", {"passport.aa"}),
    "passport-bac-aa-rsa": ("bac", None, {"passport.aa"}),
    "passport-pace-ca-aes256": ("pace", "GM", {"passport.ca"}),
    "passport-pace-cam": ("pace", "CAM", {"passport.pace_cam"}),
    "passport-pace-3des-ca-3des": ("pace", "GM", {"passport.ca"}),
    "passport-pace-im": ("pace", "IM", {"passport.ca"}),
    "passport-dh": ("pace", "GM", {"passport.ca"}),
    "passport-open": ("none", None, set()),
    "passport-short-only": ("pace", "GM", {"passport.aa"}),
    "passport-big-photo": ("pace", "GM", {"passport.aa"}),
    "passport-long-names": ("pace", "GM", {"passport.aa"}),
    "passport-39794": ("pace", "GM", {"passport.ca"}),
    "passport-copyable": ("bac", None, set()),
    "passport-old-sha1": ("bac", None, {"passport.aa"}),
    "passport-brainpool": ("pace", "GM", {"passport.aa"}),
    "passport-few-bytes": ("pace", "GM", {"passport.aa"}),
    "passport-get-response": ("bac", None, {"passport.aa"}),
    "passport-alex": ("pace", "GM", {"passport.aa"}),
}


class Wire:
    """A virtual card on a wire that counts, and may change an answer: `change(number, command, answer)`."""

    def __init__(
        self, name: str, faults: Faults = HEALTHY, change: Callable[[int, Command, bytes], bytes] | None = None
    ):
        self.card = issue(name, faults=faults, now=NOW)
        self.change = change
        self.commands: list[Command] = []
        self.batches = 0

    def transceive(self, octets: bytes, /) -> bytes:
        command = Command.decode(octets)
        self.commands.append(command)
        answer = self.card.process(octets)
        return self.change(len(self.commands), command, answer) if self.change else answer


def mrz(name: str) -> MrzKey:
    return MrzKey.from_lines(CARDS[name].secrets["mrz"])


def plan(**values: Any) -> Plan:
    return Plan(**{"reader_extended": True, "aa_challenge": CHALLENGE, **values})


def dialogue(name: str, key: MrzKey | CanKey | None = None, progress: Any = None, **values: Any) -> Dialogue[Reading]:
    return read_passport(key or mrz(name), plan(**values), now=NOW, random=system_random, progress=progress)


def counted(inner: Dialogue[Reading], wire: Wire) -> Reading:
    """The blocking driver, counting batches: round trips over a relay."""

    def batch_by_batch() -> Dialogue[Reading]:
        batch = next(inner)
        try:
            while True:
                wire.batches += 1
                batch = inner.send((yield batch))
        except StopIteration as stop:
            result: Reading = stop.value
            return result
        finally:
            inner.close()

    return run(batch_by_batch(), wire)


def blocking(name: str, wire: Wire, **values: Any) -> Reading:
    return run(dialogue(name, **values), wire)


def in_process(name: str, wire: Wire, **values: Any) -> Reading:
    return run_in_process(dialogue(name, **values), wire.transceive)


def with_asyncio(name: str, wire: Wire, **values: Any) -> Reading:
    async def send(batch: Batch) -> Answers:
        await asyncio.sleep(0)
        return run_batch(wire, batch)

    return asyncio.run(run_async(dialogue(name, **values), send))


def assert_healthy(name: str, reading: Reading, wire: Wire) -> None:
    access, mapping, proofs = EXPECTED[name]
    assert reading.access.method == access
    assert reading.access.facts.get("mapping") == mapping
    assert {each.kind for each in reading.proofs} == proofs
    assert not reading.refusals
    never = {"EF.DIR", "EF.ATR/INFO", "EF.COM", "EF.DG3", "EF.DG4"}
    assert reading.files == {k: v for k, v in wire.card.files.items() if k not in never}  # type: ignore[attr-defined]
    assert reading.expected == {"mrz_information": mrz(name).information.reveal()}
    assert reading.read_at_utc == NOW


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


# --- what is read, and how much it takes


def test_only_what_the_plan_needs_is_read() -> None:
    reading = in_process("passport-long-names", Wire("passport-long-names"), files=("EF.DG1",), aa_challenge=None)
    assert set(reading.files) == {"EF.CardAccess", "EF.SOD", "EF.DG1", "EF.DG14", "EF.DG15"}
    assert not reading.proofs


def test_chip_authentication_is_proved_with_something_harmless_when_nothing_else_is_read() -> None:
    name = "passport-pace-ca-aes256"
    reading = in_process(name, Wire(name), files=())
    assert {each.kind for each in reading.proofs} == {"passport.ca"}


def test_chip_authentication_can_be_left_out() -> None:
    name = "passport-pace-ca-aes256"
    assert not in_process(name, Wire(name), chip_authentication=False).proofs


def test_the_unsigned_table_of_contents_is_read_only_when_it_is_asked_for() -> None:
    reading = in_process(JAPANESE, Wire(JAPANESE), files=("EF.COM", "EF.DG1"))
    assert reading.files["EF.COM"][:1] == b"\x60"


def test_exchanges_and_round_trips_of_a_whole_passport() -> None:
    for number, (card, zone) in enumerate(bench_passports(extended=True)):
        wire = Wire(JAPANESE)
        wire.card = card
        challenge = None if number >= 2 else CHALLENGE
        inner = read_passport(MrzKey.from_lines(zone), plan(aa_challenge=challenge), now=NOW, random=system_random)
        reading = counted(inner, wire)
        assert {"EF.SOD", "EF.DG1", "EF.DG2", "EF.DG14", "EF.DG15"} <= set(reading.files)
        assert len(reading.proofs) == 1
        assert reading.exchanges == len(wire.commands) <= 15
        assert wire.batches <= (5 if reading.access.method == "bac" else 7)


def test_short_apdus_waste_nothing() -> None:
    for card, zone in bench_passports(extended=False):
        wire = Wire(JAPANESE)
        wire.card = card
        reading = counted(read_passport(MrzKey.from_lines(zone), plan(), now=NOW, random=system_random), wire)
        bac = reading.access.method == "bac"
        block = 231 if bac else 223
        if any(each.kind == "passport.ca" for each in reading.proofs):
            block = 223  # AES after Chip Authentication
        needed = sum(-(-len(data) // block) for name, data in reading.files.items() if name != "EF.CardAccess")
        # CardAccess, ATR/INFO, and SELECT, EF.COM, GET CHALLENGE, EXTERNAL AUTHENTICATE or PACE and SELECT; CA; AA.
        overhead = (6 if bac else 8) + 2 * any(each.kind == "passport.ca" for each in reading.proofs) + 1
        assert len(wire.commands) <= needed + overhead
        assert wire.batches <= 10


def test_a_photo_beyond_32767_octets_uses_the_odd_instruction_there_and_only_there() -> None:
    name = "passport-big-photo"
    for extended in (True, False):
        wire = Wire(name)
        reading = in_process(name, wire, reader_extended=extended)
        assert len(reading.files["EF.DG2"]) > 40_000
        assert any(each.ins == 0xB1 for each in wire.commands)
    wire = Wire(JAPANESE)
    in_process(JAPANESE, wire)
    assert not any(each.ins == 0xB1 for each in wire.commands)


def collect(into: list[tuple[str, int, int]]) -> Callable[[str, int, int], None]:
    return lambda step, n, m: into.append((step, n, m))


def test_progress_names_each_step_in_order() -> None:
    for name in (JAPANESE, "passport-pace-ca-aes256", "passport-open"):
        seen: list[tuple[str, int, int]] = []
        in_process(name, Wire(name), progress=collect(seen))
        steps = [step for step, _, _ in seen]
        assert list(dict.fromkeys(steps)) == ["connect", "access", "read", "issuer", "chip"]
        assert [steps.count(each) for each in ("connect", "access", "issuer", "chip")] == [1, 1, 1, 1]
        reads = [(n, m) for step, n, m in seen if step == "read"]
        assert reads == sorted(reads, key=lambda pair: pair[0])
        assert reads[-1][0] == reads[-1][1]


# --- keys and access


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


# --- chips that lie or refuse


@pytest.mark.parametrize(
    "name", ["passport-pace-ca-aes256", "passport-pace-3des-ca-3des", "passport-dh", "passport-pace-im"]
)
@pytest.mark.parametrize("extended", [True, None])
def test_a_copy_without_the_private_key_is_read_whole_but_not_proved(name: str, extended: bool | None) -> None:
    wire = Wire(name, Faults(clone_ca=True))
    reading = in_process(name, wire, reader_extended=extended)
    assert not reading.proofs
    assert [(each.what, each.why) for each in reading.refusals] == [("chip_authentication", "card.ca.not_proved")]
    assert {"EF.SOD", "EF.DG1", "EF.DG2", "EF.DG14"} <= set(reading.files)
    assert sum(each.ins == 0x22 and each.p1 == 0x41 for each in wire.commands) == 1  # not tried again


@pytest.mark.parametrize(
    ("faults", "hidden"), [(Faults(dg14_hidden=True), "EF.DG14"), (Faults(dg15_hidden=True), "EF.DG15")]
)
def test_a_hidden_file_that_the_list_names_is_a_refusal(faults: Faults, hidden: str) -> None:
    reading = in_process(JAPANESE, Wire(JAPANESE, faults))
    assert [(each.what, each.sw, each.why) for each in reading.refusals] == [(hidden, 0x6A82, "card.file.missing")]
    assert hidden not in reading.files


def test_a_file_that_nobody_signed_is_not_read_and_proves_nothing() -> None:
    reading = in_process(JAPANESE, Wire(JAPANESE, Faults(dg15_unlisted=True)))
    assert "EF.DG15" not in reading.files
    assert not reading.proofs


def test_a_chip_that_does_not_answer_the_challenge_is_a_refusal() -> None:
    reading = in_process(JAPANESE, Wire(JAPANESE, Faults(clone_aa_silent=True)))
    assert [(each.what, each.sw) for each in reading.refusals] == [("active_authentication", 0x6D00)]


@pytest.mark.parametrize("extended", [True, False])
def test_a_file_of_four_gigabytes_is_refused_before_it_is_read(extended: bool) -> None:
    wire = Wire(JAPANESE, Faults(huge_length=True))
    with pytest.raises(CardError) as caught:
        in_process(JAPANESE, wire, reader_extended=extended)
    assert caught.value.code == "card.file.too_long"
    assert len(wire.commands) < 40


# --- lost sessions


def bare(sw: int, when: Callable[[int, Command], bool]) -> Callable[[int, Command, bytes], bytes]:
    """The chip ends secure messaging at the first command of that kind."""
    done: list[int] = []

    def change(number: int, command: Command, answer: bytes) -> bytes:
        if not done and when(number, command):
            done.append(number)
            return sw.to_bytes(2, "big")
        return answer

    return change


@pytest.mark.parametrize("sw", [0x6987, 0x6988, 0x6982])
@pytest.mark.parametrize("name", [JAPANESE, "passport-bac-aa-rsa"])
def test_a_session_lost_over_active_authentication_costs_only_that(name: str, sw: int) -> None:
    wire = Wire(name, change=bare(sw, lambda _, command: command.ins == 0x88))
    reading = in_process(name, wire)
    assert [(each.what, each.sw, each.why) for each in reading.refusals] == [
        ("active_authentication", sw, "card.aa.refused")
    ]
    assert {"EF.DG1", "EF.DG2", "EF.DG15"} <= set(reading.files)


@pytest.mark.parametrize("ins", [0x22, 0x86])
def test_a_session_lost_over_chip_authentication_is_opened_again_once(ins: int) -> None:
    name = "passport-pace-im"
    wire = Wire(name, change=bare(0x6988, lambda _, command: command.cla == 0x0C and command.ins == ins))
    reading = in_process(name, wire)
    assert [(each.what, each.sw) for each in reading.refusals] == [("chip_authentication", 0x6988)]
    assert {"EF.DG1", "EF.DG2"} <= set(reading.files)
    assert not reading.proofs


def test_a_session_lost_over_an_optional_file_is_opened_again_once() -> None:
    for name in ("passport-bac-aa-rsa", JAPANESE):
        wire = Wire(name, change=bare(0x6982, lambda _, command: command.cla == 0x0C and command.p1 == 0x8F))
        reading = in_process(name, wire)
        assert [(each.what, each.sw) for each in reading.refusals] == [("EF.DG15", 0x6982)]
        assert {"EF.DG1", "EF.DG2"} <= set(reading.files)


def test_a_session_lost_twice_is_the_end() -> None:
    name = "passport-bac-aa-rsa"

    def lose(number: int, command: Command, answer: bytes) -> bytes:
        return b"\x69\x88" if command.cla == 0x0C and command.p1 in (0x8F, 0x82) else answer

    wire = Wire(name, change=lose)
    with pytest.raises(CardError) as caught:
        in_process(name, wire)
    assert caught.value.code == "card.sm.aborted"
    assert len(wire.commands) < 30


def test_a_session_lost_over_the_signed_list_is_the_end() -> None:
    wire = Wire(JAPANESE, change=bare(0x6988, lambda _, command: command.cla == 0x0C and command.p1 == 0x9D))
    with pytest.raises(CardError) as caught:
        in_process(JAPANESE, wire)
    assert (caught.value.code, caught.value.sw) == ("card.sm.aborted", 0x6988)


@pytest.mark.parametrize("number", range(8, 15))
def test_a_wrong_mac_is_never_survived(number: int) -> None:
    with pytest.raises(CardError) as caught:
        in_process(JAPANESE, Wire(JAPANESE, Faults(wrong_mac_at=number)))
    assert caught.value.code == "card.sm.mac"


@pytest.mark.parametrize("driver", [blocking, with_asyncio, in_process])
@pytest.mark.parametrize("number", [1, 4, 9, 14])
def test_a_card_that_is_taken_away_is_said_so(number: int, driver: Callable[..., Reading]) -> None:
    with pytest.raises(CardGone) as caught:
        driver(JAPANESE, Wire(JAPANESE, Faults(removed_at=number)))
    assert caught.value.code == "link.card_removed"


# --- chips that dislike the quick way (no access control, so that the wire can play them)


def test_a_chip_without_short_file_ids_is_read_by_selecting() -> None:
    def change(number: int, command: Command, answer: bytes) -> bytes:
        by_sfi = command.ins == 0xB0 and command.p1 & 0x80 and command.p1 not in (0x9C, 0x9E, 0x81)
        return b"\x6a\x86" if by_sfi else answer

    wire = Wire("passport-open", change=change)
    reading = in_process("passport-open", wire, reader_extended=False)
    assert {"EF.SOD", "EF.DG1", "EF.DG2"} <= set(reading.files)
    assert not reading.refusals


def test_a_chip_that_refuses_too_long_reads_is_read_by_exact_lengths() -> None:
    wire = Wire("passport-open")
    files = wire.card.files  # type: ignore[attr-defined]
    current = {0x9D: "EF.SOD", 0x81: "EF.DG1", 0x82: "EF.DG2", "011d": "EF.SOD", "0101": "EF.DG1", "0102": "EF.DG2"}
    selected = ["EF.CardAccess"]

    def change(number: int, command: Command, answer: bytes) -> bytes:
        if command.ins == 0xA4:
            selected[0] = current.get(command.data.hex(), "")
        if command.ins == 0xB0 and command.p1 & 0x80:
            selected[0] = current.get(command.p1, "") if number > 2 else ""
        offset = command.p2 if command.p1 & 0x80 else command.p1 << 8 | command.p2
        name = selected[0]
        if command.ins == 0xB0 and name and offset + (command.le or 0) > len(files[name]):
            return b"\x67\x00"
        return answer

    wire.change = change
    reading = in_process("passport-open", wire, reader_extended=False)
    assert {name: reading.files[name] for name in ("EF.SOD", "EF.DG1", "EF.DG2")} == {
        name: files[name] for name in ("EF.SOD", "EF.DG1", "EF.DG2")
    }
    assert not reading.refusals


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"\x62\x02\x01\x00\x90\x00", "card.file.malformed"),
        (b"\x90\x00", "card.file.malformed"),
        (b"\x61\x90\x00", "card.file.malformed"),
        (b"\x69\x82", "card.file.protected"),
        (b"\x6f\x00", "card.file.refused"),
    ],
)
def test_a_data_group_that_is_not_right_is_a_refusal(answer: bytes, why: str) -> None:
    wire = Wire("passport-open")

    def change(number: int, command: Command, real: bytes) -> bytes:
        if number < 5 or command.ins != 0xB0:
            return real
        return answer if command.p1 == 0x81 or wire.commands[-2].data == b"\x01\x01" else real

    wire.change = change
    reading = in_process("passport-open", wire, reader_extended=False)
    assert [(each.what, each.why) for each in reading.refusals] == [("EF.DG1", why)]
    assert "EF.DG2" in reading.files


def test_a_list_that_cannot_be_read_leaves_only_itself() -> None:
    wire = Wire("passport-open")
    sod = b"\x77\x03\x30\x01\x00"
    wire.change = lambda number, command, real: (
        sod + b"\x90\x00" if command.ins == 0xB0 and command.p1 == 0x9D else real
    )
    reading = in_process("passport-open", wire)
    assert dict(reading.files) == {"EF.SOD": sod}
    assert [each.what for each in reading.refusals] == ["EF.SOD"]


# --- noise


class Noise:
    """From one exchange on, answers of a small random source instead of the chip's."""

    def __init__(self, name: str, start: int, seed: int, once: bool) -> None:
        self.wire, self.start, self.seed, self.once = Wire(name), start, seed, once

    def __call__(self, octets: bytes) -> bytes:
        answer = self.wire.transceive(octets)
        number = len(self.wire.commands)
        if number < self.start or (self.once and number > self.start):
            return answer
        self.seed = (self.seed * 6364136223846793005 + 1442695040888963407) % 2**64
        kind = self.seed >> 60
        noise = self.seed.to_bytes(8, "big") * (1 + (self.seed >> 40) % 40)
        if kind < 4:
            return noise[: (self.seed >> 20) % len(noise)] + b"\x90\x00"
        if kind < 8:
            return noise[:2]
        if kind < 12:
            at = (self.seed >> 8) % len(answer)
            return answer[:at] + bytes([answer[at] ^ (1 << kind % 8)]) + answer[at + 1 :]
        return (answer[: (self.seed >> 8) % len(answer)] + b"\x62\x82") if kind < 14 else b"\x90\x00"


@pytest.mark.parametrize(
    "name", [JAPANESE, "passport-bac-aa-rsa", "passport-39794", "passport-pace-cam", "passport-open"]
)
@pytest.mark.parametrize("once", [True, False])
def test_noise_at_any_exchange_ends_in_our_errors_or_in_a_reading(name: str, once: bool) -> None:
    for start in range(1, 17):
        chip = Noise(name, start, 7919 * start + len(name), once)
        try:
            reading = run_in_process(dialogue(name), chip)
        except HonninError as error:
            assert error.code.split(".")[0] in {"card", "link", "apdu"}
        else:
            genuine = chip.wire.card.files  # type: ignore[attr-defined]
            if reading.access.method != "none":  # under secure messaging only the chip's octets get through
                assert all(genuine[each] == data for each, data in reading.files.items() if each != "EF.CardAccess")
        assert len(chip.wire.commands) < 600


# --- a phone that does not keep to the rules of a batch


@pytest.mark.parametrize(
    "answers",
    [(), (Response(b"", 0x9000),), (Response(b"", 0x6A82),) * 9, (Response(b"", 0x6A82), Response(b"", 0x6A82))],
)
def test_answers_that_do_not_fit_the_batch_are_a_fault_of_the_link(answers: Answers) -> None:
    inner = dialogue("passport-bac-aa-rsa")
    batch = next(inner)
    assert len(batch) == 5
    assert batch[1].accept == ANY
    if len(answers) == 1:  # EF.CardAccess "exists": the batch may end here
        assert inner.send(answers)
        inner.close()
        return
    with pytest.raises(LinkError) as caught:
        inner.send(answers)
    assert caught.value.code == "link.protocol"


def test_closing_half_way_drops_the_keys_and_asks_nothing_more() -> None:
    wire = Wire(JAPANESE)
    inner = dialogue(JAPANESE)
    batch = next(inner)
    for _ in range(5):
        batch = inner.send(run_batch(wire, batch))
    inner.close()
    with pytest.raises(StopIteration):
        next(inner)
