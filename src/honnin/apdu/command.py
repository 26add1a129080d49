"""Command and response APDUs (ISO/IEC 7816-4 §5.1) as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from honnin.core.errors import CallerError, DataError

OK = frozenset({0x9000})
ANY = frozenset(range(0x10000))
MAX_COMMAND_DATA = 65535
MAX_RESPONSE_DATA = 65536


@dataclass(frozen=True, slots=True)
class PinSlot:
    """A place for a secret that only the edge knows (design §4): the PC with the reader, or the phone.

    The edge asks the holder, encodes (ASCII) and puts the octets where the command's data go. The dialogue, the
    server, logs and transcripts see the slot and never the secret.
    """

    name: str  # which secret: "user_authentication", "signing", "text", "pin1", "pin2"
    length: range  # allowed number of characters
    alphabet: str = "digits"  # "digits" | "upper_alphanumeric"
    last_try: bool = False  # the holder said yes to spending the last try (lock guard)


@dataclass(frozen=True, slots=True)
class Command:
    """One command APDU, 4 octets of header, 0..65535 octets of data, expected length.

    `le` is the number of octets asked for: None = no Le field, 256 = short "00", 65536 = extended "0000".
    `accept` holds the status words after which a batch goes on; any other ends it (design §4).
    `extended` forces the extended form; it is used by itself where data or le do not fit the short form.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    accept: frozenset[int] = OK
    extended: bool = False
    slot: PinSlot | None = None
    note: str = field(default="", compare=False)  # step name for progress and traces; no personal data

    def __post_init__(self) -> None:
        if len(self.data) > MAX_COMMAND_DATA or (self.le is not None and not 0 < self.le <= MAX_RESPONSE_DATA):
            raise CallerError("apdu.command.length", "a command does not fit an APDU")

    @property
    def needs_extended(self) -> bool:
        """Whether the extended form is used."""
        return self.extended or len(self.data) > 255 or (self.le is not None and self.le > 256)

    def encode(self) -> bytes:
        """The octets for the card. Raises CallerError when a secret is still to be filled in."""
        if self.slot is not None:
            raise CallerError("apdu.command.slot", "a secret has not been filled in")
        head = bytes([self.cla, self.ins, self.p1, self.p2])
        if not self.needs_extended:
            body = bytes([len(self.data)]) + self.data if self.data else b""
            tail = b"" if self.le is None else bytes([self.le & 0xFF])
            return head + body + tail
        body = len(self.data).to_bytes(2, "big") + self.data if self.data else b""
        tail = b"" if self.le is None else (self.le & 0xFFFF).to_bytes(2, "big")
        return head + (b"\0" if body or tail else b"") + body + tail

    @classmethod
    def decode(cls, octets: bytes) -> Command:
        """Read a command APDU (the card's side). Raises DataError `apdu.command.malformed`."""
        if len(octets) < 4:
            raise DataError("apdu.command.malformed", "a command APDU has fewer than four octets")
        cla, ins, p1, p2 = octets[:4]
        body = octets[4:]
        if not body:
            return cls(cla, ins, p1, p2)
        if len(body) == 1:
            return cls(cla, ins, p1, p2, le=body[0] or 256)
        if body[0]:
            count = body[0]
            if len(body) == 1 + count:
                return cls(cla, ins, p1, p2, body[1:])
            if len(body) == 2 + count:
                return cls(cla, ins, p1, p2, body[1:-1], le=body[-1] or 256)
            raise DataError("apdu.command.malformed", "Lc does not fit the command APDU")
        if len(body) == 3:
            return cls(cla, ins, p1, p2, le=int.from_bytes(body[1:], "big") or 65536, extended=True)
        count = int.from_bytes(body[1:3], "big")
        if count and len(body) == 3 + count:
            return cls(cla, ins, p1, p2, body[3:], extended=True)
        if count and len(body) == 5 + count:
            le = int.from_bytes(body[-2:], "big") or 65536
            return cls(cla, ins, p1, p2, body[3:-2], le=le, extended=True)
        raise DataError("apdu.command.malformed", "extended Lc does not fit the command APDU")


@dataclass(frozen=True, slots=True)
class Response:
    """One response APDU: 0..65536 octets of data and the status word."""

    data: bytes
    sw: int

    @property
    def ok(self) -> bool:
        """SW 9000."""
        return self.sw == 0x9000

    def encode(self) -> bytes:
        """Data followed by SW1 SW2."""
        return self.data + self.sw.to_bytes(2, "big")

    @classmethod
    def decode(cls, octets: bytes) -> Response:
        """Read a response APDU. Raises DataError `apdu.response.malformed`."""
        if not 2 <= len(octets) <= MAX_RESPONSE_DATA + 2:
            raise DataError("apdu.response.malformed", "a response APDU has a wrong length")
        return cls(octets[:-2], int.from_bytes(octets[-2:], "big"))
