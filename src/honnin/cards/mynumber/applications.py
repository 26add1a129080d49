"""Applications, files and secrets of the My Number Card (mynumber-card.md §2 to §6), as data.

A later generation of the card has other identifiers (§9): everything that names a place on the card stands here.
Names in the Reading: `KENMEN.EF0002` (券面事項確認AP), `HOJO.EF0002` (券面事項入力補助AP),
`JPKI.EF000A` (公的個人認証AP).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "HOJO", "HOJO_FILES", "JPKI", "JPKI_FILES", "KENMEN", "KENMEN_FILES", "SECRETS", "Application", "CardFile",
    "SecretReference",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Application:
    """Name and AID (always all ten octets: the card matches prefixes, §1.4)."""

    name: str
    aid: bytes


JPKI = Application("JPKI", bytes.fromhex("D392F000260100000001"))
KENMEN = Application("KENMEN", bytes.fromhex("D3921000310001010402"))
HOJO = Application("HOJO", bytes.fromhex("D3921000310001010408"))
CARD_MANAGER = Application("ISD", bytes.fromhex("A0000001510000"))  # selecting it leaves every application


@dataclass(frozen=True, slots=True)
class CardFile:
    """An EF. `tag`: its first tag, after which its length stands; 0: a fixed number of octets, `usual`, and no TLV.

    `usual`: how many octets it has, or nearly always has: so many are asked for before the length is known. `limit`:
    the longest that is read.
    """

    application: Application
    fid: int
    tag: int
    usual: int
    limit: int

    @property
    def name(self) -> str:
        """Its name in the Reading."""
        return f"{self.application.name}.EF{self.fid:04X}"


def _files(application: Application, *rows: tuple[int, int, int, int]) -> dict[int, CardFile]:
    return {fid: CardFile(application, fid, tag, usual, limit) for fid, tag, usual, limit in rows}


# §4.1. Of the token information only the label (32 octets): the rest names the very card.
JPKI_FILES = _files(
    JPKI,
    (0x0001, 0x30, 2048, 8192),  # certificate for signing: only with the signing password
    (0x0006, 0, 32, 32),  # label
    (0x0008, 0, 3, 3),  # which certificates are there [single: MC]
    (0x000A, 0x30, 1792, 8192),  # certificate for user authentication: no secret needed
)
# §6.1
KENMEN_FILES = _files(
    KENMEN,
    (0x0002, 0xFF20, 256, 0x7FFF),  # the front: birth date, sex, images, photo, expiry; several KB
    (0x0004, 0x7F21, 568, 2048),  # certificate of the record-signing key
    (0x0005, 0xFF40, 256, 0x7FFF),  # the individual number as an image
)
# §5.1. EF 0001 is read whole: its filler is part of what is hashed.
HOJO_FILES = _files(
    HOJO,
    (0x0001, 0, 17, 17),  # the individual number
    (0x0002, 0xFF20, 768, 4096),  # name, address, birth date, sex as text
    (0x0003, 0xFF30, 336, 2048),  # digests and signature; one digest is that of the individual number
    (0x0004, 0x7F21, 568, 2048),
    (0x0007, 0xFF50, 536, 2048),  # the card's own public key, signed
)

# What holds the individual number or lets it be computed: never outside memory (§5.4 "Privacy trap").
NUMBER_FILES = frozenset({"HOJO.EF0001", "HOJO.EF0003", "KENMEN.EF0005"})


@dataclass(frozen=True, slots=True)
class SecretReference:
    """A PIN or printed number on the card (§3): where, how many characters, tries when full."""

    name: str
    application: Application
    fid: int
    length: range
    alphabet: str
    tries: int


SECRETS: dict[str, SecretReference] = {
    each.name: each
    for each in (
        SecretReference("user_authentication", JPKI, 0x0018, range(4, 5), "digits", 3),
        SecretReference("signing", JPKI, 0x001B, range(6, 17), "upper_alphanumeric", 5),
        SecretReference("text", HOJO, 0x0011, range(4, 5), "digits", 3),
        SecretReference("text_number_a", HOJO, 0x0014, range(12, 13), "digits", 10),  # tries by analogy [single: DR]
        SecretReference("text_reference_b", HOJO, 0x0015, range(14, 15), "digits", 10),  # [single: DR]
        SecretReference("face_reference_b", KENMEN, 0x0012, range(14, 15), "digits", 10),  # [single: DR]
        SecretReference("face_number_a", KENMEN, 0x0013, range(12, 13), "digits", 10),
    )
}

AUTHENTICATION_KEY = 0x0017
SIGNING_KEY = 0x001A
CARD_KEYS = {KENMEN.name: 0x001A, HOJO.name: 0x0013}  # internal authentication, no credential needed (§5.1, §6.1)
