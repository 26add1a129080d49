"""The `honnin` command (design §9). Commands are loaded when they are called, so that --help is quick."""

from __future__ import annotations

import importlib
from typing import Any, ClassVar

import click

from honnin import __version__


class _LazyGroup(click.Group):
    """Command names and one-line helps are known here; the module with the command is imported on use."""

    # name: (module, help). Each module has a click command named `command`.
    lazy: ClassVar[dict[str, tuple[str, str]]] = {
        "serve": ("honnin.cli.serve", "Counter pages and API at http://127.0.0.1:8350."),
        "readers": ("honnin.cli.readers", "Readers and what lies on them."),
        "read": ("honnin.cli.read", "Read a document on a reader."),
        "verify": ("honnin.cli.verify", "Verify a reading or a folder of raw files."),
        "law": ("honnin.cli.law", "What the law says of a case: satisfied methods, what is missing."),
        "cards": ("honnin.cli.cards", "Virtual cards and the test PKI that issues them."),
        "trust": ("honnin.cli.trust", "Trust anchors and revocation lists."),
        "records": ("honnin.cli.records", "Sealed records: find, show, amend, hold, delete, audit."),
        "numbers": ("honnin.cli.numbers", "Individual numbers (番号法): list, grant, show, deliver, delete."),
        "jobs": ("honnin.cli.jobs", "What the house does by itself: retention, re-checks, time-stamps."),
        "backup": ("honnin.cli.backup", "Everything that is kept, as one file."),
        "restore": ("honnin.cli.restore", "A backup into an empty data folder or database."),
        "keys": ("honnin.cli.house_keys", "Keys of the sealed records: status, rotation, recovery sheet."),
        "sim": ("honnin.cli.sim", "Simulators of services: a time-stamping authority."),
        "bench": ("honnin.cli.bench", "The benchmarks."),
    }

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        from honnin.cli.report import leave_no_core, soften_streams  # noqa: PLC0415

        soften_streams()
        leave_no_core()
        return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in self.lazy:
            return None
        command = importlib.import_module(self.lazy[cmd_name][0]).command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.lazy.items()])


@click.group(cls=_LazyGroup)
@click.version_option(__version__, prog_name="honnin")
def main() -> None:
    """Identify customers by the IC chip of their identity document.

    Exit codes: 0 done, 1 failed check or refused, 2 usage, 3 law not satisfied, 4 card or reader trouble, 5 trust
    material missing.
    """
