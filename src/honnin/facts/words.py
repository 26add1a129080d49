"""The words for outcomes and provenance that every screen, page and command uses (ui.md §4).

Only `passed` may look good. "Cannot be checked" and "Problem found" never share a word.
"""

from __future__ import annotations

from honnin.facts.report import Environment, Finding, Outcome, Provenance

Words = tuple[str, str]  # Japanese, English

OUTCOMES: dict[Outcome, Words] = {
    Outcome.PASSED: ("確認済み", "Confirmed"),
    Outcome.NOT_DONE: ("未確認", "Not checked"),
    Outcome.IMPOSSIBLE: ("確認できません", "Cannot be checked"),
    Outcome.FAILED: ("問題あり", "Problem found"),
}
EXPIRED: Words = ("期限切れ", "Expired")
PROVENANCES: dict[Provenance, Words] = {
    Provenance.SIGNED_TEXT: ("署名つき（文字）", "Signed text"),
    Provenance.SIGNED_IMAGE: ("署名つき（画像）", "Signed image"),
    Provenance.UNSIGNED_CHIP: ("署名なし（チップ）", "Chip, unsigned"),
    Provenance.TYPED: ("手入力", "Typed"),
    Provenance.OCR: ("文字認識", "OCR"),
    Provenance.STAFF: ("職員が確認", "Staff"),
}
SIGNATURE_NOT_CHECKED: Words = ("署名は未確認", "Signature not checked")
SIMULATED: Words = ("模擬", "Simulated")
ENVIRONMENT_NOTICES: dict[Environment, Words] = {
    Environment.SIMULATOR: (
        "模擬カードの結果です。本人確認の記録として使えません。",
        "Simulated card. This result cannot be used as a record of an identity check.",
    ),
    Environment.TEST: (
        "試験用の証明書による結果です。本人確認の記録として使えません。",
        "Test certificates. This result cannot be used as a record of an identity check.",
    ),
}
ATTRIBUTES: dict[str, Words] = {
    "family_name": ("姓", "Family name"),
    "given_names": ("名", "Given names"),
    "full_name": ("氏名", "Full name"),
    "other_names": ("別の名前", "Other names"),
    "birth_date": ("生年月日", "Date of birth"),
    "nationality": ("国籍", "Nationality"),
    "issuing_state": ("発行国", "Issuing state"),
    "document_code": ("書類の種類", "Type of document"),
    "document_number": ("番号", "Number"),
    "expiry_date": ("有効期間満了日", "Date of expiry"),
    "issue_date": ("発行年月日", "Date of issue"),
    "issuing_authority": ("発行官庁", "Authority"),
    "place_of_birth": ("出生地", "Place of birth"),
    "address": ("住所", "Address"),
    "endorsements": ("追記", "Endorsements"),
    "portrait": ("顔写真", "Portrait"),
    "full_name_kana": ("氏名（カナ）", "Name in katakana"),
    "alias_name": ("通称名", "Alias"),
    "unified_kana": ("統一氏名（カナ）", "Unified katakana name"),
    "reference_number": ("照会番号", "Reference number"),
    "licence_colour": ("免許証の色区分", "Colour of the licence"),
    "acquired_two_wheel_small_moped": ("二・小・原の取得日", "Two-wheel, small, moped since"),
    "acquired_others": ("その他の取得日", "Other categories since"),
    "acquired_second_class": ("二種の取得日", "Second class since"),
    "history_date": ("運転経歴情報の記録日", "Driving history recorded on"),
    "history_number": ("運転経歴情報の番号", "Number of the driving history"),
    "current_full_name": ("氏名（変更後）", "Full name (changed)"),
    "current_full_name_kana": ("氏名カナ（変更後）", "Name in katakana (changed)"),
    "current_address": ("住所（変更後）", "Address (changed)"),
    "current_issuing_authority": ("公安委員会（変更後）", "Authority (changed)"),
    "card_type": ("カードの種類", "Kind of card"),
    "front_image": ("券面（表）の画像", "Picture of the front"),
    "address_date": ("住居地の届出年月日", "Date of the address"),
    "municipality_code": ("市町村コード", "Municipality code"),
    "residence_status": ("在留資格（コード）", "Status of residence (code)"),
    "period_of_stay": ("在留期間", "Period of stay"),
    "stay_expiry_date": ("在留期間の満了日", "End of the period of stay"),
    "permission_kind": ("許可の種類（コード）", "Kind of permission (code)"),
    "permission_date": ("許可年月日", "Date of permission"),
    "work_restriction": ("就労制限", "Restriction on work"),
    "comprehensive_permission": ("資格外活動許可（包括）", "Permission for other work (general)"),
    "individual_permission": ("資格外活動許可（個別）", "Permission for other work (individual)"),
    "permission_expiry_date": ("資格外活動許可の期限", "End of the permission for other work"),
    "renewal_application": ("在留期間更新などの申請", "Application for renewal"),
    "commissioner_entry": ("入管庁長官の記載", "Entry of the agency's commissioner"),
    "remarks": ("備考", "Remarks"),
    "sex": ("性別", "Sex"),
    "name_image": ("氏名（画像）", "Name (image)"),
    "address_image": ("住所（画像）", "Address (image)"),
    "certificate_full_name": ("氏名（証明書）", "Full name (certificate)"),
    "certificate_address": ("住所（証明書）", "Address (certificate)"),
    "certificate_birth_date": ("生年月日（証明書）", "Date of birth (certificate)"),
    "certificate_sex": ("性別（証明書）", "Sex (certificate)"),
}

