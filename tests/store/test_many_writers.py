"""Many writers, one ledger: no gap, nothing twice, everything that was acknowledged is there."""

from __future__ import annotations

import subprocess
import sys
import threading

from honnin.core.errors import HonninError
from honnin.flows.record_ports import Hold, ShredRecord
from honnin.records.ledger.event import Event, Kind
from tests.store.records_kit import NOW, TENANT, audit, content, make_sealer, meta, record_id


def test_twenty_threads_share_transactions_and_leave_no_gap(store, sealer):
    places, errors = [], []

    def work(first):
        try:
            places.extend(sealer.seal(content(number), meta(number)).leaf_index for number in range(first, first + 5))
        except HonninError as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number * 5,)) for number in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []
    assert sorted(places) == list(range(100))
    assert len(store.checkpoints(TENANT)) < 100  # they shared
    assert audit(store) == {record_id(number) for number in range(100)}


def test_twenty_writers_in_five_processes_leave_no_gap(url, store):
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.writer_process", url, str(number * 100), "20", "4"],
            stdout=subprocess.PIPE, text=True,
        )
        for number in range(5)
    ]  # fmt: skip
    printed = [line.split() for child in children for line in child.communicate(timeout=120)[0].splitlines()]
    assert [child.returncode for child in children] == [0] * 5
    assert sorted(int(place) for _, place in printed) == list(range(100))
    numbers = {record_id(int(number)) for number, _ in printed}
    assert len(numbers) == 100
    assert audit(store) == numbers
    for number, place in printed:
        assert store.events_of(TENANT, record_id(int(number)))[0].index == int(place)


def test_amendments_of_one_record_at_the_same_time_each_become_a_part(store, sealer):
    sealer.seal(content(0), meta(0))
    parts, errors = [], []

    def work(number):
        try:
            receipt = sealer.amend(content(number), tenant=TENANT, record_id=record_id(0), at=NOW, staff="s")
            parts.append(receipt.part)
        except HonninError as error:
            errors.append(error.code)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(parts) == list(range(1, len(parts) + 1))
    assert set(errors) <= {"store.conflict"}
    assert store.record(TENANT, record_id(0)).parts == 1 + len(parts)
    audit(store)


def test_a_hold_and_a_deletion_at_the_same_time_never_both_win(store):
    for round_number in range(6):
        sealers = [make_sealer(store), make_sealer(store)]
        number = record_id(round_number)
        sealers[0].seal(content(1), meta(round_number))
        work = [
            (Event(Kind.HELD, TENANT, number, NOW), Hold(number, 1, "court")),
            (Event(Kind.DELETED, TENANT, number, NOW), ShredRecord(number, NOW)),
        ]
        done = []

        def act(sealer, event, change, done=done):
            try:
                sealer.append_events([event], [change])
                done.append(event.kind)
            except HonninError as error:
                assert error.code == "store.conflict"

        threads = [threading.Thread(target=act, args=(each, *what)) for each, what in zip(sealers, work, strict=True)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(done) == 1
        for each in sealers:
            each.close()
    audit(store)
