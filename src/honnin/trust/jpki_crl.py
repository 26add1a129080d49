"""A municipality's list of revoked JPKI certificates (RFC 5280 §5, §6.3; jpki-validation.md §1.5, §3.3, §3.4).

Each list covers one distribution point, a directory name; a certificate that is missing in it is good only if the list
is that of the certificate's own point, signed with the key of the certificate's generation, and current. A certificate
that is listed is revoked however old the list is: a JPKI revocation is never taken back, not even a hold (§3.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from honnin.core.errors import DataError, HonninError
from honnin.crypto import EcKey
from honnin.trust import der
from honnin.trust.algorithms import WEAK_HASHES
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import Certificate
from honnin.trust.crl import Crl, CrlResult, RevocationList, parse_crl, verify_crl
from honnin.trust.crl_entries import RevokedEntry
from honnin.trust.der import DerError
from honnin.trust.jpki_revocation import MAX_AGE, SKEW, RevocationAnswer, RevocationResult
from honnin.trust.kinds import JPKI_AUTH, JPKI_SIGN
from honnin.trust.names import Name, parse_name

__all__ = [
    "CRL_PROBLEMS", "MAX_JPKI_CRL", "distribution_point", "list_for", "read_jpki_crl", "same_part", "verify_jpki_crl",
    "verify_list",
]  # fmt: skip

MAX_JPKI_CRL = 16 << 20  # a few hundred thousand entries; the largest ward is expected far below (§3.2, estimate)
MAX_POINTS = 16

_AKI, _NUMBER, _DELTA, _POINT, _POINTS = "2.5.29.35", "2.5.29.20", "2.5.29.27", "2.5.29.28", "2.5.29.31"
_PROCESSED = frozenset({_AKI, _NUMBER, _POINT})
_FULL_NAME, _DIRECTORY_NAME = 0xA0, 0xA4
_ONLY_USERS, _ONLY_AUTHORITIES, _SOME_REASONS, _INDIRECT, _ONLY_ATTRIBUTES = 0x81, 0x82, 0x83, 0x84, 0x85

# Every code that `problem` can be, with what it means.
CRL_PROBLEMS: Mapping[str, str] = {
    "crl_too_large": "more octets than we read",
    "crl_malformed": "not a revocation list",
    "crl_authority": "the authority handed in did not issue the certificate",
    "crl_issuer": "another issuer's list",
    "crl_delta": "a delta list",
    "crl_unknown_extension": "a critical extension that we do not process",
    "crl_aki_missing": "it does not name the key that signed it",
    "crl_other_generation": "signed with the key of another generation",
    "crl_signer_usage": "that key may not sign lists",
    "crl_algorithm": "signed with an algorithm that is not allowed",
    "crl_bad_signature": "the signature does not fit",
    "crl_point_missing": "it does not say which distribution point it covers",
    "crl_point_not_critical": "the distribution point is not marked critical",
    "crl_point_malformed": "the distribution point cannot be read",
    "crl_indirect": "an indirect list",
    "crl_some_reasons": "it covers some reasons only",
    "crl_not_for_holders": "it covers other certificates than those of holders",
    "crl_certificate_point": "the certificate names no distribution point, or in a way that JPKI does not use",
    "crl_other_point": "the list of another distribution point",
    "crl_entry_extension": "an entry has a critical extension",
    "crl_number_missing": "it has no number",
    "crl_number_lower": "an older list than one that was seen before",
    "crl_from_the_future": "it begins in the future",
    "crl_no_next_update": "it does not say when the next one comes",
    "crl_stale": "its next update is over",
    "crl_too_old": "older than we accept, whatever it says",
}


_UNSUPPORTED = frozenset({"crl_delta", "crl_unknown_extension", "crl_algorithm"})


class _Refused(Exception):  # noqa: N818  # carries the code of the broken rule inside this module only
    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def read_jpki_crl(octets: bytes) -> Crl:
    """As honnin.trust.crl.parse_crl, of at most 16 MiB. Raises DataError (`trust.crl.…`, `trust.der.…`)."""
    if len(octets) > MAX_JPKI_CRL:
        raise DerError("trust.der.limit", "the revocation list is longer than the limit")
    return parse_crl(octets)


def verify_jpki_crl(  # the certificate, its issuer, the list, and the house's rules about it
    crl: RevocationList | bytes,
    certificate: Certificate,
    authority: Certificate,
    at: datetime,
    *,
    last_number: int | None = None,
    other_generations: Iterable[Certificate] = (),
    max_age: timedelta = MAX_AGE["crl"],
    skew: timedelta = SKEW,
) -> RevocationResult:
    """What the list says about the certificate at the instant `at` (aware). Never raises for any list.

    `authority`: the pinned authority that issued the certificate. `last_number`: CRLNumber of the newest list that was
    seen for this distribution point. `other_generations`: authorities of the same name whose keys may sign the list as
    well (which key signs for older generations is [unknown], §3.3); none by default. `problem`: see CRL_PROBLEMS.
    """
    facts: dict[str, str] = {"source": "crl"}
    try:
        parsed = _parsed(crl)
        facts |= _facts(parsed)
        _issued(parsed, certificate, authority)
        _extensions(parsed)
        _signed(parsed, certificate, authority, tuple(other_generations))
        _covers(parsed, certificate)
        entry = _entry(parsed, certificate)
        if entry is None:
            _current(parsed, at, last_number, max_age, skew)
    except _Refused as refused:
        return RevocationResult(None, refused.problem, facts)
    answer = RevocationAnswer(
        serial=certificate.serial,
        issuer_ski=authority.ski or b"",
        state="good" if entry is None else "revoked",
        source="crl",
        this_update=parsed.this_update,
        next_update=parsed.next_update,
        reason="" if entry is None else entry.reason,
        revoked_at=None if entry is None else entry.revoked_at,
    )
    return RevocationResult(answer, "ok", facts)


def verify_list(crl: RevocationList, anchors: AnchorSet, at: datetime) -> CrlResult:
    """Whether an anchor signed the list, of whatever kind it is, and whether it is current. Never raises.

    A JPKI list covers one distribution point and says so in a critical extension, which nobody else's list may have
    (`verify_crl`); it counts only under the JPKI authority whose key it names. Outcomes: those of CrlResult, and
    `unsupported_extension` for a list of JPKI that does not cover holders' certificates or has unknown extensions.
    """
    signer = _authority_of(crl, anchors)
    if signer is None:
        return verify_crl(crl, anchors, at)
    try:
        _extensions(crl)
        if not _for_holders(crl):
            return CrlResult("unsupported_extension", None, authentic=False)
        _key_signed(crl, signer.certificate)
    except _Refused as refused:
        outcome = "unsupported_extension" if refused.problem in _UNSUPPORTED else "bad_signature"
        return CrlResult(outcome, None, authentic=False)
    if at < crl.this_update:
        return CrlResult("not_yet_valid", signer, authentic=True)
    current = crl.next_update is not None and at <= crl.next_update and crl.number is not None
    return CrlResult("ok" if current else "stale", signer, authentic=True)


def same_part(crl_point: bytes | None, certificate_point: bytes | None) -> bool:
    """Whether a list with that IssuingDistributionPoint (DER; None: it covers all) speaks of a certificate of that
    distribution point: the same octets, or the DER of the directory name that both name.
    """
    if crl_point is None or certificate_point is None or crl_point == certificate_point:
        return crl_point == certificate_point
    try:
        return _scope(crl_point).point.raw == certificate_point
    except DataError:
        return False


def _authority_of(crl: RevocationList, anchors: AnchorSet) -> Anchor | None:
    if crl.aki is None:
        return None
    both = (*anchors.of_kind(JPKI_SIGN), *anchors.of_kind(JPKI_AUTH))
    return next(
        (each for each in both if each.certificate.ski == crl.aki and each.certificate.subject.raw == crl.issuer.raw),
        None,
    )


def _for_holders(crl: RevocationList) -> bool:
    extension = next((each for each in crl.extensions if each.oid == _POINT), None)
    if crl.has_critical_entry():
        return False
    if extension is None:
        return True
    try:
        flags = _scope(extension.value).flags
    except DataError:
        return False
    return not flags & {_INDIRECT, _SOME_REASONS, _ONLY_AUTHORITIES, _ONLY_ATTRIBUTES}


def _parsed(crl: RevocationList | bytes) -> RevocationList:
    if not isinstance(crl, bytes):
        return crl
    if len(crl) > MAX_JPKI_CRL:
        raise _Refused("crl_too_large")
    try:
        return parse_crl(crl)
    except DataError:
        raise _Refused("crl_malformed") from None


def _entry(crl: RevocationList, certificate: Certificate) -> RevokedEntry | None:
    try:
        return crl.find(certificate.serial)
    except HonninError:  # a damaged index on disk: it clears nobody
        raise _Refused("crl_malformed") from None


def _facts(crl: RevocationList) -> dict[str, str]:
    facts = {"this_update": crl.this_update.isoformat(), "crl_entries": str(crl.count)}
    if crl.next_update is not None:
        facts["next_update"] = crl.next_update.isoformat()
    if crl.number is not None:
        facts["crl_number"] = str(crl.number)
    return facts


def _issued(crl: RevocationList, certificate: Certificate, authority: Certificate) -> None:
    if authority.ski is None or certificate.aki != authority.ski or certificate.issuer.raw != authority.subject.raw:
        raise _Refused("crl_authority")
    if crl.issuer.raw != certificate.issuer.raw:
        raise _Refused("crl_issuer")


def _extensions(crl: RevocationList) -> None:
    if any(each.oid == _DELTA for each in crl.extensions):
        raise _Refused("crl_delta")
    if any(each.critical and each.oid not in _PROCESSED for each in crl.extensions):
        raise _Refused("crl_unknown_extension")


def _signed(
    crl: RevocationList, certificate: Certificate, authority: Certificate, others: tuple[Certificate, ...]
) -> None:
    if crl.aki is None:
        raise _Refused("crl_aki_missing")
    accepted = (authority, *(each for each in others if each.subject.raw == certificate.issuer.raw))
    signer = next((each for each in accepted if each.ski == crl.aki), None)
    if signer is None:
        raise _Refused("crl_other_generation")
    _key_signed(crl, signer)


def _key_signed(crl: RevocationList, signer: Certificate) -> None:
    if signer.key_usage is None or "crl_sign" not in signer.key_usage:
        raise _Refused("crl_signer_usage")
    algorithm = crl.signature_algorithm
    if algorithm.scheme in ("forbidden", "unsupported") or algorithm.hash_name in WEAK_HASHES:
        raise _Refused("crl_algorithm")
    if isinstance(signer.public_key, EcKey) != (algorithm.scheme == "ecdsa"):
        raise _Refused("crl_algorithm")
    if crl.verify_signature(signer.public_key) != "ok":
        raise _Refused("crl_bad_signature")


# --- Which certificates a list covers ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scope:
    """issuingDistributionPoint: the directory name, and the tags of what is TRUE or present in it."""

    point: Name
    flags: frozenset[int]


def _covers(crl: RevocationList, certificate: Certificate) -> None:
    extension = next((each for each in crl.extensions if each.oid == _POINT), None)
    if extension is None:
        raise _Refused("crl_point_missing")
    if not extension.critical:
        raise _Refused("crl_point_not_critical")
    try:
        scope = _scope(extension.value)
    except DataError:
        raise _Refused("crl_point_malformed") from None
    if _INDIRECT in scope.flags:
        raise _Refused("crl_indirect")
    if _SOME_REASONS in scope.flags:
        raise _Refused("crl_some_reasons")
    if scope.flags & {_ONLY_AUTHORITIES, _ONLY_ATTRIBUTES}:
        raise _Refused("crl_not_for_holders")  # onlyContainsUserCerts may be missing: then it covers all, ours too
    try:
        point = distribution_point(certificate)
    except DataError:
        raise _Refused("crl_certificate_point") from None
    if point.raw != scope.point.raw:
        raise _Refused("crl_other_point")
    if crl.has_critical_entry():
        raise _Refused("crl_entry_extension")


def _scope(value: bytes) -> _Scope:
    """RFC 5280 §5.2.5. Raises DataError."""
    start, stop = der.expect_all(value, der.SEQUENCE, 4096)
    point: Name | None = None
    flags: set[int] = set()
    for tag, _, first, last in der.children(value, start, stop, 6):
        if tag == 0xA0 and point is None:
            point = _directory_name(value, first, last)
        elif tag == _SOME_REASONS:
            flags.add(tag)
        elif tag in (_ONLY_USERS, _ONLY_AUTHORITIES, _INDIRECT, _ONLY_ATTRIBUTES):
            if der.boolean(value, first, last):
                flags.add(tag)
        else:
            raise DerError("trust.der.unexpected", "an issuing distribution point is malformed")
    if point is None:
        raise DerError("trust.der.unexpected", "an issuing distribution point names no point")
    return _Scope(point, frozenset(flags))


def distribution_point(certificate: Certificate) -> Name:
    """The directory name in the certificate's cRLDistributionPoints, of which JPKI has exactly one (§1.5).

    Raises DerError: no such extension, several points, another form of name, reasons or another issuer of lists.
    """
    extension = certificate.extension(_POINTS)
    if extension is None:
        raise DerError("trust.der.unexpected", "the certificate names no distribution point")
    value = extension.value
    start, stop = der.expect_all(value, der.SEQUENCE, 4096)
    points = der.children(value, start, stop, MAX_POINTS)
    if len(points) != 1 or points[0][0] != der.SEQUENCE:
        raise DerError("trust.der.unexpected", "the certificate does not name exactly one distribution point")
    fields = der.children(value, points[0][2], points[0][3], 3)
    if len(fields) != 1 or fields[0][0] != 0xA0:
        raise DerError("trust.der.unexpected", "a distribution point has fields that JPKI does not use")
    return _directory_name(value, fields[0][2], fields[0][3])


def _directory_name(data: bytes, start: int, stop: int) -> Name:
    """DistributionPointName with fullName of one directoryName. Raises DerError."""
    first, last = der.expect(data, start, stop, _FULL_NAME)
    inner, end = der.expect(data, first, last, _DIRECTORY_NAME)
    if last != stop or end != last:
        raise DerError("trust.der.trailing", "a distribution point has more than one name")
    return parse_name(data[inner:end])


def list_for(certificate: Certificate, lists: Iterable[RevocationList], at: datetime) -> RevocationList | None:
    """The newest of these lists that was out by `at`, names the key of the certificate's authority and covers the
    certificate's distribution point; None without one. What it says is for `verify_jpki_crl`. Never raises.
    """
    try:
        wanted = distribution_point(certificate).raw
    except DataError:
        return None
    fitting = [
        each
        for each in lists
        if each.aki is not None and each.aki == certificate.aki and each.this_update <= at + SKEW
        and _point_of(each) == wanted
    ]  # fmt: skip
    return max(fitting, key=lambda each: each.this_update, default=None)


def _point_of(crl: RevocationList) -> bytes | None:
    try:
        return None if crl.distribution_point is None else _scope(crl.distribution_point).point.raw
    except DataError:
        return None


# --- Is it the newest one? --------------------------------------------------------------------------------------------


def _current(crl: RevocationList, at: datetime, last_number: int | None, max_age: timedelta, skew: timedelta) -> None:
    if crl.number is None:
        raise _Refused("crl_number_missing")
    if last_number is not None and crl.number < last_number:
        raise _Refused("crl_number_lower")
    if crl.this_update > at + skew:
        raise _Refused("crl_from_the_future")
    if crl.next_update is None:
        raise _Refused("crl_no_next_update")
    if crl.next_update <= at:
        raise _Refused("crl_stale")
    if at - crl.this_update > max_age:
        raise _Refused("crl_too_old")
