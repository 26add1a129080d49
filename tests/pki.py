"""Makes certificates, signed data and revocation lists for tests, wrong ones too: everything is written out by hand.

Keys and signatures come from the `cryptography` package; the DER is put together here, since no library issues what
must be refused (duplicate extensions, SHA-1, two algorithm fields, attributes out of order).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from honnin.core.tlv import encode
from honnin.crypto import digest
from honnin.trust.der import oid_octets

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HASH_OIDS = {
    "md5": "1.2.840.113549.2.5",
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_HASHES = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_RSA_OIDS = {"sha1": 5, "sha224": 14, "sha256": 11, "sha384": 12, "sha512": 13}
_ECDSA_OIDS = {
    "sha1": "1.2.840.10045.4.1",
    "sha224": "1.2.840.10045.4.3.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
NULL = b"\x05\x00"


def seq(*parts: bytes) -> bytes:
    return encode(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    return encode(0x31, b"".join(parts))


def oid(text: str) -> bytes:
    return encode(0x06, oid_octets(text))


def integer(value: int) -> bytes:
    return encode(0x02, value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True))


def octet_string(value: bytes) -> bytes:
    return encode(0x04, value)


def bit_string(value: bytes) -> bytes:
    return encode(0x03, b"\x00" + value)


def time(at: datetime) -> bytes:
    return encode(0x17, at.strftime("%y%m%d%H%M%SZ").encode())


def name(*parts: tuple[str, str], tag: int = 0x0C) -> bytes:
    """Parts such as ("C", "XA"), ("CN", "…"), one set each."""
    oids = {"C": "2.5.4.6", "O": "2.5.4.10", "OU": "2.5.4.11", "CN": "2.5.4.3"}
    return seq(*(set_of(seq(oid(oids[kind]), encode(tag, value.encode()))) for kind, value in parts))


def extension(text: str, value: bytes, *, critical: bool = False) -> bytes:
    return seq(oid(text), *([b"\x01\x01\xff"] if critical else []), octet_string(value))


def key_usage(*bits: int) -> bytes:
    value = 0
    for bit in bits:
        value |= 0x80 >> bit
    return extension("2.5.29.15", encode(0x03, bytes([7 - max(bits), value])), critical=True)


def basic_constraints(*, ca: bool) -> bytes:
    return extension("2.5.29.19", seq(*([b"\x01\x01\xff"] if ca else [])), critical=True)


def ski(value: bytes) -> bytes:
    return extension("2.5.29.14", octet_string(value))


def aki(value: bytes) -> bytes:
    return extension("2.5.29.35", seq(encode(0x80, value)))


def purposes(*oids: str, critical: bool = False) -> bytes:
    return extension("2.5.29.37", seq(*map(oid, oids)), critical=critical)


@dataclass(frozen=True)
class Signature:
    """An AlgorithmIdentifier and how to sign with it."""

    identifier: bytes
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True)
class Key:
    """A private key with the algorithms it can sign with."""

    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @cached_property
    def spki(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def id(self) -> bytes:
        return digest("sha1", self.spki)

    def pkcs1(self, hash_name: str = "sha256", *, named: bool = True) -> Signature:
        """`named` False: rsaEncryption, the hash only in digestAlgorithm."""
        identifier = seq(oid(f"1.2.840.113549.1.1.{_RSA_OIDS[hash_name] if named else 1}"), NULL)
        return Signature(identifier, lambda data: self.private.sign(data, padding.PKCS1v15(), _HASHES[hash_name]))

    def pss(self, hash_name: str = "sha256", salt: int = 32, mgf: str | None = None, parameters: bytes | None = None) -> Signature:
        mgf = mgf or hash_name
        if parameters is None:
            parameters = seq(
                encode(0xA0, seq(oid(HASH_OIDS[hash_name]), NULL)),
                encode(0xA1, seq(oid("1.2.840.113549.1.1.8"), seq(oid(HASH_OIDS[mgf])))),
                encode(0xA2, integer(salt)),
            )
        scheme = padding.PSS(padding.MGF1(_HASHES[mgf]), salt)
        identifier = seq(oid("1.2.840.113549.1.1.10"), parameters)
        return Signature(identifier, lambda data: self.private.sign(data, scheme, _HASHES[hash_name]))

    def ecdsa(self, hash_name: str = "sha256", *, null: bool = False, text: str | None = None) -> Signature:
        identifier = seq(oid(text or _ECDSA_OIDS[hash_name]), *([NULL] if null else []))
        return Signature(identifier, lambda data: self.private.sign(data, ec.ECDSA(_HASHES[hash_name])))

    def default(self) -> Signature:
        return self.pkcs1() if isinstance(self.private, rsa.RSAPrivateKey) else self.ecdsa()


@cache
def rsa_key(label: str = "", bits: int = 2048) -> Key:
    """One for each label in a run of the tests."""
    return Key(rsa.generate_private_key(65537, bits))


@cache
def ec_key(label: str = "", curve: type[ec.EllipticCurve] = ec.SECP256R1) -> Key:
    return Key(ec.generate_private_key(curve()))


CSCA_NAME = name(("C", "XA"), ("O", "Fictional State"), ("CN", "CSCA"))
DSC_NAME = name(("C", "XA"), ("O", "Fictional State"), ("CN", "DS 1"))


@dataclass(frozen=True)
class Issued:
    """Everything that goes into a certificate; replace what should be wrong."""

    key: Key
    issuer_key: Key
    subject: bytes = DSC_NAME
    issuer: bytes = CSCA_NAME
    serial: int = 0x1234
    not_before: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    not_after: datetime = datetime(2036, 1, 1, tzinfo=UTC)
    extensions: tuple[bytes, ...] = ()
    signature: Signature | None = None
    inner_identifier: bytes | None = None
    spki: bytes | None = None

    @cached_property
    def der(self) -> bytes:
        signature = self.signature or self.issuer_key.default()
        tbs = seq(
            encode(0xA0, integer(2)),
            integer(self.serial),
            self.inner_identifier or signature.identifier,
            self.issuer,
            seq(time(self.not_before), time(self.not_after)),
            self.subject,
            self.spki or self.key.spki,
            *([encode(0xA3, seq(*self.extensions))] if self.extensions else []),
        )
        return seq(tbs, signature.identifier, bit_string(signature.sign(tbs)))


def csca(key: Key, **changes: object) -> Issued:
    """A self-signed country signing certificate."""
    values: dict[str, object] = {
        "key": key,
        "issuer_key": key,
        "subject": CSCA_NAME,
        "serial": 1,
        "extensions": (basic_constraints(ca=True), key_usage(5, 6), ski(key.id), aki(key.id)),
    }
    return Issued(**{**values, **changes})  # type: ignore[arg-type]


def link(key: Key, issuer_key: Key, **changes: object) -> Issued:
    """The key of one country signing certificate certified by another's."""
    values: dict[str, object] = {
        "issuer_key": issuer_key,
        "serial": 2,
        "extensions": (basic_constraints(ca=True), key_usage(5, 6), ski(key.id), aki(issuer_key.id)),
    }
    return csca(key, **{**values, **changes})


