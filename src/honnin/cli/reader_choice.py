"""Which reader a command uses: the virtual one of `--demo-card`, the one that was named, or the one with the card."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from honnin.core.errors import CallerError, LinkError

if TYPE_CHECKING:
    from honnin.flows.ports import Readers


def choose_reader(
    name: str | None, demo_card: str | None, faults: Sequence[str], *, wait_s: float, quiet: bool
) -> tuple[Readers, str]:
    """The readers, and the one with the card on it; waits for a card. Raises LinkError, CallerError."""
    if demo_card is not None:
        from honnin.adapters.tray import Tray  # noqa: PLC0415

        tray = Tray()
        tray.insert(demo_card, faults)
        return tray, tray.name
    from honnin.adapters.pcsc import PcscReaders  # noqa: PLC0415

    readers = PcscReaders()
    return readers, wait_for_card(readers, name, wait_s=wait_s, quiet=quiet)


def wait_for_card(readers: Readers, name: str | None, *, wait_s: float, quiet: bool) -> str:
    """The reader with the card; waits for one. Raises LinkError `reader.…`, CallerError `reader.several`."""
    end = time.monotonic() + wait_s
    infos = readers.list()
    asked = False
    while True:
        ours = [each for each in infos if name is None or each.name == name]
        if not infos:
            raise LinkError("reader.none", "there is no card reader")
        if not ours:
            raise LinkError("reader.not_found", "there is no such reader")
        present = [each for each in ours if each.card_present]
        if len(present) > 1:
            raise CallerError("reader.several", "cards lie on several readers")
        if present:
            return present[0].name
        left = end - time.monotonic()
        if left <= 0:
            raise LinkError("reader.no_card", "there is no card on the reader")
        if not asked and not quiet:
            click.echo("カードを読み取り機に置いてください。 Place the card on the reader.", err=True)
            asked = True
        infos = readers.wait_change(infos, timeout_s=left)
