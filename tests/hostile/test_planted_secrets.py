"""Nothing that is written holds what opens a card: every document is read, also wrongly and with a crash in the middle,
with the log at its most talkative, and everything that came out is searched for the secrets that went in.

Searched for: PINs, passwords, 照合番号, the access number, the key from the machine readable zone, card numbers and
the individual number; plain, in hexadecimal, in Base64 (at each of its three places) and in packed digits.

Two of them are items of the document itself, printed on it and signed in its chip: the passport number with the dates
(the whole machine readable zone is data group 1) and the number of a residence card. Staff compare them with the
document and the law wants them recorded, so they stand in the Report and, as the chip's own octets and as what was
compared with them, in the Reading. They may stand nowhere else: no log, no error, no traceback, no index.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import re
import sqlite3
import time
import traceback
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from honnin.adapters.tray import Tray
from honnin.cards import licence, mynumber, residence
from honnin.cards.passport import CanKey, MrzKey
from honnin.cli.anchors import simulator_trust
from honnin.cli.main import main
from honnin.cli.record_room import DATABASE, open_record_room
from honnin.core.clock import system_random
from honnin.core.secret import Secret
from honnin.facts.codec import reading_to_zip, report_to_dict
from honnin.flows.documents import check_reading
from honnin.flows.keys import TypedKey
from honnin.flows.look import look_at_card
from honnin.flows.messages import message_for
from honnin.flows.read import read_document
from honnin.flows.transactions import BUILT_IN
from honnin.flows.visit import Case as VisitCase
from honnin.flows.visits import Stage, Visits
from honnin_virtual import list_cards

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
CARDS = {each.name: each for each in list_cards()}
DOCUMENT = b"fictional agreement, nonce " + bytes(range(32))
NUMBERS = next(each for each in BUILT_IN if each.id == "my-number")


@dataclass
class Case:
    """One way of reading one card. `secrets`: may stand nowhere. `shown`: may stand in Report and Reading only."""

    card: str
    key: object
    pins: dict[str, str] = field(default_factory=dict)
    typed: TypedKey = field(default_factory=TypedKey)
    secrets: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    crash: bool = False
    ends: str = "result"  # or the code of the problem


def my_number(number=None, **changes):
    own = CARDS["mynumber-plain"].secrets
    pins = {"text": own["text_pin"], "user_authentication": own["user_authentication_pin"], "signing": own["signature_password"]}
    number = number or own["reference_b"]
    plan = mynumber.Plan(
        printed=mynumber.NumberB(Secret(number)), text_pin=True, authenticate=mynumber.ToSign(DOCUMENT),
        sign=mynumber.ToSign(DOCUMENT), number_purpose=mynumber.NumberLawPurpose.SOCIAL_INSURANCE,
    )  # fmt: skip
    typed = TypedKey(birth6=Secret(number[:6]), year=Secret(number[6:10]), code=Secret(number[10:]))
    pins = changes.pop("pins", pins)
    return Case("mynumber-plain", plan, pins, typed, (number, own["reference_b"], own["reference_a"], *pins.values()), **changes)


def by_number_a():
    own = CARDS["mynumber-plain"].secrets["reference_a"]
    key = mynumber.NumberA(Secret(own), mynumber.NumberLawPurpose.SOCIAL_INSURANCE)
    return Case("mynumber-plain", mynumber.Plan(printed=key), secrets=(own,))


def of_licence(pin1="1234", pin2="5678", **changes):
    return Case("licence-plain", licence.Plan(), {"pin1": pin1, "pin2": pin2}, secrets=(pin1, pin2), **changes)


def on_my_number(pin="2468", **changes):
    return Case("mynumber-licence", licence.MynumberPlan(), {"licence": pin}, secrets=(pin,), **changes)


def of_residence(number="ZZ00000001ZZ", card="residence-plain", **changes):
    typed = TypedKey(card=Secret(number))
    return Case(card, residence.CardNumber(Secret(number)), typed=typed, shown=(number,), **changes)


PASSPORT = "passport-japanese-style"
LINES = CARDS[PASSPORT].secrets["mrz"]


def by_mrz(lines=LINES, card=PASSPORT, **changes):
    second = lines.split("\n")[1]
    return Case(
        card, MrzKey.from_lines(lines), typed=TypedKey(lines=Secret(lines)),
        shown=(second, second[:9], second[:10] + second[13:20] + second[21:28]), **changes,
    )  # fmt: skip


def by_can(can=CARDS[PASSPORT].secrets["can"], **changes):
    return Case(PASSPORT, CanKey(Secret(can)), typed=TypedKey(can=Secret(can)), secrets=(can,), **changes)


WRONG_LINES = CARDS["passport-long-names"].secrets["mrz"]
CASES = {
    "my number card": my_number,
    "my number card, wrong number": lambda: my_number("02010220351243", ends="card.number.wrong"),
    "my number card, wrong PIN": lambda: my_number(pins={"text": "8037", "user_authentication": "1234", "signing": "ABC123"}, ends="card.pin.wrong"),
    "my number card, wrong password": lambda: my_number(
        pins={"text": "1234", "user_authentication": "1234", "signing": "QZX7K9W"}, ends="card.pin.wrong"
    ),
    "my number card, lifted": lambda: my_number(faults=("removed:25",), ends="link.card_removed"),
    "my number card, crash": lambda: my_number(crash=True, ends="visit.internal"),
    "my number card by number A": by_number_a,
    "licence": of_licence,
    "licence, wrong PIN": lambda: of_licence(pin1="8037", ends="card.pin.wrong"),
    "licence, lifted": lambda: of_licence(faults=("removed:12",), ends="link.card_removed"),
    "licence, crash": lambda: of_licence(crash=True, ends="visit.internal"),
    "licence on a my number card": on_my_number,
    "licence on a my number card, wrong PIN": lambda: on_my_number("8037", ends="card.pin.wrong"),
    "residence card": of_residence,
    "residence card, first generation": lambda: of_residence("ZZ00000002ZZ", "residence-first"),
    "residence card, wrong number": lambda: of_residence("ZZ48763590ZZ", ends="card.residence.wrong_number"),
    "residence card, lifted": lambda: of_residence(faults=("removed:9",), ends="link.card_removed"),
    "residence card, crash": lambda: of_residence(crash=True, ends="visit.internal"),
    "passport": by_mrz,
    "passport, wrong key": lambda: by_mrz(WRONG_LINES, ends="card."),
    "passport, lifted": lambda: by_mrz(faults=("removed:14",), ends="link.card_removed"),
    "passport, crash": lambda: by_mrz(crash=True, ends="visit.internal"),
    "passport by access number": by_can,
    "passport by access number, wrong": lambda: by_can("806417", ends="card.pace.wrong_key"),
}  # fmt: skip


# --- Searching ---------------------------------------------------------------------------------------------------------


def forms(secret: str) -> list[bytes]:
    """The secret as it could be found in octets; a short one only in forms that chance does not make."""
    plain = secret.encode()
    found = [plain.hex().encode(), plain.hex().upper().encode(), plain.hex(" ").encode(), plain.hex(" ").upper().encode()]
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain)
        found.append(encoded[(0, 2, 3)[shift] : len(encoded) - (0, 3, 2)[(shift + len(plain)) % 3]])
    if secret.isdigit() and len(secret) >= 10:
        packed = bytes.fromhex(secret + "0" * (len(secret) % 2))[: len(secret) // 2]
        found += [packed, packed.hex(" ").encode()]
    if len(secret) > 5:
        found.append(plain)
    return found


def holds(octets: bytes, secret: str) -> bool:
    """Whether the secret stands there. Four digits count as a word of their own: inside others chance makes them."""
    if any(form in octets for form in forms(secret)):
        return True
    return len(secret) <= 5 and re.search(rb"(?<![0-9A-Za-z._:+-])" + secret.encode() + rb"(?![0-9A-Za-z:-])", octets) is not None


def test_the_search_finds_what_it_should():
    for secret in ("1234", "ABC123", "02010220351234", "ZZ00000001ZZ"):
        for form in (secret, secret.encode().hex(), f"Secret('{secret}')", f"b'{secret}'"):
            assert holds(f"x {form} y".encode(), secret)
        for shift in range(3):
            assert holds(base64.b64encode(b"abc"[:shift] + secret.encode() + b"rest"), secret)
    assert holds(bytes.fromhex("02010220351234"), "02010220351234")
    assert not holds(b"sha256 ab1234cd", "1234")


def unpacked(archive: bytes) -> dict[str, bytes]:
    """What is inside a reading file, and each octet string inside its manifest."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as entries:
        for name in entries.namelist():
            found[name] = entries.read(name)
    manifest = json.loads(found["manifest.json"])
    for proof in manifest["proofs"]:
        for name, value in proof["octets"].items():
            found[f"{proof['kind']}.{name}"] = base64.b64decode(value)
    return found


