"""The Decision: which statutory methods the facts satisfy on that day, which nearly do, what the record needs.

Never just "verified: true" (design §2). The JSON shape is fixed by design §6; keys added to it: Japanese texts have a
twin with `_en`, codes stand beside texts. Texts are for people, codes for programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from honnin.core.errors import DataError


@dataclass(frozen=True, slots=True)
class Satisfied:
    """A method that counts in law and meets the house's policy. `letter` is display text of that day, or None."""

    id: str
    letter: str | None
    article: str
    revision: str
    egov_revision: str | None = None
    title: str = ""
    title_en: str = ""
    document: str | None = None
    documents: tuple[str, ...] = ()  # all that count towards it, the supplement and the additional document too


@dataclass(frozen=True, slots=True)
class Near:
    """Open, but something is lacking. `missing` lists codes; those in one group of `missing_any_of` are alternatives.

    `policy_only`: the statute is met, only the house's policy is not. `repairable`: the customer or the staff can still
    bring what is lacking in this case.
    """

    id: str
    missing: tuple[str, ...]
    why: tuple[str, ...]
    why_en: tuple[str, ...]
    missing_any_of: tuple[tuple[str, ...], ...] = ()
    letter: str | None = None
    title: str = ""
    title_en: str = ""
    document: str | None = None
    policy_only: bool = False
    repairable: bool = True


@dataclass(frozen=True, slots=True)
class Closed:
    """Blocked, with the reason. `code`: date, channel, actor, document, customer_kind, legacy_off, not_confirmed …"""

    id: str
    code: str
    why: str
    why_en: str
    title: str = ""
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be ensured or known by the house; it blocks nothing."""

    code: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the record lives. `years` None: until the purpose is over. `starts_code` is for programs."""

    years: int | None
    starts: str
    starts_en: str
    starts_code: str
    law: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The house accepts that the issuer's signature of this kind is not verified; the record carries it."""

    document: str
    policy: str
    reason: str


