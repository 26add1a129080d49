"""The test authority and signers of the virtual licences (drivers-licence.md §11, §19).

No certificate lies on a card: the file of the signature only names one. Names, serial numbers and key identifiers are
choices of the simulator, not facts; every name says HONNIN SIMULATOR, NOT A REAL POLICE, TEST.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from honnin.crypto import digest
from honnin_virtual import der, x509
from honnin_virtual.keys import RsaPrivate, Signer, rsa_key, spki

__all__ = ["LicenceSigner", "licence_anchors", "licence_signer"]

_CA = "TEST PSC CA"
_SIGNERS = {
    "good": ("TEST LICENCE SIGNER", 7000000000000021, "licence-signer", (2014, 2044)),
    "expired": ("TEST OLD LICENCE SIGNER", 7000000000000013, "licence-signer-old", (2004, 2014)),
}
_STRANGER = ("TEST SIGNER WITHOUT ANCHOR", 7000000000000099, "licence-stranger")


@dataclass(frozen=True, slots=True)
class LicenceSigner:
    """A signer with what DF1/EF07 says of it: issuer and subject as ASCII, serial of 16 digits, key identifier."""

    key: RsaPrivate
    issuer: str
    subject: str
    serial: int
    key_id: bytes  # 32 octets

    def sign(self, message: bytes) -> bytes:
        """RSA-2048, SHA-256, PKCS#1 v1.5: 256 octets (§11.2)."""
        return Signer(self.key, "pkcs1", "sha256").sign(message)


def _text(common_name: str) -> str:
    return f"C=JP,O=HONNIN SIMULATOR,OU=NOT A REAL POLICE,CN={common_name}"


def _name(common_name: str) -> bytes:
    return x509.name(("C", "JP"), ("O", "HONNIN SIMULATOR"), ("OU", "NOT A REAL POLICE"), ("CN", common_name))


def _key_id(key: RsaPrivate) -> bytes:
    """SHA-256 of the SubjectPublicKeyInfo (§19: a choice)."""
    return digest("sha256", spki(key))


@cache
def licence_signer(state: str = "good") -> LicenceSigner:
    """`state`: good, expired (certificate ended long ago), foreign (no anchor) or forged (names the good one)."""
    common_name, serial, key_name, _ = _SIGNERS.get(state, _SIGNERS["good"])
    key = rsa_key(key_name)
    key_id = _key_id(key)
    issuer = _CA
    if state in {"foreign", "forged"}:
        key = rsa_key(_STRANGER[2])
    if state == "foreign":
        issuer, (common_name, serial, _), key_id = "TEST PSC CA WITHOUT ANCHOR", _STRANGER, _key_id(key)
    return LicenceSigner(key, _text(issuer), _text(common_name), serial, key_id)


def licence_anchors() -> dict[str, bytes]:
    """File name → DER: the authority and the certificates of the signers. Environment "simulator" only."""
    authority = Signer(rsa_key("licence-ca"), "pkcs1", "sha256")
    own_id = _key_id(rsa_key("licence-ca"))
    begin, end = datetime(2004, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
    root = x509.certificate(
        1, _name(_CA), _name(_CA), rsa_key("licence-ca"), (begin, end),
        (
            x509.extension("2.5.29.19", der.seq(der.TRUE, der.integer(0)), critical=True),
            x509.extension("2.5.29.15", der.bits(b"\x06", 1), critical=True),
            x509.extension("2.5.29.14", der.octets(own_id)),
        ),
        authority,
    )  # fmt: skip
    files = {"simulator-licence-ca.cer": root}
    for state, (common_name, serial, key_name, years) in _SIGNERS.items():
        key = rsa_key(key_name)
        period = tuple(datetime(year, 1, 1, tzinfo=UTC) for year in years)
        extensions = (
            x509.extension("2.5.29.15", der.bits(b"\x80", 7), critical=True),
            x509.extension("2.5.29.14", der.octets(_key_id(key))),
            x509.extension("2.5.29.35", der.seq(der.context_primitive(0, own_id))),
        )
        files[f"simulator-licence-signer-{state}.cer"] = x509.certificate(
            serial, _name(_CA), _name(common_name), key, (period[0], period[1]), extensions, authority
        )
    return files
