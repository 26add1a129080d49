"""Whoever changes a row is found, and the row is named."""

from dataclasses import replace

import pytest

from honnin.core.secret import Secret
from honnin.records.ledger import tree
from honnin.records.ledger.audit import MAX_FINDINGS, AuditCode, StoredPart, StoredRecord
from honnin.records.ledger.checkpoint import Checkpoint, sign_checkpoint
from honnin.records.ledger.event import CIPHERTEXT_SHA256, Kind, decode_event
from honnin.records.ledger.note import NoteSigner
from tests.unit.records.ledger.house import SIGNER, House


def codes(findings):
    return {each.code for each in findings}


def named(findings):
    """Sequence numbers that are named, as a set."""
    return {
        number for each in findings if each.sequence is not None for number in range(each.sequence, each.last + 1)
    }


@pytest.fixture
def house():
    house = House(5)
    house.event(Kind.VIEWED, "rec-1")
    house.seal("rec-2", Kind.AMENDED)
    house.event(Kind.DELETION_REQUESTED, "rec-3")
    house.delete("rec-3")
    house.seal("rec-9")
    return house


def flip(octets, place=5):
    place %= len(octets)
    return octets[:place] + bytes([octets[place] ^ 1]) + octets[place + 1 :]


def test_an_untouched_house_is_clean(house):
    assert house.audit() == ()
    assert House(0).audit() == ()


@pytest.mark.parametrize("sequence", range(10))
def test_an_altered_entry_is_named(house, sequence):
    for place in range(sequence % 7, len(house.leaves[sequence].octets), 23):
        good = house.leaves[sequence]
        house.leaves[sequence] = replace(good, octets=flip(good.octets, place))
        findings = house.audit()
        assert [each.sequence for each in findings if each.code is AuditCode.ENTRY_ALTERED] == [sequence]
        assert named(findings) == {sequence}
        house.leaves[sequence] = good


@pytest.mark.parametrize("sequence", range(10))
def test_an_altered_leaf_hash_names_the_entry(house, sequence):
    house.leaves[sequence] = replace(house.leaves[sequence], leaf_hash=flip(house.leaves[sequence].leaf_hash))
    findings = house.audit()
    assert [each.sequence for each in findings if each.code is AuditCode.ENTRY_ALTERED] == [sequence]


