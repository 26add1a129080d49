"""A bundle of a virtual passport's visit, made as the house makes one, and a small one without a reading."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from honnin.facts.codec import reading_to_zip, report_to_dict
from honnin.flows.bundle import bundle_of_record, remake_decision
from honnin.flows.documents import HouseTrust, check_reading
from honnin.law.acts import acts_to_dict
from honnin.law.evidence import evidence_from_report
from honnin.records.bundle_complete import statement_detail
from honnin.records.content import RecordContent, digest
from honnin.records.ledger.event import CIPHERTEXT_SHA256, Event, Kind, commitment
from honnin.trust.anchors import Anchor
from honnin.trust.certificate import parse_certificate
from honnin.trust.kinds import TIMESTAMP
from honnin.trust.timestamp import make_request, token_in
from honnin_virtual.timestamp import TimestampAuthority, TimestampFault
from tests.unit.checks.passports import HEALTHY, read, trust
from tests.unit.law.readings import all_good
from tests.unit.records.ledger.house import SIGNER, House

AT = datetime(2026, 11, 25, 4, tzinfo=UTC)
TSA = Anchor(parse_certificate(TimestampAuthority().root), "simulator", "tests", TIMESTAMP)
SALT = bytes(range(32))


def house_trust():
    anchors, crls = trust()
    return HouseTrust(anchors, crls)


@lru_cache(maxsize=1)
def visit():
    """The parts of a sealed visit."""
    reading = replace(read(HEALTHY), simulated=True)
    report = check_reading(reading, house_trust(), reading.read_at_utc)
    acts = all_good()
    found = evidence_from_report(report, acts, reading.read_at_utc.date(), law="hanshu", simulated=reading.simulated)
    case = {
        "law": "hanshu",
        "on": reading.read_at_utc.date().isoformat(),
        "channel": "in_person",
        "actor": "subject",
        "documents": [{"kind": each.kind, "valid": each.valid} for each in found.documents],
        "evidence": sorted(found.codes),
    }
    return {
        "reading.zip": reading_to_zip(reading),
        "report.json": json.dumps(report_to_dict(report)).encode(),
        "acts.json": json.dumps(acts_to_dict(acts)).encode(),
        "case.json": json.dumps(case).encode(),
        "decision.json": json.dumps(remake_decision(case)).encode(),
        "kiroku.json": b"{}",
        "salt": SALT,
    }


SMALL = {"kiroku.json": b'{"note":"nothing real"}', "salt": SALT}


def make(
    parts=None, *, amendments=(), timestamp=True, fault=TimestampFault.NONE, stamped_at=None, trust=None, stated=True, numbered=True,
    details=(), days=(), record_id="rec-x", at=AT,
):
    """A bundle of a record in a ledger with others before and after it. `stated`, `numbered`: as since format 2.
    `details`: of the events of the amendments; `days`: when they were entered, `at`: when the first one was.
    """
    house = House(3)
    contents = []
    for number, each in enumerate([visit() if parts is None else parts, *amendments]):
        content = RecordContent(each)
        promise = commitment(content.parts["salt"], digest(content))
        kind = Kind.AMENDED if number else Kind.SEALED
        index = house.frontier.size
        when = days[number - 1] if number and days else at + timedelta(minutes=number)
        more = details[number - 1] if number and details else {}
        counted = {"part": str(number)} if numbered else {}
        event = Event(kind, house.tenant, record_id, when, "staff-1", promise, {CIPHERTEXT_SHA256: "11" * 32, **counted, **more})
        house.enter(event)
        contents.append((content, house.leaves[index].octets, index))
        house.event(Kind.VIEWED, "rec-1")
    checkpoint = house.checkpoints[-1]
    said = None
    if stated:
        place = house.frontier.size
        detail = statement_detail(place, [index for _, _, index in contents])
        house.enter(Event(Kind.EXPORTED, house.tenant, record_id, at + timedelta(minutes=90), "staff-1", None, detail))
        said = (house.leaves[place].octets, place, house.checkpoints[-1])
    token = None
    if timestamp:
        request = make_request(hashlib.sha256(checkpoint.encode()).digest(), bytes(8))
        when = at + timedelta(hours=1) if stamped_at is None else stamped_at
        token = token_in(TimestampAuthority(fault).respond(request, when))

    def node(level, index):
        return house.leaves[index].leaf_hash if level == 0 else house.nodes[level, index]

    return bundle_of_record(
        record_id=record_id, tenant=house.tenant, contents=contents, checkpoint=checkpoint, key=SIGNER.key, node=node,
        trust_of=lambda _: trust or house_trust(), made_at=at + timedelta(hours=2), software={"honnin": "0.0-test"}, timestamp=token,
        stated=said,
    )  # fmt: skip
