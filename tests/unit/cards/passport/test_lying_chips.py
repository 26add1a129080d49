"""Chips that lie, refuse, hide files or dislike the quick way: a reading with its refusals, or one of our errors."""

from __future__ import annotations

import pytest

from honnin.apdu import Command
from honnin.core.errors import CardError
from honnin_virtual import Faults
from tests.unit.cards.passport.virtual import JAPANESE, Wire, in_process


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
