"""Checkpoints: size and root of a ledger, signed (C2SP tlog-checkpoint without extension lines).

The signed text has three lines: the origin (which names the ledger, one per tenant), the size in decimal, the root in
base64. The same origin never signs two different roots for one size; that is what an audit looks for.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from honnin.core.errors import DataError
from honnin.records.ledger.note import NoteKey, NoteSigner, open_note, sign_note
from honnin.records.ledger.tree import HASH_LENGTH, MAX_SIZE

_ORIGIN = re.compile(r"[^\s+\x00-\x20\x7f]{1,255}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the ledger `origin` (1–255 characters, no white space, no plus sign) was when it had `size` entries.

    `root`: 32 octets. Raises DataError `ledger.checkpoint` for anything else.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if _ORIGIN.fullmatch(self.origin) is None or not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_LENGTH:
            raise _bad()

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign_checkpoint(checkpoint: Checkpoint, *signers: NoteSigner) -> str:
    """The checkpoint as a signed note."""
    return sign_note(checkpoint.text, *signers)


def open_checkpoint(note: str, key: NoteKey, *, origin: str | None = None) -> Checkpoint:
    """The checkpoint in a note signed with `key`; with `origin`, only of that ledger.

    Raises those of open_note and DataError `ledger.checkpoint` when the text is no checkpoint or of another ledger.
    """
    checkpoint = _parse(open_note(note, key))
    if origin is not None and checkpoint.origin != origin:
        raise DataError("ledger.checkpoint", "the checkpoint is of another ledger")
    return checkpoint


def _parse(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or _SIZE.fullmatch(lines[1]) is None:
        raise _bad()
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError):
        raise _bad() from None
    checkpoint = Checkpoint(lines[0], int(lines[1]), root)
    if checkpoint.text != text:  # another spelling of the same base64
        raise _bad()
    return checkpoint


def _bad() -> DataError:
    return DataError("ledger.checkpoint", "this is not a checkpoint of a ledger")
