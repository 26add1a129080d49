"""Writing: units of events and changes in one transaction, together with the growth of the ledgers (growing)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from honnin.adapters.database.changing import Changing, Handlers
from honnin.adapters.database.check_rows import CHECK_CHANGES, check_not_stopped
from honnin.adapters.database.engine import Database
from honnin.adapters.database.growing import append, epoch_of, lock
from honnin.adapters.database.inserting import Rows, insert
from honnin.adapters.database.job_changes import JOB_CHANGES
from honnin.adapters.database.number_changes import NUMBER_CHANGES
from honnin.adapters.database.record_changes import RECORD_CHANGES
from honnin.adapters.database.transaction import writing_transaction
from honnin.flows.ledger_ports import Grow, LedgerHead
from honnin.flows.store_ports import Unit, Written

_CHANGES: Handlers = {**RECORD_CHANGES, **NUMBER_CHANGES, **JOB_CHANGES, **CHECK_CHANGES}


def write(database: Database, units: Sequence[Unit], grow: Grow) -> Sequence[Written]:
    """See flows.store_ports.RecordWriter.write."""
    with writing_transaction(database) as connection:
        heads = lock(connection, sorted({unit.tenant for unit in units if unit.events}))
        check_not_stopped(connection, units)
        rows: Rows = defaultdict(list)
        for unit in units:
            epoch = epoch_of(heads[unit.tenant].frontier.size) if unit.tenant in heads else 0
            for change in unit.changes:
                _CHANGES[type(change)](Changing(connection, rows, unit.tenant, epoch), change)
        first = {tenant: head.frontier.size for tenant, head in heads.items()}
        heads = {tenant: append(connection, rows, tenant, head, units, grow) for tenant, head in heads.items()}
        insert(connection, rows)
    written = []
    for unit in units:
        if unit.events:
            written.append(Written(first[unit.tenant], heads[unit.tenant]))
            first[unit.tenant] += len(unit.events)
        else:
            written.append(Written(-1, LedgerHead()))
    return written
