"""PC/SC status codes → LinkErrors with stable codes. The texts for people are in honnin.flows.messages."""

from __future__ import annotations

import sys

from honnin.adapters.pcsc import constants as c
from honnin.adapters.pcsc.binding import PcscStatusError
from honnin.core.errors import LinkError

_NO_SERVICE = frozenset({c.E_NO_SERVICE, c.E_SERVICE_STOPPED, c.P_SHUTDOWN})
_GONE = frozenset({c.E_READER_UNAVAILABLE, c.E_UNKNOWN_READER, c.E_NO_READERS_AVAILABLE})
_REMOVED = frozenset({c.W_REMOVED_CARD, c.E_NO_SMARTCARD, c.W_RESET_CARD})
_MUTE = frozenset({c.W_UNRESPONSIVE_CARD, c.W_UNPOWERED_CARD, c.W_UNSUPPORTED_CARD, c.E_PROTO_MISMATCH})

# What drivers answer to an extended-length APDU that they cannot carry. A lifted card looks the same in some of
# them, so the caller asks whether the card is still there before he concludes anything.
REFUSALS = frozenset({
    c.E_INVALID_PARAMETER, c.E_INVALID_VALUE, c.E_INSUFFICIENT_BUFFER, c.E_NOT_TRANSACTED, c.F_COMM_ERROR,
    c.E_UNSUPPORTED_FEATURE, c.E_UNSUPPORTED_FEATURE_WINDOWS, c.E_COMM_DATA_LOST, c.E_NO_MEMORY,
})  # fmt: skip


def service_error(error: PcscStatusError, *, platform: str = sys.platform) -> LinkError:
    """For calls that concern no card: establishing a context, listing, waiting."""
    if error.code in _NO_SERVICE:
        if platform == "win32":  # Windows runs the service only while a reader is plugged in
            return LinkError("reader.none", "there is no card reader", str(error))
        return LinkError("reader.no_service", "the smart-card service (pcscd) is not running", str(error))
    if error.code == c.W_SECURITY_VIOLATION:
        return LinkError("reader.not_allowed", "this account may not use the smart-card service", str(error))
    if error.code in _GONE:
        return LinkError("reader.none", "there is no card reader", str(error))
    return LinkError("reader.service_failed", "the smart-card service failed", str(error))


def connect_error(error: PcscStatusError) -> LinkError:
    """For connecting to the card on a reader."""
    if error.code in _REMOVED:
        return LinkError("reader.no_card", "there is no card on the reader", str(error))
    if error.code in _GONE:
        return LinkError("reader.not_found", "there is no such reader", str(error))
    if error.code in _MUTE or error.code in REFUSALS:
        return LinkError("reader.card_mute", "the card does not answer", str(error))
    if error.code in {c.E_SHARING_VIOLATION, c.E_SERVER_TOO_BUSY, c.E_TIMEOUT}:
        return LinkError("reader.busy", "another program uses the card", str(error))
    return service_error(error)


def transmit_error(error: PcscStatusError) -> LinkError:
    """For an exchange with a connected card."""
    if error.code in _REMOVED:
        return LinkError("link.card_removed", "the card was removed", str(error))
    if error.code in _GONE:
        return LinkError("link.reader_gone", "the reader was unplugged", str(error))
    if error.code in _NO_SERVICE or error.code == c.E_INVALID_HANDLE:
        return LinkError("link.service_stopped", "the smart-card service stopped", str(error))
    if error.code == c.E_TIMEOUT:
        return LinkError("link.timeout", "the card did not answer in time", str(error))
    return LinkError("link.broken", "an exchange with the card failed", str(error))
