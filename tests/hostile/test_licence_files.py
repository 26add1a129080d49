"""Files of licences that lie: changed, cut, swapped and invented. A Report always comes out, and never a better one."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honnin.apdu import run_in_process
from honnin.cards.licence import MynumberPlan, Plan, read_licence, read_mynumber_licence
from honnin.checks.licence import check_licence, check_mynumber_licence, image_of
from honnin.core.errors import CardError, DataError, HonninError
from honnin.facts import Outcome, Reading, Report
from tests.unit.cards.licence.other_end import NOW, PLAIN, Wire, anchors, read, read_on_mynumber

LICENCE = read(Wire("licence-gaiji"))
ON_CARD = read_on_mynumber(Wire("mynumber-licence"))
TRUST = {"licence": anchors(), "mynumber_licence": anchors("mynumber")}
SIGNED = ("DF1.EF01", "DF1.EF02", "DF2.EF01", "DF1.EF07")
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def report_of(reading: Reading) -> Report:
    if reading.document.value == "licence":
        return check_licence(reading, TRUST["licence"], NOW)
    return check_mynumber_licence(reading, TRUST["mynumber_licence"], NOW)


def with_file(reading: Reading, name: str, octets: bytes) -> Reading:
    return replace(reading, files={**reading.files, name: octets})


def genuine(report: Report) -> bool:
    return any(each.outcome is Outcome.PASSED and each.proves is not None for each in report.findings) or any(
        each.verified for each in report.attributes
    )


def test_the_unchanged_ones_are_genuine() -> None:
    assert genuine(report_of(LICENCE))
    assert genuine(report_of(ON_CARD))


@pytest.mark.parametrize("name", SIGNED)
def test_a_changed_octet_of_what_is_signed_verifies_nothing(name: str) -> None:
    data = LICENCE.files[name]
    end = 260 if name == "DF1.EF07" else len(data)
    for at in Random(7).sample(range(end), 40):
        spoilt = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
        assert not genuine(report_of(with_file(LICENCE, name, spoilt))), at


@pytest.mark.parametrize("name", SIGNED)
def test_a_file_cut_anywhere_verifies_nothing(name: str) -> None:
    data = LICENCE.files[name]
    for end in Random(8).sample(range(len(data)), 30):
        report = report_of(with_file(LICENCE, name, data[:end]))
        assert not genuine(report) or (name == "DF1.EF07" and end > 260), end


def test_files_of_two_cards_do_not_make_one() -> None:
    other = read(Wire(PLAIN))
    different = [name for name in SIGNED if other.files[name] != LICENCE.files[name]]
    assert {"DF1.EF01", "DF2.EF01", "DF1.EF07"} <= set(different)  # two people may have the same domicile
    for name in different:
        assert not genuine(report_of(with_file(LICENCE, name, other.files[name]))), name


@MANY
@given(st.sampled_from(sorted(LICENCE.files)), st.binary(max_size=900))
def test_any_octets_in_any_file_of_a_licence_give_a_report(name: str, octets: bytes) -> None:
    changed = with_file(LICENCE, name, octets)
    report = report_of(changed)
    if name in SIGNED:
        assert not genuine(report)
    for each in report.attributes:
        if each.media_type:
            try:
                image_of(changed, each)
            except DataError as error:
                assert error.code.startswith(("image.", "licence"))


@MANY
@given(st.sampled_from(sorted(ON_CARD.files)), st.binary(max_size=900))
def test_any_octets_in_any_file_of_the_other_form_give_a_report(name: str, octets: bytes) -> None:
    report = report_of(with_file(ON_CARD, name, octets))
    if name != "DLC.WEF01":
        assert not genuine(report)


@MANY
@given(st.sampled_from(["DF1.EF01", "DF1.EF03", "DF1.EF04", "DF1.EF05", "DF1.EF07", "DF2.EF01"]), st.data())
def test_octets_written_over_a_file_give_a_report(name: str, data: st.DataObject) -> None:
    original = LICENCE.files[name]
    at = data.draw(st.integers(0, len(original) - 1))
    piece = data.draw(st.binary(min_size=1, max_size=40))
    spoilt = (original[:at] + piece + original[at + len(piece) :])[: len(original)]
    report = report_of(with_file(LICENCE, name, spoilt))
    assert report.finding("licence.signature") is not None


# --- chips that lie ----------------------------------------------------------------------------------------------


@MANY
@given(st.lists(st.binary(min_size=2, max_size=40), min_size=1, max_size=30), st.booleans())
def test_a_chip_that_answers_anything_ends_in_a_reading_or_an_error(answers: list[bytes], extended: bool) -> None:
    count = 0

    def chip(command: bytes) -> bytes:
        nonlocal count
        count += 1
        return answers[count % len(answers)]

    for dialogue in (
        read_licence(Plan(reader_extended=extended), now=NOW),
        read_mynumber_licence(MynumberPlan(reader_extended=extended), now=NOW),
    ):
        try:
            reading = run_in_process(dialogue, chip, lambda _: b"0000")
        except HonninError:
            continue
        assert all(len(octets) <= 5845 for octets in reading.files.values())
    assert count < 20_000


@pytest.mark.parametrize("piece", [b"", b"x", b"x" * 47])
def test_a_chip_that_gives_next_to_nothing_is_given_up(piece: bytes) -> None:
    wire = Wire(PLAIN, change=lambda command, answer: piece + b"\x90\x00" if command.ins == 0xB0 and (command.le or 0) > 17 else answer)
    reading = read(wire)
    assert not {"DF1.EF01", "DF1.EF04", "DF1.EF07", "DF2.EF01"} & set(reading.files)
    assert reading.refusals
    assert len(wire.sent) < 5_000
    report = report_of(reading)
    assert not genuine(report)


def test_a_chip_that_says_yes_to_everything_proves_nothing() -> None:
    try:
        reading = run_in_process(read_licence(Plan(), now=NOW), lambda _: b"\x90\x00", lambda _: b"0000")
    except CardError:
        return
    assert not genuine(report_of(reading))
