"""`honnin backup` and `honnin restore`: everything that is kept, as one file (docs/design/0022-store.md)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honnin.cli.data_folder import data_folder
from honnin.cli.report import errors, print_json

if TYPE_CHECKING:
    from honnin.adapters.database.backup import BackupContents

_KEYS_JA = "鍵はこのファイルに入っていません。復旧シートを別の場所に保管してください。"
_KEYS_EN = "Keys are not in this file. Keep the recovery sheet in another place."
_AUDIT_JA = "「honnin records audit」で記録を確かめてください。"
_AUDIT_EN = "Check the records with “honnin records audit”."

_data_option = click.option(
    "--data", type=click.Path(file_okay=False), help="The data folder (default: HONNIN_DATA, else the usual place)."
)
_database_option = click.option(
    "--database", help="postgresql+psycopg://… instead of the file in the data folder (default: HONNIN_DATABASE)."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
_file_argument = click.argument("file", type=click.Path(dir_okay=False))


def database_url(database: str | None, data: str | None, *, demo: bool = False) -> str:
    """The address of the house's database: `--database`, else HONNIN_DATABASE, else the file in the data folder."""
    from honnin.cli.record_room import house_database  # noqa: PLC0415  # only when it is used

    return database or house_database(data_folder(data, demo=demo))


@click.command("backup")
@_file_argument
@_data_option
@click.option("--demo", is_flag=True, help="The data of the demo (simulated cards).")
@_database_option
@_json_option
def command(file: str, data: str | None, database: str | None, *, demo: bool, as_json: bool) -> None:
    """Write everything that is kept into FILE, a new file; the counter may go on meanwhile.

    保存したものすべてを新しいファイル FILE に書きます。窓口は使ったままでかまいません。鍵は入りません。

    Keys are not in it: the recovery sheet has them.
    """
    from honnin.adapters.database.backup import back_up  # noqa: PLC0415  # only when it is used

    with errors(as_json=as_json):
        contents = back_up(database_url(database, data, demo=demo), Path(file))
    _say(contents, (_KEYS_JA, _KEYS_EN), as_json=as_json)


@click.command("restore")
@_file_argument
@_data_option
@_database_option
@_json_option
def restore_command(file: str, data: str | None, database: str | None, *, as_json: bool) -> None:
    """Bring everything in FILE, a backup, into a data folder or database that is empty. Never over existing data.

    FILE（バックアップ）を、空のフォルダーかデータベースに戻します。上書きはしません。
    """
    from honnin.adapters.database.backup import restore  # noqa: PLC0415  # only when it is used
    from honnin.core.errors import StoreError  # noqa: PLC0415

    with errors(as_json=as_json):
        url = database_url(database, data)
        if not database and not os.environ.get("HONNIN_DATABASE"):
            try:
                data_folder(data).mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise StoreError("serve.data", "the data folder cannot be made", str(error)) from None
        contents = restore(Path(file), url)
    _say(contents, (_AUDIT_JA, _AUDIT_EN), as_json=as_json)


def _say(contents: BackupContents, advice: tuple[str, str], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {"records": contents.records, "ledger_entries": contents.ledger_entries, "octets": contents.octets}
        )
        return
    click.echo(f"記録 {contents.records} 件、台帳 {contents.ledger_entries} 行。{advice[0]}")
    click.echo(f"{contents.records} records, {contents.ledger_entries} ledger entries. {advice[1]}")
