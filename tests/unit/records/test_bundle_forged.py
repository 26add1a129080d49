"""Bundles by somebody who makes every sum again: only what is signed or re-made stands in his way."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
from dataclasses import replace

import pytest

from honnin.core.errors import DataError
from honnin.core.secret import Secret
from honnin.facts import Audience, Outcome
from honnin.flows.bundle import verify
from honnin.flows.documents import HouseTrust
from honnin.records.bundle import make_bundle, open_bundle
from honnin.records.bundle_verify import verify_bundle
from honnin.records.ledger.checkpoint import Checkpoint, sign_checkpoint
from honnin.records.ledger.note import NoteSigner
from honnin.records.ledger.tree import Frontier, extend, inclusion_proof, leaf_hash, root
from tests.unit.records.bundles import SMALL, make
from tests.unit.records.ledger.house import SIGNER
from tests.unit.records.test_bundle import entries_of, zipped
from tests.unit.records.test_bundle_verify import REAL_TSA, told, with_part

# Not here: made_at_utc and software in the manifest, which are nobody's word (docs/formats/evidence-bundle.md).
PARTS = ["record/0/kiroku.json", "record/0/salt", "ledger/0/event.json", "ledger/0/proof.json", "ledger/checkpoint.txt",
         "ledger/key.txt", "ledger/timestamp.der", "ledger/stated/event.json", "ledger/stated/proof.json",
         "ledger/stated/checkpoint.txt"]  # fmt: skip


@pytest.fixture(scope="module")
def small():
    return make_bundle(make(SMALL))


def summed(entries):
    """The same parts with a manifest that fits."""
    (name, manifest), *rest = entries
    value = json.loads(manifest)
    value["parts"] = {each: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for each, data in rest}
    return zipped([(name, json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"), *rest])


def passes(octets, key=SIGNER.key):
    """Whether all of the proofs pass: then the change was not found."""
    try:
        bundle = open_bundle(octets)
    except DataError as error:
        assert error.code.startswith("bundle.")
        return False
    found = {each.id: each.outcome for each in verify_bundle(bundle, key=key, timestamp_anchors=[REAL_TSA]).findings}
    proofs = ("event", "checkpoint", "inclusion", "commitment", "timestamp", "complete")
    return all(found[f"bundle.{each}"] is Outcome.PASSED for each in proofs)


def flipped(small, part, bit):
    return summed([
        (name, _turn(data, bit) if name == part else data) for name, data in entries_of(small)
    ])  # fmt: skip


def _turn(octets, bit):
    turned = bytearray(octets)
    turned[bit // 8] ^= 1 << bit % 8
    return bytes(turned)


def length(small, part):
    return len(dict(entries_of(small))[part]) * 8


def test_the_forger_of_these_tests_makes_bundles_that_pass(small):
    assert summed(entries_of(small)) == small
    assert passes(small)


@pytest.mark.parametrize("part", PARTS)
def test_a_bit_of_any_part_is_found_though_all_sums_are_made_again(small, part):
    bits = range(0, length(small, part), 61 if part.endswith("der") else 29)
    assert [bit for bit in bits if passes(flipped(small, part, bit))] == []


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_every_bit_of_every_part_is_found_though_all_sums_are_made_again(small, part):
    assert [bit for bit in range(length(small, part)) if passes(flipped(small, part, bit))] == []


def test_two_parts_that_change_places_are_found(small):
    entries = entries_of(small)
    for one in range(1, len(entries)):
        for other in range(one):
            if other == 0:
                continue
            changed = list(entries)
            changed[one], changed[other] = (entries[one][0], entries[other][1]), (entries[other][0], entries[one][1])
            assert not passes(summed(changed)), (entries[one][0], entries[other][0])


# --- what a forger would try


def forged_with(signer, name=None):
    """A bundle of a ledger that the forger made himself, in every detail right but for the key."""
    good = make(SMALL)
    other = make({"kiroku.json": b'{"note":"forged"}', "salt": bytes(32)})
    first = other.contents[0]
    frontier, nodes = extend(Frontier(), [leaf_hash(first.event)])
    table = {(level, index): octets for level, index, octets in nodes} | {(0, 0): leaf_hash(first.event)}
    origin = f"{name or signer.key.name}/{good.tenant}"
    checkpoint = sign_checkpoint(Checkpoint(origin, 1, root(frontier)), signer)
    proof = inclusion_proof(0, 1, lambda level, index: table[level, index])
    return replace(
        other, contents=(replace(first, index=0, proof=proof),), size=1, checkpoint=checkpoint, key=signer.key.vkey,
        timestamp=None, stated=None,
    )


def results(bundle, key):
    return {each.id.removeprefix("bundle."): each.reason for each in verify_bundle(bundle, key=key).findings}


def test_a_ledger_that_the_forger_signed_himself_never_passes_for_the_house():
    """The same name, another key: without the house's key the verifier is told so, with it he is told more."""
    forged = forged_with(NoteSigner(SIGNER.key.name, Secret(bytes(32))))
    assert results(forged, SIGNER.key)["checkpoint"] == "other_key"
    assert results(forged, None) == {
        "event": "ok", "checkpoint": "own_key", "inclusion": "ok", "commitment": "ok", "timestamp": "none",
        "report": "none", "acts": "none", "evidence": "none", "decision": "none", "rules": "none", "record": "none",
        "complete": "none",
    }  # fmt: skip
    verified = told(forged, HouseTrust(), key=None)
    assert {"bundle.event", "bundle.inclusion", "bundle.commitment"}.isdisjoint(
        each.source for each in verified.lists[Audience.ANYONE]
    )


