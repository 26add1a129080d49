"""Every persona by every way through three drivers; what each way reads, and what it never reads."""

from __future__ import annotations

import pytest

from honnin.apdu import run_in_process
from honnin.cards.mynumber import SECRETS, NumberB, ToSign, read_mynumber, read_tries
from honnin.cards.recognise import recognise
from honnin.core.errors import CardError, LinkError
from honnin.core.secret import Secret
from honnin.facts import DocumentKind
from honnin_virtual import CardGone, issue, list_cards
from tests.unit.cards.mynumber.virtual import (
    CARDS,
    CHALLENGE,
    DOCUMENT,
    NOW,
    PLAIN,
    Wire,
    batches,
    blocking,
    dialogue,
    in_process,
    number_b,
    plan,
    ways,
    with_asyncio,
)

FILES = {
    "b": {"KENMEN.EF0002", "KENMEN.EF0004", "HOJO.EF0002", "HOJO.EF0003", "HOJO.EF0004", "HOJO.EF0007"},
    "a": {"KENMEN.EF0002", "KENMEN.EF0004", "KENMEN.EF0005", "HOJO.EF0001", "HOJO.EF0003", "HOJO.EF0004", "HOJO.EF0007"},
    "pin": {"HOJO.EF0002", "HOJO.EF0003", "HOJO.EF0004", "HOJO.EF0007"},
    "pin and number": {"HOJO.EF0001", "HOJO.EF0002", "HOJO.EF0003", "HOJO.EF0004", "HOJO.EF0007"},
    "b and pin": {"KENMEN.EF0002", "KENMEN.EF0004", "HOJO.EF0002", "HOJO.EF0003", "HOJO.EF0004", "HOJO.EF0007"},
    "authentication": {"JPKI.EF0006", "JPKI.EF0008", "JPKI.EF000A"},
    "certificate": {"JPKI.EF0006", "JPKI.EF0008", "JPKI.EF000A"},
    "signing": {"JPKI.EF0006", "JPKI.EF0008", "JPKI.EF0001"},
}
FILES["all"] = FILES["b"] | FILES["authentication"] | FILES["signing"]
PROOFS = {
    "b": {"mynumber.face.chip", "mynumber.text.chip"}, "a": {"mynumber.face.chip", "mynumber.text.chip"},
    "pin": {"mynumber.text.chip"}, "pin and number": {"mynumber.text.chip"},
    "b and pin": {"mynumber.face.chip", "mynumber.text.chip"},
    "authentication": {"mynumber.auth"}, "certificate": set(), "signing": {"mynumber.sign"},
    "all": {"mynumber.face.chip", "mynumber.text.chip", "mynumber.auth", "mynumber.sign"},
}  # fmt: skip
USABLE = [name for name in CARDS if name not in ("mynumber-one-try", "mynumber-blocked")]
DRIVERS = {"blocking": blocking, "in process": in_process, "asyncio": with_asyncio}


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("name", USABLE)
def test_every_card_is_read_by_every_way(name, driver):
    wire = Wire(name)
    readings = {}
    for extended in (True, False):
        for way, values in ways(name).items():
            wire.card.reset()
            reading = DRIVERS[driver](wire, **values, reader_extended=extended)
            assert set(reading.files) == FILES[way], way
            assert {each.kind for each in reading.proofs} == PROOFS[way]
            assert reading.refusals == ()
            assert reading.document is DocumentKind.MYNUMBER
            assert readings.setdefault(way, reading.files) == reading.files  # long and short commands give the same
    assert run_in_process(read_tries(), wire.transceive).left == {each: of.tries for each, of in SECRETS.items()}


@pytest.mark.parametrize(("extended", "most"), [(True, 4), (False, 4)])
@pytest.mark.parametrize("name", USABLE)
def test_the_round_trips_of_a_relay_stay_few(name, extended, most):
    for way in ("b", "pin", "authentication", "signing"):
        if way in ways(name):
            wire = Wire(name)
            blocking(wire, **ways(name)[way], reader_extended=extended)
            assert wire.batches <= most, way


