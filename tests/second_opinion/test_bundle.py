"""A stranger's program for evidence bundles, in another language and from the document alone (node/bundle.mjs)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from honnin.cards.mynumber import ToSign
from honnin.facts.codec import reading_to_zip
from honnin.records.bundle import make_bundle, open_bundle
from honnin.records.content import RecordContent
from honnin_virtual.timestamp import TimestampAuthority
from tests.second_opinion.programs import HERE, need_program, run_json
from tests.unit.cards.mynumber.virtual import DOCUMENT, PLAIN, Wire, blocking, simulator_trust
from tests.unit.cli.test_verify_bundle import FORMAT_1
from tests.unit.records.bundles import SALT, SMALL, make
from tests.unit.records.ledger.house import SIGNER
from tests.unit.records.test_bundle import entries_of
from tests.unit.records.test_bundle_forged import flipped, summed

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
    from tests.unit.records.test_bundle import zipped

    assert stranger(zipped(changed))["manifest"] == "failed: part record/0/kiroku.json"
    assert summed(entries) == make_bundle(open_bundle(summed(entries)))
