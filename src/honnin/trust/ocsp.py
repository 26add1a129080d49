"""OCSP on the wire: making a request and taking a response apart (RFC 6960 §4; nonce: RFC 9654).

Nothing is judged here; that is `honnin.trust.jpki_ocsp`. Requests are built by rule, the same octets for the same
arguments, so that the request need not be kept beside the response.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from honnin.core.errors import CallerError, DataError
from honnin.core.tlv import encode
from honnin.crypto import digest
from honnin.trust import der
from honnin.trust.algorithms import SignatureAlgorithm, parse_digest_algorithm, parse_signature_algorithm
from honnin.trust.certificate import Certificate, Extension, parse_extensions, parse_time
from honnin.trust.crl_entries import REASONS
from honnin.trust.der import DerError, known_oid
from honnin.trust.names import Name, parse_name

__all__ = [
    "MAX_RESPONSE", "NONCE", "CertId", "OcspBasic", "OcspError", "SingleResponse", "build_ocsp_request", "cert_id",
    "key_bits", "nonce_value", "parse_ocsp_response",
]  # fmt: skip

MAX_RESPONSE = 64 * 1024
MAX_CERTIFICATES = 8
MAX_SINGLE = 16
MAX_NONCE = 128  # RFC 9654 §2.1
CONTENT_TYPE = "application/ocsp-request"

NONCE = "1.3.6.1.5.5.7.48.1.2"
ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6"
EXTENDED_REVOKE = "1.3.6.1.5.5.7.48.1.9"
_BASIC = known_oid("1.3.6.1.5.5.7.48.1.1")
_NONCE = known_oid(NONCE)
_HASHES = {"sha1": known_oid("1.3.14.3.2.26"), "sha256": known_oid("2.16.840.1.101.3.4.2.1")}
_ENUMERATED, _BY_NAME, _BY_KEY = 0x0A, 0xA1, 0xA2
_GOOD, _REVOKED, _UNKNOWN = 0x80, 0xA1, 0x82


class OcspError(DataError):
    """Not an OCSP response that we can read. Code begins with `trust.ocsp.`."""


@dataclass(frozen=True, slots=True)
class CertId:
    """Which certificate: hash algorithm ("sha1", "sha256", …), both hashes of the issuer, serial number."""

    hash_name: str
    name_hash: bytes
    key_hash: bytes
    serial: int


@dataclass(frozen=True, slots=True)
class SingleResponse:
    """What is said about one certificate. `state`: "good", "revoked" or "unknown"."""

    id: CertId
    state: str
    revoked_at: datetime | None
    reason: str
    this_update: datetime
    next_update: datetime | None
    extensions: tuple[Extension, ...]


@dataclass(frozen=True, slots=True)
class OcspBasic:
    """A response with status "successful". Its responder is named by `responder_name` or by `responder_key` (SHA-1)."""

    tbs: bytes
    version: int
    responder_name: Name | None
    responder_key: bytes | None
    produced_at: datetime
    singles: tuple[SingleResponse, ...]
    extensions: tuple[Extension, ...]
    signature_algorithm: SignatureAlgorithm
    signature: bytes
    certificates: tuple[bytes, ...]


# --- Requests ---------------------------------------------------------------------------------------------------------


def key_bits(certificate: Certificate) -> bytes:
    """The content of the key's BIT STRING, which issuerKeyHash and byKey are computed over (RFC 6960 §4.1.1)."""
    start, stop = der.expect_all(certificate.spki, der.SEQUENCE, len(certificate.spki))
    _, position = der.expect(certificate.spki, start, stop, der.SEQUENCE)
    return der.bit_string(certificate.spki, *der.expect(certificate.spki, position, stop, der.BIT_STRING))


def cert_id(certificate: Certificate, authority: Certificate, hash_name: str = "sha1") -> CertId:
    """The CertID of a certificate under the authority that issued it."""
    return CertId(
        hash_name,
        digest(hash_name, certificate.issuer.raw),
        digest(hash_name, key_bits(authority)),
        certificate.serial,
    )


