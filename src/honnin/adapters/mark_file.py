"""The file of flows.ledger_mark, in the folder of the keys: 0600, replaced whole."""

from __future__ import annotations

from pathlib import Path

from honnin.adapters.private_file import write_private
from honnin.core.errors import StoreError
from honnin.records.ledger.note import MAX_NOTE

NAME = "ledger-seen"


class FileMark:
    """A flows.ledger_mark.MarkFile."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def read(self) -> str:
        """The note; "" when there is none yet; what is no text, or endless, with marks in its place."""
        try:
            with self._path.open("rb") as file:
                return file.read(MAX_NOTE + 1).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise _mark(error) from None

    def write(self, note: str, /) -> None:
        """Keep this one instead; durable when this returns."""
        try:
            write_private(self._path, note.encode())
        except OSError as error:
            raise _mark(error) from None


def _mark(error: OSError) -> StoreError:
    return StoreError("ledger.mark", "the newest checkpoint that was seen is out of reach", type(error).__name__)
