"""TokenKeys: the wrapping keys of a house inside a PKCS#11 token (HSM), which they never leave.

For each purpose the token holds AES-256 keys (sensitive, not extractable) with label
`honnin-PURPOSE-NNNN-YYYYMMDDTHHMMSSZ` (the highest number is the current one) and as CKA_ID 8 random octets, which make
the key id `PURPOSE-hex`. A data key is wrapped by CKM_AES_GCM (PKCS#11 v2.40 current
mechanisms §2.12) as data: version (1 octet, 2), nonce (12), ciphertext with tag (48); the tag also covers key id and
context. The secrets of `index` and `ledger` are used by this program and so lie, wrapped by the token's key of their
own purpose, in a folder of files. There is no recovery sheet for a token: its maker's way of backup is the only one.
"""

from __future__ import annotations

import base64
import importlib
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from honnin.adapters.key_folder import make_folder, make_once, read_private
from honnin.core.clock import Clock, Random, system_clock, system_random
from honnin.core.errors import CallerError, DataError, StoreError
from honnin.core.secret import Secret
from honnin.records.wrapping import (
    KEY_LENGTH,
    RETIRE_AFTER,
    WRAPPING,
    KeyStatus,
    Purpose,
    WrappedKey,
    is_key_id,
    key_damaged,
    key_missing,
)

MAX_FILE = 4096
MAX_PIN = 255
FORMAT = "honnin-wrapped-key"

_VERSION = b"\x02"
_NONCE = 12
_TAG = 16
_WRAPPED = 1 + _NONCE + KEY_LENGTH + _TAG
_DOMAIN = b"honnin token key\x00"
_ID = 8

_LABEL = re.compile(r"honnin-(records|index|numbers|ledger)-([0-9]{4,6})-([0-9]{8}T[0-9]{6}Z)")
_MADE_AT = "%Y%m%dT%H%M%SZ"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _TokenKey:
    number: int
    id: str
    made_at: datetime
    handle: Any


