"""The retention job of a house: due deletions become proposals, numbers whose time is over are destroyed (番号法20条).

Safe to run again at any time and by several servers at once: a proposal has a number of its own that follows from the
record and its last day, and a number that is gone is not deleted twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from honnin.core.clock import Clock, japan_day
from honnin.core.errors import CallerError, DataError, StoreError
from honnin.flows.jobs import stop_if
from honnin.flows.number_keeping import NumberKeeping
from honnin.flows.record_keeping import RecordKeeping
from honnin.flows.retention_jobs import RETENTION_JOB, RetentionRows, propose_deletions

__all__ = ["RetentionOutcome", "delete_numbers", "propose_due"]

_MAX_ROUNDS = 1000  # of at most 1000 numbers each
# The record changed between the look and the proposal: held, deleted, its contract lives after all.
_NOT_DUE = frozenset({
    "store.deleted", "store.not_found", "retention.held", "retention.contract_lives", "retention.not_over",
})  # fmt: skip
_DAMAGED = "store.damaged"  # one row that cannot be understood does not stop the rest


@dataclass(frozen=True, slots=True)
class RetentionOutcome:
    """`proposed`: new proposals; `known`: proposed on an earlier day (and refused, if it is not open); `held`: records
    whose time is over and that a legal hold keeps; `more`: more than one run proposes; `damaged`: records whose rows
    cannot be understood, which an audit names.
    """

    proposed: int
    known: int
    held: int
    more: bool
    damaged: int = 0

    def as_dict(self) -> dict[str, object]:
        """For the list of jobs."""
        done: dict[str, object] = {
            "proposed": self.proposed, "known": self.known, "held": self.held, "more": self.more,
        }  # fmt: skip
        return done | ({"damaged": self.damaged} if self.damaged else {})


def propose_due(
    rows: RetentionRows, keeping: RecordKeeping, *, stopping: Callable[[], bool] = lambda: False
) -> RetentionOutcome:
    """Propose whatever is due today in Japan. Raises StoreError, also `jobs.stopping`; what was done stays."""
    report = propose_deletions(rows, keeping.tenant, at=keeping.clock())
    proposed = known = damaged = 0
    for each in report.proposals:
        stop_if(stopping())
        try:
            new = keeping.propose_deletion(each.record_id, each.kept_until)
        except DataError:
            damaged += 1
            continue
        except (CallerError, StoreError) as error:
            damaged += error.code == _DAMAGED
            if error.code not in {*_NOT_DUE, _DAMAGED}:
                raise
            continue
        proposed, known = proposed + (new is not None), known + (new is None)
    return RetentionOutcome(proposed, known, len(report.held), report.more, damaged)


def delete_numbers(numbers: NumberKeeping, clock: Clock) -> int:
    """Destroy all individual numbers whose last day has passed; how many. Raises StoreError."""
    total = 0
    for _ in range(_MAX_ROUNDS):
        done = numbers.delete_due(japan_day(clock()), staff=RETENTION_JOB)
        total += done
        if not done:
            break
    return total