# --- One visit, and all that is left of it -----------------------------------------------------------------------------


@dataclass
class Left:
    """`anywhere`: logs, errors, pages' values. `content`: what is kept or shown as the content of the document."""

    anywhere: dict[str, bytes] = field(default_factory=dict)
    content: dict[str, bytes] = field(default_factory=dict)
    stage: Stage = Stage.PLACE
    problem: str = ""


class CrashError(Exception):
    """A mistake of ours, in the middle of a reading."""


def visit(case, folder, caplog):
    """Play the visit as the counter does; everything that is left of it."""
    tray = Tray()
    tray.insert(case.card, case.faults)
    room = open_record_room(folder)
    store = room.visits
    left, errors = Left(), []

    def read(reader, key, progress, secrets, guard, /):
        def step(name, done, of):
            progress(name, done, of)
            if case.crash and name == "read" and done >= 1:
                raise CrashError

        try:
            return read_document(tray, reader, key, clock=lambda: NOW, random=system_random, progress=step, secrets=secrets, guard=guard)
        except Exception as error:
            errors.append(error)
            raise

    def check(reading, /):
        return check_reading(reading, simulator_trust(reading.document.value), reading.read_at_utc)

    visits = Visits(
        readers=tray, store=store, read=read, look=lambda reader: look_at_card(tray, reader), check=check, clock=lambda: NOW,
        random=system_random,
    )
    purpose = getattr(case.key, "purpose", None)  # the individual number is read in a case of 番号法 only
    begun = visits.start(VisitCase(NUMBERS, purpose=purpose) if purpose is not None else None)
    if case.faults:  # the fault counts from the first exchange, so looking is done with a sound card
        tray.insert(case.card)
    visits.take_card(begun.id)
    if case.faults:
        tray.insert(case.card, case.faults)
    with caplog.at_level(logging.DEBUG):
        visits.begin_reading(begun.id, case.key, case.typed, {name: Secret(value) for name, value in case.pins.items()})
        left.anywhere["visit while reading"] = repr(visits.get(begun.id)).encode()
        end = time.monotonic() + 20
        while visits.get(begun.id).stage is Stage.READING and time.monotonic() < end:
            time.sleep(0.005)
        done = visits.get(begun.id)
        left.stage = done.stage
        if done.problem is not None:
            left.problem = done.problem.code
            text = message_for(done.problem)
            left.anywhere["problem"] = f"{done.problem!r} {done.problem} {done.problem.detail} {text}".encode()
            left.anywhere["visit with a problem"] = repr(done).encode()
        if done.stage is Stage.RESULT:
            answers = {"face": "yes", "print": "yes"}
            visits.save(begun.id, answers, staff="職員", unfinished=True)
            left.anywhere["visit when saved"] = repr(visits.get(begun.id)).encode()
            kept = store.get(begun.id)
            left.content["report"] = json.dumps(report_to_dict(done.report), ensure_ascii=False).encode()
            left.content |= {f"reading {name}": octets for name, octets in unpacked(reading_to_zip(done.reading)).items()}
            left.content["reading comes back"] = repr(kept).encode()
    for error in errors:
        left.anywhere["traceback"] = "".join(traceback.format_exception(error)).encode()
    left.anywhere["log"] = "\n".join(f"{each.getMessage()} {each.args!r} {each.exc_text}" for each in caplog.records).encode()
    room.close()
    database(folder, left)
    return left