def build_ocsp_request(
    certificate: Certificate, authority: Certificate, *, nonce: bytes | None, hash_name: str = "sha1"
) -> bytes:
    """DER of an unsigned OCSPRequest for one certificate, to be sent by POST as application/ocsp-request (§3.3).

    `nonce`: 32 fresh octets (1 to 128 are possible) or None. Raises CallerError `trust.ocsp.request`: another hash than
    sha1 or sha256, a nonce of another length.
    """
    if hash_name not in _HASHES or (nonce is not None and not 1 <= len(nonce) <= MAX_NONCE):
        raise CallerError("trust.ocsp.request", "an OCSP request has SHA-1 or SHA-256 and a nonce of 1 to 128 octets")
    asked = cert_id(certificate, authority, hash_name)
    length = (asked.serial + (asked.serial < 0)).bit_length() // 8 + 1
    identifier = _seq(
        _seq(encode(der.OID, _HASHES[hash_name]), b"\x05\x00"),
        encode(der.OCTET_STRING, asked.name_hash),
        encode(der.OCTET_STRING, asked.key_hash),
        encode(der.INTEGER, asked.serial.to_bytes(length, "big", signed=True)),
    )
    extensions = b""
    if nonce is not None:
        extension = _seq(encode(der.OID, _NONCE), encode(der.OCTET_STRING, nonce_value(nonce)))
        extensions = encode(0xA2, _seq(extension))
    return _seq(_seq(_seq(_seq(identifier)), extensions))


def nonce_value(nonce: bytes) -> bytes:
    """The content of the nonce extension: the nonce as an OCTET STRING (RFC 9654 §2.1)."""
    return encode(der.OCTET_STRING, nonce)


def _seq(*parts: bytes) -> bytes:
    return encode(der.SEQUENCE, b"".join(parts))


# --- Responses --------------------------------------------------------------------------------------------------------


def parse_ocsp_response(octets: bytes) -> int | OcspBasic:
    """A response of at most 64 KiB: its status when that is not 0 (successful), else what it says.

    Raises DerError, CertificateError (times, extensions), OcspError `trust.ocsp.type` (not id-pkix-ocsp-basic),
    `trust.ocsp.body` (successful without one), `trust.ocsp.malformed`.
    """
    data = octets
    start, stop = der.expect_all(data, der.SEQUENCE, MAX_RESPONSE)
    first, last = der.expect(data, start, stop, _ENUMERATED)
    status = der.small_integer(data, first, last)
    if status != 0:
        return status
    if last == stop:
        raise OcspError("trust.ocsp.body", "a successful response says nothing")
    value, end = der.expect(data, last, stop, 0xA0)
    inner, inner_end = der.expect(data, value, end, der.SEQUENCE)
    if end != stop or inner_end != end:
        raise DerError("trust.der.trailing", "octets follow an OCSP response")
    oid_start, oid_stop = der.expect(data, inner, inner_end, der.OID)
    if data[oid_start:oid_stop] != _BASIC:
        raise OcspError("trust.ocsp.type", "an OCSP response of another type")
    body, body_end = der.expect(data, oid_stop, inner_end, der.OCTET_STRING)
    if body_end != inner_end:
        raise DerError("trust.der.trailing", "octets follow an OCSP response")
    return _basic(data[body:body_end])


