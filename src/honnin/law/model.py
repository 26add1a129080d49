"""The law as values: what the engine reads and the files of law/data say (design §6; law.md §8).

Loading and checking is honnin.law.rules; whatever stands here has been checked already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

T = TypeVar("T")

STATUSES = ("enabled", "legacy_off", "disabled_until_confirmed")
CHANNELS_OF_METHODS = (
    "in_person", "in_person_plus_mail", "in_person_plus_sending", "remote", "remote_plus_mail", "mail", "any"
)  # fmt: skip
CHECKS = (
    "house", "document_valid", "certificate_current", "address", "chip_items", "document_flag", "kind_needs_actor",
    "no_flag", "customer_kind", "transaction", "standing", "two_documents", "another_sent", "two_copies",
    "mail_unless_in_person", "own_address", "never",
)  # fmt: skip
UNKNOWN = "unknown"  # of a letter: the text was not seen


@dataclass(frozen=True, slots=True)
class Words:
    """Japanese and English."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document or record. `identity`: a 本人確認書類; `record`: nothing that can be presented.

    `shows_address`: may prove the current address beside another one (6条2項). `max_age_months`: from its issue;
    `expiry_instead`: one with an expiry lives until then instead. `issued_from`: law → first day of issue that counts.
    `customers`: it counts only for these. `same_card`: other kinds that may be the very same card. `gives`: evidence
    that such a record is, once staff have compared it (登記情報, 公表事項).
    """

    code: str
    words: Words
    chip: tuple[str, ...] = ()
    photo: bool | None = None
    one_per_person: bool = False
    identity: bool = True
    record: bool = False
    corporate: bool = False
    category: bool = False
    address_never: bool = False
    shows_address: bool = True
    max_age_months: int | None = None
    expiry_instead: bool = False
    valid_from: date | None = None
    issued_from: Mapping[str, date] = field(default_factory=dict)
    customers: tuple[str, ...] = ()
    same_card: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    group: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """Something done or received, and the sentence that asks for it. `of_chip`: it speaks of one document's chip."""

    code: str
    words: Words
    ask: Words
    implies: tuple[str, ...] = ()
    chip_only: bool = False
    of_chip: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition beside the evidence. `check` names the engine's rule, the rest are its arguments."""

    code: str
    check: str
    words: Words
    ask: Words | None = None
    since: date | None = None  # of a notice: only from that day
    with_evidence: str | None = None  # only when that evidence is used
    flag: str | None = None
    evidence: str | None = None
    representative: bool = False
    kinds: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    except_customers: tuple[str, ...] = ()  # with kinds: not asked of these customers with these documents
    instead: str | None = None  # the notice that stands for it then
    items: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    agent_second: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value from the beginning, and what replaces it from a day on (sorted)."""

    first: T
    later: tuple[tuple[date, T], ...] = ()

    def on(self, day: date) -> T:
        """The value of that day."""
        value = self.first
        for start, each in self.later:
            if start <= day:
                value = each
        return value


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to fulfil a method. `required`: all groups; of one group, one code is enough."""

    channel: str
    documents: Dated[tuple[str, ...]]
    required: tuple[tuple[str, ...], ...]
    policy: tuple[str, ...]
    conditions: tuple[str, ...]
    record_fields: tuple[str, ...]
    additional: str  # "document" | "record" | "none": what a high-risk transaction needs on top


