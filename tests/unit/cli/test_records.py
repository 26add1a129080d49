"""`honnin records` from sealing to deletion by two people, and what an audit finds afterwards."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from honnin.adapters.mark_file import NAME as MARK
from honnin.cli.main import main
from honnin.cli.record_room import DATABASE, KEYS, record_room
from honnin.core.clock import system_clock
from honnin.records.bundle import open_bundle
from honnin.records.bundle_verify import verify_bundle
from honnin.records.ledger.note import parse_vkey
from honnin.records.visit_record import Judged
from tests.store.test_sealed_visits import visit

JUDGED = Judged("hanshu", ("hs.f2f_photo_document",), 7, {"kiroku.json": b"{}"})


@pytest.fixture
def house(tmp_path):
    with record_room(tmp_path) as room:
        room.visits.save(visit(1, judged=JUDGED))
        room.visits.save(visit(2))
    return tmp_path


def run(house, *arguments, code=0):
    result = CliRunner().invoke(main, ["records", *arguments, "--data", str(house), "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def number(at=1):
    return visit(at).id


def test_the_list_tells_numbers_and_methods_but_no_names(house):
    found = run(house, "list")
    assert [each["record_id"] for each in found["records"]] == [number(2), number(1)]
    assert found["records"][1]["methods"] == ["hs.f2f_photo_document"]
    assert "MIHON" not in json.dumps(found)
    assert [each["record_id"] for each in run(house, "list", "--name", "mihon tarou")["records"]] == [
        number(2), number(1),
    ]
    assert run(house, "list", "--name", "MIHON")["records"] == []


@pytest.mark.parametrize(("now", "due"), [("2033-11-25T14:59:59", False), ("2033-11-25T15:00:00", True)])
def test_a_record_is_due_by_the_day_in_japan(house, monkeypatch, now, due):
    run(house, "end-contract", number(), "--on", "2026-11-25", "--by", "A")
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    monkeypatch.setattr("honnin.cli.records.system_clock", lambda: moment)
    assert [each["record_id"] for each in run(house, "list", "--due")["records"]] == [number()] * due


def test_a_look_at_a_record_stands_in_its_history(house):
    assert [each["kind"] for each in run(house, "show", number(), "--by", "職員A")["history"]] == ["sealed", "viewed"]


def test_an_amendment_is_added_and_the_record_stays(house):
    assert run(house, "amend", number(), "住所が変わった", "--by", "職員A")["amendment"] == 1
    assert run(house, "amend", number(), "電話番号も", "--by", "職員A")["amendment"] == 2
    assert run(house, "list")["records"][1]["parts"] == 3
    assert run(house, "audit", "--open")["agrees"]


def test_a_record_dies_only_after_its_time_without_hold_and_by_two_people(house):
    error = run(house, "delete", number(), "--reason", "期間満了", "--by", "A", code=2)
    assert error["error"]["code"] == "retention.contract_lives"
    today = system_clock().date()
    assert run(house, "end-contract", number(), "--on", str(today), "--by", "A")["retention_until"][:4] == str(
        today.year + 7
    )
    error = run(house, "delete", number(), "--reason", "期間満了", "--by", "A", code=2)
    assert error["error"]["code"] == "retention.not_over"
    long_ago = (today - timedelta(days=366 * 8)).isoformat()
    run(house, "end-contract", number(), "--on", long_ago, "--by", "A")
    assert [each["record_id"] for each in run(house, "list", "--due")["records"]] == [number()]
    run(house, "hold", number(), "--reason", "照会", "--by", "A")
    error = run(house, "delete", number(), "--reason", "期間満了", "--by", "A", code=2)
    assert error["error"]["code"] == "retention.held"
    run(house, "hold", number(), "--release", "--reason", "対応が終わった", "--by", "A")
    request = run(house, "delete", number(), "--reason", "期間満了", "--by", "A")["request"]
    error = run(house, "delete", request, "--approve", "--by", "A", code=2)
    assert error["error"]["code"] == "retention.same_person"
    certificate = run(house, "delete", request, "--approve", "--by", "B")["certificate"]
    assert certificate["record_id"] == number()
    assert run(house, "show", number(), "--by", "A", code=1)["error"]["code"] == "store.deleted"
    assert run(house, "list", "--name", "MIHON TAROU")["records"][0]["record_id"] == number(2)
    audited = run(house, "audit", "--open")
    assert audited["agrees"]
    with sqlite3.connect(house / DATABASE) as raw:
        assert raw.execute("SELECT count(*) FROM record_keys WHERE record_id = ?", (number(),)).fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM record_tokens WHERE record_id = ?", (number(),)).fetchone() == (0,)


def test_a_refused_request_is_over(house):
    request = run(house, "delete", number(2), "--reason", "試験", "--by", "A")["request"]
    run(house, "delete", request, "--refuse", "--by", "B")
    assert run(house, "delete", request, "--approve", "--by", "B", code=2)["error"]["code"] == "records.request"
    assert run(house, "show", number(2), "--by", "B")["state"] == "sealed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE record_parts SET ciphertext = zeroblob(length(ciphertext)) WHERE record_id = '{id}'", "content_altered"),
        ("DELETE FROM record_keys WHERE record_id = '{id}'", "key_missing"),
        ("DELETE FROM records WHERE record_id = '{id}'", "record_missing"),
        ("DELETE FROM ledger_leaves WHERE seq = 0", "entry_missing"),
        ("UPDATE ledger_leaves SET leaf_hash = zeroblob(32) WHERE seq = 0", "entry_altered"),
        ("UPDATE ledger_nodes SET hash = zeroblob(32)", "node_altered"),
        ("UPDATE records SET staff = 'somebody' WHERE record_id = '{id}'", "row_altered"),
        ("UPDATE record_tokens SET token = zeroblob(16) WHERE record_id = '{id}' AND kind = 'birth'", "index_altered"),
    ],
)
def test_an_audit_names_what_was_changed_behind_the_programs_back(house, change, code):
    with sqlite3.connect(house / DATABASE) as raw:
        raw.execute("PRAGMA foreign_keys=OFF")
        assert raw.execute(change.format(id=number())).rowcount > 0
    found = run(house, "audit", code=1)
    assert not found["agrees"]
    assert code in {each["code"] for each in found["findings"]}


def test_a_stranger_can_check_an_exported_record_with_the_public_key_alone(house, tmp_path):
    file = tmp_path / "bundle.zip"
    run(house, "amend", number(), "住所が変わった", "--by", "職員A")
    run(house, "export", number(), str(file), "--by", "職員A")
    with record_room(house) as room:
        vkey = room.signer.key.vkey
    verdict = verify_bundle(open_bundle(file.read_bytes()), key=parse_vkey(vkey))
    assert not verdict.failed
    outcomes = {each.id: each.outcome for each in verdict.findings}
    assert {outcomes[each] for each in ("bundle.checkpoint", "bundle.inclusion", "bundle.commitment")} == {"passed"}


@pytest.mark.parametrize(
    ("card", "document", "report_again"),
    [("residence-plain", "residence", "passed"), ("licence-plain", "licence", "passed")],
)
def test_an_exported_record_is_verified_by_the_command_as_well(tmp_path, card, document, report_again):
    """From a virtual card to a stranger's verdict: the Report comes out the same from the bundle alone."""
    from dataclasses import replace

    from honnin.cli.anchors import trust_for
    from honnin.flows.documents import check_reading
    from tests.unit.law.readings import reading

    of_card = reading(card)
    trust = trust_for((), simulated=True, document=document, data=tmp_path)
    report = check_reading(of_card, trust, of_card.read_at_utc)
    with record_room(tmp_path) as room:
        room.visits.save(replace(visit(1, judged=JUDGED), reading=of_card, report=report, simulated=True))
        vkey = room.signer.key.vkey
    file = tmp_path / "bundle.zip"
    run(tmp_path, "export", number(), str(file), "--by", "職員A")
    result = CliRunner().invoke(main, ["verify", str(file), "--ledger-key", vkey, "--json"], env={"HONNIN_DATA": str(tmp_path / "other")})
    assert result.exit_code == 0, result.output
    found = {each["id"]: each["outcome"] for each in json.loads(result.stdout)["findings"]}
    for each in ("event", "checkpoint", "inclusion", "commitment"):
        assert found[f"bundle.{each}"] == "passed"
    assert found["bundle.report"] == report_again
    assert found.get("bundle.unmade") == (None if document == "residence" else "impossible")  # 本籍 is not kept


