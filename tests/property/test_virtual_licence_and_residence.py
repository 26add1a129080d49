"""Whatever a terminal sends, the virtual licence and residence card answer; counters only fall by wrong PINs."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.virtual.licence.terminal import Terminal
from tests.unit.virtual.residence.terminal import on_reader

HEADS = ["00A4", "00B0", "0020", "0082", "0084", "08B0", "0820", "08A4", "FFCA", "0CB0", "80CA"]
commands = st.builds(
    lambda head, p1, p2, rest: bytes.fromhex(head) + bytes([p1, p2]) + rest,
    st.sampled_from(HEADS), st.sampled_from([0, 1, 2, 4, 0x0C, 0x80, 0x81, 0x84, 0x8A]) | st.integers(0, 255),
    st.sampled_from([0, 4, 0x0C, 0x80, 0x81, 0x82, 0x86]) | st.integers(0, 255), st.binary(max_size=48),
)  # fmt: skip
anything = st.lists(st.binary(max_size=300) | commands, max_size=30)
short_reads = st.integers(1, 3000)


@settings(max_examples=60, deadline=None)
@given(anything)
def test_a_licence_answers_whatever_is_sent(apdus):
    terminal = Terminal(pin1="1234", pin2="5678")
    left = dict(terminal.card.tries_left())
    for apdu in apdus:
        answer = terminal.card.process(apdu)
        assert len(answer) >= 2
        now = dict(terminal.card.tries_left())
        if now != left:
            assert apdu[:2] == b"\x00\x20"
            assert answer[-2] == 0x63 or answer[-2:] == b"\x90\x00"
        left = now


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["residence-plain", "residence-first", "residence-specified"]), anything)
def test_a_residence_card_answers_whatever_is_sent(name, apdus):
    terminal = on_reader(name, authenticated=name != "residence-specified")
    for apdu in apdus:
        assert len(terminal.card.process(apdu)) >= 2


@settings(max_examples=40, deadline=None)
@given(st.lists(short_reads, min_size=1, max_size=12))
def test_any_sequence_of_parts_gives_the_file(steps):
    terminal = on_reader("residence-first")
    terminal.select("D392F0004F02" + "00" * 10)
    whole, content = terminal.card.files["DF1/EF01"], terminal.secured(0x85, 0, steps[0])
    for step in steps[1:]:
        part = terminal.secured(len(content) >> 8, len(content) & 0xFF, step)
        if len(content) == len(whole):
            assert part == 0x6B00
            break
        content += part
    assert content == whole[: sum(steps)]
