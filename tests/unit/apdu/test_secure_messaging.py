"""Secure messaging: what is right goes through, everything else ends the session (passport.md §7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.apdu import Answers, Batch, Command, Dialogue, PinSlot, Response, run_in_process
from honnin.apdu.chaining import chain
from honnin.apdu.secure_messaging import Channel, SecureMessagingError, exchange, max_plain, secured
from honnin.core.errors import CallerError, LinkError
from honnin.core.tlv import encode, parse_all
from honnin.crypto import Cipher, encrypt_cbc, mac8_padded
from tests.unit.apdu.other_end import Card

CIPHERS = list(Cipher)
READ = Command(0x00, 0xB0, 0x81, 0x00, le=223)


def channel(cipher: Cipher = Cipher.AES128, ssc: int = 0) -> Channel:
    return Channel(cipher, bytes(range(cipher.key_length)), bytes(range(1, 1 + cipher.key_length)), ssc)


@pytest.mark.parametrize("cipher", CIPHERS)
@given(st.lists(st.tuples(st.binary(max_size=600), st.booleans(), st.binary(max_size=600)), min_size=1, max_size=5))
def test_a_batch_protected_ahead_opens_at_the_other_end(cipher: Cipher, items: list[tuple[bytes, bool, bytes]]) -> None:
    ours, card = channel(cipher, 2**64 - 3), Card(cipher, 2**64 - 3)
    batch = tuple(Command(0x00, 0xB1 if odd else 0x86, 1, 2, data, le=256) for data, odd, _ in items)
    answers = []
    for (data, odd, back), command in zip(items, ours.protect(batch), strict=True):
        assert card.open(command) == (data, b"\x00")
        answers.append(card.answer(back, odd=odd))
    opened = ours.unprotect(batch, tuple(answers))
    assert [each.data for each in opened] == [back for _, _, back in items]
    assert ours.counter == card.ssc


def test_protecting_changes_nothing_and_the_counter_follows_the_answers_that_came() -> None:
    ours, card = channel(), Card(Cipher.AES128)
    batch = (READ,) * 5
    protected = ours.protect(batch)
    assert protected == ours.protect(batch)
    answers = []
    for command in protected[:2]:  # the driver stopped after two
        card.open(command)
        answers.append(card.answer(sw=0x6A82) if answers else card.answer(b"one"))
    assert [each.sw for each in ours.unprotect(batch, tuple(answers))] == [0x9000, 0x6A82]
    card.open(ours.protect((READ,))[0])


def test_the_expected_length_is_one_octet_or_two_and_the_outer_form_follows() -> None:
    card = Card(Cipher.AES128)
    short, most, long, all_of_it = channel().protect(
        tuple(Command(0, 0xB0, 0, 0, le=le) for le in (223, 256, 1000, 65536))
    )
    assert [card.open(each)[1] for each in (short,)] == [b"\xdf"]
    assert (short.le, short.encode()[-1], short.needs_extended) == (256, 0, False)
    assert b"\x97\x01\x00" in most.data
    assert b"\x97\x02\x03\xe8" in long.data
    assert b"\x97\x02\x00\x00" in all_of_it.data
    assert all_of_it.encode()[-2:] == b"\x00\x00"
    assert long.needs_extended


def test_long_data_makes_the_outer_form_extended() -> None:
    (command,) = channel().protect((Command(0, 0x86, 0, 0, bytes(240), le=256),))
    assert command.needs_extended
    assert Command.decode(command.encode()).data == command.data


def test_data_of_odd_instructions_travel_in_do85_without_indicator() -> None:
    odd, even = channel().protect((Command(0, 0xB1, 0, 0, b"\x54\x01\x00"), Command(0, 0xA4, 2, 12, b"\x01\x1e")))
    assert (odd.data[0], len(parse_all(odd.data)[0].value)) == (0x85, 16)
    assert (even.data[0], len(parse_all(even.data)[0].value)) == (0x87, 17)


def test_a_typed_secret_does_not_travel_in_secure_messaging() -> None:
    with pytest.raises(CallerError):
        channel().protect((Command(0, 0x20, 0, 1, slot=PinSlot("pin1", range(4, 5))),))


@pytest.mark.parametrize(("cipher", "short"), [(Cipher.TDES, 231), (Cipher.AES128, 223), (Cipher.AES256, 223)])
def test_the_largest_block_fills_a_short_answer_and_one_more_octet_does_not_fit(cipher: Cipher, short: int) -> None:
    assert max_plain(cipher) == short
    for limit in (256, 270, 300, 1000, 4096, 32767, 65535):
        most = max_plain(cipher, limit)
        assert len(Card(cipher).answer(bytes(most)).data) <= limit
        assert len(Card(cipher).answer(bytes(most + 1)).data) > limit or limit == 270  # a longer header, not yet of use
    assert max_plain(cipher, 10) == 0


def flip(at: int) -> Callable[[Response], Response]:
    def change(answer: Response) -> Response:
        data = bytearray(answer.data)
        data[at] ^= 1
        return Response(bytes(data), answer.sw)

    return change


def swap_objects(answer: Response) -> Response:
    objects = parse_all(answer.data)
    return Response(objects[1].raw + objects[0].raw + objects[2].raw, answer.sw)


BAD: list[tuple[str, Callable[[Response], Response], str]] = [
    ("a flipped MAC bit", flip(-1), "card.sm.mac"),
    ("a flipped bit of the data", flip(5), "card.sm.mac"),
    ("a flipped bit of the protected status", flip(-11), "card.sm.mac"),
    ("another outer status word", lambda a: Response(a.data, 0x6282), "card.sm.status"),
    ("no protection at all", lambda a: Response(b"", a.sw), "card.sm.aborted"),
    ("a bare error", lambda a: Response(b"", 0x6988), "card.sm.aborted"),
    ("no DO 99", lambda a: Response(a.data[:-14] + a.data[-10:], a.sw), "card.sm.malformed"),
    ("no DO 8E", lambda a: Response(a.data[:-10], a.sw), "card.sm.malformed"),
    ("a cut answer", lambda a: Response(a.data[:-1], a.sw), "card.sm.malformed"),
    ("a longer answer", lambda a: Response(a.data + b"\0", a.sw), "card.sm.malformed"),
    ("plain data", lambda a: Response(b"plain", a.sw), "card.sm.malformed"),
    ("another order", swap_objects, "card.sm.malformed"),
    ("a second MAC", lambda a: Response(a.data + a.data[-10:], a.sw), "card.sm.malformed"),
]


@pytest.mark.parametrize("cipher", CIPHERS)
@pytest.mark.parametrize(("what", "change", "code"), BAD, ids=[each[0] for each in BAD])
def test_a_bad_answer_ends_the_session(
    cipher: Cipher, what: str, change: Callable[[Response], Response], code: str
) -> None:
    ours, card = channel(cipher), Card(cipher)
    batch = (READ, READ)
    answers = []
    for command in ours.protect(batch):
        card.open(command)
        answers.append(card.answer(b"data"))
    with pytest.raises(SecureMessagingError) as caught:
        ours.unprotect(batch, (answers[0], change(answers[1])))
    assert caught.value.code == code
    assert [each.data for each in caught.value.answered] == [b"data"]
    assert not ours.alive
    for use in (lambda: ours.protect(batch), lambda: ours.unprotect(batch, tuple(answers))):
        with pytest.raises(SecureMessagingError) as again:
            use()
        assert again.value.code == "card.sm.closed"


def two(cipher: Cipher) -> tuple[Channel, Batch, Answers]:
    ours, card = channel(cipher), Card(cipher)
    batch = (READ, READ)
    answers = []
    for number, command in enumerate(ours.protect(batch)):
        card.open(command)
        answers.append(card.answer(bytes([number] * 4)))
    return ours, batch, tuple(answers)


@pytest.mark.parametrize("cipher", CIPHERS)
def test_swapped_and_replayed_answers_are_not_genuine(cipher: Cipher) -> None:
    for change in (lambda a: (a[1], a[0]), lambda a: (a[0], a[0])):
        ours, batch, answers = two(cipher)
        with pytest.raises(SecureMessagingError) as caught:
            ours.unprotect(batch, change(answers))
        assert caught.value.code == "card.sm.mac"
    ours, batch, answers = two(cipher)
    ours.unprotect(batch, answers)
    with pytest.raises(SecureMessagingError):
        ours.unprotect(batch, answers)


@pytest.mark.parametrize("cipher", CIPHERS)
def test_wrong_padding_under_a_right_mac_ends_the_session(cipher: Cipher) -> None:
    ours, card = channel(cipher), Card(cipher)
    card.open(ours.protect((READ,))[0])
    ssc = card.counter()
    cryptogram = encrypt_cbc(cipher, card.enc, card.iv(ssc), bytes(cipher.block_length))
    for value in (b"\x01" + cryptogram, b"\x02" + cryptogram, b"\x01", b""):
        body = encode(0x87, value) + b"\x99\x02\x90\x00"
        answer = Response(body + encode(0x8E, mac8_padded(cipher, card.mac, ssc + body)), 0x9000)
        fresh = channel(cipher)
        with pytest.raises(SecureMessagingError) as caught:
            fresh.unprotect((READ,), (answer,))
        assert caught.value.code == "card.sm.padding"
        assert not fresh.alive


def test_more_answers_than_commands_end_the_session() -> None:
    ours, batch, answers = two(Cipher.AES128)
    with pytest.raises(SecureMessagingError):
        ours.unprotect(batch[:1], answers)
    assert not ours.alive


def test_keys_do_not_show_in_the_text_form() -> None:
    assert repr(channel()) == "Channel(aes128, open)"
    with pytest.raises(CallerError):
        Channel(Cipher.AES256, bytes(16), bytes(16))


# --- secured


def inner(seen: list[str]) -> Dialogue[bytes]:
    try:
        first = yield (READ,)
        second = yield (READ, READ)
        return b"".join(each.data for each in (*first, *second))
    except LinkError as error:
        seen.append(error.code)
        raise
    except SecureMessagingError as error:
        seen.append(error.code)
        raise
    finally:
        seen.append("closed")


def test_a_dialogue_that_knows_nothing_runs_secured() -> None:
    seen: list[str] = []
    card = Card(Cipher.AES256)
    dialogue = secured(inner(seen), channel(Cipher.AES256))

    def chip(octets: bytes) -> bytes:
        card.open(Command.decode(octets))
        return card.answer(b"x").encode()

    assert run_in_process(dialogue, chip) == b"xxx"
    assert seen == ["closed"]


def test_a_lost_card_reaches_the_inner_dialogue_and_drops_the_keys() -> None:
    seen: list[str] = []
    ours = channel()
    dialogue = secured(inner(seen), ours)
    next(dialogue)
    with pytest.raises(LinkError):
        dialogue.throw(LinkError("link.card_removed", "gone"))
    assert seen == ["link.card_removed", "closed"]
    assert not ours.alive


def test_a_bad_answer_reaches_the_inner_dialogue() -> None:
    seen: list[str] = []
    dialogue = secured(inner(seen), channel())
    next(dialogue)
    with pytest.raises(SecureMessagingError):
        dialogue.send((Response(b"", 0x6982),))
    assert seen == ["card.sm.aborted", "closed"]


def test_closing_closes_the_inner_dialogue() -> None:
    seen: list[str] = []
    dialogue = secured(inner(seen), channel())
    next(dialogue)
    dialogue.close()
    assert seen == ["closed"]


def test_exchange_without_a_channel_is_plain() -> None:
    dialogue = exchange(None, (READ,))
    assert next(dialogue) == (READ,)


# --- chaining


def test_a_long_command_is_cut_into_chained_ones() -> None:
    parts = chain(Command(0x00, 0x86, 0, 0, bytes(500), le=256), 255)
    assert [(each.cla, len(each.data), each.le) for each in parts] == [(0x10, 255, None), (0x00, 245, 256)]
    assert chain(READ, 200) == (READ,)
    with pytest.raises(CallerError):
        chain(READ, 0)
    with pytest.raises(CallerError):
        chain(Command(0x10, 0x86, 0, 0), 100)
