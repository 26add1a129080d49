"""Who the virtual passports belong to: fictional people of Utopia (UTO), each showing another kind of chip.

Only what `honnin cards list` needs is here, so that listing is quick; `recipes` has the chips. The first is the plain,
healthy one. "Japanese-style" means the chip's technique and the layout of the data page, never a Japanese document:
state and nationality are UTO, the certificates say NOT A REAL STATE, and the name means "specimen".
"""

from __future__ import annotations

from dataclasses import dataclass

from honnin_virtual.card import CardSpec
from honnin_virtual.passport.mrz import Holder, mrz_lines

__all__ = ["PERSONAS", "Persona", "card_spec"]


@dataclass(frozen=True, slots=True)
class Persona:
    """One named passport: its holder, the printed CAN if there is one, and what it is for."""

    name: str
    holder: Holder
    about_ja: str
    about_en: str
    can: str = ""


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "passport-japanese-style",
        Holder("MIHON", "HANAKO", "XX1000001", "900401", "F", "350324", document_code="PP"),
        "日本式の構成（PACE・BAC、AA ECDSA）。健全なカード",
        "Japanese-style layout (PACE and BAC, AA with ECDSA). A healthy card",
        can="271828",
    ),
    Persona(
        "passport-bac-aa-rsa",
        Holder("MIHON", "TARO", "XX1000002", "850712", "M", "340512"),
        "BACのみ、AA RSA-2048",
        "BAC only, AA with RSA-2048",
    ),
    Persona(
        "passport-pace-ca-aes256",
        Holder("BEISPIEL", "ERNA", "XX1000003", "780228", "F", "350630"),
        "PACEのみ、CA AES-256",
        "PACE only, CA with AES-256",
        can="314159",
    ),
    Persona(
        "passport-pace-cam",
        Holder("EXEMPLE", "CAMILLE", "XX1000004", "930914", "<", "350914"),
        "PACE-CAM（EF.CardSecurity付き）",
        "PACE with chip authentication mapping and EF.CardSecurity",
        can="161803",
    ),
    Persona(
        "passport-pace-3des-ca-3des",
        Holder("ESEMPIO", "TERZO", "XX1000005", "690103", "M", "340103"),
        "PACE・CAとも3DES",
        "PACE and CA, both with 3DES",
    ),
    Persona(
        "passport-pace-im",
        Holder("EJEMPLO", "INES MARIA", "XX1000006", "011130", "F", "351130"),
        "PACE 統合マッピング（IM）、CA AES-128",
        "PACE with integrated mapping, CA with AES-128",
        can="141421",
    ),
    Persona(
        "passport-dh",
        Holder("VOORBEELD", "DIRK HENDRIK", "XX1000007", "740808", "M", "340808"),
        "楕円曲線でなくDH（PACE・CA）",
        "Diffie-Hellman instead of curves (PACE and CA)",
    ),
    Persona(
        "passport-open",
        Holder("PRZYKLAD", "OTWARTY", "XX1000008", "600606", "M", "340606"),
        "アクセス制御なし",
        "No access control",
    ),
    Persona(
        "passport-short-only",
        Holder("EXEMPLO", "CURTA", "XX1000009", "970317", "F", "350317"),
        "短いAPDUのみ（拡張長なし）",
        "Short APDUs only",
    ),
    Persona(
        "passport-big-photo",
        Holder("PELDA", "NAGY", "XX1000010", "880808", "M", "350808"),
        "32kBを超える顔写真（DG2）",
        "Photo longer than 32 kB (DG2)",
    ),
    Persona(
        "passport-long-names",
        Holder("SPECIMEN VON UND ZU MUSTERHAUSEN UTOPIA", "ALEXANDRA", "XX1000011", "951201", "F", "351201"),
        "長い氏名とDG11・DG12（MRZでは切り詰め）",
        "Long names with DG11 and DG12 (cut short in the MRZ)",
        can="577215",
    ),
    Persona(
        "passport-39794",
        Holder("NAYTE", "UUSI", "XX1000012", "040229", "<", "360101"),
        "新しい顔画像形式 ISO/IEC 39794-5、JPEG 2000",
        "New face record ISO/IEC 39794-5 with JPEG 2000",
        can="662607",
    ),
    Persona(
        "passport-copyable",
        Holder("PRIMER", "KOPIJA", "XX1000013", "830503", "M", "340503"),
        "AA・CAなし（複製を見分けられない）",
        "No AA and no CA (a copy cannot be told apart)",
    ),
    Persona(
        "passport-old-sha1",
        Holder("EKSEMPEL", "GAMMEL", "XX1000014", "550923", "F", "340923"),
        "古い方式（BAC、SHA-1、AA RSA-1024）",
        "Old kind (BAC, SHA-1, AA with RSA-1024)",
    ),
    Persona(
        "passport-brainpool",
        Holder("PAVYZDYS", "KREIVE", "XX1000015", "910215", "M", "350215"),
        "署名 brainpoolP384r1、LDS 1.8",
        "Signature on brainpoolP384r1, LDS 1.8",
        can="299792",
    ),
    Persona(
        "passport-few-bytes",
        Holder("PIEMERS", "MAZS", "XX1000016", "990909", "F", "350909"),
        "頼んだより少なく返すチップ",
        "A chip that returns fewer octets than asked",
    ),
    Persona(
        "passport-get-response",
        Holder("PRIKLAD", "STARY", "XX1000017", "810210", "M", "340210"),
        "61xx・6Cxxで答えるチップ",
        "A chip that answers with 61xx and 6Cxx",
    ),
    Persona(
        "passport-alex",
        Holder("SAMPLE", "ALEX", "XX1000018", "900115", "M", "350115"),
        "一組のカード：マイナンバーカード・免許証・在留カードと同じ人",
        "One of a set: the same person as mynumber-alex, licence-foreign and residence-plain",
        can="173205",
    ),
)


def card_spec(persona: Persona) -> CardSpec:
    """The line of `honnin cards list`."""
    holder = persona.holder
    secrets = {"mrz": "\n".join(mrz_lines(holder))} | ({"can": persona.can} if persona.can else {})
    return CardSpec(
        persona.name, "passport", f"{holder.surname} {holder.given_names}", secrets, persona.about_ja, persona.about_en
    )
