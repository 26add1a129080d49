"""Report + acts → evidence codes and documents: what the law is asked about (design §6; law.md §2.1, §7).

Only lowering: a code stands here when the facts for it are there, and for no other reason. Chip codes need items that
came from the chip of this reading; a finding that speaks against the chip takes all of them away, since a house may
accept what cannot be verified but never what failed. Staff's yes counts with a name and a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from honnin.facts import DocumentKind, Environment, Outcome, Report
from honnin.law.acts import (
    Acts,
    AddressAnswer,
    Answer,
    Answered,
    Handover,
    Mail,
    MailKind,
    Supplement,
)
from honnin.law.case import DocumentFact
from honnin.law.chip_items import ChipItems, can_be_signed, chip_items, issuer_signature_ok, speaks_against_chip
from honnin.law.evidence_notices import EvidenceNotice, notice

__all__ = [
    "ONLY_FROM_FACTS", "Acts", "EvidenceFacts", "EvidenceNotice", "evidence_from_report", "is_valid_on",
    "six_months_after",
]  # fmt: skip

# Evidence that is made from the Report and the acts here, and from nothing that a form says.
ONLY_FROM_FACTS = frozenset({
    "PRESENT_1", "PRESENT_2", "CHIP3", "CHIP4", "CHIP_READ", "CHIP_DISPLAY", "ISSUER_SIG_OK", "FACE_MATCH_OK",
    "FACE_LIVE", "DOC_IMAGE_LIVE", "SIG_JPKI", "JPKI_VALID", "SENT_ORIGINAL", "SENT_COPY_1", "SENT_COPY_2",
    "SENT_OTHER", "MAIL_NO_FORWARD", "MAIL_RESTRICTED", "MAIL_ADDRESSEE_ONLY", "CSR_RECEIVED", "CSR_CHECKED",
    "STAFF_DELIVERY",
})  # fmt: skip
_KEITAI = frozenset({"keitai", "keitai_rental"})
_WITHOUT_PHOTO = frozenset({"MYNA_NOPHOTO", "RESIDENCE_NOPHOTO", "SPR_NOPHOTO"})
_SIGNING = tuple(f"mynumber.sign.{name}" for name in ("chain", "policy", "usage", "validity", "signature"))


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """`codes`: evidence codes of the sheet. `documents`: the identity documents, those of the chip first. `simulated`:
    nothing of it counts in the real world. `items`: which attributes of the Report the chip codes rest on.
    """

    codes: frozenset[str]
    documents: tuple[DocumentFact, ...]
    simulated: bool
    notices: tuple[EvidenceNotice, ...] = ()
    items: ChipItems | None = None


def evidence_from_report(
    report: Report, acts: Acts, on: date, *, law: str = "", from_card: bool = True, simulated: bool = False
) -> EvidenceFacts:
    """The evidence of one verification that is completed on the day `on` (Japan).

    `law`: id of the sheet; it decides when mail is complete (犯収法: sent; 携帯法, and when unknown: delivered).
    `from_card`: the Reading came from a card in a reader of the house or through its relay, not from files.
    `simulated`: the edge knows that the card is virtual. Pure; never raises for what a card can have sent.
    """
    found: list[EvidenceNotice] = []
    codes: set[str] = set()
    documents: list[DocumentFact] = []
    items = chip_items(report) if from_card else None
    if not from_card:
        found.append(notice("not_from_card"))
    against = speaks_against_chip(report)
    if against:
        found.append(notice("chip_doubted", ", ".join(against)))
    refused = _refused(acts, found)
    kind = _kind(report, items, acts, found)
    if kind:
        documents.append(_document(kind, report, items, acts=acts, on=on, found=found))
    trusted_chip = items is not None and not against and not refused
    if kind and acts.presented is not None and not refused and not against:
        codes.add("PRESENT_1")
    if trusted_chip and items is not None and kind:
        codes |= _chip_codes(report, items, acts, kind, found)
    if report.document == DocumentKind.MYNUMBER and from_card and not against:
        signing, fact = _signing(report, found)
        codes |= signing
        documents += [fact] if fact is not None else []
    if acts.face_live is not None and acts.face_live.software:
        codes.add("FACE_LIVE")
    if acts.document_live is not None and acts.document_live.software:
        codes.add("DOC_IMAGE_LIVE")
    codes |= _others(acts, on, documents, codes, found)
    codes |= _mail(acts, law, found)
    unreal = simulated or report.environment in {Environment.SIMULATOR, Environment.TEST}
    if unreal:
        found.insert(0, notice("simulated"))
    return EvidenceFacts(frozenset(codes), tuple(documents), unreal, tuple(dict.fromkeys(found)), items)


def _said(answered: Answered | None, answer: Answer) -> bool:
    return answered is not None and answered.answer is answer


def _refused(acts: Acts, found: list[EvidenceNotice]) -> bool:
    """Staff looked and did not say yes: then nothing of this document counts, also not that it was presented."""
    refused = False
    if acts.face_match is not None and acts.face_match.answer is not Answer.YES:
        found.append(notice(f"face_{acts.face_match.answer.value}"))
        refused = True
    if acts.print_match is not None and acts.print_match.answer is not Answer.YES:
        found.append(notice("print_differs"))
        refused = True
    return refused


# --- the document -----------------------------------------------------------------------------------------------------


def _kind(report: Report, items: ChipItems | None, acts: Acts, found: list[EvidenceNotice]) -> str:
    """The sheet's code of the document, "" when it is none or cannot be told."""
    if report.document == DocumentKind.MYNUMBER_LICENCE:
        found.append(notice("myna_licence"))
        return ""
    if report.document == DocumentKind.PASSPORT:
        found.append(notice("passport_no_address"))
        return "PASSPORT"
    if report.document == DocumentKind.LICENCE:
        return "LICENCE"
    if report.document == DocumentKind.RESIDENCE:
        return _residence_kind(report, found)
    return _mynumber_kind(report, items, acts, found)


