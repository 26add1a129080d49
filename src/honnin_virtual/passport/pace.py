"""PACE from the chip's side: one run through its four steps (sheet passport.md §8.3-8.6; Doc 9303-11 §4.4).

    MSE:Set AT → step 1 nonce → step 2 mapping → step 3 key agreement → step 4 tokens → secure messaging

A run is an object that lives from MSE:Set AT to its end; any refusal ends it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from honnin.core.errors import HonninError
from honnin.core.tlv import encode, parse_single
from honnin.crypto import (
    CURVES_BY_ID,
    DH_GROUPS_BY_ID,
    KDF_ENC,
    KDF_MAC,
    KDF_PASSWORD,
    Cipher,
    Curve,
    DhGroup,
    Point,
    check_public,
    decode_point,
    derive,
    dh_public,
    dh_shared,
    ecdh,
    encode_integer,
    encode_point,
    encrypt_cbc,
    encrypt_ecb,
    equal,
    map_gm_dh,
    map_gm_ecdh,
    map_im_dh,
    map_im_ecdh,
    multiply,
    pad,
    public_key_on,
    random_scalar,
    token_mac,
)
from honnin_virtual import der
from honnin_virtual.keys import EcPrivate
from honnin_virtual.passport.secure_messaging import ChipChannel
from honnin_virtual.passport.security_infos import PaceSpec, pace_oid

__all__ = ["PaceRefused", "PaceRun", "password_key"]

_WRONG_DATA = 0x6A80
_WRONG_PASSWORD = 0x6300


class PaceRefused(HonninError):  # noqa: N818 - says what happened
    """The run is over; `sw` is the answer."""

    def __init__(self, sw: int) -> None:
        super().__init__("virtual.pace.refused", f"PACE refused: {sw:04X}")
        self.sw = sw


def password_key(cipher: Cipher, password: str, *, is_mrz: bool) -> bytes:
    """K_π (§5): the MRZ information is hashed to 20 octets first, the CAN is taken as its digits."""
    secret = password.encode("latin-1")
    if is_mrz:
        secret = hashlib.sha1(secret, usedforsecurity=False).digest()
    return derive(cipher, secret, KDF_PASSWORD)


class PaceRun:
    """One run. `step` is the number of the GENERAL AUTHENTICATE that is expected next, 1..4."""

    def __init__(
        self, spec: PaceSpec, key: bytes, random: Callable[[int], bytes], cam_key: EcPrivate | None = None
    ) -> None:
        self.spec = spec
        self.step = 1
        self.channel: ChipChannel | None = None  # after step 4
        self._key = key
        self._random = random
        self._cam_key = cam_key
        self._group: _EcGroup | _DhGroup = (
            _EcGroup(CURVES_BY_ID[spec.parameter_id], random)
            if spec.agreement == "ECDH"
            else _DhGroup(DH_GROUPS_BY_ID[spec.parameter_id], random)
        )
        self._nonce = b""
        self._map_private = 0
        self._own = b""  # the chip's public key of step 3
        self._theirs = b""
        self._ks_enc = self._ks_mac = b""

    def general_authenticate(self, data: bytes) -> bytes:
        """One GENERAL AUTHENTICATE: the dynamic authentication data in and out (7C …). Raises PaceRefused."""
        try:
            template = parse_single(data)
            objects = template.children()
        except HonninError as error:
            raise PaceRefused(_WRONG_DATA) from error
        step, self.step = self.step, self.step + 1
        expected = {1: (), 2: (0x81,), 3: (0x83,), 4: (0x85,)}[step]
        if template.tag != 0x7C or tuple(item.tag for item in objects) != expected:
            raise PaceRefused(_WRONG_DATA)
        value = objects[0].value if objects else b""
        try:
            answer = (self._send_nonce, self._map, self._agree, self._authenticate)[step - 1](value)
        except PaceRefused:
            raise
        except HonninError as error:  # a point off the curve, a trivial key, a nonce of a wrong length
            raise PaceRefused(_WRONG_DATA) from error
        return encode(0x7C, answer)

    def _send_nonce(self, _: bytes) -> bytes:
        cipher = self.spec.cipher
        long = self.spec.mapping == "IM" and cipher in {Cipher.AES192, Cipher.AES256}
        self._nonce = self._random(32 if long else 16)
        return encode(0x80, encrypt_cbc(cipher, self._key, bytes(cipher.block_length), self._nonce))

    def _map(self, value: bytes) -> bytes:
        if self.spec.mapping == "IM":
            self._group.map_integrated(self.spec.cipher, self._nonce, value)
            return encode(0x82, b"")
        self._map_private, public = self._group.map_generic(self._nonce, value)
        return encode(0x82, public)

    def _agree(self, value: bytes) -> bytes:
        self._own, secret = self._group.agree(value)
        if self._own == value:
            raise PaceRefused(_WRONG_DATA)
        self._theirs = value
        self._ks_enc = derive(self.spec.cipher, secret, KDF_ENC)
        self._ks_mac = derive(self.spec.cipher, secret, KDF_MAC)
        return encode(0x84, self._own)

    def _authenticate(self, value: bytes) -> bytes:
        if not equal(value, self._token(self._own)):
            raise PaceRefused(_WRONG_PASSWORD)
        answer = encode(0x86, self._token(self._theirs))
        if self._cam_key is not None and self.spec.mapping == "CAM":
            answer += encode(0x8A, self._chip_authentication_data(self._cam_key))
        self.channel = ChipChannel(self.spec.cipher, self._ks_enc, self._ks_mac)
        return answer

    def _token(self, public: bytes) -> bytes:
        """§8.6: MAC over 7F49 { 06 OID, 86 point | 84 integer }; the OID is the one of MSE:Set AT."""
        key = encode(0x86 if self.spec.agreement == "ECDH" else 0x84, public)
        data = encode(0x7F49, der.oid(pace_oid(self.spec)) + key)
        return token_mac(self.spec.cipher, self._ks_mac, data)

    def _chip_authentication_data(self, key: EcPrivate) -> bytes:
        """§8.5: CA_IC with PK_Map,IC = CA_IC · PK_IC, so CA_IC = SK_Map / SK_IC mod n; encrypted, IV E(FF…FF)."""
        n = key.curve.n
        plain = (self._map_private * pow(key.d, -1, n) % n).to_bytes(key.curve.order_length, "big")
        iv = encrypt_ecb(self.spec.cipher, self._ks_enc, b"\xff" * 16)
        return encrypt_cbc(self.spec.cipher, self._ks_enc, iv, pad(plain, 16))


class _EcGroup:
    """The arithmetic of a run on an elliptic curve."""

    def __init__(self, curve: Curve, random: Callable[[int], bytes]) -> None:
        self._curve = curve
        self._random = random
        self._generator: Point = curve.generator

    def map_generic(self, nonce: bytes, peer: bytes) -> tuple[int, bytes]:
        """The chip's private and public mapping key; the generator becomes s·G + H."""
        theirs = decode_point(self._curve, peer)
        private = random_scalar(self._curve, self._random)
        own = public_key_on(self._curve, self._curve.generator, private)
        self._generator = map_gm_ecdh(self._curve, nonce, multiply(self._curve, private, theirs))
        return private, encode_point(self._curve, own)

    def map_integrated(self, cipher: Cipher, nonce: bytes, peer: bytes) -> None:
        """The generator becomes the encoding of both nonces."""
        self._generator = map_im_ecdh(self._curve, cipher, nonce, peer)

    def agree(self, peer: bytes) -> tuple[bytes, bytes]:
        """The chip's public key on the mapped generator and the shared secret."""
        theirs = decode_point(self._curve, peer)
        private = random_scalar(self._curve, self._random)
        own = public_key_on(self._curve, self._generator, private)
        return encode_point(self._curve, own), ecdh(self._curve, private, theirs)


