"""`honnin keys`: the keys of the sealed records: what there is, exchanging them, the recovery sheet and back."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honnin.cli.data_folder import data_folder
from honnin.cli.groups import WholeGroup
from honnin.cli.report import EXIT_FAILED, errors, print_json
from honnin.cli.show import default_language
from honnin.core.clock import japan_day, system_clock
from honnin.core.errors import CallerError, DataError, StoreError
from honnin.core.secret import Secret
from honnin.records.wrapping import Purpose

if TYPE_CHECKING:
    from honnin.adapters.key_file import FileKeys
    from honnin.records.recovery_sheet import SheetKey

_KEYS = "keys"
_MAX_LINE = 400
_MAX_KEYS = 64

_data_option = click.option(
    "--data", type=click.Path(file_okay=False), help="The data folder (default: HONNIN_DATA, else the usual place)."
)
_demo_option = click.option("--demo", is_flag=True, help="The keys of the demo (simulated cards).")
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
_by_option = click.option("--by", required=True, help="Who does it: the name or number of a member of staff.")
_purpose_option = click.option(
    "--purpose", type=click.Choice(["records", "numbers"]), default="records", show_default=True,
    help="Keys of the records, or of individual numbers (番号法).",
)  # fmt: skip


def _of_house(function: Callable[..., None]) -> Callable[..., None]:
    """Adds `--data` and `--demo`; the command gets the one folder that they name, as `house`."""

    @_data_option
    @_demo_option
    @functools.wraps(function)
    def command_of_house(*, data: str | None, demo: bool, **given: object) -> None:
        function(house=data_folder(data, demo=demo), **given)

    return command_of_house


@click.group("keys", cls=WholeGroup)
def command() -> None:
    """Keys of the sealed records. Without them nobody can read a record: keep the recovery sheet in a safe.

    記録の鍵です。なくすと記録は読めません。復旧シートを金庫に入れてください。
    """


@command.command("status")
@_of_house
@_json_option
def status_command(*, house: Path, as_json: bool) -> None:
    """Show every key: purpose, id, when it was made, current or older. No secret is shown.

    鍵の一覧です。秘密の部分は出ません。
    """
    from honnin.adapters.house_keys import open_house_keys  # noqa: PLC0415  # --help must be quick

    with errors(as_json=as_json):
        _must_be_a_house(house)
        known = open_house_keys(house / _KEYS, has_records=True, environment=os.environ).status()
    if as_json:
        print_json(
            {
                "keys": [
                    {"key_id": each.key_id, "purpose": each.purpose.value, "made_at_utc": each.made_at_utc,
                     "current": each.current, "guard": each.guard}
                    for each in known
                ]
            }
        )  # fmt: skip
        return
    for each in known:
        mark = "current" if each.current else "older  "
        click.echo(f"{each.purpose:<8} {mark}  {_made_on(each.made_at_utc)}  {each.guard:<10}  {each.key_id}")


@command.command("rotate")
@_purpose_option
@_by_option
@click.option("--resume", is_flag=True, help="Make no new key, only go on with what is under older ones.")
@_of_house
@_json_option
def rotate_command(purpose: str, by: str, *, house: Path, resume: bool, as_json: bool) -> None:
    """Make a new key and put everything under it. The counter may go on meanwhile; no record is touched.

    新しい鍵を作り、すべてをその下に置きます。

    Older keys stay until `honnin keys retire`. Make a new recovery sheet afterwards.
    """
    from honnin.cli.record_room import record_room  # noqa: PLC0415  # --help must be quick
    from honnin.flows.rotation import rewrap_all  # noqa: PLC0415

    chosen = Purpose(purpose)
    with errors(as_json=as_json), record_room(_with_keys(house)) as room:
        if not resume:
            room.keys.new_key(chosen)
        done = rewrap_all(
            room.store, room.sealer, room.keys.wrapper(chosen), purpose=chosen, actor=room.visits.actor(by),
            at=system_clock(),
        )  # fmt: skip
    if as_json:
        left = [{"record_id": each.at.record_id, "part": each.at.part, "code": each.code} for each in done.left]
        print_json({"key_id": done.key_id, "rewrapped": done.rewrapped, "left": left})
    else:
        click.echo(f"{done.key_id}  {done.rewrapped}")
        for each in done.left:
            click.echo(f"{each.at.record_id}  {each.code}", err=True)
        click.echo("復旧シートを作り直してください。\nMake a new recovery sheet: honnin keys recovery-sheet", err=True)
    if done.left:
        raise SystemExit(EXIT_FAILED)


@command.command("retire")
@click.argument("key_id")
@_of_house
@_json_option
def retire_command(key_id: str, *, house: Path, as_json: bool) -> None:
    """Destroy an older key that nothing uses any more, ten minutes or more after the rotation.

    使われなくなった古い鍵を破棄します。
    """
    from honnin.cli.record_room import record_room  # noqa: PLC0415  # --help must be quick
    from honnin.flows.rotation import key_in_use  # noqa: PLC0415
    from honnin.records.wrapping import WRAPPING, is_key_id, key_missing  # noqa: PLC0415

    with errors(as_json=as_json):
        purpose = Purpose(key_id.partition("-")[0]) if is_key_id(key_id) else None
        if purpose not in WRAPPING:
            raise key_missing(key_id[:40])
        with record_room(_with_keys(house)) as room:
            if key_in_use(room.store, room.keys.wrapper(purpose), purpose=purpose):
                raise StoreError("vault.key_in_use", "some records still use an older key", purpose)
            room.keys.retire(key_id)
    if as_json:
        print_json({"retired": key_id})
    else:
        click.echo(key_id)


@command.command("passphrase")
@click.option("--remove", is_flag=True, help="The keys lie there without a passphrase from now on.")
@click.option("--new-file", type=click.Path(dir_okay=False),
              help="Its first line is the new passphrase (mode 0600). Without: asked for, or from standard input.")
@_of_house
@_json_option
def passphrase_command(new_file: str | None, *, house: Path, remove: bool, as_json: bool) -> None:
    """Set, change or remove the passphrase of the key files. The present one is taken as at every start
    (HONNIN_KEY_PASSPHRASE_FILE or HONNIN_KEY_PASSPHRASE).

    鍵のファイルのパスフレーズを、付ける・替える・外します。

    Keys, records and recovery sheet stay what they are. If it is cut off, run it again. Then start with the new one.
    """
    from honnin.adapters.house_keys import passphrase_in_file, read_passphrase  # noqa: PLC0415  # --help must be quick
    from honnin.adapters.key_passphrase import change_passphrase  # noqa: PLC0415

    with errors(as_json=as_json):
        folder = _with_keys(house) / _KEYS
        if os.environ.get("HONNIN_HSM_LIBRARY"):
            raise CallerError("vault.no_passphrase", "keys of a token have no passphrase")
        if remove and new_file:
            raise click.UsageError("--remove and --new-file exclude each other")
        current = read_passphrase(os.environ)
        new = None if remove else passphrase_in_file(Path(new_file)) if new_file else _typed_passphrase()
        ids = change_passphrase(folder, current, new)
    if as_json:
        print_json({"keys": list(ids), "guard": "file" if new is None else "passphrase"})
        return
    for each in ids:
        click.echo(each)
    click.echo(
        "次の起動からは新しいパスフレーズが必要です。動いている窓口は起動し直してください。前のバックアップは前のままです。\n"
        "From the next start on the new passphrase is needed; restart a running counter. Earlier backups are as before."
        if new is not None else
        "鍵にパスフレーズはありません。フォルダーを守ってください。\nThe keys have no passphrase. Protect the folder.",
        err=True,
    )  # fmt: skip


@command.command("recovery-sheet")
@click.option("--numbers", is_flag=True, help="The sheet of the keys of individual numbers (番号法), which is apart.")
@click.option("--house", "name", default="", help="The name of the business, to stand on the sheet.")
@click.option("--language", type=click.Choice(["ja", "en"]), default=None, help="Default: as the system.")
@click.option("--out", type=click.Path(dir_okay=False), help="Write the sheet into this new file (mode 0600).")
@_of_house
def sheet_command(name: str, language: str | None, out: str | None, *, house: Path, numbers: bool) -> None:
    """Print the keys for the safe: on paper, in an envelope, away from the computer. Delete the file afterwards.

    金庫に入れる復旧シートを出します。印刷したらファイルは消してください。
    """
    from honnin.adapters.key_folder import make_new  # noqa: PLC0415  # --help must be quick
    from honnin.records.recovery_sheet import SheetKey, recovery_sheet  # noqa: PLC0415

    with errors(as_json=False):
        keys = [
            SheetKey(purpose, key)
            for purpose, key in _file_keys(house).all_keys()
            if (purpose is Purpose.NUMBERS) == numbers
        ]
        today = japan_day(system_clock())
        text = recovery_sheet(keys, house=name, printed_on=today, language=language or default_language())
        if out:
            make_new(Path(out), text.encode())
    if out:
        click.echo("印刷したら、このファイルを消してください。\nPrint it, then delete the file.", err=True)
    else:
        click.echo(text, nl=False)


@command.command("restore")
@_of_house
@_json_option
def restore_command(*, house: Path, as_json: bool) -> None:
    """Type the keys of a recovery sheet back, four lines each, from the top; an empty line ends. Nothing that is there
    is written over.

    復旧シートの鍵を入力して戻します。すでにある鍵は上書きしません。
    """
    from honnin.adapters.house_keys import read_passphrase  # noqa: PLC0415  # --help must be quick
    from honnin.adapters.key_file import put_key  # noqa: PLC0415

    folder = house / _KEYS
    put: list[str] = []
    with errors(as_json=as_json):
        passphrase = read_passphrase(os.environ)
        for key in _typed_keys():
            put.append(put_key(folder, key.purpose, key.key, passphrase=passphrase))
            click.echo(put[-1], err=True)
        if not put:
            raise DataError("vault.sheet", "no key was typed")
    if as_json:
        print_json({"restored": put})
    else:
        click.echo("「honnin records audit --open」で記録が開くことを確かめてください。", err=True)
        click.echo("Check that the records open: honnin records audit --open", err=True)


def _must_be_a_house(house: Path) -> None:
    """Raises CallerError `vault.no_house` where nothing was ever kept: nobody has lost a key there."""
    from honnin.adapters.database import sqlite_path  # noqa: PLC0415  # --help must be quick
    from honnin.cli.record_room import house_database  # noqa: PLC0415

    file = sqlite_path(house_database(house))
    if file is not None and not file.exists() and not (house / _KEYS).exists():
        raise CallerError("vault.no_house", "there are no keys and no records in this data folder", house.name)


def _with_keys(house: Path) -> Path:
    """The data folder, which must have keys: a command for keys makes no house."""
    _must_be_a_house(house)
    if not (house / _KEYS).exists():
        raise StoreError("vault.key_missing", "there are no keys in this data folder", house.name)
    return house


def _made_on(made_at_utc: str) -> str:
    """The day in Japan, as the recovery sheet and the pages have it."""
    try:
        return japan_day(datetime.fromisoformat(made_at_utc)).isoformat()
    except ValueError:
        return made_at_utc[:10]


def _file_keys(house: Path) -> FileKeys:
    from honnin.adapters.house_keys import read_passphrase  # noqa: PLC0415  # --help must be quick
    from honnin.adapters.key_file import FileKeys  # noqa: PLC0415

    if os.environ.get("HONNIN_HSM_LIBRARY"):
        raise CallerError("vault.no_sheet", "keys of a token cannot be taken out")
    _must_be_a_house(house)
    return FileKeys.open(house / _KEYS, passphrase=read_passphrase(os.environ))


def _typed_passphrase() -> Secret[str]:
    """Typed twice at a terminal, unseen; else the first line of standard input."""
    if not sys.stdin.isatty():
        return Secret(sys.stdin.readline(_MAX_LINE * 4).rstrip("\r\n"))
    first = click.prompt("新しいパスフレーズ / New passphrase", hide_input=True, err=True)
    second = click.prompt("もう一度 / Again", hide_input=True, err=True)
    if first != second:
        raise CallerError("vault.passphrase_differs", "the two entries differ")
    return Secret(first)


def _typed_keys() -> Iterator[SheetKey]:
    """Keys as people type them. At a terminal a slip is told and the key asked for again; a pipe just fails."""
    from honnin.flows.messages import message_for  # noqa: PLC0415  # --help must be quick
    from honnin.records.recovery_sheet import LINES, key_from_recovery_sheet  # noqa: PLC0415

    person = sys.stdin.isatty()
    for number in range(1, _MAX_KEYS + 1):
        while True:
            lines = list(_typed_lines(number, LINES, person=person))
            if not lines:
                return
            try:
                key = key_from_recovery_sheet("\n".join(lines))
            except DataError as error:
                if not person:
                    raise
                text = message_for(error)
                click.echo(f"{text.ja} {text.next_ja}\n{text.en} {text.next_en}", err=True)
                continue
            break
        yield key


def _typed_lines(number: int, count: int, *, person: bool) -> Iterator[str]:
    for line in range(1, count + 1):
        if person:
            click.echo(f"鍵 / key {number}  {line}/{count}: ", nl=False, err=True)
        text = sys.stdin.readline(_MAX_LINE).strip()
        if not text:
            return
        yield text
