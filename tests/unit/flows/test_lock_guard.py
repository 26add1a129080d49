"""The lock guard between any dialogue and any card, and that no card is ever blocked by this program."""

from __future__ import annotations

import random as dice

import pytest

from honnin.adapters.tray import Tray
from honnin.apdu import PinSlot
from honnin.cards.mynumber import SECRETS, NumberA, NumberB, Plan, ToSign
from honnin.core.clock import system_random
from honnin.core.errors import CallerError, CardError, HonninError
from honnin.core.secret import Secret
from honnin.flows.lock_guard import GuardedLink, LockGuard, tries_in
from honnin.flows.look import look_at_card
from honnin.flows.read import read_document
from tests.unit.cards.mynumber.virtual import CARDS, DOCUMENT, NOW, PURPOSE

APPLICATION = bytes.fromhex("00A4040C0AD3921000310001010408")
SELECT_PIN = bytes.fromhex("00A4020C020011")
ASK = bytes.fromhex("00200080")


def verify(pin="1234", p2=0x80):
    return bytes([0x00, 0x20, 0x00, p2, len(pin)]) + pin.encode()


class Card:
    """Tries of one PIN."""

    def __init__(self, left=3, pin="1234"):
        self.left, self.pin, self.got = left, pin, []

    def transceive(self, command):
        self.got.append(command)
        if command[1] != 0x20:
            return b"\x90\x00"
        if len(command) > 5:
            if command[5:] == self.pin.encode():
                self.left = 3
                return b"\x90\x00"
            self.left = max(self.left - 1, 0)
        return bytes([0x63, 0xC0 | self.left])

    @property
    def secrets(self):
        return [each for each in self.got if each[1] == 0x20 and len(each) > 5]


def guarded(card, guard=None, **values):
    link = GuardedLink(card, lambda slot: b"1234", guard or LockGuard(system_random), **values)
    for each in (APPLICATION, SELECT_PIN):
        link.transceive(each)
    return link


def test_no_secret_before_the_tries_are_known():
    card = Card()
    link = guarded(card)
    with pytest.raises(CallerError, match=r"card\.pin\.tries_unknown"):
        link.transceive(verify())
    link.transceive(ASK)
    assert link.transceive(verify()) == b"\x90\x00"
    with pytest.raises(CallerError, match=r"card\.pin\.tries_unknown"):
        link.transceive(verify())  # after a right one the number is asked for again
    assert len(card.secrets) == 1


@pytest.mark.parametrize("p2", [0x80, 0x91])
def test_the_reference_is_the_same_however_it_is_addressed(p2):
    card = Card()
    link = guarded(card)
    link.transceive(ASK)
    assert link.transceive(verify("0000", p2)) == b"\x63\xc2"
    with pytest.raises(CallerError, match=r"card\.pin\.same_wrong"):
        link.transceive(verify("0000", 0x80 if p2 == 0x91 else 0x91))
    assert len(card.secrets) == 1


def test_the_tries_of_one_secret_say_nothing_about_another():
    link = guarded(Card())
    link.transceive(ASK)
    link.transceive(bytes.fromhex("00A4020C020014"))
    with pytest.raises(CallerError, match=r"card\.pin\.tries_unknown"):
        link.transceive(verify("123456789018"))


@pytest.mark.parametrize(("left", "problem"), [(1, "last_try"), (0, "blocked")])
def test_nothing_is_risked_at_the_end(left, problem):
    card = Card(left)
    link = guarded(card)
    link.transceive(ASK)
    with pytest.raises(CardError, match=rf"card\.pin\.{problem}") as caught:
        link.transceive(verify())
    assert caught.value.tries_left == left
    assert card.secrets == []


def test_the_last_try_goes_if_the_holder_said_yes_but_never_on_a_blocked_card():
    card = Card(1)
    link = guarded(card, last_try=True)
    link.transceive(ASK)
    assert link.transceive(verify()) == b"\x90\x00"
    blocked = guarded(Card(0), last_try=True)
    blocked.transceive(ASK)
    with pytest.raises(CardError, match=r"card\.pin\.blocked"):
        blocked.transceive(verify())


def test_a_wrong_secret_is_never_sent_again_in_the_visit():
    guard = LockGuard(system_random)
    card = Card()
    link = guarded(card, guard)
    link.transceive(ASK)
    link.transceive(verify("0000"))
    again = guarded(card, guard)  # the card was taken off and put down again
    again.transceive(ASK)
    with pytest.raises(CallerError, match=r"card\.pin\.same_wrong"):
        again.transceive(verify("0000"))
    assert card.left == 2
    guard.other_card()
    again.transceive(verify("0000"))
    assert card.left == 1


def test_the_guard_keeps_no_secret():
    guard = LockGuard(lambda n: b"s" * n)
    guard.remember(b"reference", b"9753")
    kept = repr([getattr(guard, name) for name in vars(guard)])
    assert "9753" not in kept
    assert b"9753".hex() not in kept


def test_the_guard_has_an_end():
    guard = LockGuard(system_random)
    for number in range(256):
        guard.remember(b"", str(number).encode())
    with pytest.raises(CallerError, match=r"card\.pin\.too_many"):
        guard.remember(b"", b"one more")


