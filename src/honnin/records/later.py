"""What is done about a record after its visit: mail goes out, arrives or comes back, papers come, items are written.

Each is an act of a named person on a day; none takes back what was done before. `apply` adds it to the Acts of the
record, so that the law decides again about everything that was done (犯収規則6条; law.md §7 rule 10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from honnin.core.clock import JAPAN, japan_day
from honnin.core.errors import CallerError
from honnin.law.acts import (
    Acts,
    AddressAnswer,
    AddressAnswered,
    Declaration,
    Done,
    Handover,
    Mail,
    Mailing,
    MailKind,
    OtherDocument,
    SeenDate,
    Supplement,
)
from honnin.records.kakunin_fields import attachment_name
from honnin.records.kakunin_words import MAIL, name_of

__all__ = [
    "Attached", "ExpirySeen", "HandedOver", "Later", "MailDelivered", "MailReturned", "MailSent", "OtherVerified",
    "PaperCame", "SupplementCame", "Wrote", "apply", "code_of", "words_of",
]  # fmt: skip

MAX_MAIL = 10
MAX_PAPERS = 10
_DECLARED = {
    "F23": "purpose", "F24": "occupation", "F24.business": "occupation", "F25.name": "beneficial_owner",
    "F26": "assets",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailSent:
    """取引関係文書 was sent that day. `number`: 引受番号. `to` None: to the verified address, which is that of the
    supplement once the customer has moved (規則6条2項).
    """

    on: date
    kind: MailKind = MailKind.NO_FORWARD
    to: Mailing | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class MailDelivered:
    """The mail of that number arrived that day; without a number the one that is under way."""

    on: date
    number: str = ""


@dataclass(frozen=True, slots=True)
class MailReturned:
    """It came back that day: it counts for nothing any more."""

    on: date
    number: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Staff went to the address and handed it over (規則6条4項)."""

    on: date


@dataclass(frozen=True, slots=True)
class PaperCame:
    """A further 本人確認書類. Presented only now, with its time; sent in on the day `on`. `other`: it is the other
    person's (law.parties); `additional`: for the high-risk transaction (規則14条).
    """

    on: date
    kind: str
    how: Handover
    number: str = ""
    valid: bool | None = None
    address_current: bool | None = None
    other: bool = False
    additional: bool = False


@dataclass(frozen=True, slots=True)
class SupplementCame:
    """A 補完書類 that shows the present address (規則6条2項)."""

    on: date
    kind: str
    how: Handover
    identification: str
    issued_on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class ExpirySeen:
    """The expiry that is printed on the document that was read."""

    on: date
    day: date


@dataclass(frozen=True, slots=True)
class Wrote:
    """Items of the record, by id (kakunin_fields.TYPABLE)."""

    on: date
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OtherVerified:
    """The other person was verified in a record of their own."""

    on: date
    record_id: str


@dataclass(frozen=True, slots=True)
class Attached:
    """Scans are added to the record as 添付資料 (規則19条1項2号): copies of papers that came on the day `on`. Of each
    its code (kakunin_fields.ATTACHMENTS) and media type. What the law makes of them follows from the record.
    """

    on: date
    papers: tuple[tuple[str, str], ...]


Later = (
    MailSent | MailDelivered | MailReturned | HandedOver | PaperCame | SupplementCame | ExpirySeen | Wrote
    | OtherVerified | Attached
)  # fmt: skip
_CODES: dict[type[Later], str] = {
    MailSent: "mail_sent", MailDelivered: "mail_delivered", MailReturned: "mail_returned", HandedOver: "handed_over",
    PaperCame: "paper", SupplementCame: "supplement", ExpirySeen: "expiry_seen", Wrote: "wrote", OtherVerified: "other",
    Attached: "attached",
}  # fmt: skip


def code_of(act: Later) -> str:
    """Stable word for the ledger; nothing personal."""
    return _CODES[type(act)]


def words_of(act: Later) -> str:
    """What was done, in Japanese, for the record."""
    day = f"{act.on.year}年{act.on.month}月{act.on.day}日"
    if isinstance(act, MailSent):
        return f"{day}に{MAIL[act.kind]}で取引関係文書を送付　{act.number}".strip()
    if isinstance(act, MailDelivered):
        return f"{day}に取引関係文書が到達　{act.number}".strip()
    if isinstance(act, MailReturned):
        return f"{day}に取引関係文書が返送　{act.number}".strip()
    if isinstance(act, HandedOver):
        return f"{day}に職員が住所で交付"
    if isinstance(act, PaperCame):
        return f"{day}に{name_of(act.kind)}の{_HOW[act.how]}　{act.number}".strip()
    if isinstance(act, SupplementCame):
        return f"{day}に補完書類（{act.kind}）の{_HOW[act.how]}　{act.identification}".strip()
    if isinstance(act, ExpirySeen):
        return f"{day}に券面の有効期限を確認"
    if isinstance(act, Attached):
        papers = "、".join(f"{attachment_name(code)[0]}（{_MEDIA.get(media, media)}）" for code, media in act.papers)
        return f"{day}に受けた{papers}を添付"
    if isinstance(act, OtherVerified):
        return f"もう一方の方を記録 {act.record_id} で確認"
    return f"{day}に{len(act.items)}件の事項を記入"


