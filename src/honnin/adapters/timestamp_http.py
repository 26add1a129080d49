"""Time-stamps from a service on the network (RFC 3161 §3.4: application/timestamp-query over HTTP).

The house names the service; nothing is asked of the network without that. Only a SHA-256 digest leaves the house.
"""

from __future__ import annotations

import http.client
import time
import urllib.request
from collections.abc import Sequence
from urllib.parse import urlsplit

from honnin.core.clock import Random
from honnin.core.errors import CallerError, DataError, LinkError, TrustError
from honnin.trust.anchors import Anchor
from honnin.trust.timestamp import MAX_TOKEN, make_request, nonce_number, token_in, verify_token

NONCE_LENGTH = 16
TIMEOUT_S = 10.0


class HttpTimeStamper:
    """The port TimeStamper over HTTP(S). Redirects are not followed; answers are bounded in size and time."""

    def __init__(
        self,
        url: str,
        anchors: Sequence[Anchor],
        random: Random,
        *,
        policy: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """`anchors`: authorities of the service; `policy`: the OID to ask for. Raises CallerError `timestamp.url`."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise CallerError("timestamp.url", "this is not the address of a time-stamping service")
        self._url = url
        self._anchors = tuple(anchors)
        self._random = random
        self._policy = policy
        self._timeout_s = timeout_s
        self._opener = urllib.request.build_opener(_NoRedirect())

    def stamp(self, digest: bytes) -> bytes:
        """A checked token (DER) over a SHA-256 digest (32 octets).

        Raises LinkError `timestamp.unreachable`, DataError `timestamp.refused` or `timestamp.malformed`, TrustError
        `timestamp.untrusted` (detail: the step of honnin.trust.timestamp that failed).
        """
        nonce = self._random(NONCE_LENGTH)
        token = token_in(self._ask(make_request(digest, nonce, policy=self._policy)))
        policies = None if self._policy is None else frozenset({self._policy})
        result = verify_token(token, digest, self._anchors, policies=policies, nonce=nonce_number(nonce))
        if not result.ok:
            raise TrustError("timestamp.untrusted", "the time-stamp cannot be trusted", result.outcome)
        return token

    def _ask(self, request: bytes) -> bytes:
        query = urllib.request.Request(  # noqa: S310  # the scheme was checked
            self._url, request, {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        )
        try:
            with self._opener.open(query, timeout=self._timeout_s) as answer:
                octets = self._read(answer)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise LinkError(
                "timestamp.unreachable", "the time-stamping service did not answer", type(error).__name__
            ) from None
        if len(octets) > MAX_TOKEN:
            raise DataError("timestamp.malformed", "the answer of the time-stamping service is too long")
        return octets


    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        """The body, at most one octet more than a token may have, and all of it within the time."""
        end = time.monotonic() + self._timeout_s
        octets = bytearray()
        while len(octets) <= MAX_TOKEN:
            piece = answer.read1(MAX_TOKEN + 1 - len(octets))
            if not piece:
                break
            octets += piece
            if time.monotonic() > end:
                raise TimeoutError
        return bytes(octets)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_more: object) -> None:
        """Never: the house named one address."""
