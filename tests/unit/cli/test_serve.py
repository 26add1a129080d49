"""Starting the server: folders, ports, addresses, and which anchors it believes."""

from __future__ import annotations

import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request

import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.cli.serving import make_services
from honnin.facts import Access, DocumentKind, Environment, Outcome

COMMAND = [sys.executable, "-c", "from honnin.cli.main import main; main()"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def run(*arguments, env=None):
    return CliRunner().invoke(main, ["serve", *arguments], env=env)


def test_a_taken_port_is_told_with_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("--port", str(taken.getsockname()[1]), "--data", str(tmp_path))
    assert result.exit_code == 2
    assert "そのポートはほかのプログラムが使っています" in result.stderr
    assert "[serve.port]" in result.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com"])
def test_only_this_machines_addresses_without_a_sign_in(tmp_path, host):
    result = run("--host", host, "--data", str(tmp_path))
    assert result.exit_code == 2
    assert "[serve.host]" in result.stderr


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    result = run("--data", str(tmp_path / "file" / "inside"))
    assert result.exit_code == 2
    assert "[serve.data]" in result.stderr


def test_demo_starts_quickly_says_its_address_keeps_its_own_folder_and_stops_cleanly(tmp_path):
    port = free_port()
    folder = tmp_path / "data"
    child = subprocess.Popen(
        [*COMMAND, "serve", "--demo", "--port", str(port), "--data", str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        for each in (folder, folder / "demo", folder / "demo" / "honnin.sqlite3"):
            assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0
        assert not (folder / "honnin.sqlite3").exists()
    finally:
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=20)
    assert child.returncode == 0
    assert out == ""
    assert f"http://127.0.0.1:{port}" in err
    assert "Simulated cards in use" in err
    assert "Traceback" not in err


def read_simulated(services):
    """One reading of the first virtual passport with the tray of the demo."""
    card = next(each for each in services.tray.cards() if each.document == "passport")
    services.tray.insert(card.name)
    from honnin.flows.keys import parse_passport_key
    from honnin.flows.visit import Stage
    from honnin.flows.visit_answers import typed_key

    visits = services.visits
    visit = visits.start()
    visits.take_card(visit.id)
    typed = typed_key({"lines": card.secrets["mrz"]})
    visits.begin_reading(visit.id, parse_passport_key(typed), typed)
    visit = visits.get(visit.id)
    while visit.stage is Stage.READING:
        visit = visits.wait(visit.id, visit.version, timeout_s=1)
    return visit


def test_simulator_anchors_count_only_in_the_demo_and_only_for_virtual_cards(tmp_path):
    demo, close_demo = make_services(tmp_path, tmp_path, demo=True)
    house, close_house = make_services(tmp_path, tmp_path, demo=False)
    try:
        visit = read_simulated(demo)
        assert visit.report.environment is Environment.SIMULATOR
        assert visit.report.finding("passport.dsc.chain").outcome is Outcome.PASSED
        from dataclasses import replace

        for report in (house.check(visit.reading), demo.check(replace(visit.reading, simulated=False))):
            assert report.environment is None
            assert report.finding("passport.dsc.chain").outcome is Outcome.IMPOSSIBLE
            assert not any(each.verified for each in report.attributes)
        assert visit.reading.document is DocumentKind.PASSPORT
        assert isinstance(visit.reading.access, Access)
        assert demo.portrait(visit.reading, visit.report).startswith(b"\x89PNG")
    finally:
        close_demo()
        close_house()


def test_a_simulator_anchor_imported_by_mistake_is_left_out(tmp_path, monkeypatch):
    from honnin.adapters import trust_folder
    from honnin.cli.anchors import simulator_trust

    demo, close_demo = make_services(tmp_path, tmp_path, demo=True)
    visit = read_simulated(demo)
    close_demo()
    monkeypatch.setattr(trust_folder.TrustFolder, "anchors", lambda self: simulator_trust().anchors)
    house, close_house = make_services(tmp_path, tmp_path, demo=False)
    assert house.check(visit.reading).environment is None
    close_house()


def test_outside_the_demo_there_is_no_tray_and_no_banner(tmp_path):
    house, close = make_services(tmp_path, tmp_path, demo=False)
    close()
    assert house.tray is None
    assert house.demo is False


def test_the_help_names_the_port_and_the_folder():
    text = run("--help").output
    assert re.search(r"8350", text)
    assert "HONNIN_DATA" in text
