"""`honnin verify`: check a reading, or a folder of raw files, without any card."""

from __future__ import annotations

from pathlib import Path

import click

from honnin.cli.report import EXIT_FAILED, errors, print_json


@click.command("verify")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--at", "at_text", metavar="TIME", help="Check as of this ISO 8601 instant (UTC without a zone; now).")
@click.option("--anchors", multiple=True, type=click.Path(path_type=Path),
              help="Trust these certificates, master lists or folders, and nothing else. Repeatable.")  # fmt: skip
@click.option("--data", type=click.Path(path_type=Path, file_okay=False),
              help="The data folder whose trust store is used (default: HONNIN_DATA).")  # fmt: skip
@click.option("--lang", type=click.Choice(["ja", "en"]), help="Language of the text; by locale, else Japanese.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    *,
    path: Path,
    at_text: str | None,
    anchors: tuple[Path, ...],
    data: Path | None,
    lang: str | None,
    as_json: bool,
) -> None:
    """Verify a reading (reading.zip) or a folder of raw passport files (EF.SOD.bin, EF.DG1.bin, …).

    読み取り結果、または旅券のファイルの入ったフォルダーを確認します。

    Exit codes: 0 no finding failed, 1 a finding failed or the file is damaged, 2 usage, 5 trust material is missing or
    cannot be read.
    """
    with errors(as_json=as_json):
        from honnin.cli.anchors import anchors_for  # noqa: PLC0415
        from honnin.core.clock import system_clock  # noqa: PLC0415
        from honnin.facts.codec import report_to_dict  # noqa: PLC0415
        from honnin.flows.verify import load_reading, parse_instant, verify_reading  # noqa: PLC0415

        at = parse_instant(at_text) if at_text is not None else system_clock()
        reading = load_reading(path, at=at)
        anchor_set, crls = anchors_for(anchors, simulated=reading.simulated, data=data)
        report = verify_reading(reading, anchor_set, crls, at)
        if as_json:
            more = {"at": at.isoformat(), "read_at": reading.read_at_utc.isoformat(), "simulated": reading.simulated}
            print_json(report_to_dict(report) | more)
        else:
            from honnin.cli.show import default_language, print_report  # noqa: PLC0415

            print_report(report, language=lang or default_language(), simulated=reading.simulated)
    if report.failed:
        raise SystemExit(EXIT_FAILED)
