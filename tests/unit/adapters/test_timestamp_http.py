"""The time-stamper over HTTP: what it sends, what it takes, and that it never waits or reads without end."""

import hashlib
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from honnin.adapters.timestamp_http import HttpTimeStamper
from honnin.core.errors import CallerError, DataError, LinkError, TrustError
from honnin.trust.anchors import Anchor
from honnin.trust.certificate import parse_certificate
from honnin.trust.timestamp import verify_token
from honnin_virtual.timestamp import POLICY, TimestampAuthority, TimestampFault

AT = datetime(2026, 11, 25, tzinfo=UTC)
DIGEST = hashlib.sha256(b"x").digest()
ROOT = Anchor(parse_certificate(TimestampAuthority().root), "simulator", "test")


@contextmanager
def service(answer):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer(self, body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def send(handler, octets, status=200, **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(octets)))
    handler.end_headers()
    handler.wfile.write(octets)


def authority(fault=TimestampFault.NONE):
    return lambda handler, body: send(handler, TimestampAuthority(fault).respond(body, AT))


def stamper(url, **more):
    return HttpTimeStamper(url, [ROOT], bytes, policy=POLICY, **({"timeout_s": 2.0} | more))


def test_a_token_comes_back_checked():
    with service(authority()) as url:
        token = stamper(url).stamp(DIGEST)
    assert verify_token(token, DIGEST, [ROOT]).ok


@pytest.mark.parametrize(
    ("fault", "detail"),
    [(TimestampFault.OTHER_NONCE, "nonce"), (TimestampFault.OTHER_IMPRINT, "imprint"),
     (TimestampFault.OTHER_POLICY, "policy"), (TimestampFault.OTHER_AUTHORITY, "no_anchor")],
)  # fmt: skip
def test_a_wrong_token_is_never_handed_on(fault, detail):
    with service(authority(fault)) as url, pytest.raises(TrustError) as caught:
        stamper(url).stamp(DIGEST)
    assert (caught.value.code, caught.value.detail) == ("timestamp.untrusted", detail)


def test_a_refusal_is_told():
    with service(authority(TimestampFault.REFUSES)) as url, pytest.raises(DataError, match=r"timestamp\.refused"):
        stamper(url).stamp(DIGEST)


def test_a_long_answer_is_not_read_to_the_end():
    with (
        service(lambda handler, _: send(handler, bytes(70000))) as url,
        pytest.raises(DataError, match=r"timestamp\.malformed"),
    ):
        stamper(url).stamp(DIGEST)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_other_answers_are_no_time_stamp(status):
    with (
        service(lambda handler, _: send(handler, b"", status, Location="/elsewhere")) as url,
        pytest.raises(LinkError, match=r"timestamp\.unreachable"),
    ):
        stamper(url).stamp(DIGEST)


def test_a_silent_service_is_left():
    done = threading.Event()
    with service(lambda *_: done.wait(5)) as url:
        with pytest.raises(LinkError, match=r"timestamp\.unreachable"):
            stamper(url, timeout_s=0.05).stamp(DIGEST)
        done.set()


def test_a_service_that_drips_is_left():
    def drip(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Length", "60000")
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.02)
        except OSError:
            pass

    began = time.monotonic()
    with service(drip) as url:
        with pytest.raises(LinkError, match=r"timestamp\.unreachable"):
            stamper(url, timeout_s=0.2).stamp(DIGEST)
        assert time.monotonic() - began < 1


def test_nobody_there():
    with pytest.raises(LinkError, match=r"timestamp\.unreachable"):
        stamper("http://127.0.0.1:9/").stamp(DIGEST)


@pytest.mark.parametrize("url", ["", "file:///etc/hosts", "ftp://tsa.example/", "http:///x", "http://u:p@tsa.example/"])
def test_only_plain_addresses_are_taken(url):
    with pytest.raises(CallerError, match=r"timestamp\.url"):
        stamper(url)
