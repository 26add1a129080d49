"""One card, connected: exchanges, and what a failed exchange means."""

from __future__ import annotations

import logging
import time

from honnin.adapters.pcsc import constants as c
from honnin.adapters.pcsc.binding import Binding, PcscStatusError, ReaderState
from honnin.adapters.pcsc.status import REFUSALS, connect_error, service_error, transmit_error
from honnin.core.errors import CallerError, LinkError

_log = logging.getLogger(__name__)

BUSY_TRIES = 8
BUSY_PAUSE_S = 0.15
# How long the service may take to notice that the card was lifted (pcsc-lite asks the reader every 0.4 s).
NOTICE_MS = 700


class PcscLink:
    """A CardLink (flows/ports.py) over a card handle. Used by one thread; `end` may be called by any."""

    def __init__(self, binding: Binding, context: int, reader: str, *, simulated: bool) -> None:
        self._binding = binding
        self._context = context
        self._reader = reader
        self._simulated = simulated
        self._ended: LinkError | None = None
        self._extended_worked = False
        self._since: float | None = time.monotonic()  # when the driver was called that has not come back yet
        self._handle, self._protocol = self._connect()
        self._extended_length = self._ask_extended()
        self._since = None

    @property
    def waits_s(self) -> float:
        """For how long the driver has not come back; 0 when nothing is asked of it."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    @property
    def extended_length(self) -> bool | None:
        """What the driver says about its longest APDU; None when it says nothing."""
        return self._extended_length

    @property
    def simulated(self) -> bool:
        """Whether the reader is a virtual one."""
        return self._simulated

    def transceive(self, command: bytes, /) -> bytes:
        """One exchange. Raises LinkError; all but `link.no_extended` end the link."""
        if self._ended is not None:
            raise self._ended
        if not 4 <= len(command) <= c.MAX_SEND:
            raise CallerError("apdu.command.length", "a command does not fit an APDU")
        extended = len(command) >= 7 and command[4] == 0
        self._since = time.monotonic()
        try:
            answer = self._binding.transmit(self._handle, self._protocol, command)
            if len(answer) < 2:  # some drivers report a lifted card as success with nothing in it
                raise PcscStatusError("SCardTransmit (no status word)", c.F_COMM_ERROR)  # noqa: TRY301
        except PcscStatusError as error:
            explained = self._explain(error, extended=extended)
            _log.warning("exchange on %s failed: %s (%s)", self._reader, explained.code, error)
            if explained.code != "link.no_extended":
                self.end(explained)
            raise explained from error
        finally:
            self._since = None
        self._extended_worked |= extended
        return answer

    def end(self, error: LinkError) -> None:
        """No further exchange: every one raises `error`. The first one stays."""
        if self._ended is None:
            self._ended = error

    def close(self) -> None:
        """Reset the card and let go of it. Never raises: the card may be gone."""
        self.end(LinkError("link.closed", "the connection to the card has ended"))
        try:
            self._binding.disconnect(self._handle, c.RESET_CARD)
        except PcscStatusError as error:
            _log.info("reset on %s: %s", self._reader, error)

    def _connect(self) -> tuple[int, int]:
        """Exclusive; where another program keeps the card shared, shared with a transaction."""
        error: PcscStatusError | None = None
        for attempt in range(BUSY_TRIES):
            try:
                return self._binding.connect(self._context, self._reader, c.SHARE_EXCLUSIVE)
            except PcscStatusError as refused:
                error = refused
                if refused.code != c.E_SHARING_VIOLATION:
                    raise connect_error(refused) from refused
            if attempt + 1 < BUSY_TRIES:
                time.sleep(BUSY_PAUSE_S)
        try:
            handle, protocol = self._binding.connect(self._context, self._reader, c.SHARE_SHARED)
        except PcscStatusError as refused:
            raise connect_error(refused) from error
        try:
            self._binding.begin(handle)
        except PcscStatusError as refused:
            self._binding.disconnect(handle, c.LEAVE_CARD)
            raise connect_error(refused) from refused
        return handle, protocol

    def _ask_extended(self) -> bool | None:
        """PC/SC part 10 §2.6.14: dwMaxAPDUDataSize; 0 stands for short APDUs only."""
        try:
            features = self._binding.control(self._handle, c.FEATURE_REQUEST, b"")
            code = _tlv(features).get(c.FEATURE_GET_TLV_PROPERTIES)
            if code is None or len(code) != 4:
                return None
            properties = self._binding.control_code(self._handle, int.from_bytes(code, "big"), b"")
            size = _tlv(properties).get(c.PROPERTY_MAX_APDU_DATA_SIZE)
        except PcscStatusError:
            return None
        return None if size is None else int.from_bytes(size, "little") > 261

    def _explain(self, error: PcscStatusError, *, extended: bool) -> LinkError:
        """A failed exchange: is the reader still there, the card, or is it the length that was refused?"""
        plain = transmit_error(error)
        if plain.code in {"link.timeout", "link.reader_gone"}:
            return plain
        try:
            state = self._state(NOTICE_MS if error.code in REFUSALS else 0)
        except PcscStatusError as second:
            return transmit_error(second) if service_error(second).code == "reader.no_service" else plain
        if state.gone:
            return LinkError("link.reader_gone", "the reader was unplugged", str(error))
        if not state.present:
            return LinkError("link.card_removed", "the card was removed", str(error))
        if extended and not self._extended_worked and error.code in REFUSALS:
            return LinkError("link.no_extended", "the reader does not carry extended-length APDUs", str(error))
        return plain

    def _state(self, patience_ms: int) -> ReaderState:
        """The reader's state; when a card seems to be there, the state after it had time to change."""
        state = self._binding.status_change(self._context, 0, [ReaderState(self._reader)])[0]
        if not state.present or state.gone or not patience_ms:
            return state
        try:
            return self._binding.status_change(self._context, patience_ms, [state])[0]
        except PcscStatusError as error:
            if error.code == c.E_TIMEOUT:
                return state
            raise


def _tlv(octets: bytes) -> dict[int, bytes]:
    """Tag, length, value with one octet each for tag and length; stops where it does not fit."""
    found: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(octets) and at + 2 + octets[at + 1] <= len(octets):
        found.setdefault(octets[at], octets[at + 2 : at + 2 + octets[at + 1]])
        at += 2 + octets[at + 1]
    return found
