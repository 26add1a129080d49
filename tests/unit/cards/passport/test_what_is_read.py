"""What is read, in which order, and how many exchanges and round trips it takes."""

from __future__ import annotations

from collections.abc import Callable

from honnin.cards.passport import MrzKey, read_passport
from honnin.core.clock import system_random
from honnin_virtual.bench_personas import bench_passports
from tests.unit.cards.passport.virtual import CHALLENGE, JAPANESE, NOW, Wire, counted, in_process, plan


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
