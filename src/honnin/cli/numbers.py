"""`honnin numbers`: individual numbers (番号法): what is kept, who may see one once, delivery, the last day, deletion.

No command prints a number but `show`, and that to a terminal only: for half a minute, on a screen of its own that
leaves nothing to scroll back to.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honnin.cli.asking import ask
from honnin.cli.data_folder import data_folder
from honnin.cli.days import typed_day
from honnin.cli.groups import WholeGroup
from honnin.cli.report import errors, iso_utc, print_done, print_json, print_nothing_found
from honnin.cli.staff_name import staff_name
from honnin.core.clock import JAPAN, japan_day, system_clock, system_random
from honnin.core.errors import CallerError

if TYPE_CHECKING:
    from honnin.cli.record_room import RecordRoom
    from honnin.flows.number_keeping import NumberKeeping
    from honnin.records.number_vault import NumberEntry

SHOWN_S = 30
MAX_LIST = 10_000
_OWN_SCREEN, _FORMER_SCREEN = "\x1b[?1049h\x1b[H", "\x1b[?1049l"

_data_option = click.option(
    "--data", type=click.Path(file_okay=False), help="The data folder (default: HONNIN_DATA, else the usual place)."
)
_demo_option = click.option("--demo", is_flag=True, help="The numbers of the demo (simulated cards).")
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
_by_option = click.option("--by", required=True, help="Who does it: the name or number of a member of staff.")
_number_argument = click.argument("number_id", metavar="NUMBER")


@click.group("numbers", cls=WholeGroup)
def command() -> None:
    """Individual numbers (番号法): kept apart, for one purpose each; every access stands in the ledger first.

    個人番号は別に保管し、目的ごとに扱います。使うたびに、先に台帳に残します。
    """


@contextmanager
def _room(data: str | None, *, demo: bool) -> Iterator[tuple[RecordRoom, NumberKeeping]]:
    from honnin.adapters.database import sqlite_path  # noqa: PLC0415  # --help must be quick
    from honnin.cli.record_room import house_database, record_room  # noqa: PLC0415
    from honnin.flows.number_keeping import NumberKeeping  # noqa: PLC0415
    from honnin.records.wrapping import Purpose  # noqa: PLC0415

    folder = data_folder(data)
    folder = folder / "demo" if demo else folder
    file = sqlite_path(house_database(folder))
    if file is not None and not file.exists():
        raise CallerError("records.none", "there are no records in this data folder", folder.name)
    with record_room(folder) as room:
        yield room, NumberKeeping(
            room.store, room.sealer, room.keys.wrapper(Purpose.NUMBERS), clock=system_clock, random=system_random,
            tenant=room.tenant,
        )  # fmt: skip


@command.command("list")
@click.option("--record", "record_id", default="", help="Only those that were received with that record.")
@click.option("--due", is_flag=True, help="Only those whose last day is over: to be deleted now.")
@_data_option
@_demo_option
@_json_option
def list_command(record_id: str, data: str | None, *, due: bool, demo: bool, as_json: bool) -> None:
    """List what is kept: number of keeping, record, purpose, last day. No digits, no names.

    保管しているものの一覧です。番号と氏名は出ません。
    """
    from itertools import islice  # noqa: PLC0415

    with errors(as_json=as_json), _room(data, demo=demo) as (_, keeping):
        found = keeping.entries(record_id=record_id, due_on=japan_day(system_clock()) if due else None)
        entries = list(islice(found, MAX_LIST))
    if as_json:
        print_json({"numbers": [_item(each) for each in entries]})
        return
    for each in entries:
        until = each.retention_until.isoformat() if each.retention_until else "-"
        stored = f"{each.stored_at_utc.astimezone(JAPAN):%Y-%m-%d %H:%M}"
        click.echo(f"{each.number_id}  {stored}  {each.purpose}  {each.record_id}  {until}")
    if not entries:
        print_nothing_found()


@command.command("grant")
@_number_argument
@click.option("--for", "entitled", required=True, help="Who may see it: the name as at the counter.")
@_by_option
@_data_option
@_demo_option
@_json_option
def grant_command(
    number_id: str, entitled: str, by: str, data: str | None, *, demo: bool, as_json: bool
) -> None:
    """Let one person see a number once, within five minutes. Prints the permit, not the number.

    1人に、5分以内に1回だけ番号を見ることを許可します。
    """
    with errors(as_json=as_json), _room(data, demo=demo) as (room, keeping):
        token = keeping.grant(
            number_id, entitled=_actor(room, data, entitled, demo=demo),
            staff=_actor(room, data, by, demo=demo)
        )
    if as_json:
        print_json({"number_id": number_id, "permit": token.reveal()})
    else:
        click.echo(token.reveal())


@command.command("show")
@_number_argument
@_by_option
@_data_option
@_demo_option
def show_command(number_id: str, by: str, data: str | None, *, demo: bool) -> None:
    """Show a number once on this terminal to whoever was given a permit; the permit is asked for.

    許可された人に、この端末で1回だけ番号を表示します。
    """
    from honnin.core.secret import Secret  # noqa: PLC0415

    with errors(as_json=False), _room(data, demo=demo) as (room, keeping):
        if not sys.stdout.isatty():
            raise CallerError("number.terminal", "a number is shown on a terminal only")
        purpose = keeping.entry(number_id).purpose
        token = Secret(ask("許可番号 / permit"))
        digits = keeping.show(number_id, token, purpose=purpose, staff=_actor(room, data, by, demo=demo)).reveal()
        _on_own_screen(f"{digits[:4]} {digits[4:8]} {digits[8:]}")


@command.command("deliver")
@_number_argument
@click.option("--purpose", required=True, help="That for which it was received, e.g. withholding_tax.")
@click.option("--to", "recipient", required=True, type=click.Path(exists=True, dir_okay=False),
              help="Public key of the receiving system (PEM; X25519, or RSA of 2048 bits or more).")  # fmt: skip
@click.option("--system", required=True, help="Name of the receiving system, for the ledger.")
@_by_option
@_data_option
@_demo_option
@_json_option
def deliver_command(
    number_id: str, *, purpose: str, recipient: str, system: str, by: str, data: str | None, demo: bool, as_json: bool
) -> None:
    """Encrypt a number for another system's key (JWE). Only the holder of its private key can read it.

    ほかのシステムの鍵で番号を暗号化します（JWE）。
    """
    from honnin.flows.number_keeping import purpose_of  # noqa: PLC0415
    from honnin.records.number_delivery import MAX_KEY  # noqa: PLC0415

    with errors(as_json=as_json), _room(data, demo=demo) as (room, keeping):
        with Path(recipient).open("rb") as file:
            pem = file.read(MAX_KEY + 1)
        actor = room.visits.actor(f"{staff_name(data, by, demo=demo)[:25]} → {system[:25]}")
        jwe = keeping.deliver(number_id, pem, purpose=purpose_of(purpose), system=actor)
    if as_json:
        print_json({"number_id": number_id, "jwe": jwe})
    else:
        click.echo(jwe)


@command.command("until")
@_number_argument
@click.argument("last_day")
@_by_option
@_data_option
@_demo_option
@_json_option
def until_command(number_id: str, last_day: str, by: str, data: str | None, *, demo: bool, as_json: bool) -> None:
    """The purpose ends: LAST_DAY (2027-03-31) is the last day of need. From the next day on it is due for deletion.

    目的の終わりです：LAST_DAY が必要な最後の日です。
    """
    with errors(as_json=as_json), _room(data, demo=demo) as (room, keeping):
        day = typed_day(last_day, "number.day")
        keeping.keep_until(number_id, day, staff=_actor(room, data, by, demo=demo))
    print_done({"number_id": number_id, "retention_until": day.isoformat()}, as_json=as_json)


@command.command("delete")
@click.argument("number_id", metavar="[NUMBER]", required=False, default="")
@click.option("--due", is_flag=True, help="All whose last day is over.")
@_by_option
@_data_option
@_demo_option
@_json_option
def delete_command(number_id: str, by: str, data: str | None, *, due: bool, demo: bool, as_json: bool) -> None:
    """Destroy a number and its key at once, or all that are due. The record stays; it cannot be undone.

    番号とその鍵を破棄します。
    """
    if bool(number_id) == due:
        raise click.UsageError("give a NUMBER, or --due")
    with errors(as_json=as_json), _room(data, demo=demo) as (room, keeping):
        staff = _actor(room, data, by, demo=demo)
        if due:
            done = keeping.delete_due(japan_day(system_clock()), staff=staff)
        else:
            keeping.delete(number_id, staff=staff, reason="request")
            done = 1
    print_done({"deleted": done}, as_json=as_json)


def _actor(room: RecordRoom, data: str | None, name: str, *, demo: bool) -> str:
    return room.visits.actor(staff_name(data, name, demo=demo))


def _on_own_screen(text: str) -> None:
    """Shown until Enter or for half a minute; nothing of it stays on the terminal."""
    import select  # noqa: PLC0415

    sys.stdout.write(f"{_OWN_SCREEN}{text}\n\nEnter で消えます（{SHOWN_S}秒） / Enter hides it ({SHOWN_S} s)\n")
    sys.stdout.flush()
    try:
        if sys.stdin.isatty() and sys.platform != "win32":
            select.select([sys.stdin], [], [], SHOWN_S)
        else:
            import time  # noqa: PLC0415

            time.sleep(SHOWN_S)
    finally:
        sys.stdout.write(_FORMER_SCREEN)
        sys.stdout.flush()


def _item(entry: NumberEntry) -> dict[str, object]:
    return {
        "number_id": entry.number_id, "record_id": entry.record_id, "purpose": entry.purpose.value,
        "stored_at": iso_utc(entry.stored_at_utc),
        "retention_until": entry.retention_until.isoformat() if entry.retention_until else None,
    }  # fmt: skip
