"""What to read from a My Number Card and by which way: decided by the caller before the first command."""

from __future__ import annotations

from dataclasses import dataclass

from honnin.cards.mynumber.applications import SECRETS
from honnin.cards.mynumber.digest_info import DIGEST_INFO
from honnin.cards.mynumber.keys import NumberA, NumberB, NumberLawPurpose
from honnin.core.errors import CallerError
from honnin.crypto import digest

__all__ = ["Plan", "ToSign"]

MIN_CHALLENGE, MAX_CHALLENGE = 16, 64
MAX_DOCUMENT = 32 * 1024


@dataclass(frozen=True, slots=True)
class ToSign:
    """A document for the card's JPKI key: at most 32 KiB, made by the verifier and holding his fresh nonce.

    The digest is computed here and never taken from elsewhere: a key that signs any digest signs anything (§4.4).
    Raises CallerError `mynumber.plan.document`, `mynumber.plan.hash` (sha256, sha384, sha512; SHA-1 is not accepted).
    """

    document: bytes
    hash_name: str = "sha256"

    def __post_init__(self) -> None:
        if not 16 <= len(self.document) <= MAX_DOCUMENT:
            raise CallerError("mynumber.plan.document", "a document to sign has 16 to 32768 octets")
        if self.hash_name not in DIGEST_INFO:
            raise CallerError("mynumber.plan.hash", "this hash is not used for signatures")

    @property
    def digest_info(self) -> bytes:
        """What the card gets (§4.4)."""
        return DIGEST_INFO[self.hash_name] + digest(self.hash_name, self.document)


@dataclass(frozen=True, slots=True)
class Plan:
    """At least one way in must be there. Raises CallerError `mynumber.plan.…`.

    `printed` opens 券面事項確認AP and 券面事項入力補助AP (with 照合番号A the text of the four items stays closed, §3).
    `text_pin`: the holder enters the four digits of 券面事項入力補助AP, which then opens that application instead.
    `number_purpose`: the individual number is read, by `text_pin`; 照合番号A brings its own purpose.
    `authenticate`, `sign`: a document for the key of user authentication (4 digits) or signing (password).
    `authentication_certificate`: that certificate alone, which needs no secret; it names the very card.
    `chip_challenge`: 16 to 64 fresh octets of whoever wants to know that the chip is genuine; no PIN (§7.4).
    `last_try`: names of `secrets` whose last try the holder agrees to spend.
    """

    printed: NumberB | NumberA | None = None
    text_pin: bool = False
    number_purpose: NumberLawPurpose | None = None
    authenticate: ToSign | None = None
    sign: ToSign | None = None
    authentication_certificate: bool = False
    chip_challenge: bytes = b""
    last_try: frozenset[str] = frozenset()
    reader_extended: bool | None = None  # whether the reader carries extended length; None counts as no

    def __post_init__(self) -> None:
        if not (self.secrets or self.authentication_certificate):
            raise CallerError("mynumber.plan.empty", "no way into the card was chosen")
        if self.number_purpose is not None and not self.text_pin:
            raise CallerError("mynumber.plan.number", "the individual number needs the four digits or 照合番号A")
        if self.chip_challenge and not MIN_CHALLENGE <= len(self.chip_challenge) <= MAX_CHALLENGE:
            raise CallerError("mynumber.plan.challenge", "a challenge has 16 to 64 octets")
        if not self.last_try <= SECRETS.keys():
            raise CallerError("mynumber.plan.last_try", "there is no such secret")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the secrets that the card will be shown, in order."""
        face = {NumberB: "face_reference_b", NumberA: "face_number_a"}
        names = []
        if self.printed is not None:
            names.append(face[type(self.printed)])
        if self.text_pin:
            names.append("text")
        elif self.printed is not None:
            names.append("text_reference_b" if isinstance(self.printed, NumberB) else "text_number_a")
        if self.authenticate is not None:
            names.append("user_authentication")
        if self.sign is not None:
            names.append("signing")
        return tuple(names)

    @property
    def purpose(self) -> NumberLawPurpose | None:
        """The purpose of the 番号法 for which the individual number is read; None: it is not read."""
        return self.printed.purpose if isinstance(self.printed, NumberA) else self.number_purpose
