"""What staff are asked to write into the 確認記録 beside what chip and acts say (law.md §1.3, §3.2, §3.6).

The list is made from what is missing: the record is made once as it would be sealed now, and every item that it lacks
and that a person can know is asked for. So an item that a law's data ask for is on the page without a word here; a new
one needs a name in records.kakunin_fields and nothing else. Items that only the chip, an act or the clock can give are
never asked for: they stay missing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from honnin.core.typed_day import typed_day
from honnin.facts.glyphs import GETA, Piece, pieces_of
from honnin.law.case import Case
from honnin.law.parties import other_party
from honnin.law.rules import Rules
from honnin.law.ways import open_ways
from honnin.records.kakunin import Kakunin, MissingItem
from honnin.records.kakunin_fields import TYPABLE, base_of, label
from honnin.records.kakunin_owners import (
    DEEMED,
    KINDS,
    MAX_OWNERS,
    OWNER,
    OWNER_PARTS,
    RELATIONS,
    count_owners,
    missing_of_owners,
    owner_id,
    owner_part,
    share_fits,
)
from honnin.records.kakunin_words import LOOKED_UP

__all__ = ["GROUNDS", "PAPER", "Asked", "asks_of", "next_owner", "paper_kinds", "unwritten"]

MAX_WRITTEN = 500  # characters of one text
PAPER = "paper"  # prefix of what is asked about the other person's document
PAPER_KIND, PAPER_NUMBER, PAPER_ISSUED, PAPER_ADDRESS = (
    f"{PAPER}.kind", f"{PAPER}.number", f"{PAPER}.issued", f"{PAPER}.address",
)  # fmt: skip
# Asked as declarations of the customer, with words of their own.
_DECLARED = frozenset({"F23", "F24", "F24.business", "F27"})
_PEOPLE, _ACTING = frozenset({"F21", "F22", "K3b", "K4b"}), frozenset({"F22", "K4b"})
_WITH_GLYPHS = frozenset({"name", "alias", "address"})
_PICTURES = {"name_image": "name_image", "address_image": "address_image", "front_image": "front_image"}
# 規則12条5項: how the authority of the acting person may be known; a company's card or a visiting card is not in it.
GROUNDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "natural": (
        ("同居の親族又は法定代理人であること", "Relative of the same household, or legal representative"),
        ("委任状その他の書面", "Letter of attorney or other document"),
        ("お客様への電話その他の方法による確認", "Confirmed by telephone or otherwise with the customer"),
        ("取引の任に当たっていることが明らか（特定事業者が本人と面識があるなど）", "Otherwise evident"),
    ),
    "organisation": (
        ("委任状その他の書面", "Letter of attorney or other document"),
        ("代表権を有する役員として登記されていること", "Registered officer who represents the company"),
        ("本店・営業所などへの電話その他の方法による確認", "Confirmed by telephone or otherwise with its office"),
        ("取引の任に当たっていることが明らか", "Otherwise evident"),
    ),
}  # fmt: skip

# What is asked about the paper: kind, number, date; of a company also of what the house looked up itself.
_PRESENTED = (
    ("提示された書類", "Document that was presented"), ("書類の発行者・記号番号", "Issuer and number of the document"),
    ("書類の発行日", "Date of issue of the document"),
)  # fmt: skip
_LOOKED_UP = (
    ("提示された書類、又は照会した情報", "Document presented, or data looked up"),
    ("書類の発行者・記号番号（照会は照会番号か法人番号）", "Issuer and number (looked up: of the enquiry or company)"),
    ("書類の発行日（照会は照会した日）", "Date of issue (looked up: that day)"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to write. `id`: of the record's item; `form`: text, long, date, percent or choice; `picture`: name of
    the attribute whose picture the text is read off; `choices`: (value, Japanese, English); `owner`: the number of the
    実質的支配者 whom it is about, 0 for anything else; `pieces`: what the chip's text says of it, where characters of
    that are pictures or not on the card: then the text is written as it is printed.
    """

    id: str
    ja: str
    en: str
    required: bool = True
    form: str = "text"
    picture: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()
    owner: int = 0
    pieces: tuple[Piece, ...] = ()

    @property
    def of_chip(self) -> str:
        """The chip's text with its 〓; "" where there is nothing to correct."""
        return "".join(each.text for each in self.pieces)