@dataclass(frozen=True, slots=True)
class Method:
    """A statutory method. `duty`: it comes on top of a method and never verifies by itself. `rare`: not proposed to
    people who have not begun it.
    """

    id: str
    title: Words
    provision: str
    letters: Mapping[str, str]
    valid_from: date | None
    valid_to: date | None
    actors: tuple[str, ...]
    customers: str  # "natural" | "corporation" | "any"
    status: Dated[str]
    points: tuple[str, ...]
    points_needed: Dated[tuple[str, ...]]  # whatever the status
    branches: tuple[Branch, ...]
    record_fields_if: Mapping[str, tuple[str, ...]]
    attachments: tuple[str, ...]
    attachments_if: Mapping[str, tuple[str, ...]]
    staff_delivery: bool
    record_unconfirmed: bool
    duty: bool
    rare: bool
    certainty: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of the text. `article_point`: its article numbers are printed only when that point is confirmed."""

    id: str
    start: date | None
    end: date | None
    text_seen: str
    article_point: str | None
    egov: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where the same methods stand for other transactions or actors: provision → provision. `same_as`: that article has
    no letters of its own that were seen, so that a method is named by the one that it is the same as.
    """

    transactions: tuple[str, ...]
    actors: tuple[str, ...]
    provisions: Mapping[str, str]
    same_as: bool = False


@dataclass(frozen=True, slots=True)
class HighRisk:
    """法4条2項 and its like: which flags open the duty, which method fulfils it, which documents count for it.

    `assets_over_yen`: property above it makes assets and income an item of the record.
    """

    flags: tuple[str, ...]
    method: str
    natural: tuple[str, ...]
    corporate: tuple[str, ...]
    assets_over_yen: int | None = None


@dataclass(frozen=True, slots=True)
class RecordUnseen:
    """What is recorded while the text of the record's items was not read: all that was done (a superset, law.md L2).

    From `start` until the house has confirmed `point`. Evidence code → fields, and attachments.
    """

    start: date
    point: str
    fields: Mapping[str, tuple[str, ...]]
    attachments: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long the record lives."""

    years: int | None
    code: str
    words: Words


@dataclass(frozen=True, slots=True)
class Law:
    """One law with its methods."""

    id: str
    words: Words
    rule: str
    revisions: tuple[Revision, ...]
    points_needed: Dated[tuple[str, ...]]
    record_common: tuple[str, ...]
    record_without: Mapping[str, tuple[str, ...]]
    record_if: Mapping[str, tuple[str, ...]]
    attachments_if: Mapping[str, tuple[str, ...]]
    record_unseen: RecordUnseen | None
    over_2m_except_business: tuple[str, ...]
    retention: RetentionRule
    high_risk: HighRisk | None
    notices_if: Mapping[str, tuple[str, Words]]
    elsewhere: tuple[Elsewhere, ...]
    methods: tuple[Method, ...]

    def revision(self, day: date) -> Revision:
        """The text in force on that day. There always is one: the loader checks that they touch."""
        return next(each for each in self.revisions if within(day, each.start, each.end))

    def method(self, method_id: str) -> Method:
        """The method with that id. KeyError is never raised for ids of this law's data."""
        return next(each for each in self.methods if each.id == method_id)


@dataclass(frozen=True, slots=True)
class Trigger:
    """One row of 1.2: transactions of businesses that must be verified, above an amount if there is one."""

    code: str
    law: str
    businesses: tuple[str, ...]  # empty: every business
    transactions: tuple[str, ...]  # empty: every transaction
    over_yen: int | None
    cash: bool | None  # True: only when paid in cash
    words: Words
    excluded: bool = False  # named by the law as not to be verified (簡素な顧客管理)


@dataclass(frozen=True, slots=True)
class Rules:
    """All of it. `version` is derived from the content: same content, same version, on every machine."""

    version: str
    laws: Mapping[str, Law]
    documents: Mapping[str, DocumentKind]
    evidence: Mapping[str, EvidenceKind]
    conditions: Mapping[str, Condition]
    points: Mapping[str, Words]
    points_since: Mapping[str, date]  # lawyer points that matter only from a day on
    risk_flags: Mapping[str, Words]
    triggers: tuple[Trigger, ...] = ()


def within(day: date, start: date | None, end: date | None) -> bool:
    """Whether a day lies in a time that may be open at either end."""
    return (start is None or start <= day) and (end is None or day <= end)
