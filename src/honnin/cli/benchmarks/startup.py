"""How long a person waits for the program to start: `cli.help_seconds`, `serve.ready_seconds`."""

from __future__ import annotations

import contextlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator

from honnin.cli.benchmarks.figure import Figure
from honnin.core.errors import CallerError

_COMMAND = [sys.executable, "-c", "from honnin.cli.main import main; main()"]
_GIVE_UP_SECONDS = 30.0


def measure() -> Iterator[Figure]:
    """Both figures: the median of five starts of the help, of three starts of the server."""
    yield Figure("cli.help_seconds", statistics.median(_help() for _ in range(5)), "s", 0.35, "max")
    yield Figure("serve.ready_seconds", statistics.median(_serve() for _ in range(3)), "s", 3.0, "max")


def _help() -> float:
    start = time.perf_counter()
    subprocess.run([*_COMMAND, "--help"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own program
    return time.perf_counter() - start


def _serve() -> float:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        server = subprocess.Popen(  # noqa: S603  # our own program
            [*_COMMAND, "serve", "--demo", "--port", str(port), "--data", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while time.perf_counter() - start < _GIVE_UP_SECONDS:
                with (
                    contextlib.suppress(OSError),  # refused, or no answer yet
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health", timeout=1),
                ):
                    return time.perf_counter() - start
                time.sleep(0.01)
        finally:
            server.terminate()
            server.wait(timeout=10)
    raise CallerError("bench.serve", "the server did not get ready")
