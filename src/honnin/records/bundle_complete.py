"""Whether a bundle has all that was sealed of its record: by the house's own statement, and beside another bundle.

Who hands a bundle on could leave the last amendments out; the proofs of the others stay good. So the house enters in
its ledger, with every bundle it makes, how many contents the record had among so many entries, and that entry goes
along (since format 2). Another bundle of the record, or a checkpoint kept elsewhere, shows more
(docs/formats/evidence-bundle.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from honnin.core.errors import DataError, HonninError
from honnin.facts import Finding
from honnin.records.bundle import Bundle, Stated
from honnin.records.bundle_findings import finding
from honnin.records.ledger.checkpoint import Checkpoint, open_checkpoint
from honnin.records.ledger.event import Event, Kind, decode_event
from honnin.records.ledger.note import NoteKey
from honnin.records.ledger.tree import leaf_hash, verify_consistency, verify_inclusion

__all__ = ["Statement", "check_against_bundle", "check_against_checkpoint", "check_complete", "statement_detail"]

AS_OF, CONTENTS, LAST = "as_of", "contents", "last"  # details of an `exported` event


@dataclass(frozen=True, slots=True)
class Statement:
    """Among the first `as_of` entries of the ledger the record has `contents` contents, the last at place `last`."""

    as_of: int
    contents: int
    last: int


def statement_detail(as_of: int, places: Sequence[int]) -> dict[str, str]:
    """The detail of the `exported` event. `places`: of the record's contents in the ledger, ascending, all < as_of."""
    return {AS_OF: str(as_of), CONTENTS: str(len(places)), LAST: str(places[-1])}


def stated_in(event: Event) -> Statement:
    """The statement in an event. Raises DataError `bundle.stated`."""
    try:
        values = [event.detail[name] for name in (AS_OF, CONTENTS, LAST)]
        numbers = [int(each) for each in values if each.isascii() and each.isdecimal() and len(each) <= 20]
        as_of, contents, last = numbers
    except (KeyError, ValueError):
        raise DataError("bundle.stated", "the entry says nothing of the record's contents") from None
    if not contents <= last + 1 <= as_of or contents < 1:
        raise DataError("bundle.stated", "the entry contradicts itself")
    return Statement(as_of, contents, last)


def check_complete(bundle: Bundle, point: Checkpoint | None, key: NoteKey | None) -> tuple[Finding, Statement | None]:
    """`bundle.complete`, and the house's statement as far as it stands in the ledger. `point`: the bundle's checkpoint,
    checked; `key`: the verifier's, None for the bundle's own. Never raises.
    """
    stated = bundle.stated
    if stated is None:
        return finding("complete", "none"), None
    if point is None or key is None:
        return finding("complete", "no_checkpoint"), None
    try:
        event = decode_event(stated.event)
        if event.kind is not Kind.EXPORTED or (event.tenant, event.record_id) != (bundle.tenant, bundle.record_id):
            return finding("complete", "other_record"), None
        said = stated_in(event)
        newer = open_checkpoint(stated.checkpoint, key, origin=point.origin)
        _check_place(stated, newer, point)
    except HonninError as error:
        return finding("complete", "wrong", code=error.code), None
    detail = {
        AS_OF: str(said.as_of), "at": event.at.isoformat(), CONTENTS: str(said.contents),
        "here": str(len(bundle.contents)),
    }  # fmt: skip
    places = [each.index for each in bundle.contents]
    if said.as_of > stated.index or places[-1] >= said.as_of:
        return finding("complete", "other_place", **detail), None
    if len(places) < said.contents or places[-1] < said.last:
        return finding("complete", "left_out", **detail), said
    if len(places) != said.contents or places[-1] != said.last:
        return finding("complete", "contradicts", **detail), said
    return finding("complete", "ok", **detail), said


def _check_place(stated: Stated, newer: Checkpoint, point: Checkpoint) -> None:
    if newer.size != stated.size:
        raise DataError("bundle.stated", "the checkpoint is of another size")
    leaf = leaf_hash(stated.event)
    verify_inclusion(leaf=leaf, index=stated.index, size=newer.size, proof=stated.proof, root=newer.root)
    verify_consistency(
        old=point.size, old_root=point.root, new=newer.size, new_root=newer.root, proof=stated.consistency
    )


def check_against_checkpoint(points: Sequence[Checkpoint], other: Checkpoint, name: str) -> Finding:
    """`bundle.against` for a checkpoint that somebody kept: two ledgers of one name are found when they have the same
    size. `points`: of the bundle; `other`: of the same origin, checked with the same key; `name`: of the file.
    """
    for each in points:
        if each.size == other.size:
            return finding("against", "same_ledger" if each.root == other.root else "fork", file=name)
    return finding("against", "no_proof", file=name, here=str(points[-1].size), there=str(other.size))


def check_against_bundle(
    bundle: Bundle, other: Bundle, roots: Sequence[tuple[int, bytes]], known_to: int, name: str
) -> Finding:
    """`bundle.against` for another bundle of the same ledger, whose own proofs are good.

    `roots`: size and root of each checkpoint of both; `known_to`: so many entries of the ledger this bundle speaks of.
    A place in the ledger holds one entry: what stands otherwise in the two is a second ledger.
    """
    if _forked(roots) or _places_differ(bundle, other):
        return finding("against", "fork", file=name)
    if other.record_id != bundle.record_id:
        return finding("against", "same_ledger", file=name)
    here = {each.index for each in bundle.contents}
    more = [(number, each) for number, each in enumerate(other.contents) if each.index not in here]
    if not more:
        return finding("against", "nothing_more", file=name)
    places = ", ".join(str(number) for number, _ in more)
    left_out = any(each.index < known_to for _, each in more)
    return finding("against", "left_out" if left_out else "newer", file=name, missing=places)


def _forked(roots: Sequence[tuple[int, bytes]]) -> bool:
    known: dict[int, bytes] = {}
    return any(known.setdefault(size, root) != root for size, root in roots)


def _places_differ(one: Bundle, other: Bundle) -> bool:
    entries = {each.index: each.event for each in one.contents}
    entries |= {} if one.stated is None else {one.stated.index: one.stated.event}
    theirs = [(each.index, each.event) for each in other.contents]
    theirs += [] if other.stated is None else [(other.stated.index, other.stated.event)]
    return any(entries.get(index, event) != event for index, event in theirs)
