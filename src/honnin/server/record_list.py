"""Lines of a list of kept records, for the page and for CSV (ui.md §3.12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from honnin.core.errors import HonninError
from honnin.flows.ports import VisitSummary
from honnin.records.csv_list import table_to_csv
from honnin.records.kakunin import State, kakunin_from_json
from honnin.server.catalogue import Language, text
from honnin.server.provisions import provision
from honnin.server.record_view import until_words
from honnin.server.words import moment

_COLUMNS = (
    "records.number", "records.when", "item.name", "records.birth", "records.transaction", "records.method",
    "records.document", "records.state", "records.until", "records.staff",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record in a list. `state`: the words; `method`: provisions with the letter of that day."""

    id: str
    when: str
    when_iso: str
    name: str
    birth: str
    transaction: str
    method: str
    document: str
    state: str
    until: str
    until_iso: str
    staff: str


def record_line(found: VisitSummary, language: Language) -> RecordLine:
    """What the list shows of it. A record that the law was asked about shows the state that it has by that law."""
    transaction = method = birth = ""
    state = str(found.completion)
    years, judged = 0, found.judged
    if judged is not None:
        years = judged.retention_years
        try:
            record = kakunin_from_json(judged.parts["kiroku.json"])
        except (KeyError, HonninError):
            state = "unfinished"  # what cannot be read is not known to be finished
        else:
            transaction = record.first("F16")
            method = "、".join(provision(each.article, each.letter, language) for each in record.methods)
            birth = record.first("F21.birth") or record.first("K3b.birth")
            state = "checked" if record.state is State.FINISHED else "unfinished"
    words = text(language, "simulator.prefix") if found.simulated else ""
    words += text(language, f"completion.{state}")
    if found.holds:
        words += "・" + text(language, "records.held")
    return RecordLine(
        found.id, moment(found.saved_at_utc, language), found.saved_at_utc.isoformat(timespec="seconds"), found.name,
        birth, transaction or text(language, "records.no_law"), method or "–",
        text(language, f"document.{found.document}"), words,
        until_words(found.retention_until, years, judged is not None, language),
        "" if found.retention_until is None else found.retention_until.isoformat(), found.staff,
    )  # fmt: skip


def lines_to_csv(lines: Iterable[RecordLine], language: Language) -> bytes:
    """UTF-8 with a mark for spreadsheets; times as ISO 8601."""
    return table_to_csv(
        [text(language, each) for each in _COLUMNS],
        ((each.id, each.when_iso, each.name, each.birth, each.transaction, each.method, each.document, each.state,
          each.until_iso or each.until, each.staff) for each in lines),
    )  # fmt: skip
