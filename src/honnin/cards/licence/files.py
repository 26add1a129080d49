"""The files of both forms of the licence, as data (drivers-licence.md §4.1, §4.2, §15.1, §15.2).

Names in the Reading: `MF.EF01`, `DF1.EF01`, `DF2.EF01` and so on, on the licence itself; `DLC.WEF01` to `DLC.WEF03` for
the licence on a My Number Card (マイナ免許証).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CARD_MANAGER", "COMMON", "DF1", "DF2", "DLC", "DOMICILE_FILES", "DPIN", "LENGTH", "MF",
    "NOT_SET", "PHOTO", "PINS", "PIN_SETTING", "SET", "WEF01", "WEF02", "WEF03", "WITH_BOTH",
    "WITH_PIN1", "Directory", "LicenceFile", "PinReference",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Directory:
    """A DF with its AID, or the master file."""

    name: str
    aid: bytes = b""


MF = Directory("MF")
DF1 = Directory("DF1", bytes.fromhex("A0000002310100000000000000000000"))
DF2 = Directory("DF2", bytes.fromhex("A0000002310200000000000000000000"))
DLC = Directory("DLC", bytes.fromhex("A0000002310600000000000000000000"))
CARD_MANAGER = bytes.fromhex("A0000001510000")  # selecting it leaves every application of a My Number Card


@dataclass(frozen=True, slots=True)
class LicenceFile:
    """An EF: where, its id, its size in octets (fixed; on the My Number Card the most it can have)."""

    directory: Directory
    label: str
    fid: int
    size: int
    sfi: int | None = None  # None: unknown or not needed; SELECT is used
    variable: bool = False  # it may end before that size (§15.4)

    @property
    def name(self) -> str:
        """Its name in the Reading."""
        return f"{self.directory.name}.{self.label}"


COMMON = LicenceFile(MF, "EF01", 0x2F01, 17)
PIN_SETTING = LicenceFile(MF, "EF02", 0x000A, 3, 0x0A)
# DF1/EF06 (changes of the registered domicile) and DF3 (reserved) are never read: nothing uses what they hold.
_DF1 = {
    number: LicenceFile(DF1, f"EF{number:02}", number, size, number)
    for number, size in ((1, 880), (2, 82), (3, 264), (4, 640), (5, 663), (7, 578))
}
PHOTO = LicenceFile(DF2, "EF01", 0x0001, 2005, 1)
WITH_PIN1 = (_DF1[1], _DF1[3], _DF1[4], _DF1[5])
# The signature also covers the registered domicile and the photo: with PIN1 alone it says nothing (§11.5).
WITH_BOTH = (*WITH_PIN1, _DF1[2], _DF1[7], PHOTO)
# The registered domicile (本籍), and the signature over it: whoever holds the signature, the other signed files and the
# issuer's public key can confirm a guess of the domicile by its digest. Both live in memory only.
DOMICILE_FILES = frozenset({_DF1[2].name, _DF1[7].name})

WEF01 = LicenceFile(DLC, "WEF01", 0x001A, 3, 0x1A)
WEF02 = LicenceFile(DLC, "WEF02", 0x001B, 5845, 0x1B, variable=True)
WEF03 = LicenceFile(DLC, "WEF03", 0x001C, 584, 0x1C)


@dataclass(frozen=True, slots=True)
class PinReference:
    """A PIN of four digits: name of its slot, P2 of VERIFY (80 and the short id of its IEF), tries when full."""

    name: str
    p2: int
    tries: int


PINS = {
    "pin1": PinReference("pin1", 0x81, 3),
    "pin2": PinReference("pin2", 0x82, 3),
    "licence": PinReference("licence", 0x86, 10),  # on the My Number Card; the 82 of a printed sample is wrong (§15.3)
}
LENGTH = range(4, 5)
NOT_SET = frozenset({b"\x05\x01\x00", b"\xc1\x01\x00"})  # MF/EF02 and WEF01 of a card without PINs (§6.2, §15.3)
SET = frozenset({b"\x05\x01\x01", b"\xc1\x01\x01"})
DPIN = b"****"  # what a card without PINs wants instead; public, proves nothing (§14)
