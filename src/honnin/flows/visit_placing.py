"""Placing the document: what lies on the readers, and what it is (ui.md §3.4). Recognising spends no try."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from honnin.core.errors import CardError, HonninError, LinkError
from honnin.flows.look import Look
from honnin.flows.open_visits import OpenVisits
from honnin.flows.ports import Readers
from honnin.flows.visit import Card, CardState, Stage, Visit, card_state
from honnin.flows.ways import ways_of

_log = logging.getLogger(__name__)


class Placing:
    """Looks at the readers for the visits that wait for a card."""

    def __init__(self, shelf: OpenVisits, readers: Readers, look: Callable[[str], Look]) -> None:
        self._shelf = shelf
        self._readers = readers
        self._look = look
        self._useless: Card | None = None  # looked at already, and no card for this; until it is taken off

    def card(self) -> Card:
        """What lies on the readers now."""
        try:
            return card_state(tuple(self._readers.list()))
        except LinkError as error:
            return Card(CardState.NO_READER, problem=error.code)

    def moved(self) -> None:
        """A card was laid down or taken off in a way that looking at the readers may miss."""
        with self._shelf.changed:
            self._useless = None
            for place in self._shelf.all():
                place.lifted = place.lifted or place.visit.stage is Stage.KEY

    def take(self, visit_id: str) -> Card:
        """Look at the readers; one card that is recognised as a document moves the visit on to its key.

        Returns what was seen: UNUSABLE also for a card that is none of the documents.
        """
        card = self.card()
        with self._shelf.changed:
            self._shelf.prune()
            place = self._shelf.place(visit_id)
            visit = place.visit
            at_key = visit.stage is Stage.KEY
            if card.state is not CardState.FOUND:
                self._useless = None
                place.lifted = place.lifted or at_key
                return card
            another = at_key and (place.lifted or card.reader != visit.reader)
            if another:
                place.lifted = False
        if another:
            self._look_at_another(visit_id, card.reader)
        if visit.stage is not Stage.PLACE:
            return card
        useless = self._useless
        if useless is not None and useless.reader == card.reader:
            return useless
        try:
            look = self._look(card.reader)
        except HonninError as error:
            _log.info("look failed: %s", error.code)
            return Card(CardState.WAITING, problem=error.code)
        if not ways_of(look):
            self._useless = replace(card, state=CardState.UNUSABLE)
            return self._useless
        with self._shelf.changed:
            visit = self._shelf.get(visit_id)
            if visit.stage is Stage.PLACE:
                self._shelf.put(replace(_at_key(visit, look, card.reader), stage=Stage.KEY))
        return card

    def look_again(self, reader: str, error: HonninError) -> Look | None:
        """After a refusal the card is asked how many tries are left now; a page must not show an old number."""
        return self._try_look(reader) if isinstance(error, CardError) else None

    def _look_at_another(self, visit_id: str, reader: str) -> None:
        """Something was laid down at the key page: perhaps another card, which needs another key."""
        look = self._try_look(reader)
        if look is None or not ways_of(look):
            return
        with self._shelf.changed:
            visit = self._shelf.get(visit_id)
            if visit.stage is Stage.KEY and (look != visit.look or reader != visit.reader):
                self._shelf.put(_at_key(visit, look, reader))

    def _try_look(self, reader: str) -> Look | None:
        try:
            return self._look(reader)
        except HonninError as error:
            _log.info("look failed: %s", error.code)
            return None


def _at_key(visit: Visit, look: Look, reader: str) -> Visit:
    ways = replace(visit, look=look).ways
    way = visit.way if visit.way in ways else ways[0]
    return replace(visit, look=look, reader=reader, way=way, last_try=frozenset(), problem=None)
