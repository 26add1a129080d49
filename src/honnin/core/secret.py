"""`Secret`: a value that does not print itself (design §4, §11).

Keys, PINs, passwords, printed keys (MRZ, card number) and the individual number travel in this box. Its text form
is dots, it does not pickle and does not compare by `==` in variable time; the one way to the value is `reveal()`.
"""

from __future__ import annotations

import hmac
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T", str, bytes)


class Secret(Generic[T]):
    """A str or bytes that must reach no log, error, trace or database."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value: T = value

    def reveal(self) -> T:
        """The value itself. Every call site is a place to review."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(••••)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        mine, theirs = _as_bytes(self._value), _as_bytes(other._value)
        return hmac.compare_digest(mine, theirs)

    __hash__ = None  # type: ignore[assignment]  # a secret is never a dictionary key

    def __reduce__(self) -> NoReturn:
        msg = "a Secret is not serialised"
        raise TypeError(msg)

    def __bool__(self) -> bool:
        return bool(self._value)


def _as_bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
