"""Documents that what is printed on them opens: `honnin read passport` and `honnin read residence`. Nothing locks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from honnin.cli.asking import ask
from honnin.cli.read_options import ReadOptions, Way

if TYPE_CHECKING:
    from honnin.cards.passport import CanKey, MrzKey

_CARD_NUMBER = "在留カード等の番号（12桁） / Number of the residence card (12 characters)"
_CAN = "カードアクセス番号（6桁） / Card access number (6 digits)"
_LINE = "写真のページの下2行の{}行目 / Line {} at the bottom of the photo page"


def way_into_passport(options: ReadOptions) -> Way:
    """The key from the photo page; what was not given is asked for now."""
    from honnin.apdu.dialogue import no_secrets  # noqa: PLC0415

    key = _passport_key(options)
    return lambda _readers, _name: (key, no_secrets)


def way_into_residence(options: ReadOptions) -> Way:
    """The card number; asked for now when it was not given."""
    from honnin.apdu.dialogue import no_secrets  # noqa: PLC0415
    from honnin.cards.residence import CardNumber  # noqa: PLC0415
    from honnin.core.secret import Secret  # noqa: PLC0415

    number = options.number
    key = CardNumber(Secret(ask(_CARD_NUMBER) if number is None or number == "-" else number))
    return lambda _readers, _name: (key, no_secrets)


def _passport_key(options: ReadOptions) -> MrzKey | CanKey:
    from honnin.cards.passport import CanKey, MrzKey  # noqa: PLC0415
    from honnin.core.secret import Secret  # noqa: PLC0415

    if options.mrz is not None:
        return MrzKey.from_lines(_ask_lines() if options.mrz == "-" else options.mrz)
    if options.can is not None:
        return CanKey(Secret(ask(_CAN) if options.can == "-" else options.can))
    number, birth, expiry = options.number, options.birth, options.expiry
    return MrzKey(
        number if number is not None and number != "-" else ask("旅券番号 / Passport number"),
        birth if birth is not None else ask("生年月日 / Date of birth (YYMMDD)"),
        expiry if expiry is not None else ask("有効期間満了日 / Date of expiry (YYMMDD)"),
    )


def _ask_lines() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.read(400)
    return ask(_LINE.format(1, 1)) + "\n" + ask(_LINE.format(2, 2))
