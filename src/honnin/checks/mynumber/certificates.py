"""JPKI in a Reading: the certificate, the signature over our document, the four items (jpki-validation.md §5.1).

That a certificate is cryptographically good and that it is not revoked are two findings; the second is judged in
`honnin.checks.mynumber.revocation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from honnin.checks.mynumber.findings import FAILED, IMPOSSIBLE, NOT_DONE, PASSED, finding, guarded
from honnin.checks.mynumber.revocation import Revocation, revocation_finding
from honnin.core.errors import DataError
from honnin.crypto import RsaKey, verify_rsa_pkcs1v15
from honnin.facts import Finding, Reading
from honnin.trust.anchors import Anchor
from honnin.trust.certificate import Certificate, parse_certificate
from honnin.trust.jpki import (
    AuthAnchors,
    JpkiPath,
    SignAnchors,
    validate_auth_certificate,
    validate_sign_certificate,
)
from honnin.trust.jpki_attributes import JpkiAttributes, parse_jpki_attributes

__all__ = ["Certified", "check_auth", "check_sign"]

# Nothing here knows the authority: not proven wrong. Everything else is.
_UNKNOWN = frozenset({"no_anchor", "unknown_generation"})
_HASHES = frozenset({"sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True)
class Certified:
    """Findings about one certificate. `trusted`: chain, policy, usage and validity hold."""

    findings: tuple[Finding, ...]
    anchor: Anchor | None = None
    attributes: JpkiAttributes | None = None
    trusted: bool = False


def check_auth(reading: Reading, anchors: AuthAnchors, answer: Revocation, at: datetime) -> Certified:
    """`mynumber.auth.*`, if anything of user authentication was read. Never raises."""
    if "JPKI.EF000A" not in reading.files and not _asked(reading, "mynumber.auth", "JPKI.EF000A"):
        return Certified(())
    certificate = _certificate(reading, "JPKI.EF000A")
    if certificate is None:
        return Certified((_unreadable(reading, "mynumber.auth.chain", "JPKI.EF000A"),))
    path = validate_auth_certificate(certificate, anchors, at)
    return Certified(_common("mynumber.auth", reading, certificate, path, answer, at), path.anchor, None, path.ok)


def check_sign(reading: Reading, anchors: SignAnchors, answer: Revocation, at: datetime) -> Certified:
    """`mynumber.sign.*`, if anything of signing was read. Never raises."""
    if "JPKI.EF0001" not in reading.files and not _asked(reading, "mynumber.sign", "JPKI.EF0001"):
        return Certified(())
    certificate = _certificate(reading, "JPKI.EF0001")
    if certificate is None:
        return Certified((_unreadable(reading, "mynumber.sign.chain", "JPKI.EF0001"),))
    path = validate_sign_certificate(certificate, anchors, at)
    attributes = parse_jpki_attributes(certificate)
    findings = (
        *_common("mynumber.sign", reading, certificate, path, answer, at),
        guarded("mynumber.sign.attributes", lambda: _attributes(attributes, path)),
    )
    return Certified(findings, path.anchor, attributes, path.ok)


def _asked(reading: Reading, kind: str, file: str) -> bool:
    return reading.proof(kind) is not None or any(each.what in (kind, file) for each in reading.refusals)


def _certificate(reading: Reading, name: str) -> Certificate | None:
    try:
        return parse_certificate(reading.files.get(name, b""))
    except DataError:
        return None


def _unreadable(reading: Reading, finding_id: str, name: str) -> Finding:
    if name in reading.files:
        return finding(finding_id, FAILED, "malformed")
    return finding(finding_id, IMPOSSIBLE, "not_read")


def _common(  # noqa: PLR0917  # what one certificate is judged by
    prefix: str,
    reading: Reading,
    certificate: Certificate,
    path: JpkiPath,
    answer: Revocation,
    at: datetime,
) -> tuple[Finding, ...]:
    chain = IMPOSSIBLE if path.chain in _UNKNOWN else PASSED if path.chain == "ok" else FAILED
    known = path.ok
    return (
        finding(f"{prefix}.chain", chain, path.chain, path.facts),
        _rule(f"{prefix}.policy", path.policy, {"policy": path.policy_oid}, known=known),
        _rule(f"{prefix}.usage", path.usage, {}, known=known),
        _rule(
            f"{prefix}.validity",
            path.validity,
            # The day the certificate ends is the holder's birthday (§1.5): the year is enough here.
            {"until_year": str(certificate.not_after.year)},
            known=known,
        ),
        guarded(f"{prefix}.signature", lambda: _signature(prefix, reading, certificate, known=known)),
        guarded(
            f"{prefix}.revocation",
            lambda: revocation_finding(prefix.rpartition(".")[2], reading, certificate, path, answer, at),
        ),
    )


def _rule(finding_id: str, reason: str, detail: dict[str, str], *, known: bool) -> Finding:
    return finding(finding_id, PASSED if reason == "ok" else FAILED, reason, detail, proves=known)


def _signature(prefix: str, reading: Reading, certificate: Certificate, *, known: bool) -> Finding:
    """The card's signature over our document, by the certificate's own key; the card wants the secret for it."""
    name = f"{prefix}.signature"
    refusal = next((each for each in reading.refusals if each.what == prefix), None)
    if refusal is not None:
        return finding(name, FAILED, "refused", {"sw": "" if refusal.sw is None else f"{refusal.sw:04X}"})
    proof = reading.proof(prefix)
    if proof is None:
        return finding(name, NOT_DONE, "not_asked")
    document, signature = proof.octets.get("document", b""), proof.octets.get("signature", b"")
    hash_name = proof.facts.get("hash", "")
    key = certificate.public_key
    if not document or hash_name not in _HASHES or not isinstance(key, RsaKey):
        return finding(name, FAILED, "bad_proof")
    if not verify_rsa_pkcs1v15(key, hash_name, document, signature):
        return finding(name, FAILED, "bad_signature", {"hash": hash_name})
    if not known:
        return finding(name, IMPOSSIBLE, "origin_unknown", {"hash": hash_name})
    return finding(name, PASSED, "ok", {"hash": hash_name})


def _attributes(attributes: JpkiAttributes, path: JpkiPath) -> Finding:
    name = "mynumber.sign.attributes"
    problems = [each for each in attributes.problems if not each.startswith("flags_")]
    detail = {"unknown_items": ", ".join(attributes.unknown)} if attributes.unknown else {}
    if problems:
        return finding(name, FAILED, problems[0], detail | {"problems": ", ".join(problems)})
    texts = (attributes.name, attributes.address)
    if any(each is not None and each.exact is None for each in texts):
        return finding(name, IMPOSSIBLE, "flags", detail)
    if not path.ok:
        return finding(name, IMPOSSIBLE, "origin_unknown", detail)
    if any(each is not None and each.exact is False for each in texts):
        return finding(name, PASSED, "substitutes", detail)
    if attributes.birth_date is not None and not attributes.birth_date.complete:
        return finding(name, PASSED, "partial_date", detail)
    return finding(name, PASSED, "ok", detail)
