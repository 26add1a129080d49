"""The folder of trust: nothing goes missing unseen, and a kill at any step leaves before or after."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from honnin.adapters.trust_folder import TrustFolder
from honnin.core.errors import TrustError
from honnin.flows.trust_import import TrustEntry
from honnin.trust.anchors import Anchor
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import parse_crl
from tests import pki

ROOT, OTHER = pki.rsa_key("csca"), pki.ec_key("new csca")


def entry(der: bytes, environment: str = "production") -> TrustEntry:
    anchor = Anchor(parse_certificate(der), environment, "電子メール添付 / by mail")  # type: ignore[arg-type]
    return TrustEntry(anchor, pki.NOW, "list", datetime(2026, 5, 28, 6, 28, 45, tzinfo=UTC), "ab" * 32)


ONE, TWO = entry(pki.csca(ROOT).der), entry(pki.csca(OTHER).der, "test")
CRL = parse_crl(pki.crl(ROOT, [5]))


def filled(folder: Path) -> TrustFolder:
    store = TrustFolder(folder)
    store.add([ONE, TWO])
    store.add_crl(CRL, pki.NOW, [])
    return store


def test_store_never_used_is_empty_and_stays_untouched(tmp_path: Path) -> None:
    store = TrustFolder(tmp_path)
    assert (len(store.anchors()), store.crls()) == (0, ())
    assert list(tmp_path.iterdir()) == []


def test_everything_comes_back_in_another_process(tmp_path: Path) -> None:
    filled(tmp_path)
    again = TrustFolder(tmp_path)
    assert list(again.entries()) == [ONE, TWO]
    assert [each.raw for each in again.crls()] == [CRL.raw]
    assert [each.environment for each in again.anchors()] == ["production", "test"]


def test_running_process_sees_what_another_imports(tmp_path: Path) -> None:
    ours, theirs = TrustFolder(tmp_path), TrustFolder(tmp_path)
    assert len(ours.anchors()) == 0
    theirs.add([ONE])
    assert len(ours.anchors()) == 1
    assert ours.anchors() is ours.anchors()  # not read again
    ours.add([TWO])
    assert len(theirs.anchors()) == 2


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    store = filled(tmp_path)
    store.add([entry(pki.csca(ROOT).der, "simulator")])
    assert [each.anchor.environment for each in store.entries()] == ["production", "test"]


def test_newer_revocation_list_takes_the_place_of_the_older(tmp_path: Path) -> None:
    store = filled(tmp_path)
    newer = parse_crl(pki.crl(ROOT, [5, 6]))
    store.add_crl(newer, pki.NOW, [CRL])
    assert [each.raw for each in TrustFolder(tmp_path).crls()] == [newer.raw]
    assert len(list((tmp_path / "trust" / "crls").iterdir())) == 1


def damage(folder: Path, how: str) -> None:
    trust = folder / "trust"
    index = trust / "index.json"
    content = json.loads(index.read_text("utf-8"))
    anchor = next((trust / "anchors").iterdir())
    if how == "no index":
        index.unlink()
    elif how == "cut index":
        index.write_text(index.read_text("utf-8")[:-20], "utf-8")
    elif how == "empty index":
        index.write_text("", "utf-8")
    elif how == "deep index":
        index.write_text("[" * 100_000, "utf-8")
    elif how == "anchor gone":
        anchor.unlink()
    elif how == "anchor changed":
        anchor.write_bytes(anchor.read_bytes()[:-1] + b"\x00")
    elif how == "anchors swapped":
        first, second = (trust / "anchors").iterdir()
        one, two = first.read_bytes(), second.read_bytes()
        first.write_bytes(two)
        second.write_bytes(one)
    elif how == "crl gone":
        next((trust / "crls").iterdir()).unlink()
    else:
        key, value = how.split("=")
        content["anchors"][0][key] = json.loads(value)
        index.write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize(
    "how",
    [
        "no index", "cut index", "empty index", "deep index", "anchor gone", "anchor changed", "anchors swapped", "crl gone",
        'environment="prod"', "environment=null", 'basis="guess"', 'sha256="../../etc"', "sha256=5", 'imported_at="today"',
        'imported_at="2026-01-01T00:00:00"', "origin=null",
    ],
)  # fmt: skip
def test_damage_is_an_error_and_never_fewer_anchors(tmp_path: Path, how: str) -> None:
    filled(tmp_path)
    damage(tmp_path, how)
    store = TrustFolder(tmp_path)
    for ask in (store.anchors, store.crls, store.entries, lambda: store.add([ONE])):
        with pytest.raises(TrustError) as caught:
            ask()
        assert caught.value.code == "trust.store.damaged"


class Killed(BaseException):
    """The power goes."""


@pytest.mark.parametrize("step", range(12))
def test_kill_at_any_step_leaves_the_state_before_or_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    store = TrustFolder(tmp_path)
    store.add([ONE])
    left = [step]
    for name in ("fsync", "replace"):
        real = getattr(os, name)

        def dying(*args: object, real=real) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return real(*args)

        monkeypatch.setattr(os, name, dying)
    monkeypatch.setattr(Path, "replace", lambda self, target: os.replace(self, target))
    try:
        store.add([TWO])
        finished = True
    except Killed:
        finished = False
    monkeypatch.undo()
    after = TrustFolder(tmp_path)
    assert len(after.anchors()) == 2 if finished else len(after.anchors()) in (1, 2)
    after.add([TWO])
    assert len(TrustFolder(tmp_path).anchors()) == 2


def test_kill_during_the_very_first_import_does_not_lock_the_store_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in range(8):
        folder = tmp_path / str(step)
        left = [step]
        real = os.fsync

        def dying(descriptor: int, left=left, real=real) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            real(descriptor)

        monkeypatch.setattr(os, "fsync", dying)
        with contextlib.suppress(Killed):
            TrustFolder(folder).add([ONE])
        monkeypatch.undo()
        again = TrustFolder(folder)
        assert len(again.anchors()) in (0, 1)
        again.add([ONE])
        assert len(TrustFolder(folder).anchors()) == 1


def test_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "trust").write_text("in the way")
    store = TrustFolder(tmp_path)
    with pytest.raises(TrustError, match=r"trust\.store"):
        store.add([ONE])
