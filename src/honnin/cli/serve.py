"""`honnin serve`: counter pages and API at http://127.0.0.1:8350 (design §9, §12)."""

from __future__ import annotations

import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from honnin.cli.data_folder import data_folder
from honnin.cli.report import errors
from honnin.core.errors import CallerError

PORT = 8350
GRACE_SECONDS = 2


@click.command("serve")
@click.option("--demo", is_flag=True, help="Virtual cards on a demo reader; the data go to a folder of their own.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of this machine to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder (or HONNIN_DATA).")
def command(*, demo: bool, host: str, port: int, data: Path | None) -> None:
    """Counter pages and API. Stop it with Ctrl+C.

    窓口の画面と API を開きます。止めるには Ctrl+C。
    """
    with errors(as_json=False):
        _serve(demo=demo, host=host, port=port, house=data_folder(data))


def _make_folders(house: Path, *, demo: bool) -> Path:
    """The data folder and the one for visits, made with mode 0700. Raises CallerError `serve.data`."""
    folder = house / "demo" if demo else house
    try:
        house.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise CallerError("serve.data", "the data folder cannot be made", str(error)) from None
    return folder


def _serve(*, demo: bool, host: str, port: int, house: Path) -> None:
    from honnin.server.security import loopback  # noqa: PLC0415  # --help must be quick

    if not loopback(host):
        raise CallerError("serve.host", "only this machine's own addresses until there is a sign-in")
    folder = _make_folders(house, demo=demo)
    listening = _bind(host, port)
    with listening:
        with _nothing_dies():
            import uvicorn  # noqa: PLC0415

            from honnin.cli.serving import make_services  # noqa: PLC0415
            from honnin.server.app import create_app  # noqa: PLC0415

        server: uvicorn.Server | None = None
        services, close = make_services(
            house, folder, demo=demo, ready=lambda: server is not None and server.started
        )
        try:
            app = create_app(services)
            config = uvicorn.Config(
                app, log_level="warning", access_log=False, server_header=False, date_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS, limit_concurrency=200, h11_max_incomplete_event_size=32768,
            )
            _announce(host, port, folder, demo=demo)
            # uvicorn stops gracefully and then raises the signal again for whoever was there before: nobody.
            for each in (signal.SIGINT, signal.SIGTERM):
                signal.signal(each, lambda *_: None)
            server = uvicorn.Server(config)
            server.run(sockets=[listening])
        finally:
            close()


@contextmanager
def _nothing_dies() -> Iterator[None]:
    """While a thousand modules are loaded all that is made stays: the collector would walk through it again and again
    (a tenth of the start), and at each full collection later on.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two servers share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))  # taken now, listened to when the pages are ready
    except OSError as error:
        listening.close()
        raise CallerError("serve.port", "the port is taken", str(error)) from None
    return listening


def _announce(host: str, port: int, folder: Path, *, demo: bool) -> None:
    shown = f"[{host}]" if ":" in host else host
    say: Callable[[str], None] = lambda text: click.echo(text, err=True)  # noqa: E731
    say(f"Honnin: http://{shown}:{port}")
    if demo:
        say("模擬カードを使います。結果は本人確認の記録として使えません。")
        say("Simulated cards in use. Results cannot be used as records of identity checks.")
    say(f"データ / data: {folder}")
    say("止めるには Ctrl+C / stop with Ctrl+C")
