"""Signed notes: the text form in which transparency logs sign their checkpoints (C2SP signed-note; Go sumdb/note).

A note is text that ends in a line feed, an empty line, and one line for each signature:
`— NAME BASE64(key id ‖ signature)`. The key id is the first four octets of SHA-256(NAME LF 0x01 ‖ public key); 0x01
means Ed25519 (RFC 8032). A public key is written as `NAME+KEYID_HEX+BASE64(0x01 ‖ public key)`, its vkey.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from honnin.core.errors import DataError, TrustError
from honnin.core.secret import Secret

MAX_NOTE = 16384  # octets
MAX_SIGNATURES = 16
MAX_VKEY = 512  # characters
KEY_LENGTH = 32
SEED_LENGTH = 32

_ED25519 = b"\x01"
_WITNESS = b"honnin ledger witness 1\n"
_SIGNATURE_LENGTH = 64
_NAME = re.compile(r"[^\s+\x00-\x20\x7f]{1,255}")
_SIGNATURE = re.compile(r"— ([^ ]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class NoteKey:
    """The public key of a log: its name (no white space, no plus sign) and 32 octets of Ed25519.

    Raises DataError `ledger.key` for anything else.
    """

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not _valid_name(self.name) or len(self.public_key) != KEY_LENGTH:
            raise DataError("ledger.key", "this is not the public key of a ledger")

    @property
    def key_id(self) -> bytes:
        """The first four octets of SHA-256(name LF 0x01 ‖ public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:4]

    @property
    def vkey(self) -> str:
        """The text form, one line without its end."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(_ED25519 + self.public_key)}"


class NoteSigner:
    """A log's name and Ed25519 private key, made from its 32-octet seed. It does not show the key.

    Raises DataError `ledger.key` for a bad name or a seed of another length.
    """

    __slots__ = ("_private", "_witness", "key")

    def __init__(self, name: str, seed: Secret[bytes]) -> None:
        if len(seed.reveal()) != SEED_LENGTH:
            raise DataError("ledger.key", "the seed of a ledger key has 32 octets")
        self._private = Ed25519PrivateKey.from_private_bytes(seed.reveal())
        self._witness = hashlib.sha256(_WITNESS + seed.reveal()).digest()
        self.key = NoteKey(name, self._private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"NoteSigner({self.key.vkey})"

    def sign(self, text: str) -> str:
        """The signature line over the text, with its line feed."""
        signature = self._private.sign(text.encode())
        return f"— {self.key.name} {_base64(self.key.key_id + signature)}\n"

    def witness(self, text: str) -> str:
        """A MAC over a text that may not stand in the ledger itself (64 hex digits): HMAC-SHA-256 under a key that is
        made of the seed, so that only who holds the seed can tell whether a guess is right.
        """
        return hmac.new(self._witness, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def parse_vkey(text: str) -> NoteKey:
    """The key of which `NoteKey.vkey` is this text. Raises DataError `ledger.key`."""
    parts = text.split("+", 2) if len(text) <= MAX_VKEY else []
    octets = _octets(parts[2]) if len(parts) == 3 else None
    if octets is None or octets[:1] != _ED25519:
        raise DataError("ledger.key", "this is not the public key of a ledger")
    key = NoteKey(parts[0], octets[1:])
    if key.vkey != text:  # another key id, or another spelling
        raise DataError("ledger.key", "this is not the public key of a ledger")
    return key


def sign_note(text: str, *signers: NoteSigner) -> str:
    """The text as a note with one signature for each signer. Raises DataError `ledger.note` if it cannot be one."""
    note = text + "\n" + "".join(signer.sign(text) for signer in signers)
    _split(note)
    return note


def open_note(note: str, key: NoteKey) -> str:
    """The signed text, after checking the signature made with `key`, and only that; other signers are passed over.

    Raises DataError `ledger.note` when it is no note, TrustError `ledger.unsigned` when this key did not sign it, and
    DataError `ledger.signature` when its signature is wrong or stands there twice.
    """
    text, signatures = _split(note)
    ours = [octets[4:] for name, octets in signatures if name == key.name and octets[:4] == key.key_id]
    if not ours:
        raise TrustError("ledger.unsigned", "the checkpoint is not signed with the key of this ledger")
    if len(ours) > 1 or not _verify(key.public_key, ours[0], text.encode()):
        raise DataError("ledger.signature", "the signature of the checkpoint is wrong")
    return text


def _verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    if len(signature) != _SIGNATURE_LENGTH:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text with its last line feed, and (name, key id ‖ signature) of each signature."""
    try:
        too_large = len(note) > MAX_NOTE or len(note.encode()) > MAX_NOTE
    except UnicodeEncodeError:
        raise _bad("surrogate") from None
    if too_large or any((each < " " and each != "\n") or each == "\x7f" for each in note):
        raise _bad("size or characters")
    text, separator, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not separator or not text or lines.pop() or not 1 <= len(lines) <= MAX_SIGNATURES:
        raise _bad("form")
    signatures = []
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        octets = _octets(match[2]) if match else None
        if match is None or octets is None or len(octets) < 5 or not _valid_name(match[1]):
            raise _bad("signature line")
        signatures.append((match[1], octets))
    return text + "\n", signatures


def _valid_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and name.encode("utf-8", "ignore").decode() == name


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _octets(text: str) -> bytes | None:
    """The octets of standard base64 in its one form, or None."""
    try:
        octets = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return octets if _base64(octets) == text else None


def _bad(why: str) -> DataError:
    return DataError("ledger.note", "this is not a signed note", why)
