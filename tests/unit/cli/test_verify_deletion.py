"""The certificate of a deletion, checked on a machine that has never seen the house."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.cli.record_room import record_room
from honnin.core.clock import system_clock
from honnin.core.errors import DataError
from honnin.core.secret import Secret
from honnin.facts import Outcome
from honnin.records.deletion_proof import make_proof, open_proof, verify_proof
from honnin.records.ledger.note import NoteSigner, parse_vkey
from honnin.records.visit_record import Judged
from tests.store.test_sealed_visits import visit

ENVIRONMENT = {"HONNIN_DATA": "/nonexistent/honnin", "LC_ALL": "C.UTF-8"}


def run(*words):
    return CliRunner(env=ENVIRONMENT).invoke(main, list(map(str, words)))


@pytest.fixture(scope="module")
def deleted(tmp_path_factory):
    """(file of the proof, the house's public key, the other record's id)."""
    folder = tmp_path_factory.mktemp("house")
    with record_room(folder) as room:
        room.visits.save(visit(1, judged=Judged("", (), 0, {})))
        room.visits.save(visit(2))
        key = room.signer.key.vkey
    data = ("--data", folder, "--json")
    asked = json.loads(run("records", "delete", visit(1).id, "--reason", "試験", "--by", "職員A", *data).stdout)
    run("records", "delete", asked["request"], "--approve", "--by", "職員B", *data)
    run("records", "show", visit(2).id, "--by", "職員A", *data)  # the ledger goes on
    file = folder / "proof.json"
    result = run("records", "certificate", visit(1).id, file, *data)
    assert result.exit_code == 0, result.output
    refused = run("records", "certificate", visit(2).id, folder / "x", *data)
    assert json.loads(refused.stdout)["error"]["code"] == "records.not_deleted"
    return file, key


def outcomes(proof, key):
    return {each.id.removeprefix("deletion."): each.reason for each in verify_proof(proof, key)}


def test_a_stranger_verifies_it_with_the_public_key_alone(deleted):
    file, key = deleted
    result = run("verify", file, "--ledger-key", key, "--json")
    assert result.exit_code == 0, result.output
    value = json.loads(result.stdout)
    assert (value["kind"], value["record_id"]) == ("deletion", visit(1).id)
    assert {each["outcome"] for each in value["findings"]} == {"passed"}
    without = json.loads(run("verify", file, "--json").stdout)
    assert without["findings"][0]["outcome"] == "impossible"
    assert without["ledger_key_known"] is False


@pytest.mark.parametrize(("lang", "words"), [("ja", "削除証明書"), ("en", "Certificate of deletion")])
def test_people_read_it_in_their_language(deleted, lang, words):
    file, key = deleted
    result = run("verify", file, "--ledger-key", key, "--lang", lang)
    assert result.exit_code == 0, result.output
    assert words in result.stdout


def test_another_certificate_does_not_fit(deleted):
    file, vkey = deleted
    proof, key = open_proof(file.read_bytes()), parse_vkey(vkey)
    assert outcomes(proof, key) == {"checkpoint": "ok", "inclusion": "ok", "certificate": "ok"}
    said = proof.certificate
    for change in (
        {"reason": "another"}, {"requested_by": "nobody"}, {"approved_by": "nobody"}, {"commitment": "00" * 32},
        {"deleted_at": system_clock() + timedelta(days=1)}, {"key_id": "other"}, {"law": "keitai"},
    ):  # fmt: skip
        assert outcomes(replace(proof, certificate=replace(said, **change)), key)["certificate"] == "differs", change
    other = replace(proof, certificate=replace(said, record_id=visit(2).id))
    assert outcomes(other, key)["certificate"] == "other_record"
    assert outcomes(replace(proof, certificate=replace(said, tenant_id="shop")), key)["checkpoint"] == "other_ledger"
    swapped = replace(proof, sealed=proof.deleted, deleted=proof.sealed)
    assert outcomes(swapped, key)["certificate"] == "unreadable"
    assert outcomes(replace(proof, sealed=replace(proof.sealed, index=proof.deleted.index)), key)["inclusion"] == "wrong"
    stranger = NoteSigner(key.name, Secret(bytes(32)))
    assert outcomes(proof, stranger.key)["checkpoint"] == "other_key"


def test_every_changed_octet_is_found(deleted):
    file, vkey = deleted
    good, key = file.read_bytes(), parse_vkey(vkey)
    for place in range(len(good)):
        octets = good[:place] + bytes([good[place] ^ 1 << place % 8]) + good[place + 1 :]
        try:
            found = verify_proof(open_proof(octets), key)
        except DataError as error:
            assert error.code.startswith("deletion.")
            continue
        # The key that the file states is not asked for where the verifier brings his own.
        if open_proof(octets).key != open_proof(good).key:
            assert Outcome.FAILED in {each.outcome for each in verify_proof(open_proof(octets))}
            continue
        assert Outcome.FAILED in {each.outcome for each in found}, place


@pytest.mark.parametrize("octets", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, b"null", b"1" * 5000])
def test_other_files_are_refused(octets):
    with pytest.raises(DataError, match=r"deletion\.malformed"):
        open_proof(octets)


def test_a_later_version_is_told(deleted):
    file, _ = deleted
    with pytest.raises(DataError, match=r"deletion\.version"):
        open_proof(file.read_bytes().replace(b'"version": 1\n}', b'"version": 2\n}'))


def test_it_is_made_in_one_form_only(deleted):
    file, _ = deleted
    assert make_proof(open_proof(file.read_bytes())) == file.read_bytes()
    with pytest.raises(DataError, match=r"deletion\.malformed"):
        open_proof(file.read_bytes() + b" ")
