"""Recovery sheet: keys on paper, which a person can type back, with every slip of the hand found and its line named.

A key on the sheet is four lines of 16 characters in groups of four. Alphabet: the 32 of Crockford's base32 (no I, L, O,
U; read as 1, 1, 0 where there is a digit that looks like them). Of the 64 characters 56 carry, five bits each: form and
purpose (4 bits), the key (256), the first 20 bits of SHA-256 over domain, purpose and key. The last two characters of
each line are check characters of a Reed-Solomon code over GF(2^5) (x^5 + x^2 + 1) on the line and its number: one or
two wrong characters in a line are always found, and so are lines in another order.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from honnin.core.errors import CallerError, DataError
from honnin.core.secret import Secret
from honnin.records.wrapping import KEY_LENGTH, Purpose, key_id

LINES = 4
LINE_LENGTH = 16
MAX_TEXT = 4096  # of what is typed back for one key

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_DATA = 14  # characters of a line that carry
_SUM_BITS = 20
_DOMAIN = b"honnin recovery sheet v1\x00"
_CODES = {Purpose.RECORDS: 1, Purpose.INDEX: 2, Purpose.NUMBERS: 3, Purpose.LEDGER: 4}
_PURPOSES = {code: purpose for purpose, code in _CODES.items()}


@dataclass(frozen=True, slots=True)
class SheetKey:
    """One key of a sheet: `purpose`, `key` (32 octets)."""

    purpose: Purpose
    key: Secret[bytes]


def key_lines(key: SheetKey) -> tuple[str, str, str, str]:
    """The four lines of a key, each `XXXX-XXXX-XXXX-XXXX`. Raises CallerError `vault.argument`."""
    octets = key.key.reveal()
    if len(octets) != KEY_LENGTH:
        raise CallerError("vault.argument", "a key has 32 octets", "key")
    number = (_CODES[key.purpose] << 256 | int.from_bytes(octets, "big")) << _SUM_BITS | _sum(key.purpose, octets)
    symbols = [number >> shift & 31 for shift in range((LINES * _DATA - 1) * 5, -1, -5)]
    first, second, third, fourth = (
        _printed(_checked(line, symbols[line * _DATA : (line + 1) * _DATA])) for line in range(LINES)
    )
    return first, second, third, fourth


def key_from_recovery_sheet(text: str) -> SheetKey:
    """The key that was typed from a sheet: 64 characters, small or large, half or full width; spaces, hyphens and line
    ends do not count.

    Raises DataError: `vault.sheet` (not 64 characters of the alphabet, or lines that do not belong together),
    `vault.sheet_line` with the number of the first wrong line, `1` to `4`, as detail.
    """
    symbols = _typed(text)
    data: list[int] = []
    for line in range(LINES):
        part = symbols[line * LINE_LENGTH : (line + 1) * LINE_LENGTH]
        if any(value is None for value in part):
            raise _wrong_line(line)
        known = [value for value in part if value is not None]
        if _checked(line, known[:_DATA]) != known:
            raise _wrong_line(line)
        data += known[:_DATA]
    number = 0
    for value in data:
        number = number << 5 | value
    octets = (number >> _SUM_BITS & (1 << 256) - 1).to_bytes(KEY_LENGTH, "big")
    purpose = _PURPOSES.get(number >> 256 + _SUM_BITS)
    if purpose is None or number & (1 << _SUM_BITS) - 1 != _sum(purpose, octets):
        raise DataError("vault.sheet", "the lines do not belong to one key", "sum")
    return SheetKey(purpose, Secret(octets))


def recovery_sheet(keys: Sequence[SheetKey], *, house: str, printed_on: date, language: str = "ja") -> str:
    """The sheet as text to print, in `ja` or `en`: what it is, how to keep it, each key with its id, how to use it.

    Keys of `numbers` must be on a sheet of their own, so that who may restore records need not hold the key of the
    番号法. Raises CallerError `vault.argument`.
    """
    if not keys or language not in _WORDS:
        raise CallerError("vault.argument", "a sheet has keys and a language, ja or en", "sheet")
    if len({key.purpose is Purpose.NUMBERS for key in keys}) != 1:
        raise CallerError("vault.argument", "keys of the 番号法 have a sheet of their own", "purpose")
    words = _WORDS[language]
    out = [words["title"], "", f"{words['house']}{_one_line(house)}", f"{words['date']}{printed_on.isoformat()}", ""]
    out += [words["what"], words["keep"], ""]
    for number, key in enumerate(keys, start=1):
        out += [f"{number}/{len(keys)}  {words[key.purpose.value]}  [{key_id(key.purpose, key.key)}]"]
        out += [f"    {line}   {text}" for line, text in enumerate(key_lines(key), start=1)]
        out += [""]
    out += [words["use"], words["order"]]
    return "\n".join(out) + "\n"


_WORDS = {
    "ja": {
        "title": "本人 Honnin　復旧シート（鍵の控え）",
        "house": "事業者：",
        "date": "印刷した日：",
        "what": "この紙の鍵があれば、保存した記録を読めます。鍵をすべて失うと、記録は二度と読めません。",
        "keep": "封筒に入れて金庫にしまい、パソコンとは別の場所に置いてください。写真やコピーは取らないでください。",
        "records": "記録の鍵",
        "index": "検索の鍵",
        "numbers": "個人番号（番号法）の鍵",
        "ledger": "台帳の署名の鍵",
        "use": "使うとき：「honnin keys restore」を実行し、鍵を上から順に入力してください。「-」と空白は省けます。",
        "order": "文字は 0–9 と A–Z です（I・L・O・U は使っていません）。入力まちがいは行ごとに見つかります。",
    },
    "en": {
        "title": "Honnin 本人 recovery sheet (copy of the keys)",
        "house": "Business: ",
        "date": "Printed on: ",
        "what": "With the keys on this paper the records can be read. If all keys are lost, nobody can read them.",
        "keep": "Put it in an envelope in a safe, away from the computer and its backups. Take no photo and no copy.",
        "records": "Key of the records",
        "index": "Key of the search",
        "numbers": "Key of individual numbers (番号法)",
        "ledger": "Key that signs the ledger",
        "use": "To use it: run “honnin keys restore” and type the keys from the top. “-” and spaces may be left out.",
        "order": "Characters are 0–9 and A–Z (no I, L, O, U). A slip is found line by line.",
    },
}


def _typed(text: str) -> list[int | None]:
    """The 64 symbols, None for a character that is not of the alphabet."""
    if len(text) > MAX_TEXT:
        raise DataError("vault.sheet", "this is longer than a key of a recovery sheet", "length")
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = [each for each in plain if not each.isspace() and unicodedata.category(each) != "Pd" and each not in "ー−"]
    if len(kept) != LINES * LINE_LENGTH:
        raise DataError("vault.sheet", "a key of a recovery sheet has 64 characters", str(len(kept)))
    return [_VALUE.get(each) for each in kept]


def _sum(purpose: Purpose, octets: bytes) -> int:
    digest = hashlib.sha256(_DOMAIN + purpose.encode() + b"\x00" + octets).digest()
    return int.from_bytes(digest[:4], "big") >> 32 - _SUM_BITS


def _printed(symbols: Sequence[int]) -> str:
    text = "".join(_ALPHABET[each] for each in symbols)
    return "-".join(text[at : at + 4] for at in range(0, LINE_LENGTH, 4))


def _checked(line: int, data: Sequence[int]) -> list[int]:
    """The data with two check symbols, so that over line number and line both sums are zero: of c(i), of a^i c(i)."""
    known = [line + 1, *data]
    plain = weighted = 0
    for power, symbol in enumerate(known):
        plain ^= symbol
        weighted ^= _times(_POWERS[power], symbol)
    first, last = _POWERS[len(known)], _POWERS[len(known) + 1]
    second_check = _times(weighted ^ _times(first, plain), _inverse(first ^ last))
    return [*data, plain ^ second_check, second_check]


def _times(one: int, other: int) -> int:
    product = 0
    for bit in range(5):
        if other >> bit & 1:
            product ^= one << bit
    for bit in range(8, 4, -1):
        if product >> bit & 1:
            product ^= 0b100101 << bit - 5
    return product


def _inverse(value: int) -> int:
    return next(each for each in range(1, 32) if _times(value, each) == 1)


def _powers() -> tuple[int, ...]:
    out = [1]
    while len(out) < LINE_LENGTH + 1:
        out.append(_times(out[-1], 2))
    return tuple(out)


_POWERS = _powers()


def _wrong_line(line: int) -> DataError:
    return DataError("vault.sheet_line", "a line of the recovery sheet was mistyped", str(line + 1))


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text[:200]).split())
