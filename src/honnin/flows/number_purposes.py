"""The purposes (利用目的) for which an individual number is received, in words (番号法9条; law.md §1.7, §2.6).

A house names the purposes that it has; a number is bound to the one of its visit. 番号法16条 asks for the check at
every receipt, 15条 forbids asking for a number without such a purpose.
"""

from __future__ import annotations

from collections.abc import Mapping

from honnin.cards.mynumber import NumberLawPurpose

__all__ = ["PURPOSES", "purpose_words"]

PURPOSES: Mapping[NumberLawPurpose, tuple[str, str]] = {
    NumberLawPurpose.WITHHOLDING_TAX: (
        "給与所得・退職所得の源泉徴収票の作成（雇用）", "Withholding tax of employees",
    ),
    NumberLawPurpose.PAYMENT_REPORT: (
        "報酬・料金などの支払調書の作成", "Payment reports (fees, rent and the like)",
    ),
    NumberLawPurpose.SOCIAL_INSURANCE: (
        "健康保険・厚生年金・雇用保険の届出", "Health, pension and employment insurance",
    ),
    NumberLawPurpose.FINANCIAL_ACCOUNT: (
        "預貯金口座・証券口座への付番", "Attaching the number to an account",
    ),
    NumberLawPurpose.PUBLIC_OFFICE: (
        "行政事務（個人番号利用事務実施者）", "Work of a public office that uses the number",
    ),
}  # fmt: skip


def purpose_words(purpose: NumberLawPurpose, *, japanese: bool) -> str:
    """The purpose for people."""
    return PURPOSES[purpose][0 if japanese else 1]
