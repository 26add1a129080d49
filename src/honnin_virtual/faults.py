"""Switches for what can be wrong with a card, each with a stable name and words for the demo tray.

Why it exists: a verifier is worth what it does with a bad card. Every negative case of the sheet (passport.md §13, §15,
§16) is one switch here, so that tests, the counter's demo and `honnin cards insert --fault` name the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from honnin.core.errors import CallerError

__all__ = ["FAULTS", "FaultSpec", "Faults", "faults_from_names", "refuse_unfit", "switched_on"]


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
    # My Number Card (mynumber-card.md §7, §10.1; jpki-validation.md §6)
    clone_card_key: bool = False  # everything was copied but the private keys on the chip
    tampered_name: bool = False  # another name (text and image) than the one that was signed
    tampered_address: bool = False
    tampered_birth: bool = False  # twenty years older
    tampered_face: bool = False
    tampered_number: bool = False  # another individual number with a right check digit
    tampered_licence: bool = False  # a later expiry of the licence
    foreign_cv: bool = False  # card data signed under an authority that is no anchor
    forged_cv: bool = False  # names the anchor, signed with another key
    foreign_licence: bool = False  # licence signed with a key that is no anchor
    lookalike_authority: bool = False  # certificates of an impostor with the authority's name and key identifier
    certificate_revoked: bool = False
    certificate_expired: bool = False
    certificate_real_policy: bool = False  # simulator certificates that claim the real service's policy
    blocked_6983: bool = False  # a blocked PIN is 6983 instead of 6984
    mismatch_6300: bool = False  # a wrong PIN is 6300 without a counter
    short_only: bool = False  # extended APDUs are refused
    error_at: int | None = None  # 6F00 at this exchange
    # Residence card and licence (residence-card.md §8.4, §11.9; drivers-licence.md §19)
    foreign_authority: bool = False  # signed under an authority that is no anchor
    forged_authority: bool = False  # names the anchor, signed with another key
    tampered_signature: bool = False  # one octet of the signature changed
    tampered_expiry: bool = False  # valid ten years longer than was signed
    tampered_registered: bool = False  # 本籍: another place than the one that was signed
    signer_expired: bool = False  # certificate of the signer ended before the card was issued
    certificate_encoding: bool = False  # BER length (RSA) or NULL parameters (ECDSA) in the certificate
    certificate_trailing: bool = False  # octets other than 00 behind the certificate
    signature_hidden: bool = False  # an adult's card that pretends to be an under-16 one: no photo, no signature
    other_number: bool = False  # everything of a genuine card under another card number
    invented_permission: bool = False  # permission to work that nobody granted; nothing signs it
    wrong_key_id: bool = False  # the file of the signature names a key that nobody has
    check_code_form_b: bool = False  # RSA over the bare hash, without DigestInfo
    check_code_der: bool = False  # ECDSA as a SEQUENCE instead of r ‖ s
    signature_scope: str = "L1"  # which octets of the licence are signed: L1 … L5 (drivers-licence.md §11.3)
    wrong_mutual: bool = False  # the card's part of mutual authentication carries a wrong MAC
    altered_on_the_way: bool = False  # one block of the first long secured answer changed: there is no MAC (§0)
    directory_blocked: bool = False  # SELECT of DF1 warns with 6283
    blocked_query_6984: bool = False  # asking for the tries of a blocked PIN is answered 6984 instead of 63C0
    read_limit: int | None = None  # octets of a file that one READ BINARY gives at most
    exact_length: bool = False  # 6Cxx unless READ BINARY asks for exactly what is there
    strict: bool = False  # only the forms of commands that the specification shows


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """One switch with its stable name and what the tray says. `counted`: the name may carry ":EXCHANGE"."""

    name: str
    ja: str
    en: str
    faults: Faults
    counted: str = ""  # the field of Faults that takes the number
    documents: tuple[str, ...] = ("passport",)


_ALL = ("mynumber", "licence", "residence", "passport")
_ALSO = {
    "tampered-name": ("licence", "residence"),
    "tampered-address": ("licence", "residence"),
    "tampered-birth": ("licence", "residence"),
    "tampered-face": ("licence", "residence"),
    "blocked-6983": ("licence",),
    "mismatch-6300": ("licence",),
    "short-only": ("licence", "residence"),
    "error": ("licence", "residence"),
}
"""What was made for the My Number Card and can be switched on for others too."""

_RESIDENCE, _LICENCE, _BOTH = ("residence",), ("licence",), ("licence", "residence")

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
    FaultSpec(
        "huge-length", "実際よりずっと長いと名乗るファイル", "A file that announces far more than it has",
        Faults(huge_length=True), documents=("licence", "residence", "passport"),
    ),
    FaultSpec(
        "wrong-mac", "通信の途中で認証符号が合わない", "Wrong message authentication code on the way",
        Faults(wrong_mac_at=12), "wrong_mac_at",
    ),
    FaultSpec(
        "garbage", "通信の途中ででたらめな応答", "Random garbage on the way", Faults(garbage_at=12), "garbage_at", _ALL
    ),
    FaultSpec(
        "removed", "読み取り中にカードを離す", "Card removed while reading", Faults(removed_at=12), "removed_at", _ALL
    ),
    FaultSpec("slow", "応答の遅いチップ", "Slow chip", Faults(delay_s=0.2), documents=_ALL),
    *(
        FaultSpec(name, ja, en, faults, "error_at" if faults.error_at else "", ("mynumber", *_ALSO.get(name, ())))
        for name, ja, en, faults in (
            (
                "clone-card-key", "複製カード（カード固有の秘密鍵なし）", "Cloned card without the card's own keys",
                Faults(clone_card_key=True),
            ),
            ("tampered-name", "氏名の改ざん", "Name altered", Faults(tampered_name=True)),
            ("tampered-address", "住所の改ざん", "Address altered", Faults(tampered_address=True)),
            ("tampered-birth", "生年月日の改ざん", "Birth date altered", Faults(tampered_birth=True)),
            ("tampered-face", "顔写真の差し替え", "Photo replaced", Faults(tampered_face=True)),
            ("tampered-number", "個人番号の改ざん", "Individual number altered", Faults(tampered_number=True)),
            ("tampered-licence", "免許情報の改ざん", "Licence data altered", Faults(tampered_licence=True)),
            ("foreign-cv", "信頼していない発行者の券面署名", "Card data signed by an unknown authority",
             Faults(foreign_cv=True)),
            ("forged-cv", "発行者の名をかたる券面署名", "Card data signed in the authority's name by somebody else",
             Faults(forged_cv=True)),
            ("foreign-licence", "信頼していない発行者の免許情報", "Licence signed by an unknown authority",
             Faults(foreign_licence=True)),
            ("lookalike-authority", "認証局になりすました電子証明書", "Certificates of an impostor authority",
             Faults(lookalike_authority=True)),
            ("certificate-revoked", "電子証明書の失効", "Certificates revoked", Faults(certificate_revoked=True)),
            ("certificate-expired", "電子証明書の期限切れ", "Certificates expired", Faults(certificate_expired=True)),
            ("certificate-real-policy", "本番の方針番号をかたる模擬の電子証明書",
             "Simulator certificates that claim the real policy", Faults(certificate_real_policy=True)),
            ("blocked-6983", "ロックの応答が6983", "A blocked PIN answers 6983", Faults(blocked_6983=True)),
            ("mismatch-6300", "不一致の応答に残り回数なし", "A wrong PIN answers 6300", Faults(mismatch_6300=True)),
            ("short-only", "拡張長APDUを拒否", "Extended APDUs refused", Faults(short_only=True)),
            ("error", "通信の途中でエラー（6F00）", "Error 6F00 on the way", Faults(error_at=12)),
        )
    ),
    *(
        FaultSpec(name, ja, en, faults, documents=documents)
        for documents, name, ja, en, faults in (
            (_BOTH, "foreign-authority", "信頼していない発行機関の署名", "Signed by an authority that is not trusted",
             Faults(foreign_authority=True)),
            (_BOTH, "forged-authority", "発行機関の名をかたる偽の署名",
             "Signed in the authority's name by somebody else",
             Faults(forged_authority=True)),
            (_BOTH, "tampered-signature", "署名の破損", "Signature damaged", Faults(tampered_signature=True)),
            (_BOTH, "tampered-expiry", "有効期間の改ざん", "Expiry altered", Faults(tampered_expiry=True)),
            (_LICENCE, "tampered-registered", "本籍の改ざん", "Registered domicile altered",
             Faults(tampered_registered=True)),
            (_BOTH, "signer-expired", "署名証明書の期限切れ", "Signer certificate expired",
             Faults(signer_expired=True)),
            (_RESIDENCE, "certificate-encoding", "証明書の符号化の癖（BER・NULL）",
             "Certificate in BER or with NULL parameters", Faults(certificate_encoding=True)),
            (_RESIDENCE, "certificate-trailing", "証明書の後ろの余分なデータ", "Octets behind the certificate",
             Faults(certificate_trailing=True)),
            (_RESIDENCE, "signature-hidden", "16歳未満を装うチップ（署名なし）",
             "Pretends to be an under-16 card (no signature)",
             Faults(signature_hidden=True)),
            (_RESIDENCE, "other-number", "本物のデータを別の番号で出すチップ", "Genuine data under another card number",
             Faults(other_number=True)),
            (_RESIDENCE, "invented-permission", "署名されない許可欄の書き換え", "Unsigned permission invented",
             Faults(invented_permission=True)),
            (_RESIDENCE, "wrong-mutual", "カードの相互認証の応答が不正",
             "The card's part of mutual authentication is wrong", Faults(wrong_mutual=True)),
            (_RESIDENCE, "altered-on-the-way", "通信の途中での書き換え（認証符号なし）",
             "An answer altered on the way (no MAC would show it)", Faults(altered_on_the_way=True)),
            (_LICENCE, "wrong-key-id", "署名鍵の識別子が違う", "Names a signing key that nobody has",
             Faults(wrong_key_id=True)),
            (_RESIDENCE, "check-code-form-b", "チェックコードの別形式（DigestInfoなし）",
             "Check code without DigestInfo (form B)",
             Faults(check_code_form_b=True)),
            (_RESIDENCE, "check-code-der", "チェックコードの別形式（DER）", "Check code as DER",
             Faults(check_code_der=True)),
            *(
                (_LICENCE, f"signed-{scope.lower()}", f"署名の対象が別の候補（{scope}）",
                 f"Signature over another candidate ({scope})", Faults(signature_scope=scope))
                for scope in ("L2", "L3", "L4", "L5")
            ),
            (_LICENCE, "directory-blocked", "DF1の選択に警告（6283）", "Selecting DF1 warns with 6283",
             Faults(directory_blocked=True)),
            (_LICENCE, "blocked-query-6984", "ロック中の残り回数の問いに6984",
             "Asked for tries, a blocked PIN answers 6984",
             Faults(blocked_query_6984=True)),
            *(
                (_BOTH, f"read-limit-{limit}", f"一度に{limit}バイトまでの読み取り機",
                 f"Reader that returns {limit} octets at most",
                 Faults(read_limit=limit))
                for limit in (84, 250, 400)
            ),
            (_BOTH, "exact-length", "長さが違うと6Cxxで答える", "Answers 6Cxx to a wrong length",
             Faults(exact_length=True)),
            (_RESIDENCE, "strict", "仕様書の形のコマンドだけに応じる", "Takes only the forms of the specification",
             Faults(strict=True)),
        )
    ),
)  # fmt: skip
"""Every switch that has a name, in the order the tray shows them."""

_BY_NAME = {spec.name: spec for spec in FAULTS}


def switched_on(faults: Faults) -> dict[str, Any]:
    """The fields that are not at their default, with their values."""
    return {each.name: value for each in fields(Faults) if (value := getattr(faults, each.name)) != each.default}


def refuse_unfit(faults: Faults, fitting: Iterable[FaultSpec]) -> None:
    """Raise CallerError `cards.fault.unfit` for a switch that none of the fitting ones has."""
    seen = {name for spec in fitting for name in switched_on(spec.faults)}
    if switched_on(faults).keys() - seen:
        raise CallerError("cards.fault.unfit", "this card does not have what the fault would break")


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
        set_here = switched_on(spec.faults)
        if colon:
            set_here[spec.counted] = int(count)
        faults = replace(faults, **set_here)
    return faults
