"""Real security objects and specimens, with the outcomes that two other implementations found (vectors README)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from honnin.checks.passport import check_passport
from honnin.cli.main import main
from honnin.facts import Access, DocumentKind, Reading, Report
from honnin.flows.verify import reading_from_folder
from honnin.trust.anchors import AnchorSet, load_anchor_files
from tests.vectors import vector_path

from .passports import said
from .test_chip_proofs import ca_proof

MASTER_LIST = "passport/masterlist/DE_ML_2026-05-28.ml"
OK = ("passed", "ok")
NO_ANCHOR = ("impossible", "no_anchor")


@lru_cache(maxsize=1)
def anchors() -> AnchorSet:
    return load_anchor_files([vector_path(MASTER_LIST)], environment="production")


def folder(tmp_path: Path, **files: str) -> Path:
    for name, source in files.items():
        (tmp_path / f"EF.{name}.bin").write_bytes(vector_path(f"passport/{source}").read_bytes())
    return tmp_path


def report_on(path: Path, at: datetime) -> Report:
    return check_passport(reading_from_folder(path, at=at), anchors(), (), at)


@pytest.mark.parametrize(
    ("name", "at", "chain", "country"),
    [
        ("AT_2023_ecdsa_bp256_sha256", datetime(2026, 1, 1, tzinfo=UTC), OK, "AT"),
        ("FR_2017_sha256WithRSA", datetime(2026, 1, 1, tzinfo=UTC), OK, "FR"),
        ("GB_2021_ecdsa_p256_sha256_ldsv1", datetime(2026, 1, 1, tzinfo=UTC), OK, "GB"),
        ("MY_2022_rsapss_sha256", datetime(2026, 1, 1, tzinfo=UTC), OK, "MY"),
        ("US_2021_rsaEncryption_sha256", datetime(2026, 1, 1, tzinfo=UTC), OK, "US"),
        ("NZ_2011_ber_indefinite_rsa", datetime(2015, 1, 1, tzinfo=UTC), NO_ANCHOR, "NZ"),
    ],
)
def test_a_security_object_alone(tmp_path: Path, name: str, at: datetime, chain: tuple[str, str], country: str) -> None:
    report = report_on(folder(tmp_path, SOD=f"sod/{name}.bin"), at)
    for finding in ("sod.structure", "sod.signature", "dsc.validity"):
        assert said(report, finding) == OK
    assert said(report, "dsc.chain") == chain
    assert said(report, "sod.hashes") == ("not_done", "nothing_to_compare")
    assert f"C={country}" in report.finding("passport.dsc.chain").detail["issuer"].upper()
    assert report.failed == ()
    assert (report.environment is not None) == (chain == OK)


def test_the_signer_is_expired_after_its_time(tmp_path: Path) -> None:
    report = report_on(folder(tmp_path, SOD="sod/MY_2022_rsapss_sha256.bin"), datetime(2028, 8, 15, tzinfo=UTC))
    assert said(report, "dsc.validity") == ("failed", "expired")
    assert said(report, "dsc.chain") == OK


@pytest.mark.parametrize(
    ("name", "at", "unlisted", "weak"),
    [("bsi2008_mustermann", 2008, True, True), ("etsi2011_mustermann", 2011, False, False)],
)
def test_the_complete_specimens(name: str, at: int, unlisted: bool, weak: bool) -> None:
    report = report_on(vector_path(f"passport/sets/{name}"), datetime(at, 8, 1, tzinfo=UTC))
    for finding in ("sod.structure", "sod.signature", "sod.hashes", "dsc.validity", "mrz.check_digits", "portrait"):
        assert said(report, finding) == OK, finding
    assert said(report, "dsc.chain") == NO_ANCHOR
    assert said(report, "aa") == said(report, "ca") == ("not_done", "files")
    assert (said(report, "sod.unlisted")[0] == "impossible") == unlisted
    assert (said(report, "sod.weak")[0] == "impossible") == weak
    assert report.failed == ()
    values = {each.name: each.value for each in report.attributes}
    assert (values["family_name"], values["given_names"]) == ("MUSTERMANN", "ERIKA")
    assert (values["issuing_state"], values["document_number"]) == ("D", "C11T002JM")
    assert not any(each.verified for each in report.attributes)


@pytest.mark.parametrize(
    ("sod", "signature", "hashes"),
    [
        ("EF.SOD.bad_signature.bin", ("failed", "failed"), OK),
        ("EF.SOD.bad_message_digest.bin", ("failed", "digest"), ("failed", "mismatch")),
    ],
)
def test_the_spoilt_security_objects(
    tmp_path: Path, sod: str, signature: tuple[str, str], hashes: tuple[str, str]
) -> None:
    base = "sets/etsi2011_mustermann"
    path = folder(tmp_path, SOD=f"{base}/{sod}", DG1=f"{base}/EF.DG1.bin", DG14=f"{base}/EF.DG14.bin")
    report = report_on(path, datetime(2011, 8, 1, tzinfo=UTC))
    assert said(report, "sod.signature") == signature
    assert said(report, "sod.hashes") == hashes


def test_a_signer_that_matches_nothing_is_rejected(tmp_path: Path) -> None:
    path = folder(tmp_path, SOD="synthetic_zkr/johnny-silverhand-rsa-2048-sha256.sod")
    zkr = load_anchor_files([vector_path("passport/synthetic_zkr/zkr-csca-rsa-2048-sha256.pem")], environment="test")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    report = check_passport(reading_from_folder(path, at=at), zkr, (), at)
    assert said(report, "sod.signature") == ("failed", "signer")
    assert said(report, "sod.structure") == ("failed", "not_wrapped")


@pytest.mark.parametrize(
    ("session", "sod", "dg14"),
    [
        ("chip_authentication_AT", "sod/AT_2023_ecdsa_bp256_sha256.bin", "dg14/AT.bin"),
        ("chip_authentication_FR", "sod/FR_2017_sha256WithRSA.bin", "dg14/FR.bin"),
    ],
)
def test_a_recorded_chip_authentication_is_believed_with_the_real_security_object(
    session: str, sod: str, dg14: str
) -> None:
    """The whole way: master list, real EF.SOD, real EF.DG14, the recorded answer of the real chip."""
    proof, _ = ca_proof(session)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    files = {"EF.SOD": vector_path(f"passport/{sod}").read_bytes(), "EF.DG14": vector_path(f"passport/{dg14}").read_bytes()}
    reading = Reading(DocumentKind.PASSPORT, at, Access("pace"), files, proofs=(proof,))
    assert said(check_passport(reading, anchors(), (), at), "ca") == OK
    assert said(check_passport(reading, AnchorSet.empty(), (), at), "ca") == ("impossible", "origin_unknown")


def run(*arguments: str) -> tuple[int, dict, str]:
    result = CliRunner().invoke(main, ["verify", *arguments])
    text = result.stdout
    return result.exit_code, json.loads(text) if text.startswith("{") else {}, text


def test_the_command_prints_one_object_and_says_by_its_exit_code_whether_something_failed(tmp_path: Path) -> None:
    path = str(folder(tmp_path, SOD="sod/AT_2023_ecdsa_bp256_sha256.bin", DG14="dg14/AT.bin"))
    code, value, _ = run(path, "--at", "2026-01-01T00:00:00Z", "--anchors", str(vector_path(MASTER_LIST)), "--json")
    assert code == 0
    assert value["document"] == "passport"
    assert value["environment"] == "production"
    outcomes = {each["id"]: each["outcome"] for each in value["findings"]}
    assert outcomes["passport.sod.hashes"] == outcomes["passport.dsc.chain"] == "passed"
    assert isinstance(value["attributes"], dict)
    code, value, _ = run(path, "--at", "2034-01-01", "--anchors", str(vector_path(MASTER_LIST)), "--json")
    assert code == 1
    japan = str(vector_path("passport/csca_jp"))
    code, value, _ = run(path, "--at", "2026-01-01T00:00:00Z", "--anchors", japan, "--json")
    assert code == 0
    assert {each["id"]: each["outcome"] for each in value["findings"]}["passport.dsc.chain"] == "impossible"
