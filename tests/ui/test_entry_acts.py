"""Pages that need a counter in this process: saving while the disk is slow, what changed, keeping on, papers, numbers."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import uvicorn

from honnin.cli.serving import make_services
from honnin.core.clock import japan_day, system_clock
from honnin.flows.recheck_ports import AddRecheck, RecheckOutcome
from honnin.flows.visit import Stage
from honnin.server.app import create_app
from tests.hostile.number_house import DIGITS
from tests.hostile.test_papers import exif, jpeg, packed, pdf
from tests.ui.look import Look
from tests.ui.steps import press
from tests.ui.test_entry import field, to_result

SIZES = ("desk", "tablet", "phone")


class Slow:
    """A store that takes its time, when it is told to."""

    def __init__(self, store) -> None:
        self.store = store
        self.free = threading.Event()
        self.free.set()

    def __getattr__(self, name):
        return getattr(self.store, name)

    def save(self, *arguments) -> None:
        assert self.free.wait(30)
        self.store.save(*arguments)


class Counter:
    def __init__(self, folder) -> None:
        services, self.close = make_services(folder, folder, demo=True)
        self.slow = Slow(services.store)
        services.visits._saving._store = self.slow
        self.services = replace(services, store=self.slow)
        self.server = uvicorn.Server(uvicorn.Config(create_app(self.services), log_level="error"))
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]})
        self.thread.start()

    def until(self, visit: str, stage: Stage) -> None:
        end = time.monotonic() + 20
        while self.services.visits.get(visit).stage is not stage:
            assert time.monotonic() < end
            time.sleep(0.02)

    def stop(self) -> None:
        self.slow.free.set()
        self.server.should_exit = True
        self.thread.join(20)
        self.socket.close()
        self.close()


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    counter = Counter(tmp_path_factory.mktemp("house"))
    yield counter
    counter.stop()


@pytest.fixture(params=["ja", "en"])
def at(request, counter, new_page, axe):
    """(counter, page, look, language)"""
    counter.slow.free.set()
    counter.services.tray.remove()  # the last customer took theirs
    counter.services.visits.card_moved()
    page = new_page(server_=counter)
    sizes = SIZES if request.param == "ja" else SIZES[:2]
    return counter, page, Look(page, axe, request.param, sizes, leave_out=".hn-tray"), request.param


def answer(page) -> None:
    for each in ("face-yes", "print-yes", "address-as_card"):
        if page.locator(f"#{each}").count():
            page.locator(f"#{each}").check()


def kept(page, language: str) -> str:
    to_result(page, "mynumber-plain", "mobile-contract", language)
    answer(page)
    press(page)
    page.wait_for_url("**/done")
    return page.locator(".hn-number").inner_text()


def test_another_window_waits_while_it_is_saved_and_then_goes_on(at, new_page):
    counter, page, look, language = at
    to_result(page, "mynumber-plain", "mobile-contract", language)
    visit = page.url.split("/")[4]
    assert page.locator("[data-waiting]").count() == 1
    look.at("result that waits for staff")
    page.locator("[data-questions]").click()
    assert page.evaluate("document.activeElement.id") == "staff-h2"
    answer(page)
    counter.slow.free.clear()
    other = new_page(server_=counter)
    page.locator("[data-primary]").click(no_wait_after=True)
    counter.until(visit, Stage.SAVING)
    other.goto(f"/visits/{visit}/saving?lang={language}")
    other.locator("#status").wait_for()
    looks = Look(other, look.axe, language, look.sizes, leave_out=".hn-tray")
    looks.at("saving")
    counter.slow.free.set()
    other.wait_for_url("**/done")
    page.wait_for_url("**/done")
    assert look.found + looks.found == []


def test_what_changed_is_listed_and_a_record_is_kept_on(at):
    counter, page, look, language = at
    page.goto(f"/records/refresh?lang={language}")
    look.at("refresh, empty" if page.locator("[data-none]").count() else "refresh, from before")
    record = kept(page, language)
    desk = counter.services.desk
    desk.sealer.change(desk.tenant, [AddRecheck(record, "crl:test", system_clock(), RecheckOutcome.WORSE, {})])
    page.goto(f"/records/refresh?lang={language}")
    assert page.get_by_role("link", name=record).is_visible()
    look.at("refresh")
    desk.keeping.end_contract(record, japan_day(system_clock()) - timedelta(days=366 * 8), staff=desk.visits.actor("x"))
    page.goto("/records/due")
    look.at("due")
    page.get_by_role("link", name=record).click()
    page.locator("[data-over]").wait_for()
    look.at("delete or keep on")
    press(page, page.locator("button[value=keep]"))
    page.locator("#reason-error").wait_for()
    look.at("keep on, without a reason")
    field(page, "reason").fill("係争中のため")
    press(page, page.locator("button[value=keep]"))
    page.locator("[data-done=keep]").wait_for()
    page.goto("/records/due")
    page.locator("[data-refused]").wait_for()
    look.at("due, one kept on")
    page.goto(f"/records/{record}/delete")
    look.at("delete, kept on before")
    assert look.found == []


def test_a_scan_is_attached_and_looked_at(at):
    counter, page, look, language = at
    del counter
    record = kept(page, language)
    page.goto(f"/records/{record}/attach?lang={language}")
    look.at("attach")
    press(page)
    page.locator("[id='file-error']").wait_for()
    look.at("attach with errors")
    page.locator("input[name=code][value=ATT_COPIES]").check()
    page.locator("#clean").check()
    acts = {"name": "form.pdf", "mimeType": "application/pdf", "buffer": pdf(packed(b"<< /S /JavaScript >>"))}
    page.locator("#file").set_input_files(acts)
    press(page)
    page.locator(".hn-banner--error").wait_for()
    assert page.locator("input[name=code][value=ATT_COPIES]").is_checked()
    look.at("attach a paper that acts")
    scans = [
        {"name": "写真.jpg", "mimeType": "image/jpeg", "buffer": jpeg(exif=exif(6))},
        {"name": "b.pdf", "mimeType": "application/pdf", "buffer": pdf()},
    ]
    page.locator("#file").set_input_files(scans)
    press(page)
    page.locator("[data-done=attach]").wait_for()
    page.locator("[data-attachment] summary").first.click()
    shown = page.locator(".hn-attachment").first
    assert shown.evaluate("async e => { await e.decode(); return [e.naturalWidth, e.naturalHeight]; }") == [40, 60]
    look.at("record with attachments")
    with page.expect_download() as got:
        page.locator("a[href$='/file']").last.click()
    assert got.value.suggested_filename.startswith(record)
    assert look.found == []


def test_without_scripts_a_scan_is_attached_and_an_owner_added(counter, new_page):
    page = new_page(server_=counter, script=False)
    page.goto("/visits/new?transaction=none")
    page.goto("/")
    assert page.locator("[data-primary]").count() == 1
    record = next(each.id for each in counter.services.store.list() if each.judged is not None)
    page.goto(f"/records/{record}/attach")
    page.locator("input[name=code][value=ATT_COPIES]").check()
    page.locator("#clean").check()
    page.locator("#file").set_input_files({"name": "b.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    press(page)
    assert page.locator("[data-done=attach]").count() == 1


def test_a_number_is_typed_off_a_paper_and_shown_nowhere(at):
    counter, page, look, language = at
    del counter
    page.goto(f"/visits/new?transaction=my-number&lang={language}")
    page.locator("input[name=purpose]").first.check()
    look.at("case of the number act")
    press(page)
    page.wait_for_url("**/card")
    from tests.ui.test_entry import lay

    lay(page, "passport-japanese-style")
    page.wait_for_url("**/key")
    page.locator("[data-fill]").click()
    page.locator("[data-primary]").click(no_wait_after=True)
    page.wait_for_url("**/result")
    look.at("result without a number")
    page.locator("a[href$='/number/paper']").click()
    look.at("number off a paper")
    press(page)
    page.locator("[id='paper-error']").wait_for()
    page.locator("#paper").check()
    page.locator("#same").check()
    field(page, "digits").fill(DIGITS[:-1] + str((int(DIGITS[-1]) + 1) % 10))
    press(page)
    page.locator("[id='digits-error']").wait_for()
    assert field(page, "digits").input_value() == ""
    look.at("number off a paper, wrong")
    field(page, "digits").fill(DIGITS)
    page.locator("[data-shows=digits]").click()
    assert field(page, "digits").get_attribute("type") == "text"
    press(page)
    page.wait_for_url("**/result")
    assert DIGITS not in page.content()
    look.at("result with a number off a paper")
    answer(page)
    press(page)
    page.wait_for_url("**/done")
    assert page.locator("[data-number-kept='1']").count() == 1
    look.at("done with a number")
    assert look.found == []
