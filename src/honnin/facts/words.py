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


def outcome_words(finding: Finding) -> Words:
    """The words for a finding: those of its outcome, or "Expired" where a date is what failed."""
    if finding.outcome is Outcome.FAILED and finding.reason == "expired":
        return EXPIRED
    return OUTCOMES[finding.outcome]
