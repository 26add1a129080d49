"""The ways into a card at the counter: what each asks for, which tries it may cost, and the key it makes (ui.md §3.5).

A way is chosen by what lies on the reader and what the card says about itself. Printed numbers are kept while the visit
is at its key page; PINs and passwords never are: they come with the form, go to the card, and are gone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from honnin.cards import licence, mynumber, residence
from honnin.core.errors import CallerError, DataError
from honnin.core.secret import Secret
from honnin.facts import DocumentKind
from honnin.flows.keys import MAX_TYPED, DocumentKey, TypedKey, TypedKeyError, parse_passport_key
from honnin.flows.look import Look

__all__ = [
    "NUMBER_A", "NUMBER_WAYS", "PASSWORDS", "PINS_OF", "TRIES_OF", "Way", "at_one_try", "blocked", "make_key",
    "parse_pins", "unknown_tries", "ways_of",
]  # fmt: skip

PIN_LENGTH = 4
NUMBER_A_LENGTH = 12
PASSWORD_LENGTH = range(6, 17)  # mynumber-card.md §3.1: capital letters and digits
_NUMBERS = {"birth6": 6, "year": 4, "code": 4}
_USABLE_FORMS = frozenset({"", "card"})


class Way(StrEnum):
    """How a document is opened."""

    PASSPORT = "passport"
    REFERENCE_B = "reference_b"  # 照合番号B, printed on the front
    TEXT_PIN = "text_pin"  # 券面事項入力補助用の暗証番号
    NUMBER_A = "number_a"  # 照合番号A, the individual number on the back: 番号法 only
    NUMBER_PIN = "number_pin"  # 照合番号B for the photo and the four digits for text and number: 番号法 only
    SIGNATURE = "signature"  # 署名用電子証明書の暗証番号: the card signs the statement of this visit
    MYNUMBER_LICENCE = "mynumber_licence"  # マイナ免許証, by a PIN of its own
    MYNUMBER_LICENCE_NO_PIN = "mynumber_licence_no_pin"
    LICENCE = "licence"  # both PINs
    LICENCE_PIN1 = "licence_pin1"
    LICENCE_NO_PIN = "licence_no_pin"  # none was set: nothing is asked
    RESIDENCE = "residence"


# Secrets that are typed as PINs, and all that a way may cost a try of (names of honnin.cards.…).
PINS_OF: Mapping[Way, tuple[str, ...]] = {
    Way.TEXT_PIN: ("text",),
    Way.NUMBER_A: ("number_a",),
    Way.NUMBER_PIN: ("text",),
    Way.SIGNATURE: ("signing",),
    Way.MYNUMBER_LICENCE: ("licence",),
    Way.LICENCE: ("pin1", "pin2"),
    Way.LICENCE_PIN1: ("pin1",),
}
TRIES_OF: Mapping[Way, tuple[str, ...]] = {
    **PINS_OF,
    Way.REFERENCE_B: ("face_reference_b", "text_reference_b"),
    Way.NUMBER_A: ("face_number_a", "text_number_a"),
    Way.NUMBER_PIN: ("face_reference_b", "text"),
}
NUMBER_WAYS = frozenset({Way.NUMBER_A, Way.NUMBER_PIN})  # those that read the individual number
NUMBER_A = "number_a"  # of PINS_OF: the individual number itself, typed and forgotten like a PIN
PASSWORDS = frozenset({"signing"})  # of PINS_OF: letters and digits, not four digits


def ways_of(look: Look, *, number: bool = False) -> tuple[Way, ...]:
    """The ways into this card, the default first; none when it cannot be used here. `number`: for a case of the 番号法,
    where the individual number is read with the rest; no other case has a way that reads it.
    """
    document = look.card.document
    if document is DocumentKind.PASSPORT:
        return (Way.PASSPORT,)
    if document is DocumentKind.MYNUMBER and look.card.form in _USABLE_FORMS and number:
        return (Way.NUMBER_A, Way.NUMBER_PIN)
    if document is DocumentKind.MYNUMBER and look.card.form in _USABLE_FORMS:
        return (Way.REFERENCE_B, Way.TEXT_PIN, Way.SIGNATURE, *_licence_on_mynumber(look))
    if document is DocumentKind.LICENCE:
        return (Way.LICENCE_NO_PIN,) if look.not_set else (Way.LICENCE, Way.LICENCE_PIN1)
    if document is DocumentKind.RESIDENCE:
        return (Way.RESIDENCE,)
    return ()


def _licence_on_mynumber(look: Look) -> tuple[Way, ...]:
    if not look.card.licence:
        return ()
    return (Way.MYNUMBER_LICENCE_NO_PIN if "licence" in look.not_set else Way.MYNUMBER_LICENCE,)


def blocked(look: Look, way: Way) -> tuple[str, ...]:
    """Secrets of that way that are locked."""
    return tuple(name for name in TRIES_OF.get(way, ()) if look.tries.get(name) == 0)


def at_one_try(look: Look, way: Way) -> tuple[str, ...]:
    """Secrets of that way with one try left."""
    return tuple(name for name in TRIES_OF.get(way, ()) if look.tries.get(name) == 1)


def unknown_tries(look: Look, way: Way) -> tuple[str, ...]:
    """Secrets of that way of which the card does not say how many tries are left: nothing may be sent."""
    return tuple(name for name in TRIES_OF.get(way, ()) if name not in look.tries)


def make_key(
    way: Way,
    typed: TypedKey,
    *,
    last_try: frozenset[str] = frozenset(),
    statement: bytes = b"",
    purpose: mynumber.NumberLawPurpose | None = None,
    number: Secret[str] | None = None,
) -> DocumentKey:
    """The key of the dialogue. `statement`: what the card signs (flows.statement), for Way.SIGNATURE alone; `purpose`
    (of the case) and `number` (as typed) for the ways that read the individual number.

    Raises TypedKeyError (`key.…`) with the field that is wrong; CallerError `mynumber.plan.document`, `visit.purpose`.
    """
    if way in NUMBER_WAYS:
        if purpose is None:
            raise CallerError("visit.purpose", "the individual number is read for a purpose of 番号法 only")
        if way is Way.NUMBER_A:
            return mynumber.Plan(printed=_number_a(number, purpose), last_try=last_try)
        return mynumber.Plan(printed=_reference_b(typed), text_pin=True, number_purpose=purpose, last_try=last_try)
    if way is Way.PASSPORT:
        return parse_passport_key(typed)
    if way is Way.REFERENCE_B:
        return mynumber.Plan(printed=_reference_b(typed), last_try=last_try)
    if way is Way.TEXT_PIN:
        return mynumber.Plan(text_pin=True, last_try=last_try)
    if way is Way.SIGNATURE:
        return mynumber.Plan(sign=mynumber.ToSign(statement), last_try=last_try)
    if way in {Way.MYNUMBER_LICENCE, Way.MYNUMBER_LICENCE_NO_PIN}:
        return licence.MynumberPlan(last_try=last_try)
    if way is Way.RESIDENCE:
        return _card_number(typed)
    return licence.Plan(pin2=way is not Way.LICENCE_PIN1, last_try=last_try)


def parse_pins(way: Way, form: Mapping[str, str]) -> dict[str, Secret[str]]:
    """The secrets of that way by name: PINs of four digits, the signing password of 6 to 16 capital letters and digits,
    or the twelve digits of 照合番号A. Raises TypedKeyError `key.pin.missing`, `key.pin.digits`, `key.pin.password`,
    `key.twelve_digits`, `key.number_a.missing`, `key.number_a.digits`. The value stands in no error.
    """
    pins: dict[str, Secret[str]] = {}
    for name in PINS_OF.get(way, ()):
        value = _plain(form.get(name, ""))
        if not value:
            code = "key.number_a.missing" if name == NUMBER_A else "key.pin.missing"
            raise TypedKeyError(code, "nothing was typed", name)
        if name == NUMBER_A:
            if len(value) != NUMBER_A_LENGTH or not _digits(value):
                raise TypedKeyError("key.number_a.digits", "an individual number has twelve digits", name)
            pins[name] = Secret(value)
            continue
        if len(value) == 12 and _digits(value):
            raise TypedKeyError("key.twelve_digits", "twelve digits were typed", name)
        if name in PASSWORDS:
            if len(value) not in PASSWORD_LENGTH or not (value.isascii() and value.isalnum()):
                raise TypedKeyError("key.pin.password", "a signing password has 6 to 16 letters and digits", name)
        elif len(value) != PIN_LENGTH or not _digits(value):
            raise TypedKeyError("key.pin.digits", "a PIN has four digits", name)
        pins[name] = Secret(value)
    return pins


def _number_a(typed: Secret[str] | None, purpose: mynumber.NumberLawPurpose) -> mynumber.NumberA:
    try:
        return mynumber.NumberA(typed or Secret(""), purpose)
    except DataError:
        raise TypedKeyError("key.number_a.check", "the check digit does not match", NUMBER_A) from None


def _reference_b(typed: TypedKey) -> mynumber.NumberB:
    values = {name: _plain(getattr(typed, name).reveal()) for name in _NUMBERS}
    for name, value in values.items():
        if len(value) == 12 and _digits(value):
            raise TypedKeyError("key.twelve_digits", "twelve digits were typed", name)
        if value and not value.isascii():
            raise TypedKeyError("key.kana", "letters that are not digits", name)
    if len(values["birth6"]) == sum(_NUMBERS.values()) and not values["year"] and not values["code"]:
        whole = values["birth6"]  # one scan of all fourteen
    else:
        for name, length in _NUMBERS.items():
            if not values[name]:
                raise TypedKeyError("key.number_b.missing", "a field is empty", name)
            if len(values[name]) != length or not _digits(values[name]):
                raise TypedKeyError(f"key.number_b.{name}", "a field does not have its digits", name)
        whole = "".join(values.values())
    try:
        return mynumber.NumberB(Secret(whole))
    except DataError:
        wrong = "birth6" if whole[6:8] == "20" else "year"
        raise TypedKeyError(f"key.number_b.{wrong}", "there is no such date", wrong) from None


def _card_number(typed: TypedKey) -> residence.CardNumber:
    value = _plain(typed.card.reveal())
    if not value:
        raise TypedKeyError("key.card.missing", "no number was typed", "card")
    if len(value) == 12 and _digits(value):
        raise TypedKeyError("key.twelve_digits", "twelve digits were typed", "card")
    if not value.isascii():
        raise TypedKeyError("key.kana", "letters that are not on the card", "card")
    try:
        return residence.CardNumber(Secret(value))
    except DataError:
        raise TypedKeyError("key.card.form", "this is not a card number", "card") from None


def _plain(value: str) -> str:
    plain = unicodedata.normalize("NFKC", value[:MAX_TYPED]).upper()
    return "".join(each for each in plain if not each.isspace() and each not in "-‐‑–—−ー/.")


def _digits(value: str) -> bool:
    return value.isascii() and value.isdigit()
