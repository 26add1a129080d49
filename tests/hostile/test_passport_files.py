"""Files of passports that lie: changed, cut, swapped and invented. A Report always comes out, and never a better one."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honnin.checks.passport import check_passport
from honnin.core.errors import DataError
from honnin.facts import Access, DocumentKind, Outcome, Proof, Reading, Refusal, Report
from honnin.trust.cms import parse_signed_data
from tests.unit.checks.passports import (
    BAC,
    CA,
    CAM,
    HEALTHY,
    NOW,
    changed,
    check,
    flipped,
    from_files,
    read,
    said,
    trust,
)

PERSONAS = (HEALTHY, BAC, CA, CAM)
NAMES = ("EF.COM", "EF.SOD", "EF.DG1", "EF.DG2", "EF.DG11", "EF.DG12", "EF.DG14", "EF.DG15", "EF.CardAccess", "EF.CardSecurity")


def genuine(report: Report) -> bool:
    """Whether anything in it could be taken for a passed proof of the issuer or the chip."""
    return any(each.outcome is Outcome.PASSED and each.proves is not None for each in report.findings) or any(
        each.verified for each in report.attributes
    )


def positions(data: bytes, count: int) -> list[int]:
    """Every octet at both ends, and some in between."""
    spread = Random(len(data)).sample(range(len(data)), min(count, len(data)))
    return sorted({*range(min(24, len(data))), *range(max(0, len(data) - 8), len(data)), *spread})


@pytest.mark.parametrize("name", [HEALTHY, BAC, CA])
def test_a_changed_octet_of_the_security_object_never_changes_what_is_signed(name: str) -> None:
    """Octets that the signature does not cover may change without harm; then content and signer are the same as before."""
    reading = from_files(read(name))
    sod = reading.files["EF.SOD"]
    original = parse_signed_data(sod)
    for at in positions(sod, 120):
        spoilt = flipped(sod, at, 1 << at % 8)
        report = check(changed(reading, SOD=spoilt))
        if not genuine(report):
            continue
        now = parse_signed_data(spoilt)
        assert now.content == original.content, at
        assert now.certificates == original.certificates, at


@pytest.mark.parametrize("name", [HEALTHY, CA])
def test_a_changed_octet_of_any_data_group_is_noticed(name: str) -> None:
    reading = from_files(read(name))
    for file in ("DG1", "DG2", "DG14", "DG15"):
        data = reading.files.get(f"EF.{file}")
        if data is None:
            continue
        for at in positions(data, 20):
            report = check(changed(reading, **{file: flipped(data, at, 1 << at % 8)}))
            assert said(report, "sod.hashes") == ("failed", "mismatch"), (file, at)
            assert not any(each.verified for each in report.attributes)


@pytest.mark.parametrize("name", PERSONAS)
def test_truncated_files_are_findings(name: str) -> None:
    reading = read(name)
    for file, data in reading.files.items():
        for length in {0, 1, 2, 5, len(data) // 2, len(data) - 1}:
            report = check(changed(reading, **{file[3:]: data[:length]}))
            if file not in {"EF.COM", "EF.CardAccess", "EF.CardSecurity"}:
                assert not any(each.verified for each in report.attributes if each.source == file)
                assert report.failed, (file, length)


def test_files_swapped_between_passports_are_noticed() -> None:
    for name in PERSONAS:
        for other in PERSONAS:
            for file in ("DG1", "DG2", "DG14", "DG15", "SOD"):
                key = f"EF.{file}"
                mine, theirs = read(name).files.get(key), read(other).files.get(key)
                if mine is None or theirs is None or mine == theirs:
                    continue
                assert check(changed(read(name), **{file: theirs})).failed, (name, other, file)


def test_a_proof_of_one_chip_is_worth_nothing_for_another() -> None:
    for name, other, finding in ((HEALTHY, BAC, "aa"), (BAC, HEALTHY, "aa"), (CA, "passport-dh", "ca")):
        stolen = replace(read(name), proofs=read(other).proofs)
        assert said(check(stolen), finding)[0] != "passed"


@pytest.mark.parametrize(
    "data",
    [
        b"\x77\x84\xff\xff\xff\xff",
        b"\x77\x80" + b"\x30\x80" * 2000,
        b"\x77\x82\xff\xff" + b"\x30\x80" * 32_000,
        b"\x30" * 100_000,
        b"\x77\x83\x0f\xff\xfa" + bytes(0x0FFFFA),
        b"\x61\x5b\x5f\x1f\x58" + b"<" * 88,
        b"\x6b\x82\xff\xff" + b"\x5f\x0f\x00" * 21_845,
        b"\x6e\x83\x01\x00\x00\x31\x82\xff\xfc" + b"\x30\x00" * 32_766,
    ],
)
def test_files_made_to_exhaust_a_parser_are_dealt_with_quickly(data: bytes) -> None:
    for name in NAMES:
        reading = replace(read(CAM), files=dict(read(CAM).files) | {name: data})
        start = time.process_time()
        check(reading)
        assert time.process_time() - start < 3, name


octets = st.binary(max_size=120)
texts = st.text(max_size=12)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """A real Reading with parts of others, changed files, invented proofs, refusals and access."""
    base = read(draw(st.sampled_from(PERSONAS)))
    files = dict(base.files)
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=4)):
        kind = draw(st.integers(0, 4))
        data = files.get(name) or read(HEALTHY).files.get(name, b"")
        if kind == 0:
            files.pop(name, None)
        elif kind == 1:
            files[name] = draw(octets)
        elif kind == 2 and data:
            at = draw(st.integers(0, len(data) - 1))
            files[name] = flipped(data, at, draw(st.integers(1, 255)))
        elif kind == 3:
            files[name] = data[: draw(st.integers(0, len(data)))] + draw(octets)
        else:
            files[name] = read(draw(st.sampled_from(PERSONAS))).files.get(draw(st.sampled_from(NAMES)), b"")
    proofs = list(base.proofs)
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["passport.aa", "passport.ca", "passport.pace_cam", "?"]))
        names = ["challenge", "response", "terminal_private", "ssc", "mapping_public", "ca_ic"]
        made = draw(st.dictionaries(st.sampled_from(names), octets))
        proofs.insert(0, Proof(kind, made, draw(st.dictionaries(st.sampled_from(["oid", "key_id", "parameter_id"]), texts))))
    refusals = draw(st.lists(st.builds(Refusal, st.sampled_from([*NAMES, "pace", "chip_authentication"]), st.none(), texts), max_size=2))
    access = draw(st.sampled_from([base.access, Access("bac"), Access("none"), Access("files"), Access("pace"), Access("")]))
    expected = draw(st.sampled_from([base.expected, {}, {"mrz_information": "x" * 24}]))
    return replace(base, files=files, proofs=tuple(proofs), refusals=tuple(refusals), access=access, expected=expected)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(readings())
def test_whatever_a_chip_sends_a_report_comes_out_and_only_true_files_are_verified(reading: Reading) -> None:
    report = check(reading)
    assert len({each.id for each in report.findings}) == len(report.findings)
    real = {data for name in PERSONAS for data in read(name).files.values()}
    for attribute in report.attributes:
        if attribute.verified:
            assert any(reading.files[attribute.source].startswith(each) for each in real)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), octets, max_size=5))
def test_random_files_prove_nothing(files: dict[str, bytes]) -> None:
    anchors, crls = trust()
    report = check_passport(Reading(DocumentKind.PASSPORT, NOW, Access("pace"), files), anchors, crls, NOW)
    assert not genuine(report)
    assert report.failed


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_card_security_never_carries_another_key(at: int, by: int) -> None:
    reading = read(CAM)
    data = reading.files["EF.CardSecurity"]
    spoilt = flipped(data, at % len(data), by)
    report = check(changed(reading, CardSecurity=spoilt))
    if said(report, "pace_cam")[0] == "passed":
        try:
            content = parse_signed_data(spoilt).content
        except DataError:
            content = None
        assert content == parse_signed_data(data).content
