"""Card-verifiable certificates and signatures of the My Number Card's data (mynumber-card.md §7.1 to §7.3).

Neither X.509 nor the CV certificates of Doc 9303: an issuer's key identifier, a subject's, an RSA key, a signature. No
names, no dates, no revocation. A chain is one certificate under a key that this house holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from honnin.core.errors import DataError, TrustError
from honnin.core.tlv import TlvError, parse_all, parse_single
from honnin.crypto import RsaKey, verify_rsa_payload, verify_rsa_pkcs1v15
from honnin.trust.cvc_keys import KNOWN_KEYS

__all__ = [
    "CvAnchor", "CvAnchors", "CvCertificate", "CvError", "CvPath", "built_in_anchors",
    "parse_card_key", "parse_cv_certificate", "parse_key_file", "validate_cv_certificate", "verify_record",
    "verify_three_digests",
]  # fmt: skip

Environment = Literal["production", "test", "simulator"]
ENVIRONMENTS: tuple[Environment, ...] = get_args(Environment)

_CERTIFICATE, _BODY, _SIGNATURE = 0x7F21, 0x5F4E, 0x5F37
_EXPONENT, _MODULUS = 0x90, 0x91
_KEY_ID = 16
MAX_CERTIFICATE = 2048
MIN_BITS, MAX_BITS = 2048, 4096
MAX_KEY_FILE = 64 * 1024
_USES = {"face": "KENMEN", "text": "HOJO"}
# DigestInfo of SHA-256 whose OCTET STRING has 96 octets: three digests side by side (§7.3).
_THREE_DIGESTS = bytes.fromhex("3071300D060960864801650304020105000460")


class CvError(DataError):
    """The octets are not such a certificate or key. Code begins with `trust.cvc.`."""


@dataclass(frozen=True, slots=True)
class CvCertificate:
    """`body` is what is signed: the value of 5F4E, 297 octets for RSA-2048. `subject` names a municipality's key."""

    raw: bytes
    body: bytes
    issuer: bytes
    subject: bytes
    key: RsaKey
    signature: bytes


@dataclass(frozen=True, slots=True)
class CvAnchor:
    """An issuer's key: for one application, in one environment."""

    key_id: bytes
    application: str
    key: RsaKey
    environment: Environment
    origin: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the modulus, in hexadecimal."""
        return hashlib.sha256(self.key.n.to_bytes((self.key.n.bit_length() + 7) // 8, "big")).hexdigest()


class CvAnchors:
    """Anchors by key identifier; never changes. One identifier with two keys is refused: `trust.cvc.ambiguous`."""

    __slots__ = ("_by_id",)

    def __init__(self, anchors: Iterable[CvAnchor] = ()) -> None:
        self._by_id: dict[bytes, CvAnchor] = {}
        for anchor in anchors:
            known = self._by_id.setdefault(anchor.key_id, anchor)
            if (known.key, known.application, known.environment) != (
                anchor.key, anchor.application, anchor.environment
            ):  # fmt: skip
                raise TrustError("trust.cvc.ambiguous", "a key identifier stands for two keys", anchor.key_id.hex())

    def find(self, key_id: bytes) -> CvAnchor | None:
        """The anchor with exactly these 16 octets."""
        return self._by_id.get(key_id)

    def __iter__(self) -> Iterator[CvAnchor]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __or__(self, other: CvAnchors) -> CvAnchors:
        return CvAnchors((*self, *other))


def built_in_anchors(*, test: bool = False) -> CvAnchors:
    """The keys of production; those of J-LIS test cards too when `test`, which no office may use."""
    return CvAnchors(
        CvAnchor(
            each.key_id, each.application, RsaKey(each.modulus, 65537), _environment(each.environment), "built-in"
        )
        for each in KNOWN_KEYS
        if test or each.environment == "production"
    )


def parse_key_file(data: bytes, *, environment: Environment, origin: str) -> CvAnchors:
    """Anchors from a JSON file `{"keys": [{"use", "key_id", "modulus", "exponent"}, …]}`; all but the exponent in
    hexadecimal.

    `use` is `face` (券面事項確認AP) or `text` (券面事項入力補助AP); others are left out. A file that names an
    environment itself must name this one. Raises TrustError `trust.cvc.key_file`.
    """
    problem = TrustError("trust.cvc.key_file", "this is not a file of card data keys")
    if len(data) > MAX_KEY_FILE:
        raise problem
    try:
        rows: list[dict[str, Any]] = json.loads(data)["keys"]
        anchors = []
        for row in rows:
            if row.get("environment", environment) != environment:
                raise problem
            application = _USES.get(str(row["use"]).lower())
            key_id, key = bytes.fromhex(row["key_id"]), RsaKey(int(row["modulus"], 16), int(row["exponent"]))
            if application is None:
                continue
            if len(key_id) != _KEY_ID or not _usable(key):
                raise problem
            anchors.append(CvAnchor(key_id, application, key, environment, origin))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise problem from None
    return CvAnchors(anchors)


def parse_cv_certificate(data: bytes) -> CvCertificate:
    """From a whole 7F21 (EF 0004), filler removed. Raises CvError `trust.cvc.certificate`, `trust.cvc.key`."""
    try:
        if len(data) > MAX_CERTIFICATE:
            raise CvError("trust.cvc.certificate", "the certificate is too long")
        outer = parse_single(data)
        parts = outer.children()
    except TlvError:
        raise CvError("trust.cvc.certificate", "the certificate is malformed") from None
    if outer.tag != _CERTIFICATE or [each.tag for each in parts] != [_BODY, _SIGNATURE]:
        raise CvError("trust.cvc.certificate", "the certificate is malformed")
    body = parts[0].value
    return CvCertificate(
        data, body, body[:_KEY_ID], body[_KEY_ID : 2 * _KEY_ID], _rsa(body[2 * _KEY_ID :]), parts[1].value
    )


def parse_card_key(value: bytes) -> RsaKey:
    """The card's own public key: value of DF24, DF42, DF51 … (`90` exponent, `91` modulus). Raises CvError."""
    return _rsa(value)


