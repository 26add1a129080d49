"""Records that jobs find something to do with. Everybody in them is made up."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from honnin.facts.codec import reading_from_zip, reading_to_zip, report_from_dict, report_to_dict
from honnin.records.content import RecordContent
from honnin.records.kept_report import kept_report
from tests.store.records_kit import NOW, TENANT, meta, record_id
from tests.unit.server.fakes import make_reading, make_report

LATER = NOW + timedelta(days=8 * 366)
OVER = date(2033, 1, 1)
REPORT = kept_report(make_report())


def record_content(number: int = 1) -> RecordContent:
    """A reading with its report, as a visit without a law has them."""
    import json

    del number
    return RecordContent({
        "reading.zip": reading_to_zip(make_reading()),
        "report.json": json.dumps(report_to_dict(REPORT)).encode(),
    })  # fmt: skip


def unchanged(reading):
    """The checks of today say what they said on the day."""
    assert reading == reading_from_zip(reading_to_zip(reading))
    return report_from_dict(report_to_dict(REPORT))


def seal_some(sealer, count: int, **changes) -> None:
    for number in range(1, count + 1):
        sealer.seal(record_content(number), replace(meta(number), **changes))


def digests(store, count: int) -> list[str]:
    """Of everything that was sealed."""
    return [
        hashlib.sha256(store.part(TENANT, record_id(number)).ciphertext).hexdigest() for number in range(1, count + 1)
    ]


def events(store, kind: str) -> Counter[str]:
    """By record."""
    return Counter(leaf.record_id for leaf in store.leaves(TENANT) if leaf.kind == kind)