def database(folder, left):
    """Every column of every row of every table: what is personal is encrypted, so nothing may stand anywhere."""
    with sqlite3.connect(folder / DATABASE) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert {"records", "record_parts", "ledger_leaves"} <= set(tables)
        for table in tables:
            cursor = connection.execute(f'SELECT * FROM "{table}"')
            columns = [each[0] for each in cursor.description]
            for number, row in enumerate(cursor):
                for column, value in zip(columns, row, strict=True):
                    octets = value if isinstance(value, bytes) else str(value).encode()
                    left.anywhere[f"database {table} {number} {column}"] = octets


@pytest.mark.parametrize("name", CASES)
def test_nothing_that_is_written_holds_a_secret(name, tmp_path, caplog):
    case = CASES[name]()
    left = visit(case, tmp_path, caplog)
    assert left.problem.startswith(case.ends) if case.ends != "result" else left.stage is Stage.RESULT, left.problem
    everything = left.anywhere | left.content
    raw = {each.name: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    assert [(where, secret) for where, octets in everything.items() for secret in case.secrets if holds(octets, secret)] == []
    assert [(where, secret) for where, octets in raw.items() for secret in case.secrets if len(secret) > 5 and holds(octets, secret)] == []
    assert [(where, secret) for where, octets in left.anywhere.items() for secret in case.shown if holds(octets, secret)] == []
    for secret in (*case.secrets, *case.shown):
        assert not holds(repr(case.key).encode() + repr(case.typed).encode(), secret)


@pytest.mark.parametrize(("name", "item"), [("residence card", "document_number"), ("passport", "document_number")])
def test_a_number_that_is_an_item_stands_in_the_report_as_what_it_is(name, item, tmp_path, caplog):
    case = CASES[name]()
    left = visit(case, tmp_path, caplog)
    report = json.loads(left.content["report"])
    number = report["attributes"][item]["value"]
    assert number in case.shown
    assert holds(left.content["report"], number)
    without = {key: value for key, value in report.items() if key != "attributes"}
    assert not holds(json.dumps(without, ensure_ascii=False).encode(), number), "no finding repeats it"


# --- The command line --------------------------------------------------------------------------------------------------


def typed_for(case):
    """What the holder types at `honnin read auto`."""
    if case.card.startswith("passport"):
        return ["--mrz", "-"], case.typed.lines.reveal()
    if case.card.startswith("residence"):
        return ["--number", "-"], case.typed.card.reveal()
    if case.card == "licence-plain":
        return [], "\n".join(case.pins.values())
    if case.card == "mynumber-licence":
        return ["--pin-prompt", "pin1"], case.pins["licence"]
    pins = ["--pin-prompt", "text", "--pin-prompt", "authentication", "--pin-prompt", "signing"]
    return pins, "\n".join(case.pins.values())


COMMANDS = [
    name for name in CASES if "crash" not in name and "access number" not in name and "number A" not in name and "wrong number" not in name
]


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_line_writes_no_secret(name, as_json, tmp_path, caplog, monkeypatch):
    case = CASES[name]()
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path / "data"))
    options, stdin = typed_for(case)
    out = tmp_path / "reading.zip"
    with caplog.at_level(logging.DEBUG):
        result = CliRunner().invoke(
            main,
            ["read", "auto", "--demo-card", case.card, *options, "--out", str(out), *(["--json"] if as_json else []),
             *(word for fault in case.faults for word in ("--fault", fault))],
            input=stdin + "\n",
        )  # fmt: skip
    assert result.exit_code == (0 if case.ends == "result" else 4), result.output
    stdout = re.sub(r'"(duration_ms|exchanges)": \d+|\d+ (ms|exchanges)|"EF[^"]*": \d+', "", result.stdout)
    anywhere = {"stderr": result.stderr.encode(), "log": caplog.text.encode()}
    if result.exception is not None and result.exc_info is not None:
        anywhere["traceback"] = "".join(traceback.format_exception(result.exception)).encode()
    content = {"stdout": stdout.encode()}
    if out.exists():
        content |= unpacked(out.read_bytes())
    typed = [each for each in case.secrets if each in stdin]
    assert typed or case.shown
    assert [(where, secret) for where, octets in (anywhere | content).items() for secret in typed if holds(octets, secret)] == []
    assert [(where, secret) for where, octets in anywhere.items() for secret in case.shown if holds(octets, secret)] == []
    if case.ends != "result":
        assert [secret for secret in case.shown if holds(content["stdout"], secret)] == []
