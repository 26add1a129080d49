"""Bouncy Castle on what the virtual PKI issues, beside our own verdict of the same files.

The openssl command refuses explicit curve parameters in a chain, so it judges signatures only (tests/unit/virtual).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.trust.anchors import load_anchor_files
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import parse_crl
from honnin.trust.path import validate_dsc
from honnin_virtual import issue, list_cards
from honnin_virtual.faults import faults_from_names
from honnin_virtual.pki import DSC_NAMES, document_signer, simulator_anchors, simulator_crl, untrusted_anchor
from tests.second_opinion.programs import Java

pytestmark = pytest.mark.second

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT = "2026-11-23T12:00:00Z"
PASSPORTS = tuple(spec.name for spec in list_cards() if spec.document == "passport")
FAULTS = ("tampered-sod", "foreign-csca", "forged-csca", "dsc-expired", "dsc-revoked", "tampered-dg2")
BAD = "passport-bac-aa-rsa"
CASES = (*((name, "") for name in PASSPORTS), *((BAD, fault) for fault in FAULTS))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of raw files as `honnin verify` takes them, the anchors, the revocation list."""
    root = tmp_path_factory.mktemp("pki")
    for number, der in enumerate(simulator_anchors()):
        (root / f"anchor-{number}.cer").write_bytes(der)
    (root / "foreign.cer").write_bytes(untrusted_anchor())
    (root / "simulator.crl").write_bytes(simulator_crl())
    for name, fault in CASES:
        here = root / (name + fault)
        here.mkdir()
        for file, octets in issue(name, faults=faults_from_names([fault] if fault else []), now=NOW).files.items():
            if "/" not in file:
                (here / f"{file}.bin").write_bytes(octets)
    return root


def anchor_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("anchor-*.cer"))


@pytest.fixture(scope="module")
def theirs(java_programs: Java, folder: Path) -> dict[str, Any]:
    sods = [folder / (name + fault) / "EF.SOD.bin" for name, fault in CASES]
    security = sorted(folder.glob("*/EF.CardSecurity.bin"))
    return java_programs.judge(
        "at", AT, "anchors", anchor_files(folder), "signed", sods, security, "chains", sods, security,
        "crl", folder / "simulator.crl",
    )  # fmt: skip


def verdict(folder: Path, name: str) -> dict[str, str]:
    """What `honnin verify` says of a folder: finding → outcome."""
    anchors = [word for path in anchor_files(folder) for word in ("--anchors", str(path))]
    result = CliRunner().invoke(main, ["verify", str(folder / name), "--at", AT, "--json", *anchors])
    return {finding["id"]: finding["outcome"] for finding in json.loads(result.stdout)["findings"]}


@pytest.mark.parametrize(("name", "fault"), CASES)
def test_our_verdict_of_a_virtual_passport_is_that_of_bouncy_castle(theirs, folder, name, fault):
    path = str(folder / (name + fault) / "EF.SOD.bin")
    signature = all(each["verified"] for each in theirs["signed"][path]["signers"])
    chain = theirs["chains"][path]
    ours = verdict(folder, name + fault)
    assert (ours["passport.sod.signature"] == "passed") is signature
    assert (ours["passport.dsc.chain"] == "passed") is bool(chain["anchors"]), (ours, chain)
    valid = chain["not_before"] <= AT <= chain["not_after"]
    assert (ours["passport.dsc.validity"] == "passed") is valid
    assert signature is (fault != "tampered-sod")
    assert bool(chain["anchors"]) is (fault not in {"foreign-csca", "forged-csca"})
    assert valid is (fault != "dsc-expired")
    if chain["anchors"]:  # the whole path of RFC 5280: every anchor with that key, root or link, will do
        assert set(chain["paths"].values()) == {"ok"} or fault == "dsc-expired", chain["paths"]


def test_card_security_is_signed_and_chained(theirs, folder):
    files = [str(path) for path in folder.glob("*/EF.CardSecurity.bin")]
    assert files
    for path in files:
        assert theirs["signed"][path]["signers"][0]["verified"] is True
        assert set(theirs["chains"][path]["paths"].values()) == {"ok"}


def test_revocation_list_is_read_alike(theirs, folder):
    other = theirs["crl"][str(folder / "simulator.crl")]
    ours = parse_crl(simulator_crl())
    anchors = load_anchor_files(anchor_files(folder), environment="simulator")
    assert ours.this_update == datetime.fromisoformat(other["this_update"])
    assert ours.next_update == datetime.fromisoformat(other["next_update"])
    assert {each.certificate.fingerprint for each in anchors if ours.signed_by(each)} == set(other["anchors"])
    assert ours.count == len(other["serials"])
    assert all(ours.find(int(serial)) is not None for serial in other["serials"])
    for name in DSC_NAMES:
        for state in ("good", "revoked"):
            signer = document_signer(name, state)
            path = validate_dsc(parse_certificate(signer.certificate), anchors, (ours,), NOW)
            assert path.chain == "ok"
            assert path.revocation.state == ("revoked" if str(signer.serial) in other["serials"] else "unrevoked")
            assert (path.revocation.state == "revoked") is (state == "revoked")
