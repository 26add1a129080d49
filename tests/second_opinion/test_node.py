"""PKI.js on Node's WebCrypto: a third implementation, for the kinds of signature that it knows.

It has RSA and the NIST curves by name only, so explicit curve parameters (the norm in passports) are out of its reach.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from honnin_virtual import issue, list_cards
from tests.second_opinion.programs import HERE, need_program, node_packages, run_json
from tests.second_opinion.test_bouncy_castle import SIGNED, ours_says, vector

pytestmark = pytest.mark.second

BEYOND = "Incorrect type for ECDSA public key parameters"  # explicit curve parameters
BEYOND_FILES = (
    "sod/AT_2023_ecdsa_bp256_sha256.bin",
    "sod/GB_2021_ecdsa_p256_sha256_ldsv1.bin",
    "sets/bsi2008_mustermann/EF.SOD.bin",
    "cardsecurity/BSI_TEST_bp384_sha384.bin",
)
# The issuer's name in the signer identifier is written in another order than in the certificate: PKI.js compares
# octets, we compare names and the serial number (passport.md §10.5).
# A signer named by key identifier: PKI.js takes the SHA-1 of the key's octets for it, RFC 5652 §5.3 the extension of the
# certificate, which may be made in other ways (RFC 5280 §4.2.1.2); the virtual PKI hashes the whole SubjectPublicKeyInfo.
BY_KEY_ID = "passport-pace-ca-aes256"
NAME_ORDER = "sod/MY_2022_rsapss_sha256.bin"
PASSPORTS = tuple(spec.name for spec in list_cards() if spec.document == "passport")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def judge(files: list[Path]) -> dict[str, Any]:
    return run_json([need_program("node"), str(HERE / "node" / "judge.mjs"), str(node_packages()), *map(str, files)])


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    return judge([vector(name) for name in SIGNED])


@pytest.mark.parametrize("name", BEYOND_FILES)
def test_files_with_explicit_curve_parameters_are_still_beyond_it(theirs, name):
    assert theirs[str(vector(name))]["problem"].endswith(BEYOND)


@pytest.mark.parametrize("name", [name for name in SIGNED if name not in BEYOND_FILES])
def test_signature_of_signed_file_holds_for_both_or_for_neither(theirs, name):
    other = theirs[str(vector(name))]
    ours, reason = ours_says(vector(name).read_bytes())
    if name == NAME_ORDER:
        assert (ours, other["problem"]) == (True, "Unable to find signer certificate")
        return
    assert ours is other["verified"], (reason, other)


def test_some_files_were_really_judged(theirs):
    verdicts = [each["verified"] for each in theirs.values() if "certificate_sha256" in each]
    assert verdicts.count(True) >= 4
    assert verdicts.count(False) >= 1


def test_security_objects_of_the_personas_verify(tmp_path):
    files = []
    for name in PASSPORTS:
        files.append(tmp_path / f"{name}.bin")
        files[-1].write_bytes(issue(name, now=NOW).files["EF.SOD"])
    answers = {Path(path).stem: each for path, each in judge(files).items()}
    assert answers.pop(BY_KEY_ID)["problem"] == "Unable to find signer certificate"
    reachable = {name: each for name, each in answers.items() if not each.get("problem", "").endswith(BEYOND)}
    assert all(each["verified"] for each in reachable.values()), reachable
    assert len(reachable) >= 4