def test_the_houses_name_beside_the_forgers_key_is_found(small):
    stranger = NoteSigner("ledger.forger", Secret(bytes(32)))
    forged = replace(forged_with(stranger), key=SIGNER.key.vkey)
    assert results(forged, SIGNER.key)["checkpoint"] == "other_key"
    assert results(forged, None)["checkpoint"] == "other_key"
    renamed = forged_with(stranger, name=SIGNER.key.name)
    assert results(renamed, None)["checkpoint"] == "other_ledger"


def test_two_signatures_of_which_one_is_wrong_are_refused():
    good = make(SMALL)
    lines = good.checkpoint.rstrip("\n").split("\n")
    twice = "\n".join([*lines, lines[-1]]) + "\n"
    assert results(replace(good, checkpoint=twice), SIGNER.key)["checkpoint"] == "wrong"


def test_a_proof_of_another_record_or_tenant_or_an_older_ledger_does_not_fit():
    good, other = make(SMALL), make({"kiroku.json": b"{}", "salt": bytes(32)}, amendments=[SMALL])
    first, second = good.contents[0], other.contents[0]
    borrowed = replace(good, contents=(replace(first, index=second.index, proof=second.proof),))
    assert results(borrowed, SIGNER.key)["inclusion"] in {"wrong", "ok"}
    event_of_other = replace(good, contents=(replace(first, event=second.event),))
    assert "wrong" in {results(event_of_other, SIGNER.key)[each] for each in ("inclusion", "commitment")}
    elsewhere = replace(good, tenant="shop-2")
    assert results(elsewhere, SIGNER.key)["checkpoint"] == "other_ledger"
    assert results(elsewhere, SIGNER.key)["event"] == "other_record"
    older = replace(good, checkpoint=other.checkpoint, size=other.size)
    assert results(older, SIGNER.key)["inclusion"] == "wrong"


