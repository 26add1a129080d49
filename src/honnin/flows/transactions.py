"""Templates of transactions: what a counter does, and the case of the law that follows from it (ui.md §3.3; law.md §1).

A template fixes law, business type and transaction, so that staff choose one line and nothing else. A house may write
its own (honnin.adapters.house_file). Codes of business types are the numbers of 犯収法2条2項 (law.md §1.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from honnin.cards.mynumber import NumberLawPurpose

NUMBER_LAW = "bangou"  # the one law under which an individual number is read


class Declaration(StrEnum):
    """What the customer declares (law.md §1.3): 犯収法4条1項2号–3号, 規則9条–10条, 15条, 20条1項27号."""

    PURPOSE = "purpose"  # 取引を行う目的
    OCCUPATION = "occupation"  # 職業
    FOREIGN_PEP = "foreign_pep"  # 外国で重要な公的地位
    ALIAS = "alias"  # 通称その他


HANSHU_DECLARATIONS = (Declaration.PURPOSE, Declaration.OCCUPATION, Declaration.FOREIGN_PEP, Declaration.ALIAS)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One line of the list. `law` is empty for a reading that no law asks for: nothing is judged then. `purposes`: for
    what a number may be received, of a transaction of the 番号法 and of no other.
    """

    id: str  # letters, digits, hyphen
    title_ja: str
    title_en: str
    law: str = ""  # hanshu | keitai | keitai_rental | bangou
    business_type: str = ""
    transaction: str = ""
    declarations: tuple[Declaration, ...] = ()
    purposes: tuple[NumberLawPurpose, ...] = ()


NO_LAW = Transaction(
    "none", "取引を決めずに読む（法令の判定はしません）", "Read without a transaction (the law is not judged)"
)

# Those that ui.md §3.3 draws.
BUILT_IN: tuple[Transaction, ...] = (
    Transaction(
        "company-registration", "商業登記の依頼（犯収法）", "Company registration (Act on Criminal Proceeds)",
        "hanshu", "46", "company_formation", HANSHU_DECLARATIONS,
    ),
    Transaction(
        "real-estate-sale", "不動産の売買（犯収法）", "Sale of real estate (Act on Criminal Proceeds)",
        "hanshu", "42", "real_estate_sale", HANSHU_DECLARATIONS,
    ),
    Transaction(
        "mobile-contract", "携帯電話の契約（携帯法）", "Mobile phone contract (Mobile Phone Act)",
        "keitai", "", "service_contract",
    ),
    Transaction(
        "mobile-rental", "携帯電話の貸与（携帯法）", "Mobile phone rental (Mobile Phone Act)",
        "keitai_rental", "", "rental_contract",
    ),
    Transaction(
        "my-number", "個人番号の提供（番号法）", "Providing a My Number (My Number Act)", NUMBER_LAW,
        purposes=tuple(NumberLawPurpose),
    ),
    NO_LAW,
)  # fmt: skip


# 法4条1項2号・3号 ask these of everybody but 国等, whatever a house's own list of templates says.
_OF_LAW = (Declaration.PURPOSE, Declaration.OCCUPATION)


def declarations_of(transaction: Transaction, customer_kind: str) -> tuple[Declaration, ...]:
    """What is asked of this customer: what the template says and what the law asks in any case; of 国等 neither purpose
    nor occupation (法4条5項).
    """
    if transaction.law != "hanshu":
        return transaction.declarations
    if customer_kind == "public_body":
        return tuple(each for each in transaction.declarations if each not in _OF_LAW)
    return tuple(dict.fromkeys((*_OF_LAW, *transaction.declarations)))


def transaction_of(transactions: tuple[Transaction, ...], transaction_id: str) -> Transaction:
    """That template; NO_LAW when there is none of that name."""
    return next((each for each in transactions if each.id == transaction_id), NO_LAW)
