"""Signed files with one octet changed: nobody may accept what the other refuses.

A change behind the signature, or in a field that no signature covers, may leave the signature whole, so "always refused"
would be the wrong rule. Where we are stricter than Bouncy Castle the reason is in a table; where we would be laxer the
test fails, but for the few places named.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.second_opinion.programs import Java
from tests.second_opinion.test_bouncy_castle import SIGNED, ours_says, vector

pytestmark = pytest.mark.second

MUTANTS_PER_FILE = 80
BASES = tuple(name for name in SIGNED if "bad_" not in name and "zkr" not in name)
STRICTER = {
    "signer_certificate_unreadable": "every field of a certificate is read; Bouncy Castle reads what it needs",
    "trust.cms.not_signed_data": "the outer content type must be signedData (RFC 5652 §5.1); Bouncy Castle ignores it",
}
LAXER = {
    # SignedData.digestAlgorithms: no signature covers it and nothing is taken from it (RFC 5652 §5.1); we skip it.
    "IOException reading content": "a malformed digestAlgorithms set",
}


@pytest.fixture(scope="module")
def mutants(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, str]:
    """Where each damaged file is, and how it was made."""
    folder = tmp_path_factory.mktemp("mutants")
    made: dict[Path, str] = {}
    for name in BASES:
        data = vector(name).read_bytes()
        pick = random.Random(name)
        for number in range(MUTANTS_PER_FILE):
            at = pick.randrange(4, len(data))
            new = data[at] ^ (1 << pick.randrange(8))
            path = folder / f"{len(made):04d}.bin"
            path.write_bytes(data[:at] + bytes([new]) + data[at + 1 :])
            made[path] = f"{name} mutant {number}: octet {at} from {data[at]:02x} to {new:02x}"
    return made


@pytest.fixture(scope="module")
def theirs(java_programs: Java, mutants: dict[Path, str]) -> dict[str, Any]:
    return java_programs.judge("signed", mutants)["signed"]


def test_no_damaged_file_is_accepted_by_one_and_refused_by_the_other(theirs, mutants):
    differences = []
    accepted = 0
    for path, how in mutants.items():
        other = theirs[str(path)]
        holds = bool(other.get("signers")) and all(each["verified"] for each in other["signers"])
        ours, reason = ours_says(path.read_bytes())
        accepted += ours and holds
        if ours is holds or (holds and reason in STRICTER):
            continue
        problem = other.get("error") or "; ".join(each.get("problem", "") for each in other["signers"])
        if ours and any(words in problem for words in LAXER):
            continue
        differences.append((how, f"ours {ours} ({reason})", f"theirs {holds} ({problem})"))
    assert not differences, "\n".join(str(each) for each in differences)
    assert 0 < accepted < len(mutants) // 2
