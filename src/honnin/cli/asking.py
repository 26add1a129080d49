"""Asking for what must not be seen on the screen."""

from __future__ import annotations

import sys

import click

MAX_LINE = 400


def ask(label: str) -> str:
    """A line that is not shown while it is typed; from stdin when nobody sits there."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(MAX_LINE).strip()
    answer: str = click.prompt(label, hide_input=True, err=True)
    return answer
