"""When extended length is used, and for how much (passport.md §2.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.cards.passport import Plan
from honnin.cards.passport.capabilities import Capabilities, parse_atr, parse_atr_info
from honnin.core.errors import CallerError
from honnin.crypto import Cipher

SIZES = bytes.fromhex("7f6608020203e80202fffe")


@pytest.mark.parametrize(
    ("atr", "extended", "chaining", "look"),
    [
        ("3b85800180739401e082", True, True, True),
        ("3b858001807394014002", True, False, False),
        ("3b8580018073940180e2", False, True, False),
        ("3b8c80018065b0850300117300002082", False, False, False),
        ("3b8580018031807300", None, False, True),
        ("3b8780018031c07394014000", True, False, False),
        ("3bfa1800008131fe4580730040401490", None, False, True),
        ("3b80", None, False, True),
        ("", None, False, True),
        ("3b8f", None, False, True),
        ("3bff" + "ff" * 30, None, False, True),
    ],
)
def test_historical_octets(atr: str, extended: bool | None, chaining: bool, look: bool) -> None:
    found = parse_atr(bytes.fromhex(atr))
    assert (found.extended, found.chaining, found.in_atr_info) == (extended, chaining, look)


def test_stated_buffers_permit_extended_length_unless_it_is_denied() -> None:
    found = parse_atr_info(SIZES, Capabilities())
    assert (found.extended, found.max_command, found.max_response) == (True, 1000, 65534)
    denied = parse_atr_info(bytes.fromhex("4703000180") + SIZES, Capabilities())
    assert denied.extended is False
    stated = parse_atr_info(b"\x80" + bytes.fromhex("4703000140") + SIZES, Capabilities())
    assert stated.usable(reader=True)


def test_no_file_leaves_what_the_atr_said() -> None:
    known = parse_atr(bytes.fromhex("3b85800180739401e082"))
    assert parse_atr_info(b"", known).extended is True
    assert parse_atr_info(b"", Capabilities()).extended is None


@given(st.binary(max_size=60))
def test_noise_never_raises(data: bytes) -> None:
    parse_atr(data)
    parse_atr_info(data, Capabilities())


@pytest.mark.parametrize(
    ("capabilities", "reader", "expected"),
    [
        (Capabilities(extended=True, max_command=1000, max_response=2000), True, True),
        (Capabilities(extended=True, max_command=1000, max_response=2000), None, False),
        (Capabilities(extended=True, max_command=1000, max_response=2000), False, False),
        (Capabilities(extended=None), True, False),
        (Capabilities(extended=True), True, True),
        (Capabilities(extended=True, max_command=261, max_response=256), True, False),
        (Capabilities(extended=True, max_command=261, max_response=0), True, False),
    ],
)
def test_chip_and_reader_must_both_be_able(capabilities: Capabilities, reader: bool | None, expected: bool) -> None:
    assert capabilities.usable(reader=reader) is expected


def test_lengths_of_a_read() -> None:
    some = Capabilities(extended=True, max_response=1000)
    assert some.read_length(None, extended=False) == 256
    assert some.read_length(Cipher.TDES, extended=False) == 231
    assert some.read_length(Cipher.AES256, extended=False) == 223
    assert some.read_length(None, extended=True) == 998
    assert some.read_length(Cipher.AES128, extended=True) == 975
    assert Capabilities(extended=True).read_length(Cipher.AES128, extended=True) == 65536


def test_a_plan_names_only_what_is_read() -> None:
    for name in ("EF.DG3", "EF.DG4", "EF.DG17", "EF.SOD"):
        with pytest.raises(CallerError):
            Plan(files=(name,))
    with pytest.raises(CallerError):
        Plan(aa_challenge=b"7 bytes")