def dsc(key: Key, issuer_key: Key, *more: bytes, **changes: object) -> Issued:
    """A document signer certificate; `more` extensions."""
    extensions = (key_usage(0), ski(key.id), aki(issuer_key.id), *more)
    values: dict[str, object] = {"key": key, "issuer_key": issuer_key, "extensions": extensions}
    return Issued(**{**values, **changes})  # type: ignore[arg-type]


def crl(
    issuer_key: Key,
    serials: Sequence[int] = (),
    *,
    issuer: bytes = CSCA_NAME,
    this_update: datetime = datetime(2026, 11, 1, tzinfo=UTC),
    next_update: datetime | None = datetime(2027, 1, 30, tzinfo=UTC),
    number: int = 7,
    extensions: Sequence[bytes] = (),
    entries: Sequence[bytes] | None = None,
    signature: Signature | None = None,
) -> bytes:
    """A revocation list; every second entry has a reason (keyCompromise)."""
    signature = signature or issuer_key.default()
    reason = seq(extension("2.5.29.21", encode(0x0A, b"\x01")))
    if entries is None:
        entries = [
            seq(integer(serial), time(datetime(2026, 5, 3, tzinfo=UTC)), *([reason] if at % 2 == 0 else []))
            for at, serial in enumerate(serials)
        ]
    tbs = seq(
        integer(1),
        signature.identifier,
        issuer,
        time(this_update),
        *([time(next_update)] if next_update else []),
        *([seq(*entries)] if entries else []),
        encode(0xA0, seq(aki(issuer_key.id), extension("2.5.29.20", integer(number)), *extensions)),
    )
    return seq(tbs, signature.identifier, bit_string(signature.sign(tbs)))


