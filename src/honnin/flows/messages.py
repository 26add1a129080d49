"""Error codes → sentences for the person in front and what to do next, Japanese and English. One table for all."""

from __future__ import annotations

from dataclasses import dataclass

from honnin.core.errors import HonninError


@dataclass(frozen=True, slots=True)
class Message:
    """What happened and what to do next, in both languages."""

    ja: str
    en: str
    next_ja: str = ""
    next_en: str = ""


# By code; a code that is not here is looked up by its parents ("link.timeout" → "link").
MESSAGES: dict[str, Message] = {
    "reader.none": Message(
        "読み取り機が見つかりません。", "No reader found.", "USBを差し直してください。", "Plug the USB in again."
    ),
}

_FALLBACK = Message(
    "うまく動きませんでした。", "Something failed.", "もう一度試してください。", "Try again."
)


def message_for(error: HonninError) -> Message:
    """The sentence for an error, found by its code or by the longest known parent of the code."""
    code = error.code
    while code:
        if code in MESSAGES:
            return MESSAGES[code]
        code = code.rpartition(".")[0]
    return Message(_FALLBACK.ja, f"{_FALLBACK.en} ({error.message})", _FALLBACK.next_ja, _FALLBACK.next_en)