_CATEGORIES = {
    "large": ("大型", "Large"), "ordinary": ("普通", "Ordinary"), "large_special": ("大型特殊", "Large special"),
    "large_motorcycle": ("大型二輪", "Large motorcycle"), "ordinary_motorcycle": ("普通二輪", "Ordinary motorcycle"),
    "small_special": ("小型特殊", "Small special"), "moped": ("原付", "Moped"), "towing": ("けん引", "Towing"),
    "large_second": ("大型二種", "Large, second class"), "ordinary_second": ("普通二種", "Ordinary, second class"),
    "large_special_second": ("大型特殊二種", "Large special, second class"),
    "towing_second": ("けん引二種", "Towing, second class"), "medium": ("中型", "Medium"),
    "medium_second": ("中型二種", "Medium, second class"), "semi_medium": ("準中型", "Semi-medium"),
}  # fmt: skip
_NUMBERED = {  # name, words, how many there can be
    "condition": (("免許の条件", "Condition"), 12),
    "remark": (("備考", "Remark"), 8),
    "external_character": (("外字", "Character as an image"), 7),
    "change_issuing_authority": (("追記：公安委員会", "Change of authority"), 15),
    "change_full_name": (("追記：氏名", "Change of name"), 8),
    "change_full_name_kana": (("追記：氏名カナ", "Change of katakana name"), 8),
    "change_address": (("追記：住所", "Change of address"), 8),
    "change_condition": (("追記：条件", "New condition"), 8),
    "change_condition_lifted": (("追記：条件解除", "Condition lifted"), 8),
    "change_remark": (("追記：備考", "Remark added"), 8),
}
ATTRIBUTES |= {f"category_{name}": (f"免許の種類：{ja}", f"Category: {en}") for name, (ja, en) in _CATEGORIES.items()}
ATTRIBUTES |= {
    f"{name}_{n}": (f"{ja} {n}", f"{en} {n}")
    for name, ((ja, en), most) in _NUMBERED.items()
    for n in range(1, most + 1)
}


def outcome_words(finding: Finding) -> Words:
    """The words for a finding: those of its outcome, or "Expired" where a date is what failed."""
    if finding.outcome is Outcome.FAILED and finding.reason == "expired":
        return EXPIRED
    return OUTCOMES[finding.outcome]