def asks_of(
    record: Kakunin, missing: Iterable[MissingItem], *, case: Case, papers: tuple[tuple[str, str, str], ...] = (),
    glyphs: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Asked, ...]:  # fmt: skip
    """What is to be written for that record, which is not sealed yet; the order of the law's items. `papers`: kinds of
    document that may verify the other person (`paper_kinds`). `glyphs`: which characters of the holder's name, alias
    and address are pictures (flows.glyphs).
    """
    found = [_asked(each.id, each.ja, each.en, record, case) for each in missing if _typable(each.id)]
    there = {each.id for each in found}
    for item in record.items:  # a picture is enough for the law (規則20条2項); without text nobody finds the record
        if item.attachment and not item.value and base_of(item.id) in _PEOPLE and item.id not in there:
            ja, en = label(item.id, record.customer_kind)
            found.append(_asked(item.id, ja, en, record, case))
    found += _lacking_characters(record, case, glyphs or {})
    if record.law == "hanshu":
        if record.document == "PASSPORT":
            found.append(Asked("F21.written", *label("F21.written"), required=False))
        if any(each.owner == 1 for each in found):
            found += [each for each in _owner(1) if not each.required]
        found.append(Asked("F28", *label("F28"), required=False))
    if papers:
        found += _papers(case, papers)
    return tuple(sorted(dict.fromkeys(found), key=lambda each: _order(each.id)))


def _lacking_characters(record: Kakunin, case: Case, glyphs: Mapping[str, tuple[str, ...]]) -> Iterable[Asked]:
    """Texts of the chip with a 〓: a name with one is no name. The chip's text stays in the record beside what is
    written (records.kakunin_people).
    """
    holder = _ACTING if case.actor == "agents_own" else _PEOPLE - _ACTING
    for item in record.items:
        base, part = base_of(item.id), item.id.partition(".")[2]
        if base in holder and part in _WITH_GLYPHS and item.provenance != "staff" and GETA in item.value:
            ja, en = label(item.id, record.customer_kind)
            yield Asked(item.id, ja, en, pieces=pieces_of(item.value, glyphs.get(part, ())))


def next_owner(asked: Iterable[Asked], *, known: int = 0) -> tuple[Asked, ...]:
    """The same and a row for one 実質的支配者 more, up to MAX_OWNERS; unchanged where none is asked about. `known`: how
    many stand in the record.
    """
    there = tuple(asked)
    number = count_owners(each.id for each in there)
    following = max(number, known) + 1
    if not number or following > MAX_OWNERS:
        return there
    more = [replace(each, required=False) for each in _owner(following)]
    return tuple(sorted((*there, *more), key=lambda each: _order(each.id)))


def _owner(number: int) -> Iterable[Asked]:
    """What is asked of one of them."""
    for part in OWNER_PARTS:
        item_id = owner_id(number, part)
        yield _owner_asked(item_id, number, part, *label(item_id))


def _owner_asked(item_id: str, number: int, part: str, ja: str, en: str) -> Asked:
    choices = {"kind": KINDS, "relation": RELATIONS}.get(part, ())
    return Asked(
        item_id, ja, en, required=part not in {"kind", "ratio"}, owner=number,
        form="choice" if choices else {"birth": "date", "ratio": "percent"}.get(part, "text"),
        choices=tuple((one, one, other) for one, other in choices),
    )  # fmt: skip


def _typable(item_id: str) -> bool:
    return base_of(item_id) in TYPABLE and item_id not in _DECLARED


def _asked(item_id: str, ja: str, en: str, record: Kakunin, case: Case) -> Asked:
    part = item_id.partition(".")[2]
    owner = owner_part(item_id)
    if owner is not None:
        return _owner_asked(item_id, *owner, ja, en)
    if part == "grounds":
        people = GROUNDS["natural" if case.customer_kind not in {"corporation", "public_body"} else "organisation"]
        return Asked(item_id, ja, en, form="choice", choices=tuple((one, one, other) for one, other in people))
    shown = next((each.attachment for each in record.items if each.id == item_id and each.attachment), "")
    picture = shown.rpartition("/")[2].partition(".")[0]
    form = "date" if part == "birth" and base_of(item_id) in _PEOPLE else "text"
    return Asked(item_id, ja, en, form=form, picture=_PICTURES.get(picture, ""))


