"""Files of residence cards, damaged at random: no crash, and nothing changed is ever called verified."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from honnin.checks.residence import check_residence
from honnin.facts import Outcome
from tests.unit.checks.residence_cards import NOW, anchors, first, second

SIGNED = {1: {"DF1.EF01", "DF1.EF02"}, 2: {"DF1.EF02", "DF1.EF03"}}


@pytest.mark.parametrize("generation", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_never_crash_and_never_verify(generation: int, seed: int) -> None:
    source = random.Random(seed)  # a seed, no secret
    whole = first() if generation == 1 else second()
    trusted = anchors()
    clean = {each.name: each.value for each in check_residence(whole, trusted, NOW).attributes if each.verified}
    assert clean
    for _ in range(80):
        name = source.choice(sorted(whole.files))
        data = bytearray(whole.files[name])
        kind = source.randrange(4)
        if kind == 0:
            data = data[: source.randrange(len(data) + 1)]
        elif kind == 1:
            data += bytes(source.randrange(256) for _ in range(source.randrange(1, 20)))
        else:
            for _ in range(source.randrange(1, 5)):
                data[source.randrange(min(len(data), 64 if kind == 2 else len(data)))] = source.randrange(256)
        report = check_residence(replace(whole, files={**whole.files, name: bytes(data)}), trusted, NOW)
        assert report.finding("residence.copy") is not None
        signature = report.finding("residence.signature")
        assert signature is not None
        for each in report.attributes:
            if each.verified:
                assert signature.outcome is Outcome.PASSED
                assert each.media_type is not None or clean[each.name] == each.value
        if name in SIGNED[generation] and signature.outcome is Outcome.PASSED:
            # Only what is outside every signed value may differ: the padding behind the objects, lengths written longer.
            assert bytes(data).rstrip(b"\0")[-40:] == whole.files[name].rstrip(b"\0")[-40:]


def test_very_many_objects_and_very_long_ones_are_refused() -> None:
    many = b"".join(bytes([0x40 + n % 30, 0x00]) for n in range(4000))
    for data in (many, b"\xd4\x82\xff\xff" + bytes(70_000), b"\xdf" * 5000, b"\xd4\x80" + bytes(100), b"\xd4\x84\0\0\0\1"):
        report = check_residence(replace(first(), files={**first().files, "DF2.EF01": data}), anchors(), NOW)
        finding = report.finding("residence.files")
        assert finding is not None
        assert "DF2.EF01" in finding.detail
