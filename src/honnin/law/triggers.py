"""Must this be verified at all, and why (law.md §1.2: business, transaction, amount; 規則5条). The rows are data."""

from __future__ import annotations

from honnin.law.case import Case
from honnin.law.decision import MustVerify
from honnin.law.model import Rules, Trigger, Words

_ALWAYS = ("suspicious_transaction", "unusual_manner")
_UNKNOWN = Words(
    "業種・取引・金額が足りず、確認が要るか決められません。要るものとして扱ってください。",
    "Business, transaction or amount are not stated: treat it as one that must be verified.",
)
_NO_ROW = Words(
    "この業種と取引は特定取引の表にありません。要るか分からないときは確認してください。",
    "This business and transaction are not in the table; when in doubt, verify.",
)
_BELOW = Words(
    "金額が基準以下で、特定取引に当たりません（疑わしい取引なら確認が要ります）。",
    "The amount does not exceed the limit (a suspicious transaction must be verified all the same).",
)


def known_transactions(rules: Rules) -> frozenset[str]:
    """Every word for a transaction that some rule speaks of: rows of the table, conditions, articles of their own."""
    return frozenset({
        *(name for row in rules.triggers for name in row.transactions),
        *(name for each in rules.conditions.values() for name in each.transactions),
        *(name for law in rules.laws.values() for each in law.elsewhere for name in each.transactions),
    })  # fmt: skip


def must_verify(case: Case, rules: Rules) -> MustVerify | None:
    """The answer, or None when the case states neither business nor transaction. Splitting counts as one (令7条3項)."""
    flagged = [each for each in _ALWAYS if each in case.risk_flags]
    rows = [each for each in rules.triggers if each.law == case.law]
    exempt = next((each for each in rows if each.excluded and not each.transactions and _speaks_of(each, case)), None)
    if exempt is not None:  # the whole business, whatever is suspected of it
        return MustVerify(needed=False, code=exempt.code, why=exempt.words.ja, why_en=exempt.words.en)
    if flagged and rows:
        words = rules.risk_flags[flagged[0]]
        return MustVerify(
            needed=True, code=flagged[0], why=f"{words.ja}は、金額や種類にかかわらず確認が要ります（規則5条）。",
            why_en=f"{words.en.capitalize()}: must be verified whatever the amount (規則5条).",
        )  # fmt: skip
    if case.business_type is None and case.transaction is None:
        return None
    answers = [(each, _answer(each, case)) for each in rows if _speaks_of(each, case)]
    covering = [(each, needed) for each, needed in answers if not each.excluded]
    out = next((each for each, needed in answers if each.excluded and needed is False), None)
    if out is not None:
        return MustVerify(needed=False, code=out.code, why=out.words.ja, why_en=out.words.en)
    for wanted in (True, None, False):
        row = next((each for each, needed in covering if needed is wanted), None)
        if row is not None:
            words = row.words if wanted is True else _UNKNOWN if wanted is None else _BELOW
            return MustVerify(needed=wanted, code=row.code, why=words.ja, why_en=words.en)
    complete = case.business_type is not None and case.transaction is not None
    words = _NO_ROW if complete else _UNKNOWN
    return MustVerify(needed=None, code="no_row" if complete else "not_stated", why=words.ja, why_en=words.en)


def _speaks_of(row: Trigger, case: Case) -> bool:
    if row.businesses and (case.business_type is None or case.business_type.partition("の")[0] not in row.businesses):
        return False
    if row.cash is not None and case.cash is not None and case.cash is not row.cash:
        return False
    return not row.transactions or case.transaction in row.transactions


def _answer(row: Trigger, case: Case) -> bool | None:
    """True, False, or None when the row needs an amount or the way of payment that the case does not state."""
    cash_known = row.cash is None or case.cash is not None
    if row.over_yen is not None:
        amounts = [each for each in (case.amount_yen, case.aggregated_amount_yen) if each is not None]
        if not amounts:
            return None
        if max(amounts) <= row.over_yen:
            return False
    if not cash_known:
        return None
    return not row.excluded
