"""Which attributes of a Report are the 氏名, 住居, 生年月日 and 写真 of the chip, and whether the issuer signed them.

One row a document, from what its checks hand out (mynumber-card.md §7.5, drivers-licence.md §10, residence-card.md §2,
passport.md §12; law.md §2.1). An item counts from the chip's own files only: the same word typed by hand, or taken from
a certificate, is another thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from honnin.facts import Attribute, DocumentKind, Environment, Outcome, Provenance, Report

__all__ = ["OF_CHIP", "ChipItems", "can_be_signed", "chip_items", "issuer_signature_ok", "speaks_against_chip"]

OF_CHIP = frozenset({Provenance.SIGNED_TEXT, Provenance.SIGNED_IMAGE, Provenance.UNSIGNED_CHIP})


@dataclass(frozen=True, slots=True)
class ChipItems:
    """The items as attributes of the Report, None where the chip did not give one."""

    name: Attribute | None
    address: Attribute | None
    birth: Attribute | None
    photo: Attribute | None

    def all(self) -> tuple[Attribute, ...]:
        """Those that are there."""
        return tuple(each for each in (self.name, self.address, self.birth, self.photo) if each is not None)


# Attribute and file, best first. The front of a residence card of the first generation is one signed picture with name,
# birth date and the address at issue; a later address is text of its own and counts before it.
_LICENCE_ITEMS = frozenset({"full_name", "address", "birth_date"})
_Places = tuple[tuple[str, str], ...]
_PLACES: dict[str, tuple[_Places, _Places, _Places, _Places]] = {
    DocumentKind.MYNUMBER: (
        (("full_name", "HOJO.EF0002"), ("name_image", "KENMEN.EF0002")),
        (("address", "HOJO.EF0002"), ("address_image", "KENMEN.EF0002")),
        (("birth_date", "HOJO.EF0002"), ("birth_date", "KENMEN.EF0002")),
        (("portrait", "KENMEN.EF0002"),),
    ),
    DocumentKind.LICENCE: (
        (("current_full_name", "DF1.EF04"), ("full_name", "DF1.EF01")),
        (("current_address", "DF1.EF04"), ("address", "DF1.EF01")),
        (("birth_date", "DF1.EF01"),),
        (("portrait", "DF2.EF01"),),
    ),
    DocumentKind.RESIDENCE: (
        (("name_image", "DF1.EF03"), ("front_image", "DF1.EF01")),
        (("address", "DF2.EF01"), ("address_image", "DF1.EF04"), ("front_image", "DF1.EF01")),
        (("birth_date", "DF1.EF02"), ("front_image", "DF1.EF01")),
        (("portrait", "DF1.EF02"), ("portrait", "DF1.EF03")),
    ),
    DocumentKind.PASSPORT: (
        (("family_name", "EF.DG1"), ("given_names", "EF.DG1")),
        (),  # no address in the chip of any passport, whatever EF.DG11 says (law.md §2.1)
        (("birth_date", "EF.DG1"), ("birth_date", "EF.DG11")),
        (("portrait", "EF.DG2"),),
    ),
}

# What has to have passed for "the issuer signed it", besides that the items themselves are verified.
_SIGNATURES: dict[str, tuple[str, ...]] = {
    DocumentKind.LICENCE: ("licence.signature", "licence.signer"),
    DocumentKind.RESIDENCE: (
        "residence.signature", "residence.certificate.chain", "residence.certificate.validity",
    ),
    DocumentKind.PASSPORT: (
        "passport.sod.structure", "passport.sod.signature", "passport.sod.hashes", "passport.dsc.chain",
        "passport.dsc.validity",
    ),
}  # fmt: skip
_MYNUMBER_APPLICATIONS = {
    "HOJO.EF0002": ("mynumber.text.issuer", "mynumber.text.signature"),
    "KENMEN.EF0002": ("mynumber.face.issuer", "mynumber.face.signature"),
}
# Findings that fail for what time brought, not for what the chip is.
_TIME = frozenset({"passport.expiry", "licence.expiry", "residence.expiry", "residence.stay", "mynumber.expiry"})
_CERTIFICATES = ("mynumber.sign.", "mynumber.auth.")


def chip_items(report: Report) -> ChipItems | None:
    """The items; None for a document that identifies nobody."""
    places = _PLACES.get(report.document)
    if places is None:
        return None
    name, address, birth, photo = (_first(report, each) for each in places)
    return ChipItems(name, address, birth, photo)


def _first(report: Report, places: Iterable[tuple[str, str]]) -> Attribute | None:
    for name, source in places:
        for each in report.attributes:
            if each.name == name and each.source == source and each.value.strip() and each.provenance in OF_CHIP:
                return each
    return None


def speaks_against_chip(report: Report) -> tuple[str, ...]:
    """Ids of failed findings that speak against chip or data: all but an expiry, and a certificate that has lapsed."""
    return tuple(each.id for each in report.failed if not _by_time(each.id, each.reason))


def _by_time(finding_id: str, reason: str) -> bool:
    if finding_id in _TIME:
        return reason == "expired"
    return finding_id.startswith(_CERTIFICATES) and finding_id.endswith((".validity", ".revocation"))


def issuer_signature_ok(report: Report, items: ChipItems) -> bool:
    """ISSUER_SIG_OK: every signature behind the items passed, down to an anchor whose environment is known.

    An item that no signature of that document ever covers (a residence card's address, a licence's later changes) does
    not count against it; whoever asks says so beside it.
    """
    if report.environment not in set(Environment) or items.name is None or items.birth is None:
        return False
    covered = [each for each in items.all() if can_be_signed(report, each)]
    if report.document == DocumentKind.LICENCE:
        covered += [each for each in report.attributes if each.source == "DF1.EF01" and each.name in _LICENCE_ITEMS]
    if not covered or not all(each.verified for each in covered):
        return False
    needed = _SIGNATURES.get(report.document)
    if needed is None:
        if report.document != DocumentKind.MYNUMBER:
            return False
        sources = {each.source for each in covered}
        needed = tuple(name for source in sources for name in _MYNUMBER_APPLICATIONS[source])
    return bool(needed) and all(_passed(report, name) for name in needed)


def can_be_signed(report: Report, item: Attribute) -> bool:
    """Whether any signature of that document can cover this item: later changes and a residence card's address no."""
    if report.document == DocumentKind.LICENCE:
        return item.source != "DF1.EF04"
    return report.document != DocumentKind.RESIDENCE or item.name not in {"address", "address_image"}


def _passed(report: Report, name: str) -> bool:
    found = report.finding(name)
    return found is not None and found.outcome is Outcome.PASSED
