"""Kept visits as sealed records: a VisitStore whose every visit is encrypted, in the ledger, and found by blind index.

Parts of the content: `visit.json` (what staff said), `report.json`, `reading.zip`, and what the law made of it
(`kiroku.json`, `decision.json`, `case.json`, `acts.json`, `attachment/…`). The plain columns of the row tell nothing
of the person; a name in a list is opened for that list and forgotten.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from honnin.core.clock import Clock
from honnin.core.errors import CallerError, DataError, HonninError, StoreError
from honnin.core.secret import Secret
from honnin.facts import Reading
from honnin.facts.codec import reading_from_zip, reading_to_zip, report_from_dict, report_to_dict
from honnin.flows.bundle_trust import SEALED, sealed_trust
from honnin.flows.documents import HouseTrust
from honnin.flows.number_keeping import sealed_for_unit
from honnin.flows.ports import VisitQuery, VisitSummary
from honnin.flows.record_meta import KIROKU, completion_of, meta_of, name_in_lists
from honnin.flows.record_ports import RecordMeta, RecordQuery, RecordState, RecordSummary
from honnin.flows.sealing import Sealer, open_part
from honnin.flows.staff import said_name, staff_key
from honnin.flows.store_ports import Change, RecordStore
from honnin.flows.transactions import NUMBER_LAW
from honnin.records.blind_index import tokens
from honnin.records.content import SALT, RecordContent
from honnin.records.kakunin import State, kakunin_from_json
from honnin.records.kept_report import kept_report
from honnin.records.ledger.event import Event, Kind, decode_event
from honnin.records.number_vault import ReceivedNumber
from honnin.records.sealed_rules import RULES_DATA
from honnin.records.visit_record import Judged, SavedVisit
from honnin.records.wrapping import KeyProvider, Purpose

TrustOf = Callable[[Reading], HouseTrust]
MAX_ROWS = 1000
AMENDMENT = "amendment.json"
VISIT, REPORT, READING = "visit.json", "report.json", "reading.zip"
_OWN = frozenset({VISIT, REPORT, READING, SALT})
_ACTOR_DOMAIN = b"honnin staff v1\x00"
_COOKIE_DOMAIN = b"honnin cookie key v1\x00"
_DAMAGED = "the record is damaged"
ADOPTED = "adopted"  # detail of `sealed`: a visit that an earlier release kept readable

_log = logging.getLogger(__name__)


class SealedVisits:
    """A VisitStore over a RecordStore. Safe to use from several threads."""

    def __init__(
        self, store: RecordStore, sealer: Sealer, keys: KeyProvider, *, clock: Clock, tenant: str,
        trust_of: TrustOf | None = None,
    ) -> None:  # fmt: skip
        """`trust_of`: what the house trusts for a reading just now; what its Report rests on is sealed with it. Raises
        StoreError `vault.…` when a key is away; the key of individual numbers is asked for with the first.
        """
        self._store = store
        self._sealer = sealer
        self._wrapper = keys.wrapper(Purpose.RECORDS)
        self._index: Secret[bytes] = keys.secret(Purpose.INDEX)
        self._keys = keys
        self._clock = clock
        self._tenant = tenant
        self._trust_of = trust_of

    def save(self, visit: SavedVisit, number: ReceivedNumber | None = None) -> None:
        """Seal it; durable and in the ledger when this returns. An individual number goes into its own vault in the
        same transaction: neither is there without the other. Raises StoreError `store.exists`, `store.write` …;
        CallerError `number.law` for a number without a 番号法 case that was verified.
        """
        try:
            events, changes = self._with_number(visit, number)
            self._seal(visit, {}, events, changes)
        except DataError as error:
            raise StoreError("store.write", "the visit cannot be stored", error.code) from None

    def adopt(self, visit: SavedVisit, /) -> None:
        """Seal one that an earlier release kept readable; its entry says so. Raises as `save`."""
        try:
            self._seal(visit, {ADOPTED: "plain"})
        except DataError as error:
            raise StoreError("store.write", "the visit cannot be stored", error.code) from None

    def only_adopted(self) -> bool:
        """Whether the ledger has nothing yet but visits that were adopted. Raises StoreError `store.read`."""
        return all(_adopted(each.octets) for each in self._store.leaves(self._tenant))

    def list(self, *, limit: int = 100) -> Sequence[SavedVisit]:
        """The latest first; one that cannot be opened is left out (an audit names it). Raises StoreError."""
        found = self._store.records(
            self._tenant, RecordQuery(state=RecordState.SEALED), limit=min(limit, MAX_ROWS)
        )
        return [visit for row in found if (visit := self._try(row)) is not None]

    def get(self, visit_id: str) -> SavedVisit:
        """That visit. Raises StoreError `store.not_found`, `store.deleted`, `store.damaged`, `vault.key_missing`."""
        try:
            content = open_part(self._store, self._wrapper, tenant=self._tenant, record_id=visit_id)
            return self._as_it_is(content, self._store.record(self._tenant, visit_id))
        except DataError as error:
            raise StoreError("store.damaged", _DAMAGED, error.code) from None

    def summary(self, visit_id: str) -> RecordSummary:
        """Its plain row. Raises StoreError `store.not_found`."""
        return self._store.record(self._tenant, visit_id)

    def rows(self, query: RecordQuery, *, limit: int = 100) -> Sequence[RecordSummary]:
        """Plain rows, the latest first. Raises StoreError `store.read`."""
        return self._store.records(self._tenant, query, limit=min(limit, MAX_ROWS))

    def find(self, query: VisitQuery, *, limit: int = 100) -> Sequence[VisitSummary]:
        """The visits that match every given part, the latest first; nothing for an empty query."""
        wanted = self._wanted(query)
        if wanted is None:
            return []
        rows = self._store.records(self._tenant, wanted, limit=min(limit, MAX_ROWS))
        return [_summary(visit, row) for row in rows if (visit := self._try(row)) is not None]

    def note_view(self, visit_id: str, *, staff: str) -> None:
        """Append to the ledger that somebody saw this record. Raises StoreError: then it is not to be shown."""
        self._sealer.append_events(
            [Event(Kind.VIEWED, self._tenant, visit_id, self._clock(), self.actor(staff), None, {})]
        )

    def actor(self, staff: str) -> str:
        """The pseudonym of a member of staff in rows and ledger: the same name has the same one in this house, however
        it is typed. Raises CallerError `staff.name`: nothing is done by nobody.
        """
        name = staff_key(said_name(staff))
        mac = hmac.new(self._index.reveal(), _ACTOR_DOMAIN + name.encode(), hashlib.sha256)
        return f"staff-{mac.hexdigest()[:16]}"

    @property
    def cookie_key(self) -> Secret[bytes]:
        """32 octets with which this house's servers sign who is at a counter: the same in all of them."""
        return Secret(hmac.new(self._index.reveal(), _COOKIE_DOMAIN, hashlib.sha256).digest())

    # -- inside -------------------------------------------------------------------------------------------------

    def _seal(
        self, visit: SavedVisit, detail: Mapping[str, str], events: Sequence[Event] = (),
        changes: Sequence[Change] = (),
    ) -> None:  # fmt: skip
        content, meta = content_of(visit, self._trust(visit.reading)), self._meta(visit)
        self._sealer.seal(content, meta, detail=detail, events=events, changes=changes)

    def _with_number(
        self, visit: SavedVisit, number: ReceivedNumber | None
    ) -> tuple[Sequence[Event], Sequence[Change]]:
        """What stores the number with the record."""
        if number is None:
            return (), ()
        if visit.judged is None or visit.judged.law != NUMBER_LAW or not visit.judged.methods:
            raise CallerError("number.law", "an individual number belongs to a 番号法 case that was verified")
        event, row = sealed_for_unit(
            number, tenant=self._tenant, record_id=visit.id, at=visit.saved_at_utc, staff=self.actor(visit.staff),
            wrapper=self._keys.wrapper(Purpose.NUMBERS), random=self._sealer.random,
        )  # fmt: skip
        return (event,), (row,)

    def _trust(self, reading: Reading) -> dict[str, bytes]:
        if self._trust_of is None:
            return {}
        try:
            return sealed_trust(reading, self._trust_of(reading))
        except HonninError as error:  # the record is worth more than that its Report can be made again
            _log.error("a record is sealed without trust material: %s", error.code)
            return {}

    def _meta(self, visit: SavedVisit) -> RecordMeta:
        return meta_of(visit, tenant=self._tenant, staff=self.actor(visit.staff), index_key=self._index)

    def _wanted(self, query: VisitQuery) -> RecordQuery | None:
        made = tokens(query.name, query.birth_date or None, key=self._index, tenant=self._tenant)
        if (query.name and made.name is None) or (query.birth_date and made.birth is None):
            return None  # what cannot be compared matches nothing
        if not query.visit_id.isprintable():
            return None  # not every database could be asked
        if query.name and query.birth_date:
            pairs = [pair for pair in made.pairs() if pair[0] == "name_birth"]
        else:
            pairs = [pair for pair in made.pairs() if pair[0] != "name_birth"]
        if not (pairs or query.visit_id or query.staff or query.saved_from_utc or query.saved_before_utc):
            return None
        return RecordQuery(
            record_id=query.visit_id,
            tokens=tuple(pairs),
            staff=self.actor(query.staff) if query.staff else "",
            state=RecordState.SEALED,
            sealed_from_utc=query.saved_from_utc,
            sealed_before_utc=query.saved_before_utc,
        )

    def _as_it_is(self, content: RecordContent, row: RecordSummary) -> SavedVisit:
        """The visit, and what the law has made of it by now: the record, its Decision and Acts are those of the last
        part that has them (flows.completing). What was sealed first stays in part 0. Raises as open_part.
        """
        visit = visit_of(content, row)
        if visit.judged is None:
            return visit
        for part in range(row.parts - 1, 0, -1):
            later = open_part(self._store, self._wrapper, tenant=self._tenant, record_id=row.record_id, part=part)
            if KIROKU in later.parts:
                parts = {name: each for name, each in later.parts.items() if name not in {SALT, AMENDMENT}}
                earlier = self._between(row, part)
                return replace(visit, judged=judged_again(visit.judged, {**visit.judged.parts, **earlier, **parts}))
        return visit

    def _between(self, row: RecordSummary, before: int) -> dict[str, bytes]:
        """What was attached between the first part and that one, and the newest rules of law that came there."""
        found: dict[str, bytes] = {}
        for part in range(1, before):
            content = open_part(self._store, self._wrapper, tenant=self._tenant, record_id=row.record_id, part=part)
            found |= {
                name: each for name, each in content.parts.items()
                if name.startswith("attachment/") or name == RULES_DATA
            }  # fmt: skip
        return found

    def _try(self, row: RecordSummary) -> SavedVisit | None:
        try:
            content = open_part(self._store, self._wrapper, tenant=self._tenant, record_id=row.record_id)
            return self._as_it_is(content, row)
        except HonninError as error:
            _log.error("a record was left out of a list: %s", error.code)
            return None


