"""What the simulated certification service says about revocation: lists by municipality and OCSP answers.

jpki-validation.md §3.2 to §3.4 and §6. Time is an argument; the same arguments give the same octets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from honnin_virtual.mynumber.jpki import (
    AUTH,
    GENERATIONS,
    REVOKED_OFFSET,
    SIGN,
    Authority,
    Service,
    authority,
    certificate_period,
)
from honnin_virtual.mynumber.keys import shipped_key
from honnin_virtual.mynumber.personas import PERSONAS, Municipality

__all__ = ["OcspMode", "Revoked", "crl", "ocsp_answer", "revoked_certificates"]

_SHA256 = hashes.SHA256()
_REASONS = {
    1: x509.ReasonFlags.key_compromise, 2: x509.ReasonFlags.ca_compromise, 3: x509.ReasonFlags.affiliation_changed,
    4: x509.ReasonFlags.superseded, 5: x509.ReasonFlags.cessation_of_operation, 6: x509.ReasonFlags.certificate_hold,
}  # fmt: skip
_CRL_LIFE = timedelta(hours=36)
_OCSP_LIFE = timedelta(minutes=15)
_OLD_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Revoked:
    """One revoked certificate: serial, since when, reason of RFC 5280 (0 = not stated)."""

    serial: int
    since: datetime
    reason: int = 0


@cache
def revoked_certificates(service: Service, municipality: str | None = None) -> tuple[Revoked, ...]:
    """The certificates the simulator counts as revoked: those of the personas, and every card's revoked twin."""
    found = []
    for persona in PERSONAS:
        if municipality is not None and persona.municipality != municipality:
            continue
        first = service.serial_base + persona.keys * 2 * REVOKED_OFFSET
        start, _, _ = certificate_period(persona, datetime.min.replace(tzinfo=GENERATIONS[1][1].tzinfo))
        since = start + timedelta(days=1)
        if service is SIGN and persona.signature_revoked is not None:
            found += [Revoked(first + n, since, persona.signature_revoked) for n in range(REVOKED_OFFSET)]
        found += [Revoked(first + REVOKED_OFFSET + n, since, 1) for n in range(REVOKED_OFFSET)]
    return tuple(found)


def crl(
    service: Service, generation: int, municipality: Municipality, now: datetime, *,
    number: int = 1, extra: tuple[Revoked, ...] = (), life: timedelta = _CRL_LIFE, signer: Authority | None = None,
) -> bytes:  # fmt: skip
    """A municipality's list (DER), signed by that generation, with a critical issuingDistributionPoint (§3.3).

    `life` below zero makes a list whose time has passed; `signer` another generation or an impostor.
    """
    issuer = signer or authority(service, generation)
    point = [x509.DirectoryName(issuer.distribution_point(municipality))]
    builder = (
        x509.CertificateRevocationListBuilder(issuer.name, now, now + life if life > timedelta(0) else now)
        if life > timedelta(0)
        else x509.CertificateRevocationListBuilder(issuer.name, now + 2 * life, now + life)
    )
    builder = (
        builder.add_extension(issuer.key_identifier, critical=False)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.IssuingDistributionPoint(
                full_name=point, relative_name=None, only_contains_user_certs=True, only_contains_ca_certs=False,
                only_some_reasons=None, indirect_crl=False, only_contains_attribute_certs=False,
            ),
            critical=True,
        )
    )  # fmt: skip
    for entry in (*revoked_certificates(service, municipality.code), *extra):
        revoked = x509.RevokedCertificateBuilder(entry.serial, entry.since)
        if entry.reason:
            revoked = revoked.add_extension(x509.CRLReason(_REASONS[entry.reason]), critical=False)
        builder = builder.add_revoked_certificate(revoked.build())
    return builder.sign(issuer.key, _SHA256).public_bytes(Encoding.DER)


