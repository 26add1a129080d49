"""A small terminal for tests of the virtual chips, written from sheet passport.md §5-§9, apart from honnin.cards."""

from __future__ import annotations

import hashlib
import os

from honnin.apdu import Command, Response
from honnin.core.tlv import encode, parse_all, parse_header, parse_single
from honnin.crypto import (
    CURVES_BY_ID,
    DH_GROUPS_BY_ID,
    KDF_ENC,
    KDF_MAC,
    KDF_PASSWORD,
    Cipher,
    decode_point,
    decrypt_cbc,
    derive,
    dh_public,
    dh_shared,
    ecdh,
    encode_integer,
    encode_point,
    encrypt_cbc,
    encrypt_ecb,
    mac8_padded,
    map_gm_dh,
    map_gm_ecdh,
    map_im_dh,
    map_im_ecdh,
    multiply,
    pad,
    public_key,
    public_key_on,
    random_scalar,
    token_mac,
    unpad,
)
from honnin_virtual import der
from honnin_virtual.passport.security_infos import ca_oid, pace_oid

AID = bytes.fromhex("A0000002471001")
FIDS = {"EF.CardAccess": 0x011C, "EF.CardSecurity": 0x011D, "EF.SOD": 0x011D, "EF.COM": 0x011E}
FIDS |= {f"EF.DG{n}": 0x0100 + n for n in range(1, 17)}


class Refused(Exception):
    def __init__(self, step: str, sw: int) -> None:
        super().__init__(f"{step}: {sw:04X}")
        self.step, self.sw = step, sw


def mrz_information(mrz: str) -> str:
    line = mrz.split("\n")[1]
    return line[:10] + line[13:20] + line[21:28]


