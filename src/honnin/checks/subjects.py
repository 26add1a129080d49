"""What a check is about, whichever document it is of, and whether it passed or not.

A finding `proves` something only if it passed and what it rests on held. Whoever asks whether *everything* about the
issuer's data passed needs to know of the others too what they were about.
"""

from __future__ import annotations

from honnin.checks.words.licence import SPECS as LICENCE
from honnin.checks.words.mynumber import SPECS as MYNUMBER
from honnin.checks.words.passport import SPECS as PASSPORT
from honnin.checks.words.residence import SPECS as RESIDENCE
from honnin.facts import Proves

__all__ = ["is_known", "subject"]

_SHORT = frozenset({"licence", "mynumber_licence"})  # documents whose ids differ in the first word only
_LICENCES = {f"{name}.{rest}": spec for name in _SHORT for rest, spec in LICENCE.items()}
_SPECS = {**PASSPORT, **MYNUMBER, **RESIDENCE, **_LICENCES}


def subject(finding_id: str) -> Proves | None:
    """What a finding of that id proves if it passes; None for nothing, and when nobody knows the id."""
    spec = _SPECS.get(finding_id)
    return None if spec is None else spec.proves


def is_known(finding_id: str) -> bool:
    """Whether a check of this program makes findings of that id."""
    return finding_id in _SPECS
