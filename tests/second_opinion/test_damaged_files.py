"""Signed files with one octet changed: we and Bouncy Castle must agree whether the signature still holds.

A change inside the certificate, behind the signature or in an algorithm identifier may leave the signature whole, so
"always refused" would be the wrong rule; the right one is that nobody accepts what the other refuses.
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
        accepted += ours
        if ours is not holds:
            differences.append((how, f"ours {ours} ({reason})", f"theirs {holds} ({other.get('error') or other['signers']})"))
    assert not differences, "\n".join(str(each) for each in differences)
    assert 0 < accepted < len(mutants) // 2
