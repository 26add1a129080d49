"""`honnin readers`: readers and what lies on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from honnin.cli.report import errors, print_json

if TYPE_CHECKING:  # loads the cards' floor, which --help does not need
    from honnin.flows.ports import ReaderInfo

WATCH_S = 30.0


@click.command("readers")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--watch", is_flag=True, help="Go on and show each change, until interrupted.")
def command(*, as_json: bool, watch: bool) -> None:
    """Show the readers and what lies on them. 読み取り機と、その上のカードを表示します。

    Exit codes: 0 done (also when there is no reader), 4 the smart-card service is not there.
    """
    if watch and as_json:
        raise click.UsageError("--watch and --json do not go together")
    from honnin.adapters.pcsc import PcscReaders  # noqa: PLC0415  # only when it is used

    with errors(as_json=as_json):
        readers = PcscReaders()
        now = readers.list()
        if as_json:
            print_json({"readers": [reader_as_dict(each) for each in now]})
            return
        _show(now)
        while watch:
            before, now = now, readers.wait_change(now, timeout_s=WATCH_S)
            if tuple(now) != tuple(before):
                click.echo("")
                _show(now)


def reader_as_dict(info: ReaderInfo) -> dict[str, object]:
    """One reader as JSON values."""
    return {
        "name": info.name,
        "kind": info.kind,
        "simulated": info.simulated,
        "card_present": info.card_present,
        "atr": info.atr.hex(),
        "problem": info.problem,
    }


def _show(infos: Sequence[ReaderInfo]) -> None:
    from honnin.flows.messages import MESSAGES  # noqa: PLC0415  # only when it is used

    if not infos:
        none = MESSAGES["reader.none"]
        click.echo(f"{none.ja} {none.next_ja}\n{none.en} {none.next_en}")
    for each in infos:
        state = "カードあり / card present" if each.card_present else "カードなし / no card"
        kind = "（模擬 / simulated）" if each.simulated else ""
        click.echo(f"{each.name}{kind}\n    {state}" + (f"   ATR {each.atr.hex()}" if each.atr else ""))
        if each.problem is not None:
            text = MESSAGES[each.problem]
            click.echo(f"    {text.ja} {text.next_ja}\n    {text.en} {text.next_en} [{each.problem}]")
