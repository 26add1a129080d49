"""実質的支配者 (犯収法4条1項4号, 規則11条, 20条1項25号): several people in one item, each with parts of their own.

The first one's parts are `F25.name`, `F25.address`, …, as they always were; those of the next ones have their number
before them: `F25.2.name`. How it was confirmed is said once for all (`F25.how`). Older records have further people as
one text, `F25.more`; it is shown as it stands. Pure text: nothing here knows where an item is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

__all__ = [
    "DEEMED", "HOW", "KINDS", "MAX_OWNERS", "MORE", "OWNER", "OWNER_PARTS", "RELATIONS", "Owner", "count_owners",
    "missing_of_owners", "owner_id", "owner_part", "owners_of", "percent_of", "share_fits",
]  # fmt: skip

OWNER, HOW, MORE = "F25", "F25.how", "F25.more"
MAX_OWNERS = 10
# What is written of each; `kind` and `ratio` only where they say something.
OWNER_PARTS = ("kind", "name", "address", "birth", "relation", "ratio")
_NEEDED = ("name", "address", "birth", "relation")
# 規則11条4項: these count as natural persons, and have no birth date.
PERSON, DEEMED = "個人", "国・自治体・上場会社など（その子会社も）"
KINDS: tuple[tuple[str, str], ...] = (
    (PERSON, "A person"),
    (DEEMED, "A public body or listed company (or its subsidiary), which counts as a person"),
)
_HALF, _QUARTER, _PROFIT = (
    "議決権の2分の1を超えて、直接または間接に持つ",
    "議決権の4分の1を超えて、直接または間接に持つ",
    "収益・財産の4分の1を超える配当・分配を受ける（持分会社・社団・財団など）",
)
# 規則11条2項, the order in which they are asked. The third (3号イ) is from memory of the text; the sheet has votes.
RELATIONS: tuple[tuple[str, str], ...] = (
    (_HALF, "holds more than half of the votes, directly or indirectly"),
    (_QUARTER, "holds more than a quarter of the votes, directly or indirectly"),
    (_PROFIT, "receives more than a quarter of profits or assets (entities without such votes)"),
    ("出資・融資・取引などで、事業に支配的な影響力を持つ", "has a dominant influence by capital, loans or trade"),
    ("法人を代表し、業務を執行する（上のどれもいないとき）", "represents and runs it (if there is none of these)"),
)
_SHARES: Mapping[str, tuple[Decimal, Decimal]] = {
    _HALF: (Decimal(50), Decimal(100)), _QUARTER: (Decimal(25), Decimal(50)), _PROFIT: (Decimal(25), Decimal(100)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owner:
    """One of them as written. All texts; "" where nothing was said. `ratio`: per cent, as typed."""

    number: int
    kind: str = ""
    name: str = ""
    address: str = ""
    birth: str = ""
    relation: str = ""
    ratio: str = ""

    @property
    def line(self) -> str:
        """All of it in one line, for a table."""
        share = f"{self.ratio}％" if self.ratio else ""
        parts = (self.name, self.address, self.birth, self.relation, share)
        return "　".join(each for each in parts if each)


def owner_id(number: int, part: str) -> str:
    """The id of a part of the owner of that number, from 1."""
    return f"{OWNER}.{part}" if number == 1 else f"{OWNER}.{number}.{part}"


def owner_part(item_id: str) -> tuple[int, str] | None:
    """(number, part) of an id of one owner; None for what belongs to all of them, or to another item."""
    base, *rest = item_id.split(".")
    if base != OWNER or not rest or rest[-1] not in OWNER_PARTS:
        return None
    if len(rest) == 1:
        return 1, rest[0]
    number = rest[0]
    if len(rest) != 2 or not (number.isascii() and number.isdigit()) or number != str(int(number)):
        return None
    return (int(number), rest[1]) if 2 <= int(number) <= MAX_OWNERS else None


def count_owners(ids: Iterable[str]) -> int:
    """The highest number among those ids; 0 without one."""
    return max((found[0] for each in ids if (found := owner_part(each)) is not None), default=0)


def owners_of(values: Iterable[tuple[str, str]]) -> tuple[Owner, ...]:
    """Everybody of whom something is said, by number. `values`: (id, text) of the items of a record."""
    found: dict[int, dict[str, str]] = {}
    for item_id, value in values:
        place = owner_part(item_id)
        if place is not None and value.strip():
            found.setdefault(place[0], {})[place[1]] = value.strip()
    return tuple(Owner(number, **parts) for number, parts in sorted(found.items()))


def missing_of_owners(values: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Ids that must have a text and have none: all of the first one, all of whoever else is named, and how."""
    texts = dict(values)
    owners = {each.number: each for each in owners_of(texts.items())}
    missing: list[str] = []
    for number in sorted({1, *owners}):
        owner = owners.get(number, Owner(number))
        needed = [each for each in _NEEDED if each != "birth" or owner.kind != DEEMED]
        missing += [owner_id(number, each) for each in needed if not getattr(owner, each)]
    return (*missing, *(() if texts.get(HOW, "").strip() else (HOW,)))


def percent_of(typed: str) -> Decimal | None:
    """A share as people type it (`30`, `33.4`, `30％`), above 0 and at most 100; None when it is none."""
    plain = typed.strip().removesuffix("%").removesuffix("％").strip()
    if not 0 < len(plain) <= 8 or not all(each in "0123456789." for each in plain):
        return None
    try:
        share = Decimal(plain)
    except InvalidOperation:
        return None
    return share if 0 < share <= 100 else None


def share_fits(relation: str, ratio: str) -> bool:
    """Whether the share is one that goes with that relation; needed where the relation is one of shares."""
    bounds = _SHARES.get(relation)
    if not ratio.strip():
        return bounds is None
    share = percent_of(ratio)
    return share is not None and (bounds is None or bounds[0] < share <= bounds[1])
