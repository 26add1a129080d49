"""The options of `honnin read` that open a document, and which of them fit which document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from honnin.apdu import SecretSource
    from honnin.flows.keys import DocumentKey
    from honnin.flows.ports import Readers

__all__ = ["DOCUMENTS", "LICENCE_PINS", "MYNUMBER_PINS", "ReadOptions", "Way", "misfit"]

DOCUMENTS = ("passport", "mynumber", "licence", "residence")
MYNUMBER_PINS = ("text", "authentication", "signing")
LICENCE_PINS = ("pin1", "pin2")

# From the reader with the card on it: the key, and whoever answers for PINs.
Way = Callable[["Readers", str], "tuple[DocumentKey, SecretSource]"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What was given on the command line; "-" means: ask."""

    mrz: str | None = None
    can: str | None = None
    number: str | None = None
    birth: str | None = None
    expiry: str | None = None
    code: str | None = None
    pins: tuple[str, ...] = ()
    purpose: str | None = None
    foreign: bool = False
    last_try: bool = False

    @property
    def given(self) -> bool:
        """Whether anything was given that opens a document."""
        return self != ReadOptions(last_try=self.last_try)


def misfit(document: str, options: ReadOptions) -> str | None:
    """Why these options do not open that document (for people, English), or None. Their values are not looked at."""
    return _MISFITS[document](options)


def _passport(options: ReadOptions) -> str | None:
    if options.code is not None or options.pins or options.purpose is not None or options.foreign or options.last_try:
        return "--code, --foreign, --pin-prompt, --purpose and --last-try belong to other cards"
    fields = (options.number, options.birth, options.expiry)
    several = (options.mrz is not None) + (options.can is not None) + any(each is not None for each in fields)
    if several > 1:
        return "give one of --mrz, --can, or --number with --birth and --expiry"
    if any(each is not None for each in fields) and None in fields:
        return "--number, --birth and --expiry belong together"
    return None


def _mynumber(options: ReadOptions) -> str | None:
    if options.mrz is not None or options.can is not None:
        return "--mrz and --can belong to passports"
    if any(each in LICENCE_PINS for each in options.pins):
        return "pin1 and pin2 belong to licences"
    parts = (options.birth, options.expiry, options.code)
    if any(each is not None for each in parts) and (options.number is not None or None in parts):
        return "give --number alone, or --birth, --expiry and --code together"
    return None


def _residence(options: ReadOptions) -> str | None:
    others = (options.mrz, options.can, options.birth, options.expiry, options.code, options.purpose)
    if any(each is not None for each in others) or options.pins or options.foreign or options.last_try:
        return "a residence card takes --number and nothing else"
    return None


def _licence(options: ReadOptions) -> str | None:
    others = (options.mrz, options.can, options.number, options.birth, options.expiry, options.code, options.purpose)
    if any(each is not None for each in others) or options.foreign:
        return "a licence is opened with PINs alone (--pin-prompt, --last-try)"
    if options.pins and (any(each not in LICENCE_PINS for each in options.pins) or "pin1" not in options.pins):
        return "--pin-prompt is pin1, or pin1 and pin2, for a licence"
    return None


_MISFITS: dict[str, Callable[[ReadOptions], str | None]] = {
    "passport": _passport,
    "mynumber": _mynumber,
    "licence": _licence,
    "residence": _residence,
}
