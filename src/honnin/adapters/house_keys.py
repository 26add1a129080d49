"""Which keys a house has: files in its data folder, under a passphrase or not, or a token (HSM) if one is named.

Settings come from the environment: `HONNIN_KEY_PASSPHRASE_FILE` (file with mode 0600, first line) or
`HONNIN_KEY_PASSPHRASE`; `HONNIN_HSM_LIBRARY` (the maker's PKCS#11 library), `HONNIN_HSM_TOKEN` (label) and
`HONNIN_HSM_PIN_FILE` or `HONNIN_HSM_PIN`. Another provider (a cloud's key service) is one more
records.wrapping.HouseKeys, chosen here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from honnin.adapters.key_file import FileKeys
from honnin.adapters.key_folder import read_private
from honnin.adapters.key_passphrase import MAX_PASSPHRASE
from honnin.core.errors import CallerError
from honnin.core.secret import Secret
from honnin.records.wrapping import HouseKeys


def open_house_keys(folder: Path, *, has_records: bool, environment: Mapping[str, str]) -> HouseKeys:
    """The keys in `folder` or in the token. They are made only while there is no record that old keys would open.

    Raises StoreError `vault.key_…`, `vault.passphrase`, `vault.token.…`; CallerError `vault.setting` for a library
    without a token's name.
    """
    library = environment.get("HONNIN_HSM_LIBRARY", "")
    if not library:
        return FileKeys.open_or_make(folder, has_records=has_records, passphrase=read_passphrase(environment))
    from honnin.adapters.key_pkcs11 import TokenKeys, read_pin  # noqa: PLC0415  # only a house with a token needs it

    token = environment.get("HONNIN_HSM_TOKEN", "")
    if not token:
        raise CallerError("vault.setting", "HONNIN_HSM_TOKEN names no token", "HONNIN_HSM_TOKEN")
    pin = read_pin(environment)
    return TokenKeys.open(Path(library), token=token, pin=pin, folder=folder, make=not has_records)


def read_passphrase(environment: Mapping[str, str]) -> Secret[str] | None:
    """The passphrase of the key files, None when none is set. Raises StoreError as reading a private file does,
    CallerError `vault.setting` for an empty or endless one.
    """
    named = environment.get("HONNIN_KEY_PASSPHRASE_FILE", "")
    if not named and "HONNIN_KEY_PASSPHRASE" not in environment:
        return None
    return passphrase_in_file(Path(named)) if named else _passphrase(environment["HONNIN_KEY_PASSPHRASE"])


def passphrase_in_file(path: Path) -> Secret[str]:
    """The first line of a private file. Raises as `read_passphrase`."""
    octets = read_private(path, 4 * MAX_PASSPHRASE)
    return _passphrase(octets.decode("utf-8", "replace").split("\n", 1)[0].rstrip("\r"))


def _passphrase(text: str) -> Secret[str]:
    if not 0 < len(text) <= MAX_PASSPHRASE:
        raise CallerError("vault.setting", "the passphrase of the keys is empty or too long", "passphrase")
    return Secret(text)
