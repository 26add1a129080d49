"""What stands between the browser and the pages: Host and origin checks, headers, body limit, session, CSRF.

The counter listens on this machine without a sign-in yet (that comes later), so other pages in the same browser are
the attacker: DNS rebinding is stopped by the Host check, foreign forms by origin and token, foreign frames and
scripts by the headers.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import MutableHeaders, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from honnin.core.clock import Random
from honnin.core.errors import CallerError

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # With "no-referrer" browsers send `Origin: null` for our own forms, and the origin check would refuse them.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=()",
}
SESSION_COOKIE = "honnin_session"
MAX_BODY = 64 * 1024
# One page takes files: scans of papers for a record, with their form.
UPLOAD = re.compile(r"/records/[0-9A-Z]{26}/attach")
MAX_FILES = 5
MAX_UPLOAD = (11 << 20) + MAX_BODY  # of one request; a scan may have 10 MiB
MAX_FIELDS = 120  # the longest form writes down ten 実質的支配者
STATIC = "/static/"
API = "/api/"
_log = logging.getLogger(__name__)
_CONTROLS = re.compile("[\x00-\x1f\x7f]")
_SESSION = re.compile(r"[0-9a-f]{64}")


class RefusedError(CallerError):
    """A request that is not let through. `status` is the HTTP status."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code, message)
        self.status = status


def loopback(host: str) -> bool:
    """Whether a host name or address is this machine and nothing else."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_of(header: str) -> str:
    """The host part of a Host header, without the port."""
    if header.startswith("["):
        return header[: header.find("]") + 1]
    return header.partition(":")[0]


class Guard:
    """ASGI middleware around everything. `refuse` makes the page of a refusal; `hosts`: further names in Host."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        refuse: Callable[[Request, RefusedError], Response],
        random: Random,
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._random = random
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, limit, and add headers to whatever is answered."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                return  # there are none
            await self._app(scope, receive, send)
            return
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        session = session_of(headers.get("cookie", ""))
        fresh = "" if session else self._random(32).hex()
        scope.setdefault("state", {})["session"] = session or fresh
        static = scope["path"].startswith(STATIC)
        calls = scope["path"].startswith(API)  # other systems keep no session

        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                out = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    out[name] = value
                out["cache-control"] = "no-cache" if static else "no-store"
                if fresh and not (static or calls):
                    out.append("set-cookie", f"{SESSION_COOKIE}={fresh}; Path=/; HttpOnly; SameSite=Strict")
            await send(message)

        refused = self._refusal(scope, headers)
        if refused is not None:
            await self._refuse(Request(scope), refused)(scope, receive, answer)
            return
        try:
            await self._app(scope, _Limited(receive, body_limit(scope["path"])).receive, answer)
        except Exception as error:  # noqa: BLE001  # whatever happens inside: a page with the headers, no trace
            _log.error("a page failed by %s", type(error).__name__)  # its text may quote a card
            if begun:
                raise RefusedError(500, "server.failed", "an answer broke off") from None
            failed = RefusedError(500, "server.failed", "something failed")
            await self._refuse(Request(scope), failed)(scope, receive, answer)

    def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> RefusedError | None:
        host = host_of(headers.get("host", ""))
        if not (loopback(host) or host in self._hosts):
            return RefusedError(421, "request.host", "this server does not answer to that name")
        if _CONTROLS.search(scope["path"]):
            return RefusedError(404, "request.not_found", "no such page")  # not every database can be asked
        site = headers.get("sec-fetch-site", "")
        top = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        reading = scope["method"] in {"GET", "HEAD"}
        if site in {"cross-site", "same-site"} and not (reading and top):
            return RefusedError(403, "request.cross_site", "another site asked")
        if not reading:
            origin = headers.get("origin")
            if origin is not None and origin != f"{scope.get('scheme', 'http')}://{headers.get('host', '')}":
                return RefusedError(403, "request.cross_site", "another site asked")
            if int_or(headers.get("content-length", "0"), MAX_UPLOAD + 1) > body_limit(scope["path"]):
                return RefusedError(413, "request.too_large", "the request is too large")
        return None


class _Limited:
    """Hands on a request's body up to the limit."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._seen = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            raise RefusedError(413, "request.too_large", "the request is too large")
        return message


def body_limit(path: str) -> int:
    """The most octets that a request to that path may have."""
    return MAX_UPLOAD if UPLOAD.fullmatch(path) else MAX_BODY


def int_or(text: str, default: int) -> int:
    """A non-negative decimal number, or the default."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else default


def session_of(cookie: str) -> str:
    """The session in a Cookie header, or empty."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(cookie[:4096])
    except CookieError:
        return ""
    found = jar.get(SESSION_COOKIE)
    return found.value if found is not None and _SESSION.fullmatch(found.value) else ""


def csrf_token(key: bytes, session: str) -> str:
    """The token of a session: only a page of this server's own origin can know it."""
    return hmac.new(key, b"csrf:" + session.encode(), hashlib.sha256).hexdigest()


async def check_request(request: Request) -> None:
    """Dependency of every page: refuses a POST without its token.

    Raises RefusedError (`request.form`, `request.csrf`, `request.too_large`).
    """
    if request.method in {"GET", "HEAD"}:
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    upload = UPLOAD.fullmatch(request.url.path) is not None
    if kind != ("multipart/form-data" if upload else "application/x-www-form-urlencoded"):
        raise RefusedError(415, "request.form", "a form is expected")
    form = (await upload_of(request)).texts if upload else await form_of(request)
    token = form.get("csrf")
    wanted = csrf_token(request.app.state.csrf_key, request.state.session)
    if token is None or not hmac.compare_digest(token.encode(), wanted.encode()):
        raise RefusedError(403, "request.csrf", "the page is too old or not ours")


class _InMemory(MultiPartParser):
    """Files of a form stay in memory: papers of customers are never written to a disk on their way."""

    spool_max_size = MAX_UPLOAD

    def close(self) -> None:
        """Forget the files, whatever became of the form."""
        for each in self._files_to_close_on_error:
            each.close()


@dataclass(frozen=True, slots=True)
class Upload:
    """A form that came with files: its texts, the first of each name, and the octets of the files that are not empty,
    at most MAX_FILES. What the browser says a file is called or is counts for nothing and is not here.
    """

    texts: Mapping[str, str]
    files: tuple[bytes, ...]


async def upload_of(request: Request) -> Upload:
    """The form of a page that takes files; read once. Raises RefusedError `request.form`, `request.too_large`."""
    known: Upload | None = getattr(request.state, "upload", None)
    if known is not None:
        return known
    parser = _InMemory(
        request.headers, request.stream(), max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_BODY
    )
    try:
        items = (await parser.parse()).multi_items()
        files = [await each.read() for name, each in items if name == "file" and isinstance(each, UploadFile)]
    except MultiPartException:
        raise RefusedError(422, "request.form", "the form cannot be read") from None
    finally:
        parser.close()
    texts = {key: value for key, value in reversed(items) if isinstance(value, str)}
    sent = request.state.upload = Upload(texts, tuple(each for each in files if each))
    return sent


async def form_of(request: Request) -> Mapping[str, str]:
    """The text fields of the form, the first of each name (read once, after check_request)."""
    form = await request.form(max_fields=MAX_FIELDS, max_files=0)
    return {key: value for key, value in reversed(form.multi_items()) if isinstance(value, str)}
