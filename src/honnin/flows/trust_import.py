"""Taking trust material into the house: anchors, master lists, revocation lists (passport.md §11.3 to §11.5).

Trust is a decision of the operator, and this is where it is made: a certificate file is trusted because he named it (or
its fingerprint), a master list because its signer's country key is pinned or reached by link certificates from a key
trusted before. First a plan that can be shown, then the doing. Nothing is ever removed here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from honnin.core.errors import CallerError, TrustError
from honnin.trust.anchors import (
    Anchor,
    AnchorSet,
    Environment,
    pem_blocks,
    plain_origin,
    read_certificates,
    rightful_environment,
)
from honnin.trust.certificate import Certificate, verify_certificate_signature
from honnin.trust.crl import Crl, CrlResult, RevocationList, parse_crl
from honnin.trust.crl_index import CrlIndex
from honnin.trust.crl_index_build import Source
from honnin.trust.jpki import PINS as JPKI_PINS
from honnin.trust.jpki_crl import verify_list
from honnin.trust.kinds import LICENCE, PASSPORT, kind_of
from honnin.trust.links import link_route, may_sign
from honnin.trust.masterlist import MasterList, is_signed_data, open_master_list
from honnin.trust.names import same_name
from honnin.trust.residence import PINS as RESIDENCE_PINS

# Why an anchor is trusted: its fingerprint was given, its file was named, a link led to it, a trusted list holds it.
Basis = Literal["pin", "operator", "link", "list"]

_OLD_LIST_DAYS = 365
_PEM_CRL = b"-----BEGIN X509 CRL-----"


@dataclass(frozen=True, slots=True)
class TrustEntry:
    """A kept anchor with its provenance. `list_signer` is the fingerprint of the CSCA behind the list it came in."""

    anchor: Anchor
    imported_at: datetime
    basis: Basis
    list_date: datetime | None = None
    list_signer: str | None = None


class TrustKeeper(Protocol):
    """The store as the import needs it. Raises TrustError `trust.store.…`."""

    def entries(self) -> Sequence[TrustEntry]:
        """All anchors with their provenance."""
        ...

    def crls(self) -> Sequence[RevocationList]:
        """All revocation lists."""
        ...

    def add(self, entries: Sequence[TrustEntry]) -> None:
        """Keep them all, or none; durable when this returns."""
        ...

    def add_crl(self, crl: Crl, imported_at: datetime, replaced: Sequence[RevocationList]) -> None:
        """Keep the list and drop the ones it replaces; durable when this returns."""
        ...


class CrlDraft(Protocol):
    """An index that was made and not yet kept."""

    @property
    def crl(self) -> CrlIndex:
        """The list, to be judged."""
        ...

    def discard(self) -> None:
        """Remove it, unless it was kept."""
        ...


class LargeCrlKeeper(TrustKeeper, Protocol):
    """A store that also keeps lists too large for memory."""

    def draft_index(self, source: Source, /) -> CrlDraft:
        """Read a list and make its index. Raises as `honnin.trust.crl_index_build.build_index`, and TrustError."""
        ...

    def add_crl_index(self, draft: CrlDraft, imported_at: datetime, replaced: Sequence[RevocationList]) -> None:
        """Keep that index and drop the lists it replaces; durable when this returns."""
        ...


@dataclass(frozen=True, slots=True)
class Refused:
    """A certificate that will not be trusted: `not_csca`, `not_pinned`, `issuer_not_trusted`, `bad_signature`."""

    certificate: Certificate
    reason: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do. `refusal` is None or the code of the error that carrying it out raises.

    `route`: link certificates from a trusted key to the list's CSCA. `gone`: anchors of an earlier list of the same
    CSCA that this one no longer holds; they stay trusted. `warnings`: `list_old`, `list_older_than_known`,
    `list_undated`, `list_unreadable_entries`.
    """

    new: tuple[TrustEntry, ...]
    known: tuple[Certificate, ...]
    refused: tuple[Refused, ...]
    refusal: str | None = None
    master_list: MasterList | None = None
    route: tuple[Certificate, ...] = ()
    gone: tuple[Certificate, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CrlImport:
    """A revocation list that an anchor signed. `result.outcome` may still be `stale` or `not_yet_valid`."""

    crl: RevocationList
    result: CrlResult
    replaced: tuple[RevocationList, ...]


def plan_import(
    data: bytes,
    keeper: TrustKeeper,
    *,
    environment: Environment,
    origin: str,
    pins: Collection[str] = (),
    now: datetime,
    label: str = PASSPORT,
) -> ImportPlan:
    """What `carry_out` would do with a file of certificates (DER, PEM) or a master list.

    `pins` are SHA-256 fingerprints in hexadecimal, colons allowed. Each must be of a certificate in the file. `label`
    LICENCE: the file holds certificates of those who sign driver's licences, which nothing in them says.
    Raises CallerError `trust.import.pin_format`, TrustError `trust.import.pin_unmatched`, `trust.import.environment` (a
    certificate is trusted in another environment already), and as `read_certificates` and `open_master_list` do.
    """
    wanted = frozenset(_normal_pin(each) for each in pins)
    entries = keeper.entries()
    if is_signed_data(data):
        listed = open_master_list(data)
        _check_pins(wanted, (*listed.certificates, *listed.embedded, listed.signer_csca))
        plan = _plan_list(listed, entries, environment=environment, origin=origin, pins=wanted, now=now)
    else:
        certificates = read_certificates(data)
        _check_pins(wanted, certificates)
        plan = _plan_certificates(
            certificates, entries, environment=environment, origin=origin, pins=wanted, now=now, label=label
        )
    return plan


def carry_out(plan: ImportPlan, keeper: TrustKeeper) -> None:
    """Keep what is new. Raises TrustError with the code of `plan.refusal`, and what the keeper raises."""
    if plan.refusal is not None:
        detail = "" if plan.master_list is None else plan.master_list.signer_csca.fingerprint
        raise TrustError(plan.refusal, "this file does not come from anybody who is trusted here", detail)
    if plan.new:
        keeper.add(plan.new)


def import_crl(data: bytes, keeper: TrustKeeper, *, now: datetime) -> CrlImport:
    """Keep a revocation list (DER or PEM) that an anchor signed; it replaces older ones of the same issuer and key.

    Raises as `parse_crl` does; TrustError `trust.crl.not_verified` (detail: the outcome of `verify_list`),
    `trust.crl.older` (a newer one is kept already).
    """
    crl = parse_crl(pem_blocks(data, _PEM_CRL)[0] if _PEM_CRL in data else data)
    done = _judge_crl(crl, keeper, now)
    keeper.add_crl(crl, now, done.replaced)
    return done


def import_large_crl(source: Source, keeper: LargeCrlKeeper, *, now: datetime) -> CrlImport:
    """As `import_crl` for a list that is read piece by piece (DER) and kept as an index. Raises the same, and
    `trust.store.…`; nothing is left behind when it is refused.
    """
    draft = keeper.draft_index(source)
    try:
        done = _judge_crl(draft.crl, keeper, now)
        keeper.add_crl_index(draft, now, done.replaced)
    finally:
        draft.discard()
    return done


def _judge_crl(crl: RevocationList, keeper: TrustKeeper, now: datetime) -> CrlImport:
    result = verify_list(crl, AnchorSet(each.anchor for each in keeper.entries()), now)
    if not result.authentic:
        raise TrustError("trust.crl.not_verified", "no trusted key of that country signed the list", result.outcome)
    same = [each for each in keeper.crls() if _same_list(each, crl)]
    if any(each.this_update > crl.this_update for each in same):
        raise TrustError("trust.crl.older", "a newer revocation list of this issuer is kept already")
    return CrlImport(crl, result, tuple(same))


def _same_list(one: RevocationList, other: RevocationList) -> bool:
    """Whether one replaces the other: the same issuer, key and part of its certificates."""
    return (one.issuer.key, one.aki, one.distribution_point) == (other.issuer.key, other.aki, other.distribution_point)


def _plan_certificates(
    certificates: Sequence[Certificate],
    entries: Sequence[TrustEntry],
    *,
    environment: Environment,
    origin: str,
    pins: frozenset[str],
    now: datetime,
    label: str,
) -> ImportPlan:
    fresh, known = _split(certificates, entries, environment)
    trusted = _trusted(entries, environment)
    new: list[TrustEntry] = []
    refused: list[Refused] = []
    waiting = list(fresh)
    progress = True
    while progress:  # a link may be vouched for by a certificate further down in the same file
        progress = False
        for certificate in list(waiting):
            kind = kind_of(certificate, label)
            basis: Basis | None
            if kind == PASSPORT:
                basis = _basis(certificate, trusted, pins)
            elif kind == LICENCE:
                basis = _licence_basis(certificate, pins)
            else:
                basis = _pinned_basis(certificate, rightful_environment(certificate, environment), pins)
            if basis is not None:
                new.append(TrustEntry(_anchor(certificate, environment, origin, kind), now, basis))
                if kind == PASSPORT:
                    trusted.append(certificate)
                waiting.remove(certificate)
                progress = True
    refused += [Refused(each, _why_not(each, pins)) for each in waiting]
    refusal = "trust.import.refused" if refused and not new else None
    return ImportPlan(tuple(new), known, tuple(refused), refusal)


def _basis(certificate: Certificate, trusted: Sequence[Certificate], pins: frozenset[str]) -> Basis | None:
    if not may_sign(certificate):
        return None
    if certificate.fingerprint in pins:
        return "pin"
    if any(_vouches(each, certificate) for each in trusted):
        return "link"
    if not pins and verify_certificate_signature(certificate, certificate.public_key):
        return "operator"
    return None


def _licence_basis(certificate: Certificate, pins: frozenset[str]) -> Basis | None:
    """A signer's own certificate, as the operator got it: it need not be an authority, and nobody vouches for it
    (drivers-licence.md §11.4).
    """
    if certificate.fingerprint in pins:
        return "pin"
    return None if pins else "operator"


def _pinned_basis(certificate: Certificate, environment: Environment, pins: frozenset[str]) -> Basis | None:
    """A Japanese card authority in production only by its published fingerprint or one that the operator gives.

    Its name proves nothing: every generation has the same one, and a look-alike has it too (jpki-validation.md §1.2,
    residence-card.md §8.3). A published one is only ever what it was published for.
    """
    if not (may_sign(certificate) and verify_certificate_signature(certificate, certificate.public_key)):
        return None
    published = _PUBLISHED.get(certificate.fingerprint)
    if certificate.fingerprint in pins or (published is not None and published == environment):
        return "pin"
    return None if pins or environment == "production" or published is not None else "operator"


_PUBLISHED: dict[str, Environment] = {
    **dict.fromkeys(JPKI_PINS, "production"),
    **{fingerprint: pin.environment for fingerprint, pin in RESIDENCE_PINS.items()},
}


def _vouches(holder: Certificate, certificate: Certificate) -> bool:
    """Whether a trusted key of the same country signed it: a link, or another certificate for the same key."""
    country = certificate.subject.country
    if not holder.subject.country == country == certificate.issuer.country:
        return False
    aki = certificate.aki
    named = holder.ski == aki if aki is not None else same_name(holder.subject, certificate.issuer)
    return named and verify_certificate_signature(certificate, holder.public_key)


def _why_not(certificate: Certificate, pins: frozenset[str]) -> str:
    if not may_sign(certificate):
        return "not_csca"
    if pins or kind_of(certificate) != PASSPORT:
        return "not_pinned"
    own = certificate.aki is None or certificate.aki == certificate.ski
    return "bad_signature" if certificate.self_signed_name and own else "issuer_not_trusted"


def _plan_list(
    listed: MasterList,
    entries: Sequence[TrustEntry],
    *,
    environment: Environment,
    origin: str,
    pins: frozenset[str],
    now: datetime,
) -> ImportPlan:
    carried = (*listed.certificates, *listed.embedded, listed.signer_csca)
    trusted = _trusted(entries, environment)
    trusted += [each for each in carried if each.fingerprint in pins]
    route = link_route(listed.signer_csca, trusted, carried)
    fresh, known = _split(listed.certificates, entries, environment)
    signer = listed.signer_csca.fingerprint
    new = tuple(
        TrustEntry(
            _anchor(each, environment, origin, PASSPORT),
            now,
            "pin" if each.fingerprint in pins else "list",
            listed.signed_at,
            signer,
        )
        for each in fresh
        if may_sign(each) and kind_of(each) == PASSPORT
    )
    before = [each for each in entries if each.list_signer == signer]
    held = {each.fingerprint for each in listed.certificates}
    gone = tuple(
        each.anchor.certificate for each in before if each.anchor.certificate.fingerprint not in held
    )
    return ImportPlan(
        new,
        known,
        tuple(Refused(each, "not_csca") for each in fresh if not may_sign(each) or kind_of(each) != PASSPORT),
        "trust.import.not_trusted" if route is None else None,
        listed,
        route or (),
        gone,
        _list_warnings(listed, before, now),
    )


def _list_warnings(listed: MasterList, before: Sequence[TrustEntry], now: datetime) -> tuple[str, ...]:
    warnings: list[str] = []
    if listed.unreadable:
        warnings.append("list_unreadable_entries")
    if listed.signed_at is None:
        return (*warnings, "list_undated")
    if (now - listed.signed_at).days > _OLD_LIST_DAYS:
        warnings.append("list_old")
    if any(each.list_date is not None and each.list_date > listed.signed_at for each in before):
        warnings.append("list_older_than_known")
    return tuple(warnings)


def _split(
    certificates: Sequence[Certificate], entries: Sequence[TrustEntry], environment: Environment
) -> tuple[list[Certificate], tuple[Certificate, ...]]:
    """(not yet kept, without repetitions; kept already). One certificate never serves two environments."""
    kept = {each.anchor.certificate.fingerprint: each.anchor.environment for each in entries}
    fresh: dict[str, Certificate] = {}
    known: list[Certificate] = []
    for each in certificates:
        there = kept.get(each.fingerprint)
        if there is None:
            fresh[each.fingerprint] = each
        elif there == rightful_environment(each, environment):
            known.append(each)
        else:
            raise TrustError(
                "trust.import.environment", "a certificate is trusted in another environment", each.fingerprint
            )
    return list(fresh.values()), tuple(known)


def _trusted(entries: Sequence[TrustEntry], environment: Environment) -> list[Certificate]:
    """Passport authorities of that environment: only they may vouch for another."""
    anchors = AnchorSet(each.anchor for each in entries).of_kind(PASSPORT)
    return [
        each.certificate for each in anchors if each.environment == rightful_environment(each.certificate, environment)
    ]


def _anchor(certificate: Certificate, environment: Environment, origin: str, kind: str) -> Anchor:
    return Anchor(certificate, rightful_environment(certificate, environment), plain_origin(origin), kind)


def _check_pins(pins: frozenset[str], certificates: Sequence[Certificate]) -> None:
    missing = pins - {each.fingerprint for each in certificates}
    if missing:
        raise TrustError("trust.import.pin_unmatched", "no certificate in the file has that fingerprint", min(missing))


def _normal_pin(pin: str) -> str:
    digits = "".join(each for each in pin.lower() if each not in ": ")
    if len(digits) != 64 or any(each not in "0123456789abcdef" for each in digits):
        raise CallerError("trust.import.pin_format", "a fingerprint is 64 hexadecimal digits (SHA-256)")
    return digits

