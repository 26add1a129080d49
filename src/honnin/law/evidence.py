"""Report + acts → evidence codes and documents: what the law is asked about (design §6; law.md §2.1, §7).

Only lowering: a code stands here when the facts for it are there, and for no other reason. Chip codes need items that
came from the chip of this reading; a finding that speaks against the chip takes all of them away, since a house may
accept what cannot be verified but never what failed. Staff's yes counts with a name and a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from honnin.facts import DocumentKind, Environment, Outcome, Provenance, Report
from honnin.law.acts import Acts, AddressAnswer, Answer, Answered
from honnin.law.case import DocumentFact
from honnin.law.chip_items import (
    OF_CHIP,
    ChipItems,
    can_be_signed,
    chip_items,
    issuer_signature_ok,
    speaks_against_chip,
)
from honnin.law.evidence_beside import mail, others, until
from honnin.law.evidence_notices import EvidenceNotice, notice

__all__ = [
    "ONLY_FROM_FACTS", "Acts", "EvidenceFacts", "EvidenceNotice", "evidence_from_report", "is_valid_on",
]  # fmt: skip

# Evidence that is made from the Report and the acts here, and from nothing that a form says.
ONLY_FROM_FACTS = frozenset({
    "PRESENT_1", "PRESENT_2", "CHIP3", "CHIP4", "CHIP_READ", "CHIP_DISPLAY", "ISSUER_SIG_OK", "FACE_MATCH_OK",
    "FACE_LIVE", "DOC_IMAGE_LIVE", "SIG_JPKI", "JPKI_VALID", "SENT_ORIGINAL", "SENT_COPY_1", "SENT_COPY_2",
    "SENT_OTHER", "MAIL_NO_FORWARD", "MAIL_RESTRICTED", "MAIL_ADDRESSEE_ONLY", "CSR_RECEIVED", "CSR_CHECKED",
    "STAFF_DELIVERY",
})  # fmt: skip
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
    report: Report, acts: Acts, on: date, *, law: str = "", from_card: bool = True, simulated: bool = False,
    organisation: bool = False,
) -> EvidenceFacts:  # fmt: skip
    """The evidence of one verification that is completed on the day `on` (Japan). What was done later does not count.

    `law`: id of the sheet; it decides when mail is complete (犯収法: sent; 携帯法, and when unknown: delivered).
    `from_card`: the Reading came from a card in a reader of the house or through its relay, not from files.
    `simulated`: the edge knows that the card is virtual. `organisation`: the customer is one (its mail may go to a
    place of business). Pure; never raises for what a card can have sent.
    """
    found: list[EvidenceNotice] = []
    acts = until(acts, on, found)
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
        codes |= set() if refused else signing
        documents += [fact] if fact is not None else []
    if acts.face_live is not None and acts.face_live.software:
        codes.add("FACE_LIVE")
    if acts.document_live is not None and acts.document_live.software:
        codes.add("DOC_IMAGE_LIVE")
    codes |= others(acts, on, documents, codes, found)
    codes |= mail(acts, law, on, found, organisation=organisation)
    unreal = simulated or bool(_environments(report) & {Environment.SIMULATOR, Environment.TEST})
    if unreal:
        found.insert(0, notice("simulated"))
    return EvidenceFacts(frozenset(codes), tuple(documents), unreal, tuple(dict.fromkeys(found)), items)


def _environments(report: Report) -> set[str]:
    """Of every anchor that the Report names: its own, and those behind the findings that passed."""
    behind = {each.detail.get("anchor_environment", "") for each in report.findings if each.outcome is Outcome.PASSED}
    return behind | ({report.environment} if report.environment is not None else set())


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
        code = _values(report, "document_code")
        if not code or not all(each.startswith("P") for each in code):
            found.append(notice("no_passport"))  # other cards have such a chip too
            return ""
        found.append(notice("passport_no_address"))
        return "PASSPORT"
    if report.document == DocumentKind.LICENCE:
        return "LICENCE"
    if report.document == DocumentKind.RESIDENCE:
        return _residence_kind(report, acts, found)
    return _mynumber_kind(report, items, acts, found)


def _residence_kind(report: Report, acts: Acts, found: list[EvidenceNotice]) -> str:
    card = report.finding("residence.card")
    card_type = "" if card is None else card.detail.get("card_type", "")
    kind = {"1": "RESIDENCE", "05": "RESIDENCE", "2": "SPR", "06": "SPR"}.get(card_type, "")
    if card_type in {"07", "08"}:
        found.append(notice("tokutei_residence"))
        return "TOKUTEI_RESIDENCE"
    portrait = report.finding("residence.portrait")
    if kind and portrait is None and acts.photo_printed is None:
        found.append(notice("photo_unknown"))
        return ""
    without = portrait is None or portrait.reason == "absent"
    # A photo that staff saw is there, whatever the chip says; the chip's own is no less there for being overlooked.
    return f"{kind}_NOPHOTO" if kind and without and acts.photo_printed is not True else kind


def _mynumber_kind(report: Report, items: ChipItems | None, acts: Acts, found: list[EvidenceNotice]) -> str:
    """With photo, without, or only a certificate read: a card whose photo nobody saw is neither."""
    if items is not None and items.photo is not None:
        return "MYNA"
    face = any(each.source == "KENMEN.EF0002" for each in report.attributes)
    signed = report.finding("mynumber.face.signature")
    if face and signed is not None and signed.outcome is Outcome.PASSED and acts.photo_printed is not True:
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
        issued_on=_day(report, "issue_date", last=True),
        expires_on=_day(report, "expiry_date") or (None if acts.expiry_seen is None else acts.expiry_seen.day),
        chip_read=items is not None,
        signature_failed=True if speaks_against_chip(report) else False if signed else None,
    )


def is_valid_on(report: Report, acts: Acts, on: date) -> bool | None:
    """Whether the document is valid on that day: the dates of the chip and the one that staff read, the worst of them;
    None when there is no date at all. A lapsed number (在留カード等番号失効情報照会) is invalid whatever the dates say.
    """
    seen = [] if acts.expiry_seen is None else [acts.expiry_seen.day]
    expiry = _days(report, "expiry_date")
    known = [*(day for day, _ in (*expiry, *_days(report, "stay_expiry_date"))), *seen]
    if _said(acts.number_lookup, Answer.NO) or any(each < on for each in known):
        return False
    year = report.finding("mynumber.expiry")
    if year is not None and year.outcome is Outcome.FAILED and year.reason != "expired":
        return False
    of_chip = any(provenance in OF_CHIP for _, provenance in expiry)
    return True if of_chip or seen else None


def _values(report: Report, name: str) -> tuple[str, ...]:
    return tuple(each.value for each in report.attributes if each.name == name and each.provenance in OF_CHIP)


def _days(report: Report, name: str) -> tuple[tuple[date, Provenance], ...]:
    """Every such date of the Report with its provenance; what is typed may lower, and proves nothing."""
    found: list[tuple[date, Provenance]] = []
    for each in report.attributes:
        if each.name == name:
            try:
                found.append((date.fromisoformat(each.value), each.provenance))
            except ValueError:
                continue
    return tuple(found)


def _day(report: Report, name: str, *, last: bool = False) -> date | None:
    """The first such date, or the last one: that which speaks most against the document."""
    days = [day for day, _ in _days(report, name)]
    return (max(days) if last else min(days)) if days else None


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
    good = good and report.environment is not None  # a chain that passed ends in an anchor, and anchors have one
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
