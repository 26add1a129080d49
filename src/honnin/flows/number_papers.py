"""Individual numbers that staff read off a paper, beside an identity document (番号法16条3号・令12条1項・規則1条).

The law asks for two things: a paper with the number, and another one that shows whose it is. The second is read here by
its chip; the first has none. What is typed goes the way of a number from a chip (docs/design/0026): into memory of the
visit, and from there into its vault or nowhere. A My Number Card is not on the list: its number is read from it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from honnin.cards.mynumber import check_individual_number
from honnin.core.clock import Random
from honnin.core.errors import CallerError
from honnin.core.ids import new_id
from honnin.core.secret import Secret
from honnin.facts import DocumentKind
from honnin.flows.visit import NumberPaper, Visit
from honnin.records.number_vault import ReceivedNumber

__all__ = ["NUMBER_PAPERS", "may_be_typed", "number_of_paper", "paper_words"]

MAX_TYPED = 40
_BETWEEN = frozenset(" 　-‐‑–−ー・.")
# 令12条1項1号・規則1条. The third is from memory: usable as long as what is on it is as in the resident register.
NUMBER_PAPERS: Mapping[str, tuple[str, str]] = {
    "residence_copy": ("個人番号の入った住民票の写し", "Certified copy of the resident record with the number"),
    "residence_entry": (
        "個人番号の入った住民票記載事項証明書", "Certificate of resident record entries with the number",
    ),
    "notification": (
        "通知カード（氏名・住所などが、いまの住民票と同じもの）",
        "Notification card (name, address and so on as in the resident record now)",
    ),
}  # fmt: skip
# Documents whose chip shows who somebody is and has no number.
_IDENTITY = frozenset({DocumentKind.LICENCE, DocumentKind.PASSPORT, DocumentKind.RESIDENCE})


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """What came from the form. `same`: staff say that the paper and the identity document are of the same person."""

    digits: Secret[str]
    paper: str
    same: bool


def may_be_typed(visit: Visit) -> bool:
    """Whether a number on paper belongs to this visit: a case of 番号法 that receives one, and an identity document."""
    if visit.reading is None or visit.report is None:
        return False
    return visit.case.number_purpose is not None and visit.reading.document in _IDENTITY


def number_of_paper(
    visit: Visit, typed: TypedNumber, *, at: datetime, by: str, random: Random
) -> tuple[ReceivedNumber, NumberPaper]:
    """The number as it is held in the visit, and off which paper it was read. The digits are in no error.

    Raises CallerError `number.paper_visit` (this visit takes none), `number.paper` (no such paper), `number.same`
    (nobody says that both are of one person), `number.typed` (not twelve digits, or their check digit is wrong).
    """
    purpose = visit.case.number_purpose
    if not may_be_typed(visit) or purpose is None:
        raise CallerError("number.paper_visit", "no number is read off a paper in this visit")
    if typed.paper not in NUMBER_PAPERS:
        raise CallerError("number.paper", "there is no such paper with a number")
    if not typed.same:
        raise CallerError("number.same", "nobody says that both papers are of the same person")
    plain = unicodedata.normalize("NFKC", typed.digits.reveal()[:MAX_TYPED])
    digits = Secret("".join(each for each in plain if each not in _BETWEEN))
    if not check_individual_number(digits):
        raise CallerError("number.typed", "this is no individual number")
    return ReceivedNumber(new_id(at, random), digits, purpose), NumberPaper(typed.paper, at, by)


def paper_words(paper: NumberPaper, *, japanese: bool = True) -> str:
    """Its name for people."""
    return NUMBER_PAPERS[paper.kind][0 if japanese else 1]