def test_children_are_not_asked_for_a_signing_password():
    wire = Wire("mynumber-child")
    with pytest.raises(CardError, match=r"card\.certificate\.absent"):
        blocking(wire, sign=ToSign(DOCUMENT))
    assert wire.verified == []


# --- What is not read -----------------------------------------------------------------------------------------------


def selected(wire):
    """(application, file) of everything that was selected or read by short identifier."""
    found, application = set(), b""
    for each in wire.commands:
        if each.ins == 0xA4 and each.p1 == 0x04:
            application = each.data
        elif each.ins == 0xA4 and each.p1 == 0x02:
            found.add((application[-2:].hex(), int.from_bytes(each.data, "big")))
        elif each.ins == 0xB0 and each.p1 & 0x80:
            found.add((application[-2:].hex(), each.p1 & 0x1F))
    return found


@pytest.mark.parametrize("way", [each for each in ways(PLAIN) if each not in ("a", "pin and number")])
def test_the_individual_number_is_not_read_without_a_purpose(way):
    wire = Wire()
    reading = blocking(wire, **ways(PLAIN)[way])
    assert not {("0408", 0x01), ("0402", 0x05)} & selected(wire)
    number = CARDS[PLAIN].secrets["reference_a"].encode()
    assert all(number not in octets for octets in reading.files.values())


@pytest.mark.parametrize("way", ways(PLAIN))
def test_what_names_the_very_card_is_not_read_without_need(way):
    """Serial number, municipality code (§8.1, §8.3): neither the card-common application nor GET DATA nor the rest of
    EF 0006; certificates only where they are used.
    """
    wire = Wire()
    blocking(wire, **ways(PLAIN)[way])
    applications = {each.data for each in wire.commands if each.ins == 0xA4 and each.p1 == 0x04}
    assert bytes.fromhex("D3921000310001010100") not in applications
    assert bytes.fromhex("D3921000310001010401") not in applications
    assert all(each.ins != 0xCA for each in wire.commands)
    assert all(each.le == 32 for each in wire.commands if each.ins == 0xB0 and each.p1 == 0x86)
    if way in ("a", "b", "pin", "pin and number", "b and pin"):
        assert bytes.fromhex("D392F000260100000001") not in applications


@pytest.mark.parametrize("way", ways(PLAIN))
def test_what_gives_the_number_away_lives_in_memory_only(way):
    reading = blocking(Wire(), **ways(PLAIN)[way])
    secret = {"HOJO.EF0001", "HOJO.EF0003", "KENMEN.EF0005"} & set(reading.files)
    assert reading.memory_only == secret
    assert not secret & set(reading.kept().files)
    assert set(reading.kept().dropped) == secret


def test_secrets_are_in_no_reading():
    reading = blocking(Wire(), **ways(PLAIN)["all"])
    shown = repr(reading)
    for secret in ("02010220351234", "ABC123"):
        assert secret not in shown


# --- The card is left clean -----------------------------------------------------------------------------------------


def is_clean(wire):
    """No application is selected any more, so no secret's status is left."""
    return all(wire.card.process(bytes([0x00, 0xB0, 0x80 | fid, 0x00, 0x00]))[-2:] != b"\x90\x00" for fid in (1, 2, 4, 10))


@pytest.mark.parametrize("way", ways(PLAIN))
def test_the_card_is_left_clean(way):
    wire = Wire()
    blocking(wire, **ways(PLAIN)[way])
    assert is_clean(wire)
    assert wire.commands[-1].ins == 0xA4


def test_the_card_is_left_clean_after_a_wrong_pin():
    wire = Wire()
    wire.wrong = {"user_authentication": "9999"}
    with pytest.raises(CardError, match=r"card\.pin\.wrong") as caught:
        blocking(wire, printed=number_b(), authenticate=ToSign(DOCUMENT))
    assert caught.value.tries_left == 2
    assert caught.value.detail == "user_authentication"
    assert is_clean(wire)