def _basic(data: bytes) -> OcspBasic:
    start, stop = der.expect_all(data, der.SEQUENCE, MAX_RESPONSE)
    tbs_start, tbs_stop = der.expect(data, start, stop, der.SEQUENCE)
    algorithm_start, algorithm_stop = der.expect(data, tbs_stop, stop, der.SEQUENCE)
    signature_start, position = der.expect(data, algorithm_stop, stop, der.BIT_STRING)
    signature = der.bit_string(data, signature_start, position)
    certificates: list[bytes] = []
    if position < stop:
        value, end = der.expect(data, position, stop, 0xA0)
        first, last = der.expect(data, value, end, der.SEQUENCE)
        if end != stop or last != end:
            raise DerError("trust.der.trailing", "octets follow the certificates of an OCSP response")
        certificates = [data[header:until] for _, header, _, until in der.children(data, first, last, MAX_CERTIFICATES)]

    position, version = tbs_start, 1
    tag, value, end = der.read(data, position, tbs_stop)
    if tag == 0xA0:
        version = der.small_integer(data, *der.expect(data, value, end, der.INTEGER)) + 1
        position = end
    tag, value, end = der.read(data, position, tbs_stop)
    name: Name | None = None
    key: bytes | None = None
    if tag == _BY_NAME:
        name = parse_name(data[value:end])
    elif tag == _BY_KEY:
        key_start, key_stop = der.expect(data, value, end, der.OCTET_STRING)
        key = data[key_start:key_stop]
    else:
        raise OcspError("trust.ocsp.malformed", "an OCSP response does not say who made it")
    produced_at, position = parse_time(data, end, tbs_stop)
    value, position = der.expect(data, position, tbs_stop, der.SEQUENCE)
    nodes = der.children(data, value, position, MAX_SINGLE)
    singles = tuple(_single(data, kind, first, last) for kind, _, first, last in nodes)
    extensions: tuple[Extension, ...] = ()
    if position < tbs_stop:
        value, position = der.expect(data, position, tbs_stop, 0xA1)
        extensions = parse_extensions(data, value, position)
    if position != tbs_stop:
        raise OcspError("trust.ocsp.malformed", "an OCSP response has unknown fields")
    return OcspBasic(
        tbs=data[start:tbs_stop],
        version=version,
        responder_name=name,
        responder_key=key,
        produced_at=produced_at,
        singles=singles,
        extensions=extensions,
        signature_algorithm=parse_signature_algorithm(data, algorithm_start, algorithm_stop),
        signature=signature,
        certificates=tuple(certificates),
    )


def _single(data: bytes, tag: int, start: int, stop: int) -> SingleResponse:
    if tag != der.SEQUENCE:
        raise OcspError("trust.ocsp.malformed", "an OCSP response is malformed")
    value, position = der.expect(data, start, stop, der.SEQUENCE)
    identifier = _cert_id(data, value, position)
    kind, value, position = der.read(data, position, stop)
    revoked_at: datetime | None = None
    reason = ""
    if kind == _REVOKED:
        revoked_at, after = parse_time(data, value, position)
        reason = _reason(data, after, position)
    elif kind not in (_GOOD, _UNKNOWN) or value != position:
        raise OcspError("trust.ocsp.malformed", "an OCSP response has an unknown status")
    this_update, position = parse_time(data, position, stop)
    next_update: datetime | None = None
    extensions: tuple[Extension, ...] = ()
    if position < stop and data[position] == 0xA0:
        value, end = der.expect(data, position, stop, 0xA0)
        next_update, position = parse_time(data, value, end)
        if position != end:
            raise DerError("trust.der.trailing", "octets follow a time")
    if position < stop:
        value, position = der.expect(data, position, stop, 0xA1)
        extensions = parse_extensions(data, value, position)
    if position != stop:
        raise OcspError("trust.ocsp.malformed", "an OCSP response has unknown fields")
    state = {_GOOD: "good", _REVOKED: "revoked", _UNKNOWN: "unknown"}[kind]
    return SingleResponse(identifier, state, revoked_at, reason, this_update, next_update, extensions)


def _cert_id(data: bytes, start: int, stop: int) -> CertId:
    value, position = der.expect(data, start, stop, der.SEQUENCE)
    hash_name = parse_digest_algorithm(data, value, position)
    name_start, position = der.expect(data, position, stop, der.OCTET_STRING)
    key_start, key_stop = der.expect(data, position, stop, der.OCTET_STRING)
    serial_start, serial_stop = der.expect(data, key_stop, stop, der.INTEGER)
    if serial_stop != stop:
        raise DerError("trust.der.trailing", "octets follow a certificate identifier")
    serial = der.integer(data, serial_start, serial_stop, 64)
    return CertId(hash_name, data[name_start:position], data[key_start:key_stop], serial)


def _reason(data: bytes, position: int, stop: int) -> str:
    """revocationReason; a certificate is not less revoked because its reason has no name."""
    if position == stop:
        return "unspecified"
    value, end = der.expect(data, position, stop, 0xA0)
    first, last = der.expect(data, value, end, _ENUMERATED)
    code = der.small_integer(data, first, last)
    return REASONS[code] if 0 <= code < len(REASONS) else "unspecified"
