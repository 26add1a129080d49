"""`honnin numbers`: what is kept, permits, delivery, the last day, deletion; digits on a terminal only."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from honnin.cards.mynumber import NumberLawPurpose
from honnin.cli import numbers
from honnin.cli.main import main
from honnin.cli.record_room import record_room
from honnin.core.secret import Secret
from honnin.records.number_vault import ReceivedNumber
from honnin.records.visit_record import Judged
from tests.store.test_sealed_visits import visit

DIGITS = "123456789018"  # made up
NUMBER = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
JUDGED = Judged("bangou", ("bn.card",), 0, {"kiroku.json": b"{}"})


@pytest.fixture
def house(tmp_path):
    with record_room(tmp_path) as room:
        room.visits.save(visit(1, judged=JUDGED), ReceivedNumber(NUMBER, Secret(DIGITS), NumberLawPurpose.WITHHOLDING_TAX))
    return tmp_path


def run(house, *arguments, code=0, **more):
    result = CliRunner().invoke(main, ["numbers", *arguments, "--data", str(house)], **more)
    assert result.exit_code == code, result.output
    assert DIGITS not in result.output
    return result


def told(house, *arguments, **more):
    return json.loads(run(house, *arguments, "--json", **more).stdout)


def kinds(house):
    with record_room(house) as room:
        return [each.kind for each in room.store.events_of(room.tenant, NUMBER)]


def test_the_list_has_no_digits(house):
    (line,) = told(house, "list")["numbers"]
    assert (line["number_id"], line["record_id"], line["purpose"]) == (NUMBER, visit(1).id, "withholding_tax")
    assert told(house, "list", "--record", visit(2).id)["numbers"] == []
    assert NUMBER in run(house, "list").output


def test_a_permit_shows_it_on_a_terminal_only_and_once(house, monkeypatch):
    permit = told(house, "grant", NUMBER, "--for", "職員B", "--by", "責任者A")["permit"]
    assert "number.terminal" in run(house, "show", NUMBER, "--by", "職員B", code=2, input=permit).output
    shown = []
    monkeypatch.setattr(numbers, "_on_own_screen", shown.append)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    run(house, "show", NUMBER, "--by", "職員C", code=2, input=permit)
    assert shown == []
    monkeypatch.setattr(numbers, "ask", lambda _: permit)
    run(house, "show", NUMBER, "--by", "職員B")
    assert shown == [f"{DIGITS[:4]} {DIGITS[4:8]} {DIGITS[8:]}"]
    run(house, "show", NUMBER, "--by", "職員B", code=2)
    assert len(shown) == 1
    assert kinds(house) == ["number_stored", "number_granted", "number_viewed"]


def test_the_screen_of_its_own_is_left_again(capsys, monkeypatch):
    monkeypatch.setattr(numbers, "SHOWN_S", 0)
    numbers._on_own_screen("text")
    out = capsys.readouterr().out
    assert out.startswith("\x1b[?1049h")
    assert out.endswith("\x1b[?1049l")


def test_a_delivery_is_encrypted(house, tmp_path):
    key = tmp_path / "key.pem"
    key.write_bytes(X25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    common = ("deliver", NUMBER, "--to", str(key), "--system", "給与", "--by", "職員A")
    assert told(house, *common, "--purpose", "withholding_tax")["jwe"].count(".") == 4
    assert told(house, *common, "--purpose", "payment_report", code=2)["error"]["code"] == "number.purpose"
    assert kinds(house) == ["number_stored", "number_delivered"]


def test_what_is_due_is_deleted_and_no_more(house):
    assert told(house, "until", NUMBER, "2099-01-01", "--by", "職員A")["retention_until"] == "2099-01-01"
    assert told(house, "list", "--due")["numbers"] == []
    assert told(house, "delete", "--due", "--by", "職員A")["deleted"] == 0
    told(house, "until", NUMBER, "2020-01-01", "--by", "職員A")
    assert len(told(house, "list", "--due")["numbers"]) == 1
    assert told(house, "delete", "--due", "--by", "職員A")["deleted"] == 1
    assert told(house, "list")["numbers"] == []
    assert kinds(house)[-1] == "number_deleted"


def test_one_is_deleted_at_once(house):
    assert told(house, "delete", NUMBER, "--by", "職員A")["deleted"] == 1
    assert told(house, "delete", NUMBER, "--by", "職員A", code=1)["error"]["code"] == "store.not_found"
    run(house, "delete", "--by", "職員A", code=2)
    run(house, "delete", NUMBER, "--due", "--by", "職員A", code=2)


def test_the_audit_names_a_changed_number(house):
    import sqlite3

    audit = ["records", "audit", "--open", "--data", str(house), "--json"]
    assert json.loads(CliRunner().invoke(main, audit).stdout)["agrees"]
    with sqlite3.connect(house / "honnin.sqlite3") as connection:
        connection.execute("UPDATE numbers SET record_id = 'another'")
    result = CliRunner().invoke(main, audit)
    assert result.exit_code == 1
    codes = {(each["code"], each["record_id"]) for each in json.loads(result.stdout)["findings"]}
    assert codes == {("number_altered", NUMBER), ("number_key_unreadable", NUMBER)}
