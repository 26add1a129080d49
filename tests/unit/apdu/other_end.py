"""The chip's end of secure messaging, written down from the sheet for the tests (passport.md §7)."""

from __future__ import annotations

from honnin.apdu import Command, Response
from honnin.core.tlv import encode, parse_all
from honnin.crypto import Cipher, decrypt_cbc, encrypt_cbc, encrypt_ecb, mac8_padded, pad, unpad


class Card:
    """Opens protected commands and protects answers."""

    def __init__(self, cipher: Cipher, ssc: int = 0, enc: bytes = b"", mac: bytes = b"") -> None:
        self.cipher, self.ssc = cipher, ssc
        self.enc = enc or bytes(range(cipher.key_length))
        self.mac = mac or bytes(range(1, 1 + cipher.key_length))

    def counter(self) -> bytes:
        self.ssc += 1
        return (self.ssc % 256**self.cipher.block_length).to_bytes(self.cipher.block_length, "big")

    def iv(self, ssc: bytes) -> bytes:
        return bytes(8) if self.cipher is Cipher.TDES else encrypt_ecb(self.cipher, self.enc, ssc)

    def open(self, command: Command) -> tuple[bytes, bytes | None]:
        ssc = self.counter()
        objects = parse_all(command.data)
        header = pad(bytes([command.cla, command.ins, command.p1, command.p2]), self.cipher.block_length)
        assert objects[-1].tag == 0x8E
        assert objects[-1].value == mac8_padded(
            self.cipher, self.mac, ssc + header + b"".join(each.raw for each in objects[:-1])
        )
        data, le = b"", None
        for each in objects[:-1]:
            if each.tag == 0x97:
                le = each.value
            elif each.tag == 0x85:
                data = unpad(decrypt_cbc(self.cipher, self.enc, self.iv(ssc), each.value))
            else:
                assert each.tag == 0x87
                assert each.value[0] == 1
                data = unpad(decrypt_cbc(self.cipher, self.enc, self.iv(ssc), each.value[1:]))
        return data, le

    def answer(self, data: bytes = b"", sw: int = 0x9000, inner: int | None = None, *, odd: bool = False) -> Response:
        ssc = self.counter()
        body = b""
        if data:
            cryptogram = encrypt_cbc(self.cipher, self.enc, self.iv(ssc), pad(data, self.cipher.block_length))
            body = encode(0x85, cryptogram) if odd else encode(0x87, b"\x01" + cryptogram)
        body += encode(0x99, (sw if inner is None else inner).to_bytes(2, "big"))
        return Response(body + encode(0x8E, mac8_padded(self.cipher, self.mac, ssc + body)), sw)
