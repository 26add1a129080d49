"""Who does it: the members of staff of a house, by name (犯収法規則20条1項1号・2号: 確認を行った者, 記録を作成した者).

Until there is a sign-in a name is said and not proved. What is held against itself here is only that the same person is
always the same person: however a name is typed, at a page or in a command, it leads to one member and one pseudonym.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from honnin.core.errors import CallerError

MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person of the house. `id`: their number there, or ""; two members never share a name or an id."""

    name: str
    id: str = ""


# Without a list of its own the demo has two people who do not exist: a deletion needs two.
DEMO_STAFF = (StaffMember("模擬職員 花子", "demo-1"), StaffMember("模擬職員 次郎", "demo-2"))


def house_staff(members: tuple[StaffMember, ...], *, demo: bool) -> tuple[StaffMember, ...]:
    """The list of the house; in the demo, without one, people who do not exist."""
    return members or (DEMO_STAFF if demo else ())


# Characters that take no place or look like a space, though they are letters, marks or signs: with them one name could
# be typed in two ways that look the same, and one person be two. Formats (Cf) are no name at all (`said_name`).
_UNSEEN = frozenset(map(chr, (
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0,
    *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0),
)))  # fmt: skip


def staff_key(name: str) -> str:
    """A name as it is compared: width, case, spaces and what nobody sees do not count; old and new forms of a character
    do.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in folded if not each.isspace() and each not in _UNSEEN)


def said_name(text: str) -> str:
    """The name in what was typed, with single spaces. Raises CallerError `staff.name`: 1 to 60 printable characters."""
    name = " ".join(text.split())
    if not staff_key(name) or len(name) > MAX_NAME or not name.isprintable():
        raise CallerError("staff.name", f"a name of 1 to {MAX_NAME} characters is needed")
    return name


def member_of(members: Iterable[StaffMember], text: str) -> StaffMember:
    """Who that is, by name or by id; in a house without a list whoever is named.

    Raises CallerError `staff.name`, and `staff.unknown` for somebody who is not on the list.
    """
    name = said_name(text)
    listed = tuple(members)
    if not listed:
        return StaffMember(name)
    wanted = staff_key(name)
    for each in listed:
        if wanted == staff_key(each.name) or (each.id and wanted == staff_key(each.id)):
            return each
    raise CallerError("staff.unknown", "nobody of that name is on the list of staff")
