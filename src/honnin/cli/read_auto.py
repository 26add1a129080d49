"""`honnin read auto`: look what lies there, then ask for exactly what this card needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from honnin.cli.read_licence import way_into_licence
from honnin.cli.read_mynumber import way_into_mynumber
from honnin.cli.read_options import DOCUMENTS, LICENCE_PINS, ReadOptions, Way, misfit
from honnin.cli.read_printed import way_into_passport, way_into_residence

if TYPE_CHECKING:
    from honnin.apdu import SecretSource
    from honnin.flows.keys import DocumentKey
    from honnin.flows.look import Look
    from honnin.flows.ports import Readers

__all__ = ["NAMES", "way_into"]

AUTO = "auto"
NAMES = (AUTO, *DOCUMENTS)
_WAYS: dict[str, Callable[[ReadOptions], Way]] = {
    "passport": way_into_passport,
    "mynumber": way_into_mynumber,
    "licence": way_into_licence,
    "residence": way_into_residence,
}
_FOUND = {
    "passport": "旅券です。 / This is a passport.",
    "mynumber": "マイナンバーカードです。 / This is a My Number Card.",
    "licence": "運転免許証です。 / This is a driver's licence.",
    "residence": "在留カードまたは特別永住者証明書です。 / "
    "This is a residence card or special permanent resident certificate.",
}
_WITH_LICENCE = (
    "免許の情報も入っています（読むには honnin read licence）。 / "
    "It also holds a driver's licence (honnin read licence reads it)."
)


def way_into(document: str, options: ReadOptions) -> Way:
    """The way into the document that was named, or into whatever lies there. Raises click.UsageError when the options
    do not fit it; for "auto", when they fit no document at all.
    """
    if document != AUTO:
        problem = misfit(document, options)
        if problem is not None:
            raise click.UsageError(problem)
        return _WAYS[document](options)
    fitting = [each for each in DOCUMENTS if misfit(each, options) is None]
    if not fitting:
        raise click.UsageError("no document is opened with these options together (see honnin read --help)")

    def way(readers: Readers, reader_name: str) -> tuple[DocumentKey, SecretSource]:
        from honnin.core.errors import CallerError  # noqa: PLC0415
        from honnin.flows.look import look_at_card  # noqa: PLC0415

        look = look_at_card(readers, reader_name)
        found = _recognised(look, options)
        if not options.given:
            click.echo(_FOUND[found], err=True)
            if found == "mynumber" and look.card.licence:
                click.echo(_WITH_LICENCE, err=True)
        if found not in fitting:
            raise CallerError(f"read.misfit.{found}", "the options that were given do not open this document")
        return _WAYS[found](options)(readers, reader_name)

    return way


def _recognised(look: Look, options: ReadOptions) -> str:
    """Which document is to be read. Raises CardError `card.unknown`, `card.phone`, `card.old_card`."""
    from honnin.core.errors import CardError  # noqa: PLC0415
    from honnin.facts import DocumentKind  # noqa: PLC0415

    card = look.card
    if card.document is None:
        raise CardError("card.unknown", "the card is none of the four documents")
    if card.form in ("android", "iphone"):
        raise CardError("card.phone", "it is a smartphone, not a card")
    if card.form == "juki_card":
        raise CardError("card.old_card", "it is the old resident card")
    if card.document is DocumentKind.MYNUMBER and card.licence and set(options.pins) & set(LICENCE_PINS):
        return "licence"
    return card.document.value
