"""What lies in an application of the card: transparent and record files, references (PINs) and private keys.

Sheet mynumber-card.md §3–§6, §8 (JICSAP file model): EF ids below 0020, so that the short identifier is the id itself.
Everything but the counters of the references is fixed when the card is issued.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["FREE", "NEVER", "Application", "File", "Key", "Records", "Reference", "Transparent"]

FREE: frozenset[int] | None = None
"""No credential is needed."""

NEVER: frozenset[int] = frozenset()
"""No known credential opens it."""


@dataclass(frozen=True, slots=True)
class Transparent:
    """A transparent EF at its physical size, filler included. `opened_by`: any one of these references opens it."""

    data: bytes
    opened_by: frozenset[int] | None = FREE


@dataclass(frozen=True, slots=True)
class Records:
    """A record EF: record n (from 1) is a simple TLV, readable without a credential (§8.1, §8.2)."""

    records: tuple[bytes, ...]


@dataclass(slots=True)
class Reference:
    """A PIN or printed reference (IEF). `value` None matches nothing: a reference that was never set."""

    value: bytes | None
    maximum: int
    left: int
    change_ins: int | None = None  # 0x24 (CLA 00) or 0x32 (CLA 80), §3.4; None: cannot be changed
    lengths: range = range(1, 256)  # lengths a new value may have
    only_length: int | None = None  # licence application: another length is 6700 and costs no try

    def __post_init__(self) -> None:
        self.left = min(self.left, self.maximum)


@dataclass(frozen=True, slots=True)
class Key:
    """A private RSA-2048 key (IEF). `needs`: the reference that must be verified, None: nobody need prove anything."""

    private: RSAPrivateKey
    needs: int | None = None
    internal_authentication: bool = False  # answers 00 88 and nothing else (Common 0019)


File = Transparent | Records | Reference | Key


@dataclass(frozen=True, slots=True)
class Application:
    """One application: its AID, its files by EF id, and the status words in which applications differ."""

    name: str
    aid: bytes
    files: dict[int, File] = field(default_factory=dict)
    default_key: int | None = None  # what P2=00 of a signature command means (§7.4); None: P2=00 is wrong
    internal_authentication_sw: int = 0x6985  # 00 88 where no key answers it (§4.5, §7.4)
    session_key_sw: int = 0x6982  # 80 AE where there is no key delivery (§5.7)
    others_sw: int | None = None  # where only free files are known: the answer to every other command
    closed: frozenset[bytes] = frozenset()  # AIDs below it whose way in is not known: refused with `others_sw`

    def references(self) -> dict[int, Reference]:
        """The references by EF id."""
        return {identifier: file for identifier, file in self.files.items() if isinstance(file, Reference)}
