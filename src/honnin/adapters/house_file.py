"""house.yaml in the data folder: the house's facts, each with name, date and reason (ui.md §3.15).

```yaml
name: 見本司法書士事務所
is_signature_verifier: false
legacy_methods: false
confirmed:
  - {code: L1, by: 見本弁護士, on: 2026-11-25, reason: 2027年の条文を確認した}
accept_unverifiable:
  - {code: LICENCE, by: 見本太郎, on: 2026-11-25, reason: 署名の鍵が公開されていない}
timestamps: {url: "https://tsa.example/rfc3161", every: 1000}
staff:
  - {name: 見本花子, id: "101"}
  - {name: 見本次郎}
transactions:
  - {id: company-registration, ja: 商業登記の依頼, en: Company registration, law: hanshu, business_type: "46",
     transaction: company_formation, declarations: [purpose, occupation, foreign_pep, alias]}
  - {id: employees, ja: 従業員のマイナンバー, en: My Numbers of employees, law: bangou,
     purposes: [withholding_tax, social_insurance]}
number_recipients:                # systems that may be given individual numbers, by the SHA-256 of their public key
  - {code: payroll, key_sha256: 0123…, by: 見本太郎, on: 2026-11-25, reason: 給与計算}
```

A file that is not understood stops the start: a house must not run with facts that it does not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from honnin.cards.mynumber import NumberLawPurpose
from honnin.core.errors import CallerError, DataError
from honnin.flows.house import TIMESTAMP_EVERY, HouseSettings, Named, NumberRecipient, TimestampService
from honnin.flows.staff import StaffMember, said_name, staff_key
from honnin.flows.transactions import BUILT_IN, NO_LAW, NUMBER_LAW, Declaration, Transaction
from honnin.law.yaml_core import load_yaml

FILE_NAME = "house.yaml"
MAX_OCTETS = 256 * 1024
MAX_ENTRIES = 100
MAX_TEXT = 500
MAX_EVERY = 1_000_000
LAWS = frozenset({"hanshu", "keitai", "keitai_rental", NUMBER_LAW})

_KEYS = frozenset({
    "name", "is_signature_verifier", "legacy_methods", "confirmed", "accept_unverifiable", "transactions", "staff",
    "timestamps", "number_recipients",
})  # fmt: skip
_TIMESTAMPS = frozenset({"url", "every", "policy"})
_NAMED = frozenset({"code", "by", "on", "reason"})
_STAFF = frozenset({"name", "id"})
_TRANSACTION = frozenset({"id", "ja", "en", "law", "business_type", "transaction", "declarations", "purposes"})
_RECIPIENT = _NAMED | {"key_sha256"}
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]{0,18})){1,20}\Z")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")
_CODE = re.compile(r"[A-Za-z0-9_]{1,40}\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")

T = TypeVar("T")


def load_house(folder: Path) -> HouseSettings:
    """What house.yaml in that folder says; the strictest defaults without one. Raises CallerError `house.file`,
    `house.content` (the detail names the entry).
    """
    path = folder / FILE_NAME
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_OCTETS + 1)
    except FileNotFoundError:
        return HouseSettings()
    except OSError as error:
        raise CallerError("house.file", "house.yaml cannot be read", str(error)) from None
    if len(octets) > MAX_OCTETS:
        raise CallerError("house.content", "house.yaml is too large")
    return parse_house(octets)


def parse_house(octets: bytes) -> HouseSettings:
    """The settings in these octets (YAML, UTF-8). Raises CallerError `house.content`."""
    try:
        data = load_yaml(octets.decode("utf-8-sig"))
    except UnicodeError:
        raise CallerError("house.content", "house.yaml is not understood", "not UTF-8") from None
    except DataError as error:
        raise CallerError("house.content", "house.yaml is not understood", error.detail or error.message) from None
    if data is None:
        return HouseSettings()
    known = _mapping(data, _KEYS, "house.yaml")
    transactions = _list(known, "transactions", _transaction)
    if len({each.id for each in transactions}) != len(transactions) or any(
        each.id == NO_LAW.id for each in transactions
    ):
        raise _wrong("transactions: the same id twice")
    staff = _list(known, "staff", _member)
    said = [staff_key(each) for member in staff for each in (member.name, member.id) if each]
    if len(set(said)) != len(said):
        raise _wrong("staff: the same name or id twice")
    recipients = _list(known, "number_recipients", _recipient)
    if len({each.key_sha256 for each in recipients}) != len(recipients):
        raise _wrong("number_recipients: the same key twice")
    return HouseSettings(
        name=_text(known, "name", default=""),
        is_signature_verifier=_flag(known, "is_signature_verifier"),
        legacy_methods=_flag(known, "legacy_methods"),
        confirmed=_list(known, "confirmed", _named),
        accept_unverifiable=_list(known, "accept_unverifiable", _named),
        transactions=(*transactions, NO_LAW) if transactions else BUILT_IN,
        staff=staff,
        timestamps=_timestamps(known["timestamps"]) if "timestamps" in known else None,
        number_recipients=recipients,
    )


def _timestamps(entry: object) -> TimestampService:
    known = _mapping(entry, _TIMESTAMPS, "timestamps")
    every = known.get("every", TIMESTAMP_EVERY)
    if not isinstance(every, int) or isinstance(every, bool) or not 1 <= every <= MAX_EVERY:
        raise _wrong(f"timestamps: every is a number from 1 to {MAX_EVERY}")
    policy = _text(known, "policy", default="")
    if policy and not _OID.match(policy):
        raise _wrong("timestamps: policy is an OID like 1.2.3")
    url = _text(known, "url")
    if not url.startswith(("https://", "http://")):
        raise _wrong("timestamps: url begins with https://")
    return TimestampService(url, every, policy)


def _named(entry: object, where: str) -> Named:
    return _named_in(_mapping(entry, _NAMED, where), where)


def _recipient(entry: object, where: str) -> NumberRecipient:
    known = _mapping(entry, _RECIPIENT, where)
    digest = _text(known, "key_sha256").lower().replace(":", "")
    if not _SHA256.match(digest):
        raise _wrong(f"{where}: key_sha256 is not 64 hex digits")
    return NumberRecipient(_named_in(known, where), digest)


def _named_in(known: dict[str, object], where: str) -> Named:
    on = known.get("on")
    try:
        day = date.fromisoformat(on) if isinstance(on, str) and _DATE.match(on) else None
    except ValueError:
        day = None
    if day is None:
        raise _wrong(f"{where}: on is not a date")
    code = _text(known, "code")
    if not _CODE.match(code):
        raise _wrong(f"{where}: code")
    return Named(code, _text(known, "by"), day.isoformat(), _text(known, "reason"))


def _member(entry: object, where: str) -> StaffMember:
    known = _mapping(entry, _STAFF, where)
    try:
        name = said_name(_text(known, "name"))
        number = said_name(_text(known, "id")) if "id" in known else ""
    except CallerError:
        raise _wrong(f"{where}: a name or id is missing or too long") from None
    return StaffMember(name, number)


def _transaction(entry: object, where: str) -> Transaction:
    known = _mapping(entry, _TRANSACTION, where)
    name = _text(known, "id")
    law = _text(known, "law")
    if not _ID.match(name):
        raise _wrong(f"{where}: id")
    if law not in LAWS:
        raise _wrong(f"{where}: law")
    declared = known.get("declarations", [])
    if not isinstance(declared, list) or len(declared) > len(Declaration):
        raise _wrong(f"{where}: declarations")
    try:
        declarations = tuple(Declaration(str(each)) for each in declared)
    except ValueError:
        raise _wrong(f"{where}: declarations") from None
    return Transaction(
        name, _text(known, "ja"), _text(known, "en"), law, _text(known, "business_type", default=""),
        _text(known, "transaction", default=""), declarations, _purposes(known, law, where),
    )


def _purposes(known: dict[str, object], law: str, where: str) -> tuple[NumberLawPurpose, ...]:
    """For what numbers are received: all that there are unless some are named; under 番号法 and no other law."""
    named = known.get("purposes", list(NumberLawPurpose) if law == NUMBER_LAW else [])
    if not isinstance(named, list) or len(named) > len(NumberLawPurpose) or bool(named) != (law == NUMBER_LAW):
        raise _wrong(f"{where}: purposes")
    try:
        return tuple(dict.fromkeys(NumberLawPurpose(str(each)) for each in named))
    except ValueError:
        raise _wrong(f"{where}: purposes") from None


def _mapping(data: object, keys: frozenset[str], where: str) -> dict[str, object]:
    if not isinstance(data, dict) or not all(isinstance(each, str) for each in data):
        raise _wrong(f"{where}: not a mapping")
    unknown = sorted(set(data) - keys)
    if unknown:
        raise _wrong(f"{where}: unknown entry {unknown[0][:40]}")
    return data


def _list(known: dict[str, object], name: str, make: Callable[[object, str], T]) -> tuple[T, ...]:
    entries = known.get(name, [])
    if not isinstance(entries, list) or len(entries) > MAX_ENTRIES:
        raise _wrong(f"{name}: not a list")
    return tuple(make(each, f"{name} {number}") for number, each in enumerate(entries, 1))


def _text(known: dict[str, object], name: str, default: str | None = None) -> str:
    value = known.get(name, default)
    if not isinstance(value, str) or len(value) > MAX_TEXT or (default is None and not value.strip()):
        raise _wrong(f"{name}: text is missing")
    return value


def _flag(known: dict[str, object], name: str) -> bool:
    value = known.get(name, False)
    if not isinstance(value, bool):
        raise _wrong(f"{name}: true or false")
    return value


def _wrong(detail: str) -> CallerError:
    return CallerError("house.content", "house.yaml has an entry that is not understood", detail)
