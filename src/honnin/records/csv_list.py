"""Lists of records as CSV (RFC 4180, UTF-8) for spreadsheets and other systems of the house.

A cell that a spreadsheet would run as a formula is written with an apostrophe before it: names come from cards, and
cards from anybody. The list holds what is needed to find a record, and no evidence.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from honnin.records.kakunin import Kakunin
from honnin.records.kakunin_make import DOCUMENT_NAMES
from honnin.records.kakunin_owners import MORE, OWNER, owners_of

__all__ = ["HEADERS", "records_to_csv", "safe_cell", "table_to_csv"]

BOM = "\ufeff"
MAX_CELL = 8192
# What Excel, LibreOffice and Google Sheets take for a formula or a command, also behind blanks, in both widths.
_RISKY = frozenset("=+-@|%＝＋－＠\t\r\n")
HEADERS: dict[str, tuple[str, ...]] = {
    "ja": ("記録番号", "状態", "模擬", "法令", "確認が完了した日", "記録を作成した日時", "氏名", "生年月日", "住居",
           "確認した書類", "確認方法", "確認を行った者", "検索事項", "実質的支配者"),
    "en": ("Record", "State", "Simulated", "Law", "Verified on", "Recorded at", "Name", "Date of birth", "Address",
           "Document", "Method", "Verified by", "Search key", "Beneficial owners"),
}  # fmt: skip
_STATES = {
    "ja": {"finished": "完了", "unfinished": "未完了"}, "en": {"finished": "finished", "unfinished": "unfinished"},
}  # fmt: skip
_SIMULATED = {"ja": "模擬", "en": "simulated"}


def safe_cell(value: str) -> str:
    """The text as a cell that nothing runs: an apostrophe before what looks like a formula; no NUL, bounded."""
    text = value.replace("\0", "")[:MAX_CELL]
    start = next((each for each in text if each in _RISKY or not _unseen(each)), "")
    return f"'{text}" if start in _RISKY else text


def _unseen(character: str) -> bool:
    """Blanks, controls, formats, marks and fillers: a spreadsheet may pass over what nobody sees."""
    return character.isspace() or unicodedata.category(character)[0] in "CZM" or character in "\u115f\u1160\u3164\uffa0"


def table_to_csv(headers: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = True) -> bytes:
    """UTF-8 with CRLF. `bom`: Excel in Japan reads UTF-8 only with it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(each) for each in headers])
    for row in rows:
        writer.writerow([safe_cell(each) for each in row])
    return ((BOM if bom else "") + out.getvalue()).encode("utf-8", "replace")


def records_to_csv(records: Iterable[Kakunin], *, language: str = "ja", bom: bool = True) -> bytes:
    """One line a record, in the given order. `language`: "ja" or "en", for headers and words."""
    chosen = language if language in HEADERS else "ja"
    return table_to_csv(HEADERS[chosen], (_row(each, chosen) for each in records), bom=bom)


def _row(record: Kakunin, language: str) -> tuple[str, ...]:
    def of(*ids: str) -> str:
        return next((value for each in ids if (value := record.first(each))), "")

    index = 0 if language == "ja" else 1
    further = [each.value for each in record.of(OWNER) if each.id == MORE]
    return (
        record.record_id,
        _STATES[language][record.state.value],
        _SIMULATED[language] if record.simulated else "",
        record.law,
        record.on.isoformat(),
        record.made_at.isoformat(),
        of("F21.name", "K3b.name"),
        of("F21.birth", "K3b.birth"),
        of("F21.address", "K3b.address"),
        DOCUMENT_NAMES.get(record.document, (record.document, record.document))[index],
        of("F17", "K3c", "B_method"),
        of("F01", "K1", "B_operator"),
        of("F28"),
        "；".join([*(each.line for each in owners_of((one.id, one.value) for one in record.of(OWNER))), *further]),
    )
