"""What the data groups say, once it is known what they are worth: the zone, its dates, the portrait, the attributes.

Doc 9303-3, -4, -10 (passport.md §4, §12, §13 rows 11 and 12, §17). Sex is read and never handed out; place of birth of
a Japanese passport is the registered domicile (本籍) and stays inside as well (ui.md §3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from honnin.checks.passport.countries import certificate_countries
from honnin.checks.passport.data_groups import Holder, Issue, parse_dg1, parse_dg11, parse_dg12
from honnin.checks.passport.faces import Portrait, parse_dg2
from honnin.checks.passport.findings import FAILED, IMPOSSIBLE, NOT_DONE, PASSED, finding, guarded
from honnin.checks.passport.mrz import Mrz, parse_td3
from honnin.checks.passport.passive import Passive
from honnin.core.clock import japan_day
from honnin.core.errors import DataError
from honnin.facts import Attribute, Finding, Provenance, Reading


def _day(at: datetime) -> date:
    """The day in Japan; at the very ends of the calendar, where there is none, the day as it was given."""
    try:
        return japan_day(at)
    except OverflowError:
        return at.date()


@dataclass(slots=True)
class Contents:
    """What could be read; `malformed` names the files that could not."""

    mrz: Mrz | None = None
    portrait: Portrait | None = None
    holder: Holder | None = None
    issue: Issue | None = None
    malformed: dict[str, str] = field(default_factory=dict)


def read_contents(reading: Reading, at: datetime) -> Contents:
    """Parse EF.DG1, DG2, DG11 and DG12 where they are. Never raises."""
    contents = Contents()
    day = _day(at)
    files = reading.files
    for name in ("EF.DG1", "EF.DG2", "EF.DG11", "EF.DG12"):
        data = files.get(name)
        if data is None:
            continue
        try:
            if name == "EF.DG1":
                contents.mrz = parse_td3(parse_dg1(data), day)
            elif name == "EF.DG2":
                contents.portrait = parse_dg2(data)
            elif name == "EF.DG11":
                contents.holder = parse_dg11(data)
            else:
                contents.issue = parse_dg12(data)
        except DataError as error:
            contents.malformed[name] = error.code
        except Exception as error:  # noqa: BLE001  # fail closed
            contents.malformed[name] = type(error).__name__
    return contents


def check_document(reading: Reading, passive: Passive, contents: Contents, at: datetime) -> list[Finding]:
    """Findings about the zone (EF.DG1), the portrait (EF.DG2) and items that cannot be read.

    Every passport has both files: a chip that was read and did not give one gets a finding about that too.
    """
    checks = []
    if "EF.DG1" in reading.files:
        checks = [
            ("passport.mrz.check_digits", lambda: _check_digits(contents)),
            ("passport.mrz.matches_key", lambda: _matches_key(reading, contents)),
            ("passport.expiry", lambda: _expiry(passive, contents, at)),
            ("passport.country", lambda: _country(passive, contents)),
        ]
    elif reading.access.method != "files":
        checks.append(("passport.mrz.check_digits", lambda: _not_given("passport.mrz.check_digits", "EF.DG1", reading)))
    if "EF.DG2" in reading.files:
        checks.append(("passport.portrait", lambda: _portrait(contents)))
    elif reading.access.method != "files":
        checks.append(("passport.portrait", lambda: _not_given("passport.portrait", "EF.DG2", reading)))
    checks.append(("passport.data_groups", lambda: _others(contents)))
    results = [guarded(name, check) for name, check in checks]
    return [each for each in results if each is not None]


def _not_given(name: str, file: str, reading: Reading) -> Finding:
    """A copy with another's photo printed must not pass by keeping the signed one to itself."""
    refusal = next((each for each in reading.refusals if each.what == file), None)
    if refusal is None:
        return finding(name, NOT_DONE, "not_read", {"file": file})
    sw = "" if refusal.sw is None else f"{refusal.sw:04X}"
    return finding(name, FAILED, "hidden", {"file": file, "refused_sw": sw, "refused_why": refusal.why})


def _check_digits(contents: Contents) -> Finding:
    name = "passport.mrz.check_digits"
    mrz = contents.mrz
    if mrz is None:
        code = contents.malformed.get("EF.DG1", "")
        outcome = IMPOSSIBLE if code in {"mrz.length", "mrz.document_code"} else FAILED
        return finding(name, outcome, "unsupported" if outcome is IMPOSSIBLE else "malformed", {"error": code})
    if mrz.wrong_digits:
        return finding(name, FAILED, "wrong", {"wrong": ", ".join(mrz.wrong_digits)})
    return finding(name, PASSED, "ok", {"name_may_be_cut": "yes"} if mrz.name_may_be_cut else {})


def _matches_key(reading: Reading, contents: Contents) -> Finding | None:
    """Row 12: the chip against what was typed from the printed page."""
    name = "passport.mrz.matches_key"
    typed = reading.expected.get("mrz_information")
    if not typed:
        return None if reading.access.method == "files" else finding(name, NOT_DONE, "nothing_typed")
    if contents.mrz is None:
        return finding(name, FAILED, "differs")
    if "".join(typed.split()) != contents.mrz.information:
        return finding(name, FAILED, "differs")
    return finding(name, PASSED, "ok")


