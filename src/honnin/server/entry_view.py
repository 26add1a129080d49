"""What staff write into the record, as a page shows it: the fields in their groups, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from honnin.flows.entry_asks import Asked
from honnin.records.kakunin_owners import MAX_OWNERS
from honnin.server.catalogue import Language, text


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """Fields that stand together. `owner`: the number of the 実質的支配者, 0 for no such group. `more`: a row can be
    added behind it.
    """

    owner: int
    fields: tuple[Asked, ...]
    more: bool = False


def entry_groups(asked: Iterable[Asked]) -> tuple[EntryGroup, ...]:
    """The fields in their order; those of each 実質的支配者 are a group of their own."""
    fields = tuple(asked)
    last = max((each.owner for each in fields), default=0)
    return tuple(
        EntryGroup(owner, tuple(members), more=owner == last and 0 < owner < MAX_OWNERS)
        for owner, members in groupby(fields, lambda each: each.owner)
    )


def wrong_entry(asked: Asked, written: str, language: Language) -> str:
    """The sentence at a field that has no value, or one that is none."""
    wrong = "entry.missing"
    if asked.form == "percent":
        wrong = "entry.percent.wrong"
    elif asked.pieces and written.strip():
        wrong = "entry.glyphs.wrong"
    elif asked.form == "date" and written.strip():
        wrong = "entry.date.wrong"
    return f"{asked.ja if language == 'ja' else asked.en}：{text(language, wrong)}"
