"""What an OCSP responder says about a JPKI certificate (RFC 6960 §3.2, §4.2.2; jpki-validation.md §3.3).

Every rule has a code of its own. A response that breaks one is no answer; "unknown" is an answer, and not a good one.
A revocation that is properly signed counts even when the response is old.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from honnin.core.errors import DataError
from honnin.crypto import EcKey, digest
from honnin.trust.algorithms import WEAK_HASHES, PublicKey, SignatureAlgorithm, verify, weak_key
from honnin.trust.certificate import Certificate, parse_certificate, parse_time
from honnin.trust.jpki_revocation import MAX_AGE, SKEW, NoncePolicy, RevocationAnswer, RevocationResult
from honnin.trust.ocsp import (
    ARCHIVE_CUTOFF,
    EXTENDED_REVOKE,
    MAX_RESPONSE,
    NONCE,
    OcspBasic,
    SingleResponse,
    cert_id,
    key_bits,
    nonce_value,
    parse_ocsp_response,
)

__all__ = ["OCSP_PROBLEMS", "verify_ocsp"]

MAX_AGE_WITHOUT_NEXT = timedelta(minutes=15)  # the rhythm of J-LIS (§3.2), where the response names no next update

_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_NOCHECK = "1.3.6.1.5.5.7.48.1.5"
# Of a responder's certificate: what is looked at below, or needs no look on a path of one step.
_PROCESSED = frozenset({"2.5.29.15", "2.5.29.19", "2.5.29.37", _NOCHECK})
_STATUS = {
    1: "ocsp_malformed_request",
    2: "ocsp_internal_error",
    3: "ocsp_try_later",
    5: "ocsp_signature_required",
    6: "ocsp_unauthorized",
}

# Every code that `problem` can be, with what it means.
OCSP_PROBLEMS: Mapping[str, str] = {
    "ocsp_too_large": "more octets than we read",
    "ocsp_malformed": "not an OCSP response",
    "ocsp_authority": "the authority handed in did not issue the certificate",
    "ocsp_malformed_request": "the responder could not read the request",
    "ocsp_internal_error": "the responder has a fault",
    "ocsp_try_later": "the responder is busy",
    "ocsp_signature_required": "the responder wants signed requests",
    "ocsp_unauthorized": "the responder does not answer about this authority, or not to us",
    "ocsp_status": "an unknown status",
    "ocsp_version": "an unknown version",
    "ocsp_other_hash": "it names the certificate with another hash than was asked",
    "ocsp_other_issuer_name": "about a certificate of another issuer's name",
    "ocsp_other_issuer_key": "about a certificate of another issuer's key (another generation)",
    "ocsp_other_serial": "about another certificate",
    "ocsp_several": "not exactly one answer about the certificate",
    "ocsp_responder_unknown": "the one who made it is neither the authority nor any certificate in the response",
    "ocsp_responder_malformed": "the responder's certificate cannot be read",
    "ocsp_responder_issuer": "the responder's certificate was issued by another authority or generation",
    "ocsp_responder_signature": "the authority did not sign the responder's certificate",
    "ocsp_responder_purpose": "the responder's certificate is not for OCSP",
    "ocsp_responder_usage": "the key usage of the responder's certificate forbids it",
    "ocsp_responder_is_ca": "the responder's certificate is that of an authority",
    "ocsp_responder_extension": "the responder's certificate has an unknown critical extension",
    "ocsp_responder_key": "the responder's key is too weak",
    "ocsp_responder_algorithm": "the responder's certificate is signed with an algorithm that is not allowed",
    "ocsp_responder_not_yet_valid": "the responder's certificate is not yet valid",
    "ocsp_responder_expired": "the responder's certificate has expired",
    "ocsp_algorithm": "signed with an algorithm that is not allowed",
    "ocsp_bad_signature": "the signature does not fit",
    "ocsp_unknown_extension": "a critical extension that we do not process",
    "ocsp_nonce_missing": "the nonce did not come back",
    "ocsp_nonce_other": "another nonce came back",
    "ocsp_produced_in_future": "made in the future",
    "ocsp_produced_too_early": "made before what it reports",
    "ocsp_from_the_future": "it reports a state of the future",
    "ocsp_times": "its next update comes before this one",
    "ocsp_stale": "its next update is over",
    "ocsp_no_next_update": "it names no next update and is older than a quarter of an hour",
    "ocsp_too_old": "older than we accept, whatever it says",
}


class _Refused(Exception):  # noqa: N818  # carries the code of the broken rule inside this module only
    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def verify_ocsp(  # the certificate, its issuer, the response, and the house's rules about it
    octets: bytes,
    certificate: Certificate,
    authority: Certificate,
    at: datetime,
    *,
    nonce: bytes | None,
    nonce_policy: NoncePolicy = "require",
    hash_name: str = "sha1",
    max_age: timedelta = MAX_AGE["ocsp"],
    max_age_without_next: timedelta = MAX_AGE_WITHOUT_NEXT,
    skew: timedelta = SKEW,
) -> RevocationResult:
    """What the response says about the certificate at the instant `at` (aware). Never raises for any response.

    `authority`: the pinned authority that issued the certificate. `nonce` and `hash_name` as in the request that was
    sent; with the policy "prefer" a missing nonce is tolerated, a different one never. `problem`: see OCSP_PROBLEMS.
    """
    facts: dict[str, str] = {"source": "ocsp"}
    try:
        basic = _parsed(octets)
        single = _about(basic, certificate, authority, hash_name)
        facts |= _facts(basic, single)
        _authentic(basic, single, authority, at, facts)
        facts["nonce"] = _nonce(basic, nonce, nonce_policy)
        if single.state != "revoked":
            _current(basic, single, at, skew)
            _young(single, at, max_age, max_age_without_next + skew)
    except _Refused as refused:
        return RevocationResult(None, refused.problem, facts)
    state = single.state
    answer = RevocationAnswer(
        serial=certificate.serial,
        issuer_ski=certificate.aki or b"",
        state="good" if state == "good" else "revoked" if state == "revoked" else "unknown",
        source="ocsp",
        this_update=single.this_update,
        next_update=single.next_update,
        reason=single.reason,
        revoked_at=single.revoked_at,
    )
    return RevocationResult(answer, "ok", facts)


def _parsed(octets: bytes) -> OcspBasic:
    if len(octets) > MAX_RESPONSE:
        raise _Refused("ocsp_too_large")
    try:
        parsed = parse_ocsp_response(octets)
    except DataError:
        raise _Refused("ocsp_malformed") from None
    if isinstance(parsed, int):
        raise _Refused(_STATUS.get(parsed, "ocsp_status"))
    if parsed.version != 1:
        raise _Refused("ocsp_version")
    return parsed


def _facts(basic: OcspBasic, single: SingleResponse) -> dict[str, str]:
    facts = {"this_update": single.this_update.isoformat(), "produced_at": basic.produced_at.isoformat()}
    if single.next_update is not None:
        facts["next_update"] = single.next_update.isoformat()
    if any(each.oid == EXTENDED_REVOKE for each in basic.extensions):
        facts["extended_revoke"] = "yes"
    cutoff = next((each.value for each in single.extensions if each.oid == ARCHIVE_CUTOFF), None)
    if cutoff is not None:
        try:
            facts["archive_cutoff"] = parse_time(cutoff, 0, len(cutoff))[0].isoformat()
        except DataError:
            facts["archive_cutoff"] = "malformed"
    return facts


def _about(basic: OcspBasic, certificate: Certificate, authority: Certificate, hash_name: str) -> SingleResponse:
    """The one answer whose CertID is ours in all four fields; else the first field in which the nearest differs."""
    if authority.ski is None or certificate.aki != authority.ski or certificate.issuer.raw != authority.subject.raw:
        raise _Refused("ocsp_authority")
    asked = cert_id(certificate, authority, hash_name)
    found = [each for each in basic.singles if each.id == asked]
    if len(found) == 1:
        return found[0]
    if found or not basic.singles:
        raise _Refused("ocsp_several")
    other = next((each.id for each in basic.singles if each.id.serial == asked.serial), basic.singles[0].id)
    if other.hash_name != asked.hash_name:
        raise _Refused("ocsp_other_hash")
    if other.name_hash != asked.name_hash:
        raise _Refused("ocsp_other_issuer_name")
    if other.key_hash != asked.key_hash:
        raise _Refused("ocsp_other_issuer_key")
    raise _Refused("ocsp_other_serial")


# --- Who signed it ----------------------------------------------------------------------------------------------------


def _authentic(
    basic: OcspBasic, single: SingleResponse, authority: Certificate, at: datetime, facts: dict[str, str]
) -> None:
    key = _responder_key(basic, authority, at, facts)
    _signed(basic.signature_algorithm, key, "ocsp_algorithm")
    if verify(basic.signature_algorithm, key, basic.tbs, basic.signature) != "ok":
        raise _Refused("ocsp_bad_signature")
    if any(each.critical and each.oid != NONCE for each in (*basic.extensions, *single.extensions)):
        raise _Refused("ocsp_unknown_extension")


def _responder_key(basic: OcspBasic, authority: Certificate, at: datetime, facts: dict[str, str]) -> PublicKey:
    """The authority's own key, or that of a responder whom the same key certified directly (RFC 6960 §4.2.2.2)."""
    if _names(basic, authority):
        facts["responder"] = "authority"
        return authority.public_key
    malformed = False
    for octets in basic.certificates:
        try:
            certificate = parse_certificate(octets)
        except DataError:
            malformed = True
            continue
        if _names(basic, certificate):
            _delegated(certificate, authority, at)
            facts["responder"] = certificate.subject.text
            facts["responder_nocheck"] = "yes" if certificate.extension(_NOCHECK) is not None else "no"
            return certificate.public_key
    raise _Refused("ocsp_responder_malformed" if malformed else "ocsp_responder_unknown")


