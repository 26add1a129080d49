"""A plain terminal for the tests, written from the sheet and knowing nothing of the virtual card's code."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from honnin_virtual import issue

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)

JPKI = "D392F000260100000001"
FACE = "D3921000310001010402"
TEXT = "D3921000310001010408"
RESIDENT = "D3921000310001010401"
COMMON = "D3921000310001010100"
LICENCE = "A0000002310600000000000000000000"
MANAGER = "A0000001510000"
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class Terminal:
    def __init__(self, name="mynumber-plain", **arguments):
        self.card = issue(name, now=NOW, **arguments)

    def send(self, apdu):
        """Hexadecimal (spaces allowed) or octets → (data, status word)."""
        answer = self.card.process(bytes.fromhex(apdu) if isinstance(apdu, str) else apdu)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def sw(self, apdu):
        return self.send(apdu)[1]

    def application(self, aid):
        octets = bytes.fromhex(aid)
        assert self.sw(b"\x00\xa4\x04\x0c" + bytes([len(octets)]) + octets) == 0x9000

    def file(self, identifier):
        assert self.sw(f"00 A4 02 0C 02 {identifier:04X}") == 0x9000

    def verify(self, identifier, secret):
        self.file(identifier)
        return self.sw(b"\x00\x20\x00\x80" + bytes([len(secret)]) + secret.encode("ascii"))

    def tries(self, identifier):
        self.file(identifier)
        return self.sw("00 20 00 80")

    def read(self, identifier):
        """The whole physical file by short reads."""
        self.file(identifier)
        content = b""
        while True:
            data, sw = self.send(bytes([0x00, 0xB0, len(content) >> 8, len(content) & 0xFF, 0x00]))
            if sw == 0x6B00:
                return content
            assert sw == 0x9000, f"{identifier:04X} at {len(content)}: {sw:04X}"
            content += data
            if len(data) < 256:
                return content

    def reading_sw(self, identifier):
        self.file(identifier)
        return self.sw("00 B0 00 00 01")

    def challenge(self, nonce):
        return self.send(b"\x80\x2a\x00\x00\x33" + DIGEST_INFO + sha256(nonce).digest() + b"\x00")


def objects(data):
    """Data objects of this card in order: (tag, value, raw). Filler FF or 00 after the last ends it."""
    found, position = [], 0
    while position < len(data) and data[position : position + 2] not in (b"\xff\xff", b"\x00\x00", b"\xff", b"\x00"):
        start = position
        size = 1 if data[position] in (0x90, 0x91, 0xA1) else 2
        tag = int.from_bytes(data[position : position + size], "big")
        position += size
        length = data[position]
        position += 1
        if length == 0x82:
            length = int.from_bytes(data[position : position + 2], "big")
            position += 2
        else:
            assert length < 0x80
        found.append((tag, data[position : position + length], data[start : position + length]))
        position += length
        assert position <= len(data)
    return found


def recovered(signature, modulus):
    """s^65537 mod n as 256 octets."""
    return pow(int.from_bytes(signature, "big"), 65537, int.from_bytes(modulus, "big")).to_bytes(256, "big")


def block(payload):
    """The whole PKCS#1 v1.5 type 1 block around a payload."""
    return b"\x00\x01" + b"\xff" * (253 - len(payload)) + b"\x00" + payload


def signed_block(octets):
    return block(DIGEST_INFO + sha256(octets).digest())


def public_key(content):
    """Modulus out of 90 03 010001 91 82 0100 n."""
    (exponent_tag, exponent, _), (modulus_tag, modulus, _) = objects(content)
    assert (exponent_tag, exponent, modulus_tag, len(modulus)) == (0x90, b"\x01\x00\x01", 0x91, 256)
    return modulus
