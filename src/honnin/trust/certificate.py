"""X.509 certificates as card documents have them (RFC 5280 §4; Doc 9303-12 §7; passport.md §11.2).

Why not a library: the ones we measured refuse Japan's current CSCA certificates or brainpool curves written out, or
take four tenths of a millisecond each. Nothing is left unread here: every field and every extension we know is parsed
at once, so that a `Certificate` in hand has no surprises. What is judged (purpose, time, signature) is up to
`honnin.trust.path`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from honnin.core.errors import DataError
from honnin.trust import der
from honnin.trust.algorithms import PublicKey, SignatureAlgorithm, key_facts, parse_signature_algorithm, verify
from honnin.trust.der import DerError, known_oid
from honnin.trust.keys import parse_spki
from honnin.trust.names import Name, parse_name, same_name

__all__ = [
    "Certificate",
    "CertificateError",
    "Extension",
    "Name",
    "parse_certificate",
    "same_name",
    "verify_certificate_signature",
]

MAX_CERTIFICATE = 64 * 1024
MAX_EXTENSIONS = 64
MAX_SERIAL = 64

_SKI = known_oid("2.5.29.14")
_KEY_USAGE = known_oid("2.5.29.15")
_USAGE_PERIOD = known_oid("2.5.29.16")
_BASIC_CONSTRAINTS = known_oid("2.5.29.19")
_AKI = known_oid("2.5.29.35")
_EXTENDED_KEY_USAGE = known_oid("2.5.29.37")
_DOCUMENT_TYPE = known_oid("2.23.136.1.1.6.2")
NAME_CHANGE = "2.23.136.1.1.6.1"
for _text in (NAME_CHANGE, "2.5.29.17", "2.5.29.18", "2.5.29.20", "2.5.29.27", "2.5.29.28", "2.5.29.31", "2.5.29.32"):
    known_oid(_text)

_USAGE_BITS = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class CertificateError(DataError):
    """Not a certificate we can read. Code begins with `trust.certificate.`."""


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension: OID in dotted form, whether critical, the octets inside its OCTET STRING."""

    oid: str
    critical: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class Certificate:
    """A parsed certificate. Equality is that of `raw`, since all else follows from it.

    `is_ca` is None without basicConstraints, `key_usage` and `extended_key_usage` (OIDs) are None when absent. Times
    are aware, in UTC. `document_types` are the codes of Doc 9303-12 §7.1.2 ("P", "PP" …), `usage_period` the
    privateKeyUsagePeriod with either end possibly open.
    """

    raw: bytes
    tbs: bytes
    version: int
    serial: int
    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    public_key: PublicKey
    spki: bytes
    ski: bytes | None
    aki: bytes | None
    is_ca: bool | None
    path_length: int | None
    key_usage: frozenset[str] | None
    extended_key_usage: frozenset[str] | None
    document_types: frozenset[str] | None
    usage_period: tuple[datetime | None, datetime | None] | None
    extensions: tuple[Extension, ...]
    signature_algorithm: SignatureAlgorithm
    signature: bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the whole certificate, 64 lower-case hexadecimal digits."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def self_signed_name(self) -> bool:
        """Whether issuer and subject are the same name; says nothing about the signature."""
        return same_name(self.issuer, self.subject)

    @property
    def name_change(self) -> bool:
        """Whether it is a link that also changes the name of the authority (NameChange, Doc 9303-12 §7.1.2)."""
        return self.extension(NAME_CHANGE) is not None

    @property
    def facts(self) -> Mapping[str, str]:
        """For the detail of a finding: serial, names, dates, key."""
        return {
            "serial": f"{self.serial:x}",
            "subject": self.subject.text,
            "issuer": self.issuer.text,
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
            "key": key_facts(self.public_key),
            "signed_with": self.signature_algorithm.name,
        }

    def extension(self, oid: str) -> Extension | None:
        """The extension with that OID, or None. There are never two of one kind."""
        return next((each for each in self.extensions if each.oid == oid), None)


