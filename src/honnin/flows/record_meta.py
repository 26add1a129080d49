"""The plain row beside a sealed record: what a list needs, blind tokens, and the certificates to ask about again.

Nothing in it may tell who the person is. Names go in as tokens only, and those of a person whose name the chip has as a
picture only where staff wrote it down.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from honnin.core.errors import DataError
from honnin.core.secret import Secret
from honnin.facts import Report
from honnin.facts.glyphs import GETA
from honnin.flows.held_certificates import held_certificates
from honnin.flows.record_ports import RecordMeta
from honnin.records.blind_index import tokens_of_names
from honnin.records.kakunin import Amendment, Kakunin, State, kakunin_from_json
from honnin.records.visit_record import Completion, Judged, SavedVisit, birth_date, completion, holder_name

__all__ = [
    "KIROKU", "completion_of", "kakunin_of_visit", "meta_of", "name_in_lists", "search_tokens", "tokens_of_amendment",
]  # fmt: skip

KIROKU = "kiroku.json"  # the part of a content that holds the 確認記録
_NUMBER_LAW = "bangou"
_NAMES = ("full_name", "current_full_name", "full_name_kana", "alias_name")
_PEOPLE = (("F21", "F27"), ("F22", ""), ("K3b", ""), ("K4b", ""))

Pairs = tuple[tuple[str, bytes], ...]


def meta_of(visit: SavedVisit, *, tenant: str, staff: str, index_key: Secret[bytes]) -> RecordMeta:
    """The row of a visit that is to be sealed. `staff`: a pseudonym; `index_key`: 32 octets of purpose `index`.

    `retention_years` is that of the Decision (0: until the purpose is over). A record of the number law cannot be found
    by name: 番号法 keeps no more of the person than its purpose needs. Raises CallerError `vault.argument`.
    """
    judged = visit.judged
    return RecordMeta(
        record_id=visit.id,
        tenant=tenant,
        sealed_at_utc=visit.saved_at_utc,
        law=judged.law if judged else "",
        methods=judged.methods if judged else (),
        document=visit.document,
        simulated=visit.simulated,
        staff=staff,
        retention_years=judged.retention_years if judged else 0,
        tokens=_tokens_of_visit(visit.report, judged, index_key, tenant),
        certificates=held_certificates(visit.reading, visit.report),
        completion=completion_of(visit),
    )


def kakunin_of_visit(visit: SavedVisit) -> Kakunin | None:
    """The 確認記録 of that day; None when no law was asked. Raises DataError `kakunin.form`."""
    if visit.judged is None:
        return None
    octets = visit.judged.parts.get(KIROKU)
    if octets is None:
        raise DataError("kakunin.form", "the record has no items", KIROKU)
    return kakunin_from_json(octets)


def completion_of(visit: SavedVisit) -> Completion:
    """Whether it is finished: by the law that was asked, else by the checks and staff's answers. A 確認記録 that cannot
    be read is not finished.
    """
    try:
        record = kakunin_of_visit(visit)
    except DataError:
        return Completion.UNFINISHED
    if record is None:
        return completion(visit.report, visit.answers)
    return Completion.CHECKED if record.state is State.FINISHED else Completion.UNFINISHED


def name_in_lists(visit: SavedVisit) -> str:
    """The holder's name; where the chip has a character of it as a picture, the one that staff wrote."""
    of_chip = holder_name(visit.report)
    if GETA not in of_chip:
        return of_chip
    try:
        record = kakunin_of_visit(visit)
    except DataError:
        return of_chip
    if record is None:
        return of_chip
    people = ("F22.name", "K4b.name") if record.holder == "agents_own" else ("F21.name", "K3b.name")
    return next((name for each in people if (name := record.first(each))), of_chip)


def search_tokens(record: Kakunin, *, index_key: Secret[bytes]) -> Pairs:
    """(kind, token) of every person and every name in the record; kinds as `Tokens.pairs` names them."""
    found: list[tuple[str, bytes]] = []
    for person, alias in _PEOPLE:
        names = [record.first(f"{person}.{part}") for part in ("name", "kana", "written", "alias")]
        names += [record.first(alias).partition("（")[0]] if alias else []
        found += _pairs(names, record.first(f"{person}.birth"), index_key, record.tenant_id)
    return tuple(dict.fromkeys(found))


def tokens_of_amendment(record: Kakunin, amendment: Amendment, *, index_key: Secret[bytes]) -> Pairs:
    """The same for what an amendment adds; a new name is joined with the recorded birth date."""
    by_id = {each.id: each.value for each in amendment.items}
    found: list[tuple[str, bytes]] = []
    for person, alias in _PEOPLE:
        names = [by_id.get(f"{person}.name", ""), by_id.get(f"{person}.kana", "")]
        names += [by_id.get(alias, "").partition("（")[0]] if alias else []
        birth = by_id.get(f"{person}.birth", "")
        if birth and not any(names):
            names = [record.first(f"{person}.name")]
        if any(names):
            found += _pairs(names, birth or record.first(f"{person}.birth"), index_key, record.tenant_id)
    return tuple(dict.fromkeys(found))


def _tokens_of_visit(report: Report, judged: Judged | None, key: Secret[bytes], tenant: str) -> Pairs:
    """What the document says of its holder, and every person whom the 確認記録 names."""
    found: list[tuple[str, bytes]] = []
    if judged is None or judged.law != _NUMBER_LAW:
        found += _pairs(_names(report), birth_date(report), key, tenant)
    if judged is not None and KIROKU in judged.parts:
        with contextlib.suppress(DataError):  # what cannot be read has no names; the visit is kept all the same
            found += search_tokens(kakunin_from_json(judged.parts[KIROKU]), index_key=key)
    return tuple(dict.fromkeys(found))


def _names(report: Report) -> Iterator[str]:
    by_name = {each.name: each.value for each in report.attributes}
    yield holder_name(report)
    yield from (by_name.get(name, "") for name in _NAMES)


def _pairs(names: Iterable[str], birth: str, key: Secret[bytes], tenant: str) -> Iterator[tuple[str, bytes]]:
    """Without a name that can be compared: the birth date alone; without either: nothing."""
    for each in tokens_of_names(filter(None, names), birth or None, key=key, tenant=tenant):
        yield from each.pairs()