def lds(hashes_by_number: Sequence[tuple[int, bytes]], hash_name: str = "sha256", *, version: int = 0, info: bool | None = None) -> bytes:
    """An LDS security object."""
    versions = seq(encode(0x13, b"0108"), encode(0x13, b"040000"))
    return seq(
        integer(version),
        seq(oid(HASH_OIDS[hash_name])),
        seq(*(seq(integer(number), octet_string(value)) for number, value in hashes_by_number)),
        *([versions] if (version == 1 if info is None else info) else []),
    )


PLAIN_LDS = lds([(1, bytes(32)), (2, bytes(range(32)))])
LDS_TYPE = "2.23.136.1.1.1"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"


def attribute(text: str, *values: bytes) -> bytes:
    return seq(oid(text), set_of(*values))


@dataclass(frozen=True)
class Signed:
    """Signed data with one signer (or more by `more_signers`); replace what should be wrong."""

    certificate: Issued
    content: bytes = PLAIN_LDS
    content_type: str = LDS_TYPE
    hash_name: str = "sha256"
    signature: Signature | None = None
    attributes: tuple[bytes, ...] | None = None
    sort: bool = True  # the attributes in the file
    signed_sorted: bool = True  # the attributes as signed
    sid: bytes | None = None
    certificates: tuple[bytes, ...] | None = None
    more_signers: tuple[bytes, ...] = field(default=())
    wrapped: bool = True

    def default_attributes(self) -> tuple[bytes, ...]:
        return (
            attribute(CONTENT_TYPE, oid(self.content_type)),
            attribute(MESSAGE_DIGEST, octet_string(digest(self.hash_name, self.content))),
            attribute(SIGNING_TIME, time(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))),
        )

    @cached_property
    def signer(self) -> bytes:
        signature = self.signature or self.certificate.key.default()
        attributes = self.default_attributes() if self.attributes is None else self.attributes
        in_order = b"".join(sorted(attributes))
        covered = in_order if self.signed_sorted else b"".join(attributes)
        written = in_order if self.sort else b"".join(attributes)
        signed = encode(0x31, covered) if attributes else self.content
        return seq(
            integer(1),
            self.sid or seq(self.certificate.issuer, integer(self.certificate.serial)),
            seq(oid(HASH_OIDS[self.hash_name])),
            *([encode(0xA0, written)] if attributes else []),
            signature.identifier,
            octet_string(signature.sign(signed)),
        )

    @cached_property
    def der(self) -> bytes:
        certificates = (self.certificate.der,) if self.certificates is None else self.certificates
        data = seq(
            integer(3),
            set_of(seq(oid(HASH_OIDS[self.hash_name]))),
            seq(oid(self.content_type), encode(0xA0, octet_string(self.content))),
            *([encode(0xA0, b"".join(certificates))] if certificates else []),
            set_of(self.signer, *self.more_signers),
        )
        content_info = seq(oid("1.2.840.113549.1.7.2"), encode(0xA0, data))
        return encode(0x77, content_info) if self.wrapped else content_info


def to_indefinite(data: bytes) -> bytes:
    """The same object with every constructed part in the indefinite form, except certificates (tag 30 in 30 03 A0 …)."""
    if not data[0] & 0x20:
        return data
    header = 2 if data[1] < 0x80 else 2 + (data[1] & 0x7F)
    body, parts = data[header:], []
    while body:
        size = body[1] if body[1] < 0x80 else int.from_bytes(body[2 : 2 + (body[1] & 0x7F)], "big")
        end = size + (2 if body[1] < 0x80 else 2 + (body[1] & 0x7F))
        part = body[:end]
        certificate = part[:1] == b"\x30" and b"\xa0\x03\x02\x01\x02" in part[:16]
        parts.append(part if certificate else to_indefinite(part))
        body = body[end:]
    return data[:1] + b"\x80" + b"".join(parts) + b"\x00\x00"
