"""`honnin cards`: virtual cards and the test PKI that issues them (design §9). Everything here is a simulator's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

import click

from honnin.cli.groups import WholeGroup
from honnin.cli.report import errors, print_json
from honnin.core.clock import system_clock
from honnin.core.errors import CallerError, StoreError

SIMULATOR_JA = "シミュレーターのカードです。実在の人物・国の証明書ではありません。鍵は公開されています。"
SIMULATOR_EN = "This is a simulator's card: no real person, no real state, and its keys are public."
_ANCHOR_FOLDER = "simulator-anchors"
_NOTICE_FILE = "SIMULATOR.txt"


@click.group("cards", cls=WholeGroup)
def command() -> None:
    """Virtual cards and the test PKI that issues them. 仮想カード（シミュレーター）."""


@command.command("list")
@click.option("--faults", is_flag=True, help="List what can be made wrong with a card instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def list_command(*, faults: bool, as_json: bool) -> None:
    """All virtual cards; the first of each document is the plain, healthy one.

    模擬カードの一覧です。
    """
    from honnin_virtual import list_cards  # noqa: PLC0415  # only when it is used

    if faults:
        _list_faults(as_json=as_json)
        return
    cards = list_cards()
    if as_json:
        print_json({"cards": [
            {"name": card.name, "document": card.document, "holder": card.holder, "secrets": dict(card.secrets)}
            for card in cards
        ]})  # fmt: skip
        return
    click.echo(f"{SIMULATOR_JA}\n{SIMULATOR_EN}\n")
    for card in cards:
        click.echo(f"{card.name}\n    {card.holder}\n    {card.about_ja}\n    {card.about_en}")
        for name, secret in card.secrets.items():
            for line in secret.split("\n"):
                click.echo(f"    {name.upper():<4} {line}")


def _list_faults(*, as_json: bool) -> None:
    from honnin_virtual import FAULTS  # noqa: PLC0415  # only when it is used

    if as_json:
        print_json({"faults": [
            {"name": spec.name, "ja": spec.ja, "en": spec.en, "counted": bool(spec.counted)} for spec in FAULTS
        ]})  # fmt: skip
        return
    for spec in FAULTS:
        click.echo(f"{spec.name + (':EXCHANGE' if spec.counted else ''):<22} {spec.ja} / {spec.en}")


@command.command("issue")
@click.argument("name")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False),
              help="Folder for the files of the chip.")  # fmt: skip
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="What is wrong with the card (repeatable).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def issue_command(name: str, *, out: Path, faults: tuple[str, ...], as_json: bool) -> None:
    """Write the files of a virtual card (EF.SOD.bin, EF.DG1.bin, …) and the simulator's anchors.

    模擬カードのファイルと、シミュレーターの信頼の基点を書き出します。

    `honnin verify OUT --anchors OUT/simulator-anchors` then checks those of a passport. The name of a set (`alex`)
    writes all four cards of that person, each into a folder of its own.
    """
    from honnin_virtual import SETS  # noqa: PLC0415  # only when it is used

    with errors(as_json=as_json):
        if name not in SETS:
            done = [_issue_into(out, name, faults)]
        else:
            done = [_issue_into(out / each, each, faults) for each in SETS[name]]
        if as_json:
            print_json(done[0] if name not in SETS else {"set": name, "cards": done})
            return
        click.echo(f"{SIMULATOR_JA}\n{SIMULATOR_EN}\n")
        for each in done:
            folder = Path(str(each["folder"]))
            click.echo("\n".join(str(folder / file) for file in cast("list[str]", each["files"])))
            if each["document"] == "passport":
                click.echo(f"\nhonnin verify {folder} --anchors {each['anchors']}")


def _issue_into(out: Path, name: str, faults: tuple[str, ...]) -> dict[str, object]:
    """Write one card; what was written."""
    from honnin_virtual import faults_from_names, issue, simulator_trust  # noqa: PLC0415  # only when it is used

    card = issue(name, faults=faults_from_names(faults), now=system_clock())
    anchors = out / _ANCHOR_FOLDER
    contents = {out / f"{file.replace('/', '.')}.bin": octets for file, octets in card.files.items()}
    contents |= {anchors / file: octets for file, octets in simulator_trust(card.document).items()}
    contents |= {out / _NOTICE_FILE: f"{SIMULATOR_JA}\n{SIMULATOR_EN}\n".encode()}
    _write(anchors, contents)
    written = sorted(str(path.relative_to(out)) for path in contents)
    return {
        "card": card.name, "document": card.document, "environment": "simulator", "folder": str(out),
        "anchors": str(anchors), "files": written,
    }  # fmt: skip


def _write(folder: Path, contents: dict[Path, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, octets in contents.items():
            path.write_bytes(octets)
    except OSError as error:
        raise StoreError("store.file", "the files of the card cannot be written there", str(error)) from error


@command.command("insert")
@click.argument("name")
@click.option("--vpcd", default="127.0.0.1:35963", show_default=True, metavar="HOST:PORT",
              help="Where the virtual reader listens.")  # fmt: skip
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="What is wrong with the card (repeatable).")
def insert_command(name: str, *, vpcd: str, faults: tuple[str, ...]) -> None:
    """Be that card on a vpcd reader (vsmartcard) until interrupted.

    仮想の読み取り機（vpcd）に、そのカードを置きます。
    """
    from honnin_virtual import faults_from_names, issue  # noqa: PLC0415  # only when it is used
    from honnin_virtual.vpcd import serve  # noqa: PLC0415

    with errors(as_json=False):
        host, port = _address(vpcd)
        card = issue(name, faults=faults_from_names(faults), now=system_clock())
        click.echo(f"{SIMULATOR_JA}\n{SIMULATOR_EN}", err=True)
        try:
            serve(card, host, port, on_event=_say)
        except KeyboardInterrupt:
            sys.stderr.write("\n")


_EVENTS = {
    "connected": "読み取り機に置きました。Ctrl+Cで終わります。 / On the reader. Ctrl+C ends.",
    "reader_gone": "読み取り機がいなくなりました。戻るのを待ちます。 / The reader is gone. Waiting for it.",
    "card_removed": "カードを離しました。もう一度置きます。 / The card was lifted. Putting it back.",
}


def _say(event: str) -> None:
    click.echo(_EVENTS[event], err=True)


def _address(text: str) -> tuple[str, int]:
    """HOST:PORT or [IPv6]:PORT or HOST. Raises CallerError `cards.address`."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, "35963"
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65_536 and host):
        raise CallerError("cards.address", "an address looks like 127.0.0.1:35963")
    return host.strip("[]"), int(port)
