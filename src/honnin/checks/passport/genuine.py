"""Is the chip itself genuine? Active Authentication, Chip Authentication, PACE-CAM, and which of them must succeed.

What is demanded is decided by the issuer's list (EF.SOD) and the authentic EF.DG14 and EF.DG15, never by what the chip
shows: a copy that leaves the key out must not look like a passport that never had one (passport.md §13 rows 1 to 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from honnin.checks.passport.active import verify_active_authentication
from honnin.checks.passport.chip import verify_chip_authentication, verify_pace_cam
from honnin.checks.passport.data_groups import announced
from honnin.checks.passport.findings import FAILED, IMPOSSIBLE, NOT_DONE, PASSED, finding, guarded
from honnin.checks.passport.passive import Passive
from honnin.facts import Finding, Proof, Reading
from honnin.trust.security_infos import SecurityInfos


@dataclass(frozen=True, slots=True)
class CardSecurity:
    """EF.CardSecurity after its own passive authentication. `infos` only when its signature holds; `trusted` when its
    signer leads to an anchor as well and is in its period and not revoked. `reason` says why not.
    """

    infos: SecurityInfos | None
    trusted: bool
    reason: str


def check_genuine(
    reading: Reading, passive: Passive, dg14: SecurityInfos | None, card_security: CardSecurity | None
) -> list[Finding]:
    """`passport.aa` and `passport.ca` always, `passport.pace_cam` where that mapping was used.

    `dg14` is the content of EF.DG14 when its hash is the signed one, else None.
    """
    cam = guarded("passport.pace_cam", lambda: _pace_cam(reading, card_security))
    ca = guarded("passport.ca", lambda: _chip(reading, passive, dg14, other=_answered(cam)))
    other = _answered(cam) or _answered(ca)
    aa = guarded("passport.aa", lambda: _active(reading, passive, dg14, other=other))
    if _answered(aa) and ca is not None and ca.reason == "not_completed":
        ca = finding("passport.ca", NOT_DONE, "other_way")
    return [each for each in (aa, ca, cam) if each is not None]


def _answered(item: Finding | None) -> bool:
    """Whether the chip answered rightly, be the origin of its key known or not: then nobody hides anything."""
    return item is not None and item.reason in {"ok", *_DOUBTS}


def _active(reading: Reading, passive: Passive, dg14: SecurityInfos | None, *, other: bool) -> Finding:
    name = "passport.aa"
    proof = reading.proof(name)
    early = _before_the_key(name, 15, reading, passive, proof, other=other)
    if early is not None:
        return early
    if proof is None:
        return _no_proof(name, reading, other=other)
    return _judged(name, *verify_active_authentication(proof, reading.files["EF.DG15"], dg14), _doubt(passive))


def _chip(reading: Reading, passive: Passive, dg14: SecurityInfos | None, *, other: bool) -> Finding:
    name = "passport.ca"
    proof = reading.proof(name)
    early = _before_the_key(name, 14, reading, passive, proof, other=False)
    if early is not None:
        return early
    if dg14 is None:
        return finding(name, IMPOSSIBLE, "unusable_key")
    if not _offers_chip_authentication(dg14):
        unusable = bool(dg14.chip_keys or dg14.chip_authentication or _key_problems(dg14))
        return finding(name, IMPOSSIBLE, "unusable_key" if unusable else "not_offered")
    if proof is None:
        return _no_proof(name, reading, other=other)
    return _judged(name, *verify_chip_authentication(proof, dg14), _doubt(passive))


def _pace_cam(reading: Reading, card_security: CardSecurity | None) -> Finding | None:
    name = "passport.pace_cam"
    proof = reading.proof(name)
    if proof is None:
        used = reading.access.method == "pace" and reading.access.facts.get("mapping") == "CAM"
        return finding(name, FAILED, "not_completed") if used else None
    if card_security is None:
        return finding(name, FAILED, "key_hidden")
    if card_security.infos is None:
        return finding(name, FAILED, "card_security_bad", {"step": card_security.reason})
    reason, detail = verify_pace_cam(proof, card_security.infos)
    doubt = None
    if not card_security.trusted:
        doubt = "origin_unknown" if card_security.reason == "no_anchor" else "card_security"
    return _judged(name, reason, dict(detail) | {"card_security": card_security.reason}, doubt)


def _before_the_key(
    name: str, number: int, reading: Reading, passive: Passive, proof: Proof | None, *, other: bool
) -> Finding | None:
    """Everything that is decided before the chip's answer is looked at; None: the signed key is there."""
    if reading.access.method == "files" and proof is None:
        return finding(name, NOT_DONE, "files")
    if passive.listed is None:
        return finding(name, IMPOSSIBLE, "structure" if "EF.SOD" in reading.files else "absent")
    file = f"EF.DG{number}"
    if number not in passive.listed:
        shown = number in passive.present or proof is not None or number in announced(reading.files.get("EF.COM"))
        return finding(name, IMPOSSIBLE, "not_signed" if shown else "not_offered")
    if number not in passive.present:
        if other and not _refusals(reading, file):
            return finding(name, NOT_DONE, "other_way")
        return finding(name, FAILED, "key_hidden", {"file": file} | _refusals(reading, file))
    if number not in passive.matching:
        return finding(name, FAILED, "key_mismatch", {"file": file})
    return None


_STEPS = {"passport.aa": "active_authentication", "passport.ca": "chip_authentication"}


def _no_proof(name: str, reading: Reading, *, other: bool) -> Finding:
    """The signed key is there, a proof is not (passport.md §8.8: then it is not "not supported" but "failed")."""
    refused = _refusals(reading, _STEPS[name])
    if refused:
        why = refused["refused_why"]
        if why.startswith("crypto.") or why == "card.ca.unusable":  # a key of the issuer that this program cannot use
            return finding(name, IMPOSSIBLE, "unusable_key", refused)
        if why in {"card.aa.needs_reader", "card.ca.needs_reader"}:  # the reader carries short commands only
            return finding(name, IMPOSSIBLE, "short_reader", refused)
        return finding(name, FAILED, "wrong_answer" if why == "card.ca.not_proved" else "refused", refused)
    if other:
        return finding(name, NOT_DONE, "other_way")
    return finding(name, FAILED, "not_completed")


def _refusals(reading: Reading, what: str) -> dict[str, str]:
    refusal = next((each for each in reading.refusals if each.what == what), None)
    if refusal is None:
        return {}
    return {"refused_sw": "" if refusal.sw is None else f"{refusal.sw:04X}", "refused_why": refusal.why}


_DOUBTS = ("origin_unknown", "signature", "card_security")


def _doubt(passive: Passive) -> str | None:
    """Why a right answer proves nothing; None when it does."""
    return None if passive.vouched else passive.doubt


def _judged(name: str, reason: str, detail: Mapping[str, str], doubt: str | None) -> Finding:
    """A right answer proves something only under a key whose origin is known."""
    if reason == "ok":
        if doubt is None:
            return finding(name, PASSED, "ok", detail)
        return finding(name, IMPOSSIBLE, doubt, detail)
    return finding(name, IMPOSSIBLE if reason == "unusable_key" else FAILED, reason, detail)


def _offers_chip_authentication(infos: SecurityInfos) -> bool:
    """Version 1 with a key of its agreement, or a key alone (France; passport.md §9.1)."""
    agreements = {each.agreement for each in infos.chip_keys}
    if not infos.chip_authentication:
        return bool(agreements)
    return any(each.version == 1 and each.agreement in agreements for each in infos.chip_authentication)


def _key_problems(infos: SecurityInfos) -> bool:
    return any(code.startswith("trust.key") for code in infos.problems)
