"""The Report of the licence on a My Number Card (マイナ免許証, drivers-licence.md §15, §16, §20)."""

from __future__ import annotations

from datetime import datetime

from honnin.checks.licence.fields import MYNUMBER, Items, parse_mynumber
from honnin.checks.licence.findings import FAILED, IMPOSSIBLE, NOT_DONE, PASSED, finding, guarded
from honnin.checks.licence.images import glyphs_of, media_type, mynumber_photo
from honnin.checks.licence.licence import characters, expiry, pin
from honnin.checks.licence.signature import Signed, check_signature, mynumber_candidates, without_signature
from honnin.core.errors import DataError
from honnin.facts import Attribute, Environment, Finding, Provenance, Reading, Report
from honnin.trust.anchors import AnchorSet

__all__ = ["RULES", "judge"]

RULES = "mynumber-licence-1"  # changes whenever the same Reading could come out differently
_KIND = "mynumber_licence"
_FILE = "DLC.WEF02"
_LICENCE = frozenset({0xC4, 0xC5, 0xE7})
_HISTORY = frozenset({0xC2, 0xC3, 0xE8})


def judge(reading: Reading, anchors: AnchorSet, at: datetime) -> Report:
    """Pure; never raises for what a card can have sent. `at` is aware."""
    items, error = _read(reading)
    photo = _photo(reading)
    signed = _signature(reading, items, anchors)
    recorded = _recorded(items)
    checks = [
        (f"{_KIND}.identity", lambda: finding(f"{_KIND}.identity", IMPOSSIBLE, "no_identity_items")),
        (f"{_KIND}.form", lambda: _form(reading, items, error)),
        (f"{_KIND}.contents", lambda: _contents(recorded)),
        (f"{_KIND}.expiry", lambda: _expiry(items, recorded, signed, at)),
        (f"{_KIND}.currently_valid", lambda: finding(f"{_KIND}.currently_valid", NOT_DONE, "no_revocation")),
        (f"{_KIND}.characters", lambda: _characters(reading, items)),
        (f"{_KIND}.portrait", lambda: _portrait(reading, photo)),
        (f"{_KIND}.pin", lambda: pin(_KIND, reading)),
        (f"{_KIND}.chip", lambda: finding(f"{_KIND}.chip", IMPOSSIBLE, "not_offered")),
    ]
    findings = [*signed.findings, *(each for name, check in checks if (each := guarded(name, check)) is not None)]
    malformed = any(each.id == f"{_KIND}.form" and each.outcome is FAILED for each in findings)
    return Report(
        document=_KIND,
        environment=None if signed.anchor is None else Environment(signed.anchor.environment),
        findings=tuple(findings),
        attributes=_attributes(reading, items, photo, verified=signed.trusted and not malformed),
        rules=RULES,
    )


def _read(reading: Reading) -> tuple[Items | None, str]:
    data = reading.files.get(_FILE)
    if data is None:
        return None, ""
    try:
        return parse_mynumber(data), ""
    except DataError as error:
        return None, error.code
    except Exception as error:  # noqa: BLE001  # fail closed
        return None, type(error).__name__


def _photo(reading: Reading) -> bytes | None:
    try:
        return mynumber_photo(reading.files[_FILE]) if _FILE in reading.files else None
    except DataError:
        return None


def _signature(reading: Reading, items: Items | None, anchors: AnchorSet) -> Signed:
    if not reading.access.facts.get("opened"):
        return without_signature(_KIND, NOT_DONE, "not_read")
    if items is None or _FILE not in reading.files or "DLC.WEF03" not in reading.files:
        return without_signature(_KIND, IMPOSSIBLE, "incomplete")
    data, found = reading.files[_FILE], items.walk
    # No day of signing is recorded (§15.4), so the certificate's period has nothing to be compared with.
    return check_signature(
        _KIND, reading, ("DLC.WEF03", 0x0108), anchors=anchors, candidates=lambda: mynumber_candidates(data, found),
        signed_on=None,
    )  # fmt: skip


def _recorded(items: Items | None) -> str:
    """Which group has something in it: "licence", "history", "nothing" (§16); "" when nothing could be read."""
    if items is None:
        return ""
    filled = {each.tag for each in items.walk.fields if each.value}
    return "licence" if filled & _LICENCE else "history" if filled & _HISTORY else "nothing"


def _form(reading: Reading, items: Items | None, error: str) -> Finding:
    name = f"{_KIND}.form"
    if error:
        return finding(name, FAILED, "malformed", {"error": error})
    if items is not None and items.odd:
        return finding(name, FAILED, "malformed", items.odd)
    refused = {each.what: each.why for each in reading.refusals}
    if refused:
        return finding(name, IMPOSSIBLE, "refused", refused)
    return finding(name, NOT_DONE, "not_read") if items is None else finding(name, PASSED)


def _contents(recorded: str) -> Finding:
    name = f"{_KIND}.contents"
    if recorded == "licence":
        return finding(name, PASSED)
    if recorded:
        return finding(name, IMPOSSIBLE, "history_only" if recorded == "history" else "empty")
    return finding(name, NOT_DONE, "not_read")


def _expiry(items: Items | None, recorded: str, signed: Signed, at: datetime) -> Finding | None:
    if items is None or recorded != "licence":
        return None
    day = items.dates.get("expiry_date")
    return expiry(_KIND, None if day is None else day.gregorian, at, signed=signed.trusted)


def _characters(reading: Reading, items: Items | None) -> Finding | None:
    if items is None:
        return None
    numbers = frozenset(glyphs_of(_FILE, reading.files[_FILE], items.walk))
    return characters(_KIND, items.texts, (), numbers)


def _portrait(reading: Reading, photo: bytes | None) -> Finding:
    name = f"{_KIND}.portrait"
    if _FILE not in reading.files:
        return finding(name, NOT_DONE, "not_read")
    if not photo:
        return finding(name, IMPOSSIBLE, "absent")
    kind = media_type(photo)
    if kind is None:
        return finding(name, IMPOSSIBLE, "unknown_format")
    return finding(name, PASSED, "ok", {"media_type": kind, "octets": str(len(photo))})


def _attributes(
    reading: Reading, items: Items | None, photo: bytes | None, *, verified: bool
) -> tuple[Attribute, ...]:  # fmt: skip
    """Items of WEF02 by the names of fields.MYNUMBER, `portrait`, `external_character_<n>`."""
    if items is None:
        return ()
    has_signature = "DLC.WEF03" in reading.files
    text = Provenance.SIGNED_TEXT if has_signature else Provenance.UNSIGNED_CHIP
    image = Provenance.SIGNED_IMAGE if has_signature else Provenance.UNSIGNED_CHIP
    shown = items.shown()
    names = [row[1] for row in MYNUMBER if row[1] in shown]
    found = [Attribute(name, shown[name], text, verified, _FILE) for name in names]
    kind = media_type(photo) if photo else None
    if kind is not None:
        # Found behind its tag it is what was signed; looked for by its first octets it may be anything.
        placed = items.walk.value(0x0107) == photo
        found.append(Attribute("portrait", f"{_FILE}/0107", image, verified and placed, _FILE, kind))
    for number, (tag, _) in sorted(glyphs_of(_FILE, reading.files[_FILE], items.walk).items()):
        name = f"external_character_{number}"
        found.append(Attribute(name, f"{_FILE}/{tag:02X}", image, verified, _FILE, "image/tiff"))
    return tuple(found)
