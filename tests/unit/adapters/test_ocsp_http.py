"""OCSP over HTTP: one POST, bounded; whatever a server does, it ends in an answer or in a code of ours."""

from __future__ import annotations

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

import pytest

from honnin.adapters.ocsp_http import HttpOcsp
from honnin.core.errors import TrustError
from honnin.flows.messages import message_for
from honnin.trust.ocsp import MAX_RESPONSE

KIND = "application/ocsp-response"
SLOW = KIND + ";slow"


class Responder(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        server.seen.append((self.headers["Content-Type"], self.rfile.read(int(self.headers["Content-Length"]))))
        status, kind, body, delay = server.plan
        time.sleep(delay)
        self.send_response(status)
        self.send_header("Content-Type", kind.removesuffix(";slow"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()
        with contextlib.suppress(OSError):  # nobody waits any more
            if kind == SLOW:
                for each in body:
                    self.wfile.write(bytes([each]))
                    time.sleep(0.05)
            else:
                self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = ThreadingTCPServer(("127.0.0.1", 0), Responder)
    server.seen, server.plan = [], (200, KIND, b"answer", 0)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def ask(server, **more):
    return HttpOcsp({"sign": f"http://127.0.0.1:{server.server_address[1]}/"}, **more)("sign", b"request")


def test_a_request_is_posted_as_what_it_is(server):
    assert ask(server) == b"answer"
    assert server.seen == [("application/ocsp-request", b"request")]


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ((503, KIND, b"", 0), "trust.ocsp.http"),
        ((302, KIND, b"", 0), "trust.ocsp.http"),
        ((200, "text/html", b"<p>", 0), "trust.ocsp.http"),
        ((200, KIND, bytes(MAX_RESPONSE + 1), 0), "trust.ocsp.too_large"),
        ((200, KIND, b"late", 0.6), "trust.ocsp.timeout"),
        ((200, SLOW, bytes(200), 0), "trust.ocsp.timeout"),
    ],
)
def test_whatever_a_server_does_has_a_code(server, plan, code):
    server.plan = plan
    with pytest.raises(TrustError) as caught:
        ask(server, timeout_s=0.2)
    assert caught.value.code == code
    assert "失効" in message_for(caught.value).ja


def test_nobody_there_is_unreachable(server):
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    with pytest.raises(TrustError, match=r"trust\.ocsp\.unreachable"):
        HttpOcsp({"sign": url})("sign", b"request")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/", "http://h st/", "http://" + "x" * 3000, ""])
def test_only_http_addresses_are_taken(url):
    with pytest.raises(TrustError, match=r"trust\.ocsp\.url"):
        HttpOcsp({"sign": url})


def test_a_service_without_an_address_is_not_asked():
    with pytest.raises(TrustError, match=r"trust\.ocsp\.url"):
        HttpOcsp({})("auth", b"request")