def test_two_records_in_one_bundle_are_refused():
    good = make(SMALL, amendments=[SMALL])
    stranger = make({"kiroku.json": b"{}", "salt": bytes(32)})
    both = replace(good, contents=(good.contents[0], replace(stranger.contents[0], index=good.contents[1].index)))
    assert results(both, SIGNER.key)["event"] == "wrong_kind"
    twice = replace(good, contents=(good.contents[0], good.contents[0]))
    assert results(twice, SIGNER.key)["event"] in {"wrong_kind", "wrong_order"}
    backwards = replace(good, contents=good.contents[::-1])
    assert results(backwards, SIGNER.key)["event"] == "wrong_kind"


def test_an_amendment_that_is_left_out_is_found():
    whole = make(SMALL, amendments=[SMALL, SMALL])
    assert results(whole, SIGNER.key)["complete"] == "ok"
    last = replace(whole, contents=whole.contents[:2])
    assert results(last, SIGNER.key)["complete"] == "left_out"
    middle = replace(whole, contents=(whole.contents[0], whole.contents[2]))
    assert {results(middle, SIGNER.key)[each] for each in ("event", "complete")} == {"part_missing", "left_out"}
    without = replace(last, stated=None)
    assert (results(without, SIGNER.key)["complete"], results(without, SIGNER.key)["inclusion"]) == ("none", "ok")


def test_in_the_first_format_the_last_amendment_could_be_left_out_and_it_says_so():
    whole = make(SMALL, amendments=[SMALL], stated=False)
    assert whole.version == 1
    assert results(replace(whole, contents=whole.contents[:1]), SIGNER.key)["complete"] == "none"


# --- files that were never bundles