def _residence_kind(report: Report, found: list[EvidenceNotice]) -> str:
    card = report.finding("residence.card")
    card_type = "" if card is None else card.detail.get("card_type", "")
    kind = {"1": "RESIDENCE", "05": "RESIDENCE", "2": "SPR", "06": "SPR"}.get(card_type, "")
    if card_type in {"07", "08"}:
        found.append(notice("tokutei_residence"))
        return "TOKUTEI_RESIDENCE"
    portrait = report.finding("residence.portrait")
    if kind and (portrait is None or portrait.reason == "absent"):
        return f"{kind}_NOPHOTO"
    return kind


def _mynumber_kind(report: Report, items: ChipItems | None, acts: Acts, found: list[EvidenceNotice]) -> str:
    """With photo, without, or only a certificate read: a card whose photo nobody saw is neither."""
    if items is not None and items.photo is not None:
        return "MYNA"
    face = any(each.source == "KENMEN.EF0002" for each in report.attributes)
    signed = report.finding("mynumber.face.signature")
    if face and signed is not None and signed.outcome is Outcome.PASSED:
        return "MYNA_NOPHOTO"
    if not any(each.source in {"KENMEN.EF0002", "HOJO.EF0002"} for each in report.attributes):
        return ""
    if acts.photo_printed is None:
        found.append(notice("photo_unknown"))
        return ""
    return "MYNA" if acts.photo_printed else "MYNA_NOPHOTO"


def _document(
    kind: str, report: Report, items: ChipItems | None, *, acts: Acts, on: date, found: list[EvidenceNotice]
) -> DocumentFact:
    valid = is_valid_on(report, acts, on)
    if valid is None:
        found.append(notice("validity_unknown"))
    if kind == "PASSPORT":
        current: bool | None = False
    else:
        current = None if acts.address is None else acts.address.answer is AddressAnswer.CURRENT
        if current is None:
            found.append(notice("address_unknown"))
    signed = items is not None and issuer_signature_ok(report, items)
    return DocumentFact(
        kind=kind,
        valid=valid,
        address_current=current,
        issued_on=_day(report, "issue_date"),
        expires_on=_day(report, "expiry_date") or (None if acts.expiry_seen is None else acts.expiry_seen.day),
        signature_failed=True if speaks_against_chip(report) else False if signed else None,
    )


def is_valid_on(report: Report, acts: Acts, on: date) -> bool | None:
    """Whether the document is valid on that day: the dates of the chip and the one that staff read, the worst of them;
    None when there is no date at all. A lapsed number (在留カード等番号失効情報照会) is invalid whatever the dates say.
    """
    days = [_day(report, name) for name in ("expiry_date", "stay_expiry_date")]
    days.append(None if acts.expiry_seen is None else acts.expiry_seen.day)
    known = [each for each in days if each is not None]
    if _said(acts.number_lookup, Answer.NO) or any(each < on for each in known):
        return False
    year = report.finding("mynumber.expiry")
    if year is not None and year.outcome is Outcome.FAILED and year.reason != "expired":
        return False
    main = days[0] or days[2]
    return None if main is None else True


def _day(report: Report, name: str) -> date | None:
    value = next((each.value for each in report.attributes if each.name == name), "")
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


# --- the chip ---------------------------------------------------------------------------------------------------------


