"""How to read a residence card: decided by the caller before the first command."""

from __future__ import annotations

from dataclasses import dataclass

from honnin.core.errors import CallerError

__all__ = ["Plan"]

SHORT_BLOCK = 0xE0  # plain octets that fit a short answer with either cipher (residence-card.md §5.4)
WHOLE = 65536


@dataclass(frozen=True, slots=True)
class Plan:
    """Raises CallerError `residence.plan.block`.

    `reader_extended`: whether the reader carries extended length; None counts as no. Without it everything is read in
    short commands and pieces, which the card's document does not describe but readers in the field do (§1.3 [single]).
    `block`: the most plain octets to ask for in one read, for ways that carry less than a whole file (a phone); 0: all
    that the reader carries.
    """

    reader_extended: bool | None = None
    block: int = 0

    def __post_init__(self) -> None:
        if self.block and not 16 <= self.block <= 0x7FFF:
            raise CallerError("residence.plan.block", "a piece has 16 to 32767 octets")

    def piece(self, *, extended: bool) -> int:
        """Plain octets in one read."""
        most = WHOLE if extended else SHORT_BLOCK
        return min(most, self.block) if self.block else most
