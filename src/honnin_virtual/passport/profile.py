"""What one passport chip is: its files, its access rules, its keys, its limits. Made by `build`, played by `chip`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from honnin_virtual.keys import DhPrivate, EcPrivate, RsaPrivate
from honnin_virtual.passport.security_infos import CaSpec, PaceSpec

__all__ = ["AaKey", "CaKey", "ChipProfile", "Limits", "file_name_to_id"]

MF_FILES = {"EF.ATR/INFO": 0x2F01, "EF.DIR": 0x2F00, "EF.CardAccess": 0x011C, "EF.CardSecurity": 0x011D}
APPLICATION_FILES = {"EF.COM": 0x011E, "EF.SOD": 0x011D} | {f"EF.DG{n}": 0x0100 + n for n in range(1, 17)}
FREE_FILES = frozenset({0x2F01, 0x2F00, 0x011C})  # in the master file, before any access control (sheet §3)
MF_SFI = {0x01: 0x2F01, 0x1E: 0x2F00, 0x1C: 0x011C, 0x1D: 0x011D}
APPLICATION_SFI = {n: 0x0100 + n for n in range(1, 17)} | {0x1E: 0x011E, 0x1D: 0x011D}


@dataclass(frozen=True, slots=True)
class AaKey:
    """The key of Active Authentication. `variant` for RSA: "plain", or "smaller" = min(S, n - S)."""

    key: RsaPrivate | EcPrivate
    hash_name: str
    variant: str = "plain"


@dataclass(frozen=True, slots=True)
class CaKey:
    """One way of Chip Authentication with its static key. A clone has another key than the one in DG14."""

    spec: CaSpec
    key: EcPrivate | DhPrivate


@dataclass(frozen=True, slots=True)
class Limits:
    """What the chip's input and output can hold, and its habits."""

    extended: bool = True
    max_command: int = 65_535  # whole APDU, extended form
    max_response: int = 65_535  # data field, extended form; what EF.ATR/INFO states
    read_at_most: int = 0  # READ BINARY returns at most so many octets whatever was asked (0 = no such habit)
    get_response: bool = False  # 61xx and 6Cxx as over T=0 (sheet §2.4)
    state_buffers: bool = True  # EF.ATR/INFO is there and tells the lengths


@dataclass(frozen=True, slots=True)
class ChipProfile:
    """Everything of one chip. `mf` and `application`: file identifier → octets."""

    mf: Mapping[int, bytes]
    application: Mapping[int, bytes]
    bac: bool
    pace: tuple[PaceSpec, ...]
    mrz_information: str
    can: str = ""
    ca: tuple[CaKey, ...] = ()
    aa: AaKey | None = None
    cam_keys: Mapping[int, EcPrivate] = field(default_factory=dict)  # by parameter id
    limits: Limits = field(default_factory=Limits)

    @property
    def open(self) -> bool:
        """No access control at all."""
        return not self.bac and not self.pace


def file_name_to_id(name: str) -> tuple[bool, int]:
    """(whether it lies in the application, file identifier) of a file by its name, such as "EF.DG1"."""
    if name in APPLICATION_FILES:
        return True, APPLICATION_FILES[name]
    return False, MF_FILES[name]
