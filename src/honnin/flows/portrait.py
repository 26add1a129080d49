"""The holder's photo for the screen: taken out of the Reading, decoded by whoever is plugged in."""

from __future__ import annotations

from collections.abc import Callable

from honnin.checks import licence
from honnin.checks.mynumber import image_of
from honnin.checks.passport import parse_dg2
from honnin.checks.residence import picture
from honnin.core.errors import DataError
from honnin.facts import Attribute, DocumentKind, Reading, Report
from honnin.flows.ports import PortraitService


def portrait_service(decode: Callable[[bytes], bytes]) -> PortraitService:
    """A PortraitService over a decoder (image octets -> PNG)."""

    def portrait(reading: Reading, report: Report, /) -> bytes:
        attribute = next((each for each in report.attributes if each.name == "portrait"), None)
        if attribute is None:
            raise DataError("image.missing", "there is no photo in this reading")
        return decode(image_octets(reading, attribute))

    return portrait


def image_octets(reading: Reading, attribute: Attribute) -> bytes:
    """The octets of an image attribute as they are in the chip. Raises DataError `image.missing`."""
    if reading.document is DocumentKind.PASSPORT and attribute.value in reading.files:
        return parse_dg2(reading.files[attribute.value]).image
    if reading.document is DocumentKind.MYNUMBER:
        return image_of(reading, attribute)[0]
    if reading.document in (DocumentKind.LICENCE, DocumentKind.MYNUMBER_LICENCE):
        return licence.image_of(reading, attribute)[0]
    if reading.document is DocumentKind.RESIDENCE:
        found = picture(reading, attribute.name)
        if found is not None and not found.empty:
            return found.value
    raise DataError("image.missing", "there is no such image in this reading")
