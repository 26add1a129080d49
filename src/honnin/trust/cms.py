"""Signed data: reading and checking CMS SignedData (RFC 5652 §5; Doc 9303-10 §4.6.2; passport.md §10.1, §10.2).

EF.SOD, EF.CardSecurity and master lists are the same structure. Checking it is one list of steps, each with its own
reason code, so that nothing can be taken for checked that was not: the content type attribute is compared, every signer
counts, and the certificate is the one that the signer names, not any that happens to fit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from honnin.core.errors import DataError
from honnin.crypto import HASH_LENGTHS, digest
from honnin.trust import der
from honnin.trust.algorithms import (
    FORBIDDEN_HASHES,
    WEAK_HASHES,
    SignatureAlgorithm,
    key_facts,
    parse_digest_algorithm,
    parse_signature_algorithm,
    verify,
    weak_key,
)
from honnin.trust.certificate import Certificate, decode_time, parse_certificate
from honnin.trust.der import IndefiniteLengthError, known_oid
from honnin.trust.names import Name, parse_name, same_name

MAX_SIGNED_DATA = 1 << 20
MAX_CERTIFICATES = 32
MAX_SIGNERS = 8
MAX_ATTRIBUTES = 64

_SIGNED_DATA = known_oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = known_oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = known_oid("1.2.840.113549.1.9.4")
_SIGNING_TIME = known_oid("1.2.840.113549.1.9.5")

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
MASTER_LIST = "2.23.136.1.1.2"
CARD_SECURITY = "0.4.0.127.0.7.3.2.1"
# Content types that real EF.SODs carry instead (passport.md §10.5: China; Belgium, France; Netherlands).
TOLERATED_SOD_TYPES = frozenset({"1.2.840.113549.1.7.1", "1.3.27.1.1.1", "1.2.528.1.1006.1.20.1"})
for _text in (LDS_SECURITY_OBJECT, MASTER_LIST, CARD_SECURITY, *TOLERATED_SOD_TYPES):
    known_oid(_text)


class CmsError(DataError):
    """Not signed data we can read. Code begins with `trust.cms.`."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One SignerInfo. Named by `issuer` and `serial`, or by `ski`. `attributes`: (OID octets, values), None if absent.

    `signed` is what the signature covers: the attributes as a SET, as they stood in the file. `version` is not covered
    by it and decides nothing here.
    """

    issuer: Name | None
    serial: int | None
    ski: bytes | None
    digest_algorithm: str
    attributes: tuple[tuple[bytes, tuple[bytes, ...]], ...] | None
    signed: bytes
    signature_algorithm: SignatureAlgorithm
    signature: bytes
    version: int = 0


@dataclass(frozen=True, slots=True)
class SignedData:
    """`content` is None when it is not inside. `unreadable` has a code for each certificate that could not be parsed.

    `version` and `digest_algorithms` (inside of the SET) are covered by no signature and decide nothing here. `flags`:
    `ber` (indefinite lengths), `trailing_octets` (behind the object, ignored), `no_wrapper` (no tag 77).
    """

    content_type: str
    content: bytes | None
    certificates: tuple[Certificate, ...]
    unreadable: tuple[str, ...]
    signers: tuple[Signer, ...]
    flags: frozenset[str] = frozenset()
    version: int = 0
    digest_algorithms: bytes = b""


@dataclass(frozen=True, slots=True)
class SignerResult:
    """Whether the signature holds. Says nothing about who the certificate belongs to: that is `honnin.trust.path`.

    `outcome` is "ok" or the first step that failed: `content_type`, `no_content`, `no_signer`, `no_signed_attributes`,
    `content_type_attribute`, `message_digest_attribute`, `forbidden_algorithm`, `unsupported_algorithm`,
    `signer_certificate_missing`, `signer_certificate_unreadable`, `signer_certificate_ambiguous`, `digest_mismatch`,
    `key_mismatch`, `bad_signature`, `other_signer_failed`.

    `flags`: those of the signed data and `content_type_tolerated`, `sid_name_tolerated` (issuer name written in another
    way, Malaysia), `attributes_reencoded`, `weak_hash` (SHA-1), `weak_key`, `hash_mismatch` (digest and signature hash
    differ), `several_signers`, `other_signer_unsupported`.
    """

    outcome: str
    certificate: Certificate | None
    digest_algorithm: str
    signature_algorithm: SignatureAlgorithm | None
    flags: frozenset[str] = frozenset()
    signing_time: datetime | None = None
    others: tuple[SignerResult, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether every step passed."""
        return self.outcome == "ok"

    @property
    def facts(self) -> Mapping[str, str]:
        """For the detail of a finding."""
        facts = {"digest_algorithm": self.digest_algorithm}
        if self.signature_algorithm is not None:
            facts |= self.signature_algorithm.facts
        if self.certificate is not None:
            facts["signer_serial"] = f"{self.certificate.serial:x}"
            facts["signer_key"] = key_facts(self.certificate.public_key)
        if self.signing_time is not None:
            facts["signing_time"] = self.signing_time.isoformat()
        return facts


