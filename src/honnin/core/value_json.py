"""Frozen dataclasses ⇄ JSON values, strictly: the one codec of values that are kept for years (design §7).

Every field is written, by its name, and must be there when it is read; nothing else may be there. Types of a field:
str, int, bool, StrEnum, date (YYYY-MM-DD), datetime (ISO 8601 with its zone, kept as it was), tuple[T, ...], another
such dataclass, and each of them or None. Texts, lists and depth are bounded, since a file may come from anybody.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from honnin.core.errors import DataError

__all__ = ["MAX_ITEMS", "MAX_TEXT", "value_from_json", "value_to_json"]

MAX_TEXT = 8192  # characters of one text
MAX_ITEMS = 512  # entries of one list
MAX_INTEGER = 10**15
_MAX_DEPTH = 8

V = TypeVar("V")


class _Odd(Exception):  # noqa: N818  # never leaves this module
    """Where and why a value is not what its type says."""


def value_to_json(value: object) -> Any:
    """JSON values of a dataclass instance (or of what may stand in one). Raises DataError `value.type`."""
    if value is None or isinstance(value, bool | int | str):
        return value.value if isinstance(value, StrEnum) else value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise DataError("value.type", "a time without a zone cannot be kept")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [value_to_json(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: value_to_json(getattr(value, each.name)) for each in dataclasses.fields(value)}
    raise DataError("value.type", "this kind of value cannot be kept", type(value).__name__)


def value_from_json(of: type[V], value: object, code: str) -> V:
    """The instance of dataclass `of` that `value` describes. Raises DataError with `code`; `detail` says where."""
    try:
        return typing.cast("V", _read(of, value, of.__name__, 0))
    except _Odd as odd:
        raise DataError(code, "the data do not have their form", str(odd)) from None


@functools.cache
def _types_of(of: type) -> Mapping[str, Any]:
    return typing.get_type_hints(of)


def _read(of: Any, value: object, where: str, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise _Odd(f"{where}: too deep")
    origin = typing.get_origin(of)
    if origin in {typing.Union, types.UnionType}:
        inner = [each for each in typing.get_args(of) if each is not type(None)]
        return None if value is None else _read(inner[0], value, where, depth)
    if origin is tuple:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise _Odd(f"{where}: no list, or too long")
        inner_type = typing.get_args(of)[0]
        return tuple(_read(inner_type, each, f"{where}[{n}]", depth + 1) for n, each in enumerate(value))
    if dataclasses.is_dataclass(of):
        return _read_dataclass(of, value, where, depth)
    return _read_plain(of, value, where)


def _read_dataclass(of: Any, value: object, where: str, depth: int) -> Any:
    if not isinstance(value, dict):
        raise _Odd(f"{where}: no object")
    names = [each.name for each in dataclasses.fields(of)]
    if set(value) != set(names):
        raise _Odd(f"{where}: other fields than it has")
    hints = _types_of(of)
    read = {name: _read(hints[name], value[name], f"{where}.{name}", depth + 1) for name in names}
    try:
        return of(**read)
    except DataError as error:
        raise _Odd(f"{where}: {error.code}") from None


def _read_plain(of: Any, value: object, where: str) -> Any:
    if of is bool and isinstance(value, bool):
        return value
    if of is int and isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_INTEGER:
        return value
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        try:
            if of is str:
                value.encode()  # no lone surrogates
                return value
            if of is datetime:
                moment = datetime.fromisoformat(value)
                if moment.tzinfo is not None and moment.isoformat() == value:
                    return moment
            elif of is date:
                day = date.fromisoformat(value)
                if day.isoformat() == value:
                    return day
            elif isinstance(of, type) and issubclass(of, StrEnum):
                return of(value)
        except ValueError:
            pass
    raise _Odd(f"{where}: not a {getattr(of, '__name__', of)}")
