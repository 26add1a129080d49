"""`honnin read mynumber`: from options to a plan, and asking for PINs after the tries were shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from honnin.cli.asking import ask

if TYPE_CHECKING:
    from honnin.apdu import PinSlot, SecretSource
    from honnin.cards import mynumber
    from honnin.flows.keys import DocumentKey
    from honnin.flows.look import Look
    from honnin.flows.ports import Readers

_SLOTS = {"text": "text", "authentication": "user_authentication", "signing": "signing"}
_LABELS = {
    "text": "券面事項入力補助用の暗証番号（数字4桁） / PIN for card text (4 digits)",
    "user_authentication": "利用者証明用の暗証番号（数字4桁） / Authentication PIN (4 digits)",
    "signing": "署名用の暗証番号（英数字6〜16字） / Signing password (6 to 16 letters and digits)",
}
_NUMBER_B = "照合番号B（14桁） / The 14 digits of 照合番号B"
_NUMBER_A = "個人番号（12桁） / Individual number (12 digits)"
_CODE = "セキュリティコード（4桁） / Security code (4 digits)"
NONCE = 32


@dataclass(frozen=True, slots=True)
class MyNumberOptions:
    """What was given on the command line."""

    number: str | None
    birth: str | None
    expiry: str | None
    code: str | None
    pins: tuple[str, ...]
    purpose: str | None
    foreign: bool = False
    last_try: bool = False


def way_into_mynumber(options: MyNumberOptions) -> Callable[[Readers, str], tuple[DocumentKey, SecretSource]]:
    """The plan and the secrets. Printed numbers are asked for now, PINs when the tries on the card are known."""
    from honnin.cards import mynumber  # noqa: PLC0415

    plan = _plan(options)
    names = [_SLOTS[each] for each in options.pins]

    def way(readers: Readers, reader_name: str) -> tuple[DocumentKey, SecretSource]:
        if names:
            from honnin.flows.look import look_at_card  # noqa: PLC0415

            _show_tries(look_at_card(readers, reader_name), names)
        entered = {name: _clean(ask(_LABELS[name])) for name in names}

        def secrets(slot: PinSlot, /) -> bytes:
            return entered[slot.name].encode("ascii", "replace")

        return plan, secrets

    assert isinstance(plan, mynumber.Plan)
    return way


def _plan(options: MyNumberOptions) -> mynumber.Plan:
    from honnin.cards.mynumber import SECRETS, Plan, ToSign  # noqa: PLC0415
    from honnin.core.clock import system_random  # noqa: PLC0415

    # A document with a fresh nonce and its purpose, so that the signature is good for nothing else (§4.4).
    document = b"honnin read: proof of possession, no contract\n" + system_random(NONCE)
    pins = frozenset(options.pins)
    purpose = _purpose(options.purpose)
    return Plan(
        printed=_printed(options),
        text_pin="text" in pins,
        number_purpose=purpose if "text" in pins else None,
        authenticate=ToSign(document) if "authentication" in pins else None,
        sign=ToSign(document) if "signing" in pins else None,
        last_try=frozenset(SECRETS) if options.last_try else frozenset(),
    )


def _printed(options: MyNumberOptions) -> mynumber.NumberB | mynumber.NumberA | None:
    from honnin.cards.mynumber import NumberA, NumberB  # noqa: PLC0415
    from honnin.core.secret import Secret  # noqa: PLC0415

    parts = (options.birth, options.expiry, options.code)
    purpose = _purpose(options.purpose)
    if any(each is not None for each in parts):
        if options.number is not None or None in parts:
            raise click.UsageError("give --number alone, or --birth, --expiry and --code together")
        code = ask(_CODE) if options.code == "-" else options.code or ""
        return NumberB.from_printed(
            _day(options.birth or ""), _year(options.expiry or ""), Secret(_clean(code)),
            foreign_resident=options.foreign,
        )  # fmt: skip
    if options.number is not None:
        return NumberB(Secret(_clean(ask(_NUMBER_B) if options.number == "-" else options.number)))
    if purpose is not None and "text" not in options.pins:
        return NumberA(Secret(_clean(ask(_NUMBER_A))), purpose)
    return None if options.pins else NumberB(Secret(_clean(ask(_NUMBER_B))))


def _purpose(name: str | None) -> mynumber.NumberLawPurpose | None:
    from honnin.cards.mynumber import NumberLawPurpose  # noqa: PLC0415

    if name is None:
        return None
    purpose = next((each for each in NumberLawPurpose if each.value == name), None)
    if purpose is None:
        raise click.UsageError(f"--purpose is one of {', '.join(NumberLawPurpose)}")
    return purpose


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError("--birth is YYYY-MM-DD for a My Number Card") from None


def _year(text: str) -> int:
    if len(text) != 4 or not (text.isascii() and text.isdigit()):
        raise click.UsageError("--expiry is the year, YYYY, for a My Number Card")
    return int(text)


def _clean(typed: str) -> str:
    import unicodedata  # noqa: PLC0415

    return "".join(each for each in unicodedata.normalize("NFKC", typed).upper() if not each.isspace() and each != "-")


def _show_tries(look: Look, names: list[str]) -> None:
    for name in names:
        left, full = look.tries.get(name), look.full.get(name)
        if left is not None:
            click.echo(f"{_LABELS[name]}: 残り {left} 回（{full} 回中） / {left} of {full} tries left", err=True)
