"""SecurityInfos: what a passport chip says it can do (EF.CardAccess, EF.DG14, EF.CardSecurity).

``SET OF SEQUENCE { protocol OID, requiredData, optionalData OPTIONAL }``, passport.md §8.1 and §9; Doc 9303-11 §9.2.
Read by the plain TLV reader, because a chip lists protocols of other standards among ours and an entry we do not
know, or one with a mistake in it, must not hide its neighbours: such entries stay in `raw` and nowhere else.
Nothing here is authentic until the file that carried it has passed passive authentication.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from honnin.core.errors import DataError, HonninError
from honnin.core.tlv import Tlv, TlvError, parse_all, parse_header
from honnin.crypto import Cipher, EcKey, RsaKey
from honnin.trust.keys import DhKey, parse_public_key

__all__ = [
    "ActiveAuthenticationInfo",
    "ChipAuthenticationInfo",
    "ChipKey",
    "PaceInfo",
    "SecurityInfos",
    "oid_value",
    "parse_security_infos",
]

MAX_ENTRIES = 128
MAX_OCTETS = 256 * 1024
MAX_CHIP_KEYS = 8  # checking one costs milliseconds, and the list is unsigned when it is read first

BSI = "0.4.0.127.0.7"
ID_PACE = f"{BSI}.2.2.4"
ID_CA = f"{BSI}.2.2.3"
ID_PK = f"{BSI}.2.2.1"
ID_AA = "2.23.136.1.1.5"
_KEYS = frozenset({f"{ID_PK}.1", f"{ID_PK}.2"})

_SEQUENCE, _SET, _OID, _INTEGER, _DG14 = 0x30, 0x31, 0x06, 0x02, 0x6E
_CIPHERS = {1: Cipher.TDES, 2: Cipher.AES128, 3: Cipher.AES192, 4: Cipher.AES256}
_PACE_MAPPINGS = {1: ("GM", "DH"), 2: ("GM", "ECDH"), 3: ("IM", "DH"), 4: ("IM", "ECDH"), 6: ("CAM", "ECDH")}
_AGREEMENTS = {1: "DH", 2: "ECDH"}
# TR-03111 plain signatures, and the X9.62 names that some chips use instead (passport.md §9.2).
_AA_HASHES = {
    f"{BSI}.1.1.4.1.1": "sha1",
    f"{BSI}.1.1.4.1.2": "sha224",
    f"{BSI}.1.1.4.1.3": "sha256",
    f"{BSI}.1.1.4.1.4": "sha384",
    f"{BSI}.1.1.4.1.5": "sha512",
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}


@dataclass(frozen=True, slots=True)
class PaceInfo:
    """PACE with one mapping, agreement, cipher and (usually) one set of domain parameters."""

    oid: str
    mapping: str  # "GM" | "IM" | "CAM"
    agreement: str  # "ECDH" | "DH"
    cipher: Cipher
    version: int
    parameter_id: int | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class ChipAuthenticationInfo:
    """Chip Authentication with one agreement and cipher; `version` 1 is the one of Doc 9303."""

    oid: str
    agreement: str  # "ECDH" | "DH"
    cipher: Cipher
    version: int
    key_id: int | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class ChipKey:
    """A public key of the chip for Chip Authentication or PACE-CAM."""

    oid: str
    key: EcKey | DhKey
    key_id: int | None
    raw: bytes

    @property
    def agreement(self) -> str:
        """Which agreement the key is for: "ECDH" or "DH"."""
        return "ECDH" if isinstance(self.key, EcKey) else "DH"


@dataclass(frozen=True, slots=True)
class ActiveAuthenticationInfo:
    """The hash of ECDSA Active Authentication; `hash_name` is None when the algorithm is not one of the known."""

    hash_name: str | None
    oid: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class SecurityInfos:
    """All entries of one file, sorted by kind. `raw` has every entry as it was, known or not, in its order."""

    pace: tuple[PaceInfo, ...] = ()
    chip_authentication: tuple[ChipAuthenticationInfo, ...] = ()
    chip_keys: tuple[ChipKey, ...] = ()
    active_authentication: tuple[ActiveAuthenticationInfo, ...] = ()
    raw: tuple[bytes, ...] = ()
    problems: tuple[str, ...] = field(default=())  # codes of entries of a known kind that could not be used


def parse_security_infos(der: bytes) -> SecurityInfos:
    """Read a SET OF SecurityInfo, bare or inside EF.DG14 (`6E`). Octets behind it are an error.

    At most 256 KiB, 128 entries and eight keys. Raises DataError: `trust.security_infos.malformed`, `.limit`. An entry
    that is not a sequence beginning with an OID is malformed; one of a known kind whose content is wrong is only a
    `problem`.
    """
    if len(der) > MAX_OCTETS:
        raise DataError("trust.security_infos.limit", "the list of protocols is too long")
    try:
        body = _only(der, _DG14) if der[:1] == b"\x6e" else der
        entries = parse_all(_only(body, _SET), count=MAX_ENTRIES)
        found = [(entry, _protocol(entry)) for entry in entries]
    except TlvError as error:
        raise DataError("trust.security_infos.malformed", "the list of protocols is malformed", error.code) from error
    if sum(oid in _KEYS for _, (oid, _) in found) > MAX_CHIP_KEYS:
        raise DataError("trust.security_infos.limit", "the list of protocols has too many keys")
    return _sort(found)


def _sort(found: list[tuple[Tlv, tuple[str, tuple[Tlv, ...]]]]) -> SecurityInfos:
    pace: list[PaceInfo] = []
    agreements: list[ChipAuthenticationInfo] = []
    keys: list[ChipKey] = []
    active: list[ActiveAuthenticationInfo] = []
    problems: list[str] = []
    for entry, (oid, parts) in found:
        arcs = tuple(int(arc) for arc in oid.split("."))
        try:
            if _is_pace(oid, arcs):
                mapping, agreement = _PACE_MAPPINGS[arcs[-2]]
                version, parameter = _version_and_id(parts)
                pace.append(PaceInfo(oid, mapping, agreement, _CIPHERS[arcs[-1]], version, parameter, entry.raw))
            elif oid.startswith(f"{ID_CA}.") and len(arcs) == 11 and arcs[-2] in _AGREEMENTS and arcs[-1] in _CIPHERS:
                version, key_id = _version_and_id(parts)
                agreements.append(
                    ChipAuthenticationInfo(oid, _AGREEMENTS[arcs[-2]], _CIPHERS[arcs[-1]], version, key_id, entry.raw)
                )
            elif oid in _KEYS:
                keys.append(_chip_key(oid, parts, entry.raw))
            elif oid == ID_AA:
                active.append(_active(parts, entry.raw))
        except HonninError as error:
            problems.append(error.code)
    return SecurityInfos(
        tuple(pace),
        tuple(agreements),
        tuple(keys),
        tuple(active),
        tuple(entry.raw for entry, _ in found),
        tuple(problems),
    )


def _is_pace(oid: str, arcs: tuple[int, ...]) -> bool:
    known = oid.startswith(f"{ID_PACE}.") and len(arcs) == 11 and arcs[-2] in _PACE_MAPPINGS and arcs[-1] in _CIPHERS
    return known and not (_PACE_MAPPINGS[arcs[-2]][0] == "CAM" and arcs[-1] == 1)  # no CAM with triple DES


def _version_and_id(parts: tuple[Tlv, ...]) -> tuple[int, int | None]:
    if not parts:
        raise _entry_error()
    return _integer(parts[0]), _integer(parts[1]) if len(parts) > 1 else None


def _active(parts: tuple[Tlv, ...], raw: bytes) -> ActiveAuthenticationInfo:
    if len(parts) < 2 or parts[1].tag != _OID:
        raise _entry_error()
    oid = _oid(parts[1].value)
    return ActiveAuthenticationInfo(_AA_HASHES.get(oid), oid, raw)


def _chip_key(oid: str, parts: tuple[Tlv, ...], raw: bytes) -> ChipKey:
    if not parts or parts[0].tag != _SEQUENCE:
        raise _entry_error()
    key = parse_public_key(parts[0].raw)
    if isinstance(key, RsaKey):
        raise _entry_error()
    if (oid == f"{ID_PK}.2") is not isinstance(key, EcKey):
        raise _entry_error()
    return ChipKey(oid, key, _integer(parts[1]) if len(parts) > 1 else None, raw)


def _protocol(entry: Tlv) -> tuple[str, tuple[Tlv, ...]]:
    parts = entry.children() if entry.tag == _SEQUENCE else ()
    if not parts or parts[0].tag != _OID:
        raise TlvError("tlv.security_info", "an entry is not a sequence that begins with an OID")
    return _oid(parts[0].value), parts[1:]


def _only(data: bytes, tag: int) -> bytes:
    found, header, length = parse_header(data)
    if found != tag or header + length != len(data):
        raise TlvError("tlv.security_infos", "the object has another tag or length")
    return data[header:]


def _integer(item: Tlv) -> int:
    if item.tag != _INTEGER or not 1 <= len(item.value) <= 8 or item.value[0] & 0x80:
        raise _entry_error()
    return int.from_bytes(item.value, "big")


def _oid(value: bytes) -> str:
    """Dotted form of the content octets. At most 32 octets; raises TlvError."""
    if not 1 <= len(value) <= 32 or value[-1] & 0x80:
        raise TlvError("tlv.oid", "an object identifier is malformed")
    arcs: list[int] = []
    arc = 0
    for octet in value:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(each) for each in (first, arcs[0] - 40 * first, *arcs[1:]))


def oid_value(oid: str) -> bytes:
    """Content octets (without tag and length) of a dotted object identifier, as DO 80 and 06 carry them."""
    arcs = [int(arc) for arc in oid.split(".")]
    octets = b""
    for arc in (40 * arcs[0] + arcs[1], *arcs[2:]):
        part = bytes([arc & 0x7F])
        while arc := arc >> 7:
            part = bytes([arc & 0x7F | 0x80]) + part
        octets += part
    return octets


def _entry_error() -> DataError:
    return DataError("trust.security_infos.entry", "an entry of the list of protocols is not usable")
