"""What proves the chip: the mutual step of Basic Access Control, Chip and Active Authentication.

Sheet passport.md §6, §9; Doc 9303-11 §4.3, §6.1, §6.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from honnin.core.errors import HonninError
from honnin.core.tlv import parse_all, parse_single
from honnin.crypto import (
    KDF_ENC,
    KDF_MAC,
    Cipher,
    check_public,
    decode_point,
    decrypt_cbc,
    derive,
    dh_shared,
    ecdh,
    encrypt_cbc,
    equal,
    mac8_padded,
)
from honnin_virtual import der
from honnin_virtual.keys import DhPrivate, RsaPrivate, plain_ecdsa, sign_iso9796_2
from honnin_virtual.passport.profile import AaKey, CaKey
from honnin_virtual.passport.secure_messaging import ChipChannel
from honnin_virtual.passport.security_infos import ca_oid

__all__ = [
    "Refused", "active_authentication", "agree", "basic_access", "ca_public_from_general_authenticate", "choose_ca",
]  # fmt: skip

_IV = bytes(8)
_WRONG_DATA = 0x6A80
_NOT_FOUND = 0x6A88


class Refused(HonninError):  # noqa: N818 - says what happened
    """The chip says no; `sw` is the answer."""

    def __init__(self, sw: int) -> None:
        super().__init__("virtual.refused", f"the chip refused: {sw:04X}")
        self.sw = sw


def basic_access(
    mrz_information: str, rnd_ic: bytes, data: bytes, random: Callable[[int], bytes]
) -> tuple[bytes, ChipChannel]:
    """EXTERNAL AUTHENTICATE of BAC: 40 octets E_IFD ‖ M_IFD in, E_IC ‖ M_IC and the session out (§6).

    Raises Refused: 6700 for another length, 6300 when MAC or nonce are wrong (another MRZ).
    """
    if len(data) != 40:
        raise Refused(0x6700)
    seed = hashlib.sha1(mrz_information.encode("ascii"), usedforsecurity=False).digest()[:16]
    k_enc, k_mac = derive(Cipher.TDES, seed, KDF_ENC), derive(Cipher.TDES, seed, KDF_MAC)
    if not equal(mac8_padded(Cipher.TDES, k_mac, data[:32]), data[32:]):
        raise Refused(0x6300)
    plain = decrypt_cbc(Cipher.TDES, k_enc, _IV, data[:32])
    rnd_ifd, k_ifd = plain[:8], plain[16:]
    if not equal(plain[8:16], rnd_ic):
        raise Refused(0x6300)
    k_ic = random(16)
    answer = encrypt_cbc(Cipher.TDES, k_enc, _IV, rnd_ic + rnd_ifd + k_ic)
    session_seed = bytes(a ^ b for a, b in zip(k_ifd, k_ic, strict=True))
    channel = ChipChannel.from_secret(Cipher.TDES, session_seed, rnd_ic[4:] + rnd_ifd[4:])
    return answer + mac8_padded(Cipher.TDES, k_mac, answer), channel


def choose_ca(keys: tuple[CaKey, ...], data: bytes, *, key_agreement: bool) -> tuple[CaKey, bytes]:
    """Which key a MSE command of Chip Authentication means, and the terminal's public key (Set KAT only).

    Set AT (§9.1): 80 OID, [84 key id]. Set KAT: 91 public key, [84 key id]; that is 3DES.
    Raises Refused: 6A80 wrong data, 6A88 no such key.
    """
    try:
        objects = {item.tag: item.value for item in parse_all(data, count=4)}
    except HonninError as error:
        raise Refused(_WRONG_DATA) from error
    wanted = 0x91 if key_agreement else 0x80
    if wanted not in objects or not objects.keys() <= {wanted, 0x84}:
        raise Refused(_WRONG_DATA)
    if key_agreement:
        fitting = [key for key in keys if key.spec.cipher is Cipher.TDES and not key.spec.by_set_at]
    else:
        fitting = [
            key for key in keys
            if der.oid_value(ca_oid(key.spec)) == objects[0x80]
            and (key.spec.cipher is not Cipher.TDES or key.spec.by_set_at)
        ]  # fmt: skip
        if not fitting:
            raise Refused(_WRONG_DATA)
    if 0x84 in objects:
        number = int.from_bytes(objects[0x84], "big")
        fitting = [key for key in fitting if key.spec.key_id == number]
    elif len(fitting) > 1:
        raise Refused(_NOT_FOUND)  # which one is not said
    if not fitting:
        raise Refused(_NOT_FOUND)
    return fitting[0], objects.get(0x91, b"")


def agree(key: CaKey, public: bytes) -> ChipChannel:
    """The new session after Chip Authentication; counter zero. Raises Refused 6A80 for a bad public key."""
    private = key.key
    try:
        if isinstance(private, DhPrivate):
            peer = check_public(private.group, int.from_bytes(public, "big"))
            secret = dh_shared(private.group, private.x, peer)
        else:
            secret = ecdh(private.curve, private.d, decode_point(private.curve, public))
    except HonninError as error:
        raise Refused(_WRONG_DATA) from error
    return ChipChannel.from_secret(key.spec.cipher, secret)


def ca_public_from_general_authenticate(data: bytes) -> bytes:
    """7C { 80 public key } → the key. Raises Refused 6A80."""
    try:
        template = parse_single(data)
        (item,) = template.children()
    except (HonninError, ValueError) as error:
        raise Refused(_WRONG_DATA) from error
    if template.tag != 0x7C or item.tag != 0x80:
        raise Refused(_WRONG_DATA)
    return item.value


def active_authentication(key: AaKey, challenge: bytes, random: Callable[[int], bytes]) -> bytes:
    """The signature over eight octets of challenge: ISO/IEC 9796-2 for RSA, r ‖ s for ECDSA (§9.2)."""
    if isinstance(key.key, RsaPrivate):
        return sign_iso9796_2(key.key, key.hash_name, challenge, random, smaller=key.variant == "smaller")
    return plain_ecdsa(key.key, key.hash_name, challenge)
