from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.apdu import Command, PinSlot, Response
from honnin.core.errors import CallerError, DataError, HonninError


@pytest.mark.parametrize(
    ("command", "octets"),
    [
        (Command(0, 0xA4, 4, 0x0C, bytes.fromhex("A0000002471001")), "00A4040C07A0000002471001"),
        (Command(0, 0x84, 0, 0, le=8), "0084000008"),
        (Command(0, 0xB0, 0x81, 0, le=256), "00B0810000"),
        (Command(0, 0xB0, 0x81, 0, le=65536), "00B08100000000"),
        (Command(0, 0xB0, 0, 0), "00B00000"),
        (Command(0, 0x88, 0, 0, b"12345678", le=256), "00880000083132333435363738" + "00"),
        (Command(0, 0x88, 0, 0, b"12", le=256, extended=True), "00880000" + "000002" + "3132" + "0100"),
    ],
)
def test_commands_are_encoded_as_iso_7816_says(command: Command, octets: str) -> None:
    assert command.encode().hex().upper() == octets


@given(
    st.binary(max_size=600),
    st.one_of(st.none(), st.integers(1, 65536)),
    st.booleans(),
)
def test_a_command_is_read_back_by_the_card(data: bytes, le: int | None, extended: bool) -> None:
    command = Command(0, 0x86, 1, 2, data, le=le, extended=extended)
    again = Command.decode(command.encode())
    assert (again.cla, again.ins, again.p1, again.p2, again.data, again.le) == (0, 0x86, 1, 2, data, le)


@given(st.binary(max_size=300))
def test_random_octets_are_a_command_or_our_error(octets: bytes) -> None:
    try:
        Command.decode(octets)
    except HonninError as error:
        assert error.code == "apdu.command.malformed"


def test_a_command_with_an_open_slot_never_reaches_the_wire() -> None:
    with pytest.raises(CallerError):
        Command(0, 0x20, 0, 0x80, slot=PinSlot("pin1", range(4, 5))).encode()


def test_a_response_needs_a_status_word() -> None:
    assert Response.decode(b"\x01\x90\x00") == Response(b"\x01", 0x9000)
    for octets in (b"", b"\x90", bytes(65539)):
        with pytest.raises(DataError):
            Response.decode(octets)
