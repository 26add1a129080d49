"""What came beside the chip: further papers, the supplement, mail; and the acts that fall into the time (law.md §2.1).

Only lowering, like honnin.law.evidence: what was done too late, went elsewhere or is no document counts for nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from honnin.core.clock import japan_day
from honnin.law.acts import (
    Acts,
    AddressAnswer,
    AddressAnswered,
    Answer,
    Answered,
    Done,
    Handover,
    LiveImage,
    Mail,
    Mailing,
    MailKind,
    SeenDate,
    Supplement,
)
from honnin.law.case import DocumentFact
from honnin.law.dates import months_before
from honnin.law.evidence_notices import EvidenceNotice, notice
from honnin.law.rules import load_rules

__all__ = ["mail", "others", "until"]

_FRESH_MONTHS = 6  # of a supplement: 規則7条, 6条2項
_Act = TypeVar("_Act", Done, SeenDate, Supplement, AddressAnswered)


def until(acts: Acts, on: date, found: list[EvidenceNotice]) -> Acts:
    """The acts without what was done after that day. A no is a no whenever it was said."""

    def late(moment: datetime) -> bool:
        return japan_day(moment) > on

    def kept(answered: Answered | None) -> Answered | None:
        return None if answered is not None and answered.answer is Answer.YES and late(answered.at) else answered

    def done(act: _Act | None) -> _Act | None:
        return None if act is not None and late(act.at) else act

    def image(live: LiveImage | None) -> LiveImage | None:
        return None if live is not None and late(live.received_at) else live

    moved = acts.address is not None and acts.address.answer is AddressAnswer.MOVED
    known = replace(
        acts,
        presented=done(acts.presented),
        chip_displayed=done(acts.chip_displayed),
        face_match=kept(acts.face_match),
        print_match=kept(acts.print_match),
        address=acts.address if moved else done(acts.address),
        expiry_seen=done(acts.expiry_seen),
        number_lookup=kept(acts.number_lookup),
        face_live=image(acts.face_live),
        document_live=image(acts.document_live),
        supplement=done(acts.supplement),
        others=tuple(each for each in acts.others if not late(each.at)),
        mail=tuple(each for each in acts.mail if not late(each.sent_at)),
        staff_delivery=done(acts.staff_delivery),
    )
    if known != acts:
        found.append(notice("after_the_day"))
    return known


def others(
    acts: Acts, on: date, documents: list[DocumentFact], codes: set[str], found: list[EvidenceNotice]
) -> set[str]:
    """Further documents, what was looked up about a company, and the supplement. Two papers presented are PRESENT_2;
    what each counts for, the rules say.
    """
    gained: set[str] = set()
    presented = int("PRESENT_1" in codes)
    copies = 0
    for each in acts.others:
        kind = load_rules().documents.get(each.kind)
        if kind is not None and kind.gives:
            gained |= set(kind.gives) if each.valid is True else set()
            found += [] if each.valid is True else [notice("paper_unchecked", each.kind)]
            continue
        if kind is None or kind.record or not (kind.identity or kind.shows_address):
            found.append(notice("paper_unknown", each.kind[:40]))  # nothing that can be handed over and counts
            continue
        documents.append(
            DocumentFact(kind=each.kind, valid=each.valid, address_current=each.address_current, chip_read=False)
        )
        if each.valid is not True:
            found.append(notice("paper_unchecked", each.kind))  # it counts for nothing, and lends nothing to another
        elif each.how is Handover.PRESENTED:
            presented += 1
        elif each.additional:
            gained.add("SENT_OTHER")  # 規則14条: there to check the first verification, no document of a method
        elif each.how is Handover.SENT_ORIGINAL:
            gained.add("SENT_ORIGINAL")
        else:
            copies += 1
    supplement = acts.supplement
    fresh = supplement is not None and _is_fresh(supplement, on)
    if supplement is not None:
        if fresh:
            documents.append(DocumentFact(kind="SUPPLEMENT", valid=True, address_current=True))
        else:
            found.append(notice("supplement_unfit"))
        if fresh and supplement.how is Handover.PRESENTED:
            presented += 1
        elif fresh:
            gained.add("SENT_OTHER")
            copies += copies > 0  # 写し1点と補完書類: the supplement may be a copy, and need not be
    gained |= set(("PRESENT_1", "PRESENT_2")[:presented])
    return gained | set(("SENT_COPY_1", "SENT_COPY_2")[:copies])


def _is_fresh(supplement: Supplement, on: date) -> bool:
    """Six months from its date, or valid where it has an expiry; and it shows the address (規則7条, 6条2項)."""
    if not supplement.shows_current_address:
        return False
    if supplement.valid_until is not None:
        return supplement.valid_until >= on
    issued = supplement.issued_on
    return issued is not None and months_before(on, _FRESH_MONTHS) <= issued <= on


_MAIL_CODES = {MailKind.NO_FORWARD: "MAIL_NO_FORWARD", MailKind.ADDRESSEE_ONLY: "MAIL_ADDRESSEE_ONLY"}


def mail(acts: Acts, law: str, on: date, found: list[EvidenceNotice], *, organisation: bool) -> set[str]:
    """Complete when sent (犯収法) or delivered (携帯法), never when returned (law.md §7 rule 10).

    And only to a verified address: that of the document where it is the current one, or of a supplement (6条2項).
    """
    codes: set[str] = set()
    for each in acts.mail:
        if each.returned_at is not None:
            found.append(notice("mail_returned"))
        elif not _to_verified_address(each, acts, on, organisation=organisation):
            found.append(notice("mail_elsewhere"))
        elif _complete(each, law, on):
            codes.add(_MAIL_CODES.get(each.kind, "MAIL_RESTRICTED"))
        else:
            found.append(notice("mail_under_way"))
    if acts.staff_delivery is not None:
        codes.add("STAFF_DELIVERY")
    return codes


def _to_verified_address(mail: Mail, acts: Acts, on: date, *, organisation: bool) -> bool:
    if mail.to is Mailing.BUSINESS:
        return organisation  # 規則6条3項・4項
    if mail.to is Mailing.SUPPLEMENT:
        fresh = acts.supplement is not None and _is_fresh(acts.supplement, on)
        return fresh or any(each.valid is True and each.address_current is True for each in acts.others)
    return acts.address is None or acts.address.answer is AddressAnswer.CURRENT


def _complete(mail: Mail, law: str, on: date) -> bool:
    if mail.kind is MailKind.RESTRICTED or law != "hanshu":
        there = mail.delivered_at
        return there is not None and mail.sent_at <= there and japan_day(there) <= on
    return True
