"""`honnin records rechecks`, and the time-stamps in `honnin records audit`: what came of looking again later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from honnin.cli.data_folder import data_folder
from honnin.cli.report import errors, iso_utc, print_json
from honnin.cli.show import default_language
from honnin.core.clock import JAPAN

if TYPE_CHECKING:
    from honnin.cli.record_room import RecordRoom
    from honnin.flows.recheck_ports import RecheckRow
    from honnin.flows.timestamp_run import StampFound

_SHOWN_STAMPS = 20


@click.command("rechecks")
@click.argument("record_id", required=False, default="")
@click.option("--all", "everything", is_flag=True, help="Also those that said the same or more, or were dealt with.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option(
    "--data", type=click.Path(file_okay=False), help="The data folder (default: HONNIN_DATA, else the usual place)."
)
@click.option("--demo", is_flag=True, help="The records of the demo (simulated cards).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def rechecks_command(
    record_id: str, limit: int, data: str | None, *, everything: bool, demo: bool, as_json: bool
) -> None:
    """Records whose answer changed when they were verified again: somebody has to look at them.

    再検証で答えが変わった記録です。人が見る必要があります。

    An amendment that says what was done takes a record off this list (honnin records amend).
    """
    from honnin.cli.records import record_room_of  # noqa: PLC0415
    from honnin.flows.recheck_ports import RecheckOutcome  # noqa: PLC0415

    outcomes = () if everything or record_id else (RecheckOutcome.WORSE, RecheckOutcome.UNREADABLE)
    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, _):
        rows = room.store.rechecks(room.tenant, outcomes=outcomes, record_id=record_id, limit=limit)
        unfinished = [each.cause for each in room.store.causes(room.tenant) if each.finished_at_utc is None]
    if not (everything or record_id):
        rows = [each for each in rows if not each.settled]
    if as_json:
        print_json({"rechecks": [_item(each) for each in rows], "unfinished": unfinished})
        return
    _print(rows, unfinished)


def _print(rows: Sequence[RecheckRow], unfinished: Sequence[str]) -> None:
    from honnin.flows.messages_jobs import (  # noqa: PLC0415
        CAUSE_WORDS,
        DETAIL_WORDS,
        NONE_TO_SEE,
        RECHECK_WORDS,
        UNFINISHED,
    )

    which = 0 if default_language() == "ja" else 1
    for row in rows:
        kind = row.cause.partition(":")[0]
        cause = CAUSE_WORDS.get(kind, (row.cause, row.cause))[which]
        settled = "  ✔" if row.settled else ""
        click.echo(
            f"{row.record_id}  {row.at_utc.astimezone(JAPAN):%Y-%m-%d %H:%M}  {cause}  "
            f"{RECHECK_WORDS[row.outcome][which]}{settled}"
        )
        for name, value in row.detail.items():
            if value and name in DETAIL_WORDS:
                click.echo(f"    {DETAIL_WORDS[name][which]}: {value}")
    if unfinished:
        click.echo(UNFINISHED[which], err=True)
    if not rows:
        click.echo(NONE_TO_SEE[which], err=True)


@dataclass(frozen=True, slots=True)
class AuditedStamps:
    """The time-stamps of a ledger, the latest first."""

    found: Sequence[StampFound]

    @property
    def wrong(self) -> bool:
        """Whether any contradicts its checkpoint."""
        return any(each.wrong for each in self.found)

    def as_json(self) -> list[dict[str, object]]:
        """The latest 20 and all that are wrong."""
        shown = [each for number, each in enumerate(self.found) if number < _SHOWN_STAMPS or each.wrong]
        return [
            {"entries": each.size, "outcome": each.outcome, "at": None if each.at is None else iso_utc(each.at),
             "environment": each.environment}
            for each in shown
        ]  # fmt: skip

    def lines(self, language: str) -> Iterator[str]:
        """For a person; nothing when there is none."""
        from honnin.flows.messages_jobs import STAMP_IS, STAMP_OTHER, STAMP_WRONG  # noqa: PLC0415

        which = 0 if language == "ja" else 1
        for each in self.found:
            if each.wrong:
                yield f"✘ {STAMP_WRONG[which]} ({each.size}, {each.outcome})"
        newest = next((each for each in self.found if not each.wrong), None)
        if newest is None:
            return
        at = "?" if newest.at is None else f"{newest.at.astimezone(JAPAN):%Y-%m-%d %H:%M}"
        trusted = STAMP_IS.get(newest.environment or "", STAMP_OTHER)[which]
        yield (
            f"タイムスタンプ {len(self.found)}件、最新 {at}（{newest.size}件まで{trusted}）",
            f"{len(self.found)} time-stamps, the newest {at} (up to entry {newest.size}{trusted})",
        )[which]


def audited_stamps(room: RecordRoom, data: str | None) -> AuditedStamps:
    """Every stamp of the ledger, checked. Raises StoreError, TrustError."""
    from honnin.adapters.trust_folder import TrustFolder  # noqa: PLC0415
    from honnin.flows.timestamp_run import stamps_of  # noqa: PLC0415
    from honnin.trust.kinds import TIMESTAMP  # noqa: PLC0415

    anchors = TrustFolder(data_folder(data)).anchors().of_kind(TIMESTAMP)
    return AuditedStamps(stamps_of(room.store, room.tenant, anchors))


def _item(row: RecheckRow) -> dict[str, object]:
    return {
        "record_id": row.record_id, "cause": row.cause, "at": iso_utc(row.at_utc), "outcome": str(row.outcome),
        "detail": row.detail, "settled": row.settled,
    }  # fmt: skip
