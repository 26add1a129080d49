"""`honnin jobs`: what runs by itself in this house, when, what came of it, and running one by hand (design §12)."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honnin.cli.data_folder import data_folder
from honnin.cli.groups import WholeGroup
from honnin.cli.report import EXIT_FAILED, errors, print_json
from honnin.cli.show import default_language
from honnin.core.clock import JAPAN, japan_day, system_clock
from honnin.core.errors import CallerError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from honnin.cli.job_room import JobHouse
    from honnin.flows.jobs import JobRun

_NAMES = ("retention", "numbers", "recheck", "audit", "timestamp")

_data_option = click.option(
    "--data", type=click.Path(file_okay=False), help="The data folder (default: HONNIN_DATA, else the usual place)."
)
_demo_option = click.option("--demo", is_flag=True, help="The jobs of the demo (simulated cards).")
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


@click.group("jobs", cls=WholeGroup)
def command() -> None:
    """What the house does by itself, once a day and when something is new.

    自動の仕事です：保存期間、個人番号の破棄、再検証、台帳の確認、時刻の証明。

    retention: proposes the deletion of records whose time is over; two people decide.
    numbers: destroys individual numbers (番号法) whose last day has passed.
    recheck: verifies kept records again when a revocation list, an anchor or a rule of law is new.
    audit: once a week, checks the ledger and all records against it; when it does not agree, saving stops.
    timestamp: asks the time-stamping service that house.yaml names, if it names one.
    """


def _house(data: str | None, *, demo: bool) -> JobHouse:
    from honnin.cli.job_room import JobHouse  # noqa: PLC0415  # --help must be quick

    house = data_folder(data)
    return JobHouse(house, house / "demo" if demo else house, demo)


@command.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="At most so many runs.")
@_data_option
@_demo_option
@_json_option
def list_command(limit: int, data: str | None, *, demo: bool, as_json: bool) -> None:
    """Show what ran, the latest first, and when each job runs next. No server has to run.

    実行されたものと、次の予定を示します。
    """
    from honnin.cli.job_room import client_of  # noqa: PLC0415

    with errors(as_json=as_json):
        at = _house(data, demo=demo)
        configured = at.configured()
        runs: Sequence[JobRun] = ()
        try:
            with contextlib.closing(client_of(at)) as queue:
                runs = queue.runs(limit=limit)
        except StoreError as error:
            if error.code != "jobs.none":
                raise
    following = [(name, _next(name, runs)) for name in _NAMES if name in configured]
    if as_json:
        print_json({
            "jobs": [_item(each) for each in runs],
            "next": [{"job": name, "at": _iso(when), "waits_for_server": when is None} for name, when in following],
        })  # fmt: skip
        return
    which = 0 if default_language() == "ja" else 1
    from honnin.flows.messages_jobs import JOB_WORDS, RESULT_WORDS, STATE_WORDS, WAITS_FOR_SERVER  # noqa: PLC0415

    for each in runs:
        ended = each.ended_at or each.started_at or each.queued_at
        words = "、".join(
            f"{RESULT_WORDS.get(name, (name, name))[which]} {value}" for name, value in each.result.items() if value
        )
        state = STATE_WORDS[each.state][which] + (f" ({each.code})" if each.code else "")
        job = JOB_WORDS.get(each.job, (each.job, each.job))[which]
        click.echo(f"{ended.astimezone(JAPAN):%Y-%m-%d %H:%M}  {job}  {state}  {words}")
    for name, when in following:
        shown = WAITS_FOR_SERVER[which] if when is None else f"{when.astimezone(JAPAN):%Y-%m-%d %H:%M}"
        click.echo(f"→ {JOB_WORDS[name][which]}  {shown}")


@command.command("run")
@click.argument("name", type=click.Choice(_NAMES))
@_data_option
@_demo_option
@_json_option
@click.pass_context
def run_command(context: click.Context, name: str, data: str | None, *, demo: bool, as_json: bool) -> None:
    """Run the job NAME now and wait for it: by the server of this data folder, or here. Exit code 1 when it failed.

    その仕事をいま実行して、終わるまで待ちます。
    """
    from honnin.cli.job_room import run_now  # noqa: PLC0415
    from honnin.cli.record_room import DATABASE, DATABASE_VARIABLE, record_room  # noqa: PLC0415
    from honnin.core.errors import HonninError  # noqa: PLC0415
    from honnin.flows.jobs import JobName, JobState  # noqa: PLC0415
    from honnin.flows.messages import message_for  # noqa: PLC0415

    with errors(as_json=as_json):
        at = _house(data, demo=demo)
        if not (_environment(DATABASE_VARIABLE) or (at.folder / DATABASE).exists()):
            raise CallerError("records.none", "there are no records in this data folder", Path(at.folder).name)
        if JobName(name) not in at.configured():
            raise CallerError("jobs.not_configured", "no time-stamping service is configured")
        with record_room(at.folder) as room:
            run = run_now(at, room, JobName(name))
    failed = run.state is JobState.FAILED
    if as_json:
        print_json(_item(run))
    else:
        from honnin.flows.messages_jobs import JOB_WORDS, RESULT_WORDS, STATE_WORDS  # noqa: PLC0415

        which = 0 if default_language() == "ja" else 1
        click.echo(f"{'✘' if failed else '✔'} {JOB_WORDS[name][which]}  {STATE_WORDS[run.state][which]}")
        for what, value in run.result.items():
            click.echo(f"  {RESULT_WORDS.get(what, (what, what))[which]}: {value}")
        if failed:
            told = message_for(HonninError(run.code, run.code))
            click.echo(f"  {told.ja if which == 0 else told.en} ({run.code})", err=True)
            click.echo(f"  {told.next_ja if which == 0 else told.next_en}", err=True)
    if failed:
        context.exit(EXIT_FAILED)


def _environment(name: str) -> str:
    import os  # noqa: PLC0415

    return os.environ.get(name, "")


def _next(name: str, runs: Sequence[JobRun]) -> datetime | None:
    """The next run; None: it is due, and runs as soon as a server does."""
    from honnin.flows.jobs import JobName, first_day, next_day  # noqa: PLC0415

    job, today = JobName(name), japan_day(system_clock())
    if not any(each.key == f"{name}-{first_day(job, today).isoformat()}" for each in runs):
        return None
    return datetime.combine(next_day(job, today), datetime.min.time(), JAPAN).replace(minute=7)


def _item(run: JobRun) -> dict[str, object]:
    return {
        "job": run.job, "key": run.key, "why": run.why, "state": str(run.state), "queued_at": _iso(run.queued_at),
        "started_at": _iso(run.started_at), "ended_at": _iso(run.ended_at), "code": run.code,
        "result": dict(run.result),
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
