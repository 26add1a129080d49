"""Groups of commands: lists that are not cut off, and slips of the pen told as every other error is (design §9)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

_JSON = "honnin.cli.json"  # in the context's meta: JSON was asked for


class WholeGroup(click.Group):
    """A group whose list has the whole first sentence of each command; usual ones cut it after 45 characters."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Names and first sentences."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, command.get_short_help_str(limit=1000)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class FirstGroup(click.Group):
    """The command itself: whatever was written wrongly after it is told in both languages, with a code, or as JSON."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As click does; what is wrong before the command's name is told here."""
        as_json = "--json" in args
        with _told(as_json=as_json):
            context = super().make_context(info_name, args, parent, **extra)
        context.meta[_JSON] = as_json
        return context

    def invoke(self, ctx: click.Context) -> Any:
        """As click does; what is wrong after it is told here."""
        with _told(as_json=ctx.meta.get(_JSON) is True):
            return super().invoke(ctx)


@contextmanager
def _told(*, as_json: bool) -> Iterator[None]:
    """Exit code 2, code `usage`. A group without a command is no slip: its help is shown."""
    from honnin.cli.report import fail  # noqa: PLC0415  # --help must be quick
    from honnin.core.errors import CallerError  # noqa: PLC0415

    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        usage = "" if error.ctx is None or as_json else error.ctx.get_usage() + "\n"
        fail(CallerError("usage", "the command is not written as it should be"), as_json=as_json,
             place=usage + error.format_message())