class TokenKeys:
    """A records.wrapping.KeyProvider over one token. Calls from several threads wait for each other."""

    def __init__(
        self, module: Any, session: Any, open_session: Callable[[], Any], folder: Path, *, clock: Clock, random: Random
    ) -> None:
        self._module = module
        self._session = session
        self._open_session = open_session
        self._folder = folder
        self._clock = clock
        self._random = random
        self._lock = threading.RLock()
        self._handles: dict[str, Any] = {}
        self._refused: StoreError | None = None

    @classmethod
    def open(
        cls,
        library: Path,
        *,
        token: str,
        pin: Secret[str],
        folder: Path,
        make: bool,
        clock: Clock = system_clock,
        random: Random = system_random,
    ) -> TokenKeys:
        """Log in to the token with label `token` through the maker's `library`.

        `make`: make what is missing (the house has no record yet); otherwise a purpose without key is StoreError
        `vault.key_missing`. `folder`: where the wrapped secrets of `index` and `ledger` lie. Raises StoreError:
        `vault.token.module` (python-pkcs11 is not installed), `vault.token.library`, `vault.token.away`,
        `vault.token.pin`, `vault.token.pin_locked`, `vault.token.failed`.
        """
        module = _module()

        def open_session() -> Any:  # the library is loaded late; its types end here
            loaded = module.lib(str(library))
            return loaded.get_token(token_label=token).open(rw=True, user_pin=pin.reveal())

        session = _called(module, open_session, opening=True)
        keys = cls(module, session, open_session, folder, clock=clock, random=random)
        for purpose in Purpose:
            if not keys._of(purpose):
                if not make:
                    raise key_missing(purpose)
                keys._make(purpose, 1)
        if make:
            make_folder(folder)
            for purpose in sorted(set(Purpose) - WRAPPING):
                keys._make_secret(purpose)
        return keys

    def close(self) -> None:
        """Log out. Never raises."""
        try:
            self._session.close()
        except self._module.PKCS11Error:
            return

    def wrapper(self, purpose: Purpose) -> TokenKeyWrapper:
        """The wrapping keys of `records` or `numbers`. Raises CallerError `vault.purpose`."""
        if purpose not in WRAPPING:
            raise _purpose(purpose)
        return TokenKeyWrapper(self, purpose)

    def secret(self, purpose: Purpose) -> Secret[bytes]:
        """The 32 octets of `index` or `ledger`. Raises CallerError `vault.purpose`, StoreError `vault.key_missing`,
        `vault.key_file`, `vault.token.…`.
        """
        if purpose in WRAPPING:
            raise _purpose(purpose)
        octets = read_private(self._path(purpose), MAX_FILE)
        try:
            value = json.loads(octets)
            fits = value["format"] == FORMAT and value["purpose"] == purpose.value
            wrapped = WrappedKey(str(value["key_id"]), base64.b64decode(value["octets"], validate=True))
        except Exception as error:  # noqa: BLE001  # fail closed: JSON and base64 raise half a dozen kinds
            raise StoreError("vault.key_file", "a key file is damaged", type(error).__name__) from None
        if not fits:
            raise StoreError("vault.key_file", "a key file is damaged", "form")
        try:
            return self.unwrap(wrapped, purpose=purpose, context=purpose.encode())
        except DataError:
            raise StoreError("vault.key_file", "a key file is damaged", "tag") from None

    def new_key(self, purpose: Purpose) -> str:
        """Make a new current key of a wrapping purpose in the token; its id. Older keys stay.

        Raises CallerError `vault.purpose`, StoreError `vault.token.…`.
        """
        if purpose not in WRAPPING:
            raise _purpose(purpose)
        with self._lock:
            known = self._of(purpose)
            return self._make(purpose, known[-1].number + 1 if known else 1)

    def status(self) -> tuple[KeyStatus, ...]:
        """All keys, by purpose, oldest first; no secret. Raises StoreError `vault.token.…`."""
        with self._lock:
            return tuple(
                KeyStatus(each.id, purpose, each.made_at.isoformat(), each is known[-1], "token")
                for purpose in sorted(Purpose)
                for known in (self._of(purpose),)
                for each in known
            )

    def retire(self, old_id: str) -> None:
        """Destroy an older key in the token: the caller has made sure that nothing is wrapped with it any more.

        Raises CallerError `vault.key_current`, `vault.key_recent`; StoreError `vault.key_missing`, `vault.token.…`.
        """
        with self._lock:
            if not is_key_id(old_id):
                raise key_missing(old_id)
            known = self._of(Purpose(old_id.partition("-")[0]))
            key = next((each for each in known if each.id == old_id), None)
            if key is None:
                raise key_missing(old_id)
            if key is known[-1]:
                raise CallerError("vault.key_current", "the current key cannot be retired", old_id)
            if self._clock() < known[-1].made_at + RETIRE_AFTER:
                raise CallerError("vault.key_recent", "the key was replaced only just now", old_id)
            self._call(key.handle.destroy)
            self._handles.pop(old_id, None)

    def current_id(self, purpose: Purpose) -> str:
        """Id of the current key of a purpose, as the token has it now: another process may have rotated."""
        with self._lock:
            known = self._of(purpose)
            if not known:
                raise key_missing(purpose)
            self._handles[known[-1].id] = known[-1].handle
            return known[-1].id

    def wrap(self, data_key: Secret[bytes], *, purpose: Purpose, context: bytes) -> WrappedKey:
        """Wrap 32 octets with the current key of `purpose`. Raises CallerError `vault.argument`, StoreError."""
        if len(data_key.reveal()) != KEY_LENGTH:
            raise CallerError("vault.argument", "a data key has 32 octets", "key")
        nonce = self._random(_NONCE)
        with self._lock:
            own_id = self.current_id(purpose)

            def work() -> bytes:
                sealed: bytes = self._find(own_id).encrypt(
                    data_key.reveal(),
                    mechanism=self._module.Mechanism.AES_GCM,
                    mechanism_param=self._module.GCMParams(nonce, _bound(own_id, context), _TAG * 8),
                )
                return sealed

            sealed = self._call(work)
        if len(sealed) != KEY_LENGTH + _TAG:
            raise StoreError("vault.token.failed", "the token gave an answer of another length")
        return WrappedKey(own_id, _VERSION + nonce + sealed)

    def unwrap(self, wrapped: WrappedKey, *, purpose: Purpose, context: bytes) -> Secret[bytes]:
        """The 32 octets. Raises StoreError `vault.key_missing`, `vault.token.…`, DataError `vault.key_damaged`."""
        if not is_key_id(wrapped.key_id) or not wrapped.key_id.startswith(f"{purpose}-"):
            raise key_missing(wrapped.key_id)
        if len(wrapped.octets) != _WRAPPED or wrapped.octets[:1] != _VERSION:
            raise key_damaged("form")
        nonce, sealed = wrapped.octets[1 : 1 + _NONCE], wrapped.octets[1 + _NONCE :]
        with self._lock:

            def work() -> bytes:
                plain: bytes = self._find(wrapped.key_id).decrypt(
                    sealed,
                    mechanism=self._module.Mechanism.AES_GCM,
                    mechanism_param=self._module.GCMParams(nonce, _bound(wrapped.key_id, context), _TAG * 8),
                )
                return plain

            try:
                plain = self._call(work)
            except StoreError as error:
                # Tokens answer a wrong tag with CKR_GENERAL_ERROR as well as with an error of their own: one that still
                # works with the same key has refused this data.
                if error.code != "vault.token.failed" or not self._works(wrapped.key_id):
                    raise
                raise key_damaged("tag") from None
        if len(plain) != KEY_LENGTH:
            raise key_damaged("length")
        return Secret(plain)

    def _works(self, own_id: str) -> bool:
        probe, nonce = bytes(KEY_LENGTH), self._random(_NONCE)
        parameters = self._module.GCMParams(nonce, _DOMAIN, _TAG * 8)
        mechanism = self._module.Mechanism.AES_GCM
        try:
            key = self._find(own_id)
            sealed = self._call(lambda: key.encrypt(probe, mechanism=mechanism, mechanism_param=parameters))
            opened = self._call(lambda: key.decrypt(sealed, mechanism=mechanism, mechanism_param=parameters))
        except StoreError:
            return False
        return bool(opened == probe)

    def _find(self, own_id: str) -> Any:
        if own_id in self._handles:
            return self._handles[own_id]
        found = [each for each in self._of(Purpose(own_id.partition("-")[0])) if each.id == own_id]
        if len(found) != 1:
            raise key_missing(own_id)
        self._handles[own_id] = found[0].handle
        return found[0].handle

    def _objects(self) -> list[Any]:
        attribute, kinds = self._module.Attribute, self._module.ObjectClass
        return list(
            self._session.get_objects(
                {attribute.CLASS: kinds.SECRET_KEY, attribute.KEY_TYPE: self._module.KeyType.AES}
            )
        )

    def _of(self, purpose: Purpose) -> list[_TokenKey]:
        """The keys of a purpose in the token, lowest number first. Objects of others in the token are left alone."""

        def work() -> list[_TokenKey]:
            found = []
            for each in self._objects():
                label, octets = each.label, each.id
                match = _LABEL.fullmatch(label if isinstance(label, str) else "")
                if match is None or match[1] != purpose or not isinstance(octets, bytes) or len(octets) != _ID:
                    continue
                made_at = datetime.strptime(match[3], _MADE_AT).replace(tzinfo=UTC)
                found.append(_TokenKey(int(match[2]), f"{purpose}-{octets.hex()}", made_at, each))
            return sorted(found, key=lambda each: (each.number, each.id))

        with self._lock:
            try:
                return self._call(work)
            except ValueError:  # a label with a day that is none
                raise StoreError("vault.token.failed", "a key in the token has a label that is none of ours") from None

    def _make(self, purpose: Purpose, number: int) -> str:
        attribute = self._module.Attribute
        octets = self._random(_ID)
        with self._lock:
            self._call(
                lambda: self._session.generate_key(
                    self._module.KeyType.AES,
                    KEY_LENGTH * 8,
                    id=octets,
                    label=f"honnin-{purpose}-{number:04d}-{self._clock().astimezone(UTC):{_MADE_AT}}",
                    store=True,
                    capabilities=self._module.MechanismFlag.ENCRYPT | self._module.MechanismFlag.DECRYPT,
                    template={attribute.SENSITIVE: True, attribute.EXTRACTABLE: False, attribute.PRIVATE: True},
                )
            )
            return self.current_id(purpose)

    def _make_secret(self, purpose: Purpose) -> None:
        path = self._path(purpose)
        if path.exists():
            return
        wrapped = self.wrap(Secret(self._random(KEY_LENGTH)), purpose=purpose, context=purpose.encode())
        value = {
            "format": FORMAT,
            "purpose": purpose.value,
            "key_id": wrapped.key_id,
            "octets": base64.b64encode(wrapped.octets).decode(),
        }
        make_once(path, json.dumps(value, indent=1).encode() + b"\n")

    def _path(self, purpose: Purpose) -> Path:
        return self._folder / f"{purpose}.wrapped"

    def _call(self, work: Callable[[], T]) -> T:
        """Work with the token; once more in a new session if the old one ended (the token was pulled and is back)."""
        try:
            return work()
        except self._gone():
            self._renew()
        except self._module.PKCS11Error as error:
            raise _failed(self._module, error) from None
        return _called(self._module, work)

    def _renew(self) -> None:
        """Log in again, but never twice with a PIN that was refused: tokens lock after a few."""
        self._handles.clear()
        if self._refused is not None:
            raise StoreError(self._refused.code, self._refused.message, self._refused.detail)
        try:
            self._session = _called(self._module, self._open_session, opening=True)
        except StoreError as error:
            if error.code.startswith("vault.token.pin"):
                self._refused = error
            raise

    def _gone(self) -> tuple[type[BaseException], ...]:
        return (
            self._module.SessionHandleInvalid,
            self._module.SessionClosed,
            self._module.UserNotLoggedIn,
            self._module.DeviceRemoved,
            self._module.TokenNotPresent,
            self._module.ObjectHandleInvalid,
            self._module.KeyHandleInvalid,
        )


