"""Acts: what named people did and what the page showed, each with its time; the part of a case that no chip can say.

Nothing is assumed: an act that is not here did not happen. Times are aware; by whom is the staff's id, never empty.
Terms: 提示 (presented), 送付 (sent), 交付, 転送不要郵便物等 (no_forward), 特定事項伝達型本人限定受取郵便 (restricted),
本人限定受取郵便 (addressee_only), 補完書類 (supplement). law.md §2.1, §2.2, §3.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from honnin.core.errors import DataError
from honnin.core.value_json import value_from_json, value_to_json

__all__ = [
    "Acts", "AddressAnswer", "Answer", "Answered", "Declaration", "Done", "Handover", "LiveImage", "Mail", "MailKind",
    "Mailing", "OtherDocument", "SeenDate", "Supplement", "acts_from_dict", "acts_to_dict",
]  # fmt: skip


class Answer(StrEnum):
    """Staff's answer to "is it the same?"."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class AddressAnswer(StrEnum):
    """Is the address on the document where the customer lives now (規則6条2項)?"""

    CURRENT = "current"
    MOVED = "moved"


class Handover(StrEnum):
    """How a document came to the house."""

    PRESENTED = "presented"  # 提示
    SENT_ORIGINAL = "sent_original"  # 送付（原本）
    SENT_COPY = "sent_copy"  # 送付（写し）


class MailKind(StrEnum):
    """How 取引関係文書 is mailed."""

    NO_FORWARD = "no_forward"  # 書留郵便等・転送不要郵便物等
    RESTRICTED = "restricted"  # 特定事項伝達型本人限定受取郵便等
    ADDRESSEE_ONLY = "addressee_only"  # 本人限定受取郵便等


class Mailing(StrEnum):
    """Which address it went to."""

    DOCUMENT = "document"  # that of the document or chip
    SUPPLEMENT = "supplement"  # that of the supplement
    BUSINESS = "business"  # 規則6条3項・4項: a place of business


def _check(by: str, *moments: datetime | None) -> None:
    if not any(each.isalnum() for each in by):  # blanks, and what cannot be seen, are nobody's name
        raise DataError("law.acts.by", "an act needs the person who did it")
    if any(each is not None and each.tzinfo is None for each in moments):
        raise DataError("law.acts.time", "the time of an act needs a time zone")


@dataclass(frozen=True, slots=True)
class Done:
    """Something was done at that time by that person. Raises DataError `law.acts.by`, `law.acts.time`."""

    at: datetime
    by: str

    def __post_init__(self) -> None:
        _check(self.by, self.at)


@dataclass(frozen=True, slots=True)
class Answered:
    """A named person's answer."""

    answer: Answer
    at: datetime
    by: str

    def __post_init__(self) -> None:
        _check(self.by, self.at)


@dataclass(frozen=True, slots=True)
class AddressAnswered:
    """A named person's answer about the address."""

    answer: AddressAnswer
    at: datetime
    by: str

    def __post_init__(self) -> None:
        _check(self.by, self.at)


@dataclass(frozen=True, slots=True)
class SeenDate:
    """A date that a named person read on the document (有効期限 of documents whose chip has it as a picture only)."""

    day: date
    at: datetime
    by: str

    def __post_init__(self) -> None:
        _check(self.by, self.at)


@dataclass(frozen=True, slots=True)
class LiveImage:
    """An image taken in the session by the software of the house: 本人確認用画像情報. `software`: name and version."""

    received_at: datetime
    software: str

    def __post_init__(self) -> None:
        _check(self.software, self.received_at)


@dataclass(frozen=True, slots=True)
class Supplement:
    """補完書類. `kind`: what it is, in the house's words; `issued_on`: date of issue or receipt stamp; `valid_until`
    where it has an expiry; `shows_current_address`: what the named person saw.
    """

    kind: str
    how: Handover
    issued_on: date | None
    valid_until: date | None
    shows_current_address: bool
    identification: str  # issuer, number: what F19 wants
    at: datetime
    by: str

    def __post_init__(self) -> None:
        _check(self.by, self.at)


@dataclass(frozen=True, slots=True)
class OtherDocument:
    """A further document. `kind`: a code of the sheet (`CERTIFICATES`, `GOV_OTHER`, …); `valid`, `address_current`: as
    the named person saw them, None when nobody looked; `additional`: 規則14条 (the high-risk document).
    """

    kind: str
    how: Handover
    valid: bool | None
    address_current: bool | None
    number: str
    additional: bool
    at: datetime
    by: str

    def __post_init__(self) -> None:
        _check(self.by, self.at)


@dataclass(frozen=True, slots=True)
class Mail:
    """取引関係文書 on its way. `number`: 引受番号. A returned one counts for nothing."""

    kind: MailKind
    to: Mailing
    sent_at: datetime
    delivered_at: datetime | None
    returned_at: datetime | None
    number: str
    by: str

    def __post_init__(self) -> None:
        _check(self.by, self.sent_at, self.delivered_at, self.returned_at)


@dataclass(frozen=True, slots=True)
class Declaration:
    """申告. `item`: purpose, occupation, beneficial_owner, assets, alias, pep …; `how`: what it was confirmed with."""

    item: str
    value: str
    how: str
    at: datetime
    by: str

    def __post_init__(self) -> None:
        _check(self.by, self.at)


@dataclass(frozen=True, slots=True)
class Acts:
    """All acts of one verification.

    `presented`: the read document itself, in person; `photo_printed`: whether it has a photo, where the chip was not
    asked; `chip_displayed`: the staff page showed what was read; `face_match`, `print_match`: person and printed
    document against the screen; `expiry_seen`; `number_lookup`: the agency's page about a residence card (no: lapsed);
    `staff_delivery`: 職員による交付 instead of mail.
    """

    presented: Done | None = None
    photo_printed: bool | None = None
    chip_displayed: Done | None = None
    face_match: Answered | None = None
    print_match: Answered | None = None
    address: AddressAnswered | None = None
    expiry_seen: SeenDate | None = None
    number_lookup: Answered | None = None
    face_live: LiveImage | None = None
    document_live: LiveImage | None = None
    supplement: Supplement | None = None
    others: tuple[OtherDocument, ...] = ()
    mail: tuple[Mail, ...] = ()
    staff_delivery: Done | None = None
    declarations: tuple[Declaration, ...] = ()

    def declared(self, item: str) -> Declaration | None:
        """The last declaration of that item, or None."""
        return next((each for each in reversed(self.declarations) if each.item == item), None)


def acts_to_dict(acts: Acts) -> dict[str, Any]:
    """JSON values, every field by its name."""
    values: dict[str, Any] = value_to_json(acts)
    return {"format": "honnin-acts", "version": 1, **values}


def acts_from_dict(value: Mapping[str, Any]) -> Acts:
    """What `acts_to_dict` made. Raises DataError `law.acts`."""
    if not isinstance(value, dict) or (value.get("format"), value.get("version")) != ("honnin-acts", 1):
        raise DataError("law.acts", "these are not the acts of a verification")
    rest = {name: each for name, each in value.items() if name not in {"format", "version"}}
    return value_from_json(Acts, rest, "law.acts")
