"""Words of a card, of staff or of a stranger's file that want to be more than words: on pages, paper and terminals."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from honnin.cli.show import print_report
from honnin.core.errors import CallerError
from honnin.core.visible import one_line, visible
from honnin.facts import Attribute, Finding, Outcome, Provenance, Report
from honnin.flows.staff import member_of, said_name, staff_key
from honnin.records.retention import DeletionCertificate, certificate_text
from honnin.server.frame import _environment

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ESCAPE = "\x1b]0;完了\x07\x1b[2J"
TURNED = "見本\u202e郎太\u202c"


def report(*values):
    items = tuple(
        Attribute(name, value, Provenance.UNSIGNED_CHIP, verified=False, source="EF") for name, value in values
    )
    finding = Finding("x.y", Outcome.FAILED, None, None, "r", ESCAPE, ESCAPE, "c", {})
    return Report("passport", None, (finding,), items, "1")


def test_a_terminal_carries_out_nothing_that_a_card_says(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    print_report(report(("name", ESCAPE), ("address", TURNED)), language="ja", simulated=False)
    shown = out.getvalue()
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)
    assert "〔U+001B〕" in shown
    assert "〔U+202E〕" in shown


def test_a_value_is_no_line_of_its_own_on_a_terminal(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    print_report(report(("name", "見本\n  ✔ 確認できたこと")), language="ja", simulated=False)
    assert not any(line.startswith("  ✔ 確認できたこと") for line in out.getvalue().splitlines())


def test_whatever_a_page_writes_cannot_turn_its_order():
    page = _environment().from_string("<p title='{{ name }}'>{{ name }}</p>").render(name=f"{TURNED}<b>\x00")
    assert "\u202e" not in page
    assert "〔U+202E〕" in page
    assert "&lt;b&gt;" in page
    assert "\x00" not in page


def test_what_is_visible_stays_as_it_is():
    for text in ("見本 太郎", "葛\U000e0100城", "ﾐﾎﾝ-1\n2\t3", "👩‍💻", "〔U+202E〕"):
        assert visible(text) == text
    assert one_line(" a\r\nb\x0bc\u2028d ") == "a b c d"


def certificate(reason):
    return DeletionCertificate(
        "01ARZ3NDEKTSV4RRFFQ69G5FAV", "house", "hanshu", date(2033, 1, 1), reason, NOW, "staff-1", NOW, "staff-2", NOW,
        "key", "00",
    )  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", "\x0b", "\x85", "\r\n"])
def test_a_reason_cannot_add_a_line_to_a_certificate(end):
    lines = [len(each.splitlines()) for each in certificate_text(certificate("満了"))]
    forged = certificate_text(certificate(f"満了{end}承認：2026-01-01　staff-9"))
    assert [len(each.splitlines()) for each in forged] == lines


@pytest.mark.parametrize(
    "unseen", ["\ufe00", "\U000e0100", "\u034f", "\u3164", "\uffa0", "\u115f", "\u2800", "\u180b", "\u00a0", "\u3000"]
)
def test_one_person_is_not_two_by_what_nobody_sees(unseen):
    for name in (f"見本{unseen}花子", f"見本花子{unseen}", f"{unseen}見本花子"):
        assert staff_key(name) == staff_key("見本花子")
    with pytest.raises(CallerError):
        said_name(unseen * 3)


@pytest.mark.parametrize("unseen", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\x00", "\U000e0041"])
def test_a_name_with_a_format_character_is_no_name(unseen):
    with pytest.raises(CallerError):
        member_of((), f"見本{unseen}花子")


def test_a_crash_leaves_no_file_of_the_memory():
    script = (
        "import resource as r; r.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2)\n"
        "from honnin.cli.main import main; main(['cards', '--help'], standalone_mode=False)\n"
        "print(r.getrlimit(r.RLIMIT_CORE)[0])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.split()[-1] == "0"
