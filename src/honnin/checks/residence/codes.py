"""What the codes on a card of the second generation mean (residence-card.md §6.2), Japanese and English.

Tables that the agency hands out separately (nationality C8, status C9, kind of permission CA) are not published to us:
such a code is shown as it is. A code that is not in a table is never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["COMPREHENSIVE", "FLAG", "PENDING", "WORK", "meaning", "period"]

WORK: Mapping[str, str] = {
    "1": "就労制限なし / No restriction on work",
    "2": "在留資格に基づく就労活動のみ可 / Only work under the status of residence",
    "4": "指定書により指定された就労活動のみ可 / Only work designated in the written designation",
    "9": "就労不可 / No work",
}
COMPREHENSIVE: Mapping[str, str] = {
    "0": "なし / None",
    "1": "許可（週28時間以内、風俗営業等を除く） / Permitted up to 28 hours a week, no adult entertainment",
    "2": "許可（週28時間以内、教育等） / Permitted up to 28 hours a week, education and the like",
}
FLAG: Mapping[str, str] = {"0": "なし / No", "1": "あり / Yes"}
PENDING: Mapping[str, str] = {"0": "申請なし / No application", "1": "申請中 / Application pending"}


def meaning(code: str | None, table: Mapping[str, str]) -> str | None:
    """The words for a code; the code itself, marked, when it is not in the table."""
    if code is None:
        return None
    return table.get(code, f"コード{code} / code {code}")


def period(code: str | None) -> str | None:
    """CE: YYMM, or DDD days, 0000 without end. None when it is none of them."""
    if code is None or not code.isdigit():
        return None
    if code == "0000":
        return "無期限 / Indefinite"
    if len(code) == 3:
        return f"{int(code)}日 / {_count(int(code), 'day')}"
    if len(code) != 4:
        return None
    years, months = int(code[:2]), int(code[2:])
    ja = (f"{years}年" if years else "") + (f"{months}月" if months else "")
    return f"{ja} / {' '.join(part for part in (_count(years, 'year'), _count(months, 'month')) if part)}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}" if number else ""
