"""Command chaining (ISO/IEC 7816-4 §5.3.3): one long command as several short ones.

For chips and readers without extended length whose chip says that it can chain (passport.md §2.2, EF.ATR/INFO DO 47).
Each part is protected on its own when secure messaging is on.
"""

from __future__ import annotations

from dataclasses import replace

from honnin.apdu.command import OK, Command
from honnin.apdu.dialogue import Batch
from honnin.core.errors import CallerError

__all__ = ["chain"]

_CHAINING = 0x10


def chain(command: Command, part_length: int) -> Batch:
    """Split the data into parts of `part_length` octets (1..255); all but the last have CLA bit 5 set and no Le.

    Under secure messaging choose `part_length` so that the protected part still fits 255 octets. A batch of them
    stops at the first part that is refused.
    """
    if not 1 <= part_length <= 255 or command.cla & _CHAINING or command.slot is not None:
        raise CallerError("apdu.chain", "this command cannot be chained")
    parts = [command.data[at : at + part_length] for at in range(0, len(command.data), part_length)] or [b""]
    before = tuple(
        replace(command, cla=command.cla | _CHAINING, data=part, le=None, accept=OK, extended=False)
        for part in parts[:-1]
    )
    return (*before, replace(command, data=parts[-1], extended=False))