class OcspMode(StrEnum):
    """How the responder behaves; `NORMAL` answers good, revoked or unknown as the lists say."""

    NORMAL = "normal"
    UNKNOWN = "unknown"
    TRY_LATER = "try_later"
    UNAUTHORIZED = "unauthorized"
    SIGNATURE_REQUIRED = "signature_required"
    INTERNAL_ERROR = "internal_error"
    STALE = "stale"
    NO_NEXT_UPDATE = "no_next_update"
    NO_NONCE = "no_nonce"
    WRONG_NONCE = "wrong_nonce"
    OTHER_SERIAL = "other_serial"
    OTHER_ISSUER_KEY = "other_issuer_key"
    IMPOSTOR = "impostor"
    OTHER_AUTHORITY = "other_authority"
    RESPONDER_EXPIRED = "responder_expired"
    RESPONDER_NOT_FOR_OCSP = "responder_not_for_ocsp"
    RESPONDER_WITHOUT_NOCHECK = "responder_without_nocheck"
    BY_AUTHORITY = "by_authority"
    BAD_SIGNATURE = "bad_signature"
    FROM_THE_FUTURE = "from_the_future"
    OLD = "old"
    MALFORMED = "malformed"


_REFUSALS = {
    OcspMode.TRY_LATER: ocsp.OCSPResponseStatus.TRY_LATER,
    OcspMode.UNAUTHORIZED: ocsp.OCSPResponseStatus.UNAUTHORIZED,
    OcspMode.SIGNATURE_REQUIRED: ocsp.OCSPResponseStatus.SIG_REQUIRED,
    OcspMode.INTERNAL_ERROR: ocsp.OCSPResponseStatus.INTERNAL_ERROR,
}


_SHIFTS = {
    OcspMode.STALE: timedelta(days=-30),
    OcspMode.OLD: timedelta(days=-30),
    OcspMode.FROM_THE_FUTURE: timedelta(days=1),
}


