"""Which document lies there: at most six exchanges, none of which touches a secret (mynumber-card.md §1.2, §2;
drivers-licence.md §16; residence-card.md §1.5; passport.md §2.1).

Never by ATR: cards of different kinds share one. The applications say it. Everything goes in one batch; what a card
does not have answers 6A82.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from honnin.apdu import ANY, Answers, Batch, Command
from honnin.facts import DocumentKind

__all__ = ["Recognition", "recognise"]

JPKI = bytes.fromhex("D392F000260100000001")
LICENCE = bytes.fromhex("A0000002310100000000000000000000")
LICENCE_ON_MYNUMBER = bytes.fromhex("A0000002310600000000000000000000")
PASSPORT = bytes.fromhex("A0000002471001")
RESIDENCE_ON_MYNUMBER = bytes.fromhex("D392F0004F0100000000000000000000")
RESIDENCE = bytes.fromhex("D392F0004F0200000000000000000000")
_OTHERS = {
    DocumentKind.LICENCE: LICENCE, DocumentKind.RESIDENCE: RESIDENCE, DocumentKind.PASSPORT: PASSPORT
}  # fmt: skip
_BLOCKED_DF = 0x6283  # a licence's way of saying "selected, but blocked" (drivers-licence.md §3)
_LABELS = {  # mynumber-card.md §4.2
    "JPKIAPICCTOKEN2": "card",
    "JPKIAPICCTOKEN": "juki_card",
    "JPKIAPGPSETOKEN": "android",
    "JPKIAPIOSTOKEN": "iphone",
}


@dataclass(frozen=True, slots=True)
class Recognition:
    """`document` None: none that is known. `form`: of something with a JPKI application "card", "juki_card" (the old
    card), "android", "iphone" or "unknown"; else "". `licence`, `residence`: the My Number Card also carries these.
    """

    document: DocumentKind | None
    form: str = ""
    licence: bool = False
    residence: bool = False


def recognise() -> Generator[Batch, Answers, Recognition]:
    """Look at the card. Raises nothing of its own; what was selected stays selected, nothing is verified."""
    jpki, *rest = yield (
        Command(0x00, 0xA4, 0x04, 0x0C, JPKI, note="recognise"),  # a card without it ends the batch here
        Command(0x00, 0xB0, 0x86, 0x00, le=32, accept=ANY, note="recognise"),
        _select(LICENCE_ON_MYNUMBER),
        _select(RESIDENCE_ON_MYNUMBER),
    )
    if jpki.ok:
        label, licence, residence = rest
        text = label.data[:32].decode("ascii", "replace").rstrip(" \0") if label.ok else ""
        return Recognition(
            DocumentKind.MYNUMBER, _LABELS.get(text, "unknown"), licence=licence.ok, residence=residence.ok
        )
    *answers, specified = yield (*(_select(aid) for aid in _OTHERS.values()), _select(RESIDENCE_ON_MYNUMBER))
    for kind, answer in zip(_OTHERS, answers, strict=True):
        if answer.ok or (kind is DocumentKind.LICENCE and answer.sw == _BLOCKED_DF):
            return Recognition(kind)
    # A specified card whose JPKI application does not answer: named as what it is, by the dialogue of residence cards.
    return Recognition(DocumentKind.RESIDENCE, residence=True) if specified.ok else Recognition(None)


def _select(aid: bytes) -> Command:
    return Command(0x00, 0xA4, 0x04, 0x0C, aid, accept=ANY, note="recognise")
