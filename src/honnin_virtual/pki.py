"""The test PKI that issues the virtual passports: authorities (CSCA), links, document signers (DSC), revocation list.

Why it exists: a virtual card must pass and fail the same path validation as a real one (sheet passport.md §11), and no
certificate here may ever be taken for a real state's. Everything says so in its name: country UT (Utopia, code UTO of
Doc 9303), "HONNIN SIMULATOR", "NOT A REAL STATE".

Like Japan's, the three authorities share one name and are told apart by key identifier; they were succeeded 2016 RSA
with PSS → 2020 brainpoolP384r1 → 2024 P-384 (explicit parameters, ecdsa-with-SHA384 with NULL parameters as Japan
writes it), with a link certificate at each change. Dates and keys are fixed: the same call gives the same octets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from honnin_virtual import der, x509
from honnin_virtual.keys import EcPrivate, RsaPrivate, Signer, ec_key, rsa_key

__all__ = ["DSC_NAMES", "DocumentSigner", "document_signer", "simulator_anchors", "simulator_crl", "untrusted_anchor"]

COUNTRY = "UT"
STATE = "UTO"
_ORGANISATION = "HONNIN SIMULATOR"
_UNIT = "NOT A REAL STATE"
_END = datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)
_DSC_FROM = datetime(2024, 1, 1, tzinfo=UTC)
_DSC_TO = datetime(2040, 12, 31, 23, 59, 59, tzinfo=UTC)
_DSC_USE_TO = datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Authority:
    """A country signing authority: its key, how it signs, since when."""

    common_name: str
    signer: Signer
    since: datetime
    serial: int

    @property
    def name(self) -> bytes:
        return _name(self.common_name)

    @property
    def key_id(self) -> bytes:
        return x509.key_id(self.signer.key)


@dataclass(frozen=True, slots=True)
class DocumentSigner:
    """A document signer with its certificate (DER) and what CMS needs to point to it."""

    certificate: bytes
    issuer_name: bytes
    serial: int
    key_id: bytes
    key: EcPrivate | RsaPrivate


_ECDSA_P384_LABEL = "csca-2024"


@lru_cache(maxsize=1)
def _authorities() -> dict[str, _Authority]:
    bp384 = Signer(ec_key("csca-2020", "brainpoolP384r1"), "ecdsa", "sha384")
    p384 = Signer(ec_key(_ECDSA_P384_LABEL, "secp384r1"), "ecdsa", "sha384", null_parameters=True)
    rsa = Signer(rsa_key("csca-2016"), "pss", "sha256")
    stranger = Signer(ec_key("csca-without-anchor", "secp384r1"), "ecdsa", "sha384")
    name = "HONNIN SIMULATOR CSCA"
    return {
        "2016": _Authority(name, rsa, datetime(2016, 1, 1, tzinfo=UTC), 0x10),
        "2020": _Authority(name, bp384, datetime(2020, 1, 1, tzinfo=UTC), 0x20),
        "2024": _Authority(name, p384, datetime(2023, 12, 1, tzinfo=UTC), 0x30),
        "foreign": _Authority("CSCA WITHOUT ANCHOR", stranger, datetime(2020, 1, 1, tzinfo=UTC), 0x40),
    }


# Name of a document signer → (serial, authority, kind of key, curve or RSA key, validity).
_SIGNERS: dict[str, tuple[int, str, str, datetime, datetime]] = {
    "rsa2048": (0x1001, "2016", "dsc-2048", _DSC_FROM, _DSC_TO),
    "rsa3072": (0x1002, "2016", "dsc-3072", _DSC_FROM, _DSC_TO),
    "p256": (0x2001, "2024", "secp256r1", _DSC_FROM, _DSC_TO),
    "p384": (0x2002, "2024", "secp384r1", _DSC_FROM, _DSC_TO),
    "p521": (0x2003, "2024", "secp521r1", _DSC_FROM, _DSC_TO),
    "brainpool224": (0x3000, "2020", "brainpoolP224r1", _DSC_FROM, _DSC_TO),
    "brainpool256": (0x3001, "2020", "brainpoolP256r1", _DSC_FROM, _DSC_TO),
    "brainpool384": (0x3002, "2020", "brainpoolP384r1", _DSC_FROM, _DSC_TO),
    "brainpool512": (0x3003, "2020", "brainpoolP512r1", _DSC_FROM, _DSC_TO),
    "p256-by-rsa": (0x1003, "2016", "secp256r1", _DSC_FROM, _DSC_TO),
}
DSC_NAMES = tuple(_SIGNERS)
"""Names of the healthy document signers; the prefix tells the kind of key."""

_REVOKED_OFFSET = 0x10000
_EXPIRED_OFFSET = 0x20000
_STRANGER_OFFSET = 0x30000
_FORGED_OFFSET = 0x40000


def simulator_anchors() -> tuple[bytes, ...]:
    """DER of all authority certificates: three self-signed ones, then the two links between them.

    Environment "simulator" only: their private keys are public (keys.py).
    """
    roots = tuple(_csca_certificate(each, each) for each in ("2016", "2020", "2024"))
    return (*roots, _csca_certificate("2020", "2016"), _csca_certificate("2024", "2020"))


def untrusted_anchor() -> bytes:
    """DER of the authority behind the fault "foreign-csca", which is in no list of anchors."""
    return _csca_certificate("foreign", "foreign")


@lru_cache(maxsize=64)
def document_signer(name: str, state: str = "good") -> DocumentSigner:
    """A document signer: one of DSC_NAMES; `state` good, expired, revoked, foreign (authority is no anchor) or forged.

    All states of one name have the same key and differ by serial number, as their certificates do.
    """
    serial, authority_name, key_name, begin, end = _SIGNERS[name]
    key = rsa_key(key_name) if key_name.startswith("dsc-") else ec_key("dsc", key_name)
    authority = _authorities()["foreign" if state == "foreign" else authority_name]
    signer = authority.signer
    if state == "expired":
        begin, end = datetime(2016, 6, 1, tzinfo=UTC), datetime(2023, 6, 30, tzinfo=UTC)
        serial += _EXPIRED_OFFSET
    elif state == "revoked":
        serial += _REVOKED_OFFSET
    elif state == "foreign":
        serial += _STRANGER_OFFSET
    elif state == "forged":
        # Everything as if the real authority had issued it; only the key is somebody else's, of the same kind.
        serial += _FORGED_OFFSET
        forger = (
            rsa_key("aa-3072") if isinstance(signer.key, RsaPrivate) else ec_key("forger", signer.key.curve.name)
        )
        signer = Signer(forger, signer.scheme, signer.hash_name, null_parameters=signer.null_parameters)
    subject = _name(f"HONNIN SIMULATOR DS {name.upper()} {serial:X}")
    extensions = (
        x509.extension("2.5.29.15", der.bits(b"\x80", 7), critical=True),
        x509.extension("2.5.29.14", der.octets(x509.key_id(key))),
        x509.extension("2.5.29.35", der.seq(der.context_primitive(0, authority.key_id))),
        x509.extension("2.5.29.16", _usage_period(begin, min(end, _DSC_USE_TO))),
        *_alternative_names(),
        _distribution_point(),
        x509.extension("2.23.136.1.1.6.2", der.seq(der.integer(0), der.set_of(der.printable("P")))),
    )
    certificate = x509.certificate(serial, authority.name, subject, key, (begin, end), extensions, signer)
    return DocumentSigner(certificate, authority.name, serial, x509.key_id(key), key)


def simulator_crl(
    this_update: datetime = datetime(2026, 1, 1, tzinfo=UTC),
    next_update: datetime = datetime(2040, 12, 31, tzinfo=UTC),
) -> bytes:
    """The one revocation list, signed by the newest authority for the documents of all three (sheet §11.4).

    It revokes the signers with state "revoked" and nothing else. DER of a version 2 CertificateList without entry
    extensions. A real list lives 90 days; give the dates to play a stale one.
    """
    authority = _authorities()["2024"]
    revoked_at = der.time(min(datetime(2025, 7, 1, tzinfo=UTC), this_update))
    entries = [der.seq(der.integer(serial + _REVOKED_OFFSET), revoked_at) for serial, *_ in _SIGNERS.values()]
    extensions = (
        x509.extension("2.5.29.35", der.seq(der.context_primitive(0, authority.key_id))),
        x509.extension("2.5.29.20", der.integer(1)),
    )
    body = der.seq(
        der.integer(1),
        authority.signer.algorithm,
        authority.name,
        der.time(this_update),
        der.time(next_update),
        der.seq(*entries),
        der.context(0, der.seq(*extensions)),
    )
    return der.seq(body, authority.signer.algorithm, der.bits(authority.signer.sign(body)))


@lru_cache(maxsize=8)
def _csca_certificate(subject_name: str, issuer_name: str) -> bytes:
    """Self-signed when both are the same, else the link in which the issuer certifies the newer key (§11.2, §11.3)."""
    subject, issuer = _authorities()[subject_name], _authorities()[issuer_name]
    extensions = (
        x509.extension("2.5.29.19", der.seq(der.TRUE, der.integer(0)), critical=True),
        x509.extension("2.5.29.15", der.bits(b"\x06", 1), critical=True),
        x509.extension("2.5.29.14", der.octets(subject.key_id)),
        x509.extension("2.5.29.35", der.seq(der.context_primitive(0, issuer.key_id))),
        x509.extension("2.5.29.16", _usage_period(subject.since, subject.since.replace(year=subject.since.year + 5))),
        *_alternative_names(),
        _distribution_point(),
    )
    serial = subject.serial + (0 if subject is issuer else 1)
    validity = (subject.since, _END)
    return x509.certificate(
        serial, issuer.name, subject.name, subject.signer.key, validity, extensions, issuer.signer
    )


def _name(common_name: str) -> bytes:
    return x509.name(("C", COUNTRY), ("O", _ORGANISATION), ("OU", _UNIT), ("CN", common_name))


def _usage_period(begin: datetime, end: datetime) -> bytes:
    return der.seq(der.generalized_time(begin, 0x80), der.generalized_time(end, 0x81))


def _alternative_names() -> tuple[bytes, bytes]:
    """Subject and issuer: L = MRZ country code as a directory name, and a contact that cannot exist."""
    place = der.seq(der.set_of(der.seq(der.oid("2.5.4.7"), der.utf8(STATE))))
    names = der.seq(der.context_primitive(1, b"simulator@honnin.invalid"), der.context(4, place))
    return x509.extension("2.5.29.17", names), x509.extension("2.5.29.18", names)


def _distribution_point() -> bytes:
    address = der.context_primitive(6, b"http://honnin.invalid/UTO.crl")
    return x509.extension("2.5.29.31", der.seq(der.seq(der.context(0, der.context(0, address)))))
