"""`honnin read licence`: which form lies there, what it asks for, and asking for PINs after the tries were shown."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import click

from honnin.cli.asking import ask
from honnin.cli.read_options import LICENCE_PINS, ReadOptions, Way

if TYPE_CHECKING:
    from honnin.apdu import PinSlot, SecretSource
    from honnin.flows.keys import DocumentKey
    from honnin.flows.look import Look
    from honnin.flows.ports import Readers

_LABELS = {
    "pin1": "暗証番号1（数字4桁） / PIN 1 (4 digits)",
    "pin2": "暗証番号2（数字4桁） / PIN 2 (4 digits)",
    "licence": "マイナ免許証の暗証番号（数字4桁） / PIN of the licence on the My Number Card (4 digits)",
}
_NOT_SET = "暗証番号は設定されていません。 / No PIN is set on this card."


def way_into_licence(options: ReadOptions) -> Way:
    """The plan and the secrets, for the form of the licence that lies there. `options.pins`: those that will be
    entered; none means both. PIN 1 alone reads text that nothing can prove.
    """
    wanted = options.pins or LICENCE_PINS

    def way(readers: Readers, reader_name: str) -> tuple[DocumentKey, SecretSource]:
        from honnin.flows.look import look_at_card  # noqa: PLC0415

        look = look_at_card(readers, reader_name)
        key, names = _plan(look, wanted, last_try=options.last_try)
        asked = [name for name in names if name not in look.not_set]
        if not asked:
            click.echo(_NOT_SET, err=True)
        for name in asked:
            left, full = look.tries.get(name), look.full.get(name)
            if left is not None:
                click.echo(f"{_LABELS[name]}: 残り {left} 回（{full} 回中） / {left} of {full} tries left", err=True)
        entered = {name: _digits(ask(_LABELS[name])) for name in asked if look.tries.get(name) != 0}

        def secrets(slot: PinSlot, /) -> bytes:
            return entered[slot.name].encode("ascii", "replace")

        return key, secrets

    return way


def _plan(look: Look, wanted: tuple[str, ...], *, last_try: bool) -> tuple[DocumentKey, tuple[str, ...]]:
    from honnin.cards.licence import MynumberPlan, Plan  # noqa: PLC0415
    from honnin.core.errors import CardError  # noqa: PLC0415
    from honnin.facts import DocumentKind  # noqa: PLC0415

    agreed = frozenset({*LICENCE_PINS, "licence"}) if last_try else frozenset()
    if look.card.document is DocumentKind.LICENCE:
        plan = Plan(pin2="pin2" in wanted, last_try=agreed)
        return plan, plan.secrets
    if look.card.document is DocumentKind.MYNUMBER:
        if not look.card.licence:
            raise CardError("card.no_licence", "there is no licence on this card")
        on_card = MynumberPlan(last_try=agreed)
        return on_card, on_card.secrets
    raise CardError("card.not_licence", "the card is not a driver's licence")


def _digits(typed: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", typed) if not each.isspace())
