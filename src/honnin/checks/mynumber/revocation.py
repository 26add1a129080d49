"""Revocation in a Reading: the octets of an answer beside the card's own, and the findings from them (§3, §5.1 step 9).

An answer travels in the Reading, so that the Report can be made again: an OCSP response as the proof
`mynumber.sign.revocation` or `mynumber.auth.revocation` (octets: response, nonce if one was sent; facts: hash,
nonce_policy), a revocation list as the file `REVOCATION.sign.crl` or `REVOCATION.auth.crl` with a proof of the same
name that has the fact last_number. A list longer than a Reading may hold (1 MiB) is handed to the check beside it.
That somebody was asked in vain is a refusal of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from honnin.checks.mynumber.findings import FAILED, IMPOSSIBLE, NOT_DONE, PASSED, finding
from honnin.core.errors import DataError
from honnin.facts import Finding, Proof, Reading, Refusal
from honnin.trust.certificate import Certificate, parse_certificate
from honnin.trust.crl import RevocationList
from honnin.trust.jpki import JpkiPath, RevocationAnswer, judge_revocation
from honnin.trust.jpki_crl import list_for, verify_jpki_crl
from honnin.trust.jpki_ocsp import verify_ocsp
from honnin.trust.jpki_revocation import RevocationEvidence, RevocationResult

__all__ = [
    "Revocation", "current_finding", "evidence_in", "house_list", "revocation_finding", "with_evidence",
    "without_answer",
]  # fmt: skip

_FILES = {"sign": "JPKI.EF0001", "auth": "JPKI.EF000A"}

# What a check can be given about one certificate: an answer, the octets of one, a list of the house. None: what is in
# the Reading, if anything.
Revocation = RevocationAnswer | RevocationEvidence | RevocationList | None


def with_evidence(reading: Reading, service: str, evidence: RevocationEvidence) -> Reading:
    """The Reading with that evidence about its certificate of `service` ("sign", "auth"), instead of what was there."""
    kind, name = f"mynumber.{service}.revocation", f"REVOCATION.{service}.crl"
    files = {each: octets for each, octets in reading.files.items() if each != name}
    if evidence.source == "ocsp":
        octets = {"response": evidence.octets} | ({} if evidence.nonce is None else {"nonce": evidence.nonce})
        proof = Proof(kind, octets, {"hash": evidence.hash_name, "nonce_policy": evidence.nonce_policy})
    else:
        files[name] = evidence.octets
        proof = Proof(kind, {}, {} if evidence.last_number is None else {"last_number": str(evidence.last_number)})
    proofs = (*(each for each in reading.proofs if each.kind != kind), proof)
    refusals = tuple(each for each in reading.refusals if each.what != kind)
    return replace(reading, files=files, proofs=proofs, refusals=refusals)


def without_answer(reading: Reading, service: str, code: str) -> Reading:
    """The Reading with the note that somebody was asked about that certificate and gave no answer. `code`: why."""
    return replace(reading, refusals=(*reading.refusals, Refusal(f"mynumber.{service}.revocation", None, code)))


def evidence_in(reading: Reading, service: str) -> RevocationEvidence | None:
    """The evidence that travels in the Reading, or None. Never raises; what does not fit is evidence of nothing."""
    proof = reading.proof(f"mynumber.{service}.revocation")
    crl = reading.files.get(f"REVOCATION.{service}.crl")
    if crl is not None:
        text = "" if proof is None else proof.facts.get("last_number", "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 64 else None
        return RevocationEvidence("crl", crl, last_number=number)
    if proof is None:
        return None
    hash_name = "sha256" if proof.facts.get("hash") == "sha256" else "sha1"
    policy = "prefer" if proof.facts.get("nonce_policy") == "prefer" else "require"
    response = proof.octets.get("response", b"")
    return RevocationEvidence("ocsp", response, proof.octets.get("nonce"), hash_name, policy)  # type: ignore[arg-type]


def revocation_finding(  # noqa: PLR0917  # what is judged, by what, and when
    service: str, reading: Reading, certificate: Certificate, path: JpkiPath, given: Revocation, at: datetime
) -> Finding:
    """`mynumber.SERVICE.revocation`: passed only from a fresh good answer about this very certificate, under an
    authority that is trusted. A revoked one fails whatever its age.
    """
    name = f"mynumber.{service}.revocation"
    source = evidence_in(reading, service) if given is None else given
    detail: dict[str, str] = {}
    if source is not None and not isinstance(source, RevocationAnswer):
        if path.anchor is None:
            kind = source.source if isinstance(source, RevocationEvidence) else "crl"
            return finding(name, IMPOSSIBLE, "origin_unknown", {"source": kind})
        result = _result(source, certificate, path.anchor.certificate, at)
        detail |= result.facts
        if result.answer is None:
            return finding(name, IMPOSSIBLE, result.problem, detail)
        answer: RevocationAnswer | None = result.answer
    else:
        answer = source
    if answer is None:
        asked = next((each for each in reading.refusals if each.what == name), None)
        if asked is not None:
            return finding(name, IMPOSSIBLE, "no_response", {"error": asked.why})
        return finding(name, NOT_DONE, "no_answer")
    detail |= {"source": answer.source, "this_update": answer.this_update.isoformat()}
    if answer.revoked_at is not None:
        detail["revoked_at"] = answer.revoked_at.isoformat()
    judged = judge_revocation(certificate, answer, at)
    if judged.state == "revoked":
        return finding(name, FAILED, "revoked", detail | {"revocation_reason": judged.reason})
    if judged.state != "good":
        return finding(name, IMPOSSIBLE, judged.reason, detail)
    return finding(name, PASSED, "ok", detail) if path.ok else finding(name, IMPOSSIBLE, "origin_unknown", detail)


def house_list(
    reading: Reading, service: str, lists: Iterable[RevocationList], at: datetime
) -> RevocationList | None:
    """The list of the house that covers the reading's certificate of `service`; None without one, or when the Reading
    brings an answer of its own. Never raises.
    """
    name = _FILES[service]
    if name not in reading.files or evidence_in(reading, service) is not None:
        return None
    try:
        certificate = parse_certificate(reading.files[name])
    except DataError:
        return None
    return list_for(certificate, lists, at)


def _result(
    evidence: RevocationEvidence | RevocationList, certificate: Certificate, authority: Certificate, at: datetime
) -> RevocationResult:
    if not isinstance(evidence, RevocationEvidence):
        return verify_jpki_crl(evidence, certificate, authority, at)
    if evidence.source == "crl":
        return verify_jpki_crl(evidence.octets, certificate, authority, at, last_number=evidence.last_number)
    return verify_ocsp(
        evidence.octets, certificate, authority, at,
        nonce=evidence.nonce, nonce_policy=evidence.nonce_policy, hash_name=evidence.hash_name,
    )  # fmt: skip


# --- Is the card valid now? -------------------------------------------------------------------------------------------

# Names of RFC 5280 §5.3.1 that JPKI uses (§3.4); any other is treated as "unspecified".
_REASONS = frozenset(
    {"key_compromise", "ca_compromise", "affiliation_changed", "superseded", "cessation_of_operation",
     "certificate_hold"}
)  # fmt: skip


def current_finding(findings: tuple[Finding, ...], *, card_data: bool) -> tuple[Finding, ...]:
    """`mynumber.currently_valid`, from the findings about both certificates; `card_data`: face or text was read.

    Passed only if a certificate whose key this card has just used (its signature holds) was answered "good", and none
    was answered "revoked". Card data alone have no revocation (mynumber-card.md §7.5 step 7).
    """
    name = "mynumber.currently_valid"
    known = {each.id: each for each in findings}
    asked = [each for each in (known.get(f"mynumber.{service}.revocation") for service in ("sign", "auth")) if each]
    revoked = next((each for each in asked if each.outcome is FAILED), None)
    if revoked is not None:
        why = revoked.detail.get("revocation_reason", "")
        reason = f"revoked_{why}" if why in _REASONS else "revoked_unspecified"
        return (finding(name, FAILED, reason if revoked.reason == "revoked" else revoked.reason, revoked.detail),)
    good = [each for each in asked if each.outcome is PASSED]
    for each in good:
        signature = known.get(each.id.replace(".revocation", ".signature"))
        if signature is not None and signature.outcome is PASSED:
            return (finding(name, PASSED, "ok", {**each.detail, "certificate": each.id.split(".")[1]}),)
    if good:
        return (finding(name, IMPOSSIBLE, "possession_unproven", good[0].detail),)
    unusable = next((each for each in asked if each.outcome is IMPOSSIBLE), None)
    if unusable is not None:
        return (finding(name, IMPOSSIBLE, unusable.reason, unusable.detail),)
    if asked:
        return (finding(name, NOT_DONE, "no_answer"),)
    return (finding(name, NOT_DONE, "no_revocation"),) if card_data else ()
