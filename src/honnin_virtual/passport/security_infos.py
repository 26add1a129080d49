"""SecurityInfos of EF.CardAccess, EF.CardSecurity and DG14 (sheet passport.md §8.1, §9.1, §9.2), writing side."""

from __future__ import annotations

from typing import NamedTuple

from honnin.crypto import Cipher, encode_point
from honnin_virtual import der
from honnin_virtual.keys import DhPrivate, EcPrivate, dh_spki, ec_spki

__all__ = [
    "CaSpec", "PaceSpec", "active_authentication_info", "ca_oid", "cam_key_info", "chip_authentication_infos",
    "pace_info", "pace_oid", "security_infos",
]  # fmt: skip

_BSI = "0.4.0.127.0.7.2.2"
_CIPHER_ARC = {Cipher.TDES: 1, Cipher.AES128: 2, Cipher.AES192: 3, Cipher.AES256: 4}
_MAPPING_ARC = {("GM", "DH"): 1, ("GM", "ECDH"): 2, ("IM", "DH"): 3, ("IM", "ECDH"): 4, ("CAM", "ECDH"): 6}
_AA_HASH_ARC = {"sha1": 1, "sha224": 2, "sha256": 3, "sha384": 4, "sha512": 5}


class PaceSpec(NamedTuple):
    """One way of PACE that a chip offers."""

    mapping: str  # "GM", "IM", "CAM"
    agreement: str  # "ECDH", "DH"
    cipher: Cipher
    parameter_id: int  # 0..2, 8..18


class CaSpec(NamedTuple):
    """One way of Chip Authentication that a chip offers."""

    agreement: str  # "ECDH", "DH"
    cipher: Cipher
    parameter_id: int = 12  # the standardized group whose parameters the key carries explicitly
    key_id: int | None = None
    key_form: str = ""  # ECDH: "explicit" (default) | "named"; DH: "pkcs3" (default) | "x942"
    with_info: bool = True  # False: only the key in DG14, as seen in the field (§9.1)
    by_set_at: bool = False  # 3DES: the chip knows only MSE:Set AT, as seen in the field


def pace_oid(spec: PaceSpec) -> str:
    """id-PACE-…, dotted (§8.1)."""
    return f"{_BSI}.4.{_MAPPING_ARC[spec.mapping, spec.agreement]}.{_CIPHER_ARC[spec.cipher]}"


def ca_oid(spec: CaSpec) -> str:
    """id-CA-…, dotted (§9.1)."""
    return f"{_BSI}.3.{1 if spec.agreement == 'DH' else 2}.{_CIPHER_ARC[spec.cipher]}"


def pace_info(spec: PaceSpec) -> bytes:
    """PACEInfo, version 2, with its parameter id."""
    return der.seq(der.oid(pace_oid(spec)), der.integer(2), der.integer(spec.parameter_id))


def chip_authentication_infos(spec: CaSpec, key: EcPrivate | DhPrivate) -> tuple[bytes, ...]:
    """ChipAuthenticationInfo (unless left out) and ChipAuthenticationPublicKeyInfo."""
    tail = () if spec.key_id is None else (der.integer(spec.key_id),)
    if isinstance(key, DhPrivate):
        public = der.seq(der.oid(f"{_BSI}.1.1"), dh_spki(key, spec.key_form or "pkcs3"), *tail)
    else:
        public = der.seq(der.oid(f"{_BSI}.1.2"), ec_spki(key.curve, key.point, spec.key_form or "explicit"), *tail)
    info = der.seq(der.oid(ca_oid(spec)), der.integer(1), *tail)
    return (info, public) if spec.with_info else (public,)


def cam_key_info(key: EcPrivate, parameter_id: int) -> bytes:
    """The key of PACE-CAM for EF.CardSecurity: standardizedDomainParameters, keyId = parameter id (§8.5)."""
    algorithm = der.seq(der.oid("0.4.0.127.0.7.1.2"), der.integer(parameter_id))
    public = der.seq(algorithm, der.bits(encode_point(key.curve, key.point)))
    return der.seq(der.oid(f"{_BSI}.1.2"), public, der.integer(parameter_id))


def active_authentication_info(hash_name: str) -> bytes:
    """ActiveAuthenticationInfo: mandatory with ECDSA keys, names their hash (ecdsa-plain-SHAx)."""
    return der.seq(
        der.oid("2.23.136.1.1.5"), der.integer(1), der.oid(f"0.4.0.127.0.7.1.1.4.1.{_AA_HASH_ARC[hash_name]}")
    )


def security_infos(*infos: bytes) -> bytes:
    """SecurityInfos: DER SET OF, doubles removed."""
    return der.set_of(*dict.fromkeys(infos))