def parse_signed_data(ber: bytes, *, limit: int = MAX_SIGNED_DATA) -> SignedData:
    """From a ContentInfo of at most `limit` octets, in the tag 77 of EF.SOD or bare; BER or DER.

    Raises DerError, or CmsError: `trust.cms.limit`, `trust.cms.not_signed_data`, `trust.cms.malformed`.
    """
    if len(ber) > limit:
        raise CmsError("trust.cms.limit", "the signed data is longer than the limit")
    try:
        return _parse(ber, frozenset())
    except IndefiniteLengthError:
        return _parse(der.to_definite(ber), frozenset({"ber"}))


def _parse(data: bytes, flags: frozenset[str]) -> SignedData:
    tag, start, stop = der.read(data, 0, len(data))
    trailing = stop != len(data)
    if tag == 0x77:
        first, last = der.expect(data, start, stop, der.SEQUENCE)
        trailing |= last != stop
        start, stop = first, last
    elif tag == der.SEQUENCE:
        flags |= {"no_wrapper"}
    else:
        raise CmsError("trust.cms.not_signed_data", "this is not signed data")
    if trailing:
        flags |= {"trailing_octets"}
    first, last = der.expect(data, start, stop, der.OID)
    if data[first:last] != _SIGNED_DATA:
        raise CmsError("trust.cms.not_signed_data", "this is not signed data", der.oid_text(data[first:last]))
    first, last = der.expect(data, last, stop, 0xA0)
    if last != stop:
        raise CmsError("trust.cms.malformed", "octets follow the signed data")
    start, stop = der.expect(data, first, last, der.SEQUENCE)
    if stop != last:
        raise CmsError("trust.cms.malformed", "octets follow the signed data")
    return _parse_signed_data(data, start, stop, flags)


def _parse_signed_data(data: bytes, start: int, stop: int, flags: frozenset[str]) -> SignedData:
    first, position = der.expect(data, start, stop, der.INTEGER)
    version = der.small_integer(data, first, position)
    algorithms, position = der.expect(data, position, stop, der.SET)
    digest_algorithms = data[algorithms:position]
    first, position = der.expect(data, position, stop, der.SEQUENCE)
    content_type, content = _parse_content(data, first, position)
    certificates: list[Certificate] = []
    unreadable: list[str] = []
    tag, first, last = der.read(data, position, stop)
    if tag == 0xA0:
        for kind, header, _, end in der.children(data, first, last, MAX_CERTIFICATES):
            if kind != der.SEQUENCE:  # attribute certificates and other formats (RFC 5652 §10.2.2)
                continue
            try:
                certificates.append(parse_certificate(data[header:end]))
            except DataError as error:
                unreadable.append(error.code)
        tag, first, last = der.read(data, last, stop)
    if tag == 0xA1:  # revocation lists inside are ignored: they come from the party that is to be checked
        tag, first, last = der.read(data, last, stop)
    if tag != der.SET or last != stop:
        raise CmsError("trust.cms.malformed", "the signed data has unknown fields")
    signers = [_parse_signer(data, node, certificates) for node in der.children(data, first, last, MAX_SIGNERS)]
    return SignedData(
        content_type, content, tuple(certificates), tuple(unreadable), tuple(signers), flags, version, digest_algorithms
    )


def _parse_content(data: bytes, start: int, stop: int) -> tuple[str, bytes | None]:
    first, last = der.expect(data, start, stop, der.OID)
    content_type = der.oid_text(data[first:last])
    if last == stop:
        return content_type, None
    first, last = der.expect(data, last, stop, 0xA0)
    tag, value, end = der.read(data, first, last)
    if end != last or last != stop:
        raise CmsError("trust.cms.malformed", "octets follow the signed content")
    return content_type, der.octets(data, tag, value, end)


