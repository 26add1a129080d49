"""Rules of law as octets: one name for one text, bounded, and nothing of anybody's gets further than an error."""

from __future__ import annotations

import gzip
import json
import re
from importlib import resources

import pytest

from honnin.core.errors import DataError
from honnin.law import rule_data
from honnin.law.rule_data import (
    MAX_RULES,
    MAX_TEXT,
    RuleData,
    engine_version,
    is_published,
    open_rule_data,
    packaged_rule_data,
    rules_of,
)
from honnin.law.rules import load_rules, rules_digest


def packed(value) -> bytes:
    return gzip.compress(json.dumps(value, ensure_ascii=False).encode(), mtime=0)


def test_what_is_packed_is_opened_and_has_the_same_name():
    own = packaged_rule_data()
    again = open_rule_data(own.octets)
    assert again == own
    assert again.version == load_rules().version == own.digest[:16]
    assert rules_of(again) is load_rules()
    assert len(own.octets) < 40_000


def test_the_name_is_over_every_file_and_its_name():
    texts = dict(packaged_rule_data().texts)
    changed = [{**texts, "words.yaml": texts["words.yaml"] + "\n"}, {name: each for name, each in texts.items() if name != "words.yaml"},
               {("wordz.yaml" if name == "words.yaml" else name): each for name, each in texts.items()}]  # fmt: skip
    assert len({rules_digest(each) for each in (texts, *changed)}) == 4


def test_other_rules_are_read_and_decide_under_their_own_version():
    texts = {**packaged_rule_data().texts, "words.yaml": packaged_rule_data().texts["words.yaml"] + "\n# other\n"}
    data = RuleData(texts, rules_digest(texts))
    rules = rules_of(open_rule_data(data.octets))
    assert rules.version == data.version != load_rules().version
    assert rules.laws == load_rules().laws


@pytest.mark.parametrize(
    "octets",
    [b"", b"\x1f\x8b", gzip.compress(b"[]", mtime=0), gzip.compress(b"{}", mtime=0), gzip.compress(b"\xff", mtime=0), gzip.compress(b"[" * 100_000, mtime=0), packed({"x": "y"}),
     packed({"../x.yaml": "a"}), packed({"X.yaml": "a"}), packed({"x.yaml": 1}), packed({f"x{n}.yaml": "" for n in range(40)}),
     packed({"x.yaml": "a"}) + b"\0", packed({"x.yaml": "a"})[:-1], packed({"x.yaml": "a"}) * 2, gzip.compress(b'{"x.yaml":"\\ud800"}', mtime=0)],
)  # fmt: skip
def test_what_is_no_rules_is_refused(octets):
    with pytest.raises(DataError, match=r"law\.rule_data"):
        open_rule_data(octets)


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = gzip.compress(b'{"x.yaml":"' + b" " * (200 << 20) + b'"}')
    assert len(bomb) <= MAX_RULES
    import tracemalloc

    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"law\.rule_data"):
            open_rule_data(bomb)
        assert tracemalloc.get_traced_memory()[1] < 8 * MAX_TEXT
    finally:
        tracemalloc.stop()
    with pytest.raises(DataError, match=r"law\.rule_data"):
        open_rule_data(b"\x1f\x8b" + bytes(MAX_RULES))


@pytest.mark.parametrize("text", ["", "[]", "a: b", "law: {}", "methods: [1]", "law: {id: x}\nmethods: [{id: y}]", "documents: {X: {}}", "a: &a [*a]", "x: !!python/object:os.system {}"])
def test_rules_that_are_none_raise_our_errors_only(text):
    texts = {"x.yaml": text}
    data = RuleData(texts, rules_digest(texts))
    try:
        rules = rules_of(data)
    except DataError as error:
        assert error.code.startswith("law.")
    else:
        assert rules.laws == {}


def test_the_program_knows_its_own_rules_and_no_others():
    assert is_published(packaged_rule_data().digest)
    assert not is_published("00" * 32)
    assert not is_published("")


def test_the_rules_of_today_stand_in_the_list_so_that_what_is_sealed_by_them_is_known_later():
    """Fails when the law's data were changed: add the line `digest today's-date`; take none away that was handed out."""
    text = resources.files("honnin.law").joinpath("published_rules.txt").read_text("ascii")
    assert packaged_rule_data().digest in text.split()


def test_the_list_of_published_rules_is_one_of_digests_with_their_day():
    text = resources.files("honnin.law").joinpath("published_rules.txt").read_text("ascii")
    lines = [each for each in text.splitlines() if not each.startswith("#")]
    assert all(re.fullmatch(r"[0-9a-f]{64} \d{4}-\d{2}-\d{2}", each) for each in lines)
    assert len({each.split()[0] for each in lines}) == len(lines) >= 15
    assert is_published(lines[0].split()[0])


def test_the_rules_of_the_first_frozen_bundle_are_known():
    assert any(each.startswith("43f62b60dad87d69") for each in rule_data._published())


def test_the_engine_is_named_by_its_sources(monkeypatch):
    engine_version.cache_clear()
    now = engine_version()
    assert re.fullmatch(r"[0-9a-f]{16}", now)
    real = rule_data.resources.files
    try:
        engine_version.cache_clear()
        monkeypatch.setattr(rule_data.resources, "files", lambda _: real("honnin.facts"))
        assert engine_version() != now
    finally:
        monkeypatch.undo()
        engine_version.cache_clear()