def parse_certificate(der_octets: bytes) -> Certificate:
    """From exactly one DER certificate of at most 64 KiB.

    Raises DerError, KeyFormatError (`trust.key.…`) or CertificateError: `trust.certificate.version`, `.algorithm` (the
    two algorithm fields differ), `.time`, `.extension` (one twice, or a known one malformed), `.serial`.
    """
    data = der_octets
    start, stop = der.expect_all(data, der.SEQUENCE, MAX_CERTIFICATE)
    tbs_start, tbs_stop = der.expect(data, start, stop, der.SEQUENCE)
    algorithm_start, algorithm_stop = der.expect(data, tbs_stop, stop, der.SEQUENCE)
    signature_start, signature_stop = der.expect(data, algorithm_stop, stop, der.BIT_STRING)
    if signature_stop != stop:
        raise DerError("trust.der.trailing", "octets follow the signature of a certificate")
    outer_algorithm = data[tbs_stop:algorithm_stop]

    position = tbs_start
    version = 1
    tag, value, end = der.read(data, position, tbs_stop)
    if tag == 0xA0:
        number_start, number_stop = der.expect(data, value, end, der.INTEGER)
        version = der.small_integer(data, number_start, number_stop) + 1
        if not 1 <= version <= 3 or number_stop != end:
            raise CertificateError("trust.certificate.version", "unknown version of a certificate")
        position = end
    serial_start, position = der.expect(data, position, tbs_stop, der.INTEGER)
    if position - serial_start > MAX_SERIAL:
        raise CertificateError("trust.certificate.serial", "the serial number is too long")
    serial = der.integer(data, serial_start, position)
    inner_start = position
    _, position = der.expect(data, position, tbs_stop, der.SEQUENCE)
    if data[inner_start:position] != outer_algorithm:
        raise CertificateError("trust.certificate.algorithm", "a certificate names two signature algorithms")
    issuer_start = position
    _, position = der.expect(data, position, tbs_stop, der.SEQUENCE)
    issuer = parse_name(data[issuer_start:position])
    value, position = der.expect(data, position, tbs_stop, der.SEQUENCE)
    not_before, after_start = parse_time(data, value, position)
    not_after, after_stop = parse_time(data, after_start, position)
    if after_stop != position:
        raise CertificateError("trust.certificate.time", "a validity has more than two times")
    subject_start = position
    _, position = der.expect(data, position, tbs_stop, der.SEQUENCE)
    subject = parse_name(data[subject_start:position])
    spki_start = position
    value, position = der.expect(data, position, tbs_stop, der.SEQUENCE)
    spki = data[spki_start:position]
    key = parse_spki(data, value, position)

    extensions: tuple[Extension, ...] = ()
    seen = 0xA0
    while position < tbs_stop:
        tag, value, end = der.read(data, position, tbs_stop)
        if tag == 0xA3 and seen < tag and version == 3:
            extensions = _parse_extensions(data, value, end)
        elif tag not in (0x81, 0x82) or (tag | 0x20) <= seen or version < 2:
            raise DerError("trust.der.unexpected", "unknown fields in a certificate")
        seen = tag | 0x20
        position = end
    known = _Known(extensions)
    return Certificate(
        raw=data,
        tbs=data[start:tbs_stop],
        version=version,
        serial=serial,
        issuer=issuer,
        subject=subject,
        not_before=not_before,
        not_after=not_after,
        public_key=key,
        spki=spki,
        ski=known.ski,
        aki=known.aki,
        is_ca=known.is_ca,
        path_length=known.path_length,
        key_usage=known.key_usage,
        extended_key_usage=known.extended_key_usage,
        document_types=known.document_types,
        usage_period=known.usage_period,
        extensions=extensions,
        signature_algorithm=parse_signature_algorithm(data, algorithm_start, algorithm_stop),
        signature=der.bit_string(data, signature_start, signature_stop),
    )


