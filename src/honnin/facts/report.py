"""Report: the findings about a Reading and the attributes with their provenance (design §2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """`passed` is the only good one. A missing anchor is `impossible`, something left out is `not_done`."""

    PASSED = "passed"
    FAILED = "failed"
    IMPOSSIBLE = "impossible"
    NOT_DONE = "not_done"


class Proves(StrEnum):
    """What a finding has proved: set only if it passed and everything that it rests on held."""

    ISSUER_DATA = "issuer_data"
    CHIP_GENUINE = "chip_genuine"
    HOLDER_KNOWS_SECRET = "holder_knows_secret"  # noqa: S105  # a name, not a password
    HOLDER_FACE = "holder_face"
    CURRENTLY_VALID = "currently_valid"


class Audience(StrEnum):
    """To whom it is proved: any third party, data only (not the chip), or just the terminal that did it."""

    ANYONE = "anyone"
    ISSUER_DATA_ONLY = "issuer_data_only"
    THIS_TERMINAL = "this_terminal"


class Provenance(StrEnum):
    """Where an attribute comes from."""

    SIGNED_TEXT = "signed_text"
    SIGNED_IMAGE = "signed_image"
    UNSIGNED_CHIP = "unsigned_chip"
    TYPED = "typed"
    OCR = "ocr"
    STAFF = "staff"


class Environment(StrEnum):
    """Of an anchor, and so of everything that rests on it (design §5)."""

    PRODUCTION = "production"
    TEST = "test"
    SIMULATOR = "simulator"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of one check. `id` is stable (`passport.sod.signature`); `reason` is a stable code below it. A finding
    that did not pass proves nothing, to nobody: `proves` and `to_whom` are None.
    """

    id: str
    outcome: Outcome
    proves: Proves | None
    to_whom: Audience | None
    reason: str  # stable code: "ok", "no_anchor", "expired" …
    reason_ja: str
    reason_en: str
    clause: str  # "Doc 9303-11 §5.1; passport.md §10.2"
    # Facts for experts: algorithm, serial, dates. No personal data.
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One item about the holder or the document. `value` is text, or for images the name of a file in the Reading."""

    name: str  # "family_name", "birth_date", "document_number", "portrait" …
    value: str
    provenance: Provenance
    verified: bool  # the signature that covers it passed, down to an anchor
    source: str  # "EF.DG1"
    media_type: str | None = None  # of an image


@dataclass(frozen=True, slots=True)
class Report:
    """Findings and attributes of one Reading. Made by honnin.checks, a pure function, so it can be made again."""

    document: str  # "passport" | "mynumber" | "licence" | "residence"
    environment: Environment | None  # of the anchor that the chain ended in; None when it ended in none
    findings: tuple[Finding, ...]
    attributes: tuple[Attribute, ...]
    rules: str  # version of the checks that made it

    def finding(self, finding_id: str) -> Finding | None:
        """The finding with that id, or None."""
        return next((each for each in self.findings if each.id == finding_id), None)

    @property
    def failed(self) -> tuple[Finding, ...]:
        """Findings that found a problem."""
        return tuple(each for each in self.findings if each.outcome is Outcome.FAILED)
