"""Did the issuer sign this? The check code, the certificate that it is checked with, the pinned authority behind it.

residence-card.md §2.2, §8. Three findings that are always there, each of its own, and one about the authority's own
period where that is over. Proves data, never the chip: it has no key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from honnin.checks.residence.contents import Contents
from honnin.checks.residence.findings import FAILED, IMPOSSIBLE, PASSED, finding
from honnin.checks.residence.objects import valid_date
from honnin.checks.residence.signature import (
    ENTRIES,
    SPECIAL_ENTRIES,
    check_code,
    first_target,
    is_laid_out,
    second_target,
)
from honnin.core.errors import DataError
from honnin.crypto import EcKey, RsaKey
from honnin.facts import Environment, Finding, Reading
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.residence import (
    CardCertificate,
    CardPath,
    certificate_facts,
    open_card_certificate,
    validate_card_certificate,
)

__all__ = ["Authentic", "check_authentic"]

_TAGS = {1: (0xDA, 0xDB), 2: (0xDC, 0xDD)}  # check code, certificate
_SIGNED_FILES = {1: ("DF1.EF01", "DF1.EF02", "DF3.EF01"), 2: ("DF1.EF02", "DF1.EF03", "DF3.EF01")}
_PHOTO_AGE = {1: 16, 2: 1}  # younger holders have no photo (§2.2, §6.2)


@dataclass(frozen=True, slots=True)
class Authentic:
    """`trusted`: check code, chain and period all passed. `absent`: the card carries no signature at all."""

    findings: tuple[Finding, ...]
    trusted: bool
    absent: bool
    anchor: Anchor | None

    @property
    def environment(self) -> Environment | None:
        """Of the authority that the chain ended in."""
        return None if self.anchor is None else Environment(self.anchor.environment)

    @property
    def doubt(self) -> str:
        """The reason for what would pass if only the signature were confirmed."""
        return "no_signature" if self.absent else "signature"


def check_authentic(reading: Reading, contents: Contents, anchors: AnchorSet, at: datetime) -> Authentic:
    """Findings residence.signature, residence.certificate.chain, .validity (and .authority). Never raises."""
    generation = contents.generation
    opened: CardCertificate | None = None
    path: CardPath | None = None
    error = ""
    absent = False
    if generation is not None and "DF3.EF01" in contents.files:
        code, octets = (contents.value("DF3.EF01", tag) or b"" for tag in _TAGS[generation])
        absent = not code.strip(b"\0") and not octets.strip(b"\0")
        if octets.strip(b"\0"):
            try:
                opened = open_card_certificate(octets)
                path = validate_card_certificate(opened.certificate, anchors, generation, at)
            except DataError as caught:
                error = caught.code
            except Exception as caught:  # noqa: BLE001  # fail closed
                error = type(caught).__name__
    try:
        signature = _signature(reading, contents, opened, error, absent=absent, at=at)
    except Exception as caught:  # noqa: BLE001  # fail closed
        signature = finding("residence.signature", FAILED, "malformed", {"error": type(caught).__name__})
    without = _without(contents, error, absent=absent)
    findings = [signature, _chain(opened, path, without), _validity(opened, path, without)]
    trusted = all(each.outcome is PASSED for each in findings)
    if not trusted:
        findings = [replace(each, proves=None, to_whom=None) for each in findings]
    chained = path is not None and path.chain == "ok"
    if path is not None and chained and "anchor_expired" in path.warnings:
        findings.append(finding("residence.certificate.authority", IMPOSSIBLE, "expired", path.facts))
    return Authentic(tuple(findings), trusted, absent, path.anchor if path is not None and chained else None)


def _without(contents: Contents, error: str, *, absent: bool) -> str:
    """Why there is no certificate to look at."""
    if contents.generation is None:
        return "card_type"
    if error or "DF3.EF01" in contents.malformed:
        return "certificate"
    if "DF3.EF01" not in contents.files:
        return "not_read"
    return "absent" if absent else "no_certificate"


# --- the check code ---------------------------------------------------------------------------------------------------


def _signature(
    reading: Reading, contents: Contents, opened: CardCertificate | None, error: str, *, absent: bool, at: datetime
) -> Finding:
    name = "residence.signature"
    generation = contents.generation
    if generation is None:
        return finding(name, IMPOSSIBLE, "card_type")
    broken = [each for each in _SIGNED_FILES[generation] if each in contents.malformed]
    if broken:
        return finding(name, FAILED, "malformed", {"file": broken[0], "error": contents.malformed[broken[0]]})
    missing = [each for each in _SIGNED_FILES[generation] if each not in contents.files]
    if missing:
        refused = next((each.why for each in reading.refusals if each.what == missing[0]), "")
        return finding(name, IMPOSSIBLE, "not_read", {"file": missing[0], "why": refused})
    if absent:
        return _absent(contents, generation, at)
    code = contents.value("DF3.EF01", _TAGS[generation][0]) or b""
    if not code.strip(b"\0"):
        return finding(name, FAILED, "code_missing")
    if opened is None:
        return finding(name, FAILED, "certificate", {"error": error})
    target, facts = _target(contents, generation)
    if target is None:
        # Only values are signed, not their tags: with another layout nobody can say which value is what.
        outcome = IMPOSSIBLE if contents.card_type == "06" else FAILED
        return finding(name, outcome, "layout", facts)
    key = opened.certificate.public_key
    if not isinstance(key, RsaKey if generation == 1 else EcKey):
        return finding(name, FAILED, "key", certificate_facts(opened))
    result = check_code(key, code, target)
    facts = {**certificate_facts(opened), "form": result.form, "hash": "sha256"}
    if result.ok:
        return finding(name, PASSED, "ok", facts)
    return finding(name, FAILED, "key" if result.reason == "key" else "mismatch", {**facts, "step": result.reason})


def _target(contents: Contents, generation: int) -> tuple[bytes | None, Mapping[str, str]]:
    if generation == 1:
        front, face = contents.value("DF1.EF01", 0xD0), contents.value("DF1.EF02", 0xD1)
        lengths = {"front": str(len(front or b"")), "photo": str(len(face or b""))}
        return (None if front is None or face is None else first_target(front, face)), lengths
    entries = contents.files["DF1.EF02"]
    face, name = contents.value("DF1.EF03", 0xD1), contents.value("DF1.EF03", 0xD0)
    layout = {"entries": " ".join(f"{tag:X}:{len(value)}" for tag, value in entries.items())}
    expected = ENTRIES if contents.card_type == "05" else SPECIAL_ENTRIES
    if not is_laid_out(entries, expected) or face is None or name is None:
        return None, layout
    return second_target(entries, face, name), layout


def _absent(contents: Contents, generation: int, at: datetime) -> Finding:
    """Cards of children carry neither photo nor signature. A card with one of them, or of an older holder, should."""
    name = "residence.signature"
    portrait = contents.pictures.get("portrait")
    if portrait is not None and not portrait.empty:
        return finding(name, FAILED, "absent_with_photo")
    birth = valid_date(contents.value("DF1.EF02", 0xC6) or b"") if generation == 2 else None
    if birth is not None and _age(birth, at) >= _PHOTO_AGE[generation]:
        return finding(name, FAILED, "absent_by_age")
    return finding(name, IMPOSSIBLE, "absent" if generation == 1 else "absent_infant")


def _age(birth: str, at: datetime) -> int:
    year, month, day = (int(part) for part in birth.split("-"))
    return at.year - year - ((at.month, at.day) < (month, day))


# --- the certificate --------------------------------------------------------------------------------------------------

_CHAIN_REASONS = {
    "no_anchor": (IMPOSSIBLE, "no_anchor"),
    "not_pinned": (IMPOSSIBLE, "not_pinned"),
    "unsupported_algorithm": (IMPOSSIBLE, "unsupported"),
    "unknown_critical_extension": (IMPOSSIBLE, "unsupported"),
    "is_ca": (FAILED, "purpose"),
    "anchor_not_ca": (FAILED, "purpose"),
    "wrong_key": (FAILED, "purpose"),
}


def _chain(opened: CardCertificate | None, path: CardPath | None, without: str) -> Finding:
    name = "residence.certificate.chain"
    if opened is None or path is None:
        return finding(name, FAILED if without == "certificate" else IMPOSSIBLE, without)
    detail = {**certificate_facts(opened), **path.facts, "step": path.chain}
    if path.warnings:
        detail["warnings"] = ", ".join(path.warnings)
    if path.chain == "ok":
        return finding(name, PASSED, "ok", detail)
    outcome, reason = _CHAIN_REASONS.get(path.chain, (FAILED, "failed"))
    return finding(name, outcome, reason, detail)


def _validity(opened: CardCertificate | None, path: CardPath | None, without: str) -> Finding:
    name = "residence.certificate.validity"
    if opened is None or path is None:
        return finding(name, IMPOSSIBLE, without)
    detail = {
        "not_before": opened.certificate.not_before.isoformat(),
        "not_after": opened.certificate.not_after.isoformat(),
    }
    if path.validity == "ok":
        return finding(name, PASSED, "ok", detail)
    return finding(name, FAILED, path.validity, detail)
