"""Every word a finding about a residence card says: what it proves and to whom, its clause, its reasons.

One table, so that a reader can check it against the sheet (residence-card.md) line by line.
"""

from __future__ import annotations

from honnin.checks.making import Spec
from honnin.facts import Audience, Proves

Text = tuple[str, str]


_DATA, _GENUINE, _VALID = Proves.ISSUER_DATA, Proves.CHIP_GENUINE, Proves.CURRENTLY_VALID
_DATA_ONLY = Audience.ISSUER_DATA_ONLY

SPECS: dict[str, Spec] = {
    "residence.signature": Spec(
        "発行者の署名（チェックコード）", "Issuer's signature (check code)", _DATA, _DATA_ONLY,
        "在留カード等仕様書 3.4.3; residence-card.md §8.1, §8.2",
    ),
    "residence.certificate.chain": Spec(
        "署名した発行者", "Who signed", _DATA, _DATA_ONLY, "residence-card.md §8.3",
    ),
    "residence.certificate.validity": Spec(
        "署名用証明書の期間", "Period of the signing certificate", _DATA, _DATA_ONLY,
        "RFC 5280 §6.1.3; residence-card.md §8.3",
    ),
    "residence.certificate.authority": Spec(
        "発行者の認証局の期間", "Period of the issuing authority", None, None, "residence-card.md §8.3",
    ),
    "residence.copy": Spec(
        "チップが複製でないこと", "The chip is not a copy", _GENUINE, _DATA_ONLY, "residence-card.md §0, §8.4",
    ),
    "residence.card": Spec("カードの種類", "Kind of card", None, None, "residence-card.md §0, §1.5"),
    "residence.number": Spec(
        "入力した番号とチップの番号", "Typed number and number on the chip", None, None, "residence-card.md §2.4, §8.4",
    ),
    "residence.expiry": Spec(
        "カードの有効期間", "Card valid until", _VALID, _DATA_ONLY, "residence-card.md §6.2, §8.4",
    ),
    "residence.stay": Spec(
        "在留期間の満了日", "End of the period of stay", _VALID, _DATA_ONLY, "residence-card.md §6.2",
    ),
    "residence.portrait": Spec("顔写真のデータ", "Data of the portrait", None, None, "residence-card.md §2.2, §2.3"),
    "residence.pictures": Spec(
        "画像で入っている項目", "Items that are pictures", None, None, "residence-card.md §2.4, §9.1",
    ),
    "residence.unsigned": Spec("署名のない項目", "Items without signature", None, None, "residence-card.md §8.4"),
    "residence.files": Spec(
        "読めなかった項目", "Items that could not be read", None, None, "residence-card.md §2, §6.1",
    ),
    "residence.lookup": Spec(
        "番号の失効の照会", "Look-up of lapsed numbers", None, None, "residence-card.md §9",
    ),
}  # fmt: skip

_OTHER_JA, _OTHER_EN = "別の書類でお願いしてください。", "Ask for another document."
_COMPARE_JA, _COMPARE_EN = "顔と券面を必ず見比べてください。", "Always compare face and printed card."

_COMMON: dict[str, Text] = {
    "malformed": (
        f"データの形が正しくないため、確認できません。{_OTHER_JA}",
        f"The data are malformed, so this cannot be checked. {_OTHER_EN}",
    ),
    "card_type": (
        "カードの種類がわからないため、確認できません。", "The kind of card is not known, so this cannot be checked.",
    ),
    "absent": (
        "このカードには署名がないため、確認できません。", "This card carries no signature, so this cannot be checked.",
    ),
    "no_signature": (
        "このカードには署名がないため、チップの内容だけでは判断できません。券面を見て確かめてください。",
        "This card carries no signature, so the chip alone does not decide this. See the printed card.",
    ),
    "signature": (
        "発行者の署名を確認できないため、判断できません。",
        "The issuer's signature is not confirmed, so this cannot be judged.",
    ),
    "not_read": (
        "必要なファイルを読めませんでした。もう一度読み取ってください。",
        "A file that is needed could not be read. Read the card again.",
    ),
    "certificate": (
        f"チップの証明書の形が正しくありません。{_OTHER_JA}", f"The certificate on the chip is malformed. {_OTHER_EN}",
    ),
    "no_certificate": (
        "チップに署名用の証明書がないため、確認できません。", "The chip has no signing certificate to check with.",
    ),
    "unsupported": ("この方式はまだ確認できません。", "This method cannot be checked yet."),
    "no_date": ("日付が読めません。券面を見て確かめてください。", "The date is unreadable. See the printed card."),
}  # fmt: skip

