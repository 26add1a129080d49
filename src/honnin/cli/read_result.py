"""What `honnin read` does with a Reading: judge it, keep it, give it out as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honnin.cli.report import write_file
from honnin.core.errors import DataError, StoreError

if TYPE_CHECKING:
    from honnin.facts import Reading, Report


def check(reading: Reading, anchor_paths: Sequence[Path], data: Path | None) -> Report:
    """The Report, with the anchors that were named, or those of the house; virtual cards bring their own."""
    from honnin.cli.anchors import trust_for  # noqa: PLC0415
    from honnin.flows.documents import check_reading  # noqa: PLC0415

    trust = trust_for(anchor_paths, simulated=reading.simulated, document=reading.document.value, data=data)
    return check_reading(reading, trust, reading.read_at_utc)


def keep(reading: Reading, out: Path) -> None:
    """Write the reading to a file that only its owner may read. Raises StoreError."""
    from honnin.facts.codec import reading_to_zip  # noqa: PLC0415

    write_file(out, reading_to_zip(reading))


def keep_images(reading: Reading, report: Report, folder: Path) -> None:
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


def result_dict(reading: Reading, report: Report, out: Path | None) -> dict[str, object]:
    """Everything as JSON values."""
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
