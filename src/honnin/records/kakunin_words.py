"""Japanese words that stand in a 確認記録 as values: kinds of documents, answers, ways of mailing."""

from __future__ import annotations

from collections.abc import Mapping

from honnin.law.acts import MailKind

__all__ = [
    "ACTING", "ANSWERS", "CERTIFICATES", "CUSTOMER", "DOCUMENT_NAMES", "HOW", "LOOKUPS", "MAIL", "NUMBER_NEVER",
    "YES_NO", "name_of",
]  # fmt: skip

DOCUMENT_NAMES: Mapping[str, tuple[str, str]] = {
    "MYNA": ("個人番号カード", "My Number Card"),
    "MYNA_NOPHOTO": ("個人番号カード（写真なし）", "My Number Card without photo"),
    "LICENCE": ("運転免許証", "Driver's licence"),
    "RESIDENCE": ("在留カード", "Residence card"),
    "RESIDENCE_NOPHOTO": ("在留カード（写真なし）", "Residence card without photo"),
    "SPR": ("特別永住者証明書", "Special permanent resident certificate"),
    "SPR_NOPHOTO": ("特別永住者証明書（写真なし）", "Special permanent resident certificate without photo"),
    "TOKUTEI_RESIDENCE": ("特定在留カード・特定特別永住者証明書", "Specified residence card or certificate"),
    "PASSPORT": ("旅券", "Passport"),
    "JPKI_SIGN_CARD": ("署名用電子証明書", "Certificate for signing"),
    "JPKI_SIGN_PHONE": ("移動端末設備用署名用電子証明書", "Certificate for signing (phone)"),
    "CERTIFICATES": ("住民票の写し・印鑑登録証明書など", "Certificate of residence, seal certificate"),
    "CARD_SUBSTITUTE": ("カード代替電磁的記録", "Card substitute record"),
    "SUPPLEMENT": ("補完書類", "Address paper"),
    "LICENCE_HIST": ("運転経歴証明書", "Driving record certificate"),
    "HANDBOOK_PHOTO": ("身体障害者手帳など（写真あり）", "Disability handbook (with photo)"),
    "GOV_PHOTO": ("官公庁発行の写真付き書類", "Official document with photo"),
    "GOV_PHOTO_MULTI": ("官公庁発行の写真付き書類", "Official document with photo"),
    "NOPHOTO_UNIQUE": ("資格確認書など写真のない書類", "Document without photo, issued once to a person"),
    "GOV_OTHER": ("官公庁発行の書類（写真なし）", "Official document without photo"),
    "FOREIGN_GOV": ("外国政府などの書類", "Document of a foreign government"),
    "LANDING_PERMIT": ("船舶観光上陸許可書", "Landing permit of a cruise passenger"),
    "CORP_REGISTRY": ("登記事項証明書", "Certificate of the commercial register"),
    "CORP_SEAL_CERT": ("法人の印鑑登録証明書", "Company seal certificate"),
    "CORP_GOV": ("官公庁発行の書類（法人）", "Official document of the company"),
    "CORP_REGISTRY_DATA": ("登記情報提供サービスの登記情報", "Data of the online commercial register"),
    "CORP_NUMBER_DATA": ("法人番号公表サイトの公表事項", "Data of the corporate number site"),
    "CORP_FOREIGN": ("外国政府などの書類（外国法人）", "Foreign government document of a foreign company"),
}
CERTIFICATES = frozenset({"JPKI_SIGN_CARD", "JPKI_SIGN_PHONE"})
# What is looked up instead of presented: its item of 犯収規則20条1項, and the part of 携帯規則8条1項3号イ.
LOOKED_UP = {"CORP_REGISTRY_DATA": ("F11", "received"), "CORP_NUMBER_DATA": ("F12", "confirmed")}
# Their number never stands in a record: it is, or may be taken for, an individual number (law.md L10).
NUMBER_NEVER = frozenset({"MYNA", "MYNA_NOPHOTO", "TOKUTEI_RESIDENCE", "CARD_SUBSTITUTE"})
ANSWERS = {"yes": "一致", "no": "不一致", "unsure": "判断できない"}
LOOKUPS = {"yes": "失効していない", "no": "失効している", "unsure": "判断できない"}
YES_NO = {"yes": "該当する", "no": "該当しない"}
HOW = {"staff": "申告（職員が聞き取り）"}
MAIL = {
    MailKind.NO_FORWARD: "転送不要郵便物等", MailKind.RESTRICTED: "特定事項伝達型本人限定受取郵便等",
    MailKind.ADDRESSEE_ONLY: "本人限定受取郵便等",
}  # fmt: skip
CUSTOMER, ACTING = "顧客：", "取引の任に当たる方："


def name_of(kind: str) -> str:
    """The Japanese name of a kind of document; the code itself when nobody knows it."""
    return DOCUMENT_NAMES.get(kind, (kind, kind))[0]
