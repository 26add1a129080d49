"""The writer thread: shares transactions, isolates what cannot be stored, ends cleanly, never acknowledges early."""

from __future__ import annotations

import threading

import pytest

from honnin.core.errors import StoreError
from honnin.flows import group_commit
from honnin.flows.group_commit import GroupCommit
from honnin.flows.ledger_ports import LedgerHead
from honnin.flows.store_ports import Unit, Written


class Writer:
    """Keeps units in memory. `gate`: a transaction ends only when it is set. `bad`: tenants that cannot be stored."""

    def __init__(self, *bad: str, error: Exception | None = None) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.bad = bad
        self.error = error or StoreError("store.exists", "there already")
        self.groups = []
        self.stored = []

    def write(self, units, grow):
        self.entered.set()
        assert self.gate.wait(10)
        self.groups.append(len(units))
        if any(unit.tenant in self.bad for unit in units):
            raise self.error
        self.stored += [unit.tenant for unit in units]
        return [Written(len(self.stored), LedgerHead()) for _ in units]

    def forget(self):
        raise AssertionError


def start(commits, *tenants):
    """Writes in threads of their own; returns them and where their outcomes appear."""
    outcomes = {}

    def work(tenant):
        try:
            outcomes[tenant] = commits.write(Unit(tenant))
        except StoreError as error:
            outcomes[tenant] = error.code

    threads = [threading.Thread(target=work, args=(tenant,)) for tenant in tenants]
    for each in threads:
        each.start()
    return threads, outcomes


def waiting(commits, count):
    with commits._changed:
        assert commits._changed.wait_for(lambda: len(commits._waiting) >= count, 10)


def gathered(writer, *tenants, **limits):
    """One transaction is on its way while the tenants' units gather behind it."""
    writer.gate.clear()
    commits = GroupCommit(writer, grow=None, **limits)
    first, _ = start(commits, "first")
    assert writer.entered.wait(10)
    threads, outcomes = start(commits, *tenants)
    waiting(commits, len(tenants))
    return commits, [*first, *threads], outcomes


def finish(commits, threads):
    for each in threads:
        each.join(10)
    commits.close()


def test_what_gathers_meanwhile_shares_one_transaction():
    writer = Writer()
    commits, threads, outcomes = gathered(writer, "a", "b", "c")
    assert outcomes == {}  # nobody is told before the commit
    writer.gate.set()
    finish(commits, threads)
    assert writer.groups == [1, 3]
    assert set(outcomes) == {"a", "b", "c"}


def test_a_group_has_a_limit():
    writer = Writer()
    commits, threads, _ = gathered(writer, "a", "b", "c", group=2)
    writer.gate.set()
    finish(commits, threads)
    assert writer.groups == [1, 2, 1]


def test_one_that_cannot_be_stored_does_not_take_the_others_with_it():
    writer = Writer("b")
    commits, threads, outcomes = gathered(writer, "a", "b", "c")
    writer.gate.set()
    finish(commits, threads)
    assert outcomes["b"] == "store.exists"
    assert sorted(writer.stored) == ["a", "c", "first"]
    assert isinstance(outcomes["a"], Written)


def test_what_is_not_known_to_have_failed_is_not_tried_again():
    writer = Writer("b", error=StoreError("store.unknown", "connection lost"))
    commits, threads, outcomes = gathered(writer, "a", "b", "c")
    writer.gate.set()
    finish(commits, threads)
    assert writer.groups == [1, 3]
    assert set(outcomes.values()) == {"store.unknown"}


def test_an_error_of_any_kind_reaches_those_who_wait_and_the_writer_lives_on():
    writer = Writer("b", error=ZeroDivisionError())
    commits = GroupCommit(writer, grow=None)
    with pytest.raises(StoreError) as caught:
        commits.write(Unit("b"))
    assert caught.value.code == "store.write"
    assert commits.write(Unit("a")).first_index == 1
    commits.close()


def test_closing_stores_what_waits_and_takes_nothing_more():
    writer = Writer()
    commits, threads, outcomes = gathered(writer, "a", "b")
    closing = threading.Thread(target=commits.close)
    closing.start()
    with commits._changed:
        assert commits._changed.wait_for(lambda: not commits._open, 10)
    with pytest.raises(StoreError) as caught:
        commits.write(Unit("late"))
    assert caught.value.code == "seal.closed"
    writer.gate.set()
    closing.join(10)
    finish(commits, threads)
    assert sorted(writer.stored) == ["a", "b", "first"]
    assert len(outcomes) == 2


def test_a_full_queue_is_told_and_nothing_is_stored(monkeypatch):
    monkeypatch.setattr(group_commit, "ENTER_S", 0.05)
    writer = Writer()
    commits, threads, _ = gathered(writer, "a", waiting=1)
    with pytest.raises(StoreError) as caught:
        commits.write(Unit("b"))
    assert caught.value.code == "seal.busy"
    writer.gate.set()
    finish(commits, threads)
    assert sorted(writer.stored) == ["a", "first"]


def test_a_wait_ends_and_what_had_not_begun_is_not_stored_later(monkeypatch):
    monkeypatch.setattr(group_commit, "ANSWER_S", 0.3)
    writer = Writer()
    commits, threads, outcomes = gathered(writer, "a")
    for each in threads:
        each.join(10)
    assert outcomes == {"a": "seal.busy"}
    writer.gate.set()
    commits.close()
    assert writer.stored == ["first"]