def _names(basic: OcspBasic, certificate: Certificate) -> bool:
    if basic.responder_name is not None:
        return basic.responder_name.raw == certificate.subject.raw
    return basic.responder_key == digest("sha1", key_bits(certificate))


def _delegated(certificate: Certificate, authority: Certificate, at: datetime) -> None:
    if certificate.issuer.raw != authority.subject.raw or certificate.aki not in (None, authority.ski):
        raise _Refused("ocsp_responder_issuer")
    _signed(certificate.signature_algorithm, authority.public_key, "ocsp_responder_algorithm")
    if verify(certificate.signature_algorithm, authority.public_key, certificate.tbs, certificate.signature) != "ok":
        raise _Refused("ocsp_responder_signature")
    if certificate.is_ca:
        raise _Refused("ocsp_responder_is_ca")
    if certificate.extended_key_usage is None or _OCSP_SIGNING not in certificate.extended_key_usage:
        raise _Refused("ocsp_responder_purpose")
    if certificate.key_usage is not None and "digital_signature" not in certificate.key_usage:
        raise _Refused("ocsp_responder_usage")
    if any(each.critical and each.oid not in _PROCESSED for each in certificate.extensions):
        raise _Refused("ocsp_responder_extension")
    if weak_key(certificate.public_key):
        raise _Refused("ocsp_responder_key")
    if at < certificate.not_before:
        raise _Refused("ocsp_responder_not_yet_valid")
    if at > certificate.not_after:
        raise _Refused("ocsp_responder_expired")