@dataclass(frozen=True, slots=True)
class MustVerify:
    """Whether the law wants a verification at all: `needed` True, False, or None when the case says too little."""

    needed: bool | None
    code: str
    why: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the law says of one case. Made by honnin.law.engine, a pure function, so it can be made again."""

    law: str
    on: str  # ISO date
    rules_version: str
    revision: str
    satisfied: tuple[Satisfied, ...]
    near: tuple[Near, ...]
    closed: tuple[Closed, ...]
    record_fields: tuple[str, ...]
    record_fields_product: tuple[str, ...]
    attachments: tuple[str, ...]
    retention: Retention
    ask_next: tuple[str, ...]
    ask_next_en: tuple[str, ...]
    notices: tuple[Notice, ...]
    additional: tuple[str, ...] = ()  # duties on top of a method that are fulfilled: ids
    accepted_unverifiable: tuple[Accepted, ...] = ()
    must_verify: MustVerify | None = field(default=None)

    @property
    def verified(self) -> bool:
        """At least one method is satisfied."""
        return bool(self.satisfied)


def decision_to_dict(decision: Decision) -> dict[str, object]:
    """The JSON of design §6."""
    result: dict[str, object] = {
        "satisfied": [
            {
                "id": each.id, "letter": each.letter, "article": each.article, "revision": each.revision,
                "egov_revision": each.egov_revision, "title": each.title, "title_en": each.title_en,
                "document": each.document, "documents": list(each.documents),
            }
            for each in decision.satisfied
        ],
        "near": [
            {
                "id": each.id, "missing": list(each.missing), "why": list(each.why), "why_en": list(each.why_en),
                "missing_any_of": [list(group) for group in each.missing_any_of], "letter": each.letter,
                "title": each.title, "title_en": each.title_en, "document": each.document,
                "policy_only": each.policy_only, "repairable": each.repairable,
            }
            for each in decision.near
        ],
        "closed": [
            {
                "id": each.id, "why": each.why, "why_en": each.why_en, "code": each.code, "title": each.title,
                "title_en": each.title_en,
            }
            for each in decision.closed
        ],
        "verified": decision.verified,
        "record_fields": list(decision.record_fields),
        "record_fields_product": list(decision.record_fields_product),
        "attachments": list(decision.attachments),
        "retention": {
            "years": decision.retention.years, "starts": decision.retention.starts,
            "starts_en": decision.retention.starts_en, "starts_code": decision.retention.starts_code,
            "law": decision.retention.law,
        },
        "ask_next": list(decision.ask_next),
        "ask_next_en": list(decision.ask_next_en),
        "notices": [each.ja for each in decision.notices],
        "notices_en": [each.en for each in decision.notices],
        "notice_codes": [each.code for each in decision.notices],
        "additional": list(decision.additional),
        "accepted_unverifiable": [
            {"document": each.document, "policy": each.policy, "reason": each.reason}
            for each in decision.accepted_unverifiable
        ],
        "law": decision.law,
        "on": decision.on,
        "revision": decision.revision,
        "rules_version": decision.rules_version,
    }  # fmt: skip
    if decision.must_verify is not None:
        answer = decision.must_verify
        result["must_verify"] = {
            "needed": answer.needed, "code": answer.code, "why": answer.why, "why_en": answer.why_en
        }  # fmt: skip
    return result


def decision_from_dict(value: object) -> Decision:
    """The reverse of `decision_to_dict`. DataError "law.decision.format" when it is none."""
    try:
        decision = _from_dict(cast("Mapping[str, object]", value))
        again = decision_to_dict(decision)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError("law.decision.format", "this is not a decision of this program", str(error)) from error
    if again != value:
        raise DataError("law.decision.format", "this decision has entries that do not agree")
    return decision


def _from_dict(value: Mapping[str, object]) -> Decision:
    retention = cast("Mapping[str, object]", value["retention"])
    answer = cast("Mapping[str, object] | None", value.get("must_verify"))
    return Decision(
        law=_text(value, "law"),
        on=_text(value, "on"),
        rules_version=_text(value, "rules_version"),
        revision=_text(value, "revision"),
        satisfied=tuple(
            Satisfied(
                id=_text(each, "id"), letter=_maybe(each, "letter"), article=_text(each, "article"),
                revision=_text(each, "revision"), egov_revision=_maybe(each, "egov_revision"),
                title=_text(each, "title"), title_en=_text(each, "title_en"), document=_maybe(each, "document"),
                documents=_texts(each, "documents"),
            )
            for each in _items(value, "satisfied")
        ),
        near=tuple(
            Near(
                id=_text(each, "id"), missing=_texts(each, "missing"), why=_texts(each, "why"),
                why_en=_texts(each, "why_en"),
                missing_any_of=tuple(
                    tuple(str(code) for code in group) for group in cast("list[list[object]]", each["missing_any_of"])
                ),
                letter=_maybe(each, "letter"), title=_text(each, "title"), title_en=_text(each, "title_en"),
                document=_maybe(each, "document"), policy_only=each["policy_only"] is True,
                repairable=each["repairable"] is True,
            )
            for each in _items(value, "near")
        ),
        closed=tuple(
            Closed(
                id=_text(each, "id"), code=_text(each, "code"), why=_text(each, "why"), why_en=_text(each, "why_en"),
                title=_text(each, "title"), title_en=_text(each, "title_en"),
            )
            for each in _items(value, "closed")
        ),
        record_fields=_texts(value, "record_fields"),
        record_fields_product=_texts(value, "record_fields_product"),
        attachments=_texts(value, "attachments"),
        retention=Retention(
            years=cast("int | None", retention["years"]), starts=_text(retention, "starts"),
            starts_en=_text(retention, "starts_en"), starts_code=_text(retention, "starts_code"),
            law=_text(retention, "law"),
        ),
        ask_next=_texts(value, "ask_next"),
        ask_next_en=_texts(value, "ask_next_en"),
        notices=tuple(
            Notice(code, ja, en)
            for code, ja, en in zip(
                _texts(value, "notice_codes"), _texts(value, "notices"), _texts(value, "notices_en"), strict=True
            )
        ),
        additional=_texts(value, "additional"),
        accepted_unverifiable=tuple(
            Accepted(_text(each, "document"), _text(each, "policy"), _text(each, "reason"))
            for each in _items(value, "accepted_unverifiable")
        ),
        must_verify=None if answer is None else MustVerify(
            needed=cast("bool | None", answer["needed"]), code=_text(answer, "code"), why=_text(answer, "why"),
            why_en=_text(answer, "why_en"),
        ),
    )  # fmt: skip


def _items(value: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    items = value[key]
    if not isinstance(items, list) or len(items) > 1000:
        raise TypeError(key)
    return items


def _text(value: Mapping[str, object], key: str) -> str:
    text = value[key]
    if not isinstance(text, str):
        raise TypeError(key)
    return text


def _maybe(value: Mapping[str, object], key: str) -> str | None:
    return None if value[key] is None else _text(value, key)


def _texts(value: Mapping[str, object], key: str) -> tuple[str, ...]:
    items = value[key]
    if not isinstance(items, list) or len(items) > 1000 or not all(isinstance(each, str) for each in items):
        raise TypeError(key)
    return tuple(items)
