"""`honnin verify BUNDLE`: what a stranger does with the file alone, and the frozen example of format 1."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.records.bundle import make_bundle, open_bundle
from honnin.records.content import RecordContent
from tests.unit.records.bundles import make, visit
from tests.unit.records.ledger.house import SIGNER

FORMAT_1 = Path(__file__).parent / "evidence-bundle-1.zip"
WITH_TRUST = Path(__file__).parent / "evidence-bundle-1-trust.zip"  # trust material sealed, as since 2026-11-25


def run(*arguments):
    environment = {"HONNIN_DATA": "/nonexistent/honnin", "LC_ALL": "C.UTF-8"}
    return CliRunner(env=environment).invoke(main, ["verify", *map(str, arguments)])


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "evidence.zip"
    path.write_bytes(make_bundle(make()))
    return path


def outcomes(result):
    return {each["id"]: each["outcome"] for each in json.loads(result.stdout)["findings"]}


def test_a_bundle_is_known_by_its_content_and_verified(path):
    result = run(path, "--ledger-key", SIGNER.key.vkey, "--json")
    assert result.exit_code == 0, result.output
    value = json.loads(result.stdout)
    assert (value["kind"], value["record_id"], value["simulated"]) == ("bundle", "rec-x", True)
    found = outcomes(result)
    for name in ("event", "checkpoint", "inclusion", "commitment", "report", "decision", "evidence"):
        assert found[f"bundle.{name}"] == "passed"
    assert found["passport.sod.signature"] == "passed"
    assert set(value["proves"]) == {"anyone", "issuer_data_only", "terminal_or_staff"}
    assert "acts.face_match" in {each["source"] for each in value["proves"]["terminal_or_staff"]}


def test_the_key_may_be_in_a_file(path, tmp_path):
    (tmp_path / "key.txt").write_text(SIGNER.key.vkey + "\n")
    assert outcomes(run(path, "--ledger-key", tmp_path / "key.txt", "--json"))["bundle.checkpoint"] == "passed"
    assert outcomes(run(path, "--json"))["bundle.checkpoint"] == "impossible"
    assert run(path, "--ledger-key", "nonsense").exit_code == 2


def test_with_other_anchors_the_chip_is_not_confirmed(path, tmp_path):
    from honnin_virtual.pki import untrusted_anchor

    (tmp_path / "other.cer").write_bytes(untrusted_anchor())
    found = outcomes(run(path, "--anchors", tmp_path / "other.cer", "--json"))
    assert found["passport.dsc.chain"] == "impossible"
    assert found["bundle.report"] == "passed"


def test_a_changed_record_fails(tmp_path):
    bundle = make()
    first = bundle.contents[0]
    from dataclasses import replace

    changed = RecordContent(dict(first.content.parts) | {"kiroku.json": b'{"name":"somebody else"}'})
    path = tmp_path / "e.zip"
    path.write_bytes(make_bundle(replace(bundle, contents=(replace(first, content=changed),))))
    result = run(path, "--json")
    assert result.exit_code == 1
    assert outcomes(result)["bundle.commitment"] == "failed"


def test_a_damaged_file_is_told_in_words(path):
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 1
    path.write_bytes(octets)
    result = run(path, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"].startswith("bundle.")


@pytest.mark.parametrize(("lang", "words"), [
    ("ja", ["証拠の束", "第三者に証明できること", "端末・職員・事業者を信じるほかないこと", "模擬カード"]),
    ("en", ["Evidence bundle", "What can be proved to anybody", "rests on the word", "no evidence of an identity check"]),
])  # fmt: skip
def test_people_read_it_in_their_language(path, lang, words):
    result = run(path, "--lang", lang)
    assert result.exit_code == 0, result.output
    for each in words:
        assert each in result.stdout


def test_each_finding_is_told_that_came_out_the_same_and_each_that_cannot(path):
    value = json.loads(run(path, "--json").stdout)
    assert "passport.sod.signature" in value["remade"]["same"]
    assert (value["remade"]["not_remade"], value["remade"]["differs"]) == ([], [])


def test_without_the_issuers_key_the_origin_is_said_to_be_unproven(path):
    value = json.loads(run(path, "--json").stdout)
    assert value["ledger_key_known"] is False
    assert "bundle.checkpoint" in {each["source"] for each in value["proves"]["terminal_or_staff"]}
    assert "whose key that is cannot be told" in run(path, "--lang", "en").stdout
    assert json.loads(run(path, "--ledger-key", SIGNER.key.vkey, "--json").stdout)["ledger_key_known"] is True


def test_a_list_that_is_none_is_refused(path, tmp_path):
    (tmp_path / "x.crl").write_bytes(b"no list")
    result = run(path, "--list", tmp_path / "x.crl", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "verify.list"


def test_a_reading_is_still_a_reading(tmp_path):
    (tmp_path / "reading.zip").write_bytes(visit()["reading.zip"])
    result = run(tmp_path / "reading.zip", "--json", "--at", "2026-11-25T12:00:00+09:00")
    assert result.exit_code == 0, result.output
    assert "kind" not in json.loads(result.stdout)


@pytest.mark.parametrize("frozen", [FORMAT_1, WITH_TRUST], ids=lambda path: path.stem)
def test_the_frozen_examples_of_format_1_stay_readable(frozen):
    """Made once by the first programs that wrote them. Never make them again: old bundles must stay readable."""
    octets = frozen.read_bytes()
    assert make_bundle(open_bundle(octets)) == octets
    result = run(frozen, "--ledger-key", SIGNER.key.vkey, "--json")
    assert result.exit_code == 0, result.output
    found = outcomes(result)
    for name in ("event", "checkpoint", "inclusion", "commitment"):
        assert found[f"bundle.{name}"] == "passed"
    # Later rules may say so, but never that it is wrong; the second example was not judged by a law.
    assert found["bundle.report"] in {"passed", "impossible"}
    assert found["bundle.decision"] in ({"not_done"} if frozen == WITH_TRUST else {"passed", "impossible"})
