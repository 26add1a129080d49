"""Passive authentication: were these files signed by a state that this house trusts, and are they unchanged?

Six findings, each of its own: form, signature and hashes of EF.SOD; chain, period and revocation of the certificate
that signed it. Doc 9303-11 §5.1, Doc 9303-12 App. D (passport.md §10.2, §11.1, §13). Proves data, never the chip.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from honnin.checks.passport.data_groups import extent
from honnin.checks.passport.findings import FAILED, IMPOSSIBLE, NOT_DONE, PASSED, finding
from honnin.core.errors import DataError
from honnin.crypto import digest
from honnin.facts import Environment, Finding, Reading
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import Certificate
from honnin.trust.cms import (
    LDS_SECURITY_OBJECT,
    TOLERATED_SOD_TYPES,
    SignedData,
    SignerResult,
    parse_signed_data,
    verify_signer,
)
from honnin.trust.crl import RevocationList
from honnin.trust.lds import LdsSecurityObject, parse_lds_security_object
from honnin.trust.path import DscPath, validate_dsc

_NUMBERS = {f"EF.DG{number}": number for number in range(1, 17)}
_CONTENT_TYPES = frozenset({LDS_SECURITY_OBJECT})
_SIGNATURE_REASONS = {
    "unsupported_algorithm": (IMPOSSIBLE, "unsupported"),
    "signer_certificate_unreadable": (IMPOSSIBLE, "unsupported"),
    "signer_certificate_missing": (FAILED, "signer"),
    "signer_certificate_ambiguous": (FAILED, "signer"),
    "digest_mismatch": (FAILED, "digest"),
}
_CHAIN_REASONS = {
    "ok": (PASSED, "ok"),
    "no_anchor": (IMPOSSIBLE, "no_anchor"),
    "unsupported_algorithm": (IMPOSSIBLE, "unsupported"),
    **dict.fromkeys(
        (
            "is_ca",
            "key_cert_sign",
            "no_digital_signature",
            "wrong_purpose",
            "unknown_critical_extension",
            "anchor_not_ca",
        ),
        (FAILED, "purpose"),
    ),
}
_WEAK_FLAGS = frozenset({"weak_hash", "weak_key", "anchor_weak_key"})


@dataclass(frozen=True, slots=True)
class Passive:
    """Outcome of passive authentication.

    `listed`: data groups of the security object, None when it cannot be read. `matching`: those present, listed, equal.
    `vouched`: the list is signed, down to an anchor, and the signer is not revoked. `trusted`: that, and nothing else
    failed either (all hashes, the signer's period).
    """

    findings: tuple[Finding, ...]
    listed: frozenset[int] | None
    present: frozenset[int]
    matching: frozenset[int]
    vouched: bool
    trusted: bool
    signer: Certificate | None
    anchor: Anchor | None

    @property
    def environment(self) -> Environment | None:
        """Of the anchor that the chain ended in."""
        return None if self.anchor is None else Environment(self.anchor.environment)

    @property
    def doubt(self) -> str:
        """The reason for what would pass if only the files were known to be genuine."""
        return "origin_unknown" if self.findings[3].reason == "no_anchor" else "signature"

    def authentic(self, number: int) -> bool:
        """Whether this data group is the issuer's, whatever is wrong with others."""
        return self.vouched and number in self.matching


def check_passive(reading: Reading, anchors: AnchorSet, crls: Iterable[RevocationList], at: datetime) -> Passive:
    """All findings `passport.sod.…` and `passport.dsc.…`. Never raises."""
    sod = reading.files.get("EF.SOD")
    signed: SignedData | None = None
    lds: LdsSecurityObject | None = None
    error = ""
    if sod is not None:
        try:
            signed = parse_signed_data(sod)
            if signed.content is not None:
                lds = parse_lds_security_object(signed.content)
        except DataError as caught:
            error = caught.code
        except Exception as caught:  # noqa: BLE001  # fail closed
            error = type(caught).__name__
    result = _signer(signed)
    path = _path(result, anchors, crls, at)
    present = frozenset(_NUMBERS[name] for name in reading.files if name in _NUMBERS)
    listed: frozenset[int] = frozenset(lds.hashes) if lds is not None else frozenset()
    matching = _matching(reading.files, lds, present & listed)

    without = "absent" if sod is None else "structure" if result is None else "no_certificate"
    findings = [
        _structure(reading, signed, lds, error),
        _signature(signed, result, without),
        _hashes(lds, present & listed, matching, "absent" if sod is None else "structure"),
        _chain(result, path, without),
        _validity(result, path, without),
        _revocation(path, without),
    ]
    good = all(each.outcome is PASSED for each in findings[:5]) and findings[5].outcome is not FAILED
    if not good:
        findings = [replace(each, proves=None, to_whom=None) if each.outcome is PASSED else each for each in findings]
    unlisted = present - listed
    if lds is not None and unlisted:
        findings.append(finding("passport.sod.unlisted", IMPOSSIBLE, "unlisted", {"files": _names(unlisted)}))
    weak = _weak(lds, result, path)
    if weak:
        findings.append(finding("passport.sod.weak", IMPOSSIBLE, "weak", {"weak": ", ".join(weak)}))
    structure, signature, _, chain, _, revocation = findings[:6]
    return Passive(
        tuple(findings),
        listed if lds is not None else None,
        present,
        matching,
        vouched=structure.outcome is signature.outcome is chain.outcome is PASSED and revocation.outcome is not FAILED,
        trusted=good,
        signer=result.certificate if result is not None else None,
        anchor=path.anchor if path is not None and chain.outcome is PASSED else None,
    )


def _signer(signed: SignedData | None) -> SignerResult | None:
    if signed is None:
        return None
    try:
        return verify_signer(signed, content_types=_CONTENT_TYPES, tolerated=TOLERATED_SOD_TYPES)
    except Exception:  # noqa: BLE001  # fail closed: no result is no signature
        return None


def _path(
    result: SignerResult | None, anchors: AnchorSet, crls: Iterable[RevocationList], at: datetime
) -> DscPath | None:
    if result is None or result.certificate is None:
        return None
    try:
        return validate_dsc(result.certificate, anchors, crls, at)
    except Exception:  # noqa: BLE001  # fail closed: no path is no chain
        return None


def _matching(files: Mapping[str, bytes], lds: LdsSecurityObject | None, numbers: frozenset[int]) -> frozenset[int]:
    """Which of these data groups have the signed hash (step 8 of passport.md §1)."""
    if lds is None:
        return frozenset()
    return frozenset(
        number
        for number in numbers
        if hmac.compare_digest(digest(lds.hash_name, extent(files[f"EF.DG{number}"])), lds.hashes[number])
    )


def _names(numbers: Iterable[int]) -> str:
    return ", ".join(f"EF.DG{number}" for number in sorted(numbers))


def _structure(
    reading: Reading, signed: SignedData | None, lds: LdsSecurityObject | None, error: str
) -> Finding:
    name = "passport.sod.structure"
    if "EF.SOD" not in reading.files:
        if reading.access.method == "files":
            return finding(name, IMPOSSIBLE, "absent")
        return finding(name, FAILED, "missing")
    if signed is None or lds is None:
        return finding(name, FAILED, "malformed", {"error": error or "no_content"})
    numbers = ", ".join(map(str, sorted(lds.hashes)))
    detail = {"lds_version": lds.lds_version or f"v{lds.version}", "data_groups": numbers}
    if signed.flags:
        detail["tolerated"] = ", ".join(sorted(signed.flags))
    if "no_wrapper" in signed.flags:
        return finding(name, FAILED, "not_wrapped", detail)
    return finding(name, PASSED, "ok", detail)


def _signature(signed: SignedData | None, result: SignerResult | None, without: str) -> Finding:
    name = "passport.sod.signature"
    if signed is None or result is None:
        return finding(name, IMPOSSIBLE, without)
    detail = dict(result.facts) | {"step": result.outcome}
    if result.flags:
        detail["tolerated"] = ", ".join(sorted(result.flags))
    if result.ok:
        return finding(name, PASSED, "ok", detail)
    if result.outcome == "signer_certificate_missing" and not signed.certificates and not signed.unreadable:
        return finding(name, IMPOSSIBLE, "no_certificate", detail)
    outcome, reason = _SIGNATURE_REASONS.get(result.outcome, (FAILED, "failed"))
    return finding(name, outcome, reason, detail)


def _hashes(
    lds: LdsSecurityObject | None, compared: frozenset[int], matching: frozenset[int], without: str
) -> Finding:
    """Passed only when something was compared and all of it matches."""
    name = "passport.sod.hashes"
    if lds is None:
        return finding(name, IMPOSSIBLE, without)
    detail = {"hash": lds.hash_name, "matching": _names(matching), "not_read": _names(lds.hashes.keys() - compared)}
    if compared - matching:
        return finding(name, FAILED, "mismatch", detail | {"different": _names(compared - matching)})
    if not compared:
        return finding(name, NOT_DONE, "nothing_to_compare", detail)
    return finding(name, PASSED, "ok", detail)


def _chain(result: SignerResult | None, path: DscPath | None, without: str) -> Finding:
    name = "passport.dsc.chain"
    if result is None or result.certificate is None or path is None:
        return finding(name, IMPOSSIBLE, without)
    outcome, reason = _CHAIN_REASONS.get(path.chain, (FAILED, "failed"))
    detail = {**result.certificate.facts, **path.facts, "step": path.chain}
    if path.warnings:
        detail["warnings"] = ", ".join(path.warnings)
    return finding(name, outcome, reason, detail)


def _validity(result: SignerResult | None, path: DscPath | None, without: str) -> Finding:
    name = "passport.dsc.validity"
    if result is None or result.certificate is None or path is None:
        return finding(name, IMPOSSIBLE, without)
    detail = {
        "not_before": result.certificate.not_before.isoformat(),
        "not_after": result.certificate.not_after.isoformat(),
    }
    if path.validity == "ok":
        return finding(name, PASSED, "ok", detail)
    return finding(name, FAILED, "expired" if path.validity == "expired" else "not_yet_valid", detail)


def _revocation(path: DscPath | None, without: str) -> Finding:
    name = "passport.dsc.revocation"
    if path is None:
        return finding(name, IMPOSSIBLE, without)
    revocation = path.revocation
    if revocation.state == "unrevoked":
        return finding(name, PASSED, "ok", revocation.facts)
    if revocation.state == "revoked":
        return finding(name, FAILED, "revoked", revocation.facts)
    reason = revocation.reason if revocation.reason in {"no_crl", "stale"} else "undetermined"
    return finding(name, IMPOSSIBLE, reason, dict(revocation.facts) | {"step": revocation.reason})


def _weak(lds: LdsSecurityObject | None, result: SignerResult | None, path: DscPath | None) -> list[str]:
    found: set[str] = set()
    if lds is not None and lds.weak_hash:
        found.add("weak_hash")
    if result is not None:
        found |= result.flags & _WEAK_FLAGS
    if path is not None:
        found |= _WEAK_FLAGS.intersection(path.warnings)
    return sorted(found)
