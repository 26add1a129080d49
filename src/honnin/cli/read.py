"""`honnin read`: read a document on a reader, check it, show what was found."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honnin.cli.read_auto import AUTO, NAMES, way_into
from honnin.cli.read_options import LICENCE_PINS, MYNUMBER_PINS, ReadOptions
from honnin.cli.read_result import check, keep, keep_images, result_dict
from honnin.cli.reader_choice import choose_reader
from honnin.cli.report import EXIT_FAILED, errors, print_json

if TYPE_CHECKING:
    from honnin.flows.read import Progress

_STEPS = {
    "connect": ("カードにつなぎました", "Connected"),
    "access": ("番号を確かめています", "Checking the number"),
    "read": ("内容を読んでいます", "Reading the contents"),
    "issuer": ("発行者の署名を確認しています", "Checking the issuer's signature"),
    "chip": ("カードが本物か確認しています", "Checking that the chip is genuine"),
}


@click.command("read")
@click.argument("document", type=click.Choice(NAMES), default=AUTO)
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

    DOCUMENT is passport, mynumber, licence or residence; without it (auto) the card is recognised by itself, and what
    this card needs is asked for, with the tries that are left shown first.

    What is written on a command line can be seen by other users of this computer: with `--mrz -` or `--can -`, or
    with no key at all, it is asked for without being shown (or read from stdin).

    Exit codes: 0 read and no finding failed, 1 a finding failed, 2 usage, 4 card or reader trouble, 5 trust material
    cannot be read.
    """
    with errors(as_json=as_json):
        if faults and not demo_card:
            raise click.UsageError("--fault needs --demo-card")
        options = ReadOptions(
            mrz, can, number, birth, expiry, code, pins, purpose, foreign=foreign, last_try=last_try
        )  # fmt: skip
        way = way_into(document, options)
        readers, name = choose_reader(reader_name, demo_card, faults, wait_s=wait_s, quiet=as_json)
        from honnin.core.clock import system_clock, system_random  # noqa: PLC0415
        from honnin.flows.read import read_document  # noqa: PLC0415  # cards and crypto, only when it is used

        key, secrets = way(readers, name)
        with _progress(quiet=as_json) as progress:
            reading = read_document(
                readers, name, key, clock=system_clock, random=system_random, progress=progress, secrets=secrets,
                timeout_s=timeout_s,
            )  # fmt: skip
        report = check(reading, anchors, data)
        if out is not None:
            keep(reading, out)
        if images is not None:
            keep_images(reading, report, images)
        if as_json:
            print_json(result_dict(reading, report, out))
        else:
            from honnin.cli.show import default_language, print_reading  # noqa: PLC0415

            print_reading(reading, report, language=lang or default_language(), kept=out)
    if report.failed:
        raise SystemExit(EXIT_FAILED)


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
