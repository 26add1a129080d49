"""Link certificates: from a trusted key of a country to its next one (Doc 9303-12 §7.1.1; passport.md §11.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from honnin.trust.algorithms import verify
from honnin.trust.certificate import Certificate
from honnin.trust.names import same_name

MAX_LINK_DEPTH = 4
MAX_LINK_SIGNATURES = 256


def validity_at(certificate: Certificate, at: datetime) -> str:
    """"ok", "not_yet_valid" or "expired"; both ends belong to the validity (RFC 5280 §4.1.2.5)."""
    if at < certificate.not_before:
        return "not_yet_valid"
    return "expired" if at > certificate.not_after else "ok"


def link_route(
    target: Certificate, trusted: Iterable[Certificate], candidates: Sequence[Certificate]
) -> tuple[Certificate, ...] | None:
    """Link certificates among `candidates` that lead from a trusted key to the key of `target`; () if it is trusted.

    None when there is no way of at most four links. For import only (passport.md §11.3): links go both ways and in
    circles, so each key is visited once and at most 256 signatures are computed.
    """
    country = target.subject.country
    frontier: list[tuple[Certificate, tuple[Certificate, ...]]] = [
        (each, ()) for each in trusted if each.subject.country == country
    ]
    visited = {each.spki for each, _ in frontier}
    if target.spki in visited:
        return ()
    links = [each for each in candidates if each.subject.country == country == each.issuer.country and may_sign(each)]
    budget = MAX_LINK_SIGNATURES
    for _ in range(MAX_LINK_DEPTH):
        reached: list[tuple[Certificate, tuple[Certificate, ...]]] = []
        for holder, route in frontier:
            for link in links:
                named = link.aki == holder.ski if link.aki is not None else same_name(link.issuer, holder.subject)
                if link.spki in visited or not named or budget <= 0:
                    continue
                budget -= 1
                if verify(link.signature_algorithm, holder.public_key, link.tbs, link.signature) != "ok":
                    continue
                if link.spki == target.spki:
                    return (*route, link)
                visited.add(link.spki)
                reached.append((link, (*route, link)))
        frontier = reached
    return None


def may_sign(certificate: Certificate) -> bool:
    """Whether it can be a country signing key: a CA by basicConstraints or, where those are missing, by key usage."""
    usage = certificate.key_usage
    return bool(certificate.is_ca) if usage is None else "key_cert_sign" in usage
