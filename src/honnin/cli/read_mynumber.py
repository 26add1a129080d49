"""`honnin read mynumber`: from options to a plan, and asking for PINs after the tries were shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from honnin.cli.asking import ask
from honnin.cli.read_options import ReadOptions, Way

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
    "face_reference_b": "照合番号B（券面） / 照合番号B (face)",
    "text_reference_b": "照合番号B（文字） / 照合番号B (text)",
    "face_number_a": "照合番号A（券面） / 照合番号A (face)",
    "text_number_a": "照合番号A（文字） / 照合番号A (text)",
    "signing": "署名用の暗証番号（英数字6〜16字） / Signing password (6 to 16 letters and digits)",
}
_NUMBER_B = "照合番号B（14桁） / The 14 digits of 照合番号B"
_NUMBER_A = "個人番号（12桁） / Individual number (12 digits)"
_CODE = "セキュリティコード（4桁） / Security code (4 digits)"
NONCE = 32


def way_into_mynumber(options: ReadOptions) -> Way:
    """The plan and the secrets. What has to be typed is asked for when the tries on the card were shown, and nothing
    is asked for that the card would not take.
    """
    names = [_SLOTS[each] for each in options.pins]
    asked = [*_typed_numbers(options), *names]

    def way(readers: Readers, reader_name: str) -> tuple[DocumentKey, SecretSource]:
        if asked:
            from honnin.flows.look import look_at_card  # noqa: PLC0415

            _before_asking(look_at_card(readers, reader_name), asked, last_try=options.last_try)
        plan = _plan(options)
        entered = {name: _clean(ask(_LABELS[name])) for name in names}

        def secrets(slot: PinSlot, /) -> bytes:
            return entered[slot.name].encode("ascii", "replace")

        return plan, secrets

    return way


def _typed_numbers(options: ReadOptions) -> tuple[str, ...]:
    """Names of the secrets for which a printed number will be asked."""
    if "-" in (options.number, options.code) or not (options.pins or options.number or options.code or options.purpose):
        return ("face_reference_b", "text_reference_b")
    if options.purpose is not None and "text" not in options.pins and not (options.number or options.code):
        return ("face_number_a", "text_number_a")
    return ()


def _plan(options: ReadOptions) -> mynumber.Plan:
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


def _printed(options: ReadOptions) -> mynumber.NumberB | mynumber.NumberA | None:
    from honnin.cards.mynumber import NumberA, NumberB  # noqa: PLC0415
    from honnin.core.secret import Secret  # noqa: PLC0415

    parts = (options.birth, options.expiry, options.code)
    purpose = _purpose(options.purpose)
    if any(each is not None for each in parts):
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


def _before_asking(look: Look, names: list[str], *, last_try: bool) -> None:
    """Show the tries that are left. Raises CardError for what the card would refuse, before anybody types it."""
    from honnin.cards.mynumber import check_secrets  # noqa: PLC0415
    from honnin.facts import DocumentKind  # noqa: PLC0415

    if look.card.document is not DocumentKind.MYNUMBER:
        return  # the dialogue says so
    for name in names:
        left, full = look.tries.get(name), look.full.get(name)
        if left is not None:
            click.echo(f"{_LABELS[name]}: 残り {left} 回（{full} 回中） / {left} of {full} tries left", err=True)
    known = [name for name in names if name in look.tries]
    check_secrets(known, look.tries, agreed=frozenset(known) if last_try else frozenset())
