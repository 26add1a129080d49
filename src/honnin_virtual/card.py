"""What every virtual card is to the outside: a function from command APDU to response APDU, and who it plays.

Why it exists: the demo tray, the vpcd client, the tests and the benchmarks hold any document in the same way. Nothing
here knows a document; each document has its own package beside this file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from honnin.core.errors import CallerError, LinkError

__all__ = ["CardGone", "CardSpec", "Sleep", "UnknownCard", "VirtualCard"]

Sleep = Callable[[float], None]
"""Waits that many seconds. The real one is time.sleep; tests pass a list's append."""


class CardGone(LinkError):  # noqa: N818 - says what happened
    """The card was lifted from the reader while it was being read (a fault switch did it). `link.card_removed`."""

    def __init__(self) -> None:
        super().__init__("link.card_removed", "the card was removed from the reader")


class UnknownCard(CallerError):  # noqa: N818 - says what happened
    """No virtual card has this name. `cards.unknown`."""

    def __init__(self, name: str) -> None:
        super().__init__("cards.unknown", f"there is no virtual card called {name!r}")


@runtime_checkable
class VirtualCard(Protocol):
    """A chip on the reader. It keeps its state between commands; `reset` is taking it off and putting it on again."""

    @property
    def name(self) -> str:
        """The stable name of the card, as in `honnin cards list`."""
        ...

    @property
    def document(self) -> str:
        """mynumber, licence, residence or passport."""
        ...

    @property
    def atr(self) -> bytes:
        """The answer to reset as a PC/SC reader shows it, 2..33 octets."""
        ...

    @property
    def files(self) -> Mapping[str, bytes]:
        """What lies on the chip: "EF.SOD" → all octets of that file."""
        ...

    def process(self, apdu: bytes, /) -> bytes:
        """One exchange. Never raises for what the terminal sent; raises CardGone when the card was lifted."""
        ...

    def reset(self) -> None:
        """Forget every state: selected file, session keys, count of exchanges."""
        ...


@dataclass(frozen=True, slots=True)
class CardSpec:
    """One line of `honnin cards list`: a fictional card, and the secrets printed on it or known to its holder."""

    name: str
    document: str
    holder: str
    secrets: Mapping[str, str] = field(default_factory=dict)  # "mrz": two lines of 44 characters; "can": six digits
    about_ja: str = ""
    about_en: str = ""
