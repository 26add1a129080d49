"""OCSP over HTTP (RFC 6960 App. A.1): one POST, bounded in time and size; no redirects, no proxy of the environment.

Off unless a house configures it. The answer is believed by its signature, never by where it came from; so plain http,
which J-LIS's own addresses use (jpki-validation.md §1.5), loses nothing but the secrecy of which certificate was asked.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

from honnin.core.errors import TrustError
from honnin.trust.ocsp import CONTENT_TYPE, MAX_RESPONSE

__all__ = ["HttpOcsp"]

TIMEOUT_S = 5.0
MAX_URL = 2048
RESPONSE_TYPE = "application/ocsp-response"
_CONNECTIONS: Mapping[str, type[http.client.HTTPConnection]] = {
    "http": http.client.HTTPConnection,
    "https": http.client.HTTPSConnection,
}


class HttpOcsp:
    """An OcspTransport that posts to the responder of each service ("sign", "auth")."""

    def __init__(self, urls: Mapping[str, str], *, timeout_s: float = TIMEOUT_S) -> None:
        """`urls`: of the house's contract, never out of a certificate. `timeout_s`: for the whole exchange.

        Raises TrustError `trust.ocsp.url`.
        """
        self._places = {service: _place(url) for service, url in urls.items()}
        self._timeout_s = timeout_s

    def __call__(self, service: str, request: bytes, /) -> bytes:
        """DER of the response, at most 64 KiB. Raises TrustError `trust.ocsp.url` (no responder for that service),
        `.timeout`, `.http` (another status than 200, another content type), `.too_large`, `.unreachable`.
        """
        if service not in self._places:
            raise TrustError("trust.ocsp.url", "there is no responder for this service")
        scheme, host, port, path = self._places[service]
        connection = _CONNECTIONS[scheme](host, port, timeout=self._timeout_s)
        headers = {"Content-Type": CONTENT_TYPE, "Accept": RESPONSE_TYPE, "Connection": "close"}
        with contextlib.closing(connection), _Deadline(self._timeout_s) as deadline:
            try:
                connection.connect()
                deadline.socket = connection.sock
                connection.request("POST", path, body=request, headers=headers)
                with contextlib.closing(connection.getresponse()) as response:
                    octets = response.read(MAX_RESPONSE + 1)
            except (OSError, http.client.HTTPException, ValueError) as error:
                if deadline.over or isinstance(error, TimeoutError):
                    raise TrustError("trust.ocsp.timeout", "the responder did not answer in time") from None
                raise TrustError("trust.ocsp.unreachable", "the responder cannot be reached") from None
        if deadline.over:
            raise TrustError("trust.ocsp.timeout", "the responder did not answer in time")
        kind = response.headers.get_content_type()
        if response.status != http.HTTPStatus.OK or kind != RESPONSE_TYPE:
            raise TrustError("trust.ocsp.http", "the responder refused or sent something else", str(response.status))
        if len(octets) > MAX_RESPONSE:
            raise TrustError("trust.ocsp.too_large", "the answer of the responder is too large")
        return octets


def _place(url: str) -> tuple[str, str, int | None, str]:
    """(scheme, host, port, path) of an address. Raises TrustError `trust.ocsp.url`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    plain = len(url) <= MAX_URL and url.isascii() and url.isprintable() and " " not in url
    if host is None or not plain or parts.scheme not in _CONNECTIONS or parts.username is not None:
        raise TrustError("trust.ocsp.url", "the address of a responder is not an http address")
    return parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class _Deadline:
    """Cuts the connection when the time is over: a server that sends an octet now and then keeps nobody waiting."""

    def __init__(self, seconds: float) -> None:
        self.socket: socket.socket | None = None  # the library lets go of it before the answer is read
        self.over = False
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def _cut(self) -> None:
        self.over = True
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
