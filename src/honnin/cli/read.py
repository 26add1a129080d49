"""`honnin read`: read a document on a reader, check it, show what was found."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honnin.cli.asking import ask
from honnin.cli.read_licence import PINS as LICENCE_PINS
from honnin.cli.read_licence import way_into_licence
from honnin.cli.read_mynumber import PINS as MYNUMBER_PINS
from honnin.cli.read_mynumber import MyNumberOptions, way_into_mynumber
from honnin.cli.report import EXIT_FAILED, errors, print_json
from honnin.core.errors import CallerError, DataError, LinkError, StoreError

if TYPE_CHECKING:
    from honnin.apdu import SecretSource
    from honnin.cards.passport import CanKey, MrzKey
    from honnin.facts import Reading, Report
    from honnin.flows.keys import DocumentKey
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
@click.argument(
    "document", type=click.Choice(["passport", "mynumber", "licence", "residence"]), default="passport"
)
@click.option("--reader", "reader_name", metavar="NAME", help="Which reader; needed when cards lie on several.")
@click.option("--mrz", metavar="TEXT|-", help="The two lines of the photo page; - asks for them or reads stdin.")
@click.option("--can", metavar="DIGITS|-", help="The six-digit card access number; - asks for it.")
@click.option("--number", metavar="TEXT|-",
              help="Passport: document number (with --birth and --expiry). My Number Card: the 14 digits of 照合番号B. "
                   "Residence card: the 12 characters of the card number; - asks for it.")
@click.option("--birth", metavar="DATE", help="Date of birth: YYMMDD; for a My Number Card YYYY-MM-DD.")
@click.option("--expiry", metavar="DATE", help="Date of expiry: YYMMDD; for a My Number Card the year, YYYY.")
@click.option("--code", metavar="DIGITS|-", help="My Number Card: the 4-digit security code on its front.")
@click.option("--foreign", is_flag=True, help="My Number Card with the birth date in the Western calendar.")
@click.option("--pin-prompt", "pins", multiple=True, type=click.Choice([*MYNUMBER_PINS, *LICENCE_PINS]),
              help="Ask for this PIN or password after showing the tries that are left. My Number Card: text, "
                   "authentication, signing. Licence: pin1, pin2 (default both; pin1 proves nothing).")  # fmt: skip
@click.option("--last-try", is_flag=True, help="The holder agrees to spend a last remaining try.")
@click.option("--purpose", metavar="NAME",
              help="My Number Card: read the individual number, for this purpose of the 番号法.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Keep the reading in this file (zip).")
@click.option("--images", type=click.Path(path_type=Path, file_okay=False),
              help="Keep the pictures of the document in this folder (PNG).")  # fmt: skip
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
    code: str | None,
    foreign: bool,
    pins: tuple[str, ...],
    last_try: bool,
    purpose: str | None,
    out: Path | None,
    images: Path | None,
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
    with errors(as_json=as_json):
        if faults and not demo_card:
            raise click.UsageError("--fault needs --demo-card")
        typed = MyNumberOptions(number, birth, expiry, code, pins, purpose, foreign=foreign, last_try=last_try)
        way = _WAYS[document](mrz, can, typed)
        readers, name = _readers(reader_name, demo_card, faults, wait_s=wait_s, quiet=as_json)
        from honnin.core.clock import system_clock, system_random  # noqa: PLC0415
        from honnin.flows.read import read_document  # noqa: PLC0415  # cards and crypto, only when it is used

        key, secrets = way(readers, name)
        with _progress(quiet=as_json) as progress:
            reading = read_document(
                readers, name, key, clock=system_clock, random=system_random, progress=progress, secrets=secrets,
                timeout_s=timeout_s,
            )  # fmt: skip
        report = _check(reading, anchors, data)
        if out is not None:
            _keep(reading, out)
        if images is not None:
            _keep_images(reading, report, images)
        if as_json:
            print_json(_as_dict(reading, report, out))
        else:
            _show(reading, report, out, _language(lang))
    if report.failed:
        raise SystemExit(EXIT_FAILED)


# --- what is printed on the document -----------------------------------------------------------------------------

# From the reader with the card on it: the key, and whoever answers for PINs.
_Way = Callable[["Readers", str], "tuple[DocumentKey, SecretSource]"]


def _passport(mrz: str | None, can: str | None, typed: MyNumberOptions) -> _Way:
    from honnin.apdu.dialogue import no_secrets  # noqa: PLC0415

    if typed.code is not None or typed.pins or typed.purpose is not None or typed.foreign or typed.last_try:
        raise click.UsageError("--code, --foreign, --pin-prompt, --purpose and --last-try belong to My Number Cards")
    key = _passport_key(mrz, can, typed.number, typed.birth, typed.expiry)
    return lambda _readers, _name: (key, no_secrets)


def _mynumber(mrz: str | None, can: str | None, typed: MyNumberOptions) -> _Way:
    if mrz is not None or can is not None:
        raise click.UsageError("--mrz and --can belong to passports")
    if any(each in LICENCE_PINS for each in typed.pins):
        raise click.UsageError("pin1 and pin2 belong to licences")
    return way_into_mynumber(typed)


def _residence(mrz: str | None, can: str | None, typed: MyNumberOptions) -> _Way:
    from honnin.apdu.dialogue import no_secrets  # noqa: PLC0415
    from honnin.cards.residence import CardNumber  # noqa: PLC0415
    from honnin.core.secret import Secret  # noqa: PLC0415

    others = (mrz, can, typed.birth, typed.expiry, typed.code, typed.purpose)
    if any(each is not None for each in others) or typed.pins or typed.foreign or typed.last_try:
        raise click.UsageError("a residence card takes --number and nothing else")
    asked = typed.number in {None, "-"}
    label = "在留カード等の番号（12桁） / Number of the residence card (12 characters)"
    key = CardNumber(Secret(ask(label) if asked or typed.number is None else typed.number))
    return lambda _readers, _name: (key, no_secrets)


def _licence(mrz: str | None, can: str | None, typed: MyNumberOptions) -> _Way:
    others = (mrz, can, typed.number, typed.birth, typed.expiry, typed.code, typed.purpose)
    if any(each is not None for each in others) or typed.foreign:
        raise click.UsageError("a licence is opened with PINs alone (--pin-prompt, --last-try)")
    return way_into_licence(typed.pins, last_try=typed.last_try)


_WAYS: dict[str, Callable[[str | None, str | None, MyNumberOptions], _Way]] = {
    "passport": _passport,
    "mynumber": _mynumber,
    "licence": _licence,
    "residence": _residence,
}


def _passport_key(
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
        return CanKey(Secret(ask("カードアクセス番号（6桁） / Card access number (6 digits)") if can == "-" else can))
    if ways and None in fields:
        raise click.UsageError("--number, --birth and --expiry belong together")
    return MrzKey(
        number if number is not None else ask("旅券番号 / Passport number"),
        birth if birth is not None else ask("生年月日 / Date of birth (YYMMDD)"),
        expiry if expiry is not None else ask("有効期間満了日 / Date of expiry (YYMMDD)"),
    )


def _ask_lines() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.read(400)
    label = "写真のページの下2行の{}行目 / Line {} at the bottom of the photo page"
    return ask(label.format(1, 1)) + "\n" + ask(label.format(2, 2))


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
    from honnin.cli.anchors import trust_for  # noqa: PLC0415
    from honnin.flows.documents import check_reading  # noqa: PLC0415

    trust = trust_for(anchor_paths, simulated=reading.simulated, document=reading.document.value, data=data)
    return check_reading(reading, trust, reading.read_at_utc)


def _keep(reading: Reading, out: Path) -> None:
    from honnin.adapters.private_file import write_private  # noqa: PLC0415
    from honnin.facts.codec import reading_to_zip  # noqa: PLC0415

    try:
        write_private(out, reading_to_zip(reading))
    except OSError as error:
        raise StoreError("store.file", "the file cannot be written", str(error)) from error


def _keep_images(reading: Reading, report: Report, folder: Path) -> None:
    """Every picture that can be shown, as NAME.png; one that cannot be decoded is left out and said."""
    from honnin.adapters.images import decode_to_png  # noqa: PLC0415
    from honnin.adapters.private_file import write_private  # noqa: PLC0415
    from honnin.flows.portrait import image_octets  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for attribute in report.attributes:
            if attribute.media_type is None:
                continue
            try:
                png = decode_to_png(image_octets(reading, attribute))
            except DataError as error:
                click.echo(f"{attribute.name}: {error.code}", err=True)
                continue
            write_private(folder / f"{attribute.name}.png", png)
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
