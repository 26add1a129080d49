"""The holder's photo for the screen: taken out of the Reading, decoded by whoever is plugged in."""

from __future__ import annotations

from collections.abc import Callable

from honnin.checks.passport import parse_dg2
from honnin.core.errors import DataError
from honnin.facts import DocumentKind, Reading, Report
from honnin.flows.ports import PortraitService


def portrait_service(decode: Callable[[bytes], bytes]) -> PortraitService:
    """A PortraitService over a decoder (image octets -> PNG)."""

    def portrait(reading: Reading, report: Report, /) -> bytes:
        attribute = next((each for each in report.attributes if each.name == "portrait"), None)
        if attribute is None or reading.document is not DocumentKind.PASSPORT or attribute.value not in reading.files:
            raise DataError("image.missing", "there is no photo in this reading")
        return decode(parse_dg2(reading.files[attribute.value]).image)

    return portrait
