"""What is always said of a document, whatever its findings say (ui.md §3.7)."""

from __future__ import annotations

from honnin.facts import DocumentKind, Outcome, Reading, Report
from honnin.server.catalogue import Language, text
from honnin.server.words import iso_date

__all__ = ["notes_of"]


def notes_of(
    reading: Reading, report: Report, language: Language, *, also_residence: bool = False
) -> tuple[str, ...]:
    """The sentences for this reading, the gravest first. Facts only: nothing here changes a verdict.

    `also_residence`: the card is a 特定在留カード, whose residence part cannot be read yet.
    """
    names = {
        DocumentKind.PASSPORT: _passport,
        DocumentKind.MYNUMBER: _mynumber,
        DocumentKind.LICENCE: _licence,
        DocumentKind.MYNUMBER_LICENCE: _mynumber_licence,
        DocumentKind.RESIDENCE: _residence,
    }[reading.document](reading, report)
    if also_residence:
        names.append("note.mynumber.residence")
    return (*_expired(report, language), *(text(language, name) for name in names))


def _expired(report: Report, language: Language) -> tuple[str, ...]:
    failed = any(
        each.outcome is Outcome.FAILED and each.reason == "expired" and each.id.endswith(".expiry")
        for each in report.findings
    )
    day = next((each.value for each in report.attributes if each.name == "expiry_date"), "")
    return (text(language, "note.expired", date=iso_date(day, language)),) if failed and day else ()


def _passport(reading: Reading, report: Report) -> list[str]:
    del report
    downgraded = reading.access.method == "bac" and (
        "EF.CardAccess" in reading.files or "refused_sw" in reading.access.facts
    )
    return ["note.passport.bac"] if downgraded else []


def _mynumber(reading: Reading, report: Report) -> list[str]:
    notes: list[str] = []
    if reading.access.facts.get("opened") == "signing":
        notes.append("note.mynumber.certificate")
    if _reason(report, "mynumber.sign.attributes") == "substitutes":
        notes.append("note.mynumber.substitutes")
    notes.append("note.mynumber.lapse")
    return notes


def _licence(reading: Reading, report: Report) -> list[str]:
    notes: list[str] = []
    opened = reading.access.facts.get("opened", "").split()
    if reading.access.facts.get("pins") == "not_set":
        notes.append("note.licence.no_pin")
    if opened and "pin2" not in opened:
        notes.append("note.licence.pin1")
    elif _reason(report, "licence.signature") in {"no_anchor", "unknown_signer"}:
        notes.append("note.licence.no_anchor")
    if any(each.name in {"current_full_name", "current_address"} for each in report.attributes):
        notes.append("note.licence.changed")
    notes.append("note.licence.copy")
    return notes


def _mynumber_licence(reading: Reading, report: Report) -> list[str]:
    notes = ["note.mynumber_licence.identity"]  # pages also put it at the top
    if reading.access.facts.get("pins") == "not_set":
        notes.append("note.licence.no_pin")
    if _reason(report, "mynumber_licence.signature") in {"no_anchor", "unknown_signer"}:
        notes.append("note.licence.no_anchor")
    return notes


def _residence(reading: Reading, report: Report) -> list[str]:
    notes = ["note.residence.copy"]
    if any(each.name == "document_number" and each.provenance == "unsigned_chip" for each in report.attributes):
        notes.append("note.residence.number")
    if _reason(report, "residence.signature") == "absent" and not any(
        each.name == "portrait" for each in report.attributes
    ):
        notes.append("note.residence.under16")
    del reading
    return notes


def _reason(report: Report, finding_id: str) -> str:
    found = report.finding(finding_id)
    return "" if found is None else found.reason
