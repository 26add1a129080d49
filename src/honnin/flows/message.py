"""The shape of a message for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """What happened and what to do next, in both languages."""

    ja: str
    en: str
    next_ja: str = ""
    next_en: str = ""
