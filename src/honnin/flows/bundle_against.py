"""A bundle beside what somebody kept elsewhere: another bundle of the same ledger, or a checkpoint of it.

What no bundle can show by itself (later amendments, a ledger that was made anew) two of them can. What is brought has
to stand itself, by the same key: else it says nothing about the bundle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from honnin.core.errors import CallerError, HonninError
from honnin.facts import Finding
from honnin.flows.verify import load_bundle
from honnin.records.bundle import Bundle
from honnin.records.bundle_complete import check_against_bundle, check_against_checkpoint
from honnin.records.bundle_decisions import CASE, DECISION
from honnin.records.bundle_findings import differences, finding, json_object
from honnin.records.bundle_verify import BundleVerdict, verify_bundle
from honnin.records.ledger.checkpoint import Checkpoint, open_checkpoint
from honnin.records.ledger.note import MAX_NOTE, NoteKey, parse_vkey

__all__ = ["Beside", "check_against", "load_beside"]

MAX_FILES = 16
_PROOFS = ("event", "inclusion", "commitment")


@dataclass(frozen=True, slots=True)
class Beside:
    """What is compared with: a bundle, or the text of a signed checkpoint. `name`: of its file."""

    name: str
    bundle: Bundle | None
    note: str


def load_beside(paths: Sequence[Path]) -> tuple[Beside, ...]:
    """Bundles and checkpoints in these files. Raises CallerError `verify.against` (detail: the file)."""
    if len(paths) > MAX_FILES:
        raise CallerError("verify.against", "too many files to compare with", str(MAX_FILES))
    return tuple(_loaded(path) for path in paths)


def _loaded(path: Path) -> Beside:
    name = "".join(each if each.isprintable() else "?" for each in path.name)[:100]
    try:
        bundle = load_bundle(path)
        if bundle is not None:
            return Beside(name, bundle, bundle.checkpoint)
        with path.open("rb") as stream:
            note = stream.read(MAX_NOTE + 1).decode()
    except (OSError, UnicodeDecodeError, HonninError):
        raise CallerError("verify.against", "this is neither an evidence bundle nor a checkpoint", path.name) from None
    if "\n\n" not in note or len(note) > MAX_NOTE:
        raise CallerError("verify.against", "this is neither an evidence bundle nor a checkpoint", path.name)
    return Beside(name, None, note)


def check_against(verdict: BundleVerdict, brought: Sequence[Beside], key: NoteKey | None) -> tuple[Finding, ...]:
    """A finding `bundle.against` for each. `key`: the ledger's, None for that of the bundle. Never raises."""
    return tuple(_compared(verdict, each, key) for each in brought)


def _compared(verdict: BundleVerdict, beside: Beside, known: NoteKey | None) -> Finding:
    point = verdict.checkpoint
    if point is None or not _stands(verdict):
        return finding("against", "not_compared", file=beside.name)
    try:
        key = known or parse_vkey(verdict.bundle.key)
        newest = point
        if verdict.statement is not None and verdict.bundle.stated is not None:
            newest = open_checkpoint(verdict.bundle.stated.checkpoint, key)
        there = open_checkpoint(beside.note, key)
    except HonninError:
        return finding("against", "other_ledger", file=beside.name)
    if there.origin != point.origin:
        return finding("against", "other_ledger", file=beside.name)
    if beside.bundle is None:
        return check_against_checkpoint((point, newest), there, beside.name)
    return _with_bundle(verdict, (point, newest), beside.name, beside.bundle, key)


def _with_bundle(
    verdict: BundleVerdict, points: tuple[Checkpoint, Checkpoint], name: str, other: Bundle, key: NoteKey
) -> Finding:
    theirs = verify_bundle(other, key=key)
    if theirs.checkpoint is None or not _stands(theirs):
        return finding("against", "not_good", file=name)
    roots = [(each.size, each.root) for each in (*points, theirs.checkpoint)]
    if theirs.statement is not None and other.stated is not None:
        newer = open_checkpoint(other.stated.checkpoint, key)
        roots.append((newer.size, newer.root))
    known_to = points[0].size if verdict.statement is None else verdict.statement.as_of
    found = check_against_bundle(verdict.bundle, other, roots, known_to, name)
    linked = any(each.linked == other.record_id for each in verdict.decisions)
    if found.reason != "same_ledger" or not linked:
        return found
    return finding("against", "linked_same" if _linked_same(verdict, other) else "linked_differs", file=name)


def _linked_same(verdict: BundleVerdict, other: Bundle) -> bool:
    """Each Decision that was taken from that record is the newest one that it had then."""
    try:
        for each in verdict.decisions:
            if each.linked == other.record_id:
                here = verdict.bundle.contents[each.content]
                then = [
                    sealed.content.parts for sealed in other.contents
                    if sealed.index < here.index and {CASE, DECISION} <= set(sealed.content.parts)
                ]  # fmt: skip
                own = json_object(here.content.parts[f"other/{DECISION}"])
                if not then or differences(own, json_object(then[-1][DECISION])):
                    return False
    except HonninError:
        return False
    return True


def _stands(verdict: BundleVerdict) -> bool:
    found = {each.id.removeprefix("bundle."): each.reason for each in verdict.findings}
    return all(found.get(name) == "ok" for name in _PROOFS)
