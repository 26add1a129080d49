"""Certificates of the card data: the issuing authorities, the municipalities' record keys (sheet §7.1, §7.2).

Neither X.509 nor ICAO: issuer key id, subject key id, public key, and a signature over exactly these. Key ids of the
simulator begin with 7, which no production, test or terminal key is known to use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from honnin_virtual.mynumber.keys import EXPONENT, modulus, shipped_key
from honnin_virtual.mynumber.signing import sign_record
from honnin_virtual.mynumber.tlv import tlv

__all__ = ["AUTHORITIES", "FOREIGN", "CvAuthority", "cv_anchors", "cv_certificate", "key_id", "public_key_object"]


@dataclass(frozen=True, slots=True)
class CvAuthority:
    """A key that signs CV certificates, for one `use`: "face" (券面事項確認AP), "text" (入力補助AP), "manager"."""

    use: str
    key_id: bytes  # 16 octets
    key_name: str

    @property
    def key(self) -> RSAPrivateKey:
        """Its private key (a public test key)."""
        return shipped_key(self.key_name)


def key_id(number: str, version: str = "001", tail: bytes = bytes(4)) -> bytes:
    """Seven digits ‖ 08 05 ‖ three digits ‖ four octets: 16 octets (§7.1)."""
    return number.encode("ascii") + b"\x08\x05" + version.encode("ascii") + tail


AUTHORITIES = {
    "face": CvAuthority("face", key_id("7000023"), "cv-ca-face"),
    "text": CvAuthority("text", key_id("7000033"), "cv-ca-text"),
    "manager": CvAuthority("manager", key_id("7000020", tail=b"\0\0\0\xa8"), "cv-ca-manager"),
}
"""The simulator's authorities by use."""

FOREIGN = CvAuthority("foreign", key_id("7999923"), "cv-ca-foreign")
"""An authority that is no anchor of anybody."""


def public_key_object(key: RSAPrivateKey) -> bytes:
    """Exponent (tag 90) and modulus (tag 91): 5 + 260 octets (§5.6, §7.1)."""
    return tlv(0x90, EXPONENT.to_bytes(3, "big")) + tlv(0x91, modulus(key))


def cv_certificate(
    authority: CvAuthority, subject: bytes, key: RSAPrivateKey, *, signer: RSAPrivateKey | None = None
) -> bytes:
    """The 568 octets of EF 0004. `signer` signs in the authority's name with another key: a forgery."""
    content = authority.key_id + subject + public_key_object(key)
    signature = sign_record(signer or authority.key, content)
    return tlv(0x7F21, tlv(0x5F4E, content) + tlv(0x5F37, signature))


@cache
def cv_anchors() -> tuple[tuple[str, bytes, bytes, int], ...]:
    """(use, key id of 16 octets, modulus of 256 octets, exponent) of the authorities for card data."""
    return tuple(
        (use, each.key_id, modulus(each.key), EXPONENT) for use, each in AUTHORITIES.items() if use != "manager"
    )
