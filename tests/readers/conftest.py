"""Tests with the real smart-card service and a virtual reader. Run them by `bin/with-pcscd pytest -m pcscd`."""

from __future__ import annotations

import os
import signal
import time

import pytest

from honnin.adapters.pcsc import PcscReaders, choose_binding
from honnin.core.errors import LinkError

READER = "Virtual PCD 00 00"
SECOND = "Virtual PCD 00 01"


def pytest_collection_modifyitems(items):
    skip = pytest.mark.skip(reason="needs the virtual reader: bin/with-pcscd .venv/bin/python -m pytest -m pcscd")
    for item in items:
        if item.get_closest_marker("pcscd") and os.environ.get("HONNIN_IN_PCSCD") != "1":
            item.add_marker(skip)


@pytest.fixture(autouse=True, scope="session")
def _interruptible():
    """Programs that are started here can be interrupted, also when the tests run in the background of a shell, which
    ignores SIGINT and hands that on.
    """
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(params=["ctypes", "pyscard"])
def readers(request):
    """The readers of this machine, through both bindings."""
    try:
        binding = choose_binding(request.param)
    except LinkError as error:
        pytest.skip(f"{request.param} is not installed here ({error.detail})")
    found = PcscReaders(binding)
    wait_for(found, READER, present=False)
    wait_for(found, SECOND, present=False)
    yield found
    found.close()
    time.sleep(0.5)  # pcscd asks the reader every 0.4 s; a card put down before it saw the last one go is not noticed


def wait_for(readers, name, *, present, seconds=8.0):
    """Until a card lies on that reader, or none."""
    deadline = time.monotonic() + seconds
    infos = readers.list()
    while not any(info.name == name and info.card_present == present for info in infos):
        left = deadline - time.monotonic()
        assert left > 0, f"{name}: card present is not {present}: {infos}"
        infos = readers.wait_change(infos, timeout_s=left)
    return next(info for info in infos if info.name == name)
