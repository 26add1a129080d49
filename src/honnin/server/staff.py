"""Who is at this counter: a name that was said, kept by this browser in a signed cookie for one working day.

The name is said, not proved: until there is a sign-in anybody at the counter can say any name, and the page says so.
The signature only keeps other programs from putting a name there, and the time limit keeps yesterday's colleague from
staying.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import timedelta
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from honnin.core.errors import CallerError
from honnin.flows.staff import member_of
from honnin.server.security import RefusedError
from honnin.server.services import Services

STAFF_COOKIE = "honnin_staff"  # base64url of the name "." second of saying it "." HMAC-SHA-256
STAFF_HEADER = "honnin-staff"  # of the API: the name, percent-encoded UTF-8
STAFF_LIFE = timedelta(hours=12)
MAX_COOKIE = 512
_COOKIE = re.compile(r"([A-Za-z0-9_=-]{1,400})\.([0-9]{1,12})\.([0-9a-f]{64})")
_DOMAIN = b"honnin staff cookie v1\x00"


def staff_or_none(request: Request) -> str:
    """The name that was said here and still counts, as the house's list has it; else empty."""
    services: Services = request.app.state.services
    name = _from_cookie(request, services)
    if not name:
        return ""
    try:
        return member_of(services.house.staff, name).name
    except CallerError:  # not on the list any more
        return ""


def staff_of(request: Request) -> str:
    """Who does this. Raises RefusedError `staff.unnamed` (403) when nobody has said who they are."""
    name = staff_or_none(request)
    if not name:
        raise RefusedError(403, "staff.unnamed", "nobody has said who is at this counter")
    return name


def api_staff_of(request: Request) -> str:
    """Who does this, for the API: the header, else the cookie of this browser.

    Raises RefusedError `staff.unnamed` (403), CallerError `staff.name`, `staff.unknown`.
    """
    header = request.headers.get(STAFF_HEADER, "")
    if not header:
        return staff_of(request)
    services: Services = request.app.state.services
    return member_of(services.house.staff, unquote(header[:1024], errors="replace")).name


def say_staff(request: Request, response: Response, name: str) -> None:
    """Keep that name in this browser. Raises CallerError `staff.name`, `staff.unknown`."""
    services: Services = request.app.state.services
    member = member_of(services.house.staff, name)
    said = base64.urlsafe_b64encode(member.name.encode()).decode()
    at = str(int(services.clock().timestamp()))
    value = f"{said}.{at}.{_mac(request, f'{said}.{at}')}"
    response.set_cookie(
        STAFF_COOKIE, value, max_age=int(STAFF_LIFE.total_seconds()), path="/", httponly=True, samesite="strict"
    )


def forget_staff(response: Response) -> None:
    """Nobody is at this counter now."""
    response.delete_cookie(STAFF_COOKIE, path="/", httponly=True, samesite="strict")


def staff_page_url(back: str) -> str:
    """Where somebody says who they are, and then goes on at `back`, a path of this server."""
    return f"/staff?back={quote(back, safe='')}"


def _from_cookie(request: Request, services: Services) -> str:
    found = _COOKIE.fullmatch(request.cookies.get(STAFF_COOKIE, "")[:MAX_COOKIE])
    if found is None:
        return ""
    said, at, mac = found.groups()
    if not hmac.compare_digest(mac, _mac(request, f"{said}.{at}")):
        return ""
    age = services.clock().timestamp() - int(at)
    if not -60 <= age < STAFF_LIFE.total_seconds():
        return ""
    try:
        return base64.urlsafe_b64decode(said).decode("utf-8")
    except ValueError:
        return ""


def _mac(request: Request, value: str) -> str:
    services: Services = request.app.state.services
    key: bytes = services.cookie_key.reveal() if services.cookie_key is not None else request.app.state.csrf_key
    return hmac.new(key, _DOMAIN + value.encode("ascii"), hashlib.sha256).hexdigest()
