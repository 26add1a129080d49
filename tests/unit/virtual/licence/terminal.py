"""A plain terminal for the tests, written from the sheet and knowing nothing of the virtual card's code."""

from __future__ import annotations

from datetime import UTC, datetime

from honnin_virtual import faults_from_names, issue

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
DF1 = "A0000002310100000000000000000000"
DF2 = "A0000002310200000000000000000000"
DF3 = "A0000002480300000000000000000000"


class Terminal:
    def __init__(self, name="licence-plain", *faults, pin1=None, pin2=None, **arguments):
        self.card = issue(name, faults=faults_from_names(faults), now=NOW, **arguments)
        for number, pin in ((1, pin1), (2, pin2)):
            if pin is not None:
                assert self.verify(number, pin) == 0x9000

    def send(self, apdu):
        """Hexadecimal (spaces allowed) or octets → (data, status word)."""
        answer = self.card.process(bytes.fromhex(apdu) if isinstance(apdu, str) else apdu)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def sw(self, apdu):
        return self.send(apdu)[1]

    def verify(self, number, pin):
        return self.sw(bytes([0x00, 0x20, 0x00, 0x80 | number, len(pin)]) + pin.encode("ascii"))

    def tries(self, number):
        return self.sw(bytes([0x00, 0x20, 0x00, 0x80 | number]))

    def select(self, aid):
        octets = bytes.fromhex(aid)
        return self.sw(b"\x00\xa4\x04\x0c" + bytes([len(octets)]) + octets)

    def file(self, identifier):
        return self.sw(f"00 A4 02 0C 02 {identifier:04X}")

    def read(self, aid, identifier):
        """The whole file by short reads of the current EF, or the status word of the first."""
        if aid:
            assert self.select(aid) in (0x9000, 0x6283)
        else:
            assert self.sw("00 A4 00 00") == 0x9000
        assert self.file(identifier) == 0x9000
        content = b""
        while True:
            data, sw = self.send(bytes([0x00, 0xB0, len(content) >> 8, len(content) & 0xFF, 0x00]))
            if sw == 0x6B00:
                return content
            if sw != 0x9000:
                return sw
            content += data


def objects(data):
    """Objects of this card in order: [(tag, value)]. One-octet tags but 5F40, lengths nn or 82 hh ll, FF ends."""
    found, position = [], 0
    while position < len(data) and data[position] != 0xFF:
        tag, position = data[position], position + 1
        if tag == 0x5F and data[position] == 0x40:
            tag, position = 0x5F40, position + 1
        length, position = data[position], position + 1
        if length == 0x82:
            length, position = int.from_bytes(data[position : position + 2], "big"), position + 2
            assert length >= 128
        else:
            assert length < 128
        assert position + length <= len(data)
        found.append((tag, data[position : position + length]))
        position += length
    assert set(data[position:]) <= {0xFF}
    return found


def text(value):
    """JIS X 0208 to str; ❶… stand for 外字 1…7 and 〓 for 欠字."""
    assert len(value) % 2 == 0
    out = ""
    for i in range(0, len(value), 2):
        unit = value[i : i + 2]
        if unit[0] == 0xFF:
            out += "〓" if unit[1] == 0xFA else chr(ord("❶") + unit[1] - 0xF1)
        else:
            assert all(0x21 <= octet <= 0x7E for octet in unit)
            out += (b"\x1b$B" + unit + b"\x1b(B").decode("iso2022_jp")
    return out
