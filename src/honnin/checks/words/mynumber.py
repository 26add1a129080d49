"""Every word a finding about a My Number Card says: what it proves, to whom, its clause, its reasons in two languages.

One table, to be held against the sheets line by line. Words of the outcomes themselves are in honnin.facts.words.
"""

from __future__ import annotations

from honnin.checks.making import Spec
from honnin.checks.words.mynumber_revocation import REVOKED, UNUSABLE
from honnin.facts import Audience, Proves

Text = tuple[str, str]


_DATA, _GENUINE, _VALID = Proves.ISSUER_DATA, Proves.CHIP_GENUINE, Proves.CURRENTLY_VALID
_SECRET = Proves.HOLDER_KNOWS_SECRET
_ANYONE, _DATA_ONLY, _HERE = Audience.ANYONE, Audience.ISSUER_DATA_ONLY, Audience.THIS_TERMINAL
_SERVICES = {"auth": ("利用者証明用", "authentication"), "sign": ("署名用", "signing")}

SPECS: dict[str, Spec] = {
    "mynumber.form": Spec("カードの種類", "Kind of card", None, None, "mynumber-card.md §4.2"),
    "mynumber.face.issuer": Spec("券面データの発行者", "Issuer of the face data", _DATA, _DATA_ONLY,
                                 "mynumber-card.md §7.1, §7.2"),
    "mynumber.face.signature": Spec("券面データの署名", "Signature of the face data", _DATA, _DATA_ONLY,
                                    "mynumber-card.md §7.3"),
    "mynumber.face.chip": Spec("チップが本物であること（券面）", "The chip is genuine (face)", _GENUINE, _ANYONE,
                               "mynumber-card.md §7.4"),
    "mynumber.text.issuer": Spec("文字データの発行者", "Issuer of the text data", _DATA, _DATA_ONLY,
                                 "mynumber-card.md §7.1, §7.2"),
    "mynumber.text.signature": Spec("文字データの署名", "Signature of the text data", _DATA, _DATA_ONLY,
                                    "mynumber-card.md §5.4, §7.3"),
    "mynumber.text.chip": Spec("チップが本物であること（文字）", "The chip is genuine (text)", _GENUINE, _ANYONE,
                               "mynumber-card.md §5.6, §7.4"),
    "mynumber.number": Spec("個人番号", "Individual number", _DATA, _DATA_ONLY, "mynumber-card.md §5.3, §5.4"),
    "mynumber.same_data": Spec("券面と文字が合うこと", "Face and text agree", None, None, "mynumber-card.md §7.5"),
    "mynumber.expiry": Spec("カードの有効期限", "Card's date of expiry", None, None, "mynumber-card.md §6.2, §7.5"),
    "mynumber.pin": Spec("暗証番号（4桁）", "PIN (4 digits)", _SECRET, _HERE, "mynumber-card.md §3"),
    "mynumber.currently_valid": Spec("いま有効なカードか", "Whether the card is valid now", _VALID, _DATA_ONLY,
                                     "mynumber-card.md §7.5"),
}  # fmt: skip
for _name, (_ja, _en) in _SERVICES.items():
    SPECS |= {
        f"mynumber.{_name}.chain": Spec(f"{_ja}証明書の発行者", f"Issuer of the {_en} certificate", _DATA, _DATA_ONLY,
                                        "jpki-validation.md §5.1 step 3"),
        f"mynumber.{_name}.policy": Spec(f"{_ja}証明書の種類", f"Policy of the {_en} certificate", _DATA, _DATA_ONLY,
                                         "jpki-validation.md §5.1 step 5"),
        f"mynumber.{_name}.usage": Spec(f"{_ja}証明書の用途", f"Usage of the {_en} certificate", _DATA, _DATA_ONLY,
                                        "jpki-validation.md §5.1 step 6"),
        f"mynumber.{_name}.validity": Spec(f"{_ja}証明書の期間", f"Period of the {_en} certificate", _DATA, _DATA_ONLY,
                                           "jpki-validation.md §5.1 step 7"),
        f"mynumber.{_name}.signature": Spec(f"{_ja}の鍵による署名", f"Signature by the {_en} key", _SECRET, _ANYONE,
                                            "jpki-validation.md §5.1 step 8"),
        f"mynumber.{_name}.revocation": Spec(f"{_ja}証明書の失効", f"Revocation of the {_en} certificate", _VALID,
                                             _DATA_ONLY, "jpki-validation.md §5.1 step 9"),
    }  # fmt: skip
