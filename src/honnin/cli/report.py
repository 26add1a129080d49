"""What every command does the same way: JSON on stdout, people's text and errors on stderr, exit codes (design §9)."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, overload

import click

from honnin.core.errors import CallerError, CardError, HonninError, LinkError, StoreError, TrustError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_LAW = 3
EXIT_CARD = 4
EXIT_TRUST = 5
# Errors whose detail was written for whoever made the file: which entry, on which line.
_NAMES_THE_PLACE = frozenset({"house.content"})


def exit_code(error: HonninError) -> int:
    """The exit code that belongs to an error's class."""
    if isinstance(error, CardError | LinkError):
        return EXIT_CARD
    if isinstance(error, TrustError):
        return EXIT_TRUST
    if isinstance(error, CallerError):
        return EXIT_USAGE
    return EXIT_FAILED


def print_json(value: object) -> None:
    """One JSON object on stdout, nothing else; in escapes where stdout cannot write every character."""
    plain = not (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf8")
    sys.stdout.write(json.dumps(value, ensure_ascii=plain, indent=2) + "\n")


def print_done(values: dict[str, object], *, as_json: bool) -> None:
    """What came of a command: one JSON object, or a line of names and values."""
    if as_json:
        print_json(values)
    else:
        click.echo("  ".join(f"{name}: {value}" for name, value in values.items()))


@overload
def iso_utc(moment: datetime) -> str: ...
@overload
def iso_utc(moment: None) -> None: ...
@overload
def iso_utc(moment: datetime | None) -> str | None: ...
def iso_utc(moment: datetime | None) -> str | None:
    """A time as JSON has it: ISO 8601 in UTC with `Z`; None stays None."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def print_nothing_found() -> None:
    """An empty list says so, beside stdout: silence looks like a failure."""
    click.echo("該当するものはありません。 / Nothing found.", err=True)


def write_file(path: Path, octets: bytes) -> None:
    """Write a file with personal data, whole or not at all. Raises StoreError `store.file`."""
    from honnin.adapters.private_file import write_private  # noqa: PLC0415  # --help must be quick

    try:
        write_private(path, octets)
    except OSError as error:
        raise StoreError("store.file", "the file cannot be written", str(error)) from None


def soften_streams() -> None:
    """Let a stream with a small alphabet (a redirected console, a C locale) write "?" instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def leave_no_core() -> None:
    """A crash of this process, or of one that it starts, writes no file of its memory: PINs and keys are in there."""
    if sys.platform == "win32":  # there is no such limit; its crash reports are a setting of the machine
        return
    import resource  # noqa: PLC0415  # not on every system

    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


@contextmanager
def errors(*, as_json: bool) -> Iterator[None]:
    """Turn a HonninError into its sentence, what to do next, its code and the exit code."""
    try:
        yield
    except HonninError as error:
        fail(error, as_json=as_json, place=error.detail if error.code in _NAMES_THE_PLACE else "")


def fail(error: HonninError, *, as_json: bool, place: str = "") -> NoReturn:
    """Print the error and leave with its exit code. `place`: what is wrong where, and what is allowed (English)."""
    from honnin.flows.messages import message_for  # noqa: PLC0415  # only when something went wrong

    text = message_for(error)
    if as_json:
        more = {"detail": place} if place else {}
        print_json({"error": {"code": error.code, "message_ja": text.ja, "message_en": text.en,
                              "next_ja": text.next_ja, "next_en": text.next_en, **more}})
    else:
        if place:
            click.echo(place, err=True)
        click.echo(f"{text.ja} {text.next_ja}\n{text.en} {text.next_en}\n[{error.code}]", err=True)
    raise SystemExit(exit_code(error))