# --- Tries ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CARDS)
def test_tries_are_read_without_spending_one(name):
    wire = Wire(name)
    before = run_in_process(batches(read_tries(), wire), wire.transceive)
    after = run_in_process(read_tries(), wire.transceive)
    assert before == after
    assert wire.batches == 1
    assert wire.verified == []
    expected = {"mynumber-one-try": 1, "mynumber-blocked": 0}
    for each, reference in SECRETS.items():
        assert before.left[each] == expected.get(name, reference.tries)
        assert before.full(each) == reference.tries


@pytest.mark.parametrize("way", [each for each in ways(PLAIN) if each != "certificate"])
@pytest.mark.parametrize(("name", "problem"), [("mynumber-one-try", "last_try"), ("mynumber-blocked", "blocked")])
def test_nothing_is_sent_to_a_card_that_could_lock_or_is_locked(name, problem, way):
    wire = Wire(name)
    with pytest.raises(CardError, match=rf"card\.(pin|number)\.{problem}"):
        blocking(wire, **ways(name)[way])
    assert wire.verified == []


def test_the_last_try_is_spent_when_the_holder_agrees_to_that_very_secret():
    wire = Wire("mynumber-one-try")
    with pytest.raises(CardError, match=r"card\.pin\.last_try"):
        blocking(wire, text_pin=True, last_try=frozenset({"signing"}))
    reading = blocking(wire, text_pin=True, last_try=frozenset({"text"}))
    assert "HOJO.EF0002" in reading.files
    assert run_in_process(read_tries(), wire.transceive).left["text"] == 3


@pytest.mark.parametrize("fault", ["blocked-6983", "mismatch-6300"])
def test_other_words_for_no_are_understood(fault):
    wire = Wire("mynumber-blocked" if fault == "blocked-6983" else PLAIN, (fault,))
    if fault == "blocked-6983":
        with pytest.raises(CardError, match=r"card\.pin\.blocked"):
            blocking(wire, text_pin=True)
        return
    wire.wrong = {"text": "0000"}
    with pytest.raises(CardError, match=r"card\.pin\.(refused|wrong)"):
        blocking(wire, text_pin=True)
    assert len(wire.verified) == 1


def test_a_wrong_number_b_goes_to_the_first_application_only():
    wire = Wire()
    with pytest.raises(CardError, match=r"card\.number\.wrong") as caught:
        blocking(wire, printed=NumberB(Secret("02010220359999")))
    assert caught.value.tries_left == 9
    assert len(wire.verified) == 1
    assert run_in_process(read_tries(), wire.transceive).left["text_reference_b"] == 10


def test_the_form_for_japanese_does_not_open_a_foreign_residents_card_and_is_not_tried_in_another_form():
    secrets = CARDS["mynumber-foreign"].secrets
    wire = Wire("mynumber-foreign")
    assert secrets["reference_b"].startswith("95")
    with pytest.raises(CardError, match=r"card\.number\.wrong"):
        blocking(wire, printed=NumberB(Secret("07" + secrets["reference_b"][2:])))
    assert len(wire.verified) == 1


# --- Odd cards ------------------------------------------------------------------------------------------------------


def test_a_card_without_long_commands_is_read_with_short_ones():
    wire = Wire(PLAIN, ("short-only",))
    reading = blocking(wire, **ways(PLAIN)["b"])
    assert set(reading.files) == FILES["b"]
    assert not reading.refusals
    assert len(wire.verified) == 2


def test_a_card_that_does_not_know_the_default_key_is_asked_for_it_by_its_file():
    def change(number, command, answer):
        return b"\x6a\x86" if command.ins == 0x2A and command.p2 == 0 else answer

    wire = Wire(change=change)
    reading = blocking(wire, **ways(PLAIN)["b"])
    assert {each.kind for each in reading.proofs} == PROOFS["b"]
    assert len(wire.verified) == 2  # no secret is sent for it