SPECS["mynumber.sign.attributes"] = Spec(
    "証明書の4情報", "The four items in the certificate", _DATA, _DATA_ONLY, "jpki-validation.md §1.6"
)

_MALFORMED: Text = (
    "データの形が正しくないため、確認できません。",
    "The data are malformed, so this cannot be checked.",
)
_OTHER_JA = "別の書類でお願いしてください。"
_OTHER_EN = "Ask for another document."

_COMMON: dict[str, Text] = {
    "malformed": _MALFORMED,
    "not_read": (
        "カードから読んでいないため、確認できません。",
        "It was not read from the card, so it cannot be checked.",
    ),
    "not_asked": ("今回は求めていません。", "It was not asked for this time."),
    "dropped": (
        "個人番号がわかるデータは残していないため、あとから確認できません。",
        "Data that reveal the individual number are not kept, so this cannot be checked later.",
    ),
    "refused": (
        "カードが応じませんでした。" + _OTHER_JA,
        "The card refused. " + _OTHER_EN,
    ),
    "bad_proof": ("カードの答えの記録が正しくありません。", "The recorded answer of the card is not in order."),
    "origin_unknown": (
        "答えは合いますが、元になるデータの発行者を確認できないため、何も証明しません。",
        "The answer fits, but the issuer of what it rests on is not confirmed, so it proves nothing.",
    ),
    "no_certificate": (
        "発行者の証明書を読めません。" + _OTHER_JA,
        "The issuer's certificate cannot be read. " + _OTHER_EN,
    ),
    "bad_signature": (
        "署名が合いません。データが書き換えられたおそれがあります。" + _OTHER_JA,
        "The signature does not fit. The data may have been changed. " + _OTHER_EN,
    ),
    "changed": (
        "内容が署名と合いません。データが書き換えられたおそれがあります。" + _OTHER_JA,
        "The contents do not match the signature. The data may have been changed. " + _OTHER_EN,
    ),
}

