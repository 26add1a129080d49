"""`honnin verify`: check a reading, or a folder of raw files, without any card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from honnin.cli.report import EXIT_FAILED, errors, print_json

_WITH_VALUE = frozenset({"--against", "--at", "--data", "--lang", "--ledger-key", "--list"})


def spread_anchors(arguments: Sequence[str]) -> list[str]:
    """`--anchors A B` as `--anchors A --anchors B` (design §9: one or more files or folders).

    Everything up to the next option belongs to it; only when no other word could be PATH, the last one is PATH. Without
    any value it is a usage error: it must never be read as "trust what the house trusts".
    """
    result: list[str] = []
    named: list[str] = []
    paths: list[str] = []
    collecting = False
    words = iter(arguments)
    previous = ""
    for word in [*arguments, ""]:
        if previous == "--anchors" and (not word or word.startswith("-")):
            raise click.BadOptionUsage("--anchors", "Option '--anchors' requires an argument.")
        previous = word
    for word in words:
        if word == "--":
            paths += words
        elif word == "--anchors":
            collecting = True
        elif word.startswith("-") and word != "-":
            collecting = False
            result.append(word)
            if word in _WITH_VALUE:
                result += [value for value in [next(words, None)] if value is not None]
        else:
            (named if collecting else paths).append(word)
    if not paths and len(named) > 1:
        paths.append(named.pop())
    for each in named:
        result += ["--anchors", each]
    return [*result, *(["--", *paths] if paths else [])]


class _Command(click.Command):
    """Lets `--anchors` take several values."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, spread_anchors(args))


@click.command("verify", cls=_Command)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--at", "at_text", metavar="TIME", help="Check as of this ISO 8601 instant (UTC without a zone).")
@click.option("--anchors", multiple=True, type=click.Path(path_type=Path), metavar="FILE|DIR ...",
              help="Trust these certificates, master lists or folders, and nothing else.")  # fmt: skip
@click.option("--ledger-key", "ledger_key", metavar="KEY|FILE",
              help="Public key of the ledger an evidence bundle comes from, as its issuer gave it to you.")  # fmt: skip
@click.option("--list", "lists", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
              help="A revocation list that an evidence bundle names and does not hold; may be repeated.")  # fmt: skip
@click.option("--against", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
              help="Compare a bundle with another one or a checkpoint of its ledger; may be repeated.")  # fmt: skip
@click.option("--data", type=click.Path(path_type=Path, file_okay=False),
              help="Data folder with the trust store (default: HONNIN_DATA, else the usual place).")  # fmt: skip
@click.option("--lang", type=click.Choice(["ja", "en"]), help="Language of the text; by locale, else Japanese.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    *,
    path: Path,
    at_text: str | None,
    anchors: tuple[Path, ...],
    ledger_key: str | None,
    lists: tuple[Path, ...],
    against: tuple[Path, ...],
    data: Path | None,
    lang: str | None,
    as_json: bool,
) -> None:
    """Verify a reading (reading.zip), an evidence bundle, the proof of a deletion, or a folder of raw passport files.

    読み取り結果、証拠の束、削除の証明、または旅券のファイル（EF.SOD.bin など）の入ったフォルダーを確認します。

    Exit codes: 0 no finding failed, 1 a finding failed or the file is damaged, 2 usage, 5 trust material is missing or
    cannot be read.
    """
    with errors(as_json=as_json):
        from honnin.cli.anchors import trust_for  # noqa: PLC0415
        from honnin.core.clock import system_clock  # noqa: PLC0415
        from honnin.core.errors import CallerError  # noqa: PLC0415
        from honnin.facts.codec import report_to_dict  # noqa: PLC0415
        from honnin.flows.documents import check_reading  # noqa: PLC0415
        from honnin.flows.verify import (  # noqa: PLC0415
            load_bundle,
            load_deletion_proof,
            load_reading,
            parse_instant,
        )

        bundle = load_bundle(path)
        if bundle is not None:
            from honnin.cli.verify_bundle import verify_and_print  # noqa: PLC0415

            failed = verify_and_print(
                bundle, at_text=at_text, anchors=anchors, ledger_key=ledger_key, lists=lists, data=data, lang=lang,
                as_json=as_json, against=against,
            )  # fmt: skip
            raise SystemExit(EXIT_FAILED if failed else 0)
        if against:
            raise CallerError("verify.against", "only an evidence bundle can be compared", path.name)
        deletion = load_deletion_proof(path)
        if deletion is not None:
            from honnin.cli.verify_deletion import verify_deletion_and_print  # noqa: PLC0415

            failed = verify_deletion_and_print(deletion, ledger_key=ledger_key, lang=lang, as_json=as_json)
            raise SystemExit(EXIT_FAILED if failed else 0)
        at = parse_instant(at_text) if at_text is not None else system_clock()
        reading = load_reading(path, at=at)
        trust = trust_for(anchors, simulated=reading.simulated, document=reading.document.value, data=data)
        report = check_reading(reading, trust, at)
        if as_json:
            more = {"at": at.isoformat(), "read_at": reading.read_at_utc.isoformat(), "simulated": reading.simulated}
            print_json(report_to_dict(report) | more)
        else:
            from honnin.cli.show import default_language, print_report  # noqa: PLC0415

            print_report(report, language=lang or default_language(), simulated=reading.simulated)
    if report.failed:
        raise SystemExit(EXIT_FAILED)