class Terminal:
    def __init__(self, card, *, extended: bool = True) -> None:
        self.card = card
        self.extended = extended
        self.cipher: Cipher | None = None
        self.enc = self.mac = b""
        self.ssc = 0
        self.exchanges = 0

    # --- exchange

    def raw(self, command: Command) -> Response:
        self.exchanges += 1
        answer = Response.decode(self.card.process(command.encode()))
        data = answer.data
        if answer.sw >> 8 == 0x6C:
            answer = Response.decode(
                self.card.process(Command(command.cla, command.ins, command.p1, command.p2, le=answer.sw & 0xFF or 256).encode())
            )
            data = answer.data
        while answer.sw >> 8 == 0x61:
            answer = Response.decode(self.card.process(bytes([0, 0xC0, 0, 0, answer.sw & 0xFF])))
            data += answer.data
        return Response(data, answer.sw)

    def send(self, cla, ins, p1, p2, data=b"", le=None, *, extended=False) -> Response:  # noqa: PLR0917 - an APDU's fields
        if self.cipher is None:
            return self.raw(Command(cla, ins, p1, p2, data, le, extended=extended))
        block = self.cipher.block_length
        self.ssc += 1
        body = b""
        if data:
            cryptogram = encrypt_cbc(self.cipher, self.enc, self._iv(), pad(data, block))
            body += encode(0x85, cryptogram) if ins & 1 else encode(0x87, b"\x01" + cryptogram)
        if le is not None:
            body += encode(0x97, bytes([le & 0xFF]) if le <= 256 else (le & 0xFFFF).to_bytes(2, "big"))
        header = bytes([cla | 0x0C, ins, p1, p2])
        mac = mac8_padded(self.cipher, self.mac, self._counter() + pad(header, block) + body)
        long = extended or (le or 0) > 256
        answer = self.raw(Command(cla | 0x0C, ins, p1, p2, body + encode(0x8E, mac), 65536 if long else 256, extended=long))
        return self._open(answer, odd=bool(ins & 1))

    def _open(self, answer: Response, *, odd: bool) -> Response:
        assert self.cipher is not None
        self.ssc += 1
        if not answer.data:
            raise Refused("sm", answer.sw)
        objects = parse_all(answer.data)
        assert objects[-1].tag == 0x8E
        assert objects[-2].tag == 0x99
        covered = b"".join(item.raw for item in objects[:-1])
        if mac8_padded(self.cipher, self.mac, self._counter() + covered) != objects[-1].value:
            raise Refused("mac", answer.sw)
        assert int.from_bytes(objects[-2].value, "big") == answer.sw
        data = b""
        if len(objects) == 3:
            assert objects[0].tag == (0x85 if odd else 0x87)
            value = objects[0].value if odd else objects[0].value[1:]
            data = unpad(decrypt_cbc(self.cipher, self.enc, self._iv(), value))
        return Response(data, answer.sw)

    def _counter(self) -> bytes:
        return self.ssc.to_bytes(self.cipher.block_length, "big")

    def _iv(self) -> bytes:
        return bytes(8) if self.cipher is Cipher.TDES else encrypt_ecb(self.cipher, self.enc, self._counter())

    def _start(self, cipher: Cipher, secret: bytes, ssc: bytes = b"") -> None:
        self.cipher = cipher
        self.enc, self.mac = derive(cipher, secret, KDF_ENC), derive(cipher, secret, KDF_MAC)
        self.ssc = int.from_bytes(ssc, "big")

    def ok(self, step: str, answer: Response) -> bytes:
        if answer.sw != 0x9000:
            raise Refused(step, answer.sw)
        return answer.data

    # --- files

    def select_application(self) -> None:
        self.ok("select", self.send(0, 0xA4, 4, 0x0C, AID))

    def read(self, name: str, *, step: int = 0) -> bytes:
        self.ok(f"select {name}", self.send(0, 0xA4, 2, 0x0C, FIDS[name].to_bytes(2, "big")))
        head = self.ok(f"read {name}", self.send(0, 0xB0, 0, 0, le=6))
        _, header, length = parse_header(head)
        total, data = header + length, b""
        chunk = step or (20_000 if self.extended else 223)
        while len(data) < total:
            want = min(chunk, total - len(data))
            offset = len(data)
            if offset > 0x7FFF:
                coded = encode(0x54, offset.to_bytes(2, "big"))
                answer = self.ok("read odd", self.send(0, 0xB1, 0, 0, coded, le=len(encode(0x53, bytes(want)))))
                part = parse_single(answer).value
            else:
                part = self.ok("read", self.send(0, 0xB0, offset >> 8, offset & 0xFF, le=want))
            assert 0 < len(part) <= want
            data += part
        return data

    # --- access

    def bac(self, mrz: str) -> None:
        seed = hashlib.sha1(mrz_information(mrz).encode()).digest()[:16]
        k_enc, k_mac = derive(Cipher.TDES, seed, KDF_ENC), derive(Cipher.TDES, seed, KDF_MAC)
        rnd_ic = self.ok("challenge", self.send(0, 0x84, 0, 0, le=8))
        rnd_ifd, k_ifd = os.urandom(8), os.urandom(16)
        e = encrypt_cbc(Cipher.TDES, k_enc, bytes(8), rnd_ifd + rnd_ic + k_ifd)
        answer = self.ok("bac", self.send(0, 0x82, 0, 0, e + mac8_padded(Cipher.TDES, k_mac, e), le=40))
        assert mac8_padded(Cipher.TDES, k_mac, answer[:32]) == answer[32:]
        plain = decrypt_cbc(Cipher.TDES, k_enc, bytes(8), answer[:32])
        assert plain[:16] == rnd_ic + rnd_ifd
        self._start(Cipher.TDES, bytes(a ^ b for a, b in zip(k_ifd, plain[16:], strict=True)), rnd_ic[4:] + rnd_ifd[4:])

    def pace(self, spec, secret: str, *, can: bool = False, with_id: bool = True) -> dict[str, bytes]:
        password = secret.encode() if can else hashlib.sha1(mrz_information(secret).encode()).digest()
        cipher = spec.cipher
        k_pi = derive(cipher, password, KDF_PASSWORD)
        data = encode(0x80, der.oid_value(pace_oid(spec))) + encode(0x83, b"\x02" if can else b"\x01")
        if with_id:
            data += encode(0x84, bytes([spec.parameter_id]))
        self.ok("set at", self.send(0, 0x22, 0xC1, 0xA4, data))
        z = self._ga(1, b"", 0x80)
        nonce = decrypt_cbc(cipher, k_pi, bytes(cipher.block_length), z)
        ec = spec.agreement == "ECDH"
        curve = CURVES_BY_ID[spec.parameter_id] if ec else None
        group = None if ec else DH_GROUPS_BY_ID[spec.parameter_id]
        mapping_public = b""
        if spec.mapping == "IM":
            t = os.urandom(cipher.key_length)
            self._ga(2, encode(0x81, t), 0x82)
            generator = map_im_ecdh(curve, cipher, nonce, t) if ec else map_im_dh(group, cipher, nonce, t)
        elif ec:
            private = random_scalar(curve, os.urandom)
            mapping_public = self._ga(2, encode(0x81, encode_point(curve, public_key(curve, private))), 0x82)
            generator = map_gm_ecdh(curve, nonce, multiply(curve, private, decode_point(curve, mapping_public)))
        else:
            private = random_scalar(group.q, os.urandom)
            theirs = int.from_bytes(self._ga(2, encode(0x81, encode_integer(dh_public(group, group.g, private))), 0x82), "big")
            generator = map_gm_dh(group, nonce, int.from_bytes(dh_shared(group, private, theirs), "big"))
        private = random_scalar(curve if ec else group.q, os.urandom)
        own = encode_point(curve, public_key_on(curve, generator, private)) if ec else encode_integer(dh_public(group, generator, private))
        peer = self._ga(3, encode(0x83, own), 0x84)
        secret_ = ecdh(curve, private, decode_point(curve, peer)) if ec else dh_shared(group, private, int.from_bytes(peer, "big"))
        ks_mac = derive(cipher, secret_, KDF_MAC)
        tag = 0x86 if ec else 0x84
        token = lambda key: token_mac(cipher, ks_mac, encode(0x7F49, der.oid(pace_oid(spec)) + encode(tag, key)))  # noqa: E731
        answer = self._ga_raw(4, encode(0x85, token(peer)))
        values = {item.tag: item.value for item in parse_single(answer).children()}
        assert values[0x86] == token(own)
        self._start(cipher, secret_)
        return {"mapping_public": mapping_public, "a_ic": values.get(0x8A, b"")}

    def _ga_raw(self, step: int, data: bytes) -> bytes:
        whole = encode(0x7C, data)
        answer = self.send(0x00 if step == 4 else 0x10, 0x86, 0, 0, whole, le=65536 if len(whole) > 200 else 256)
        return self.ok(f"ga{step}", answer)

    def _ga(self, step: int, data: bytes, tag: int) -> bytes:
        (item,) = parse_single(self._ga_raw(step, data)).children()
        assert item.tag == tag
        return item.value

    # --- chip authentication

    def ca(self, spec, peer) -> None:
        """`peer`: EcPrivate or DhPrivate whose public part is the chip's key."""
        if spec.agreement == "DH":
            private = random_scalar(peer.group.q, os.urandom)
            own, shared = encode_integer(dh_public(peer.group, peer.group.g, private)), dh_shared(peer.group, private, peer.y)
        else:
            private = random_scalar(peer.curve, os.urandom)
            own, shared = encode_point(peer.curve, public_key(peer.curve, private)), ecdh(peer.curve, private, peer.point)
        key_id = b"" if spec.key_id is None else encode(0x84, encode_integer(spec.key_id))
        if spec.cipher is Cipher.TDES and not spec.by_set_at:
            self.ok("kat", self.send(0, 0x22, 0x41, 0xA6, encode(0x91, own) + key_id, extended=len(own) > 150))
        else:
            self.ok("ca at", self.send(0, 0x22, 0x41, 0xA4, encode(0x80, der.oid_value(ca_oid(spec))) + key_id))
            answer = self.send(0, 0x86, 0, 0, encode(0x7C, encode(0x80, own)), le=256, extended=len(own) > 150)
            assert self.ok("ca ga", answer) == b"\x7c\x00"
        self._start(spec.cipher, shared)