class TokenKeyWrapper:
    """The records.wrapping.KeyWrapper of one purpose."""

    def __init__(self, keys: TokenKeys, purpose: Purpose) -> None:
        self._all = keys
        self._purpose = purpose

    @property
    def current_key_id(self) -> str:
        """Id of the key that new data keys are wrapped with. Raises StoreError."""
        return self._all.current_id(self._purpose)

    def wrap(self, data_key: Secret[bytes], *, context: bytes) -> WrappedKey:
        """Wrap 32 octets with the current key. Raises CallerError `vault.argument`, StoreError `vault.token.…`."""
        return self._all.wrap(data_key, purpose=self._purpose, context=context)

    def unwrap(self, wrapped: WrappedKey, *, context: bytes) -> Secret[bytes]:
        """The 32 octets. Raises StoreError `vault.key_missing`, `vault.token.…`, DataError `vault.key_damaged`."""
        return self._all.unwrap(wrapped, purpose=self._purpose, context=context)


def read_pin(environment: Mapping[str, str], file: Path | None = None) -> Secret[str]:
    """The token's PIN: first line of `file` (mode 0600), else HONNIN_HSM_PIN_FILE, else HONNIN_HSM_PIN.

    Raises StoreError `vault.token.pin_missing`, or what reading a private file raises.
    """
    named = environment.get("HONNIN_HSM_PIN_FILE", "")
    path = file or (Path(named) if named else None)
    if path is not None:
        text = read_private(path, MAX_FILE).decode("utf-8", "replace").split("\n", 1)[0].rstrip("\r")
    else:
        text = environment.get("HONNIN_HSM_PIN", "")
    if not 0 < len(text) <= MAX_PIN:
        raise StoreError("vault.token.pin_missing", "there is no PIN for the token")
    return Secret(text)


