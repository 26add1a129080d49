"""Reading the licence on a My Number Card (マイナ免許証): its own application and PIN (drivers-licence.md §15, §17.7).

The application holds licence data and a photo, and nothing that says who the holder is: no name, no birth date, no
address (§15.4). Those are read from the card's other applications, in the same session (§15.6). Its PIN has ten tries
and is addressed by P2 86; the 82 in the specification's sample does not work on cards (§15.3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from honnin.apdu import ANY, Command, Dialogue, Response
from honnin.cards.licence.download import Download
from honnin.cards.licence.files import CARD_MANAGER, DLC, NOT_SET, WEF01, WEF02, WEF03
from honnin.cards.licence.plan import MynumberPlan
from honnin.cards.licence.session import Progress, Session, ask_tries, pins_set, select_df, silent
from honnin.cards.licence.tries import check_tries
from honnin.core.errors import CardError, DataError
from honnin.facts import Access, DocumentKind, Reading, Refusal

__all__ = ["MynumberLook", "look_at_mynumber_licence", "read_mynumber_licence"]

_LEAVE = Command(0x00, 0xA4, 0x04, 0x0C, CARD_MANAGER, accept=ANY, note="leave")


@dataclass(frozen=True, slots=True)
class MynumberLook:
    """What the licence application says before any secret. `tries`: of "licence", if the card tells."""

    pin_setting: bytes  # WEF01, 3 octets
    tries: dict[str, int]

    @property
    def pins_set(self) -> bool:
        """Whether it has a PIN. Raises CardError `card.pin.setting` if the card does not say so clearly."""
        return pins_set(self.pin_setting)


def look_at_mynumber_licence() -> Dialogue[MynumberLook]:
    """Whether a PIN is set, and its tries; spends nothing. Raises CardError `card.no_licence`."""
    session = Session(silent, extended=False)
    setting = yield from _look(session)
    yield (_LEAVE,)
    return MynumberLook(setting, dict(session.tries))


def read_mynumber_licence(plan: MynumberPlan, *, now: datetime, progress: Progress | None = None) -> Dialogue[Reading]:
    """Read the licence application of a My Number Card. `now` is aware.

    Progress steps as read_licence. Files `DLC.WEF01` to `DLC.WEF03`; Reading.document is MYNUMBER_LICENCE. Access:
    method "pin", key "licence", or "none" where no PIN is set or wanted; facts pins, tries.licence, opened.
    Raises CardError: `card.no_licence` (the card has no such application), `card.pin.…` as read_licence, `card.file.…`.
    """
    session = Session(progress or silent, bool(plan.reader_extended))
    downloads = [Download(WEF03), Download(WEF02)] if plan.pin else []
    try:
        setting = yield from _look(session)
        session.progress("connect", 1, 1)
        if plan.secrets:
            not_set = not pins_set(setting)
            check_tries(plan.secrets, session.tries, plan.last_try)
            session.progress("access", 1, 1)
            yield from session.open_and_read(
                DLC, plan.secrets, [(DLC, downloads)], not_set=not_set, last_try=plan.last_try
            )
        yield (_LEAVE,)
        session.exchanges += 1
    except (CardError, DataError):
        yield (_LEAVE,)
        raise
    session.progress("issuer", 1, 1)
    session.progress("chip", 1, 1)
    return _reading(plan, session, setting, downloads, now)


def _look(session: Session) -> Dialogue[bytes]:
    found: list[bytes] = []

    def take(answer: Response) -> None:
        if answer.ok:
            found.append(answer.data[: WEF01.size])

    read = Command(
        0x00, 0xB0, 0x80 | (WEF01.sfi or 0), 0x00, le=WEF01.size, accept=ANY, extended=session.extended, note=WEF01.name
    )
    refused = yield from session.send(
        [
            (select_df(DLC), session.note_directory(DLC)),
            (read, take),
            (ask_tries("licence"), session.keep_tries("licence")),
        ]
    )
    if refused is not None:
        raise CardError("card.no_licence", "there is no licence on this card", DLC.name, sw=refused[1].sw)
    if not found and session.extended:
        session.extended = False
        yield from session.send([(replace(read, extended=False), take)])
    return found[0] if found else b""


def _reading(
    plan: MynumberPlan, session: Session, setting: bytes, downloads: list[Download], now: datetime
) -> Reading:  # fmt: skip
    files = {WEF01.name: setting} if setting else {}
    files |= {each.file.name: each.data for each in downloads if each.complete}
    refusals = [*session.refusals, *(each.refusal for each in downloads if each.refusal is not None)]
    refusals += [Refusal(each.file.name, None, "card.file.truncated") for each in downloads if not each.settled]
    facts = {f"tries.{name}": str(left) for name, left in session.tries.items()}
    facts |= {"pins": "not_set" if setting in NOT_SET else "set", "opened": " ".join(plan.secrets)}
    opened = plan.pin and setting not in NOT_SET
    return Reading(
        document=DocumentKind.MYNUMBER_LICENCE,
        read_at_utc=now,
        access=Access("pin", "licence", facts) if opened else Access("none", "", facts),
        files=files,
        refusals=tuple(refusals),
        exchanges=session.exchanges,
    )