def _parse_signer(data: bytes, node: der.Node, certificates: Sequence[Certificate]) -> Signer:
    tag, _, start, stop = node
    if tag != der.SEQUENCE:
        raise CmsError("trust.cms.malformed", "a signer is malformed")
    first, position = der.expect(data, start, stop, der.INTEGER)
    version = der.small_integer(data, first, position)
    issuer: Name | None = None
    serial: int | None = None
    ski: bytes | None = None
    tag, first, position = der.read(data, position, stop)
    if tag == der.SEQUENCE:
        _, name_stop = der.expect(data, first, position, der.SEQUENCE)
        raw = data[first:name_stop]
        parsed = (each.issuer for each in certificates if each.issuer.raw == raw)  # the usual case: not read twice
        issuer = next(parsed, None) or parse_name(raw)
        serial_start, serial_stop = der.expect(data, name_stop, position, der.INTEGER)
        serial = der.integer(data, serial_start, serial_stop)
        if serial_stop != position:
            raise CmsError("trust.cms.malformed", "a signer is malformed")
    elif tag == 0x80:
        ski = data[first:position]
    else:
        raise CmsError("trust.cms.malformed", "a signer is malformed")
    first, position = der.expect(data, position, stop, der.SEQUENCE)
    digest_algorithm = parse_digest_algorithm(data, first, position)
    attributes = None
    signed = b""
    header = position
    tag, first, position = der.read(data, position, stop)
    if tag == 0xA0:
        attributes = _parse_attributes(data, first, position)
        signed = b"\x31" + data[header + 1 : position]
        tag, first, position = der.read(data, position, stop)
    if tag != der.SEQUENCE:
        raise CmsError("trust.cms.malformed", "a signer is malformed")
    algorithm = parse_signature_algorithm(data, first, position)
    tag, first, position = der.read(data, position, stop)
    signature = der.octets(data, tag, first, position)
    if position != stop:
        tag, first, position = der.read(data, position, stop)
        if tag != 0xA1 or position != stop:
            raise CmsError("trust.cms.malformed", "a signer has unknown fields")
    return Signer(issuer, serial, ski, digest_algorithm, attributes, signed, algorithm, signature, version)


def _parse_attributes(data: bytes, start: int, stop: int) -> tuple[tuple[bytes, tuple[bytes, ...]], ...]:
    attributes: list[tuple[bytes, tuple[bytes, ...]]] = []
    for tag, _, value, end in der.children(data, start, stop, MAX_ATTRIBUTES):
        if tag != der.SEQUENCE:
            raise CmsError("trust.cms.malformed", "an attribute of a signer is malformed")
        oid_start, oid_stop = der.expect(data, value, end, der.OID)
        first, last = der.expect(data, oid_stop, end, der.SET)
        if last != end:
            raise CmsError("trust.cms.malformed", "an attribute of a signer is malformed")
        values = tuple(data[header:close] for _, header, _, close in der.children(data, first, last, MAX_ATTRIBUTES))
        attributes.append((data[oid_start:oid_stop], values))
    return tuple(attributes)


def verify_signer(
    signed: SignedData,
    *,
    content_types: Collection[str],
    tolerated: Collection[str] = (),
    more_certificates: Sequence[Certificate] = (),
) -> SignerResult:
    """Check all signers of `signed`, whose content type must be among `content_types` (or `tolerated`, then flagged).

    `more_certificates` are looked through when none inside is the signer's (EF.SOD of LDS version 0 may have none).
    The result is that of the first signer with an algorithm we can compute; all others must hold as well, except that
    one with an unknown algorithm is only flagged. Never raises.
    """
    if not signed.signers:
        return SignerResult("no_signer", None, "", None, signed.flags)
    results = [_verify_one(signed, each, content_types, tolerated, more_certificates) for each in signed.signers]
    chosen = next((each for each in results if each.outcome != "unsupported_algorithm"), results[0])
    if len(results) == 1:
        return chosen
    others = tuple(each for each in results if each is not chosen)
    flags = chosen.flags | {"several_signers"}
    outcome = chosen.outcome
    for other in others:
        if other.outcome == "unsupported_algorithm":
            flags |= {"other_signer_unsupported"}
        elif not other.ok and chosen.ok:
            outcome = "other_signer_failed"
    return SignerResult(
        outcome,
        chosen.certificate,
        chosen.digest_algorithm,
        chosen.signature_algorithm,
        flags,
        chosen.signing_time,
        others,
    )