def _rsa(data: bytes) -> RsaKey:
    try:
        parts = parse_all(data, count=2)
    except TlvError:
        raise CvError("trust.cvc.key", "a public key is malformed") from None
    if [each.tag for each in parts] != [_EXPONENT, _MODULUS]:
        raise CvError("trust.cvc.key", "a public key is malformed")
    key = RsaKey(int.from_bytes(parts[1].value, "big"), int.from_bytes(parts[0].value, "big"))
    if not _usable(key):
        raise CvError("trust.cvc.key", "a public key is too small, too large or has a strange exponent")
    return key


def _usable(key: RsaKey) -> bool:
    return MIN_BITS <= key.n.bit_length() <= MAX_BITS and bool(key.n & 1) and key.e == 65537


@dataclass(frozen=True, slots=True)
class CvPath:
    """`outcome`: "ok"; `no_anchor` (nobody here knows that key identifier); `test_card` (the issuer of J-LIS test
    cards, not trusted here); `wrong_application` (the anchor is for another one); `bad_signature`.
    """

    outcome: str
    anchor: CvAnchor | None
    certificate: CvCertificate


def validate_cv_certificate(certificate: CvCertificate, anchors: CvAnchors, application: str) -> CvPath:
    """Check the certificate of a record-signing key for one application ("KENMEN", "HOJO"). Never raises."""
    anchor = anchors.find(certificate.issuer)
    if anchor is None:
        test = any(each.key_id == certificate.issuer and each.environment == "test" for each in KNOWN_KEYS)
        return CvPath("test_card" if test else "no_anchor", None, certificate)
    if anchor.application != application:
        return CvPath("wrong_application", anchor, certificate)
    valid = verify_rsa_pkcs1v15(anchor.key, "sha256", certificate.body, certificate.signature)
    return CvPath("ok" if valid else "bad_signature", anchor, certificate)


def verify_record(key: RsaKey, covered: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256 over whole data objects, tag and length included (§7.3)."""
    return verify_rsa_pkcs1v15(key, "sha256", covered, signature)


def verify_three_digests(key: RsaKey, first: bytes, second: bytes, third: bytes, signature: bytes) -> bool:
    """The form of 券面事項確認AP EF 0002: one DigestInfo whose octet string is three SHA-256 digests [single: MC].

    The arguments are the octets that are hashed (H1 birth date, sex and card key; H2 the two text images; H3 the
    photo). The whole padded block is compared.
    """
    digests = b"".join(hashlib.sha256(each).digest() for each in (first, second, third))
    return verify_rsa_payload(key, _THREE_DIGESTS + digests, signature)


def _environment(text: str) -> Environment:
    return next(each for each in ENVIRONMENTS if each == text)
