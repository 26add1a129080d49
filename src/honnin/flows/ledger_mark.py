"""The newest checkpoint that this house has seen, kept beside its keys and not beside its records.

A database that was replaced by an older copy of itself agrees with itself: a backup that was restored over a newer
ledger, a replica that had lost the last minutes, an insider who has the file but no key. The mark was signed later than
all of it, so every start and every audit sees that the ledger was longer once. It is written when the records are
opened and closed, so it is as old as the last start of a server that was killed; what is younger is for those who keep
checkpoints outside of the house.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from honnin.core.errors import HonninError
from honnin.flows.ledger_ports import LedgerReader
from honnin.records.ledger.checkpoint import Checkpoint, open_checkpoint
from honnin.records.ledger.findings import AuditCode, AuditFinding
from honnin.records.ledger.note import NoteKey

__all__ = ["LedgerMark", "MarkFile"]


class MarkFile(Protocol):
    """Where the mark is kept (honnin.adapters.mark_file). Raises StoreError `ledger.mark`."""

    def read(self) -> str:
        """The note; "" when there is none yet."""
        ...

    def write(self, note: str, /) -> None:
        """Keep this one instead."""
        ...


@dataclass(frozen=True, slots=True)
class LedgerMark:
    """The mark of one tenant's ledger. `origin`: that of its checkpoints."""

    store: LedgerReader
    file: MarkFile
    key: NoteKey
    origin: str
    tenant: str

    def kept(self, elsewhere: Iterable[str] = ()) -> tuple[str, ...]:
        """What an audit gets as kept elsewhere: the mark and those notes, the smallest ledger first. A damaged one is
        given as it is: the audit tells of it. Raises StoreError `ledger.mark`.
        """
        notes = (each for each in (self.file.read(), *elsewhere) if each)
        return tuple(sorted(notes, key=self._size))

    def moved_back(self) -> AuditFinding | None:
        """Whether the ledger is shorter than it was. Raises StoreError `ledger.mark`, `store.read`."""
        before = self._open(self.file.read())
        size = self.store.head(self.tenant).frontier.size
        if before is None or size >= before.size:
            return None
        detail = f"size {before.size}"
        return AuditFinding(AuditCode.CHECKPOINT_BEYOND, size, last=before.size - 1, detail=detail)

    def keep(self, *, again: bool = False) -> None:
        """Keep the newest checkpoint, if it is of a longer ledger than the one before. `again`: in any case, when
        somebody has accepted that the ledger is another one. Raises StoreError `ledger.mark`, `store.read`.
        """
        note = self.store.head(self.tenant).checkpoint
        newest = self._open(note)
        if newest is None:
            return
        before = self._open(self.file.read())
        if again or before is None or newest.size > before.size:
            self.file.write(note)

    def _size(self, note: str) -> int:
        point = self._open(note)
        return 0 if point is None else point.size

    def _open(self, note: str) -> Checkpoint | None:
        try:
            return open_checkpoint(note, self.key, origin=self.origin) if note else None
        except HonninError:
            return None  # an audit tells of it
