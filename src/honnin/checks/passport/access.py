"""Was the chip reached in the way its issuer meant? EF.CardAccess, EF.DG14 and EF.CardSecurity side by side.

EF.CardAccess is read before any protection, so a relay can change or hide it and push the terminal down to BAC. The
signed copies tell. Doc 9303-11 §4.2, §9.2.8 (passport.md §8.8, §13 row 13); RFC 5652 for EF.CardSecurity.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from honnin.checks.passport.data_groups import extent
from honnin.checks.passport.findings import FAILED, IMPOSSIBLE, NOT_DONE, PASSED, finding
from honnin.checks.passport.genuine import CardSecurity
from honnin.checks.passport.passive import Passive
from honnin.core.errors import DataError
from honnin.facts import Finding, Outcome, Reading
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.cms import CARD_SECURITY, parse_signed_data, verify_signer
from honnin.trust.crl import RevocationList
from honnin.trust.path import validate_dsc
from honnin.trust.security_infos import SecurityInfos, parse_security_infos


def check_card_security(
    data: bytes | None, passive: Passive, anchors: AnchorSet, crls: Iterable[RevocationList], at: datetime
) -> CardSecurity | None:
    """EF.CardSecurity, verified as a signed file of its own; None when there is none. Never raises.

    Nothing but its signer ties it to EF.SOD, so both must be of one country and of one environment: otherwise any
    trusted country, or a test key, could vouch for the chip of another's passport.
    """
    if data is None:
        return None
    try:
        signed = parse_signed_data(data)
        result = verify_signer(signed, content_types={CARD_SECURITY})
        if not result.ok or result.certificate is None or signed.content is None:
            return CardSecurity(None, trusted=False, reason=result.outcome)
        infos = parse_security_infos(signed.content)
        path = validate_dsc(result.certificate, anchors, crls, at)
    except DataError as error:
        return CardSecurity(None, trusted=False, reason=error.code)
    except Exception as error:  # noqa: BLE001  # fail closed
        return CardSecurity(None, trusted=False, reason=type(error).__name__)
    if path.chain != "ok":
        return CardSecurity(infos, trusted=False, reason=path.chain)
    if path.validity != "ok" or path.revocation.state == "revoked":
        return CardSecurity(infos, trusted=False, reason=path.validity if path.validity != "ok" else "revoked")
    if passive.anchor is None or path.anchor is None or _side(path.anchor) != _side(passive.anchor):
        return CardSecurity(infos, trusted=False, reason="other_issuer")
    return CardSecurity(infos, trusted=True, reason="ok")


def _side(anchor: Anchor) -> tuple[str, str | None]:
    return anchor.environment, anchor.certificate.subject.country


def check_access(
    reading: Reading, passive: Passive, dg14: SecurityInfos | None, card_security: CardSecurity | None
) -> Finding:
    """`passport.access`. `dg14` is the content of EF.DG14 when its hash is the signed one, else None.

    Failed: a key-less or BAC session although PACE is offered, an EF.CardAccess that the signed files contradict, a
    listed EF.DG14 that the chip does not show. Passed only when what it was compared with is authentic.
    """
    method = reading.access.method
    detail = {"method": method} | {key: value for key, value in reading.access.facts.items() if value}
    if method == "files":
        return finding("passport.access", NOT_DONE, "files")
    if method not in {"none", "bac", "pace"}:
        return _said(IMPOSSIBLE, "unknown_method", detail)
    shown = _card_access(reading)
    if method != "pace":
        offered = (dg14 is not None and bool(dg14.pace)) or (shown is not None and bool(shown.pace))
        if offered or "refused_sw" in reading.access.facts or any(each.what == "pace" for each in reading.refusals):
            return _said(FAILED, "bac_despite_pace" if method == "bac" else "open_despite_pace", detail)
    if passive.listed is not None and 14 in passive.listed and 14 not in passive.present:
        return _said(FAILED, "key_hidden", detail)
    signed = [each for each in (dg14, card_security.infos if card_security else None) if each is not None]
    known = {raw for infos in signed for raw in infos.raw}
    authentic = (dg14 is not None and passive.authentic(14)) or (card_security is not None and card_security.trusted)
    if method == "pace":
        if not known:
            return _said(IMPOSSIBLE, "nothing_to_compare", detail)
        if shown is None or not set(shown.raw) <= known or not _used_is_known(reading, signed):
            return _said(FAILED, "card_access_altered", detail)
        return _said(PASSED, "pace", detail) if authentic else _said(IMPOSSIBLE, passive.doubt, detail)
    if not passive.vouched or (passive.listed is not None and 14 in passive.listed and not authentic):
        return _said(IMPOSSIBLE, passive.doubt, detail)
    return _said(PASSED, "bac" if method == "bac" else "open", detail)


def _said(outcome: Outcome, reason: str, detail: dict[str, str]) -> Finding:
    return finding("passport.access", outcome, reason, detail)


def _card_access(reading: Reading) -> SecurityInfos | None:
    """What the chip showed before access; None when it showed nothing that can be read."""
    data = reading.files.get("EF.CardAccess")
    if data is None:
        return None
    try:
        return parse_security_infos(extent(data))
    except DataError:
        return None


def _used_is_known(reading: Reading, signed: list[SecurityInfos]) -> bool:
    """Whether the protocol that was run is among the signed ones."""
    oid = reading.access.facts.get("oid", "")
    parameter = reading.access.facts.get("parameter_id", "")
    offered = [each for infos in signed for each in infos.pace]
    return any(each.oid == oid and parameter in ("", str(each.parameter_id)) for each in offered)