def _expiry(passive: Passive, contents: Contents, at: datetime) -> Finding:
    name = "passport.expiry"
    if contents.mrz is None or contents.mrz.expiry_date is None:
        return finding(name, IMPOSSIBLE, "no_date")
    detail = {"expiry_date": contents.mrz.expiry_date}
    if contents.mrz.expiry_date < _day(at).isoformat():
        return finding(name, FAILED, "expired", detail)
    if not passive.authentic(1):
        return finding(name, IMPOSSIBLE, passive.doubt, detail)
    return finding(name, PASSED, "ok", detail)


def _country(passive: Passive, contents: Contents) -> Finding | None:
    """Whoever signs for one country must not be able to make passports of another."""
    name = "passport.country"
    if contents.mrz is None or passive.signer is None:
        return None
    state = contents.mrz.issuing_state
    allowed = certificate_countries(state)
    names = [passive.signer.subject, passive.signer.issuer]
    if passive.anchor is not None:
        names.append(passive.anchor.certificate.subject)
    signing = {each.country for each in names if each.country}  # old specimens name it in one of them only
    detail = {"issuing_state": state, "signed_by": ", ".join(sorted(signing))}
    if not allowed:
        return finding(name, IMPOSSIBLE, "unknown_state", detail)
    if not signing or not signing <= allowed:
        return finding(name, FAILED, "differs", detail)
    if not passive.authentic(1):
        return finding(name, IMPOSSIBLE, passive.doubt, detail)
    return finding(name, PASSED, "ok", detail)


def _portrait(contents: Contents) -> Finding:
    name = "passport.portrait"
    portrait = contents.portrait
    if portrait is None:
        return finding(name, IMPOSSIBLE, "malformed", {"error": contents.malformed.get("EF.DG2", "")})
    detail = {"standard": f"ISO/IEC {portrait.standard}", "octets": str(len(portrait.image))}
    if portrait.media_type is None:
        return finding(name, IMPOSSIBLE, "unknown_format", detail)
    return finding(name, PASSED, "ok", detail | {"media_type": portrait.media_type})


def _others(contents: Contents) -> Finding | None:
    errors = {name: code for name, code in contents.malformed.items() if name in {"EF.DG11", "EF.DG12"}}
    return finding("passport.data_groups", IMPOSSIBLE, "malformed", errors) if errors else None


def attributes(reading: Reading, passive: Passive, contents: Contents, *, sound: bool) -> tuple[Attribute, ...]:
    """The items with their provenance. `sound`: nothing critical failed; without it nothing is `verified`.

    Names: document_code, issuing_state, family_name, given_names, document_number, nationality, birth_date, expiry_date
    (EF.DG1); portrait (value: the name of the file, EF.DG2); full_name, other_names, place_of_birth, address (EF.DG11);
    issuing_authority, issue_date, endorsements (EF.DG12). Empty ones are left out.
    """
    found: list[Attribute] = []

    def add(name: str, value: str | None, number: int, media_type: str | None = None) -> None:
        if not value:
            return
        listed = passive.listed is not None and number in passive.listed
        signed = Provenance.SIGNED_IMAGE if media_type else Provenance.SIGNED_TEXT
        found.append(
            Attribute(
                name,
                value,
                signed if listed else Provenance.UNSIGNED_CHIP,
                verified=sound and passive.trusted and number in passive.matching,
                source=f"EF.DG{number}",
                media_type=media_type,
            )
        )

    mrz, holder, issue = contents.mrz, contents.holder, contents.issue
    if mrz is not None:
        add("document_code", mrz.document_code, 1)
        add("issuing_state", mrz.issuing_state, 1)
        add("family_name", mrz.family_name, 1)
        add("given_names", mrz.given_names, 1)
        add("document_number", mrz.document_number, 1)
        add("nationality", mrz.nationality, 1)
        birth, number = _birth(reading, passive, mrz, holder)
        add("birth_date", birth, number)
        add("expiry_date", mrz.expiry_date, 1)
    if contents.portrait is not None and contents.portrait.media_type is not None:
        add("portrait", "EF.DG2", 2, contents.portrait.media_type)
    if holder is not None:
        add("full_name", holder.full_name, 11)
        add("other_names", "; ".join(holder.other_names), 11)
        if mrz is None or mrz.issuing_state != "JPN":
            add("place_of_birth", holder.place_of_birth, 11)
        add("address", holder.address, 11)
    if issue is not None:
        add("issuing_authority", issue.authority, 12)
        add("issue_date", issue.issue_date, 12)
        add("endorsements", issue.endorsements, 12)
    return tuple(found)


def _birth(reading: Reading, passive: Passive, mrz: Mrz, holder: Holder | None) -> tuple[str | None, int]:
    """(date, data group). EF.DG11 knows the century that two digits of the zone leave open: a hundred-year-old."""
    full = holder.birth_date if holder is not None else None
    if full is None or mrz.birth_date is None or full[2:] != mrz.birth_date[2:] or "X" in full:
        return mrz.birth_date, 1
    if full > _day(reading.read_at_utc).isoformat():
        return mrz.birth_date, 1
    return (full, 11) if passive.authentic(11) else (mrz.birth_date, 1)
