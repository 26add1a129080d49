"""The error root: one class per party at fault, each error with a stable code.

An error has a `code` that programs may branch on, a `message` that is safe to show (no personal data, no secret)
and a private `detail` for logs. Texts for people come from the message catalogue by code, not from here.
Findings ("the certificate was revoked") are values, never exceptions: see honnin.facts.
"""

from __future__ import annotations


class HonninError(Exception):
    """Root of every error that leaves a public entry point. Never raised itself."""

    def __init__(self, code: str, message: str, detail: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.detail = detail


class CallerError(HonninError):
    """The caller asked for something that cannot be: bad argument, bad file format of his own, bad setting."""


class DataError(HonninError):
    """Bytes that came from a card, a file or the network are not what the standard says."""


class CardError(HonninError):
    """The card refused or lied. `sw` is the status word (0..0xFFFF) when there was one."""

    def __init__(
        self, code: str, message: str, detail: str = "", *, sw: int | None = None, tries_left: int | None = None
    ) -> None:
        super().__init__(code, message, detail)
        self.sw = sw
        self.tries_left = tries_left


class LinkError(HonninError):
    """The way to the card broke: no reader, no service, card removed, no answer in time."""


class TrustError(HonninError):
    """Trust material is missing, unreadable or not allowed here."""


class StoreError(HonninError):
    """The store could not keep or find something."""