def test_a_database_put_back_is_found_by_a_checkpoint_or_a_bundle_kept_elsewhere(house, tmp_path):
    import shutil

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    before = elsewhere / "before"
    before.mkdir()
    for path in house.glob(f"{DATABASE}*"):
        shutil.copy(path, before)
    run(house, "amend", number(), "住所が変わった", "--by", "職員A")
    run(house, "export", number(), str(elsewhere / "bundle.zip"), "--by", "職員A")
    assert run(house, "audit", "--keep", str(elsewhere / "kept.txt"))["agrees"]
    for kept in ("kept.txt", "bundle.zip"):
        for path in house.glob(f"{DATABASE}*"):
            path.unlink()
        for path in before.iterdir():
            shutil.copy(path, house)
        (house / KEYS / MARK).unlink()  # what the house itself has seen (test_put_back) is gone as well
        assert run(house, "audit")["agrees"]  # it agrees with itself
        found = run(house, "audit", "--checkpoint", str(elsewhere / kept), code=1)
        # Beyond the ledger, until the entries of these audits themselves have made it as long: then another one.
        assert {each["code"] for each in found["findings"]} in ({"checkpoint_beyond"}, {"checkpoint_mismatch"})


def test_a_checkpoint_that_is_none_is_refused_and_not_passed_over(house, tmp_path):
    (tmp_path / "x.txt").write_text("honnin/house\n1\nAAAA\n")
    for path in ("x.txt", "missing"):
        error = run(house, "audit", "--checkpoint", str(tmp_path / path), code=2)["error"]
        assert error["code"] == "records.checkpoint"


def test_without_records_it_says_so(tmp_path):
    assert run(tmp_path, "list", code=2)["error"]["code"] == "records.none"
