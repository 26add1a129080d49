"""Command APDUs of the My Number Card (mynumber-card.md §1.3, §1.4, §3.2, §3.3, §4.4, §7.4)."""

from __future__ import annotations

from honnin.apdu import ANY, OK, Command, PinSlot
from honnin.cards.mynumber.applications import Application, CardFile, SecretReference
from honnin.core.secret import Secret

__all__ = [
    "ask_tries", "leave", "read_current", "read_short", "select_application", "select_ef", "sign", "verify_pin",
    "verify_printed",
]  # fmt: skip


def select_application(application: Application, accept: frozenset[int] = OK) -> Command:
    """SELECT by AID without FCI. Ends every PIN's status."""
    return Command(0x00, 0xA4, 0x04, 0x0C, application.aid, accept=accept, note=application.name)


def select_ef(fid: int, accept: frozenset[int] = OK) -> Command:
    """SELECT an EF of the current application: data, secret or key; needs no secret."""
    return Command(0x00, 0xA4, 0x02, 0x0C, fid.to_bytes(2, "big"), accept=accept)


def ask_tries() -> Command:
    """VERIFY without data, for the secret selected before: exactly four octets (a fifth makes it 6700)."""
    return Command(0x00, 0x20, 0x00, 0x80, accept=ANY, note="tries")


def verify_pin(reference: SecretReference, *, last_try: bool) -> Command:
    """VERIFY with a slot that the edge fills; anything but 9000 ends the batch."""
    slot = PinSlot(reference.name, reference.length, reference.alphabet, last_try)
    return Command(0x00, 0x20, 0x00, 0x80, slot=slot, note="verify")


def verify_printed(digits: Secret[str]) -> Command:
    """VERIFY with a printed number."""
    return Command(0x00, 0x20, 0x00, 0x80, digits.reveal().encode("ascii"), note="verify")


def read_short(file: CardFile, le: int, *, extended: bool = False) -> Command:
    """READ BINARY from the beginning by short EF identifier; the file is the current one then."""
    return Command(0x00, 0xB0, 0x80 | file.fid & 0x1F, 0x00, le=le, accept=ANY, extended=extended, note=file.name)


def read_current(file: CardFile, offset: int, le: int, *, extended: bool = False) -> Command:
    """READ BINARY of the current file, offset at most 7FFF."""
    return Command(0x00, 0xB0, offset >> 8, offset & 0xFF, le=le, accept=ANY, extended=extended, note=file.name)


def sign(digest_info: bytes, p2: int, note: str) -> Command:
    """COMPUTE SIGNATURE over a whole DigestInfo. P2 80: the key selected before; 00: the application's own key."""
    return Command(0x80, 0x2A, 0x00, p2, digest_info, le=256, accept=ANY, note=note)


def leave(application: Application) -> Command:
    """Select something else, so that no status stays behind. What it answers does not matter."""
    return select_application(application, ANY)