def raw(entries, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", more.pop("method", zipfile.ZIP_STORED)) as archive:
        for name, octets in entries:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, more.get("mode", 0o600) << 16
            archive.writestr(entry, octets, more.get("compress"))
    return out.getvalue()


def with_value(small, text):
    """The manifest's text changed by hand, everything else right."""
    entries = entries_of(small)
    return raw([("manifest.json", text(entries[0][1].decode()).encode("utf-8", "surrogatepass")), *entries[1:]])


HOSTILE = {
    "nan": lambda text: text.replace('"ledger_size": ', '"ledger_size": NaN, "x": '),
    "infinity": lambda text: text.replace('"contents": 1', '"contents": Infinity'),
    "huge number": lambda text: text.replace('"contents": 1', '"contents": ' + "9" * 4000),
    "longer number than Python reads": lambda text: text.replace('"contents": 1', '"contents": ' + "9" * 5000),
    "float": lambda text: text.replace('"contents": 1', '"contents": 1.0'),
    "true": lambda text: text.replace('"contents": 1', '"contents": true'),
    "minus": lambda text: text.replace('"contents": 1', '"contents": -1'),
    "twice": lambda text: text.replace('"contents": 1', '"contents": 1,\n "contents": 1'),
    "deep": lambda text: text.replace('"contents": 1', '"contents": ' + "[" * 50_000 + "]" * 50_000),
    "escape": lambda text: text.replace('"tenant": "s', '"tenant": "\\u0073'),
    "surrogate": lambda text: text.replace('"tenant": "s', '"tenant": "\\ud800s'),
    "lone surrogate": lambda text: text.replace('"tenant": "s', '"tenant": "\ud800s'),
    "byte order mark": lambda text: "\ufeff" + text,
    "right to left": lambda text: text.replace('"record_id": "', '"record_id": "\u202e'),
    "nul": lambda text: text.replace('"tenant": "s', '"tenant": "\\u0000s'),
    "no line feed": lambda text: text.rstrip("\n"),
    "space": lambda text: text.replace('"contents": 1', '"contents":  1'),
    "no parts": lambda text: "{}",
    "list": lambda text: "[]",
    "nothing": lambda text: "",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_manifest_by_an_enemy_is_refused(small, name):
    octets = with_value(small, HOSTILE[name])
    assert octets != small
    with pytest.raises(DataError, match=r"bundle\."):
        open_bundle(octets)


NAMES = ["../x", "/etc/passwd", "record/0/../../x", "record/0/a\\..\\b", "record/0/\u0061\u0301", "record/0/a\0b", "record//x",
         "record/00/x", "record/100/x", "record/-1/x", "RECORD/0/x", "record/0/x/", "ledger/0/other.json", "ledger/x",
         "trust/../x", "trust/.hidden", "manifest.json", "record/0/salt", "record/1/salt", "\u202erecord/0/x", ""]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", NAMES)
def test_an_entry_of_any_other_name_is_refused(small, name):
    entries = entries_of(small)
    listed = sorted([*entries[1:], (name, b"x")])
    for listing in (True, False):
        (_, manifest), *_ = entries
        value = json.loads(manifest)
        if listing:
            value["parts"][name] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
        text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        with pytest.raises(DataError, match=r"bundle\."):
            open_bundle(raw([("manifest.json", text), *listed]))


def test_a_link_a_folder_and_an_executable_are_refused(small):
    for mode in (0o120777, 0o040755, 0o100755, 0o100600):
        with pytest.raises(DataError, match=r"bundle\."):
            open_bundle(raw(entries_of(small), mode=mode))


def test_compressed_bombs_are_refused_before_they_are_unpacked(small):
    bomb = b"\0" * (24 << 20)
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA):
        octets = raw([entries_of(small)[0], ("record/0/x", bomb)], compress=method)
        assert len(octets) < 1 << 20
        with pytest.raises(DataError, match=r"bundle\."):
            open_bundle(octets)


def test_a_manifest_that_covers_only_a_part_is_refused(small):
    entries = entries_of(small)
    value = json.loads(entries[0][1])
    for name in list(value["parts"]):
        some = {key: each for key, each in value["parts"].items() if key != name}
        text = json.dumps(value | {"parts": some}, sort_keys=True, indent=1).encode() + b"\n"
        with pytest.raises(DataError, match=r"bundle\."):
            open_bundle(raw([("manifest.json", text), *entries[1:]]))


def test_a_large_bundle_costs_a_few_times_its_size():
    import os
    import tracemalloc

    parts = SMALL | {f"attachment/X/{number}.bin": os.urandom(2 << 20) for number in range(4)}
    octets = make_bundle(make(parts))
    tracemalloc.start()
    try:
        open_bundle(octets)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * len(octets)


@pytest.mark.parametrize("seed", range(8))
def test_thousands_of_mutations_never_pass_and_never_crash(small, seed):
    """Cuts, repeats, swaps and random octets, with the sums made again half of the time."""
    choose = random.Random(seed)
    for _ in range(150):
        entries = entries_of(small)
        at = choose.randrange(len(entries))
        name, data = entries[at]
        mutated = _mutated(data, choose)
        if mutated == data:
            continue
        entries[at] = (name, mutated)
        fix = at != 0 and choose.random() < 0.5
        octets = summed(entries) if fix else raw(entries)
        assert not passes(octets), (seed, name, mutated)
        broken = _mutated(small, choose)
        assert broken == small or not passes(broken)


def _mutated(data, choose):
    start, stop = sorted(choose.randrange(len(data) + 1) for _ in range(2))
    ways = [
        lambda: data[:start] + data[stop:],
        lambda: data[:stop] + data[start:],
        lambda: data[:start] + choose.randbytes(choose.randrange(1, 40)) + data[stop:],
        lambda: data[:start] + data[start:stop][::-1] + data[stop:],
        lambda: data[:start] + data[start:stop].replace(b"1", b"2") + data[stop:],
    ]
    return choose.choice(ways)()


def test_verification_by_a_stranger_never_raises_for_a_mutated_record():
    """Whatever stands in the parts of a record: findings, not errors."""
    choose = random.Random(7)
    good = make()
    for _ in range(30):
        name = choose.choice(["report.json", "acts.json", "case.json", "decision.json", "reading.zip"])
        octets = _mutated(good.contents[0].content.parts[name], choose)
        verified = verify(with_part(good, name, octets), HouseTrust(), title=lambda each: (each, each), key=SIGNER.key)
        assert octets == good.contents[0].content.parts[name] or verified.failed


# --- what the house states of the record's contents -----------------------------------------------------------------


def stated_as(**detail):
    """A bundle of a house that signs that about a record with one amendment."""
    from honnin.records.ledger.event import Event, Kind, encode_event

    good = make(SMALL, amendments=[SMALL])
    event = encode_event(Event(detail.pop("kind", Kind.EXPORTED), good.tenant, detail.pop("record_id", "rec-x"), good.made_at_utc, "staff-1", None, detail))
    return good, replace(good, stated=replace(good.stated, event=event))


@pytest.mark.parametrize(
    "detail",
    [{}, {"as_of": "7"}, {"as_of": "7", "contents": "x", "last": "5"}, {"as_of": "7", "contents": "0", "last": "5"},
     {"as_of": "7", "contents": "-1", "last": "5"}, {"as_of": "\u0667", "contents": "2", "last": "5"}, {"as_of": "3", "contents": "2", "last": "5"},
     {"as_of": "7", "contents": "9" * 30, "last": "5"}, {"as_of": "7", "contents": "9", "last": "5"}, {"as_of": "1e1", "contents": "2", "last": "5"}],
)  # fmt: skip
def test_a_statement_that_says_nothing_or_contradicts_itself_is_refused(detail):
    from honnin.records.bundle_complete import stated_in
    from honnin.records.ledger.event import decode_event

    _, changed = stated_as(**detail)
    with pytest.raises(DataError, match=r"bundle\.stated"):
        stated_in(decode_event(changed.stated.event))
    assert results(changed, SIGNER.key)["complete"] == "wrong"


def test_a_statement_that_is_not_in_the_ledger_is_refused():
    good, changed = stated_as(as_of=str(make(SMALL, amendments=[SMALL]).stated.index), contents="2", last="5")
    assert results(good, SIGNER.key)["complete"] == "ok"
    assert results(changed, SIGNER.key)["complete"] == "wrong"  # another actor or time: another leaf


@pytest.mark.parametrize("record_id", ["rec-y", "rec-1"])
def test_a_statement_about_another_record_is_refused(record_id):
    _, changed = stated_as(record_id=record_id, as_of="7", contents="2", last="5")
    assert results(changed, SIGNER.key)["complete"] == "other_record"


def test_another_entry_of_the_ledger_is_no_statement():
    good = make(SMALL, amendments=[SMALL])
    last = good.contents[1]
    borrowed = replace(good, stated=replace(good.stated, event=last.event, index=last.index))
    assert results(borrowed, SIGNER.key)["complete"] == "other_record"


def test_a_statement_under_another_key_or_of_another_ledger_is_refused():
    good = make(SMALL)
    stranger = NoteSigner(SIGNER.key.name, Secret(bytes(32)))
    from honnin.records.ledger.checkpoint import open_checkpoint

    point = open_checkpoint(good.stated.checkpoint, SIGNER.key)
    for note in (sign_checkpoint(point, stranger), sign_checkpoint(replace(point, origin="honnin.example/shop-2"), SIGNER),
                 sign_checkpoint(replace(point, root=bytes(32)), SIGNER), sign_checkpoint(replace(point, size=point.size + 1), SIGNER)):  # fmt: skip
        assert results(replace(good, stated=replace(good.stated, checkpoint=note)), SIGNER.key)["complete"] == "wrong"


def test_a_statement_in_a_ledger_that_does_not_go_on_from_the_bundles_is_refused():
    """A second ledger with a flattering statement beside the good one: the proof of growth does not fit."""
    good, other = make(SMALL, amendments=[SMALL]), make({"kiroku.json": b"{}", "salt": bytes(32)})
    assert results(replace(good, stated=other.stated), SIGNER.key)["complete"] == "wrong"
    without = replace(good.stated, consistency=())
    assert results(replace(good, stated=without), SIGNER.key)["complete"] == "wrong"
