"""Tags of residence cards: DF D1 is two octets although BER would want a third."""

from __future__ import annotations

import pytest

from honnin.core.tlv import TlvError
from honnin.core.two_octet_tlv import parse_header


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        ("d208", (0xD2, 2, 8)), ("d0821b58", (0xD0, 4, 7000)), ("dfd18209c4", (0xDFD1, 5, 2500)), ("da00", (0xDA, 2, 0)),
        ("de81c8", (0xDE, 3, 200)), ("dc60", (0xDC, 2, 96)),
    ],
)  # fmt: skip
def test_headers_of_the_sheet(octets: str, expected: tuple[int, int, int]) -> None:
    assert parse_header(bytes.fromhex(octets)) == expected
    assert parse_header(b"\0" + bytes.fromhex(octets), 1) == expected


@pytest.mark.parametrize("octets", ["", "d2", "df", "dfd1", "d081", "d08210", "d080", "d083000001", "d0ff"])
def test_cut_or_unknown_lengths_are_refused(octets: str) -> None:
    with pytest.raises(TlvError):
        parse_header(bytes.fromhex(octets))
