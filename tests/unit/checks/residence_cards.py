"""Readings of residence cards made here, with keys of the test's own, to be broken in one place at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from honnin.facts import Access, DocumentKind, Finding, Reading, Report
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from tests import pki

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NUMBER = "ZZ12345678ZZ"
CA1_NAME = pki.name(("C", "JP"), ("O", "Somebody's test"), ("CN", "TEST ZairyuCard CA"))
CA2_NAME = pki.name(("C", "JP"), ("O", "Somebody's test"), ("CN", "TEST ZairyuCard CA2"))
CARD_NAME = pki.name(("C", "JP"), ("O", "Somebody's test"), ("CN", "card"))
CA1, CA2 = pki.rsa_key("zairyu ca"), pki.ec_key("zairyu ca2", ec.SECP384R1)
SIGNER1, SIGNER2 = pki.rsa_key("zairyu card"), pki.ec_key("zairyu card2", ec.SECP384R1)

TIFF = b"II*\x00\x08\x00\x00\x00".ljust(600, b"\x01")
JP2 = b"\x00\x00\x00\x0cjP  \r\n\x87\n".ljust(900, b"\x02")
FRONT, FACE, NAME, ADDRESS = TIFF.ljust(7000, b"\0"), JP2.ljust(3000, b"\0"), TIFF.ljust(2500, b"\0"), TIFF.ljust(2500, b"\0")
ENTRIES = {
    0xC5: b"20330401", 0xC6: b"19900115", 0xC7: b"2", 0xC8: b"UTO", 0xC9: b"0000000000", 0xCE: b"0300",
    0xCA: b"01", 0xCB: b"20260701", 0xCC: b"2", 0xCD: b"20290701",
}  # fmt: skip


def tlv(tag: int, value: bytes) -> bytes:
    """One object with a length in the shortest form; tags of one or two octets, as they are."""
    head = bytes([tag]) if tag < 0x100 else tag.to_bytes(2, "big")
    count = len(value)
    length = bytes([count]) if count < 0x80 else bytes([0x81, count]) if count < 0x100 else b"\x82" + count.to_bytes(2, "big")
    return head + length + value


def authority(generation: int, key: pki.Key | None = None, **changes: Any) -> pki.Issued:
    own = key or (CA1 if generation == 1 else CA2)
    name = CA1_NAME if generation == 1 else CA2_NAME
    return pki.csca(own, **{"subject": name, "issuer": name, **changes})


def card_certificate(generation: int, **changes: Any) -> pki.Issued:
    key, issuer = (SIGNER1, CA1) if generation == 1 else (SIGNER2, CA2)
    values: dict[str, Any] = {"subject": CARD_NAME, "issuer": CA1_NAME if generation == 1 else CA2_NAME, **changes}
    return pki.dsc(values.pop("key", key), values.pop("issuer_key", issuer), **values)


def anchors(*issued: pki.Issued, environment: str = "test") -> AnchorSet:
    chosen = issued or (authority(1), authority(2))
    return AnchorSet(Anchor(parse_certificate(each.der), environment, "test") for each in chosen)  # type: ignore[arg-type]


def reading(files: Mapping[str, bytes], card_type: str = "", expected: str = NUMBER) -> Reading:
    return Reading(
        DocumentKind.RESIDENCE, NOW, Access("printed_key", "card_number"), dict(files),
        expected={"card_number": expected} if expected else {},
    )  # fmt: skip


def first(card_type: bytes = b"1", signature: bytes | None = None, certificate: bytes | None = None, **files: bytes) -> Reading:
    """A card of the first generation; files by their name with an underscore (DF1_EF01)."""
    code = SIGNER1.pkcs1().sign(FRONT + FACE) if signature is None else signature
    octets = card_certificate(1).der if certificate is None else certificate
    whole = {
        "MF.EF01": tlv(0xC0, b"0001"),
        "MF.EF02": tlv(0xC1, card_type),
        "DF1.EF01": tlv(0xD0, FRONT),
        "DF1.EF02": tlv(0xD1, FACE),
        "DF2.EF01": tlv(0xD2, b"20260401") + tlv(0xD3, b"992011") + tlv(0xD4, "見本県架空市1番".encode().ljust(320, b"\0")),
        "DF2.EF02": tlv(0xD5, bytes(120)),
        "DF2.EF03": tlv(0xD6, bytes(120)),
        "DF2.EF04": tlv(0xD7, b"0"),
        "DF3.EF01": tlv(0xDA, code) + tlv(0xDB, octets.ljust(1200, b"\0")),
    }
    return reading(whole | {name.replace("_", "."): data for name, data in files.items()})


def raw_code(target: bytes, key: pki.Key = SIGNER2) -> bytes:
    r, s = decode_dss_signature(key.ecdsa().sign(target))
    return r.to_bytes(48, "big") + s.to_bytes(48, "big")


def target2(entries: Mapping[int, bytes] = ENTRIES, face: bytes = FACE, name: bytes = NAME) -> bytes:
    return b"".join(entries.values()).ljust(53, b"\0") + face + name


def second(
    card_type: bytes = b"05", entries: Mapping[int, bytes] = ENTRIES, signature: bytes | None = None,
    certificate: bytes | None = None, **files: bytes,
) -> Reading:  # fmt: skip
    """A card of the second generation."""
    code = raw_code(target2(entries)) if signature is None else signature
    octets = card_certificate(2).der if certificate is None else certificate
    whole = {
        "MF.EF01": tlv(0xC0, b"0001"),
        "MF.EF02": tlv(0xC1, card_type),
        "DF1.EF01": tlv(0xC2, NUMBER.encode()),
        "DF1.EF02": b"".join(tlv(tag, value) for tag, value in entries.items()),
        "DF1.EF03": tlv(0xD0, NAME) + tlv(0xD1, FACE),
        "DF1.EF04": tlv(0xDFD1, ADDRESS),
        "DF2.EF01": tlv(0xD5, b"1".ljust(7, b"\0")) + tlv(0xD6, b"20290701") + tlv(0xD7, b"0"),
        "DF2.EF02": tlv(0xD8, b"0"),
        "DF2.EF03": tlv(0xD9, b"0") + tlv(0xDE, "見本".encode().ljust(200, b"\0")),
        "DF3.EF01": (tlv(0xDC, code) + tlv(0xDD, octets)).ljust(704, b"\0"),
    }
    return reading(whole | {name.replace("_", "."): data for name, data in files.items()})


def without(original: Reading, *names: str) -> Reading:
    return replace(original, files={name: data for name, data in original.files.items() if name not in names})


def found(report: Report, name: str) -> tuple[str, str]:
    each: Finding | None = report.finding(name)
    assert each is not None, name
    return each.outcome.value, each.reason


def verified(report: Report) -> set[str]:
    return {each.name for each in report.attributes if each.verified}