_ISSUER: dict[str, Text] = {
    "ok": ("J-LISの鍵で発行されたデータです。", "The data were issued under a J-LIS key."),
    "no_anchor": (
        "このカードの発行者の鍵を持っていないため、確認できません。",
        "The key of this card's issuer is not at hand, so this cannot be checked.",
    ),
    "test_card": (
        "試験用カードです。本人確認には使えません。",
        "This is a test card. It cannot be used for an identity check.",
    ),
    "wrong_application": (
        "別の用途の鍵で発行されています。" + _OTHER_JA,
        "It was issued under a key for another purpose. " + _OTHER_EN,
    ),
}
_CHIP: dict[str, Text] = {
    "ok": (
        "チップは発行者が登録した鍵を持っています。写しではありません。",
        "The chip holds the key that the issuer registered. It is not a copy.",
    ),
    "wrong_answer": (
        "チップの答えが合いません。写しのおそれがあります。" + _OTHER_JA,
        "The chip's answer is wrong. It may be a copy. " + _OTHER_EN,
    ),
    "no_key": ("チップの鍵のデータを読めません。", "The data with the chip's key cannot be read."),
    "key_not_signed": (
        "チップの鍵に正しい署名がありません。" + _OTHER_JA,
        "The chip's key is not properly signed. " + _OTHER_EN,
    ),
}
_CHAIN: dict[str, Text] = {
    "ok": ("J-LISの認証局が発行した証明書です。", "The certificate was issued by J-LIS's authority."),
    "no_anchor": (
        "認証局の証明書が取り込まれていないため、確認できません。管理者に「honnin trust import」を頼んでください。",
        "Not checked: the authority's certificate is missing. Ask the administrator for “honnin trust import”.",
    ),
    "unknown_generation": (
        "この世代の認証局の証明書が取り込まれていないため、確認できません。",
        "The authority's certificate of this generation was not imported, so this cannot be checked.",
    ),
    "other_generation": (
        "証明書が示す世代と、署名した認証局の世代がちがいます。" + _OTHER_JA,
        "Another generation of the authority signed it than the one it names. " + _OTHER_EN,
    ),
    "aki_missing": ("証明書に発行者の鍵の番号がありません。", "The certificate does not name its issuer's key."),
    "aki_serial": ("証明書が示す認証局の番号が合いません。", "The authority's number in the certificate is wrong."),
    "wrong_store": (
        "別の種類の証明書です。署名用と利用者証明用は代わりになりません。",
        "It is a certificate of the other kind. Signing and authentication do not stand in for each other.",
    ),
    "is_anchor": ("認証局そのものの証明書です。", "It is the authority's own certificate."),
    "self_signed": ("自分で作った証明書です。" + _OTHER_JA, "It is a self-made certificate. " + _OTHER_EN),
    "is_ca": ("認証局用の証明書です。", "It is a certificate for an authority."),
    "key_cert_sign": ("証明書を発行できる証明書です。", "It is a certificate that may issue others."),
    "too_long": ("証明書が大きすぎます。", "The certificate is too large."),
    "not_der": ("証明書の書き方が決まりどおりではありません。", "The certificate is not encoded by the rules."),
    "signature_algorithm": (
        "証明書の署名の方式が決まりとちがいます。",
        "The certificate's signature algorithm is not allowed.",
    ),
    "key_type": ("証明書の鍵の種類が決まりとちがいます。", "The kind of key in the certificate is not allowed."),
    "key_size": ("証明書の鍵の長さが決まりとちがいます。", "The length of the key in the certificate is not allowed."),
    "key_exponent": (
        "証明書の鍵の値が決まりとちがいます。",
        "The exponent of the key in the certificate is not allowed.",
    ),
    "serial": ("証明書の番号が正しくありません。", "The serial number of the certificate is not valid."),
    "anchor_not_ca": ("取り込まれた認証局の証明書が正しくありません。", "The imported authority is not an authority."),
    "unknown_critical_extension": (
        "証明書に、知らない必須の項目があります。",
        "The certificate has a critical extension that is not known here.",
    ),
}
_POLICY: dict[str, Text] = {
    "ok": ("マイナンバーカードの証明書です。", "It is a certificate of a My Number Card."),
    "policy_missing": ("証明書の種類が書かれていません。", "The certificate does not say its policy."),
    "policy_several": ("証明書の種類が2つ以上書かれています。", "The certificate says several policies."),
    "policy_not_critical": (
        "証明書の種類が必須になっていません。",
        "The certificate's policy is not marked critical.",
    ),
    "policy_malformed": ("証明書の種類を読めません。", "The certificate's policy cannot be read."),
    "test_policy": ("試験用の証明書です。", "It is a test certificate."),
    "smartphone_policy": (
        "スマホ用の証明書です。まだ対応していません。",
        "It is a smartphone certificate: not supported yet.",
    ),
    "other_service_policy": ("別の用途の証明書です。", "It is a certificate for the other service."),
    "real_policy": ("模擬の証明書が本番の種類を名乗っています。", "A test certificate claims the policy of real ones."),
    "unknown_policy": ("知らない種類の証明書です。", "The certificate has an unknown policy."),
}
_USAGE: dict[str, Text] = {
    "ok": ("用途は決まりどおりです。", "The usage is as it must be."),
    "usage_missing": ("用途が書かれていません。", "The usage is missing."),
    "usage_not_critical": ("用途が必須になっていません。", "The usage is not marked critical."),
    "no_digital_signature": ("署名に使えない証明書です。", "The certificate is not for signatures."),
    "no_non_repudiation": ("否認防止の用途がありません。", "The usage lacks non-repudiation."),
    "other_usage": ("決まりにない用途があります。", "There are usages that must not be there."),
    "no_client_auth": ("利用者証明の用途がありません。", "The purpose of client authentication is missing."),
    "unexpected_purpose": ("決まりにない目的があります。", "There is a purpose that must not be there."),
}
_VALIDITY: dict[str, Text] = {
    "ok": ("期間内です。", "Within its period."),
    "not_yet_valid": ("まだ期間が始まっていません。", "The period has not begun."),
    "expired": (
        "期限が切れています。市区町村で更新できます。" + _OTHER_JA,
        "It has expired; the municipality renews it. " + _OTHER_EN,
    ),
    "anchor_not_yet_valid": ("認証局の期間が始まっていません。", "The authority's period has not begun."),
    "anchor_expired": ("認証局の期限が切れています。", "The authority has expired."),
}
_SIGNATURE: dict[str, Text] = {
    "ok": (
        "正しい暗証番号を知る人が、このカードで署名しました。",
        "Somebody who knows the secret signed with this card.",
    ),
    "bad_signature": (
        "署名が証明書の鍵と合いません。" + _OTHER_JA,
        "The signature does not fit the certificate's key. " + _OTHER_EN,
    ),
}
_REVOCATION: dict[str, Text] = {
    "ok": ("失効していません。", "Not revoked."),
    "no_answer": (
        "失効しているかは、まだ問い合わせていません。",
        "Nobody was asked whether it is revoked.",
    ),
    "revoked": (
        "失効しています。住所や氏名が変わったか、使えなくなったカードです。市区町村で確かめてもらってください。",
        "Revoked: address or name changed, or the card is not usable. The holder should ask the municipality.",
    ),
    "other_certificate": ("別の証明書についての答えです。", "The answer is about another certificate."),
    "unknown": ("問い合わせ先がこの証明書を知りません。", "The responder does not know this certificate."),
    "stale": ("答えが古いため、使えません。", "The answer is too old."),
    "from_the_future": ("答えの日時が未来です。", "The answer is from the future."),
    **UNUSABLE,
}

