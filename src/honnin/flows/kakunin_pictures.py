"""The pictures that a 確認記録 refers to, ready for print: names, addresses and single characters that are pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from honnin.core.errors import DataError
from honnin.records.kakunin import Amendment, Kakunin

__all__ = ["Print", "Render", "pictures_of", "printing"]

# (record, amendments, PNG octets by name of the attachment) -> the printed record
Render = Callable[[Kakunin, Sequence[Amendment], Mapping[str, bytes]], bytes]
# (record, amendments, the parts that are kept with it) -> the same
Print = Callable[[Kakunin, Sequence[Amendment], Mapping[str, bytes]], bytes]


def printing(render: Render, decode: Callable[[bytes], bytes]) -> Print:
    """Prints a record with its pictures, by a renderer and a decoder (image octets -> PNG)."""

    def printed(record: Kakunin, amendments: Sequence[Amendment], parts: Mapping[str, bytes], /) -> bytes:
        return render(record, amendments, pictures_of(record, parts, decode))

    return printed


def pictures_of(
    record: Kakunin, parts: Mapping[str, bytes], decode: Callable[[bytes], bytes]
) -> dict[str, bytes]:
    """PNG octets by name of the attachment, for every item of the record that stands in an attached picture,
    and for every attached picture of a single character (外字).

    `parts`: what is kept with the record; `decode`: image octets as the chip has them -> PNG. What cannot be decoded is
    left out: the item then names its attachment, which is kept in any case. The photo is no item and never here.
    """
    found: dict[str, bytes] = {}
    shown = [each.attachment for each in record.items if each.attachment]
    shown += [each.part for each in record.attachments if each.glyph]
    for name in dict.fromkeys(shown):
        octets = parts.get(name)
        if octets is None:
            continue
        try:
            found[name] = decode(octets)
        except DataError:
            continue
    return found