def _module() -> Any:  # loaded late: it is an extra and carries native code
    try:
        return importlib.import_module("pkcs11")
    except ImportError:
        raise StoreError("vault.token.module", "the part for tokens (hsm) is not installed") from None


def _called(module: Any, work: Callable[[], T], *, opening: bool = False) -> T:
    try:
        return work()
    except module.PKCS11Error as error:
        raise _failed(module, error, opening=opening) from None


def _failed(module: Any, error: Exception, *, opening: bool = False) -> StoreError:
    name = type(error).__name__
    if isinstance(error, (module.PinIncorrect, module.PinInvalid, module.PinLenRange, module.PinExpired)):
        return StoreError("vault.token.pin", "the token refused the PIN", name)
    if isinstance(error, module.PinLocked):
        return StoreError("vault.token.pin_locked", "the PIN of the token is locked", name)
    away = (module.NoSuchToken, module.TokenNotPresent, module.DeviceRemoved, module.TokenNotRecognised)
    if isinstance(error, away):
        return StoreError("vault.token.away", "the token is not there", name)
    if opening and type(error) is module.PKCS11Error:
        return StoreError("vault.token.library", "the library of the token cannot be loaded", name)
    return StoreError("vault.token.failed", "the token could not do it", name)


def _bound(own_id: str, context: bytes) -> bytes:
    name = own_id.encode("ascii")
    return _DOMAIN + _VERSION + bytes([len(name)]) + name + context


def _purpose(purpose: Purpose) -> CallerError:
    return CallerError("vault.purpose", "keys of this purpose are not used that way", purpose)
