"""Time-stamps: a third party's signed word that a digest existed at a time (RFC 3161, RFC 5816).

A token is checked twice by programs of different authors: rfc3161-client (OpenSSL inside) and the signed data code of
this package; both must agree. Only SHA-256 imprints are asked for and accepted. Certificates of the authority must have
been valid at the time that the token states; their revocation is not looked up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from honnin.core.errors import DataError
from honnin.core.tlv import encode
from honnin.crypto import digest as hash_of
from honnin.trust import der
from honnin.trust.algorithms import parse_digest_algorithm
from honnin.trust.anchors import Anchor, Environment
from honnin.trust.certificate import (
    Certificate,
    decode_time,
    parse_extensions,
    verify_certificate_signature,
)
from honnin.trust.cms import SignedData, parse_signed_data, verify_signer
from honnin.trust.links import may_sign, validity_at
from honnin.trust.names import same_name

TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
MAX_TOKEN = 1 << 16
MAX_CHAIN = 4
MIN_NONCE, MAX_NONCE = 8, 20  # octets

_SHA_256 = "2.16.840.1.101.3.4.2.1"
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
_EXTENDED_KEY_USAGE = "2.5.29.37"
_SIGNING_CERTIFICATE = der.known_oid("1.2.840.113549.1.9.16.2.12")
_SIGNING_CERTIFICATE_V2 = der.known_oid("1.2.840.113549.1.9.16.2.47")
_GRANTED = encode(0x30, b"\x02\x01\x00")  # PKIStatusInfo
der.known_oid(TST_INFO)


@dataclass(frozen=True, slots=True)
class TstInfo:
    """What the authority signed. `imprint_algorithm`: hash name or OID; `accuracy` None when not stated."""

    policy: str
    imprint_algorithm: str
    imprint: bytes
    serial: int
    gen_time: datetime
    accuracy: timedelta | None
    nonce: int | None


@dataclass(frozen=True, slots=True)
class Timestamp:
    """The verdict on a token. `outcome` is "ok" or the first step that failed: `malformed`, `signature`, `imprint`,
    `policy`, `nonce`, `signer_named` (the token does not name its signer's certificate), `purpose`, `no_anchor`,
    `expired` (a certificate of the authority was not valid at that time), `second_check` (the other program refuses).

    `environment` is that of the anchor. `info` is what the token claims, whatever the outcome.
    """

    outcome: str
    info: TstInfo | None = None
    signer: Certificate | None = None
    environment: Environment | None = None
    chain: tuple[Certificate, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether every step passed."""
        return self.outcome == "ok"


def make_request(data_digest: bytes, nonce: bytes, *, policy: str | None = None) -> bytes:
    """TimeStampReq (DER) for a SHA-256 digest (32 octets), with a nonce of 8 to 20 random octets.

    It asks for the certificates, so that the token can be checked years later.

    Raises DataError `timestamp.request`.
    """
    if len(data_digest) != hashlib.sha256().digest_size or not MIN_NONCE <= len(nonce) <= MAX_NONCE:
        raise DataError("timestamp.request", "this cannot be time-stamped")
    algorithm = encode(0x30, encode(0x06, der.oid_octets(_SHA_256)) + b"\x05\x00")
    wanted = b"" if policy is None else encode(0x06, der.oid_octets(policy))
    imprint = encode(0x30, algorithm + encode(0x04, data_digest))
    return encode(0x30, b"\x02\x01\x01" + imprint + wanted + encode(0x02, b"\x01" + nonce) + b"\x01\x01\xff")


def nonce_number(nonce: bytes) -> int:
    """The INTEGER that `make_request` writes for a nonce."""
    return int.from_bytes(b"\x01" + nonce, "big")


def token_in(response: bytes) -> bytes:
    """The token (DER ContentInfo) of a TimeStampResp that grants one.

    Raises DataError: `timestamp.refused` (its status is another), `timestamp.malformed`.
    """
    try:
        start, stop = der.expect_all(response, der.SEQUENCE, MAX_TOKEN)
        first, end = der.expect(response, start, stop, der.SEQUENCE)
        value, after = der.expect(response, first, end, der.INTEGER)
        status = der.small_integer(response, value, after)
    except DataError as error:
        raise DataError("timestamp.malformed", "this is not an answer of a time-stamping service", error.code) from None
    if status != 0:
        raise DataError("timestamp.refused", "the time-stamping service refused", str(status))
    if end == stop:
        raise DataError("timestamp.malformed", "the answer has no time-stamp")
    return response[end:stop]


def read_token(token: bytes) -> TstInfo:
    """What a token claims, without any check. Raises DataError `timestamp.malformed`."""
    return _read(token)[1]


def verify_token(
    token: bytes,
    data_digest: bytes,
    anchors: Iterable[Anchor],
    *,
    policies: frozenset[str] | None = None,
    nonce: int | None = None,
) -> Timestamp:
    """Check a token (DER, at most 64 KiB) over a SHA-256 digest. Never raises; see Timestamp for the steps.

    `policies`: those that are accepted (None: any). `nonce`: of the request; None when it was checked on arrival.
    """
    try:
        return _verify(token, data_digest, tuple(anchors), policies, nonce)
    except Exception:  # noqa: BLE001  # fail closed
        return Timestamp("malformed")


def _verify(
    token: bytes, data_digest: bytes, anchors: Sequence[Anchor], policies: frozenset[str] | None, nonce: int | None
) -> Timestamp:
    signed, info = _read(token)
    if len(signed.signers) != 1:
        return Timestamp("signature", info)
    result = verify_signer(signed, content_types={TST_INFO})
    signer = result.certificate
    if not result.ok or signer is None or "weak_hash" in result.flags or "weak_key" in result.flags:
        return Timestamp("signature", info, signer)
    if info.imprint_algorithm != "sha256" or info.imprint != data_digest:
        return Timestamp("imprint", info, signer)
    if policies is not None and info.policy not in policies:
        return Timestamp("policy", info, signer)
    if nonce is not None and info.nonce != nonce:
        return Timestamp("nonce", info, signer)
    if not _names_signer(signed, signer):
        return Timestamp("signer_named", info, signer)
    usage = signer.extension(_EXTENDED_KEY_USAGE)
    if usage is None or not usage.critical or signer.extended_key_usage != frozenset({_TIME_STAMPING}):
        return Timestamp("purpose", info, signer)
    outcome, anchor, chain = _chain(signer, signed.certificates, anchors, info.gen_time)
    environment = None if anchor is None else anchor.environment
    if outcome == "ok" and not _second_check(token, data_digest, anchors, info):
        outcome = "second_check"
    return Timestamp(outcome, info, signer, environment, chain)


def _read(token: bytes) -> tuple[SignedData, TstInfo]:
    try:
        signed = parse_signed_data(token, limit=MAX_TOKEN)
        info = _tst_info(signed.content or b"")
    except DataError as error:
        raise DataError("timestamp.malformed", "this is not a time-stamp", error.code) from None
    if not _in_one_form(signed) or signed.content_type != TST_INFO or "trailing_octets" in signed.flags:
        raise DataError("timestamp.malformed", "this is not a time-stamp")
    return signed, info


def _in_one_form(signed: SignedData) -> bool:
    """What no signature covers says the only thing that it can say (RFC 5652 §5.1, §5.3): no bit of a token is free."""
    algorithms = der.children(signed.digest_algorithms, 0, len(signed.digest_algorithms), MAX_CHAIN)
    named = {parse_digest_algorithm(signed.digest_algorithms, value, end) for _, _, value, end in algorithms}
    issuers = {each.issuer.raw for each in signed.certificates}
    return (
        signed.version == 3  # of content that is not id-data
        and all(tag == der.SEQUENCE for tag, *_ in algorithms)
        and named <= {each.digest_algorithm for each in signed.signers}
        and all(each.version == (3 if each.issuer is None else 1) for each in signed.signers)
        and all(each.issuer is None or each.issuer.raw in issuers for each in signed.signers)
    )


def _tst_info(data: bytes) -> TstInfo:
    """TSTInfo of RFC 3161 §2.4.2, version 1."""
    start, stop = der.expect_all(data, der.SEQUENCE, MAX_TOKEN)
    first, position = der.expect(data, start, stop, der.INTEGER)
    if der.small_integer(data, first, position) != 1:
        raise DataError("timestamp.malformed", "unknown version of a time-stamp")
    first, position = der.expect(data, position, stop, der.OID)
    policy = der.oid_text(data[first:position])
    first, position = der.expect(data, position, stop, der.SEQUENCE)
    algorithm_start, algorithm_stop = der.expect(data, first, position, der.SEQUENCE)
    imprint_algorithm = parse_digest_algorithm(data, algorithm_start, algorithm_stop)
    imprint_start, imprint_stop = der.expect(data, algorithm_stop, position, der.OCTET_STRING)
    if imprint_stop != position:
        raise DataError("timestamp.malformed", "octets follow the imprint of a time-stamp")
    first, position = der.expect(data, position, stop, der.INTEGER)
    serial = der.integer(data, first, position, 64)
    first, position = der.expect(data, position, stop, der.GENERALIZED_TIME)
    gen_time = _time(data[first:position])
    accuracy: timedelta | None = None
    nonce: int | None = None
    seen = 0
    order = {der.SEQUENCE: 1, der.BOOLEAN: 2, der.INTEGER: 3, 0xA0: 4, 0xA1: 5}
    for tag, _, value, end in der.children(data, position, stop, len(order)):
        if order.get(tag, 0) <= seen:
            raise DataError("timestamp.malformed", "unknown fields in a time-stamp")
        seen = order[tag]
        if tag == der.SEQUENCE:
            accuracy = _accuracy(data, value, end)
        elif tag == der.INTEGER:
            nonce = der.integer(data, value, end, 64)
        elif tag == 0xA1:
            extensions = encode(0x30, data[value:end])  # [1] IMPLICIT
            if any(each.critical for each in parse_extensions(extensions, 0, len(extensions))):
                raise DataError("timestamp.malformed", "a time-stamp has an unknown critical extension")
    return TstInfo(
        policy, imprint_algorithm, data[imprint_start:imprint_stop], serial, gen_time, accuracy, nonce
    )  # fmt: skip


def _time(content: bytes) -> datetime:
    """GeneralizedTime with seconds and up to six digits of a fraction (RFC 3161 §2.4.2)."""
    whole, point, fraction = content[:-1].partition(b".")
    if content[-1:] != b"Z" or len(whole) != 14 or (point and not (fraction.isdigit() and len(fraction) <= 6)):
        raise DataError("timestamp.malformed", "the time of a time-stamp is malformed")
    return decode_time(der.GENERALIZED_TIME, whole + b"Z").replace(microsecond=int((fraction + b"000000")[:6]))


def _accuracy(data: bytes, start: int, stop: int) -> timedelta:
    seconds = thousandths = millionths = 0
    for tag, _, value, end in der.children(data, start, stop, 3):
        number = der.small_integer(data, value, end)
        if tag == der.INTEGER:
            seconds = number
        elif tag == 0x80:
            thousandths = number
        elif tag == 0x81:
            millionths = number
    return timedelta(seconds=seconds, milliseconds=thousandths, microseconds=millionths)


def _names_signer(signed: SignedData, certificate: Certificate) -> bool:
    """Whether the signed attribute of RFC 5035 names the certificate by its hash (RFC 2634's SHA-1 form as well)."""
    for oid, values in signed.signers[0].attributes or ():
        if oid in {_SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_V2} and len(values) == 1:
            data = values[0]
            start, stop = der.expect_all(data, der.SEQUENCE, MAX_TOKEN)
            start, stop = der.expect(data, start, stop, der.SEQUENCE)
            start, stop = der.expect(data, start, stop, der.SEQUENCE)  # the first one is the signer's
            name = "sha1" if oid == _SIGNING_CERTIFICATE else "sha256"
            tag, first, last = der.read(data, start, stop)
            if tag == der.SEQUENCE and oid == _SIGNING_CERTIFICATE_V2:
                name = parse_digest_algorithm(data, first, last)
                tag, first, last = der.read(data, last, stop)
            return tag == der.OCTET_STRING and data[first:last] == hash_of(name, certificate.raw)
    return False


def _chain(
    signer: Certificate, inside: Sequence[Certificate], anchors: Sequence[Anchor], at: datetime
) -> tuple[str, Anchor | None, tuple[Certificate, ...]]:
    """From the signer through certificates of the token to an anchor, all valid at that time."""
    chain = [signer]
    for _ in range(MAX_CHAIN):
        last = chain[-1]
        if validity_at(last, at) != "ok":
            return "expired", None, tuple(chain)
        anchor = next((each for each in anchors if _issued(last, each.certificate)), None)
        if anchor is not None:
            outcome = "ok" if validity_at(anchor.certificate, at) == "ok" else "expired"
            return outcome, anchor, (*chain, anchor.certificate)
        issuer = next((each for each in inside if each not in chain and _issued(last, each)), None)
        if issuer is None:
            break
        chain.append(issuer)
    return "no_anchor", None, tuple(chain)


def _issued(certificate: Certificate, issuer: Certificate) -> bool:
    return (
        same_name(certificate.issuer, issuer.subject)
        and issuer.is_ca is True
        and may_sign(issuer)
        and verify_certificate_signature(certificate, issuer.public_key)
    )


def _second_check(token: bytes, data_digest: bytes, anchors: Sequence[Anchor], info: TstInfo) -> bool:
    """The same token by rfc3161-client. Any exception of it is a no."""
    from cryptography import x509  # noqa: PLC0415  # only when a token is there
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415
    from rfc3161_client.verify import VerifierBuilder  # noqa: PLC0415

    roots = [x509.load_der_x509_certificate(each.certificate.raw) for each in anchors]
    try:
        response = decode_timestamp_response(encode(0x30, _GRANTED + token))
        verifier = VerifierBuilder(policy_id=x509.ObjectIdentifier(info.policy), nonce=info.nonce, roots=roots).build()
        return verifier.verify(response, data_digest) is True
    except Exception:  # noqa: BLE001  # fail closed
        return False