def _verify_one(
    signed: SignedData,
    signer: Signer,
    content_types: Collection[str],
    tolerated: Collection[str],
    more_certificates: Sequence[Certificate],
) -> SignerResult:
    flags = set(signed.flags)
    certificate: Certificate | None = None
    signing_time: datetime | None = None

    def result(outcome: str) -> SignerResult:
        return SignerResult(
            outcome, certificate, signer.digest_algorithm, signer.signature_algorithm, frozenset(flags), signing_time
        )

    if signed.content_type not in content_types:
        if signed.content_type not in tolerated:
            return result("content_type")
        flags.add("content_type_tolerated")
    if signed.content is None:
        return result("no_content")
    if not signer.attributes:
        return result("no_signed_attributes")
    content_type = _single(signer, _CONTENT_TYPE, der.OID)
    if content_type is None or content_type != der.oid_octets(signed.content_type):
        return result("content_type_attribute")
    message_digest = _single(signer, _MESSAGE_DIGEST, der.OCTET_STRING)
    if message_digest is None:
        return result("message_digest_attribute")
    signing_time = _signing_time(signer)

    if signer.digest_algorithm in FORBIDDEN_HASHES:
        return result("forbidden_algorithm")
    if signer.digest_algorithm not in HASH_LENGTHS:
        return result("unsupported_algorithm")
    named = _named(signer, signed.certificates) or _named(signer, more_certificates)
    if not named:
        return result("signer_certificate_unreadable" if signed.unreadable else "signer_certificate_missing")
    if any(each != named[0] for each in named):
        return result("signer_certificate_ambiguous")
    certificate = named[0]
    algorithm = signer.signature_algorithm
    hash_name = algorithm.hash_name or signer.digest_algorithm
    if signer.issuer is not None and signer.issuer.raw != certificate.issuer.raw:
        flags.add("sid_name_tolerated")
    if signer.digest_algorithm in WEAK_HASHES or hash_name in WEAK_HASHES:
        flags.add("weak_hash")
    if hash_name != signer.digest_algorithm:
        flags.add("hash_mismatch")
    if weak_key(certificate.public_key):
        flags.add("weak_key")

    if digest(signer.digest_algorithm, signed.content) != message_digest:
        return result("digest_mismatch")
    verdict = verify(algorithm, certificate.public_key, signer.signed, signer.signature, signer.digest_algorithm)
    if verdict == "bad_signature":
        canonical = _canonical(signer.signed)
        if canonical != signer.signed:
            flags.add("attributes_reencoded")
            verdict = verify(algorithm, certificate.public_key, canonical, signer.signature, signer.digest_algorithm)
    return result(verdict)


def _canonical(signed: bytes) -> bytes:
    try:
        return der.to_der(signed)
    except DataError:
        return signed


def _named(signer: Signer, certificates: Sequence[Certificate]) -> list[Certificate]:
    """The certificates that the signer identifier names: by serial number and issuer, or by key identifier.

    Issuer names are compared without regard to order and string types: a Malaysian EF.SOD writes them in another order
    than its certificate (passport.md §10.5), and OpenSSL does not find its signer.
    """
    if signer.issuer is not None:
        issuer = signer.issuer
        return [each for each in certificates if each.serial == signer.serial and same_name(each.issuer, issuer)]
    return [each for each in certificates if each.ski is not None and each.ski == signer.ski]


def _single(signer: Signer, oid: bytes, tag: int) -> bytes | None:
    """The content of an attribute that occurs exactly once, with exactly one value of that type; else None."""
    values = [values for each, values in signer.attributes or () if each == oid]
    if len(values) != 1 or len(values[0]) != 1:
        return None
    raw = values[0][0]
    try:
        found, start, stop = der.read(raw, 0, len(raw))
        if tag == der.OCTET_STRING:
            return der.octets(raw, found, start, stop)
        return raw[start:stop] if found == tag and 0 < stop - start <= der.MAX_OID_OCTETS else None
    except DataError:
        return None


def _signing_time(signer: Signer) -> datetime | None:
    for tag in (der.UTC_TIME, der.GENERALIZED_TIME):
        content = _single(signer, _SIGNING_TIME, tag)
        if content is not None:
            try:
                return decode_time(tag, content)
            except DataError:
                return None
    return None
