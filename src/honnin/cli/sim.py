"""`honnin sim`: simulators of services that a house asks, for trying things end to end (design §9)."""

from __future__ import annotations

import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import click

from honnin.cli.groups import WholeGroup
from honnin.cli.report import errors, write_file
from honnin.core.clock import system_clock
from honnin.core.errors import CallerError, HonninError

TSA_PORT = 8351
MAX_REQUEST = 4096
_REQUEST, _REPLY = "application/timestamp-query", "application/timestamp-reply"


@click.group("sim", cls=WholeGroup)
def command() -> None:
    """Simulators. What they sign is marked as such everywhere and proves nothing to anybody.

    サービスの模擬です。署名したものは、だれにも何も証明しません。
    """


@command.command("tsa")
@click.option("--port", default=TSA_PORT, show_default=True, type=click.IntRange(0, 65535))
@click.option("--anchor", type=click.Path(dir_okay=False, path_type=Path), help="Write its root certificate here.")
def tsa_command(port: int, anchor: Path | None) -> None:
    """A time-stamping authority (RFC 3161) on this machine, until Ctrl+C.

    この端末の時刻認証局（RFC 3161）です。止めるには Ctrl+C。

    Then: honnin trust import ANCHOR --timestamp, and HONNIN_TIMESTAMP_URL=http://127.0.0.1:8351/ honnin jobs run
    timestamp.
    """
    from honnin_virtual.timestamp import TimestampAuthority  # noqa: PLC0415

    with errors(as_json=False):
        if anchor is not None:
            write_file(anchor, TimestampAuthority().root)
        with tsa_server(port) as server:
            click.echo("模擬の時刻認証局 / simulated time-stamping authority:", err=True)
            click.echo(f"http://127.0.0.1:{server.server_port}/", err=True)
            click.echo("止めるには Ctrl+C / stop with Ctrl+C", err=True)
            for each in (signal.SIGINT, signal.SIGTERM):
                signal.signal(each, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
            server.serve_forever(poll_interval=0.1)


def tsa_server(port: int) -> ThreadingHTTPServer:
    """The server, bound to this machine only and not running yet. Raises CallerError `sim.port`."""
    from honnin_virtual.timestamp import TimestampAuthority  # noqa: PLC0415

    authority, serials = TimestampAuthority(), count(1)

    class Handler(BaseHTTPRequestHandler):
        timeout = 5.0

        def do_POST(self) -> None:
            try:
                length = int(self.headers.get("Content-Length", "0"))
            except ValueError:
                length = -1
            if self.headers.get("Content-Type") != _REQUEST or not 0 < length <= MAX_REQUEST:
                self.send_error(400)
                return
            try:
                answer = authority.respond(self.rfile.read(length), system_clock(), serial=next(serials))
            except HonninError:
                self.send_error(400)
                return
            self.send_response(200)
            self.send_header("Content-Type", _REPLY)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the base class
            """Nothing: who asked for what is nobody's business."""

    try:
        return ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise CallerError("sim.port", "the port is taken", str(error)) from None
