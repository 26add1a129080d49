"""The Report of a driver's licence (drivers-licence.md §6 to §14, §20)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from honnin.checks.licence.changes import CURRENT, Changes, parse_changes
from honnin.checks.licence.fields import MAIN, Common, Items, parse_common, parse_main
from honnin.checks.licence.findings import FAILED, IMPOSSIBLE, NOT_DONE, PASSED, finding, guarded
from honnin.checks.licence.images import glyphs_of, media_type, photo_of
from honnin.checks.licence.signature import Signed, check_signature, licence_candidates, without_signature
from honnin.checks.licence.text import Text
from honnin.core.clock import japan_day
from honnin.core.errors import DataError
from honnin.facts import Attribute, Environment, Finding, Provenance, Reading, Report
from honnin.trust.anchors import AnchorSet

__all__ = ["KNOWN_VERSIONS", "RULES", "characters", "expiry", "judge", "pin"]

RULES = "licence-1"  # changes whenever the same Reading could come out differently
KNOWN_VERSIONS = frozenset({"007", "008", "009", "010"})
_TAGS = tuple(row[0] for row in MAIN)
_SIGNED_FILES = ("DF1.EF01", "DF1.EF02", "DF2.EF01", "DF1.EF07")


@dataclass(slots=True)
class _Contents:
    """What could be read; `malformed` names files or tags that could not, with a code."""

    common: Common | None
    main: Items | None
    changes: Changes | None
    photo: bytes | None
    glyphs: dict[int, str]  # number -> value of the attribute
    malformed: dict[str, str]


def judge(reading: Reading, anchors: AnchorSet, at: datetime) -> Report:
    """Pure; never raises for what a card can have sent. `at` is aware."""
    contents = _read(reading)
    signed = _signature(reading, contents, anchors)
    checks = [
        ("licence.form", lambda: _form(reading, contents)),
        ("licence.dates", lambda: _dates(contents)),
        ("licence.version", lambda: _version(contents)),
        ("licence.expiry", lambda: _expiry(contents, signed, at)),
        ("licence.currently_valid", lambda: finding("licence.currently_valid", NOT_DONE, "no_revocation")),
        ("licence.changes", lambda: _changes(contents)),
        ("licence.characters", lambda: _characters(contents)),
        ("licence.portrait", lambda: _portrait(reading, contents)),
        ("licence.pin", lambda: pin("licence", reading)),
        ("licence.chip", lambda: finding("licence.chip", IMPOSSIBLE, "not_offered")),
    ]
    findings = [*signed.findings, *(each for name, check in checks if (each := guarded(name, check)) is not None)]
    doubted = {each.id for each in findings if each.outcome is FAILED} & {"licence.form", "licence.dates"}
    return Report(
        document="licence",
        environment=None if signed.anchor is None else Environment(signed.anchor.environment),
        findings=tuple(findings),
        attributes=_attributes(reading, contents, signed, verified=signed.trusted and not doubted),
        rules=RULES,
    )


def _read(reading: Reading) -> _Contents:
    files = reading.files
    contents = _Contents(None, None, None, None, {}, {})

    def attempt(name: str, parse: Callable[[bytes], None]) -> None:
        if name not in files:
            return
        try:
            parse(files[name])
        except DataError as error:
            contents.malformed[name] = error.code
        except Exception as error:  # noqa: BLE001  # fail closed
            contents.malformed[name] = type(error).__name__

    def common(data: bytes) -> None:
        contents.common = parse_common(data)

    def main(data: bytes) -> None:
        contents.main = parse_main(data)
        contents.malformed |= {f"DF1.EF01/{tag}": code for tag, code in contents.main.odd.items()}

    def changes(data: bytes) -> None:
        contents.changes = parse_changes(data)

    def photo(data: bytes) -> None:
        contents.photo = photo_of(data)

    attempt("MF.EF01", common)
    attempt("DF1.EF01", main)
    attempt("DF1.EF04", changes)
    attempt("DF2.EF01", photo)
    for name in ("DF1.EF03", "DF1.EF05"):
        attempt(name, lambda data, name=name: _keep_glyphs(contents, name, data))  # type: ignore[misc]
    return contents


def _keep_glyphs(contents: _Contents, name: str, data: bytes) -> None:
    contents.glyphs |= {number: f"{name}/{tag:02X}" for number, (tag, _) in glyphs_of(name, data).items()}


# --- findings ----------------------------------------------------------------------------------------------------


def _signature(reading: Reading, contents: _Contents, anchors: AnchorSet) -> Signed:
    files = reading.files
    if not {"DF1.EF02", "DF1.EF07"}.isdisjoint(reading.dropped):
        return without_signature("licence", NOT_DONE, "dropped")
    opened = reading.access.facts.get("opened", "").split()
    if not opened:
        return without_signature("licence", NOT_DONE, "not_read")
    if "pin2" not in opened:
        return without_signature("licence", IMPOSSIBLE, "pin1_only")
    if any(name not in files for name in _SIGNED_FILES):
        return without_signature("licence", IMPOSSIBLE, "incomplete")
    issued = contents.main.dates.get("issue_date") if contents.main is not None else None
    return check_signature(
        "licence", reading, ("DF1.EF07", 0xB1), anchors=anchors, candidates=lambda: licence_candidates(files, _TAGS),
        signed_on=None if issued is None else issued.gregorian,
    )  # fmt: skip


def _form(reading: Reading, contents: _Contents) -> Finding | None:
    if contents.malformed:
        return finding("licence.form", FAILED, "malformed", contents.malformed)
    refused = {each.what: each.why for each in reading.refusals}
    if refused:
        blocked = all(why == "card.directory.blocked" for why in refused.values())
        return finding("licence.form", IMPOSSIBLE, "directory_blocked" if blocked else "refused", refused)
    if "DF1.EF01" not in reading.files:
        return finding("licence.form", NOT_DONE, "not_read")
    return finding("licence.form", PASSED)


def _dates(contents: _Contents) -> Finding | None:
    """MF/EF01 is free to read and unsigned: what differs was put together from two cards, or changed."""
    if contents.common is None or contents.main is None:
        return None
    pairs = {"issue_date": contents.common.issued, "expiry_date": contents.common.expires}
    main = {name: contents.main.dates.get(name) for name in pairs}
    if None in main.values():
        return finding("licence.dates", IMPOSSIBLE, "no_date")
    differs = [name for name, day in pairs.items() if (each := main[name]) is None or each.gregorian != day]
    if differs:
        return finding("licence.dates", FAILED, "differs", {"differs": ", ".join(differs)})
    return finding("licence.dates", PASSED)


def _version(contents: _Contents) -> Finding | None:
    if contents.common is None:
        return finding("licence.version", IMPOSSIBLE, "malformed")
    detail = {"version": contents.common.version}
    if contents.common.version in KNOWN_VERSIONS:
        return finding("licence.version", PASSED, "ok", detail)
    return finding("licence.version", IMPOSSIBLE, "unknown", detail)


def _expiry(contents: _Contents, signed: Signed, at: datetime) -> Finding:
    """The earliest of what the card says: an unsigned date can only lower the verdict."""
    days = [contents.common.expires] if contents.common is not None else []
    main = contents.main.dates.get("expiry_date") if contents.main is not None else None
    if main is not None:
        days.append(main.gregorian)
    return expiry("licence", min(days, default=None), at, signed=signed.trusted and main is not None)


def expiry(document: str, last: date | None, at: datetime, *, signed: bool) -> Finding:
    """Finding `<document>.expiry`: good to the end of its last day in Japan."""
    name = f"{document}.expiry"
    if last is None:
        return finding(name, IMPOSSIBLE, "no_date")
    detail = {"expiry_date": last.isoformat()}
    if last < japan_day(at):
        return finding(name, FAILED, "expired", detail)
    return finding(name, PASSED, "ok", detail) if signed else finding(name, IMPOSSIBLE, "unsigned", detail)


def _changes(contents: _Contents) -> Finding | None:
    changes = contents.changes
    if changes is None:
        return finding("licence.changes", FAILED, "malformed") if "DF1.EF04" in contents.malformed else None
    if changes.odd:
        return finding("licence.changes", FAILED, "malformed", changes.odd)
    if changes.disagreeing:
        return finding("licence.changes", IMPOSSIBLE, "order", {"items": ", ".join(changes.disagreeing)})
    if changes.records:
        kinds = dict.fromkeys(each.kind for each in changes.records)
        return finding("licence.changes", IMPOSSIBLE, "unsigned", {"items": ", ".join(kinds)})
    return finding("licence.changes", IMPOSSIBLE, "none")


def _characters(contents: _Contents) -> Finding | None:
    if contents.main is None:
        return None
    texts = dict(contents.main.texts)
    old = {name for name in texts if contents.main.edition == "78"}
    for each in contents.changes.records if contents.changes is not None else ():
        name = f"change_{each.kind}_{each.number}"
        texts[name] = each.content
        if each.edition == "78":
            old.add(name)
    return characters("licence", texts, old, frozenset(contents.glyphs))


def characters(
    document: str, texts: Mapping[str, Text], old: Collection[str], glyphs: Collection[int]
) -> Finding | None:  # fmt: skip
    """Finding `<document>.characters`, when there is something to say. `old`: texts written in the edition of 1978;
    `glyphs`: numbers of those whose image is on the card.
    """
    found: dict[str, list[str]] = {"missing": [], "unknown": [], "glyphs": [], "changed_1983": []}
    for name, text in texts.items():
        if text.missing or any(number not in glyphs for number in text.glyphs):
            found["missing"].append(name)
        if text.unknown:
            found["unknown"].append(name)
        if text.glyphs:
            found["glyphs"].append(name)
        if text.changed_1983 and name in old:
            found["changed_1983"].append(name)
    detail = {reason: ", ".join(names) for reason, names in found.items() if names}
    return finding(f"{document}.characters", IMPOSSIBLE, next(iter(detail)), detail) if detail else None


def _portrait(reading: Reading, contents: _Contents) -> Finding:
    name = "licence.portrait"
    if "DF2.EF01" not in reading.files:
        return finding(name, NOT_DONE, "not_read")
    if "DF2.EF01" in contents.malformed:
        return finding(name, IMPOSSIBLE, "malformed")
    if contents.photo is None:
        return finding(name, IMPOSSIBLE, "absent")
    kind = media_type(contents.photo)
    if kind is None:
        return finding(name, IMPOSSIBLE, "unknown_format")
    return finding(name, PASSED, "ok", {"media_type": kind, "octets": str(len(contents.photo))})


def pin(document: str, reading: Reading) -> Finding:
    """Finding `<document>.pin`. It never passes: no licence can prove that its chip is no copy, and a copy takes any
    PIN (§11.6); a card without PINs proves even less (§14).
    """
    facts = reading.access.facts
    if not facts.get("opened"):
        return finding(f"{document}.pin", NOT_DONE, "not_used")
    if facts.get("pins") != "set" or reading.access.method != "pin":
        return finding(f"{document}.pin", NOT_DONE, "not_set")
    return finding(f"{document}.pin", IMPOSSIBLE, "chip_unproven", {"pins": facts["opened"]})


# --- items -------------------------------------------------------------------------------------------------------


def _attributes(reading: Reading, contents: _Contents, signed: Signed, *, verified: bool) -> tuple[Attribute, ...]:
    """Items of DF1/EF01 by the names of fields.MAIN; `portrait`; changes as `change_<item>_<n>` and what counts
    after them as `current_<item>`; `external_character_<n>`. The registered domicile is not among them.
    """
    has_signature = "DF1.EF07" in reading.files or "DF1.EF07" in reading.dropped
    text = Provenance.SIGNED_TEXT if has_signature else Provenance.UNSIGNED_CHIP
    image = Provenance.SIGNED_IMAGE if has_signature else Provenance.UNSIGNED_CHIP
    found: list[Attribute] = []
    if contents.main is not None:
        shown = contents.main.shown()
        names = [row[1] for row in MAIN if row[1] in shown]
        found += [Attribute(name, shown[name], text, verified, "DF1.EF01") for name in names]
    elif contents.common is not None:
        days = {"issue_date": contents.common.issued, "expiry_date": contents.common.expires}
        found += [
            Attribute(name, day.isoformat(), Provenance.UNSIGNED_CHIP, verified=False, source="MF.EF01")
            for name, day in days.items()
        ]
    kind = media_type(contents.photo) if contents.photo else None
    if kind is not None:
        found.append(Attribute("portrait", "DF2.EF01/5F40", image, verified, "DF2.EF01", kind))
    if contents.changes is not None:
        found += _changed(contents.changes)
    glyphs_signed = signed.candidate.startswith("L4")
    for number, value in sorted(contents.glyphs.items()):
        source = value.partition("/")[0]
        covered = glyphs_signed and source == "DF1.EF03"
        provenance = Provenance.SIGNED_IMAGE if covered else Provenance.UNSIGNED_CHIP
        found.append(
            Attribute(f"external_character_{number}", value, provenance, verified and covered, source, "image/tiff")
        )
    return tuple(found)


def _changed(changes: Changes) -> Iterator[Attribute]:
    """What counts now beside what was signed, and every record: all of it unsigned (§10.3)."""

    def item(name: str, value: str) -> Attribute:
        return Attribute(name, value, Provenance.UNSIGNED_CHIP, verified=False, source="DF1.EF04")

    for kind in CURRENT:
        last = changes.current(kind)
        if last is not None:
            yield item(f"current_{kind}", last.content.value)
    for each in changes.records:
        by = "" if each.kind == "issuing_authority" else f"（{each.commission.value}）"
        yield item(f"change_{each.kind}_{each.number}", f"{each.day.gregorian.isoformat()} {each.content.value}{by}")