def ocsp_answer(request: bytes, now: datetime, *, mode: OcspMode = OcspMode.NORMAL) -> bytes:
    """The responder's answer (DER of OCSPResponse) to a request (DER of OCSPRequest), §3.3.

    A key hash of no generation is answered with unauthorized, a request that cannot be read with malformedRequest.
    """
    if mode is OcspMode.MALFORMED:
        return b"\x30\x03\x0a\x01"
    if mode in _REFUSALS:
        return _refuse(_REFUSALS[mode])
    try:
        asked = ocsp.load_der_ocsp_request(request)
        algorithm = asked.hash_algorithm
        extensions = list(asked.extensions)
    except (ValueError, NotImplementedError):
        return _refuse(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    issuer = _issuer(asked.issuer_name_hash, asked.issuer_key_hash, algorithm)
    if issuer is None:
        return _refuse(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    serial = asked.serial_number + (mode is OcspMode.OTHER_SERIAL)
    entry = next((each for each in revoked_certificates(issuer.service) if each.serial == serial), None)
    if mode is OcspMode.UNKNOWN or not _issued(issuer.service, serial):
        status, entry = ocsp.OCSPCertStatus.UNKNOWN, None
    else:
        status = ocsp.OCSPCertStatus.GOOD if entry is None else ocsp.OCSPCertStatus.REVOKED
    moment = now + _SHIFTS.get(mode, timedelta(0))
    life = None if mode is OcspMode.NO_NEXT_UPDATE else _OLD_LIFE if mode is OcspMode.OLD else _OCSP_LIFE
    key_hash = asked.issuer_key_hash
    if mode is OcspMode.OTHER_ISSUER_KEY:
        key_hash = key_hash[::-1]
    responder, key = _responder(issuer, mode, now)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            asked.issuer_name_hash, key_hash, serial, algorithm, status, moment,
            None if life is None else moment + life,
            entry.since if entry else None, _REASONS.get(entry.reason) if entry else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
        .certificates([responder])
    )  # fmt: skip
    for extension in extensions:
        if isinstance(extension.value, x509.OCSPNonce) and mode is not OcspMode.NO_NONCE:
            nonce = extension.value.nonce
            wrong = mode is OcspMode.WRONG_NONCE
            builder = builder.add_extension(x509.OCSPNonce(nonce[::-1] + b"x" if wrong else nonce), critical=False)
    return _made_at(builder.sign(key, _SHA256), key, moment, spoilt=mode is OcspMode.BAD_SIGNATURE)


def _made_at(answer: ocsp.OCSPResponse, key: RSAPrivateKey, moment: datetime, *, spoilt: bool) -> bytes:
    """The answer with producedAt as told: the library writes the clock's time there. `spoilt`: one bit is wrong."""
    tbs, signature = answer.tbs_response_bytes, answer.signature
    written = answer.produced_at_utc.strftime("%Y%m%d%H%M%SZ").encode()
    dated = tbs.replace(b"\x18\x0f" + written, b"\x18\x0f" + moment.strftime("%Y%m%d%H%M%SZ").encode(), 1)
    fresh = key.sign(dated, PKCS1v15(), _SHA256)
    if spoilt:
        fresh = fresh[:-1] + bytes([fresh[-1] ^ 1])
    return answer.public_bytes(Encoding.DER).replace(tbs, dated, 1).replace(signature, fresh, 1)


def _refuse(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _hash(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    state = hashes.Hash(algorithm)
    state.update(data)
    return state.finalize()


def _issuer(name_hash: bytes, key_hash: bytes, algorithm: hashes.HashAlgorithm) -> Authority | None:
    """Which generation is meant: all share the name, so the key hash decides (§3.3)."""
    for service in (SIGN, AUTH):
        for generation in GENERATIONS:
            issuer = authority(service, generation)
            certificate = x509.load_der_x509_certificate(issuer.certificate())
            key = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
            if not isinstance(algorithm, hashes.SHA1):
                key = _hash(algorithm, issuer.key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1))
            if (name_hash, key_hash) == (_hash(algorithm, issuer.name.public_bytes()), key):
                return issuer
    return None


def _issued(service: Service, serial: int) -> bool:
    index = (serial - service.serial_base) // (2 * REVOKED_OFFSET)
    return serial >= service.serial_base and any(persona.keys == index for persona in PERSONAS)


def _responder(issuer: Authority, mode: OcspMode, now: datetime) -> tuple[x509.Certificate, RSAPrivateKey]:
    """A delegated responder: issued by the authority, EKU OCSPSigning, nocheck; or one with the fault of the mode. The
    impostor signs its own certificate, that of another authority is issued by a neighbouring generation.
    """
    if mode is OcspMode.BY_AUTHORITY:
        return x509.load_der_x509_certificate(issuer.certificate()), issuer.key
    parent = issuer
    if mode is OcspMode.OTHER_AUTHORITY:
        parent = authority(issuer.service, issuer.generation % len(GENERATIONS) + 1)
    impostor = mode is OcspMode.IMPOSTOR
    key = shipped_key("clone" if impostor else f"{issuer.service.name}-ocsp")
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI-SIMULATOR"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"OCSP responder {issuer.service.name} {issuer.generation}"),
        ]
    )
    _, start, end = GENERATIONS[issuer.generation]
    if mode is OcspMode.RESPONDER_EXPIRED:
        end = now - timedelta(days=1)
        start = min(start, end - timedelta(days=30))
    builder = x509.CertificateBuilder(parent.name, name, key.public_key(), 0x0F000000 + issuer.generation, start, end)
    purpose = ExtendedKeyUsageOID.OCSP_SIGNING
    if mode is OcspMode.RESPONDER_NOT_FOR_OCSP:
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH
    builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    if mode is not OcspMode.RESPONDER_WITHOUT_NOCHECK:
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    builder = builder.add_extension(parent.key_identifier, critical=False)
    return builder.sign(key if impostor else parent.key, _SHA256), key
