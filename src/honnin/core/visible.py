"""Text from outside as people may be shown it: what they cannot see, or what makes them see something else, is named.

Names come from cards, and cards from anybody. A terminal carries out control characters, and characters of direction
turn the order in which a name is read on any screen. In place of such a character its code point is shown: 〔U+202E〕.
"""

from __future__ import annotations

import re

__all__ = ["one_line", "visible"]

# Controls but tab and line ends; direction marks, embeddings, overrides and isolates; line and paragraph separators.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """The text with the code points of such characters in their place. What was made visible stays as it is."""
    return _UNSEEN.sub(lambda found: f"〔U+{ord(found.group()):04X}〕", text)


def one_line(text: str) -> str:
    """The same in one line, where a line of its own would look like one of ours."""
    return visible(" ".join(text.split()))
