"""Checkpoints that somebody kept outside of the house: in a file of their own, or in a bundle that was handed out.

A ledger that was put back to an older state agrees with itself; only what was signed later and kept elsewhere shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from honnin.core.errors import CallerError, HonninError
from honnin.flows.verify import load_bundle
from honnin.records.ledger.checkpoint import open_checkpoint
from honnin.records.ledger.note import MAX_NOTE, NoteKey

__all__ = ["kept_checkpoints"]

MAX_KEPT = 1024


def kept_checkpoints(paths: Sequence[Path], key: NoteKey) -> tuple[str, ...]:
    """The notes in these files, the smallest ledger first.

    Raises CallerError `records.checkpoint` (detail: the file) for what cannot be read or is not signed with `key`: one
    that is passed over would look like one that agrees.
    """
    if len(paths) > MAX_KEPT:
        raise CallerError("records.checkpoint", "too many checkpoints", str(MAX_KEPT))
    found = []
    for path in paths:
        for note in _notes(path):
            try:
                found.append((open_checkpoint(note, key).size, note))
            except HonninError:
                raise CallerError(
                    "records.checkpoint", "this is no checkpoint of this house's key", path.name
                ) from None
    return tuple(note for _, note in sorted(found))


def _notes(path: Path) -> tuple[str, ...]:
    try:
        bundle = load_bundle(path)
        if bundle is not None:
            return (bundle.checkpoint,) if bundle.stated is None else (bundle.checkpoint, bundle.stated.checkpoint)
        with path.open("rb") as stream:
            return (stream.read(MAX_NOTE + 1).decode(),)
    except (OSError, UnicodeDecodeError, HonninError):
        raise CallerError("records.checkpoint", "the checkpoint cannot be read", path.name) from None
