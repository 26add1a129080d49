"""A stranger's program for evidence bundles, in another language and from the document alone (node/bundle.mjs)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from honnin.cards.mynumber import ToSign
from honnin.core.errors import DataError
from honnin.facts.codec import reading_to_zip
from honnin.records.bundle import make_bundle, open_bundle
from honnin.records.content import RecordContent
from honnin_virtual.timestamp import TimestampAuthority
from tests.second_opinion.programs import HERE, need_program, run_json
from tests.unit.cards.mynumber.virtual import DOCUMENT, PLAIN, Wire, blocking, simulator_trust
from tests.unit.cli.test_verify_bundle import FORMAT_1
from tests.unit.records.bundles import SALT, SMALL, make
from tests.unit.records.ledger.house import SIGNER
from tests.unit.records.test_bundle import entries_of, zipped
from tests.unit.records.test_bundle_forged import flipped, summed
from tests.unit.server.later_records import (
    attached_later,
    company_finished,
    finished_by_mail,
    finished_later,
    open_house,
    sealed_again,
)
from tests.unit.server.test_later_bundles import judged, returned_is_forgotten
from tests.unit.server.test_later_bundles import part as altered

pytestmark = pytest.mark.second

GOOD = {"zip": "passed", "manifest": "passed", "checkpoint": "passed", "events": "passed"}


@pytest.fixture
def stranger(tmp_path):
    program = need_program("node")
    root = tmp_path / "tsa.cer"
    root.write_bytes(TimestampAuthority().root)

    def judge(octets, key=SIGNER.key.vkey):
        path = tmp_path / "bundle.zip"
        path.write_bytes(octets)
        return run_json([program, str(HERE / "node" / "bundle.mjs"), str(path), key, str(root)])

    return judge


def test_a_passports_bundle_passes_in_every_part(stranger):
    found = stranger(make_bundle(make(amendments=[SMALL])))
    assert {name: found[name] for name in GOOD} == GOOD
    assert (found["timestamp"]["outcome"], found["timestamp"]["trusted"]) == ("passed", True)
    assert found["reading"]["sod"]["signature"] == "passed"
    assert {1, 2} <= set(found["reading"]["sod"]["groups"])


def test_a_signature_of_the_jpki_passes(stranger):
    card = blocking(Wire(PLAIN), sign=ToSign(DOCUMENT))
    found = stranger(make_bundle(make({"reading.zip": reading_to_zip(card), "salt": SALT}, trust=simulator_trust("mynumber"))))
    assert {name: found[name] for name in GOOD} == GOOD
    assert found["reading"] == {"jpki": "passed"}


def test_the_frozen_example_passes(stranger):
    found = stranger(FORMAT_1.read_bytes())
    assert {name: found[name] for name in GOOD} == GOOD


def test_what_we_refuse_it_refuses(stranger):
    small = make_bundle(make(SMALL))
    for part in ("record/0/kiroku.json", "record/0/salt", "ledger/0/event.json", "ledger/checkpoint.txt", "ledger/timestamp.der"):
        length = len(dict(entries_of(small))[part]) * 8
        # Of a token it does not look at the certificates that come with it, but for the signer's.
        for bit in (0, length - 1) if part.endswith("der") else (0, length // 3, length // 2, length - 1):
            found = stranger(flipped(small, part, bit))
            assert any(str(each).startswith("failed") for each in found.values()), (part, bit, found)


def test_a_changed_data_group_is_found_by_it_too(stranger):
    bundle = make()
    first = bundle.contents[0]
    from honnin.facts.codec import reading_from_zip

    card = reading_from_zip(first.content.parts["reading.zip"])
    data = bytearray(card.files["EF.DG1"])
    data[-1] ^= 1
    changed = replace(card, files={**card.files, "EF.DG1": bytes(data)})
    parts = dict(first.content.parts) | {"reading.zip": reading_to_zip(changed)}
    found = stranger(make_bundle(replace(bundle, contents=(replace(first, content=RecordContent(parts)),))))
    assert found["reading"] == "failed: data group 1"
    assert found["events"] == "failed: commitment"


def test_a_manifest_that_says_other_sums_is_refused(stranger):
    entries = entries_of(make_bundle(make(SMALL)))
    value = json.loads(entries[0][1])
    value["parts"]["record/0/kiroku.json"]["sha256"] = "00" * 32
    changed = [("manifest.json", json.dumps(value).encode()), *entries[1:]]
    assert stranger(zipped(changed))["manifest"] == "failed: part record/0/kiroku.json"
    assert summed(entries) == make_bundle(open_bundle(summed(entries)))


# --- records that were finished later -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house, close = open_house(tmp_path_factory.mktemp("counter"))
    yield house
    close()


@pytest.fixture(scope="module")
def records(house):
    return [finished_by_mail(house), finished_later(house), company_finished(house), attached_later(house)]


def test_records_that_were_finished_later_pass_in_every_part(stranger, house, records):
    for record in records:
        found = stranger(record.last, house.key)
        assert {name: found[name] for name in GOOD} == GOOD
        bundle = open_bundle(record.last)
        assert found["stated"] == {"outcome": "passed", "as_of": bundle.stated.index, "contents": len(bundle.contents)}
        assert len(found["later"]) == len(bundle.contents) - 1
        ours = [(each.content, each.about.value, each.on, each.verified) for each in decided(record.last)]
        assert [(each["content"], each["about"], each["on"], each["verified"]) for each in found["rules"]] == ours


def decided(octets):
    return judged(octets, None).verdict.decisions


def test_it_finds_an_amendment_that_was_left_out(stranger, house, records):
    whole = open_bundle(records[0].last)
    last = make_bundle(replace(whole, contents=whole.contents[:-1]))
    assert stranger(last, house.key)["stated"] == "failed: amendments left out"
    middle = make_bundle(replace(whole, contents=(whole.contents[0], *whole.contents[2:])))
    assert stranger(middle, house.key)["events"] == "failed: part"
    without = stranger(make_bundle(replace(whole, stated=None)), house.key)
    assert without["stated"] == {"outcome": "none"}


def test_it_finds_a_bit_of_the_statement(stranger):
    small = make_bundle(make(SMALL, amendments=[SMALL]))
    for name in ("event.json", "proof.json", "checkpoint.txt"):
        part = f"ledger/stated/{name}"
        length = len(dict(entries_of(small))[part]) * 8
        for bit in range(3, length, length // 9):
            found = stranger(flipped(small, part, bit))
            assert any(str(each).startswith("failed") for each in found.values()), (part, bit, found)


def test_it_finds_what_a_house_rewrote(stranger, records):
    forgotten = sealed_again(records[0].last, altered(4, "acts.json", returned_is_forgotten))
    assert stranger(make_bundle(forgotten))["later"] == "failed: later: mail returned_at"
    other = sealed_again(records[0].last, altered(2, "case.json", lambda case: case.update(transaction="another")))
    assert stranger(make_bundle(other))["later"] == "failed: later: transaction"
    rules = sealed_again(records[0].last, altered(3, "rules.json", lambda said: said.update(sha256="ab" * 32)))
    assert stranger(make_bundle(rules))["rules"] == "failed: rules: not here"


def test_both_formats_are_one_file_for_given_contents(stranger):
    first = make_bundle(make(SMALL, stated=False))
    assert open_bundle(first).version == 1
    assert stranger(first)["manifest"] == "passed"
    value = json.loads(entries_of(first)[0][1])
    value["version"] = 2
    renamed = [("manifest.json", json.dumps(value, sort_keys=True, indent=1).encode() + b"\n"), *entries_of(first)[1:]]
    assert stranger(zipped(renamed))["manifest"] == "failed: version"
    with pytest.raises(DataError, match=r"bundle\.malformed"):
        open_bundle(zipped(renamed))
