"""One key file: a key under a passphrase or not, as JSON.

`format`, `version`, `purpose`, `id`, `made_at_utc`, and an envelope: `key` (32 octets, base64), or under a passphrase
`scrypt` (salt, n, r, p) with `sealed` (nonce and AES-256-GCM, base64). While a passphrase is being changed the file has
a second envelope in `next`: either opens the same key (honnin.adapters.key_passphrase).
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from honnin.adapters.key_folder import read_private
from honnin.core.clock import Random
from honnin.core.errors import StoreError
from honnin.core.secret import Secret
from honnin.records.wrapping import KEY_LENGTH, Purpose, key_id

FORMAT = "honnin-key"
VERSION = 1
MAX_FILE = 4096

Envelope = Mapping[str, Any]
Derived = dict[bytes, Secret[bytes]]  # what a passphrase was stretched to, by salt and cost: once for a folder

_NAME = re.compile(r"(records|index|numbers|ledger)-([0-9]{4})\.key")
SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 1 << 15, 8, 1  # RFC 7914 §2; 32 MiB, some 100 ms at start
_SCRYPT_MAX_N = 1 << 17  # 128 MiB: a file cannot ask for more
_SALT = 16
_NONCE = 12
_SEALED_DOMAIN = b"honnin key file\x00"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key that was read. `passphrase`: nobody opens it without one. `opened`: the envelope that opened, and `spare`:
    whether there is another one.
    """

    purpose: Purpose
    serial: int
    id: str
    made_at_utc: str
    key: Secret[bytes]
    passphrase: bool
    opened: Envelope
    spare: bool


def names_in(folder: Path) -> dict[Purpose, tuple[int, ...]]:
    """Which numbers there are for each purpose, lowest first. Raises StoreError; a missing folder has none."""
    try:
        entries = [entry.name for entry in os.scandir(folder)]
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreError("vault.key_file", "the keys cannot be read", type(error).__name__) from None
    found: dict[Purpose, list[int]] = {}
    for match in map(_NAME.fullmatch, entries):
        if match is not None:
            found.setdefault(Purpose(match[1]), []).append(int(match[2]))
    return {purpose: tuple(sorted(serials)) for purpose, serials in found.items()}


def path_of(folder: Path, purpose: Purpose, serial: int) -> Path:
    """`PURPOSE-NNNN.key` in that folder."""
    return folder / f"{purpose}-{serial:04d}.key"


def make_envelope(key: Secret[bytes], purpose: Purpose, passphrase: Secret[str] | None, random: Random) -> Envelope:
    """The key, under the passphrase if there is one."""
    if passphrase is None:
        return {"key": base64.b64encode(key.reveal()).decode()}
    salt, nonce = random(_SALT), random(_NONCE)
    under = _stretch(passphrase, salt, SCRYPT_N, _SCRYPT_R, _SCRYPT_P)
    domain = _SEALED_DOMAIN + key_id(purpose, key).encode()
    sealed = nonce + AESGCM(under.reveal()).encrypt(nonce, key.reveal(), domain)
    return {
        "scrypt": {"salt": base64.b64encode(salt).decode(), "n": SCRYPT_N, "r": _SCRYPT_R, "p": _SCRYPT_P},
        "sealed": base64.b64encode(sealed).decode(),
    }


def key_file(purpose: Purpose, own_id: str, made_at_utc: str, envelopes: Sequence[Envelope]) -> bytes:
    """The octets of a key file with one envelope, or two."""
    head = {"format": FORMAT, "version": VERSION, "purpose": purpose.value, "id": own_id, "made_at_utc": made_at_utc}
    second = {"next": dict(envelopes[1])} if len(envelopes) > 1 else {}
    return json.dumps({**head, **envelopes[0], **second}, indent=1).encode() + b"\n"