_MEDIA = {"application/pdf": "PDF", "image/jpeg": "画像", "image/png": "画像"}
_HOW = {Handover.PRESENTED: "提示", Handover.SENT_ORIGINAL: "原本の送付", Handover.SENT_COPY: "写しの送付"}


def apply(acts: Acts, other: Acts, act: Later, *, at: datetime, by: str, since: date) -> tuple[Acts, Acts]:
    """(acts about the holder, acts about the other person) with one act more. `at`: now; `by`: who says so; `since`:
    the day of the reading.

    Raises CallerError `later.day` (to come, or before the visit), `later.presented` (a presentation is recorded when it
    happens, with its time: 規則20条1項3号), `later.mail` (there is no such mail under way), `later.many`.
    """
    today = japan_day(at)
    if act.on > today or act.on < since:
        raise CallerError("later.day", "the day is to come, or lies before the visit")
    moment = datetime.combine(act.on, time(), JAPAN)  # these acts have a day and no time
    if isinstance(act, MailSent):
        if len(acts.mail) >= MAX_MAIL:
            raise CallerError("later.many", "too many letters")
        moved = acts.address is not None and acts.address.answer is AddressAnswer.MOVED
        to = act.to or (Mailing.SUPPLEMENT if moved else Mailing.DOCUMENT)
        return replace(acts, mail=(*acts.mail, Mail(act.kind, to, moment, None, None, act.number, by))), other
    if isinstance(act, MailDelivered | MailReturned):
        return replace(acts, mail=_arrived(acts.mail, act, moment)), other
    if isinstance(act, HandedOver):
        return replace(acts, staff_delivery=Done(moment, by)), other
    if isinstance(act, ExpirySeen):
        return replace(acts, expiry_seen=SeenDate(act.day, at, by)), other
    if isinstance(act, PaperCame):
        paper = OtherDocument(
            act.kind, act.how, act.valid, act.address_current, act.number, act.additional,
            _when(act.how, act.on, at), by,
        )  # fmt: skip
        own = other if act.other else acts
        if len(own.others) >= MAX_PAPERS:
            raise CallerError("later.many", "too many documents")
        more = replace(own, others=(*own.others, paper))
        return (acts, more) if act.other else (more, other)
    if isinstance(act, SupplementCame):
        supplement = Supplement(
            kind=act.kind, how=act.how, issued_on=act.issued_on, valid_until=act.valid_until,
            shows_current_address=True, identification=act.identification, at=_when(act.how, act.on, at), by=by,
        )  # fmt: skip
        address = acts.address or AddressAnswered(AddressAnswer.MOVED, at, by)
        return replace(acts, supplement=supplement, address=address), other
    if isinstance(act, Wrote):
        said = [Declaration(_DECLARED[name], value, "staff", at, by) for name, value in act.items if name in _DECLARED]
        return replace(acts, declarations=(*acts.declarations, *said)), other
    return acts, other


def _when(how: Handover, on: date, at: datetime) -> datetime:
    if how is not Handover.PRESENTED:
        return datetime.combine(on, time(), JAPAN)
    if on != japan_day(at):
        raise CallerError("later.presented", "a presentation is recorded when it happens")
    return at


def _arrived(mail: Sequence[Mail], act: MailDelivered | MailReturned, moment: datetime) -> tuple[Mail, ...]:
    """The letter of that number, else the only one under way, with the day on which it arrived or came back."""
    open_ones = [
        n for n, each in enumerate(mail)
        if each.returned_at is None and (not act.number or act.number == each.number)
        and (each.delivered_at is None or isinstance(act, MailReturned)) and each.sent_at <= moment
    ]  # fmt: skip
    if len(open_ones) != 1:
        raise CallerError("later.mail", "there is no such letter under way, or more than one")
    at = open_ones[0]
    letter = mail[at]
    if isinstance(act, MailDelivered):
        letter = replace(letter, delivered_at=moment)
    else:
        letter = replace(letter, returned_at=moment)
    return (*mail[:at], letter, *mail[at + 1 :])