def test_a_card_that_does_not_read_by_short_identifier_is_read_by_file():
    def change(number, command, answer):
        return b"\x6a\x86" if command.ins == 0xB0 and command.p1 & 0x80 else answer

    wire = Wire(change=change)
    reading = blocking(wire, printed=number_b())
    assert set(reading.files) == FILES["b"]
    assert len(wire.verified) >= 2


@pytest.mark.parametrize("sw", ["6f00", "6985"])
def test_a_refused_proof_is_a_refusal_and_not_the_end(sw):
    def change(number, command, answer):
        return bytes.fromhex(sw) if command.ins == 0x2A else answer

    reading = blocking(Wire(change=change), printed=number_b())
    assert {each.what for each in reading.refusals} == PROOFS["b"]
    assert reading.proofs == ()


def test_a_card_that_cuts_every_answer_short_still_comes_to_an_end():
    def change(number, command, answer):
        return answer[:1] + answer[-2:] if command.ins == 0xB0 else answer

    reading = blocking(Wire(change=change), printed=number_b())
    assert {each.why for each in reading.refusals} <= {"card.file.truncated", "card.file.malformed"}
    assert "KENMEN.EF0002" not in reading.files


def test_a_length_beyond_all_bounds_is_refused():
    def change(number, command, answer):
        if command.ins == 0xB0 and answer[:2] == b"\xff\x20":
            return b"\xff\x20\x84\x7f\xff\xff\xff" + answer[5:]
        return answer

    reading = blocking(Wire(change=change), printed=number_b())
    assert {each.why for each in reading.refusals} == {"card.file.too_long"}


def test_a_card_that_says_nothing_about_its_tries_gets_no_secret():
    def change(number, command, answer):
        return b"\x90\x00" if command.ins == 0x20 and not command.data else answer

    wire = Wire(change=change)
    with pytest.raises(CardError, match=r"card\.pin\.tries_unknown"):
        blocking(wire, text_pin=True)
    assert wire.verified == []


def test_other_cards_are_said_to_be_others():
    card = issue(next(each.name for each in list_cards() if each.document == "passport"), now=NOW)
    with pytest.raises(CardError, match=r"card\.not_mynumber"):
        run_in_process(dialogue(text_pin=True), card.process)


@pytest.mark.parametrize("at", [1, 5, 9, 14, 20])
def test_a_lifted_card_ends_the_dialogue_with_that_error(at):
    def change(number, command, answer):
        if number == at:
            raise CardGone
        return answer

    with pytest.raises(LinkError, match=r"link\.card_removed"):
        blocking(Wire(change=change), printed=number_b())


def test_the_challenge_and_the_document_are_in_the_proofs():
    reading = blocking(Wire(), **ways(PLAIN)["all"])
    assert reading.proof("mynumber.face.chip").octets["challenge"] == CHALLENGE
    assert reading.proof("mynumber.sign").octets["document"] == DOCUMENT
    assert reading.proof("mynumber.sign").facts == {"hash": "sha256"}


def test_progress_has_its_steps_in_order():
    steps = []
    wire = Wire()
    run_in_process(read_mynumber(plan(printed=number_b()), now=NOW, progress=lambda *step: steps.append(step)), wire.transceive)
    assert [step for step, _, _ in steps] == ["connect", "access", "read", "read", "read", "issuer", "chip"]


# --- Recognition ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", [each for each in list_cards() if each.document in ("mynumber", "passport")], ids=lambda each: each.name)
def test_each_card_is_recognised_in_six_exchanges_without_a_secret(spec):
    card = issue(spec.name, now=NOW)
    sent = []

    def chip(octets):
        sent.append(octets)
        return card.process(octets)

    found = run_in_process(recognise(), chip)
    assert found.document == spec.document
    assert len(sent) <= 6
    assert all(each[1] in (0xA4, 0xB0) for each in sent)
    if spec.document == "mynumber":
        assert found.form == "card"
        assert found.licence == ("licence" in spec.name or "licence_pin" in spec.secrets)


def test_what_answers_nothing_is_nothing_known():
    assert run_in_process(recognise(), lambda octets: b"\x6a\x82").document is None