class _DhGroup:
    """The arithmetic of a run in a finite field."""

    def __init__(self, group: DhGroup, random: Callable[[int], bytes]) -> None:
        self._group = group
        self._random = random
        self._generator = group.g

    def map_generic(self, nonce: bytes, peer: bytes) -> tuple[int, bytes]:
        """As on curves: the generator becomes g^s · h."""
        private, public = self._pair(self._group.g)
        h = int.from_bytes(dh_shared(self._group, private, self._public(peer)), "big")
        self._generator = map_gm_dh(self._group, nonce, h)
        return private, public

    def map_integrated(self, cipher: Cipher, nonce: bytes, peer: bytes) -> None:
        """As on curves."""
        self._generator = map_im_dh(self._group, cipher, nonce, peer)

    def agree(self, peer: bytes) -> tuple[bytes, bytes]:
        """As on curves."""
        theirs = self._public(peer)
        private, public = self._pair(self._generator)
        return public, dh_shared(self._group, private, theirs)

    def _pair(self, generator: int) -> tuple[int, bytes]:
        private = random_scalar(self._group.q or self._group.p - 1, self._random)
        return private, encode_integer(dh_public(self._group, generator, private))

    def _public(self, peer: bytes) -> int:
        if not peer or len(peer) > self._group.length or peer[0] == 0:
            raise PaceRefused(_WRONG_DATA)  # §8.3: as few octets as possible
        return check_public(self._group, int.from_bytes(peer, "big"))
