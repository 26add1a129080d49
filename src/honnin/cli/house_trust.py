"""What the counter of a house trusts, for one reading and as a whole: the same at the visit and at every re-check."""

from __future__ import annotations

import functools
from pathlib import Path

from honnin.adapters.trust_folder import TrustFolder
from honnin.cli.anchors import simulator_trust
from honnin.facts import DocumentKind, Reading
from honnin.flows.documents import HouseTrust
from honnin.trust.anchors import AnchorSet
from honnin.trust.cvc import CvAnchors

__all__ = ["CounterTrust"]


class CounterTrust:
    """Simulator anchors are there only in demo mode, and only for cards that the reader knows to be virtual; production
    anchors are never near the demo.
    """

    def __init__(self, house: Path, *, demo: bool) -> None:
        """`house`: the data folder whose trust counts."""
        self._folder = TrustFolder(house)
        self._demo = demo

    def of(self, reading: Reading) -> HouseTrust:
        """For that reading. Raises TrustError."""
        if self._demo:
            return _simulator(reading.document.value) if reading.simulated else HouseTrust(card_data=CvAnchors())
        return self.whole()

    def whole(self) -> HouseTrust:
        """All of it, for lists and for telling whether anything is new. Raises TrustError."""
        if not self._demo:
            return HouseTrust(_no_simulator(self._folder.anchors()), self._folder.crls())
        trust = HouseTrust(card_data=CvAnchors())
        for document in DocumentKind:
            more = _simulator(document.value)
            trust = HouseTrust(
                trust.anchors | more.anchors, (*trust.crls, *more.crls), trust.card_data | more.card_data
            )
        return trust


@functools.cache
def _simulator(document: str) -> HouseTrust:
    return simulator_trust(document)


def _no_simulator(anchors: AnchorSet) -> AnchorSet:
    return AnchorSet(each for each in anchors if each.environment != "simulator")
