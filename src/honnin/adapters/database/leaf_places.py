"""Where in the ledger the entries of a record stand, asked so that both databases answer from the index by record.

Without statistics SQLite takes the primary key for `record_id … ORDER BY seq`, since that begins with the tenant as
well, and reads the whole ledger. The places alone come out of the index; the leaves are then asked for by their places.
"""

from __future__ import annotations

import sqlalchemy as sa

from honnin.adapters.database.schema import LEDGER_LEAVES

__all__ = ["newest_place_of", "places_of"]

Value = str | sa.BindParameter[str]


def places_of(tenant: Value, record_id: Value) -> sa.ScalarSelect[int]:
    """The `seq` of every entry of that record, for `LEDGER_LEAVES.c.seq.in_(…)` beside the tenant."""
    return _places(LEDGER_LEAVES.c.seq, tenant, record_id)


def newest_place_of(tenant: Value, record_id: Value) -> sa.ScalarSelect[int]:
    """The `seq` of its newest entry; NULL when there is none."""
    return _places(sa.func.max(LEDGER_LEAVES.c.seq), tenant, record_id)


def _places(wanted: sa.ColumnElement[int], tenant: Value, record_id: Value) -> sa.ScalarSelect[int]:
    terms = (LEDGER_LEAVES.c.tenant == tenant, LEDGER_LEAVES.c.record_id == record_id)
    return sa.select(wanted).where(*terms).correlate(None).scalar_subquery()