def _papers(case: Case, papers: tuple[tuple[str, str, str], ...]) -> Iterable[Asked]:
    kind, number, issued = _LOOKED_UP if any(code in LOOKED_UP for code, _, _ in papers) else _PRESENTED
    yield Asked(PAPER_KIND, *kind, form="choice", choices=papers)
    yield Asked(PAPER_NUMBER, *number)
    yield Asked(PAPER_ISSUED, *issued, form="date")
    if case.actor == "agent_for_customer" or case.customer_kind != "corporation":
        yield Asked(
            PAPER_ADDRESS, "書類の住所は現在の住所ですか", "Does it show the present address?", form="choice",
            choices=(("yes", "はい", "Yes"), ("no", "いいえ", "No")),
        )  # fmt: skip


def _order(item_id: str) -> tuple[int, str]:
    """Customer, then the acting person, the company, the transaction; the paper last."""
    ranks = (("F21", "K3b", "K5"), ("F22", "K4b"), ("F24", "F25"), ("F20", "F26", "F27", "F28"), ("F29", "F30", "F31"))
    base = base_of(item_id)
    rank = next((at for at, group in enumerate(ranks) if base in group), len(ranks))
    if base == PAPER:
        return (len(ranks) + 1, str((PAPER_KIND, PAPER_NUMBER, PAPER_ISSUED, PAPER_ADDRESS).index(item_id)))
    owner = owner_part(item_id)
    if owner is not None:
        return (rank, f"{base}.{owner[0]:02}.{OWNER_PARTS.index(owner[1])}")
    if base == OWNER:  # how it was confirmed: once for all of them, behind the last one
        return (rank, f"{base}.{MAX_OWNERS + 1}.{item_id}")
    parts = ("name", "kana", "written", "alias", "address", "birth", "nationality", "passport", "business", "relation",
             "grounds", "how", "paper", "more")  # fmt: skip
    part = item_id.partition(".")[2]
    return (rank, f"{base}.{parts.index(part):02}" if part in parts else f"{base}.{part}")


def paper_kinds(case: Case, rules: Rules) -> tuple[tuple[str, str, str], ...]:
    """(code, Japanese, English) of the documents without a chip that may be presented to verify the other person of
    this case, and of what may be looked up about a company: those of the ways that are open in person today. () where
    the law asks about one person.
    """
    question = other_party(case)
    if question is None:
        return ()
    ways = open_ways(question, rules)
    kinds = dict.fromkeys(way.document for way in ways if way.document is not None)
    papers = [code for code in kinds if not rules.documents[code].chip and rules.documents[code].identity]
    papers += [code for code, kind in rules.documents.items()
               if kind.gives and any(all(set(each) & set(kind.gives) for each in way.evidence) for way in ways)]
    return tuple((code, rules.documents[code].words.ja, rules.documents[code].words.en) for code in papers)


def unwritten(asked: Iterable[Asked], written: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of what is required and is not there, still has a 〓 that was to be written, or is no date, share or choice
    where one is asked for. Of a
    実質的支配者 in a further row nothing or everything is required.
    """
    wrong: list[str] = []
    asked = tuple(asked)
    begun = [(each.id, written[each.id]) for each in asked if each.owner and written.get(each.id, "").strip()]
    lacking = set(missing_of_owners(begun)) if begun else set()
    for each in asked:
        value = written.get(each.id, "").strip()
        if each.form == "percent":
            relation = written.get(owner_id(each.owner, "relation"), "").strip()
            wrong += [] if share_fits(relation, unicodedata.normalize("NFKC", value)) else [each.id]
        elif not value:
            deemed = each.form == "date" and written.get(owner_id(each.owner, "kind"), "") == DEEMED
            wrong += [each.id] if (each.required and not (each.owner and deemed)) or each.id in lacking else []
        elif (
            (each.form == "date" and day_of(value) is None)
            or (each.form == "choice" and value not in {code for code, _, _ in each.choices})
            or (each.pieces and GETA in value)
        ):
            wrong.append(each.id)
    return tuple(wrong)


def day_of(typed: str) -> date | None:
    """The day that staff typed (core.typed_day); None when it is none."""
    return typed_day(typed)
