"""Small readers for entries of rules: each gives a checked value or refuses, with the name of the place.

All raise DataError "law.rules"; `what` is the name of the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import cast

from honnin.core.errors import DataError
from honnin.law.model import Words


def bad(what: str, said: str) -> DataError:
    """The error of a place: `said` goes on from its name."""
    return DataError("law.rules", f"the rules of law are damaged: {what} {said}", what)


def mapping(value: object, what: str) -> Mapping[str, object]:
    """A mapping with text keys."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise bad(what, "is not a mapping")
    return cast("Mapping[str, object]", value)


def listed(value: object, what: str) -> list[object]:
    """A list."""
    if not isinstance(value, list):
        raise bad(what, "is not a list")
    return value


def string(entry: Mapping[str, object], key: str, what: str) -> str:
    """The text of `key`, not empty."""
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise bad(what, f"has no {key}")
    return value


def yen_of(value: object, what: str) -> int | None:
    """An amount in yen, or None."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise bad(what, "has an amount that is none")
    return value


def strings(entry: Mapping[str, object], key: str, what: str) -> tuple[str, ...]:
    """The list of codes of `key`; an empty one when it is not there."""
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise bad(what, f"has {key} that is not a list of codes")
    return tuple(value)


def words_of(entry: Mapping[str, object], what: str) -> Words:
    """`ja` and `en`."""
    return Words(string(entry, "ja", what), string(entry, "en", what))


def known(codes: Iterable[str], among: Iterable[str], what: str) -> tuple[str, ...]:
    """The codes, each of which is in `among`."""
    all_known = among if isinstance(among, (Mapping, set, frozenset)) else set(among)
    found = tuple(codes)
    for code in found:
        if code not in all_known:
            raise bad(what, f"names a code that is not known: {code}")
    return found


def lists(value: object, what: str) -> Mapping[str, tuple[str, ...]]:
    """A mapping of lists of codes; empty for None."""
    if value is None:
        return {}
    entry = mapping(value, what)
    return {key: strings(entry, key, what) for key in entry}


def by_day(value: object, what: str) -> tuple[tuple[date, object], ...]:
    """A mapping of days, sorted; empty for None."""
    if value is None:
        return ()
    pairs = [(day_of(key, what), each) for key, each in mapping(value, what).items()]
    return tuple(sorted(((day, each) for day, each in pairs if day is not None), key=lambda pair: pair[0]))


def dated_lists(value: object, among: Iterable[str], what: str) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """Lists of known codes from a day on, sorted."""
    return tuple(
        (day, known(strings({"list": each}, "list", what), among, what)) for day, each in by_day(value, what)
    )


def day_of(value: object, what: str) -> date | None:
    """A day like 2027-04-01, or None."""
    if value is None:
        return None
    try:
        if isinstance(value, str) and len(value) == len("2027-04-01"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise bad(what, f"has a date that is none: {value}")
