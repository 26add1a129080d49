"""A plain terminal for the tests, written from the sheet and knowing nothing of the virtual card's code."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha1

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from honnin_virtual import faults_from_names, issue, list_cards

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
DF1, DF2, DF3 = (f"D392F0004F0{n}" + "00" * 10 for n in (2, 3, 4))
AP = "D392F0004F01" + "00" * 10
NUMBERS = {spec.name: spec.secrets["card_number"] for spec in list_cards() if spec.document == "residence"}


def cbc(key, data, *, aes, decrypt=False):
    algorithm = algorithms.AES(key) if aes else TripleDES(key + key[:8])
    engine = Cipher(algorithm, modes.CBC(bytes(16 if aes else 8)))
    worker = engine.decryptor() if decrypt else engine.encryptor()
    return worker.update(data) + worker.finalize()


def mac(key, data, *, aes):
    if aes:
        worker = CMAC(algorithms.AES(key))
        worker.update(data)
        return worker.finalize()[:8]
    k1, k2 = key[:8] * 3, key[8:] * 3
    data += b"\x80" + bytes(7)
    single = Cipher(TripleDES(k1), modes.CBC(bytes(8))).encryptor()
    last = (single.update(data) + single.finalize())[-8:]
    undo = Cipher(TripleDES(k2), modes.CBC(bytes(8))).decryptor()
    redo = Cipher(TripleDES(k1), modes.CBC(bytes(8))).encryptor()
    return redo.update(undo.update(last) + undo.finalize()) + redo.finalize()


class Terminal:
    def __init__(self, card, *, aes):
        self.card = card
        self.aes = aes
        self.key = b""

    def send(self, apdu):
        """Hexadecimal (spaces allowed) or octets → (data, status word)."""
        answer = self.card.process(bytes.fromhex(apdu) if isinstance(apdu, str) else apdu)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def sw(self, apdu):
        return self.send(apdu)[1]

    def select(self, aid):
        return self.sw("00A4040C10" + aid)

    def mutual(self, number, *, rnd_ifd=bytes(range(8)), k_ifd=bytes(range(16, 32))):
        """GET CHALLENGE and MUTUAL AUTHENTICATE; checks everything that §3.2 asks of a terminal."""
        key = sha1(number.encode("ascii")).digest()[:16]
        rnd_icc, sw = self.send("00 84 00 00 08")
        assert (len(rnd_icc), sw) == (8, 0x9000)
        cryptogram = cbc(key, rnd_ifd + rnd_icc + k_ifd, aes=self.aes)
        data, sw = self.send(b"\x00\x82\x00\x00\x28" + cryptogram + mac(key, cryptogram, aes=self.aes) + b"\x00")
        if sw != 0x9000:
            return sw
        assert mac(key, data[:32], aes=self.aes) == data[32:]
        plain = cbc(key, data[:32], aes=self.aes, decrypt=True)
        assert plain[:16] == rnd_icc + rnd_ifd
        seed = bytes(a ^ b for a, b in zip(k_ifd, plain[16:], strict=True))
        self.key = sha1(seed + b"\0\0\0\1").digest()[:16]
        return sw

    def padded(self, data):
        data += b"\x80"
        return data + bytes(-len(data) % (16 if self.aes else 8))

    def verify_command(self, number):
        return bytes.fromhex("08200086138611 01") + cbc(self.key, self.padded(number.encode()), aes=self.aes)

    def authenticate(self, number):
        assert self.mutual(number) == 0x9000
        assert self.sw(self.verify_command(number)) == 0x9000

    def secured(self, p1, p2, count=0):
        """READ BINARY under secure messaging → plain octets, or the status word."""
        data, sw = self.send(bytes([0x08, 0xB0, p1, p2]) + bytes.fromhex("0000049602") + count.to_bytes(2, "big") + b"\0\0")
        if sw != 0x9000:
            return sw
        assert data[0] == 0x86
        header = {0x81: 3, 0x82: 4}.get(data[1], 2)
        length = data[1] if header == 2 else int.from_bytes(data[2:header], "big")
        assert len(data) == header + length
        assert data[header] == 1
        plain = cbc(self.key, data[header + 1 :], aes=self.aes, decrypt=True)
        body = plain.rstrip(b"\0")
        assert body[-1] == 0x80
        assert len(plain) - len(body) < (16 if self.aes else 8)
        return body[:-1]

    def plain(self, p1, p2=0):
        data, sw = self.send(bytes([0x00, 0xB0, p1, p2, 0, 0, 0]))
        return data if sw == 0x9000 else sw

    def in_parts(self, p1, step):
        """A whole file by parts: the short id first, then offsets in plain octets of the file (§5.4)."""
        content = self.secured(p1, 0, step)
        while True:
            part = self.secured(len(content) >> 8, len(content) & 0xFF, step)
            if part == 0x6B00:
                return content
            assert part
            content += part


def on_reader(name, *faults, authenticated=True, **arguments):
    """That persona's card on a terminal of its generation."""
    card = issue(name, faults=faults_from_names(faults), now=NOW, **arguments)
    terminal = Terminal(card, aes=len(card.files["MF/EF02"]) == 4)
    if authenticated:
        terminal.authenticate(NUMBERS[name])
    return terminal


def objects(data):
    """BER-TLV → {tag: value}; 00 between or behind objects is filler."""
    found, position = {}, 0
    while position < len(data):
        if not data[position]:
            position += 1
            continue
        size = 2 if data[position] & 0x1F == 0x1F else 1
        tag = int.from_bytes(data[position : position + size], "big")
        position += size
        length, position = data[position], position + 1
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[position : position + count], "big")
            position += count
        assert position + length <= len(data)
        found[tag] = data[position : position + length]
        position += length
    return found