@pytest.mark.parametrize("sequence", range(10))
def test_an_entry_altered_together_with_its_hash_is_named_with_its_neighbour(house, sequence):
    good = house.leaves[sequence]
    octets = good.octets.replace(b"staff-1", b"staff-2")
    house.leaves[sequence] = replace(good, octets=octets, leaf_hash=tree.leaf_hash(octets))
    findings = house.audit()
    assert codes(findings) - {AuditCode.CHECKPOINT_MISMATCH} == {AuditCode.NODE_ALTERED}
    assert named(findings) == {sequence // 2 * 2, sequence // 2 * 2 + 1}


def test_an_altered_column_is_named(house):
    house.leaves[5] = replace(house.leaves[5], kind="exported")
    assert [(each.code, each.sequence) for each in house.audit()] == [(AuditCode.ENTRY_COLUMNS, 5)]
    house.leaves[5] = replace(house.leaves[5], kind="viewed", at=house.leaves[4].at)
    assert [(each.code, each.sequence) for each in house.audit()] == [(AuditCode.ENTRY_COLUMNS, 5)]
    house.leaves[5] = replace(house.leaves[5], at=House(6).leaves[5].at, record_id="rec-4")
    assert [(each.code, each.sequence) for each in house.audit()] == [(AuditCode.ENTRY_COLUMNS, 5)]


def test_every_altered_and_every_lost_node_is_named(house):
    for place in list(house.nodes):
        good = house.nodes[place]
        level, index = place
        for bad, code in ((flip(good), AuditCode.NODE_ALTERED), (b"", AuditCode.NODE_MISSING)):
            house.nodes[place] = bad
            findings = house.audit()
            first = next(each for each in findings if each.code is code)
            assert (first.sequence, first.last) == (index << level, ((index + 1) << level) - 1)
        del house.nodes[place]
        assert AuditCode.NODE_MISSING in codes(house.audit())
        house.nodes[place] = good
    assert house.audit() == ()


@pytest.mark.parametrize("place", [(0, 3), (1, 5), (2, 2), (4, 0), (1, -1), (1 << 40, 1)])
def test_an_added_node_is_named(house, place):
    house.nodes[place] = bytes(32)
    assert [(each.code, each.detail) for each in house.audit()] == [(AuditCode.NODE_ADDED, f"{place[0]}/{place[1]}")]


@pytest.mark.parametrize("sequence", range(10))
def test_a_removed_entry_is_named(house, sequence):
    del house.leaves[sequence]
    findings = house.audit()
    assert (AuditCode.ENTRY_MISSING, sequence, sequence) in {(each.code, each.sequence, each.last) for each in findings}


def test_a_removed_range_is_one_finding(house):
    for sequence in (2, 3, 4):
        del house.leaves[sequence]
    findings = [each for each in house.audit() if each.code is AuditCode.ENTRY_MISSING]
    assert [(each.sequence, each.last) for each in findings] == [(2, 4)]


@pytest.mark.parametrize(("first", "second"), [(0, 1), (2, 7), (8, 9), (3, 4)])
def test_exchanged_entries_are_named(house, first, second):
    one, two = house.leaves[first], house.leaves[second]
    house.leaves[first], house.leaves[second] = replace(two, sequence=first), replace(one, sequence=second)
    findings = house.audit()
    assert {first, second} <= named(findings)


def test_an_inserted_entry_is_named(house):
    house.leaves[10] = replace(house.leaves[5], sequence=10)
    assert (AuditCode.ENTRY_ADDED, 10) in {(each.code, each.sequence) for each in house.audit()}
    house = House(4)
    rows = [house.leaves[each] for each in (0, 1, 1, 2, 3)]
    findings = house.audit(leaves=iter(rows))
    assert [(each.code, each.sequence) for each in findings] == [(AuditCode.ENTRY_MISPLACED, 1)]


def test_a_rewritten_ledger_is_found_by_the_first_checkpoint_that_does_not_fit(house):
    events = [decode_event(house.leaves[each].octets) for each in range(10)]
    events[6] = replace(events[6], actor="staff-2")
    house.rebuild(events)
    findings = house.audit()
    assert [(each.code, each.sequence, each.last) for each in findings] == [(AuditCode.CHECKPOINT_MISMATCH, 6, 6)]


def test_a_shortened_ledger_is_found_by_a_later_checkpoint(house):
    house.rebuild([decode_event(house.leaves[each].octets) for each in range(9)])
    findings = house.audit()
    assert (AuditCode.CHECKPOINT_BEYOND, 9, 9) in {(each.code, each.sequence, each.last) for each in findings}
    assert (AuditCode.RECORD_UNSEALED, "rec-9") in {(each.code, each.record_id) for each in findings}


def test_a_ledger_replaced_with_its_own_key_is_found_by_a_checkpoint_kept_elsewhere(house):
    kept = house.checkpoints[6]
    assert house.audit(kept_elsewhere=[kept]) == ()
    events = [decode_event(house.leaves[each].octets) for each in range(10)]
    events[5] = replace(events[5], actor="staff-2")
    house.rebuild(events)
    house.checkpoints = []
    house.sign()
    assert house.audit() == ()
    findings = house.audit(kept_elsewhere=[kept])
    assert [(each.code, each.sequence, each.last) for each in findings] == [(AuditCode.CHECKPOINT_MISMATCH, 0, 6)]


def test_an_altered_head_is_named(house):
    house.frontier = tree.Frontier(10, tuple(flip(each) for each in house.frontier.peaks))
    assert codes(house.audit()) == {AuditCode.HEAD_ALTERED}


def test_a_head_that_cannot_be_read_is_named_and_the_rest_is_still_checked(house):
    assert codes(house.audit(head=None)) == {AuditCode.HEAD_ALTERED}
    good = house.leaves[7]
    house.leaves[7] = replace(good, octets=flip(good.octets))
    assert named(house.audit(head=None)) == {7}


def test_a_damaged_row_is_named(house):
    house.rows["rec-0"] = replace(house.rows["rec-0"], damaged=True)
    assert of_record(house.audit(), "rec-0") == {AuditCode.RECORD_DAMAGED}


def test_a_head_that_claims_more_is_named_and_costs_little(house):
    house.frontier = tree.Frontier(1 << 60, (bytes(32),))
    findings = house.audit()
    assert (AuditCode.ENTRY_MISSING, 10, (1 << 60) - 1) in {(each.code, each.sequence, each.last) for each in findings}


def test_checkpoints_of_other_keys_and_ledgers_are_named(house):
    good = list(house.checkpoints)
    point = Checkpoint(house.origin, 10, tree.root(house.frontier))
    for bad in (
        sign_checkpoint(point, NoteSigner(SIGNER.key.name, Secret(bytes(32)))),
        sign_checkpoint(replace(point, origin="honnin.example/shop-2"), SIGNER),
        good[3].replace("4\n", "3\n", 1),
        "",
    ):
        house.checkpoints = [*good, bad]
        assert codes(house.audit()) == {AuditCode.CHECKPOINT_UNREADABLE}


def test_two_roots_for_one_size_are_found(house):
    house.checkpoints.append(sign_checkpoint(Checkpoint(house.origin, 10, bytes(32)), SIGNER))
    assert codes(house.audit()) == {AuditCode.CHECKPOINT_MISMATCH}


def test_an_entry_of_another_tenant_is_named():
    house = House(2)
    house.tenant = "shop-2"
    house.seal("rec-x")
    house.tenant = "shop-1"
    assert (AuditCode.ENTRY_UNREADABLE, 2) in {(each.code, each.sequence) for each in house.audit()}


def of_record(findings, record_id):
    assert {each.record_id for each in findings} == {record_id}
    return codes(findings)


def test_a_record_that_was_never_sealed_is_named(house):
    house.rows["rec-new"] = StoredRecord("rec-new", False, (StoredPart(0, bytes(32), True),))
    assert of_record(house.audit(), "rec-new") == {AuditCode.RECORD_UNSEALED}


def test_a_lost_record_is_named(house):
    del house.rows["rec-4"]
    assert of_record(house.audit(), "rec-4") == {AuditCode.RECORD_MISSING}


def test_an_altered_ciphertext_is_named(house):
    row = house.rows["rec-2"]
    house.rows["rec-2"] = replace(row, parts=(row.parts[0], replace(row.parts[1], ciphertext_sha256=bytes(32))))
    findings = house.audit()
    assert of_record(findings, "rec-2") == {AuditCode.CONTENT_ALTERED}
    assert findings[0].detail == "part 1"


def test_lost_and_added_parts_are_named(house):
    row = house.rows["rec-2"]
    house.rows["rec-2"] = replace(row, parts=row.parts[:1])
    assert of_record(house.audit(), "rec-2") == {AuditCode.PART_MISSING}
    house.rows["rec-2"] = replace(row, parts=(*row.parts, StoredPart(2, bytes(32), True)))
    assert of_record(house.audit(), "rec-2") == {AuditCode.RECORD_UNSEALED}


def test_a_lost_key_is_named_but_no_other_record(house):
    row = house.rows["rec-0"]
    house.rows["rec-0"] = replace(row, parts=(replace(row.parts[0], has_key=False),))
    assert of_record(house.audit(), "rec-0") == {AuditCode.KEY_MISSING}


def test_a_content_that_is_not_what_was_sealed_is_named(house):
    house.contents["rec-0", 0] = bytes(32)
    assert of_record(house.audit(), "rec-0") == {AuditCode.COMMITMENT_MISMATCH}
    house.contents["rec-0", 0] = None
    assert of_record(house.audit(), "rec-0") == {AuditCode.CONTENT_UNREADABLE}


def test_a_deletion_without_event_is_named(house):
    house.rows["rec-0"] = StoredRecord("rec-0", True, ())
    assert of_record(house.audit(), "rec-0") == {AuditCode.DELETED_WITHOUT_EVENT}


@pytest.mark.parametrize(
    "row",
    [
        StoredRecord("rec-3", False, ()),
        StoredRecord("rec-3", True, (StoredPart(0, None, True),)),
        StoredRecord("rec-3", True, (StoredPart(0, bytes(32), False),)),
    ],
)
def test_a_deletion_that_did_not_happen_is_named(house, row):
    house.rows["rec-3"] = row
    assert of_record(house.audit(), "rec-3") == {AuditCode.NOT_DELETED}


def test_nothing_is_sealed_twice_or_after_deletion():
    house = House(1)
    house.seal("rec-0")
    assert of_record(house.audit(), "rec-0") == {AuditCode.SEALED_TWICE}
    house = House(1)
    house.delete("rec-0")
    house.event(Kind.AMENDED, "rec-0", commitment=bytes(32), detail={CIPHERTEXT_SHA256: "00" * 32})
    assert of_record(house.audit(), "rec-0") == {AuditCode.CHANGED_AFTER_DELETION}


def test_findings_are_bounded():
    house = House(0)
    for number in range(MAX_FINDINGS + 50):
        house.rows[f"r{number}"] = StoredRecord(f"r{number}", False, ())
    findings = house.audit()
    assert len(findings) == MAX_FINDINGS + 1
    assert findings[-1].code is AuditCode.TRUNCATED
