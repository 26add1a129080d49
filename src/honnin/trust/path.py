"""From a document signer to a country's key: the path of Doc 9303 (Part 12 App. D, Part 11 §5.1; passport.md §11.1).

A path is one certificate directly under an anchor. Signature, time and revocation are three results, because a house
may have to say "genuine, but the certificate has expired" or "genuine, but nobody could say whether it was revoked".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from honnin.core.errors import HonninError
from honnin.trust.algorithms import Verdict, verify, weak_key
from honnin.trust.anchors import ENVIRONMENTS, Anchor, AnchorSet, Environment
from honnin.trust.certificate import Certificate
from honnin.trust.crl import RevocationList, crl_facts, verify_crl
from honnin.trust.crl_entries import RevokedEntry
from honnin.trust.links import may_sign, validity_at
from honnin.trust.names import same_name

MAX_ANCHORS_TRIED = 64

_ANY_PURPOSE = "2.5.29.37.0"
_ICAO = "2.23.136.1.1."

# Extensions whose meaning is taken into account here or needs no account on a path of one certificate. A critical one
# outside this list fails the path (RFC 5280 §4.2).
_UNDERSTOOD = frozenset(
    {
        "2.5.29.14",  # subjectKeyIdentifier
        "2.5.29.15",  # keyUsage
        "2.5.29.16",  # privateKeyUsagePeriod
        "2.5.29.17",  # subjectAltName
        "2.5.29.18",  # issuerAltName
        "2.5.29.19",  # basicConstraints
        "2.5.29.31",  # cRLDistributionPoints
        "2.5.29.32",  # certificatePolicies: any policy is acceptable
        "2.5.29.35",  # authorityKeyIdentifier
        "2.5.29.37",  # extKeyUsage
        "2.23.136.1.1.6.1",  # nameChange
        "2.23.136.1.1.6.2",  # documentTypeList
    }
)

RevocationState = Literal["unrevoked", "revoked", "undetermined"]


@dataclass(frozen=True, slots=True)
class Revocation:
    """`reason`: "ok", the reason of the entry, or why it is undetermined: `no_crl`, `stale`, `not_yet_valid`,
    `no_anchor`, `bad_signature`, `unsupported_algorithm`, `unsupported_extension`, `unreadable`.
    """

    state: RevocationState
    reason: str
    crl: RevocationList | None = None
    entry: RevokedEntry | None = None

    @property
    def facts(self) -> Mapping[str, str]:
        """For the detail of a finding."""
        facts = dict(crl_facts(self.crl)) if self.crl is not None else {}
        if self.entry is not None:
            facts["revocation_reason"] = self.entry.reason
            if self.entry.revoked_at is not None:
                facts["revoked_at"] = self.entry.revoked_at.isoformat()
        return facts


@dataclass(frozen=True, slots=True)
class DscPath:
    """`chain`: "ok"; `no_anchor` (nothing at hand signed it: not proven wrong); or why it is wrong: `bad_signature`
    (the key it names did not sign it), `forbidden_algorithm`, `unsupported_algorithm`, `key_mismatch`, `is_ca`,
    `key_cert_sign`, `no_digital_signature`, `wrong_purpose`, `unknown_critical_extension`, `country_mismatch`,
    `name_mismatch`, `anchor_not_ca`.

    `validity`: "ok", `not_yet_valid`, `expired`. `anchor` is the one that signed it, also when another rule failed.

    `warnings`: `anchor_expired`, `anchor_not_yet_valid`, `aki_missing`, `aki_mismatch`, `name_change`, `no_key_usage`,
    `unexpected_purpose`, `weak_hash`, `weak_key`, `anchor_weak_key`, `serial_not_positive`; without an anchor also the
    codes of a rule that the certificate breaks by itself.
    """

    chain: str
    anchor: Anchor | None
    validity: str
    revocation: Revocation
    warnings: tuple[str, ...]

    @property
    def facts(self) -> Mapping[str, str]:
        """For the detail of a finding: the anchor."""
        if self.anchor is None:
            return {}
        certificate = self.anchor.certificate
        return {
            "anchor_serial": f"{certificate.serial:x}",
            "anchor_subject": certificate.subject.text,
            "anchor_sha256": certificate.fingerprint,
            "anchor_not_after": certificate.not_after.isoformat(),
            "anchor_origin": self.anchor.origin,
            "anchor_environment": self.anchor.environment,
        }


def validate_dsc(dsc: Certificate, anchors: AnchorSet, crls: Iterable[RevocationList], at: datetime) -> DscPath:
    """Check a document signer certificate at the instant `at` (aware). Never raises.

    The anchor is looked for by key identifier, then among all of the issuer's country. With CRLs of the country at
    hand the three states of passport.md §11.4 come out; without, the revocation is undetermined.
    """
    return validate_signer(dsc, anchors, crls, at, purpose=None)


def validate_signer(
    certificate: Certificate, anchors: AnchorSet, crls: Iterable[RevocationList], at: datetime, *, purpose: str | None
) -> DscPath:
    """As `validate_dsc`, for a signer with another purpose: the OID that must be in its extended key usage."""
    warnings: list[str] = []
    chain, anchor = _find_anchor(certificate, anchors, at, warnings)
    own = _own_rules(certificate, purpose, warnings)
    if anchor is None:
        if own != "ok":
            warnings.append(own)  # without an anchor nothing is proven either way; the rule it breaks is still said
    else:
        chain = _anchor_rules(certificate, anchor, anchors, at, warnings) if own == "ok" else own
    return DscPath(
        chain,
        anchor,
        validity_at(certificate, at),
        check_revocation(certificate, anchors, crls, at, environment=None if anchor is None else anchor.environment),
        tuple(warnings),
    )


def check_revocation(
    certificate: Certificate,
    anchors: AnchorSet,
    crls: Iterable[RevocationList],
    at: datetime,
    *,
    environment: Environment | None = None,
) -> Revocation:
    """The three states, by lists that an anchor signed (of that environment, when one is given).

    An authentic list that names the certificate revokes it, however old the list is. That an authentic, current
    list of the country does not name it is the only way to "unrevoked".
    """
    country = certificate.issuer.country
    best = Revocation("undetermined", "no_crl")
    unreadable: Revocation | None = None
    for crl in crls:
        if crl.issuer.country != country:
            continue
        result = verify_crl(crl, anchors, at, environment=environment)
        if result.authentic:
            try:
                entry = crl.find(certificate.serial)
            except HonninError:  # a damaged index on disk: it may name the certificate
                unreadable = Revocation("undetermined", "unreadable", crl)
                continue
            if entry is not None:
                return Revocation("revoked", entry.reason, crl, entry)
        if result.ok and crl.has_critical_entry():
            unreadable = Revocation("undetermined", "unsupported_extension", crl)
        elif result.ok:
            best = Revocation("unrevoked", "ok", crl)
        elif best.state == "undetermined":
            best = Revocation("undetermined", result.outcome, crl)
    return unreadable or best


def _own_rules(certificate: Certificate, purpose: str | None, warnings: list[str]) -> str:
    """What the certificate itself must be, whoever signed it."""
    usage = certificate.key_usage
    purposes = certificate.extended_key_usage
    if certificate.is_ca:
        return "is_ca"
    if usage is None:
        warnings.append("no_key_usage")
    elif "key_cert_sign" in usage:
        return "key_cert_sign"
    elif "digital_signature" not in usage:
        return "no_digital_signature"
    if purpose is not None:
        if purposes is None or purpose not in purposes:
            return "wrong_purpose"
    elif purposes is not None and _ANY_PURPOSE not in purposes:
        extension = certificate.extension("2.5.29.37")
        if any(each.startswith(_ICAO) for each in purposes) or (extension is not None and extension.critical):
            return "wrong_purpose"
        warnings.append("unexpected_purpose")
    elif purposes is not None and any(each.startswith(_ICAO) for each in purposes):
        return "wrong_purpose"
    if any(each.critical and each.oid not in _UNDERSTOOD for each in certificate.extensions):
        return "unknown_critical_extension"
    if certificate.issuer.country is None or certificate.issuer.country != certificate.subject.country:
        return "country_mismatch"
    if certificate.serial <= 0:
        warnings.append("serial_not_positive")
    if certificate.signature_algorithm.weak:
        warnings.append("weak_hash")
    if weak_key(certificate.public_key):
        warnings.append("weak_key")
    return "ok"


def _anchor_rules(
    certificate: Certificate, anchor: Anchor, anchors: AnchorSet, at: datetime, warnings: list[str]
) -> str:
    """What must hold between the certificate and the anchor that signed it."""
    root = anchor.certificate
    validity = validity_at(root, at)
    if validity != "ok":
        warnings.append("anchor_expired" if validity == "expired" else "anchor_not_yet_valid")
    if weak_key(root.public_key):
        warnings.append("anchor_weak_key")
    if not may_sign(root):
        return "anchor_not_ca"
    if certificate.issuer.country != root.subject.country:
        return "country_mismatch"
    if same_name(certificate.issuer, root.subject):
        return "ok"
    # The same key under another name: a certificate of that key with the name, or a link that says the name changed.
    for other in anchors.by_country(root.subject.country):
        link = other.certificate
        if link.spki == root.spki and (
            same_name(certificate.issuer, link.subject)
            or (link.name_change and same_name(certificate.issuer, link.issuer))
        ):
            warnings.append("name_change")
            return "ok"
    return "name_mismatch"


def _find_anchor(
    certificate: Certificate, anchors: AnchorSet, at: datetime, warnings: list[str]
) -> tuple[str, Anchor | None]:
    """("ok", the anchor whose key signed it) or (why not, None)."""
    named = anchors.by_ski(certificate.aki) if certificate.aki is not None else ()
    named = tuple(each for each in named if each.certificate.subject.country == certificate.issuer.country)
    verdict, anchor = _first_that_signed(certificate, named, at)
    if anchor is not None:
        return "ok", anchor
    if named:
        return verdict, None
    verdict, anchor = _first_that_signed(certificate, anchors.by_country(certificate.issuer.country), at)
    if anchor is not None:
        warnings.append("aki_missing" if certificate.aki is None else "aki_mismatch")
        return "ok", anchor
    return (verdict if verdict in ("forbidden_algorithm", "unsupported_algorithm") else "no_anchor"), None


def _first_that_signed(
    certificate: Certificate, candidates: Sequence[Anchor], at: datetime
) -> tuple[Verdict, Anchor | None]:
    """Try each key once. Of several anchors with the key that fits, the least trusted environment counts (it may be the
    one whose private key is public); within it, one that is valid now is preferred.
    """
    verdict: Verdict = "bad_signature"
    tried: set[bytes] = set()
    for anchor in candidates:
        if anchor.certificate.spki in tried or len(tried) >= MAX_ANCHORS_TRIED:
            continue
        tried.add(anchor.certificate.spki)
        key = anchor.certificate.public_key
        verdict = verify(certificate.signature_algorithm, key, certificate.tbs, certificate.signature)
        if verdict == "ok":
            same_key = [each for each in candidates if each.certificate.spki == anchor.certificate.spki]
            same_key.sort(key=lambda each: _preference(certificate, each, at))
            return verdict, same_key[0]
    return verdict, None


def _preference(certificate: Certificate, anchor: Anchor, at: datetime) -> tuple[int, bool, bool, bool]:
    root = anchor.certificate
    return (
        ENVIRONMENTS.index(anchor.environment),
        not same_name(certificate.issuer, root.subject),
        validity_at(root, at) != "ok",
        root.ski != root.aki and root.aki is not None,
    )
