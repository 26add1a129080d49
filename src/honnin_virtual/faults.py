"""Switches for what can be wrong with a card, each with a stable name and words for the demo tray.

Why it exists: a verifier is worth what it does with a bad card. Every negative case of the sheet (passport.md §13, §15,
§16) is one switch here, so that tests, the counter's demo and `honnin cards insert --fault` name the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from honnin.core.errors import CallerError

__all__ = ["FAULTS", "FaultSpec", "Faults", "faults_from_names"]

_MAX_EXCHANGE = 100_000


@dataclass(frozen=True, slots=True)
class Faults:
    """All off by default. Exchanges are counted from 1 at each reset."""

    clone_aa: bool = False  # copied chip: signs the challenge with a key of its own
    clone_aa_silent: bool = False  # copied chip: knows no INTERNAL AUTHENTICATE
    clone_ca: bool = False  # copied chip: agrees on keys with a private key of its own
    tampered_dg1: bool = False  # another name in DG1 than the one that was signed
    tampered_dg2: bool = False  # another face in DG2 than the one that was signed
    tampered_sod: bool = False  # one octet of the signature changed
    dg14_hidden: bool = False  # in the SOD, not on the chip
    dg15_hidden: bool = False  # in the SOD, not on the chip
    dg15_unlisted: bool = False  # on the chip, not in the SOD
    foreign_csca: bool = False  # signed under an authority that is no anchor
    forged_csca: bool = False  # names the anchor as its issuer, signed with another key
    dsc_expired: bool = False
    dsc_revoked: bool = False
    pace_refused: int | None = None  # PACE ends with this status word: 6300, 6982, 6985, 6A80 or 6A88
    card_access_hidden: bool = False  # downgrade to BAC: EF.CardAccess cannot be found
    card_access_altered: bool = False  # EF.CardAccess offers a weaker PACE than the signed DG14
    huge_length: bool = False  # DG2 announces 4 GB and never ends
    wrong_mac_at: int | None = None
    garbage_at: int | None = None
    removed_at: int | None = None
    delay_s: float = 0.0  # seconds before every answer


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """One switch with its stable name and what the tray says. `counted`: the name may carry ":EXCHANGE"."""

    name: str
    ja: str
    en: str
    faults: Faults
    counted: str = ""  # the field of Faults that takes the number


FAULTS: tuple[FaultSpec, ...] = (
    FaultSpec("clone-aa", "複製チップ（AAの秘密鍵なし）", "Cloned chip without the AA key", Faults(clone_aa=True)),
    FaultSpec(
        "clone-aa-silent", "複製チップ（AAに応答しない）", "Cloned chip that does not answer AA",
        Faults(clone_aa_silent=True),
    ),
    FaultSpec("clone-ca", "複製チップ（CAの秘密鍵なし）", "Cloned chip without the CA key", Faults(clone_ca=True)),
    FaultSpec("tampered-dg1", "氏名などの改ざん（DG1）", "Name and dates altered (DG1)", Faults(tampered_dg1=True)),
    FaultSpec("tampered-dg2", "顔写真の差し替え（DG2）", "Photo replaced (DG2)", Faults(tampered_dg2=True)),
    FaultSpec("tampered-sod", "署名の破損（SOD）", "Signature damaged (SOD)", Faults(tampered_sod=True)),
    FaultSpec("dg14-hidden", "DG14を隠したチップ", "DG14 hidden although signed", Faults(dg14_hidden=True)),
    FaultSpec("dg15-hidden", "DG15を隠したチップ", "DG15 hidden although signed", Faults(dg15_hidden=True)),
    FaultSpec("dg15-unlisted", "署名されていないDG15", "DG15 that nobody signed", Faults(dg15_unlisted=True)),
    FaultSpec(
        "foreign-csca", "信頼していない発行機関の署名", "Signed by an authority that is not trusted",
        Faults(foreign_csca=True),
    ),
    FaultSpec(
        "forged-csca", "発行機関の名をかたる偽の署名", "Signature that pretends to be the authority's",
        Faults(forged_csca=True),
    ),
    FaultSpec("dsc-expired", "署名証明書の期限切れ", "Signer certificate expired", Faults(dsc_expired=True)),
    FaultSpec("dsc-revoked", "署名証明書の失効", "Signer certificate revoked", Faults(dsc_revoked=True)),
    *(
        FaultSpec(
            f"pace-refused-{sw:04x}", f"PACEを拒否（{sw:04X}）", f"PACE refused with {sw:04X}", Faults(pace_refused=sw)
        )
        for sw in (0x6300, 0x6A80, 0x6A88, 0x6982, 0x6985)
    ),
    FaultSpec(
        "card-access-hidden", "PACEの案内を隠す（格下げ攻撃）", "CardAccess hidden (downgrade)",
        Faults(card_access_hidden=True),
    ),
    FaultSpec(
        "card-access-altered", "PACEの案内の書き換え", "CardAccess altered (differs from DG14)",
        Faults(card_access_altered=True),
    ),
    FaultSpec("huge-length", "4GBと名乗るファイル", "A file that announces 4 GB", Faults(huge_length=True)),
    FaultSpec(
        "wrong-mac", "通信の途中で認証符号が合わない", "Wrong message authentication code on the way",
        Faults(wrong_mac_at=12), "wrong_mac_at",
    ),
    FaultSpec(
        "garbage", "通信の途中ででたらめな応答", "Random garbage on the way", Faults(garbage_at=12), "garbage_at"
    ),
    FaultSpec("removed", "読み取り中にカードを離す", "Card removed while reading", Faults(removed_at=12), "removed_at"),
    FaultSpec("slow", "応答の遅いチップ", "Slow chip", Faults(delay_s=0.2)),
)  # fmt: skip
"""Every switch that has a name, in the order the tray shows them."""

_BY_NAME = {spec.name: spec for spec in FAULTS}


def faults_from_names(names: Iterable[str]) -> Faults:
    """The switches named, together. "removed:7" sets the exchange where a fault is counted.

    Raises CallerError `cards.fault.unknown`.
    """
    faults = Faults()
    for text in names:
        name, colon, count = text.partition(":")
        spec = _BY_NAME.get(name)
        if spec is None or (colon and not (spec.counted and count.isascii() and count.isdigit() and len(count) < 7)):
            raise CallerError("cards.fault.unknown", f"there is no fault called {text!r}")
        changes = ((field.name, getattr(spec.faults, field.name)) for field in fields(Faults))
        set_here = {key: value for key, value in changes if value != getattr(Faults(), key)}
        if colon:
            set_here[spec.counted] = int(count)
        faults = replace(faults, **set_here)
    return faults