def _signed(algorithm: SignatureAlgorithm, key: PublicKey, problem: str) -> None:
    """Only algorithms that are allowed and fit the key."""
    bad = algorithm.scheme in ("forbidden", "unsupported") or algorithm.hash_name is None
    if bad or algorithm.hash_name in WEAK_HASHES or isinstance(key, EcKey) != (algorithm.scheme == "ecdsa"):
        raise _Refused(problem)


# --- Is it ours, and of now? ------------------------------------------------------------------------------------------


def _nonce(basic: OcspBasic, nonce: bytes | None, policy: NoncePolicy) -> str:
    returned = next((each.value for each in basic.extensions if each.oid == NONCE), None)
    if returned is None:
        if nonce is None:
            return "not_sent"
        if policy == "require":
            raise _Refused("ocsp_nonce_missing")
        return "missing"
    if nonce is None or returned != nonce_value(nonce):
        raise _Refused("ocsp_nonce_other")
    return "confirmed"


def _current(basic: OcspBasic, single: SingleResponse, at: datetime, skew: timedelta) -> None:
    if single.this_update > at + skew:
        raise _Refused("ocsp_from_the_future")
    if basic.produced_at > at + skew:
        raise _Refused("ocsp_produced_in_future")
    if basic.produced_at < single.this_update - skew:
        raise _Refused("ocsp_produced_too_early")
    if single.next_update is not None and single.next_update < single.this_update:
        raise _Refused("ocsp_times")
    if single.next_update is not None and single.next_update <= at:
        raise _Refused("ocsp_stale")


def _young(single: SingleResponse, at: datetime, max_age: timedelta, without_next: timedelta) -> None:
    age = at - single.this_update
    if single.next_update is None and age > without_next:
        raise _Refused("ocsp_no_next_update")
    if age > max_age:
        raise _Refused("ocsp_too_old")
