from __future__ import annotations

import pytest

from honnin.apdu.atr import extended_length, historical_bytes


@pytest.mark.parametrize(
    ("atr", "history"),
    [
        ("3b80800101", ""),
        ("3b8880010000000073c8400000", "0000000073c84000"),
        ("3b951381018073ff01000b", "8073ff0100"),
        ("3bf01300008131fe454a434f503234325232a3", ""),
        ("3b021450", "1450"),
        ("3b881234", ""),  # cut off
        ("3b8f", ""),
        ("00" * 34, ""),
        ("", ""),
        ("3b" + "80" * 32, ""),  # a chain without end
    ],
)
def test_historical_bytes_are_found_behind_the_interface_bytes(atr, history):
    assert historical_bytes(bytes.fromhex(atr)).hex() == history


@pytest.mark.parametrize(
    ("history", "says"),
    [
        ("8073c84040", True),
        ("8073c84000", False),
        ("80318073c84040", True),  # another object before it
        ("0073c84040059000", True),  # status indicator at the end
        ("8071c8", None),
        ("8073c8", None),
        ("4173c84040", None),
        ("", None),
    ],
)
def test_card_capabilities_tell_of_extended_length(history, says):
    octets = bytes.fromhex(history)
    atr = bytes([0x3B, 0x80 | len(octets), 0x80, 0x01]) + octets + b"\x00"
    assert extended_length(atr) is says
