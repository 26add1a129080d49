"""What the law cannot know of a document from its chip, so that staff look at it: expiry, photo, the photo's absence.

A residence card of the first generation and a My Number Card that was opened with four digits do not tell until when
they are valid; the latter does not tell either whether it has a photo. Each is a question on the result page; not
answered, the method stays unsatisfied.
"""

from __future__ import annotations

from honnin.law.evidence import EvidenceFacts

__all__ = ["EXPIRY", "NO_PHOTO", "PHOTO", "looks_of"]

EXPIRY, PHOTO, NO_PHOTO = "expiry", "photo", "no_photo"


def looks_of(facts: EvidenceFacts) -> frozenset[str]:
    """Of EXPIRY (staff read the printed date), PHOTO (is one printed), NO_PHOTO (nothing to compare a face with)."""
    codes = {each.code for each in facts.notices}
    found = set()
    kind = facts.documents[0].kind if facts.documents else ""
    if "photo_unknown" in codes:
        found |= {PHOTO, EXPIRY}
    elif "validity_unknown" in codes and kind:
        found.add(EXPIRY)
    if kind.endswith("_NOPHOTO"):
        found.add(NO_PHOTO)
    return frozenset(found)