def verify_certificate_signature(certificate: Certificate, issuer_key: PublicKey) -> bool:
    """Whether that key signed it. Nothing else: not time, not purpose, not revocation. Never raises."""
    return verify(certificate.signature_algorithm, issuer_key, certificate.tbs, certificate.signature) == "ok"


def parse_time(data: bytes, start: int, end: int) -> tuple[datetime, int]:
    """A UTCTime (1950 to 2049) or GeneralizedTime ending in Z, seconds possibly missing, and the offset behind it."""
    tag, value, stop = der.read(data, start, end)
    return decode_time(tag, data[value:stop]), stop


def decode_time(tag: int, content: bytes) -> datetime:
    """The content of one time. Raises CertificateError `trust.certificate.time`."""
    digits = content[:-1]
    if content[-1:] != b"Z" or not digits.isdigit() or len(digits) > 14:
        raise CertificateError("trust.certificate.time", "a time is malformed")
    if tag == der.UTC_TIME:
        digits = (b"19" if digits >= b"50" else b"20") + digits
    elif tag != der.GENERALIZED_TIME:
        raise CertificateError("trust.certificate.time", "a time was expected")
    if len(digits) == 12:
        digits += b"00"
    if len(digits) != 14:
        raise CertificateError("trust.certificate.time", "a time is malformed")
    number = int(digits)
    day, clock = divmod(number, 1_000_000)
    try:
        return datetime(
            day // 10_000, day // 100 % 100, day % 100, clock // 10_000, clock // 100 % 100, clock % 100, tzinfo=UTC
        )
    except ValueError:
        raise CertificateError("trust.certificate.time", "there is no such time") from None


def parse_extensions(data: bytes, start: int, stop: int) -> tuple[Extension, ...]:
    """The value of [0] or [3] EXPLICIT Extensions, also of revocation lists. Raises DerError, CertificateError."""
    return _parse_extensions(data, start, stop)


def _parse_extensions(data: bytes, start: int, stop: int) -> tuple[Extension, ...]:
    first, last = der.expect(data, start, stop, der.SEQUENCE)
    if last != stop:
        raise DerError("trust.der.trailing", "octets follow the extensions")
    found: dict[str, Extension] = {}
    for tag, _, value, end in der.children(data, first, last, MAX_EXTENSIONS):
        if tag != der.SEQUENCE:
            raise DerError("trust.der.unexpected", "an extension is malformed")
        oid_start, oid_stop = der.expect(data, value, end, der.OID)
        kind, content, content_stop = der.read(data, oid_stop, end)
        critical = False
        if kind == der.BOOLEAN:
            critical = der.boolean(data, content, content_stop)
            kind, content, content_stop = der.read(data, content_stop, end)
        if kind != der.OCTET_STRING or content_stop != end:
            raise DerError("trust.der.unexpected", "an extension is malformed")
        oid = der.oid_text(data[oid_start:oid_stop])
        if oid in found:
            raise CertificateError("trust.certificate.extension", "an extension occurs twice", oid)
        found[oid] = Extension(oid, critical, data[content:content_stop])
    return tuple(found.values())


