"""The holder's photo for the screen: taken out of the Reading, decoded by whoever is plugged in.

What finds it in a document is loaded with the document's checks (flows.documents), not at the start.
"""

from __future__ import annotations

from collections.abc import Callable

from honnin.core.errors import DataError
from honnin.facts import Attribute, DocumentKind, Reading, Report
from honnin.flows.ports import PictureService, PortraitService


def portrait_service(decode: Callable[[bytes], bytes]) -> PortraitService:
    """A PortraitService over a decoder (image octets -> PNG)."""

    def portrait(reading: Reading, report: Report, /) -> bytes:
        attribute = next((each for each in report.attributes if each.name == "portrait"), None)
        if attribute is None:
            raise DataError("image.missing", "there is no photo in this reading")
        return decode(image_octets(reading, attribute))

    return portrait


def picture_service(decode: Callable[[bytes], bytes]) -> PictureService:
    """A PictureService over a decoder: the name and the address where they are pictures."""

    def service(reading: Reading, report: Report, name: str, /) -> bytes:
        attribute = next((each for each in report.attributes if each.name == name and each.media_type), None)
        if attribute is None:
            raise DataError("image.missing", "there is no such picture in this reading")
        return decode(image_octets(reading, attribute))

    return service


def image_octets(reading: Reading, attribute: Attribute) -> bytes:
    """The octets of an image attribute as they are in the chip. Raises DataError `image.missing`."""
    if reading.document is DocumentKind.PASSPORT and attribute.value in reading.files:
        from honnin.checks.passport import parse_dg2  # noqa: PLC0415

        return parse_dg2(reading.files[attribute.value]).image
    if reading.document is DocumentKind.MYNUMBER:
        from honnin.checks.mynumber import image_of  # noqa: PLC0415

        return image_of(reading, attribute)[0]
    if reading.document in (DocumentKind.LICENCE, DocumentKind.MYNUMBER_LICENCE):
        from honnin.checks import licence  # noqa: PLC0415

        return licence.image_of(reading, attribute)[0]
    if reading.document is DocumentKind.RESIDENCE:
        from honnin.checks.residence import picture  # noqa: PLC0415

        found = picture(reading, attribute.name)
        if found is not None and not found.empty:
            return found.value
    raise DataError("image.missing", "there is no such image in this reading")