def content_of(visit: SavedVisit, trust: Mapping[str, bytes] | None = None) -> RecordContent:
    """What is sealed of a visit. `trust`: parts `trust/…`. Raises DataError."""
    said = {"format": "honnin-visit", "version": 1, "answers": visit.answers, "staff": visit.staff}
    own = {
        VISIT: json.dumps(said, ensure_ascii=False, sort_keys=True).encode(),
        REPORT: json.dumps(report_to_dict(kept_report(visit.report)), ensure_ascii=False).encode(),
        READING: reading_to_zip(visit.reading),
    }
    return RecordContent({**(visit.judged.parts if visit.judged else {}), **(trust or {}), **own})


def visit_of(content: RecordContent, row: RecordSummary) -> SavedVisit:
    """The visit in a content and its row. Raises DataError `content.malformed` and those of the codec."""
    parts = content.parts
    try:
        said = json.loads(parts[VISIT])
        report = report_from_dict(json.loads(parts[REPORT]))
        reading = reading_from_zip(parts[READING])
        answers, staff = _said(said)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise DataError("content.malformed", _DAMAGED, "visit") from None
    judged = None
    if row.law:
        others = {name: octets for name, octets in parts.items() if name not in _OWN and not name.startswith(SEALED)}
        judged = judged_again(Judged(row.law, row.methods, row.retention_years), others)
    return SavedVisit(
        id=row.record_id,
        saved_at_utc=row.sealed_at_utc,
        document=row.document,
        simulated=row.simulated,
        reading=reading,
        report=report,
        staff=staff,
        answers=answers,
        judged=judged,
    )


def judged_again(judged: Judged, parts: Mapping[str, bytes]) -> Judged:
    """With these parts; finished is what the record in them says, and not finished what cannot be read."""
    try:
        finished = KIROKU not in parts or kakunin_from_json(parts[KIROKU]).state is State.FINISHED
    except DataError:
        finished = False
    return replace(judged, parts=parts, finished=finished)


def _adopted(octets: bytes) -> bool:
    """Whether an entry is that of a visit that was adopted; one that cannot be read is not."""
    try:
        return ADOPTED in decode_event(octets).detail
    except DataError:
        return False


def _said(said: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    if (said["format"], said["version"]) != ("honnin-visit", 1):
        raise DataError("content.malformed", _DAMAGED, "version")
    return {str(key): str(value) for key, value in said["answers"].items()}, str(said["staff"])


def _summary(visit: SavedVisit, row: RecordSummary) -> VisitSummary:
    return VisitSummary(
        id=visit.id,
        saved_at_utc=visit.saved_at_utc,
        document=visit.document,
        simulated=visit.simulated,
        name=name_in_lists(visit),
        completion=completion_of(visit),
        judged=visit.judged,
        retention_until=row.retention_until,
        holds=row.holds,
        staff=visit.staff,
    )
