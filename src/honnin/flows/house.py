"""The house: facts about the business on which the law's answer depends (design §6 `tenant`; ui.md §3.15)."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from honnin.core.errors import CallerError, DataError
from honnin.flows.staff import StaffMember
from honnin.flows.transactions import BUILT_IN, Transaction
from honnin.law.case import House, house_of, parse_case
from honnin.law.rules import Rules
from honnin.law.triggers import known_transactions

TIMESTAMP_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Named:
    """Something that a named person decided on a day, with the reason: a cleared lawyer point, an accepted gap."""

    code: str  # "L1" … "L18", or a document code such as "LICENCE"
    by: str
    on: str  # ISO 8601 date
    reason: str


@dataclass(frozen=True, slots=True)
class NumberRecipient:
    """A system that may be given individual numbers, encrypted for its key. `key_sha256`: hex digits of the SHA-256 of
    its SubjectPublicKeyInfo (DER).
    """

    named: Named
    key_sha256: str


@dataclass(frozen=True, slots=True)
class TimestampService:
    """A time-stamping service that the house chose (RFC 3161). `every`: a stamp after so many entries of the ledger,
    besides the daily one; `policy`: the OID to ask for, "" for the service's own.
    """

    url: str
    every: int = TIMESTAMP_EVERY
    policy: str = ""


@dataclass(frozen=True, slots=True)
class HouseSettings:
    """What house.yaml says. The defaults are the strictest reading."""

    name: str = ""
    is_signature_verifier: bool = False  # 公的個人認証法17条4項
    legacy_methods: bool = False
    confirmed: tuple[Named, ...] = ()
    accept_unverifiable: tuple[Named, ...] = ()
    transactions: tuple[Transaction, ...] = BUILT_IN
    number_recipients: tuple[NumberRecipient, ...] = ()
    timestamps: TimestampService | None = None  # None: nothing is asked of the network
    staff: tuple[StaffMember, ...] = ()  # empty: whoever is named

    def as_house(self, rules: Rules) -> House:
        """The house as the law is asked (law.case.House). Raises DataError `law.case…`."""
        return house_of(self.as_tenant(), rules)

    @property
    def speaks_of_rules(self) -> bool:
        """Whether anything in it names something of the law's data."""
        return bool(self.confirmed or self.accept_unverifiable) or self.transactions is not BUILT_IN

    def must_fit(self, rules: Rules) -> None:
        """Stop at what the law's data do not know: a code with a slip of the pen would confirm nothing, and a
        transaction with one would be judged as one that no table has. Raises CallerError `house.content`.
        """
        try:
            self.as_house(rules)
            for each in self.transactions:
                law, business = each.law or BUILT_IN[0].law, each.business_type or None
                parse_case({"law": law, "on": "2026-11-25", "business_type": business}, rules)
        except DataError as error:
            raise CallerError("house.content", "house.yaml names what the rules do not have", error.message) from None
        known = known_transactions(rules) | {each.transaction for each in BUILT_IN}
        for each in self.transactions:
            if each.transaction and each.transaction not in known:
                near = ", ".join(get_close_matches(each.transaction, sorted(known), n=3)) or "docs/law/case.md"
                raise CallerError(
                    "house.content", "house.yaml names what the rules do not have",
                    f"transactions: {each.id}: no such transaction: {each.transaction} ({near})",
                )  # fmt: skip

    def as_tenant(self) -> dict[str, object]:
        """The `tenant` of a case (design §6)."""
        return {
            "is_signature_verifier": self.is_signature_verifier,
            "legacy_methods": self.legacy_methods,
            "confirmed": [each.code for each in self.confirmed],
            "accept_unverifiable": [
                {"kind": each.code, "reason": f"{each.by} {each.on} {each.reason}"} for each in self.accept_unverifiable
            ],
        }