_REASONS: dict[str, dict[str, Text]] = {
    "mynumber.form": {
        "ok": ("マイナンバーカードです。", "It is a My Number Card."),
        "old_card": (
            "住民基本台帳カードです。本人確認には使えません。",
            "It is the old resident card, which no longer counts.",
        ),
        "phone": ("スマートフォンです。券面のデータはありません。", "It is a smartphone; it has no face data."),
        "unknown_form": ("知らない種類のカードです。", "It is an unknown kind of card."),
    },
    "mynumber.face.issuer": _ISSUER,
    "mynumber.text.issuer": _ISSUER,
    "mynumber.face.signature": {
        "ok": (
            "生年月日・性別・氏名と住所の画像・顔写真は、発行のときのままです。",
            "Birth date, sex, the images of name and address and the photo are as issued.",
        ),
    },
    "mynumber.text.signature": {
        "ok": (
            "氏名・住所・生年月日・性別は、署名されたままです。",
            "Name, address, birth date and sex are as signed.",
        ),
        "no_signature": ("署名のデータを読めません。" + _OTHER_JA, "The signature data cannot be read. " + _OTHER_EN),
        "not_opened": (
            "照合番号Aでは、氏名と住所の文字は読めません。",
            "The individual number does not open the text of name and address.",
        ),
    },
    "mynumber.face.chip": _CHIP,
    "mynumber.text.chip": _CHIP,
    "mynumber.number": {
        "ok": ("個人番号は署名されたままです。", "The individual number is as signed."),
        "image_signature": (
            "個人番号の画像の署名が合いません。" + _OTHER_JA,
            "The signature of the number's image does not fit. " + _OTHER_EN,
        ),
    },
    "mynumber.same_data": {
        "ok": (
            "券面データと文字データの生年月日と性別が同じです。",
            "Face data and text data have the same birth date and sex.",
        ),
        "differs": (
            "券面データと文字データの生年月日か性別がちがいます。" + _OTHER_JA,
            "Birth date or sex differ between face data and text data. " + _OTHER_EN,
        ),
    },
    "mynumber.expiry": {
        "ok": (
            "期限内です。年はチップが確かめました（月日に署名はありません）。",
            "Not expired. The chip confirmed the year (month and day are not signed).",
        ),
        "unsigned": (
            "期限内ですが、期限に署名はありません。券面の印刷を見て確かめてください。",
            "Not expired, but the date is not signed. Compare it with the print on the card.",
        ),
        "expired": ("カードの期限が切れています。" + _OTHER_JA, "The card has expired. " + _OTHER_EN),
        "year": (
            "チップの期限の年が、入力した番号とちがいます。" + _OTHER_JA,
            "The year of expiry on the chip differs from the number that was entered. " + _OTHER_EN,
        ),
        "no_date": ("期限の日付を読めません。", "The date of expiry cannot be read."),
    },
    "mynumber.pin": {
        "ok": ("チップが暗証番号を確かめました。", "The chip confirmed the PIN."),
        "chip_unproven": (
            "チップは暗証番号を受け付けましたが、本物と確認できていません。",
            "The chip took the PIN, but it was not confirmed to be genuine.",
        ),
    },
    "mynumber.currently_valid": {
        **_REVOCATION,
        **REVOKED,
        "ok": (
            "証明書は失効していません。このカードの鍵で署名できることも確かめました。",
            "The certificate is not revoked, and this card has used its key.",
        ),
        "possession_unproven": (
            "証明書は失効していませんが、このカードがその鍵を持つことを確かめていません。",
            "The certificate is not revoked, but this card was not seen to have its key.",
        ),
        "no_revocation": (
            "紛失や返納の届出は、チップからはわかりません。電子証明書の失効確認が必要です。",
            "The chip does not tell whether the card was lost or given back: that needs a check of its certificates.",
        ),
    },
    "mynumber.sign.attributes": {
        "ok": ("氏名・住所・生年月日・性別を読めました。", "Name, address, birth date and sex were read."),
        "substitutes": (
            "代わりの文字が使われています。正しい字は券面の画像で確かめてください。",
            "Substitute characters are used. See the image on the card for the exact ones.",
        ),
        "partial_date": ("生年月日の一部がわからない人です。", "Part of the birth date is not known."),
        "flags": (
            "代わりの文字の印が合わないため、正しい字かわかりません。人が確かめてください。",
            "The marks of substitute characters do not fit, so the exact characters are unknown. A person must check.",
        ),
        "no_names": ("証明書に4情報がありません。", "The certificate has no personal items."),
        "twice": ("同じ項目が2つあります。", "An item is there twice."),
        "value_type": ("項目の形が決まりとちがいます。", "An item has the wrong type."),
        "birth_date": ("生年月日の形が正しくありません。", "The birth date is malformed."),
        "era": ("生年月日と元号が合いません。", "The birth date does not fit its era."),
        "sex": ("性別の値が正しくありません。", "The value of sex is not valid."),
        "missing_name": ("氏名がありません。", "The name is missing."),
        "missing_address": ("住所がありません。", "The address is missing."),
        "missing_birth_date": ("生年月日がありません。", "The birth date is missing."),
        "missing_sex": ("性別がありません。", "The sex is missing."),
    },
}  # fmt: skip
for _name in _SERVICES:
    _REASONS |= {
        f"mynumber.{_name}.chain": _CHAIN,
        f"mynumber.{_name}.policy": _POLICY,
        f"mynumber.{_name}.usage": _USAGE,
        f"mynumber.{_name}.validity": _VALIDITY,
        f"mynumber.{_name}.signature": _SIGNATURE,
        f"mynumber.{_name}.revocation": _REVOCATION,
    }


def reason_text(finding_id: str, reason: str) -> Text:
    """(Japanese, English) for a reason; the common text when the finding has none of its own."""
    own = _REASONS.get(finding_id, {}).get(reason)
    return own if own is not None else _COMMON.get(reason, _MALFORMED)


def title(finding_id: str) -> Text:
    """(Japanese, English) name of a finding, for lists; the id itself when it is not one of a My Number Card."""
    spec = SPECS.get(finding_id)
    return (spec.title_ja, spec.title_en) if spec else (finding_id, finding_id)


def all_reasons() -> dict[str, dict[str, Text]]:
    """Every finding with every text it can say; for tests and for the pages that explain them."""
    return {finding_id: _COMMON | _REASONS.get(finding_id, {}) for finding_id in SPECS}
