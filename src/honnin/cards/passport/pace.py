"""PACE v2: generic, integrated and chip authentication mapping, over elliptic curves and finite fields.

passport.md §8; Doc 9303-11 §4.4, worked examples in its appendices G, H and I. The nonce is asked for and the mapping
data are sent in one batch, since the terminal's half of the mapping does not depend on the nonce: three batches in all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from honnin.apdu import Batch, Command, Dialogue, Response
from honnin.apdu.secure_messaging import Channel
from honnin.core.clock import Random
from honnin.core.errors import CallerError, CardError, HonninError
from honnin.core.tlv import TlvError, encode, parse_all, parse_single
from honnin.crypto import (
    CURVES_BY_ID,
    DH_GROUPS_BY_ID,
    KDF_ENC,
    KDF_MAC,
    Cipher,
    Curve,
    DhGroup,
    Point,
    check_public,
    decode_point,
    decrypt_cbc,
    derive,
    dh_public,
    dh_shared,
    ecdh,
    encode_integer,
    encode_point,
    encrypt_ecb,
    equal,
    map_gm_dh,
    map_gm_ecdh,
    map_im_dh,
    map_im_ecdh,
    multiply,
    public_key,
    public_key_on,
    random_scalar,
    token_mac,
    unpad,
)
from honnin.trust.security_infos import PaceInfo, oid_value

__all__ = ["REFERENCE_CAN", "REFERENCE_MRZ", "WEAK_PARAMETERS", "PaceResult", "choose_pace", "open_pace"]

REFERENCE_MRZ, REFERENCE_CAN = 0x01, 0x02
WEAK_PARAMETERS = frozenset({0, 8, 9})  # 1024-bit field, 192-bit curves: for reading, and reported (passport.md §8.8)
_STRENGTH = {Cipher.AES256: 0, Cipher.AES192: 1, Cipher.AES128: 2, Cipher.TDES: 3}
_WRONG_KEY = frozenset({0x6300, 0x6982, 0x6988, *range(0x63C0, 0x63D0)})
_BLOCKED = frozenset({0x6983, 0x6984})
_MAX_NONCE = 64


@dataclass(frozen=True, slots=True)
class PaceResult:
    """An open channel. With CAM: the chip's mapping key as sent (`04‖x‖y`) and CA_IC, None when it did not come
    right.
    """

    channel: Channel
    mapping_public: bytes | None = None
    ca_ic: bytes | None = None


def choose_pace(offered: Iterable[PaceInfo]) -> PaceInfo | None:
    """The best usable one: CAM, then AES-256, AES-192, AES-128, triple DES (passport.md §8.8). None if none is usable.

    Usable: version 2 and a standardized parameter id that fits the agreement; integrated mapping not on P-224 (§8.2).
    """
    usable = [each for each in offered if _usable(each)]
    return min(
        usable,
        key=lambda each: (
            each.mapping != "CAM",
            _STRENGTH[each.cipher],
            each.parameter_id in WEAK_PARAMETERS,
            each.mapping,
            each.agreement == "DH",
        ),
        default=None,
    )


def _usable(info: PaceInfo) -> bool:
    if info.version != 2 or info.parameter_id is None:
        return False
    if info.agreement == "DH":
        return info.parameter_id in DH_GROUPS_BY_ID
    curve = CURVES_BY_ID.get(info.parameter_id)
    return curve is not None and not (info.mapping == "IM" and curve.p % 4 != 3)


def open_pace(
    info: PaceInfo,
    k_pi: bytes,
    reference: int,
    random: Random,
    before: Batch = (),
    *,
    send_parameter: bool = True,
) -> Dialogue[tuple[PaceResult, tuple[Response, ...]]]:
    """Run PACE. `k_pi` is the password key, `reference` 01 (MRZ) or 02 (CAN). `before` are plain commands sent first in
    the same batch; their answers come back beside the result.

    Random order: mapping key (or nonce t with IM), then key of the agreement. Raises CardError with the status word:
    `card.pace.wrong_key`, `card.access.refused`, `card.access.blocked`, `card.pace.malformed`, `card.pace.key` (a
    public key of the chip is not acceptable), `card.pace.proof` (the chip's token is wrong).
    """
    if not _usable(info) or info.parameter_id is None:
        raise CallerError("passport.pace.parameters", "these PACE parameters are not usable")
    arithmetic: _Agreement = (
        _Curve(CURVES_BY_ID[info.parameter_id])
        if info.agreement == "ECDH"
        else _Field(DH_GROUPS_BY_ID[info.parameter_id])
    )
    cipher = info.cipher
    oid = oid_value(info.oid)
    mapping_private = 0
    if info.mapping == "IM":
        mapping_data = random(cipher.key_length)
        if len(mapping_data) != cipher.key_length:
            raise CallerError("crypto.random", "the random source does not work")
    else:
        mapping_private = arithmetic.private(random)
        mapping_data = arithmetic.public(mapping_private)
    ephemeral = arithmetic.private(random)

    # Steps 1 to 3: MSE:Set AT, nonce, mapping.
    parameter = encode(0x84, encode_integer(info.parameter_id)) if send_parameter else b""
    select = encode(0x80, oid) + encode(0x83, bytes([reference])) + parameter
    batch = (
        *before,
        Command(0x00, 0x22, 0xC1, 0xA4, select, note="access"),
        _general_authenticate(b"", arithmetic, last=False),
        _general_authenticate(encode(0x81, mapping_data), arithmetic, last=False),
    )
    answers = yield batch
    first, answers = answers[: len(before)], answers[len(before) :]
    if len(answers) < 3 or not answers[2].ok:
        raise _refused(answers[-1] if answers else first[-1])
    nonce = _object(answers[1], 0x80)
    if not 8 <= len(nonce) <= _MAX_NONCE or len(nonce) % cipher.block_length:
        raise _malformed()
    s = decrypt_cbc(cipher, k_pi, bytes(cipher.block_length), nonce)
    mapping_public = None
    try:
        if info.mapping == "IM":
            arithmetic.map_im(cipher, s, mapping_data)
        else:
            mapping_public = _object(answers[2], 0x82)
            if equal(mapping_public, mapping_data):
                raise _bad_key()
            arithmetic.map_gm(s, mapping_private, mapping_public)

        # Step 4: key agreement with the mapped generator.
        ours = arithmetic.public(ephemeral)
        answer = (yield (_general_authenticate(encode(0x83, ours), arithmetic, last=False),))[0]
        if not answer.ok:
            raise _refused(answer)
        theirs = _object(answer, 0x84)
        if equal(ours, theirs):
            raise _bad_key()
        shared = arithmetic.agree(ephemeral, theirs)
    except HonninError as error:
        if error.code.startswith("crypto.") and error.code != "crypto.random":
            raise _bad_key() from error
        raise

    # Steps 5 and 6: session keys, mutual authentication by tokens.
    ks_enc, ks_mac = derive(cipher, shared, KDF_ENC), derive(cipher, shared, KDF_MAC)
    token = token_mac(cipher, ks_mac, _token_input(oid, arithmetic.tag, theirs))
    answer = (yield (_general_authenticate(encode(0x85, token), arithmetic, last=True),))[0]
    if not answer.ok:
        if answer.sw in _WRONG_KEY:
            tries = answer.sw & 0xF if answer.sw >> 4 == 0x63C else None
            raise CardError(
                "card.pace.wrong_key", "the chip does not accept the printed key", sw=answer.sw, tries_left=tries
            )
        raise _refused(answer)
    if not equal(_object(answer, 0x86), token_mac(cipher, ks_mac, _token_input(oid, arithmetic.tag, ours))):
        raise CardError("card.pace.proof", "the chip did not prove that it knows the key")
    ca_ic = _open_chip_data(answer, cipher, ks_enc) if info.mapping == "CAM" else None
    return PaceResult(Channel(cipher, ks_enc, ks_mac), mapping_public if info.mapping == "CAM" else None, ca_ic), first


def _open_chip_data(answer: Response, cipher: Cipher, ks_enc: bytes) -> bytes | None:
    """CA_IC from DO 8A (passport.md §8.5), None when it is missing or does not decrypt: then nothing is proved."""
    try:
        encrypted = _object(answer, 0x8A)
        iv = encrypt_ecb(cipher, ks_enc, b"\xff" * cipher.block_length)
        return unpad(decrypt_cbc(cipher, ks_enc, iv, encrypted)) or None
    except HonninError:
        return None


def _general_authenticate(data: bytes, arithmetic: _Agreement, *, last: bool) -> Command:
    # Long keys (2048-bit fields) need extended length, which a chip that offers them must take here (passport.md §2.2).
    le = 65536 if arithmetic.long else 256
    return Command(0x00 if last else 0x10, 0x86, 0x00, 0x00, encode(0x7C, data), le=le, note="access")


def _object(answer: Response, tag: int) -> bytes:
    """The data object inside `7C`; others beside it (87, 88: certificate authority references) are ignored."""
    try:
        outer = parse_single(answer.data)
        found = next((each for each in parse_all(outer.value, count=8) if each.tag == tag), None)
    except TlvError as error:
        raise _malformed() from error
    if outer.tag != 0x7C or found is None:
        raise _malformed()
    return found.value


def _token_input(oid: bytes, tag: int, public: bytes) -> bytes:
    return encode(0x7F49, encode(0x06, oid) + encode(tag, public))


def _refused(answer: Response) -> CardError:
    code = "card.access.blocked" if answer.sw in _BLOCKED else "card.access.refused"
    return CardError(code, "the chip refused PACE", sw=answer.sw)


def _malformed() -> CardError:
    return CardError("card.pace.malformed", "an answer of the chip in PACE is malformed")


def _bad_key() -> CardError:
    return CardError("card.pace.key", "a public key of the chip is not acceptable")


class _Agreement(Protocol):
    """Arithmetic of one parameter set; after a mapping, on the mapped generator."""

    tag: int  # of the public key in the token
    long: bool  # public keys do not fit a short APDU

    def private(self, random: Random) -> int: ...
    def public(self, private: int) -> bytes: ...
    def map_gm(self, s: bytes, private: int, theirs: bytes) -> None: ...
    def map_im(self, cipher: Cipher, s: bytes, t: bytes) -> None: ...
    def agree(self, private: int, theirs: bytes) -> bytes: ...


class _Curve:
    tag = 0x86
    long = False

    def __init__(self, curve: Curve) -> None:
        self._curve = curve
        self._generator: Point | None = None

    def private(self, random: Random) -> int:
        return random_scalar(self._curve, random)

    def public(self, private: int) -> bytes:
        if self._generator is None:
            return encode_point(self._curve, public_key(self._curve, private))
        return encode_point(self._curve, public_key_on(self._curve, self._generator, private))

    def map_gm(self, s: bytes, private: int, theirs: bytes) -> None:
        h = multiply(self._curve, private, decode_point(self._curve, theirs))
        self._generator = map_gm_ecdh(self._curve, s, h)

    def map_im(self, cipher: Cipher, s: bytes, t: bytes) -> None:
        self._generator = map_im_ecdh(self._curve, cipher, s, t)

    def agree(self, private: int, theirs: bytes) -> bytes:
        return ecdh(self._curve, private, decode_point(self._curve, theirs))


class _Field:
    tag = 0x84

    def __init__(self, group: DhGroup) -> None:
        self._group = group
        self._generator = group.g
        self.long = group.length > 200

    def private(self, random: Random) -> int:
        return random_scalar(self._group.q or self._group.p - 1, random)

    def public(self, private: int) -> bytes:
        return encode_integer(dh_public(self._group, self._generator, private))

    def map_gm(self, s: bytes, private: int, theirs: bytes) -> None:
        peer = check_public(self._group, self._integer(theirs))
        self._generator = map_gm_dh(self._group, s, int.from_bytes(dh_shared(self._group, private, peer), "big"))

    def map_im(self, cipher: Cipher, s: bytes, t: bytes) -> None:
        self._generator = map_im_dh(self._group, cipher, s, t)

    def agree(self, private: int, theirs: bytes) -> bytes:
        return dh_shared(self._group, private, self._integer(theirs))

    def _integer(self, octets: bytes) -> int:
        if not 1 <= len(octets) <= self._group.length:
            raise _bad_key()
        return int.from_bytes(octets, "big")
