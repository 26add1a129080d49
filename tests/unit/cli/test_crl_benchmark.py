"""The measurement of very large lists measures what it says: a list that is signed, indexed, and found in."""

from __future__ import annotations

from pathlib import Path

import pytest

from honnin.cli import bench
from honnin.cli.benchmarks import crl, recheck
from honnin.cli.benchmarks.crl_list import make_list
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import parse_crl, verify_crl
from tests.crl_memory import indexed
from tests.pki import NOW


def test_made_list_is_a_signed_list_with_as_many_entries(tmp_path: Path) -> None:
    make_list(tmp_path, 1001)
    data = (tmp_path / "list.crl").read_bytes()
    listed = [int(line, 16) for line in (tmp_path / "listed.txt").read_text().split()]
    anchors = AnchorSet([Anchor(parse_certificate((tmp_path / "ca.cer").read_bytes()), "test", "made")])
    for each in (parse_crl(data), indexed(data)):
        assert verify_crl(each, anchors, NOW).ok
        assert each.count == 1001
        assert len(each.find_many(listed)) == len(set(listed))


def test_figures_have_the_ids_and_targets_of_the_design(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = {"seconds": 1.0, "peak_mib": 2.0, "resident_mib": 3.0, "lookup_us": 4.0, "start_seconds": 0.1}
    monkeypatch.setattr(crl, "make_list", lambda *_: None)
    monkeypatch.setattr(crl, "_step", lambda *_: measured)
    assert {each.id: each.target for each in bench.measure("crl")} == {
        "crl.index_seconds": 30, "crl.index_peak_mib": 200, "crl.resident_mib": 60, "crl.lookup_us": 20, "crl.start_seconds": 0.2,
    }  # fmt: skip
    monkeypatch.setattr(recheck, "_STORED", 2000)
    monkeypatch.setattr(recheck, "_ENTRIES", 2000)
    (figure,) = bench.measure("recheck")
    assert (figure.id, figure.target, figure.met) == ("recheck.million_seconds", 30, True)


def test_steps_in_processes_of_their_own_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crl, "ENTRIES", 3000)
    make_list(tmp_path, 3000)
    assert crl._index(tmp_path)["peak_mib"] > 1
    used = crl._step("use", str(tmp_path))
    assert used["lookup_us"] > 0
    assert used["start_seconds"] < 5