def _chip_codes(
    report: Report, items: ChipItems, acts: Acts, kind: str, found: list[EvidenceNotice]
) -> set[str]:
    codes: set[str] = set()
    with_address = kind != "PASSPORT" and items.address is not None
    if items.name is not None and items.birth is not None and with_address:
        codes.add("CHIP3")
        if items.photo is not None and kind not in _WITHOUT_PHOTO:
            codes.add("CHIP4")
    if issuer_signature_ok(report, items):
        codes.add("ISSUER_SIG_OK")
        for name, item in (("name", items.name), ("address", items.address)):
            if item is not None and not can_be_signed(report, item):
                found.append(notice(f"{name}_unsigned"))
    else:
        found.append(notice("issuer_unverified"))
    if items.name is None or items.birth is None:
        found.append(notice("chip_incomplete"))
    elif acts.presented is not None:
        codes.add("CHIP_READ")
        if acts.chip_displayed is not None and _said(acts.print_match, Answer.YES):
            codes.add("CHIP_DISPLAY")
    if _said(acts.face_match, Answer.YES):
        if items.photo is not None:
            codes.add("FACE_MATCH_OK")
        else:
            found.append(notice("no_chip_photo"))
    return codes


def _signing(report: Report, found: list[EvidenceNotice]) -> tuple[set[str], DocumentFact | None]:
    """署名用電子証明書: signature over our document, and a fresh answer that it is not revoked (公的個人認証法19条)."""
    outcomes = [report.finding(name) for name in _SIGNING]
    if all(each is None for each in outcomes):
        return set(), None
    form = report.finding("mynumber.form")
    kind = "JPKI_SIGN_PHONE" if form is not None and form.reason == "phone" else "JPKI_SIGN_CARD"
    good = all(each is not None and each.outcome is Outcome.PASSED for each in outcomes)
    revocation = report.finding("mynumber.sign.revocation")
    live = revocation is not None and revocation.outcome is Outcome.PASSED
    revoked = revocation is not None and revocation.outcome is Outcome.FAILED
    validity = report.finding("mynumber.sign.validity")
    over = validity is not None and validity.outcome is Outcome.FAILED
    if not live:
        found.append(notice("jpki_revoked" if revoked else "jpki_revocation_unknown"))
    # A certificate lapses when name or address change: not revoked means current (law.md §2.1).
    fact = DocumentFact(
        kind=kind,
        valid=False if revoked or over else True if live and good else None,
        address_current=True if live and good else None,
    )
    codes = {"SIG_JPKI"} if good else set()
    return codes | ({"JPKI_VALID"} if good and live else set()), fact


# --- what came beside the chip ----------------------------------------------------------------------------------------


def _others(
    acts: Acts, on: date, documents: list[DocumentFact], codes: set[str], found: list[EvidenceNotice]
) -> set[str]:
    """Further documents and the supplement. Two papers presented are PRESENT_2; what each counts for, the rules say."""
    gained: set[str] = set()
    presented = int("PRESENT_1" in codes)
    copies = 0
    for each in acts.others:
        documents.append(DocumentFact(kind=each.kind, valid=each.valid, address_current=each.address_current))
        if each.how is Handover.PRESENTED:
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
            copies += supplement.how is Handover.SENT_COPY and copies > 0
    gained |= set(("PRESENT_1", "PRESENT_2")[:presented])
    return gained | set(("SENT_COPY_1", "SENT_COPY_2")[:copies])


def _is_fresh(supplement: Supplement, on: date) -> bool:
    """Six months from its date, or valid where it has an expiry; and it shows the address (規則7条, 6条2項)."""
    if not supplement.shows_current_address:
        return False
    if supplement.valid_until is not None:
        return supplement.valid_until >= on
    issued = supplement.issued_on
    return issued is not None and issued <= on <= six_months_after(issued)


def six_months_after(day: date) -> date:
    """The same day half a year later, or the last one of that month (規則7条)."""
    year, month = day.year + (day.month + 5) // 12, (day.month + 5) % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return day  # never: every month has 28 days


_MAIL_CODES = {MailKind.NO_FORWARD: "MAIL_NO_FORWARD", MailKind.ADDRESSEE_ONLY: "MAIL_ADDRESSEE_ONLY"}


def _mail(acts: Acts, law: str, found: list[EvidenceNotice]) -> set[str]:
    """Complete when sent (犯収法) or delivered (携帯法), never when returned (law.md §7 rule 10)."""
    codes: set[str] = set()
    for each in acts.mail:
        if each.returned_at is not None:
            found.append(notice("mail_returned"))
        elif _complete(each, law):
            codes.add(_MAIL_CODES.get(each.kind, "MAIL_RESTRICTED"))
        else:
            found.append(notice("mail_under_way"))
    if acts.staff_delivery is not None:
        codes.add("STAFF_DELIVERY")
    return codes


def _complete(mail: Mail, law: str) -> bool:
    if mail.kind is MailKind.RESTRICTED or law != "hanshu":
        return mail.delivered_at is not None
    return True
