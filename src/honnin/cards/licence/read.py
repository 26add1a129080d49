"""Reading a driver's licence (運転免許証), versions 007 to 010: one dialogue (drivers-licence.md §3, §4, §14, §17).

1. Look, without a secret: is it one, version and expiry, are PINs set, the tries of both. A reader that cannot carry
   extended length fails here, where nothing has been spent.
2. The lock guard. A card without PINs gets the fixed value that stands for "none"; that is never called verified.
3. VERIFY and all files, in one batch.
4. Select the master file. Nothing but a reset ends the PINs' status on this card (§4.3): drivers reset at the end.

Nothing is judged here. The registered domicile (本籍) and the signature over it are marked to live in memory only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from honnin.apdu import ANY, OK, Command, Dialogue, Response
from honnin.cards.licence.download import Download
from honnin.cards.licence.files import (
    COMMON,
    DF1,
    DF2,
    DOMICILE_FILES,
    MF,
    NOT_SET,
    PIN_SETTING,
    WITH_BOTH,
    WITH_PIN1,
    Directory,
    LicenceFile,
)
from honnin.cards.licence.plan import Plan
from honnin.cards.licence.session import Progress, Session, ask_tries, pins_set, select_df, silent
from honnin.cards.licence.tries import check_tries
from honnin.core.errors import CardError, DataError
from honnin.facts import Access, DocumentKind, Reading, Refusal

__all__ = ["Look", "look_at_licence", "read_licence"]



@dataclass(frozen=True, slots=True)
class Look:
    """What a licence says before any secret. `tries` of pin1 and pin2; one that the card does not tell is missing."""

    common: bytes  # MF/EF01, 17 octets
    pin_setting: bytes  # MF/EF02, 3 octets
    tries: dict[str, int]

    @property
    def pins_set(self) -> bool:
        """Whether the holder has PINs. Raises CardError `card.pin.setting` if the card does not say so clearly."""
        return pins_set(self.pin_setting)


def look_at_licence(*, reader_extended: bool | None = None) -> Dialogue[Look]:
    """Version, expiry, whether PINs are set, tries; spends nothing.

    Raises CardError `card.not_licence`, `card.file.…`.
    """
    session = Session(silent, bool(reader_extended))
    return (yield from _look(session))


def read_licence(plan: Plan, *, now: datetime, progress: Progress | None = None) -> Dialogue[Reading]:
    """Read a card that has just been reset, and reset it afterwards. `now` is aware.

    Progress steps, in order: "connect", "access", "read" (n of m files), "issuer", "chip". Files as in
    honnin.cards.licence.files. Access: method "pin", key "pin1" or "pin1 pin2"; "none" where no PIN is set or wanted;
    facts pins ("set", "not_set"), tries.pin1, tries.pin2, opened.
    Raises CardError: `card.not_licence`, `card.pin.setting`, `.wrong`, `.blocked`, `.last_try`, `.tries_unknown`,
    `.refused` (`detail` names the PIN, with `tries_left`), `card.file.…`; LinkError; CallerError.
    """
    session = Session(progress or silent, bool(plan.reader_extended))
    try:
        look = yield from _look(session)
        session.progress("connect", 1, 1)
        downloads = [Download(each) for each in _wanted(plan)]
        not_set = bool(plan.secrets) and not look.pins_set
        if plan.secrets:
            check_tries(plan.secrets, session.tries, plan.last_try)
            session.progress("access", 1, 1)
            yield from session.open_and_read(
                MF, plan.secrets, _by_directory(downloads), not_set=not_set, last_try=plan.last_try
            )
        yield (select_df(MF, ANY),)
        session.exchanges += 1
    except (CardError, DataError):
        yield (select_df(MF, ANY),)
        raise
    session.progress("issuer", 1, 1)
    session.progress("chip", 1, 1)
    return _reading(plan, session, look, downloads, now)


def _wanted(plan: Plan) -> tuple[LicenceFile, ...]:
    if plan.pin2:
        return WITH_BOTH
    return WITH_PIN1 if plan.pin1 else ()


def _by_directory(downloads: list[Download]) -> list[tuple[Directory, list[Download]]]:
    parts = [(directory, [each for each in downloads if each.file.directory is directory]) for directory in (DF1, DF2)]
    return [(directory, each) for directory, each in parts if each]


def _look(session: Session) -> Dialogue[Look]:
    found: dict[str, bytes] = {}

    def keep(file: LicenceFile) -> Callable[[Response], None]:
        def take(answer: Response) -> None:
            if answer.ok:
                found[file.name] = answer.data[: file.size]

        return take

    def read(file: LicenceFile) -> list[tuple[Command, Callable[[Response], None] | None]]:
        # The first read is an extended one if any will be: a reader that cannot carry it fails here.
        wide = session.extended and file is COMMON
        return [
            (Command(0x00, 0xA4, 0x02, 0x0C, file.fid.to_bytes(2, "big"), note=file.name), None),
            (Command(0x00, 0xB0, 0x00, 0x00, le=file.size, accept=ANY, extended=wide, note=file.name), keep(file)),
        ]

    refused = yield from session.send(
        [
            (select_df(DF1), session.note_directory(DF1)),
            (select_df(MF, OK), None),
            *read(COMMON),
            *read(PIN_SETTING),
            *((ask_tries(name), session.keep_tries(name)) for name in ("pin1", "pin2")),
        ]
    )
    if refused is not None:
        command, answer = refused
        if command.ins == 0xA4 and command.note in {DF1.name, MF.name}:
            raise CardError("card.not_licence", "the card is not a driver's licence", command.note, sw=answer.sw)
        raise CardError("card.file.refused", "the card refused a step", command.note, sw=answer.sw)
    if len(found.get(COMMON.name, b"")) != COMMON.size and session.extended:
        session.extended = False  # the chip does not like the long form: everything in short ones
        yield from session.send([(select_df(MF, OK), None), *read(COMMON)])
    return Look(found.get(COMMON.name, b""), found.get(PIN_SETTING.name, b""), dict(session.tries))


def _reading(
    plan: Plan, session: Session, look: Look, downloads: list[Download], now: datetime
) -> Reading:  # fmt: skip
    free = {COMMON.name: look.common, PIN_SETTING.name: look.pin_setting}
    files = {name: octets for name, octets in free.items() if octets}
    files |= {each.file.name: each.data for each in downloads if each.complete}
    refusals = [*session.refusals, *(each.refusal for each in downloads if each.refusal is not None)]
    refusals += [
        Refusal(each.file.name, None, "card.file.truncated")
        for each in downloads
        if not each.settled
    ]
    not_set = look.pin_setting in NOT_SET
    facts = {f"tries.{name}": str(left) for name, left in session.tries.items()}
    facts |= {"pins": "not_set" if not_set else "set", "opened": " ".join(plan.secrets)}
    opened = bool(plan.secrets) and not not_set
    return Reading(
        document=DocumentKind.LICENCE,
        read_at_utc=now,
        access=Access("pin", " ".join(plan.secrets), facts) if opened else Access("none", "", facts),
        files=files,
        refusals=tuple(refusals),
        exchanges=session.exchanges,
        memory_only=frozenset(files) & DOMICILE_FILES,
    )
