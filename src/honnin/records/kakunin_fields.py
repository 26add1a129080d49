"""The items of 確認記録 (犯収法 規則20条1項: F01–F31), 本人確認記録 (携帯法 規則8条・21条: K…, R_…), 番号法 (B_…).

Ids are neutral and never change; the number of an item in the ordinance is display text (law.md §3.2, §3.6, §7). An
item may have parts (`F21.name`); its requirement is met when each part that it needs is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from honnin.records.kakunin_owners import OWNER, owner_part

__all__ = [
    "AMENDABLE", "ATTACHMENTS", "CUSTOMER_KINDS", "DAY_ITEMS", "FIELDS", "HOLDERS", "HUSHED_NOTICES", "ORGANISATIONS",
    "PARTS", "TYPABLE", "FieldSpec", "attachment_name", "base_of", "label", "parts_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """`clause`: where the item stands today."""

    ja: str
    en: str
    clause: str


def _hanshu(number: int, ja: str, en: str) -> FieldSpec:
    return FieldSpec(ja, en, f"犯収規則20条1項{number}号")


FIELDS: Mapping[str, FieldSpec] = {
    "F01": _hanshu(1, "確認を行った者", "Verified by"),
    "F02": _hanshu(2, "記録を作成した者", "Recorded by"),
    "F03": _hanshu(3, "書類の提示を受けた日時", "Document presented at"),
    "F04": _hanshu(4, "書類の送付を受けた日", "Document received by mail on"),
    "F05": _hanshu(5, "特定電磁的記録の送信を受けた日", "Electronic card record received on"),
    "F06": _hanshu(6, "取引関係文書を送付した日", "Transaction paper mailed on"),
    "F07": _hanshu(7, "画像の送信を受けた日", "Images received on"),
    "F08": _hanshu(8, "容貌の画像とICチップ情報の送信を受けた日", "Face image and chip data received on"),
    "F09": _hanshu(9, "画像・ICチップ情報を受けた日と確認の日", "Image or chip data received, and confirmed, on"),
    "F10": _hanshu(10, "書類またはICチップ情報・画像を受けた日", "Document, chip data or image received on"),
    "F11": _hanshu(11, "登記情報の送信を受けた日", "Register data received on"),
    "F12": _hanshu(12, "公表事項を確認した日", "Published corporate data checked on"),
    "F13": _hanshu(13, "職員が交付した日", "Handed over by staff on"),
    "F14": _hanshu(14, "追加の書類を確認した日", "Additional document checked on"),
    "F15": _hanshu(15, "取引の目的・職業などを確認した日", "Purpose, occupation and so on confirmed on"),
    "F16": _hanshu(16, "取引の種類", "Kind of transaction"),
    "F17": _hanshu(17, "本人特定事項の確認方法", "Method of verification"),
    "F18": _hanshu(18, "書類の名称・記号番号", "Name and number of the document"),
    "F19": _hanshu(19, "補完書類の名称・記号番号", "Name and number of the address paper"),
    "F20": _hanshu(20, "送付先の営業所と確認した書類", "Place of business mailed to, and its paper"),
    "F21": _hanshu(21, "顧客の本人特定事項", "Identity of the customer"),
    "F22": _hanshu(22, "代表者等の本人特定事項・関係・理由", "Identity of the acting person, relation, grounds"),
    "F23": _hanshu(23, "取引を行う目的", "Purpose of the transaction"),
    "F24": _hanshu(24, "職業・事業の内容", "Occupation or business"),
    "F25": _hanshu(25, "実質的支配者", "Beneficial owner"),
    "F26": _hanshu(26, "資産・収入の確認方法と書類", "How assets and income were confirmed"),
    "F27": _hanshu(27, "別の名前とその理由", "Other name used, and why"),
    "F28": _hanshu(28, "取引記録を検索するための事項", "Key to find the transaction records"),
    "F29": _hanshu(29, "外国PEPsであること・その理由", "Foreign politically exposed person, and why"),
    "F30": _hanshu(30, "関連する前の確認記録を検索する事項", "Key to find the earlier record"),
    "F31": _hanshu(31, "上陸許可の証印などの名称・日付・番号", "Permit of stay: name, date, number"),
    "K1": FieldSpec("確認を行った者", "Verified by", "携帯規則8条1項1号"),
    "K2": FieldSpec("記録を作成した者", "Recorded by", "携帯規則8条1項2号"),
    "K3a": FieldSpec("確認の日", "Day of verification", "携帯規則8条1項3号イ・2項"),
    "K3b": FieldSpec("相手方の本人特定事項", "Identity of the counterparty", "携帯規則8条1項3号ロ"),
    "K3c": FieldSpec("確認方法", "Method of verification", "携帯規則8条1項3号ハ"),
    "K3d": FieldSpec("書類または電子証明書の種類・記号番号", "Document or certificate, number", "携帯規則8条1項3号ニ"),
    "K4a": FieldSpec("代表者等の確認の日", "Acting person: day", "携帯規則8条1項4号イ"),
    "K4b": FieldSpec("代表者等の本人特定事項", "Acting person: identity", "携帯規則8条1項4号ロ"),
    "K4c": FieldSpec("代表者等の確認方法", "Acting person: method", "携帯規則8条1項4号ハ"),
    "K4d": FieldSpec("代表者等の書類の種類・記号番号", "Acting person: document, number", "携帯規則8条1項4号ニ"),
    "K5": FieldSpec("国等の名称など", "Name of the public body", "携帯規則8条1項5号"),
    "R_device_count": FieldSpec("貸与した台数", "Number of devices", "携帯規則21条"),
    "R_phone_numbers": FieldSpec("電話番号", "Phone numbers", "携帯規則21条"),
    "R_hikiuke_bango": FieldSpec("引受番号", "Acceptance number of the mail", "携帯規則21条"),
    "R_payment_method": FieldSpec("支払方法", "Way of payment", "携帯規則21条"),
    "R_sameness": FieldSpec("同じ利用者であることの確認方法", "Why it is the same customer", "携帯規則21条"),
    "B_purpose": FieldSpec("個人番号の利用目的", "Purpose of the individual number", "番号法16条（実務）"),
    "B_method": FieldSpec("確認方法", "Method", "番号法16条（実務）"),
    "B_date": FieldSpec("確認の日", "Day", "番号法16条（実務）"),
    "B_operator": FieldSpec("確認した者", "Verified by", "番号法16条（実務）"),
    "B_id_document": FieldSpec("身元確認書類", "Identity document", "番号法16条（実務）"),
    "B_number_document": FieldSpec("番号確認書類", "Document with the number", "番号法16条（実務）"),
    "B_agent": FieldSpec("代理人", "Agent", "番号法施行令12条2項（実務）"),
    "A16_date": FieldSpec("確認済みの確認をした日", "Day of the check of an earlier record", "犯収規則16条1項"),
    "A16_type": FieldSpec("取引の種類", "Kind of transaction", "犯収規則16条1項"),
    "A16_search_key": FieldSpec("確認記録を検索する事項", "Key to find the record", "犯収規則16条1項"),
    "product.signature_received_at": FieldSpec("電子署名を受けた日時", "Signature received at", "law.md §3.5"),
    "product.revocation_checked_at": FieldSpec("失効を確認した日時", "Revocation checked at", "law.md §3.5"),
    "product.chip_read_at": FieldSpec("ICチップを読み取った日時", "Chip read at", "law.md §7"),
    "product.chip_displayed_at": FieldSpec("読取結果を画面に表示した日時", "Chip data shown at", "law.md §7"),
    "product.face_match": FieldSpec("顔と写真を見比べた人・日時", "Face compared by, at", "law.md §7"),
    "product.print_match": FieldSpec("券面と画面を見比べた人・日時", "Print compared by, at", "law.md §7"),
    "product.address": FieldSpec("今の住所か確かめた人・日時", "Present address confirmed by, at", "犯収規則6条2項"),
    "product.document_address": FieldSpec("書類にある以前の住居", "Former address on it", "犯収規則6条2項"),
    "product.document_name": FieldSpec("ICチップにある氏名の文字", "Name in the chip's text", "law.md §7"),
    "product.document_alias": FieldSpec("ICチップにある通称の文字", "Alias in the chip's text", "law.md §7"),
    "product.document_address_text": FieldSpec("ICチップにある住居の文字", "Address in the chip's text", "law.md §7"),
    "product.holder": FieldSpec("読み取った書類の持ち主", "Whose document was read", "犯収規則12条"),
    "product.customer_kind": FieldSpec("顧客の種類", "Kind of customer", "law.md §7"),
    "product.expiry_seen": FieldSpec("券面の有効期限を見た人・日時", "Expiry seen by, at", "law.md §2.1"),
    "product.number_lookup": FieldSpec("番号を照会した人・日時", "Number looked up by, at", "law.md §7"),
    "product.foreign_pep": FieldSpec("外国の公的地位の有無", "Foreign public position", "犯収規則15条"),
    "product.later": FieldSpec("後で行ったこと", "Done later", "law.md §7"),
    "product.other_party": FieldSpec("もう一方の方の記録", "Record of the other party", "犯収規則12条"),
}  # fmt: skip
# What an item consists of; all are needed. That of a customer depends on what the customer is: `parts_of`.
_PERSON = ("name", "address", "birth")
PARTS: Mapping[str, tuple[str, ...]] = {
    "F21": _PERSON, "K3b": _PERSON, "F22": (*_PERSON, "relation", "grounds"), "K4b": _PERSON,
    "F25": (*_PERSON, "relation", "how"), "F29": ("reason",),
}  # fmt: skip
ORGANISATIONS = frozenset({"corporation", "public_body", "unincorporated"})
_OF_CUSTOMER = frozenset({"F21", "K3b"})
_ORGANISATION = ("name", "address")  # 名称・本店又は主たる事務所の所在地
_SHORT_STAY = ("name", "birth", "nationality", "passport")  # 令10条: instead of 住居
_PART_NAMES: Mapping[str, tuple[str, str]] = {
    "name": ("氏名", "name"), "kana": ("フリガナ", "in katakana"), "address": ("住居", "address"),
    "birth": ("生年月日", "date of birth"), "relation": ("顧客との関係", "relation to the customer"),
    "grounds": ("代理権の確認の理由", "grounds of authority"), "received": ("受けた日", "received on"),
    "presented": ("提示の日", "presented on"), "delivered": ("到達の日", "delivered on"),
    "returned": ("返送の日", "returned on"),
    "confirmed": ("確認の日", "confirmed on"), "face": ("容貌の画像", "face image"),
    "chip": ("ICチップ情報", "chip data"), "act": ("確認の行為", "act of confirming"),
    "document": ("書類の画像", "image of the document"),
    "purpose": ("取引の目的", "purpose"), "occupation": ("職業・事業", "occupation"),
    "beneficial_owner": ("実質的支配者", "beneficial owner"), "assets": ("資産・収入", "assets and income"),
    "certificate": ("電子証明書", "certificate"), "alias": ("通称", "alias"), "reason": ("理由", "reason"),
    "written": ("漢字などの氏名", "name in kanji or kana"),
    "nationality": ("国籍", "nationality"), "passport": ("旅券などの番号", "number of the passport or permit"),
    "business": ("事業の内容", "business"), "how": ("確認の方法", "how it was confirmed"),
    "paper": ("確認した書類", "document that was seen"), "more": ("ほかの実質的支配者", "further beneficial owners"),
    "kind": ("個人か団体か", "person or body"), "ratio": ("割合（％）", "share (per cent)"),
}  # fmt: skip
# An organisation has no 氏名 and 住居.
_ORGANISATION_NAMES: Mapping[str, tuple[str, str]] = {
    "name": ("名称", "name"), "address": ("本店又は主たる事務所の所在地", "seat"),
}  # fmt: skip
# As they stand in a record (product.customer_kind, product.holder), by the codes of a case (design §6).
CUSTOMER_KINDS: Mapping[str, tuple[str, str]] = {
    "resident": ("国内に住所のある方", "a person who lives in Japan"),
    "outside_juki": ("住民基本台帳法の適用を受けない方", "a person outside the resident register"),
    "emigrant": ("国外転出者", "a person who has moved abroad"),
    "short_stay": ("短期滞在の外国人", "a foreigner on a short stay"),
    "corporation": ("法人", "a company"),
    "public_body": ("国・地方公共団体・上場会社など", "a public body or listed company"),
    "unincorporated": ("人格のない社団・財団", "an unincorporated association"),
}
HOLDERS: Mapping[str, tuple[str, str]] = {
    "agents_own": ("取引の任に当たる方", "the acting person"), "agent_for_customer": ("顧客", "the customer"),
}  # fmt: skip
# What staff may write down: never who did something, when, by which method, with which document.
TYPABLE = frozenset({
    "F20", "F21", "F22", "F23", "F24", "F25", "F26", "F27", "F28", "F29", "F30", "F31", "K3b", "K4b", "K5",
    "R_device_count", "R_phone_numbers", "R_payment_method", "R_sameness", "B_purpose", "B_agent",
    "B_number_document",
})  # fmt: skip
# Of these the ordinance wants the day; where only a day is known the time is midnight and is not printed.
DAY_ITEMS = frozenset({"F04", "F06", "F11", "F12", "F13", "F14", "K3a", "K4a", "R_hikiuke_bango"})
# Notices that no paper and no open page shows: the customer must not learn of a suspicion (犯収法8条4項).
HUSHED_NOTICES = frozenset({"high_risk_duties", "different_document_than_earlier_check", "assets_and_income"})
# 規則20条3項: changes known later are added, and what was recorded stays.
AMENDABLE = frozenset({
    "F21", "F22", "F23", "F24", "F25", "F27", "F28", "F29", "F30", "K3b", "K4b", "K5", "R_phone_numbers",
    "R_device_count", "R_payment_method",
})  # fmt: skip
ATTACHMENTS: Mapping[str, tuple[str, str]] = {
    "ATT_CHIP_NAME_ADDR_BIRTH_PHOTO": ("ICチップの氏名・住居・生年月日・写真", "Chip: name, address, birth, photo"),
    "ATT_CHIP_NAME_ADDR_BIRTH": ("ICチップの氏名・住居・生年月日", "Chip: name, address, birth"),
    "ATT_CHIP": ("ICチップの情報", "Chip data"),
    "ATT_FACE_IMAGE": ("容貌の画像", "Face image"),
    "ATT_DOC_IMAGE": ("書類の画像", "Image of the document"),
    "ATT_COPIES": ("書類の写し", "Copies"),
    "ATT_CSR": ("特定電磁的記録", "Electronic card record"),
    "ATT_PUBLIC_DATA": ("法人番号の公表事項", "Published corporate data"),
    "ATT_REGISTRY_DATA": ("登記情報", "Register data"),
    "ATT_SENT_DOCUMENT": ("送付を受けた書類", "Document received by mail"),
    "ATT_SENT_DOCUMENT_IF_SENT": ("送付を受けた書類", "Document received by mail"),
    "ATT_SIGNATURE_EVIDENCE": ("電子署名による確認を証する記録", "Evidence of the signature"),
    "ATT_SUPPLEMENT": ("送付を受けた補完書類", "Address paper received by mail"),
}


def base_of(item_id: str) -> str:
    """The item that a part or variant belongs to: `F21.name` → F21, `K3a.received` → K3a; product items are whole."""
    return item_id if item_id in FIELDS else item_id.partition(".")[0]


def parts_of(item_id: str, customer_kind: str = "") -> tuple[str, ...]:
    """The parts that an item needs for that kind of customer; () for an item that is one text.

    A natural person: 氏名・住居・生年月日 (short stay: 国籍・旅券番号 for 住居, 令10条); an organisation: 名称・所在地.
    The business of a company is confirmed by a document (規則10条), that of a 人格のない社団 is declared.
    """
    if item_id in _OF_CUSTOMER and customer_kind in ORGANISATIONS:
        return _ORGANISATION
    if item_id in _OF_CUSTOMER and customer_kind == "short_stay":
        return _SHORT_STAY
    if item_id == "F24" and customer_kind == "corporation":
        return ("business", "how", "paper")
    return PARTS.get(item_id, ())


def label(item_id: str, customer_kind: str = "") -> tuple[str, str]:
    """(Japanese, English) of an item or part; the id itself when nobody knows it."""
    base = base_of(item_id)
    spec = FIELDS.get(base)
    if spec is None:
        return item_id, item_id
    part = "" if item_id in FIELDS else item_id.partition(".")[2]
    if not part:
        return spec.ja, spec.en
    number = ("", "")
    if base == OWNER and (owner := owner_part(item_id)) is not None:
        part = owner[1]
        number = (f"（{owner[0]}人目）", f" no. {owner[0]}") if owner[0] > 1 else number
    names = _ORGANISATION_NAMES if base in _OF_CUSTOMER and customer_kind in ORGANISATIONS else {}
    ja, en = names.get(part) or _PART_NAMES.get(part, (part, part))
    return f"{spec.ja}{number[0]}：{ja}", f"{spec.en}{number[1]}: {en}"


def attachment_name(code: str) -> tuple[str, str]:
    """(Japanese, English) of an attachment code; `_policy` marks those that no law asks for."""
    plain = code.removesuffix("_policy")
    return ATTACHMENTS.get(plain, (code, code))
