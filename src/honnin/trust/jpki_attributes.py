"""The four items in a JPKI signing certificate (基本4情報; jpki-validation.md §1.6).

They are otherNames of the subjectAltName, found by OID in any order. Unknown ones are kept: new items appear (kana
since 2026-05-26) before anybody says under which OID.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from honnin.core.errors import DataError
from honnin.trust import der
from honnin.trust.certificate import Certificate
from honnin.trust.der import DerError, known_oid

__all__ = ["ERAS", "FlaggedText", "JpkiAttributes", "PartialDate", "parse_jpki_attributes"]

_ARC = "1.2.392.200149.8.5.5"
NAME, NAME_FLAGS, SEX, BIRTH, ADDRESS, ADDRESS_FLAGS = (f"{_ARC}.{n}" for n in range(1, 7))
for _oid in (NAME, NAME_FLAGS, SEX, BIRTH, ADDRESS, ADDRESS_FLAGS):
    known_oid(_oid)

_SUBJECT_ALT_NAME = "2.5.29.17"
_OTHER_NAME, _EXPLICIT_0, _UTF8 = 0xA0, 0xA0, 0x0C
MAX_NAMES = 32
MAX_TEXT = 4096
ERAS = {"1": (1868, 1912), "2": (1912, 1926), "3": (1926, 1989), "4": (1989, 2019), "5": (2019, 9999)}
_SEXES = {"1": "male", "2": "female"}  # 0, 3 and 9 are "not stated" in one source or another


@dataclass(frozen=True, slots=True)
class FlaggedText:
    """A text and, for each of its characters, whether it stands for one that the certificate cannot hold (代替文字).

    `substituted` None: the flags are missing or do not fit the text, so nobody knows.
    """

    text: str
    substituted: tuple[bool, ...] | None

    @property
    def exact(self) -> bool | None:
        """Whether no character is a substitute; None: unknown."""
        return None if self.substituted is None else not any(self.substituted)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date in the Gregorian calendar of which parts may be unknown (None). `era`: the digit before it."""

    year: int | None
    month: int | None
    day: int | None
    era: str
    raw: str

    @property
    def complete(self) -> bool:
        """Year, month and day are known."""
        return None not in (self.year, self.month, self.day)

    @property
    def text(self) -> str:
        """YYYY-MM-DD with X for what is not known."""
        year = "XXXX" if self.year is None else f"{self.year:04d}"
        return "-".join((year, *("XX" if part is None else f"{part:02d}" for part in (self.month, self.day))))


@dataclass(frozen=True, slots=True)
class JpkiAttributes:
    """None where an item is missing or malformed. `unknown`: OID -> octets of each otherName that is not one of ours.

    `problems`: `no_names`, `malformed`, `twice`, `value_type` (not a UTF8String), `flags_name`, `flags_address`,
    `birth_date`, `era`, `sex`, `missing_name`, `missing_address`, `missing_birth_date`, `missing_sex`.
    """

    name: FlaggedText | None
    address: FlaggedText | None
    birth_date: PartialDate | None
    sex: str | None  # "male", "female", "unspecified"
    sex_raw: str | None
    unknown: Mapping[str, bytes]
    problems: tuple[str, ...]


def parse_jpki_attributes(certificate: Certificate) -> JpkiAttributes:
    """The items of a signing certificate. Never raises: what is wrong stands in `problems`."""
    problems: list[str] = []
    texts: dict[str, str] = {}
    unknown: dict[str, bytes] = {}
    extension = certificate.extension(_SUBJECT_ALT_NAME)
    if extension is None:
        return JpkiAttributes(None, None, None, None, None, {}, ("no_names",))
    try:
        for oid, value, kind in _other_names(extension.value):
            if oid not in _OURS:
                unknown[oid] = value
            elif kind != _UTF8:
                problems.append("value_type")
            elif oid in texts:
                problems.append("twice")
            else:
                texts[oid] = value.decode("utf-8")
    except (DataError, UnicodeDecodeError):
        problems.append("malformed")
        texts = {}
    for oid, problem in _OURS.items():
        if problem and oid not in texts:
            problems.append(problem)
    if "twice" in problems:
        texts = {}  # which of the two is meant nobody can say
    raw = texts.get(SEX)
    sex = None if raw is None else _SEXES.get(raw, "unspecified" if raw in ("0", "3", "9") else None)
    if raw is not None and sex is None:
        problems.append("sex")
    return JpkiAttributes(
        _flagged(texts.get(NAME), texts.get(NAME_FLAGS), "flags_name", problems),
        _flagged(texts.get(ADDRESS), texts.get(ADDRESS_FLAGS), "flags_address", problems),
        _date(texts.get(BIRTH), problems),
        sex,
        raw,
        unknown,
        tuple(dict.fromkeys(problems)),
    )


_OURS = {
    NAME: "missing_name", ADDRESS: "missing_address", BIRTH: "missing_birth_date", SEX: "missing_sex",
    NAME_FLAGS: "", ADDRESS_FLAGS: "",
}  # fmt: skip


def _other_names(value: bytes) -> list[tuple[str, bytes, int]]:
    """(OID, octets inside the value, its tag) of each otherName. Raises DerError."""
    start, stop = der.expect_all(value, der.SEQUENCE, 2 * MAX_TEXT)
    found: list[tuple[str, bytes, int]] = []
    for tag, _, first, last in der.children(value, start, stop, MAX_NAMES):
        if tag != _OTHER_NAME:
            continue  # a name of another form says nothing about the holder here
        oid_start, oid_stop = der.expect(value, first, last, der.OID)
        inner, end = der.expect(value, oid_stop, last, _EXPLICIT_0)
        kind, text, text_end = der.read(value, inner, end)
        if end != last or text_end != end or text_end - text > MAX_TEXT:
            raise DerError("trust.der.trailing", "a name is malformed or too long")
        found.append((der.oid_text(value[oid_start:oid_stop]), value[text:text_end], kind))
    return found


def _flagged(text: str | None, flags: str | None, problem: str, problems: list[str]) -> FlaggedText | None:
    if text is None:
        return None
    if flags is None or len(flags) != len(text) or set(flags) - {"0", "1"}:
        problems.append(problem)
        return FlaggedText(text, None)
    return FlaggedText(text, tuple(each == "1" for each in flags))


def _date(raw: str | None, problems: list[str]) -> PartialDate | None:
    """`EYYYYMMDD`, Gregorian whatever the era; zeros are unknown parts [inferred]."""
    if raw is None:
        return None
    if len(raw) != 9 or not (raw.isascii() and raw.isdigit()) or raw[0] not in "012345":
        problems.append("birth_date")
        return None
    year, month, day = int(raw[1:5]), int(raw[5:7]), int(raw[7:9])
    if month > 12 or day > 31 or 0 < year < 1868:
        problems.append("birth_date")
        return None
    first, last = ERAS.get(raw[0], (0, 9999))
    if year and not first <= year <= last:
        problems.append("era")
    return PartialDate(year or None, month or None, day or None, raw[0], raw)
