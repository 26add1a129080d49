"""Server-sent events: bounded, ending, impersonal."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from honnin.server import progress
from honnin.server.pages.visit import state_of
from honnin.server.progress import Streams, events
from honnin.server.security import RefusedError
from tests.unit.server.client import Browser
from tests.unit.server.fakes import MRZ, World


@pytest.fixture
def world():
    return World()


@pytest.fixture
def browser(world):
    return Browser(world)


def collect(world, visit, *, streams=None, until=None, limit=50):
    """The states of a stream until one has the page `until`, or its end."""

    async def run():
        streams_ = streams or Streams()
        streams_.enter()
        states = []
        stream = events(world.services.visits, visit, streams_, lambda v, c: state_of(v, c, "ja"))
        async for piece in stream:
            for line in piece.decode().splitlines():
                if line.startswith("data: "):
                    states.append(json.loads(line[6:]))
            if len(states) >= limit or (until and states and str(states[-1].get("page", "")).endswith(until)):
                break
        await stream.aclose()
        return states

    return asyncio.run(run())


def test_laying_the_card_down_moves_the_page_on(browser, world):
    visit = browser.start()
    world.tray.insert("alpha")
    states = collect(world, visit, until="/key")
    assert states[-1] == {"page": f"/visits/{visit}/key", "say": "旅券です。番号の入力へ進みます。", "card": "passport/passport/"}


def test_the_read_is_told_step_by_step_and_ends_at_the_result(browser, world):
    world.read.delay_s = 0.05
    visit = browser.start()
    browser.place(visit)
    browser.post(f"/visits/{visit}/key", lines=MRZ, follow=False)
    states = collect(world, visit, until="/result")
    said = [each["say"] for each in states if "say" in each]
    assert "内容を読んでいます（2/3）" in said
    reading = next(each for each in states if each.get("say") == "内容を読んでいます（2/3）")
    assert [each["state"] for each in reading["steps"]] == ["completed", "completed", "editing", "ahead", "ahead"]


def test_events_say_nothing_personal(browser, world):
    world.read.delay_s = 0.02
    visit = browser.start()
    browser.place(visit)
    browser.post(f"/visits/{visit}/key", lines=MRZ, follow=False)
    told = json.dumps(collect(world, visit, until="/result"))
    for secret in ("L898902C3", "740812", "MIHON"):
        assert secret not in told


def test_a_stream_of_a_discarded_visit_leads_home_and_ends(browser, world):
    visit = browser.start()
    world.services.visits.discard(visit)
    assert collect(world, visit) == [{"go": "/"}]


def test_a_stream_ends_by_itself_and_frees_its_place(browser, world, monkeypatch):
    monkeypatch.setattr(progress, "STREAM_SECONDS", 0.2)
    monkeypatch.setattr(progress, "WAIT_SECONDS", 0.05)
    streams = Streams(1)
    visit = browser.start()
    collect(world, visit, streams=streams)
    assert streams.open == 0


def test_streams_are_counted_and_refused_beyond_the_limit(browser, world):
    streams = browser.app.state.streams
    while streams.open < progress.MAX_STREAMS:
        streams.enter()
    visit = browser.start()
    answer = browser.get(f"/visits/{visit}/events")
    assert answer.status_code == 429
    assert "開いている画面が多すぎます" in answer.text
    with pytest.raises(RefusedError):
        streams.enter()


def test_a_held_read_does_not_stop_other_pages(browser, world):
    world.read.hold = threading.Event()
    visit = browser.start()
    browser.place(visit)
    browser.post(f"/visits/{visit}/key", lines=MRZ, follow=False)
    assert browser.get("/").status_code == 200
    assert browser.get(f"/visits/{visit}/reading").status_code == 200
    world.read.hold.set()