class _Known:
    """The extensions this package understands, read at once. A malformed one refuses the certificate, except the
    document type, which the field writes in several ways (passport.md §10.5, Indonesia and the Philippines).
    """

    __slots__ = (
        "aki", "document_types", "extended_key_usage", "is_ca", "key_usage", "path_length", "ski", "usage_period",
    )

    def __init__(self, extensions: tuple[Extension, ...]) -> None:
        self.ski: bytes | None = None
        self.aki: bytes | None = None
        self.is_ca: bool | None = None
        self.path_length: int | None = None
        self.key_usage: frozenset[str] | None = None
        self.extended_key_usage: frozenset[str] | None = None
        self.document_types: frozenset[str] | None = None
        self.usage_period: tuple[datetime | None, datetime | None] | None = None
        for extension in extensions:
            reader = _READERS.get(extension.oid)
            if reader is not None:
                reader(self, extension.value)

    def read_ski(self, value: bytes) -> None:
        start, stop = der.expect_all(value, der.OCTET_STRING, MAX_CERTIFICATE)
        self.ski = value[start:stop]

    def read_aki(self, value: bytes) -> None:
        self.aki = parse_aki(value)

    def read_basic_constraints(self, value: bytes) -> None:
        start, stop = der.expect_all(value, der.SEQUENCE, MAX_CERTIFICATE)
        self.is_ca = False
        for tag, _, first, last in der.children(value, start, stop, 2):
            if tag == der.BOOLEAN:
                self.is_ca = der.boolean(value, first, last)
            elif tag == der.INTEGER:
                self.path_length = der.small_integer(value, first, last)
            else:
                raise DerError("trust.der.unexpected", "basic constraints are malformed")

    def read_key_usage(self, value: bytes) -> None:
        start, stop = der.expect_all(value, der.BIT_STRING, 16)
        if not 1 <= stop - start <= 3 or value[start] > 7:
            raise DerError("trust.der.bits", "a key usage is malformed")
        bits = int.from_bytes(value[start + 1 : stop].ljust(2, b"\0"), "big")
        self.key_usage = frozenset(name for at, name in enumerate(_USAGE_BITS) if bits & 0x8000 >> at)

    def read_extended_key_usage(self, value: bytes) -> None:
        start, stop = der.expect_all(value, der.SEQUENCE, MAX_CERTIFICATE)
        oids: list[str] = []
        for tag, _, first, last in der.children(value, start, stop, 64):
            if tag != der.OID:
                raise DerError("trust.der.unexpected", "an extended key usage is malformed")
            oids.append(der.oid_text(value[first:last]))
        self.extended_key_usage = frozenset(oids)

    def read_usage_period(self, value: bytes) -> None:
        start, stop = der.expect_all(value, der.SEQUENCE, MAX_CERTIFICATE)
        ends: dict[int, datetime] = {}
        for tag, _, first, last in der.children(value, start, stop, 2):
            if tag not in (0x80, 0x81):
                raise DerError("trust.der.unexpected", "a usage period is malformed")
            ends[tag] = decode_time(der.GENERALIZED_TIME, value[first:last])
        self.usage_period = (ends.get(0x80), ends.get(0x81))

    def read_document_types(self, value: bytes) -> None:
        try:
            start, stop = der.expect_all(value, der.SEQUENCE, MAX_CERTIFICATE)
            codes: list[str] = []
            for tag, _, first, last in der.children(value, start, stop, 64):
                if tag in (der.SET, der.SEQUENCE):
                    codes += [
                        value[inner:end].decode("ascii") for _, _, inner, end in der.children(value, first, last, 64)
                    ]
                elif tag != der.INTEGER:
                    codes.append(value[first:last].decode("ascii"))
        except (DerError, UnicodeDecodeError):
            return
        self.document_types = frozenset(codes)


def parse_aki(value: bytes) -> bytes | None:
    """The keyIdentifier of an AuthorityKeyIdentifier, None when it names the key in another way. Raises DerError."""
    start, stop = der.expect_all(value, der.SEQUENCE, MAX_CERTIFICATE)
    identifier = None
    for tag, _, first, last in der.children(value, start, stop, 3):
        if tag == 0x80:
            identifier = value[first:last]
        elif tag not in (0xA1, 0x82):
            raise DerError("trust.der.unexpected", "an authority key identifier is malformed")
    return identifier


_READERS = {
    der.oid_text(_SKI): _Known.read_ski,
    der.oid_text(_AKI): _Known.read_aki,
    der.oid_text(_BASIC_CONSTRAINTS): _Known.read_basic_constraints,
    der.oid_text(_KEY_USAGE): _Known.read_key_usage,
    der.oid_text(_EXTENDED_KEY_USAGE): _Known.read_extended_key_usage,
    der.oid_text(_USAGE_PERIOD): _Known.read_usage_period,
    der.oid_text(_DOCUMENT_TYPE): _Known.read_document_types,
}