def read_key(
    folder: Path, purpose: Purpose, serial: int, passphrase: Secret[str] | None, derived: Derived, *,
    strictly: bool = False,
) -> KeyFile:  # fmt: skip
    """That key. `derived` is kept by the caller for all files of a folder. A file without a passphrase opens with any;
    `strictly`: only by an envelope that is under this passphrase, or under none if there is none.

    Raises StoreError `vault.key_missing`, `vault.key_file`, `vault.key_permissions`, `vault.passphrase`.
    """
    octets = read_private(path_of(folder, purpose, serial), MAX_FILE)
    try:
        value = json.loads(octets)
        own_id, made_at = str(value["id"]), datetime.fromisoformat(value["made_at_utc"]).astimezone(UTC).isoformat()
        fits = value["format"] == FORMAT and value["version"] == VERSION and value["purpose"] == purpose.value
        first = {name: value[name] for name in ("key", "scrypt", "sealed") if name in value}
        envelopes: list[Envelope] = [first, value["next"]] if "next" in value else [first]
        boxes = [_box(each) for each in envelopes]
    except Exception as error:  # noqa: BLE001  # fail closed: JSON and base64 raise half a dozen kinds
        raise _damaged(purpose, serial, type(error).__name__) from None
    if not fits or not all(box.fits for box in boxes):
        raise _damaged(purpose, serial, "form")
    at, plain = _open(boxes, own_id, passphrase, derived, strictly=strictly)
    key = Secret(plain)
    if len(plain) != KEY_LENGTH or key_id(purpose, key) != own_id:
        raise _damaged(purpose, serial, "id")
    guarded = all(box.sealed for box in boxes)
    return KeyFile(purpose, serial, own_id, made_at, key, guarded, envelopes[at], len(envelopes) > 1)


@dataclass(frozen=True, slots=True)
class _Box:
    """An envelope, parsed. `content`: the key itself, or nonce and ciphertext."""

    sealed: bool
    content: bytes
    salt: bytes = b""
    n: int = 0
    fits: bool = True


def _box(value: Envelope) -> _Box:
    if "sealed" not in value:
        return _Box(sealed=False, content=base64.b64decode(value["key"], validate=True))
    parts = value["scrypt"]
    salt, content = (base64.b64decode(each, validate=True) for each in (parts["salt"], value["sealed"]))
    n, r, p = int(parts["n"]), int(parts["r"]), int(parts["p"])
    fits = 1 < n <= _SCRYPT_MAX_N and n & (n - 1) == 0 and r == _SCRYPT_R and p == _SCRYPT_P
    fits = fits and len(content) == _NONCE + KEY_LENGTH + 16 and len(salt) == _SALT
    return _Box(sealed=True, content=content, salt=salt, n=n, fits=fits)


def _open(
    boxes: Sequence[_Box], own_id: str, passphrase: Secret[str] | None, derived: Derived, *, strictly: bool
) -> tuple[int, bytes]:  # fmt: skip
    """(which envelope, the key in it)."""
    for at, box in enumerate(boxes):
        if not box.sealed and not (strictly and passphrase is not None):
            return at, box.content
    if passphrase is None:
        raise StoreError("vault.passphrase", "the keys need a passphrase", "missing")
    domain = _SEALED_DOMAIN + own_id.encode("utf-8", "replace")
    for at, box in enumerate(boxes):
        if not box.sealed:
            continue
        cached = box.salt + box.n.to_bytes(4, "big")
        if cached not in derived:
            derived[cached] = _stretch(passphrase, box.salt, box.n, _SCRYPT_R, _SCRYPT_P)
        try:
            return at, AESGCM(derived[cached].reveal()).decrypt(box.content[:_NONCE], box.content[_NONCE:], domain)
        except InvalidTag:
            continue
    raise StoreError("vault.passphrase", "the passphrase of the keys is wrong, or a key is damaged")


def _stretch(passphrase: Secret[str], salt: bytes, n: int, r: int, p: int) -> Secret[bytes]:
    octets = passphrase.reveal().encode("utf-8", "surrogatepass")
    return Secret(Scrypt(salt=salt, length=KEY_LENGTH, n=n, r=r, p=p).derive(octets))


def _damaged(purpose: Purpose, serial: int, why: str) -> StoreError:
    return StoreError("vault.key_file", "a key file is damaged", f"{purpose}-{serial:04d}: {why}")
