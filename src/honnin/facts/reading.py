"""Reading: what came out of the card, byte for byte (design §2).

A Reading must be enough to make the Report again years later, so it keeps the raw files, the access protocol that was
used, what was refused, and for each proof of the chip the challenge, the answer and whatever is needed to compute
the outcome afresh. `honnin.cards` makes Readings, `honnin.checks` judges them; neither knows the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class DocumentKind(StrEnum):
    """The four documents, and the licence on a My Number Card, which identifies nobody by itself (design §5)."""

    PASSPORT = "passport"
    MYNUMBER = "mynumber"
    LICENCE = "licence"
    RESIDENCE = "residence"
    MYNUMBER_LICENCE = "mynumber_licence"


@dataclass(frozen=True, slots=True)
class Access:
    """How the data were reached. `method`: "none", "bac", "pace", "pin", "printed_key", "files"."""

    method: str
    key: str = ""  # "mrz", "can", … which secret, never its value
    facts: Mapping[str, str] = field(default_factory=dict)  # "oid", "mapping", "parameter", "cipher", "refused_sw"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file or step that the chip refused: what, and the status word."""

    what: str  # "EF.DG15", "pace", "chip_authentication"
    sw: int | None
    why: str = ""  # stable code


@dataclass(frozen=True, slots=True)
class Proof:
    """One challenge to the chip and its answer, with octet strings by name.

    `passport.aa`: challenge(8), response. `passport.ca`: everything to recompute the session keys and the MAC of
    the first answer. `passport.pace_cam`: mapping key and decrypted A_IC. Names are documented where they are made.
    """

    kind: str
    octets: Mapping[str, bytes]
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """Raw result of one dialogue with one document. Contains personal data: keep it only where records are kept."""

    document: DocumentKind
    read_at_utc: datetime
    access: Access
    files: Mapping[str, bytes]  # "EF.SOD" -> octets exactly as read (TLV without padding behind it)
    proofs: tuple[Proof, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    source: str = ""  # reader name, "virtual:NAME", "files"
    simulated: bool = False  # the edge knows that the card is virtual
    # What was typed to open it, compared by checks: "mrz_information".
    expected: Mapping[str, str] = field(default_factory=dict)
    exchanges: int = 0
    duration_ms: int = 0
    # Names in `files` that may live in memory only: what they hold is used for the checks and then dropped (the
    # individual number and what it can be computed from, the registered domicile). No form that is kept has them.
    memory_only: frozenset[str] = frozenset()
    # Names of files that were read, used and dropped: this Reading cannot give their findings again.
    dropped: tuple[str, ...] = ()

    def kept(self) -> Reading:
        """The Reading as it may be kept: without the files that live in memory only, and saying which they were."""
        gone = sorted(name for name in self.files if name in self.memory_only)
        if not gone:
            return self
        files = {name: octets for name, octets in self.files.items() if name not in self.memory_only}
        return replace(self, files=files, memory_only=frozenset(), dropped=tuple(sorted({*self.dropped, *gone})))

    def proof(self, kind: str) -> Proof | None:
        """The first proof of that kind, or None."""
        return next((each for each in self.proofs if each.kind == kind), None)
