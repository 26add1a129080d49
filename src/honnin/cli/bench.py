"""`honnin bench`: measures the figures of design §10 on this machine."""

from __future__ import annotations

import importlib
import os
import platform
from collections.abc import Iterator

import click

from honnin.cli.benchmarks.figure import Figure
from honnin.cli.report import errors, print_json

# Which module measures ids that begin so. A module is run when any of its ids is asked for.
_MODULES = {
    "passport.": "honnin.cli.benchmarks.passport",
    "mynumber.": "honnin.cli.benchmarks.mynumber",
    "licence.": "honnin.cli.benchmarks.licence",
    "residence.": "honnin.cli.benchmarks.residence",
    "checks.": "honnin.cli.benchmarks.checks",
    "records.": "honnin.cli.benchmarks.records",
    "crl.": "honnin.cli.benchmarks.crl",
    "recheck.": "honnin.cli.benchmarks.recheck",
    "cli.": "honnin.cli.benchmarks.startup",
    "serve.": "honnin.cli.benchmarks.startup",
}


def measure(name: str) -> Iterator[Figure]:
    """All figures whose id begins with `name` ("" = all)."""
    modules = [module for prefix, module in _MODULES.items() if prefix.startswith(name) or name.startswith(prefix)]
    for module in dict.fromkeys(modules):
        for figure in importlib.import_module(module).measure():
            if figure.id.startswith(name):
                yield figure


@click.command("bench")
@click.argument("name", default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(name: str, *, as_json: bool) -> None:
    """Measure the figures whose id begins with NAME, or all. Exit code 1 when a target is missed.

    名前が NAME で始まる数値、またはすべてを測ります。
    """
    figures: list[Figure] = []
    with errors(as_json=as_json):
        for figure in measure(name):
            figures.append(figure)
            if not as_json:
                mark = "✔" if figure.met else "✘"
                sign = "≤" if figure.sense == "max" else "≥"
                click.echo(f"{mark} {figure.id:<40} {figure.value:>12.4g} {figure.unit:<10} {sign} {figure.target:g}")
    if not figures:
        raise click.UsageError(f"no benchmark has an id that begins with {name!r}")
    if as_json:
        machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
        print_json({"figures": [figure.as_dict() for figure in figures], "machine": machine})
    if not all(figure.met for figure in figures):
        raise SystemExit(1)