_REASONS: dict[str, dict[str, Text]] = {
    "residence.signature": {
        "ok": ("署名は正しく、署名の後に変えられていません。", "The signature is right; nothing was changed after it."),
        "mismatch": (
            f"発行者の署名が合いません。内容が変えられたおそれがあります。{_OTHER_JA}",
            f"The issuer's signature does not match. The contents may have been changed. {_OTHER_EN}",
        ),
        "key": (
            f"証明書の鍵がこのカードの署名に使えるものではありません。{_OTHER_JA}",
            f"The key of the certificate is not one for this kind of card. {_OTHER_EN}",
        ),
        "layout": (
            f"署名の対象の項目の並びが仕様と違うため、どれが何かを決められません。{_OTHER_JA}",
            f"The signed items are not laid out as specified, so it cannot be told which is what. {_OTHER_EN}",
        ),
        "code_missing": (
            f"証明書はありますが署名がありません。署名が消されたおそれがあります。{_OTHER_JA}",
            f"There is a certificate but no signature. It may have been removed. {_OTHER_EN}",
        ),
        "absent": (
            (
                "署名も写真も入っていないカードです。16歳未満の人のカードはこの形です。"
                "チップの内容は確認できません。16歳以上に見える人なら、受け付けないでください。"
            ),
            (
                "A card without signature and photo, as those of people under 16 are. "
                "Its contents cannot be confirmed. Refuse it for anybody who looks 16 or older."
            ),
        ),
        "absent_infant": (
            "署名も写真も入っていないカードです。1歳未満の人のカードのほかは、受け付けないでください。",
            "A card without signature and photo. Refuse it for anybody but a child under one year.",
        ),
        "absent_with_photo": (
            f"写真があるのに署名がありません。署名が消されたおそれがあります。{_OTHER_JA}",
            f"There is a photo but no signature. The signature may have been removed. {_OTHER_EN}",
        ),
        "absent_by_age": (
            f"署名があるはずの年齢の人のカードに署名がありません。{_OTHER_JA}",
            f"A card of a person of this age should carry a signature, and it does not. {_OTHER_EN}",
        ),
    },
    "residence.certificate.chain": {
        "ok": (
            "登録された在留カードの認証局につながります。",
            "It leads to an authority for residence cards that is registered here.",
        ),
        "no_anchor": (
            (
                "署名した認証局の証明書が登録されていないため、だれが署名したかわかりません。"
                "入管庁のページの証明書を登録してください。"
            ),
            (
                "No registered authority signed this, so the signer is unknown. "
                "Register the certificates from the agency's page."
            ),
        ),
        "not_pinned": (
            "登録された証明書が、公表されたものと一致しません。このソフトの更新を確かめてください。",
            "The registered certificate is not one of those published. Check whether this program has an update.",
        ),
        "failed": (
            f"証明書の署名が入管庁の認証局のものではありません。偽造のおそれがあります。{_OTHER_JA}",
            f"The authority that the certificate names did not sign it. It may be forged. {_OTHER_EN}",
        ),
        "purpose": (
            f"証明書の種類が在留カードの署名のものではありません。{_OTHER_JA}",
            f"The certificate is not of a kind that signs residence cards. {_OTHER_EN}",
        ),
    },
    "residence.certificate.validity": {
        "ok": ("署名用証明書は期間内です。", "The signing certificate is within its period."),
        "expired": (
            f"署名用証明書の期間が過ぎています。{_OTHER_JA}", f"The signing certificate has expired. {_OTHER_EN}",
        ),
        "not_yet_valid": (
            "署名用証明書の期間がまだ始まっていません。この端末の日付を確かめてください。",
            "The signing certificate is not valid yet. Check the date of this computer.",
        ),
    },
    "residence.certificate.authority": {
        "expired": (
            "認証局の証明書の期間は過ぎています。その前に発行されたカードなら、これだけで偽物とは言えません。",
            "The authority's certificate has expired. A card issued before is not false for that alone.",
        ),
    },
    "residence.copy": {
        "no_chip_key": (
            f"在留カードのチップは自分が本物だと示せません。丸ごと複製されたチップは見分けられません。{_COMPARE_JA}",
            f"The chip of a residence card cannot prove itself. A full copy of it cannot be told apart. {_COMPARE_EN}",
        ),
    },
    "residence.card": {"ok": ("カードの種類がわかりました。", "The kind of card was recognised.")},
    "residence.number": {
        "ok": (
            "チップの番号は入力した番号と同じです。番号は署名の対象ではありません。券面と見比べてください。",
            "The number on the chip is the typed one. It is not signed: compare it with the printed card.",
        ),
        "differs": (
            f"チップの番号が入力した番号と違います。{_OTHER_JA}",
            f"The number on the chip differs from the typed one. {_OTHER_EN}",
        ),
        "picture": (
            "番号は券面の画像の中にあります。画像の番号と券面の番号を見比べてください。",
            "The number is inside the picture of the front. Compare it with the printed card.",
        ),
        "no_number": (
            "チップの番号が読めません。券面と見比べてください。",
            "The number on the chip is unreadable. See the printed card.",
        ),
        "nothing_typed": ("番号の入力がないため、比べていません。", "No number was typed, so nothing was compared."),
    },
    "residence.expiry": {
        "ok": ("カードの有効期間内です。", "The card has not expired."),
        "expired": (
            "カードの有効期間が過ぎています。有効な書類でお願いしてください。",
            "The card has expired. Ask for a document that is in force.",
        ),
        "picture": (
            "有効期間は券面の画像の中にあります。券面を見て確かめてください。",
            "The date of expiry is inside the picture of the front. See the printed card.",
        ),
    },
    "residence.stay": {
        "ok": ("在留期間内です。", "The period of stay has not ended."),
        "expired": (
            "在留期間の満了日が過ぎています。裏面の申請中の記載か、別の書類を確かめてください。",
            "The period of stay has ended. Look for a pending application on the back, or another document.",
        ),
        "pending": (
            "在留期間の満了日が過ぎていますが、更新などの申請中とあります（署名なし）。裏面を見て確かめてください。",
            "The period of stay has ended, but an application is marked as pending (unsigned). See the back.",
        ),
    },
    "residence.portrait": {
        "ok": ("顔写真の形式は正しいです。", "The portrait is in an allowed format."),
        "absent": (
            "チップに顔写真がありません。写真による確認はできません。",
            "There is no photo on the chip, so no face can be compared with it.",
        ),
        "unknown_format": (
            "顔写真の形式がわからないため、表示できません。",
            "The format of the portrait is unknown, so it cannot be shown.",
        ),
    },
    "residence.pictures": {
        "look": (
            "氏名などは文字ではなく画像です。画面の画像と券面を見比べてください。",
            "The name and other items are pictures, not text. Compare them on the screen with the printed card.",
        ),
        "missing": (
            "画像の項目がないか、形式がわかりません。券面を見て確かめてください。",
            "A picture is missing or of an unknown format. See the printed card.",
        ),
    },
    "residence.unsigned": {
        "first": (
            (
                "裏面の住居地、資格外活動の許可、更新の申請の有無、カードの種類は、署名の対象ではありません。"
                "券面と見比べてください。"
            ),
            (
                "The address on the back, the permissions, the pending application and the kind of card are not "
                "signed. Compare them with the printed card."
            ),
        ),
        "second": (
            (
                "カードの番号、住居地の画像、資格外活動の許可、申請の有無、備考、カードの種類は、署名の対象ではありません。"
                "券面と見比べてください。"
            ),
            (
                "Card number, picture of the address, permissions, pending application, remarks and kind of card are "
                "not signed. Compare them with the printed card."
            ),
        ),
    },
    "residence.files": {
        "malformed": (
            "読めない項目か、形が仕様と違う項目があります。その内容は使いません。",
            "Some items could not be read or are not as specified. Their contents are not used.",
        ),
    },
    "residence.lookup": {
        "manual": (
            "番号が失効していないかは、カードではわかりません。入管庁の「在留カード等番号失効情報照会」で確かめてください。",
            "The card does not tell whether its number has lapsed. Ask the agency's look-up of lapsed card numbers.",
        ),
    },
}  # fmt: skip


def reason_text(finding_id: str, reason: str) -> Text:
    """(Japanese, English) for a reason; the common text when the finding has none of its own."""
    text = _REASONS.get(finding_id, {}).get(reason)
    return text if text is not None else _COMMON.get(reason, _COMMON["malformed"])


def title(finding_id: str) -> Text:
    """(Japanese, English) name of a finding, for lists; the id itself when it is not one of a residence card."""
    spec = SPECS.get(finding_id)
    return (spec.title_ja, spec.title_en) if spec else (finding_id, finding_id)


def all_reasons() -> dict[str, dict[str, Text]]:
    """Every finding with every text it can say; for tests and for the pages that explain them."""
    return {finding_id: _COMMON | _REASONS.get(finding_id, {}) for finding_id in SPECS}
