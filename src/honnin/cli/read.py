"""`honnin read`: read a document on a reader, check it, show what was found."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honnin.cli.report import EXIT_FAILED, errors, print_json
from honnin.core.errors import CallerError, LinkError, StoreError

if TYPE_CHECKING:
    from honnin.cards.passport import CanKey, MrzKey
    from honnin.facts import Reading, Report
    from honnin.flows.ports import Readers
    from honnin.flows.read import Progress

_STEPS = {
    "connect": ("カードにつなぎました", "Connected"),
    "access": ("番号を確かめています", "Checking the number"),
    "read": ("内容を読んでいます", "Reading the contents"),
    "issuer": ("発行者の署名を確認しています", "Checking the issuer's signature"),
    "chip": ("カードが本物か確認しています", "Checking that the chip is genuine"),
}


@click.command("read")
@click.argument("document", type=click.Choice(["passport"]), default="passport")
@click.option("--reader", "reader_name", metavar="NAME", help="Which reader; needed when cards lie on several.")
@click.option("--mrz", metavar="TEXT|-", help="The two lines of the photo page; - asks for them or reads stdin.")
@click.option("--can", metavar="DIGITS|-", help="The six-digit card access number; - asks for it.")
@click.option("--number", metavar="TEXT", help="Document number (with --birth and --expiry).")
@click.option("--birth", metavar="YYMMDD", help="Date of birth.")
@click.option("--expiry", metavar="YYMMDD", help="Date of expiry.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Keep the reading in this file (zip).")
@click.option("--anchors", multiple=True, type=click.Path(path_type=Path, exists=True),
              help="Trust these certificates, master lists or folders, and nothing else.")  # fmt: skip
@click.option("--data", type=click.Path(path_type=Path, file_okay=False),
              help="Data folder whose trust store is used (default: HONNIN_DATA, else the usual place).")  # fmt: skip
@click.option("--lang", type=click.Choice(["ja", "en"]), help="Language of the text; by locale, else Japanese.")
@click.option("--wait", "wait_s", type=click.FloatRange(0, 600), default=30.0, show_default=True,
              help="Seconds to wait for a card.")  # fmt: skip
@click.option("--timeout", "timeout_s", type=click.FloatRange(1, 600), default=60.0, show_default=True,
              help="Seconds for the whole reading.")  # fmt: skip
@click.option("--demo-card", metavar="NAME", help="Read this virtual card (honnin cards list); no reader is needed.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="What is wrong with the virtual card.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    *,
    document: str,
    reader_name: str | None,
    mrz: str | None,
    can: str | None,
    number: str | None,
    birth: str | None,
    expiry: str | None,
    out: Path | None,
    anchors: tuple[Path, ...],
    data: Path | None,
    lang: str | None,
    wait_s: float,
    timeout_s: float,
    demo_card: str | None,
    faults: tuple[str, ...],
    as_json: bool,
) -> None:
    """Read a document with the key that is printed on it. 書類のICチップを読み取ります。

    What is written on a command line can be seen by other users of this computer: with `--mrz -` or `--can -`, or
    with no key at all, it is asked for without being shown (or read from stdin).

    Exit codes: 0 read and no finding failed, 1 a finding failed, 2 usage, 4 card or reader trouble, 5 trust material
    cannot be read.
    """
    del document
    with errors(as_json=as_json):
        if faults and not demo_card:
            raise click.UsageError("--fault needs --demo-card")
        key = _key(mrz, can, number, birth, expiry)
        readers, name = _readers(reader_name, demo_card, faults, wait_s=wait_s, quiet=as_json)
        from honnin.core.clock import system_clock, system_random  # noqa: PLC0415
        from honnin.flows.read import read_document  # noqa: PLC0415  # cards and crypto, only when it is used

        with _progress(quiet=as_json) as progress:
            reading = read_document(
                readers, name, key, clock=system_clock, random=system_random, progress=progress, timeout_s=timeout_s
            )
        report = _check(reading, anchors, data)
        if out is not None:
            _keep(reading, out)
        if as_json:
            print_json(_as_dict(reading, report, out))
        else:
            _show(reading, report, out, _language(lang))
    if report.failed:
        raise SystemExit(EXIT_FAILED)


# --- what is printed on the document -----------------------------------------------------------------------------


def _key(
    mrz: str | None, can: str | None, number: str | None, birth: str | None, expiry: str | None
) -> MrzKey | CanKey:
    from honnin.cards.passport import CanKey, MrzKey  # noqa: PLC0415
    from honnin.core.secret import Secret  # noqa: PLC0415

    fields = (number, birth, expiry)
    ways = (mrz is not None) + (can is not None) + any(field is not None for field in fields)
    if ways > 1:
        raise click.UsageError("give one of --mrz, --can, or --number with --birth and --expiry")
    if mrz is not None:
        return MrzKey.from_lines(_ask_lines() if mrz == "-" else mrz)
    if can is not None:
        return CanKey(Secret(_ask("カードアクセス番号（6桁） / Card access number (6 digits)") if can == "-" else can))
    if ways and None in fields:
        raise click.UsageError("--number, --birth and --expiry belong together")
    return MrzKey(
        number if number is not None else _ask("旅券番号 / Passport number"),
        birth if birth is not None else _ask("生年月日 / Date of birth (YYMMDD)"),
        expiry if expiry is not None else _ask("有効期間満了日 / Date of expiry (YYMMDD)"),
    )


def _ask(label: str) -> str:
    """A line that is not shown while it is typed; from stdin when nobody sits there."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(400).strip()
    answer: str = click.prompt(label, hide_input=True, err=True)
    return answer