def test_secrets_in_the_wrong_form_do_not_leave():
    slot = PinSlot("text", range(4, 5))
    for answer in (b"", b"123", b"12345", b"12a4", "１２３４".encode()):
        link = GuardedLink(Card(), lambda _, answer=answer: answer, LockGuard(system_random))
        with pytest.raises(CallerError, match=r"card\.pin\.format"):
            link.secrets(slot)
    word = PinSlot("signing", range(6, 17), "upper_alphanumeric")
    assert GuardedLink(Card(), lambda _: b"ABC123", LockGuard(system_random)).secrets(word) == b"ABC123"
    with pytest.raises(CallerError, match=r"card\.pin\.format"):
        GuardedLink(Card(), lambda _: b"abc123", LockGuard(system_random)).secrets(word)


def test_a_secret_is_never_changed_by_this_program():
    with pytest.raises(CallerError, match=r"card\.pin\.change"):
        guarded(Card()).transceive(bytes.fromhex("002401800431323334"))


@pytest.mark.parametrize(("sw", "left"), [(0x63C3, 3), (0x63C0, 0), (0x6983, 0), (0x6984, 0), (0x9000, None), (0x6982, None), (0x6300, None)])
def test_tries_in_status_words(sw, left):
    assert tries_in(sw) == left


# --- Through the use case ----------------------------------------------------------------------------------------


def tray(name):
    made = Tray(clock=lambda: NOW)
    made.insert(name)
    return made


def read(made, plan, secrets=None, guard=None):
    return read_document(
        made, made.name, plan, clock=lambda: NOW, random=system_random, secrets=secrets or (lambda slot: b"1234"), guard=guard
    )


def left(made):
    return dict(look_at_card(made, made.name).tries)


def test_looking_costs_nothing_and_says_the_tries():
    made = tray("mynumber-plain")
    look = look_at_card(made, made.name)
    assert look.card.document == "mynumber"
    assert look.tries == look.full == {name: each.tries for name, each in SECRETS.items()}


def test_the_same_wrong_pin_costs_one_try_however_often_it_is_typed():
    made = tray("mynumber-plain")
    guard = LockGuard(system_random)
    plan = Plan(text_pin=True)
    with pytest.raises(CardError, match=r"card\.pin\.wrong"):
        read(made, plan, lambda slot: b"0000", guard)
    for _ in range(5):
        with pytest.raises(CallerError, match=r"card\.pin\.same_wrong"):
            read(made, plan, lambda slot: b"0000", guard)
    assert left(made)["text"] == 2
    assert "HOJO.EF0002" in read(made, plan, guard=guard).files
    assert left(made)["text"] == 3


def test_no_second_reading_after_a_secret():
    """A reader that fails on long commands is read again with short ones, but not after a secret has left."""

    class Failing(Tray):
        def run(self, name, work, *, timeout_s):
            def failing(link):
                class _Link:
                    extended_length, simulated = True, True

                    def transceive(self, command, /):
                        if command[1] == 0x2A:
                            from honnin.core.errors import LinkError

                            raise LinkError("link.no_extended", "no long commands")
                        return link.transceive(command)

                return work(_Link())

            runs.append(name)
            return super().run(name, failing, timeout_s=timeout_s)

    runs = []
    made = Failing(clock=lambda: NOW)
    made.insert("mynumber-plain")
    with pytest.raises(HonninError, match=r"link\.no_extended"):
        read(made, Plan(text_pin=True))
    assert len(runs) == 1


MISTAKES = 1000


def test_a_thousand_mistakes_of_operators_block_no_card():
    """Wrong and right secrets at random, over all ways in and several visits, without anybody agreeing to a last try."""
    roll = dice.Random(20261125)
    names = ("mynumber-plain", "mynumber-one-try", "mynumber-foreign", "mynumber-licence")
    trays = {name: tray(name) for name in names}
    guard = LockGuard(system_random)
    wrong = 0
    seen = set()
    while wrong < MISTAKES:
        name = roll.choice(names)
        made, secrets = trays[name], CARDS[name].secrets
        if roll.random() < 0.1:
            guard = LockGuard(system_random)  # the next customer

        def typed(slot, secrets=secrets):
            real = {"text": "text_pin", "user_authentication": "user_authentication_pin", "signing": "signature_password"}
            if roll.random() < 0.15:
                return secrets[real[slot.name]].encode()
            digits = "".join(roll.choice("0123456789") for _ in range(roll.choice((3, 4, 4, 4, 5))))
            return digits.encode() if slot.name != "signing" else f"ABC{roll.randrange(1000):03d}".encode()

        b = secrets["reference_b"] if roll.random() < 0.2 else secrets["reference_b"][:10] + f"{roll.randrange(10000):04d}"
        plan = roll.choice(
            (
                Plan(printed=NumberB(Secret(b))),
                Plan(text_pin=True),
                Plan(authenticate=ToSign(DOCUMENT)),
                Plan(sign=ToSign(DOCUMENT)),
                Plan(printed=NumberA(Secret("123456789018"), PURPOSE)),
            )
        )
        try:
            read(made, plan, typed, guard)
        except HonninError as error:
            wrong += 1
            seen.add(error.code)
    assert {"card.pin.wrong", "card.pin.last_try", "card.number.wrong", "card.pin.format"} <= seen
    for made in trays.values():
        assert min(left(made).values()) >= 1, "a card was blocked"


def test_a_card_at_its_last_try_is_never_touched_by_itself():
    made = tray("mynumber-one-try")
    before = left(made)
    for plan in (Plan(text_pin=True), Plan(printed=NumberB(Secret("11090920350909"))), Plan(sign=ToSign(DOCUMENT))):
        with pytest.raises(CardError, match=r"last_try"):
            read(made, plan)
    assert left(made).items() >= before.items()  # the look also tells the PIN of a licence on the card