def _ask_lines() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.read(400)
    label = "写真のページの下2行の{}行目 / Line {} at the bottom of the photo page"
    return _ask(label.format(1, 1)) + "\n" + _ask(label.format(2, 2))


# --- which reader ------------------------------------------------------------------------------------------------


def _readers(
    name: str | None, demo_card: str | None, faults: Sequence[str], *, wait_s: float, quiet: bool
) -> tuple[Readers, str]:
    if demo_card is not None:
        from honnin.adapters.tray import Tray  # noqa: PLC0415

        tray = Tray()
        tray.insert(demo_card, faults)
        return tray, tray.name
    from honnin.adapters.pcsc import PcscReaders  # noqa: PLC0415

    readers = PcscReaders()
    return readers, _wait_for_card(readers, name, wait_s=wait_s, quiet=quiet)


def _wait_for_card(readers: Readers, name: str | None, *, wait_s: float, quiet: bool) -> str:
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


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    """Steps on a terminal, redrawn in place; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415

    console = Console(stderr=True)
    with console.status("読み取っています。カードを動かさないでください。 Reading — keep the card still.") as status:

        def progress(step: str, done: int, of: int) -> None:
            ja, en = _STEPS.get(step, (step, step))
            count = f"（{done}/{of}）" if of else ""
            status.update(f"{ja}{count}  {en}")

        yield progress


# --- results -----------------------------------------------------------------------------------------------------


def _check(reading: Reading, anchor_paths: Sequence[Path], data: Path | None) -> Report:
    """The Report, with the anchors that were named, or those of the house; virtual cards bring their own."""
    from honnin.checks.passport import check_passport  # noqa: PLC0415
    from honnin.cli.anchors import anchors_for  # noqa: PLC0415

    anchors, crls = anchors_for(anchor_paths, simulated=reading.simulated, data=data)
    return check_passport(reading, anchors, crls, reading.read_at_utc)


def _keep(reading: Reading, out: Path) -> None:
    from honnin.adapters.private_file import write_private  # noqa: PLC0415
    from honnin.facts.codec import reading_to_zip  # noqa: PLC0415

    try:
        write_private(out, reading_to_zip(reading))
    except OSError as error:
        raise StoreError("store.file", "the file cannot be written", str(error)) from error


def _as_dict(reading: Reading, report: Report, out: Path | None) -> dict[str, object]:
    from honnin.facts.codec import report_to_dict  # noqa: PLC0415

    return {
        **report_to_dict(report),
        "reader": reading.source,
        "simulated": reading.simulated,
        "read_at": reading.read_at_utc.isoformat(),
        "access": {"method": reading.access.method, "key": reading.access.key, "facts": dict(reading.access.facts)},
        "files": {name: len(octets) for name, octets in reading.files.items()},
        "refusals": [{"what": each.what, "sw": each.sw, "why": each.why} for each in reading.refusals],
        "exchanges": reading.exchanges,
        "duration_ms": reading.duration_ms,
        "out": None if out is None else str(out),
    }


def _show(reading: Reading, report: Report, out: Path | None, language: str) -> None:
    from honnin.cli.show import print_report  # noqa: PLC0415

    click.echo(f"{reading.source}   {reading.exchanges} exchanges   {reading.duration_ms} ms")
    print_report(report, language=language, simulated=reading.simulated)
    if out is not None:
        click.echo(f"\n{'保存しました：' if language == 'ja' else 'Saved: '}{out}")


def _language(chosen: str | None) -> str:
    from honnin.cli.show import default_language  # noqa: PLC0415

    return chosen or default_language()
