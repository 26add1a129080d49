"""Words for what came of asking whether a JPKI certificate was revoked (jpki-validation.md §3.3, §3.4).

Each broken rule keeps its own code and sentence; what to do next is said once for each family of them.
"""

from __future__ import annotations

from honnin.trust.jpki_crl import CRL_PROBLEMS
from honnin.trust.jpki_ocsp import OCSP_PROBLEMS

Text = tuple[str, str]

_AGAIN: Text = ("少し待ってから、もう一度問い合わせてください。", "Wait a little, then ask again.")
_ADMIN: Text = ("管理者に問い合わせ先の設定を確かめてもらってください。", "Ask the administrator to check the service.")
_NEWER: Text = ("新しい失効情報を取り直してください。", "Fetch newer revocation information.")
_FALSE: Text = (
    "この答えは使えません。にせものや取り違えのおそれがあるため、管理者に知らせてください。",
    "The answer cannot be used. It may be forged or mixed up: tell the administrator.",
)

_OCSP: dict[str, tuple[Text, Text]] = {
    "ocsp_too_large": (("失効の答えが大きすぎます。", "The answer is too large."), _FALSE),
    "ocsp_malformed": (("失効の答えの形が正しくありません。", "The answer is malformed."), _FALSE),
    "ocsp_authority": (("証明書を発行した認証局がわかりません。", "The certificate's authority is not known."), _ADMIN),
    "ocsp_malformed_request": (("問い合わせ先が質問を読めませんでした。", "The request was not understood."), _ADMIN),
    "ocsp_internal_error": (("問い合わせ先が故障しています。", "The responder has a fault."), _AGAIN),
    "ocsp_try_later": (("問い合わせ先が混み合っています。", "The responder is busy."), _AGAIN),
    "ocsp_signature_required": (
        ("問い合わせ先が、署名のある質問を求めています。", "The responder wants signed requests."), _ADMIN,
    ),
    "ocsp_unauthorized": (("問い合わせ先が答えを断りました。", "The responder does not answer this."), _ADMIN),
    "ocsp_status": (("問い合わせ先の答えが知らない種類です。", "The responder's status is unknown."), _ADMIN),
    "ocsp_version": (("失効の答えが知らない版です。", "The answer has an unknown version."), _ADMIN),
    "ocsp_other_hash": (("答えの証明書の示し方が質問とちがいます。", "The answer uses another hash."), _FALSE),
    "ocsp_other_issuer_name": (("別の発行者の証明書についての答えです。", "It is about another issuer."), _FALSE),
    "ocsp_other_issuer_key": (
        ("別の世代の認証局の証明書についての答えです。", "It is about another generation of the authority."), _FALSE,
    ),
    "ocsp_other_serial": (("別の証明書についての答えです。", "It is about another certificate."), _FALSE),
    "ocsp_several": (("この証明書についての答えが1つではありません。", "There is not exactly one answer."), _FALSE),
    "ocsp_responder_unknown": (("答えた者がわかりません。", "It is not known who answered."), _FALSE),
    "ocsp_responder_malformed": (
        ("答えた者の証明書を読めません。", "The responder's certificate cannot be read."), _FALSE,
    ),
    "ocsp_responder_issuer": (
        ("答えた者の証明書が、別の認証局のものです。", "Another authority certified the responder."), _FALSE,
    ),
    "ocsp_responder_signature": (
        ("答えた者の証明書の署名が合いません。", "The responder's certificate is not signed by the authority."), _FALSE,
    ),
    "ocsp_responder_purpose": (
        ("答えた者の証明書は、失効の答えに使えません。",
         "The responder's certificate is not for this purpose."), _FALSE,
    ),
    "ocsp_responder_usage": (
        ("答えた者の証明書の用途が合いません。", "The responder's certificate has the wrong usage."), _FALSE,
    ),
    "ocsp_responder_is_ca": (
        ("答えた者の証明書が認証局用です。", "The responder's certificate is an authority's."),
        _FALSE,
    ),
    "ocsp_responder_extension": (
        ("答えた者の証明書に、知らない必須の項目があります。",
         "The responder's certificate has an unknown critical extension."), _ADMIN,
    ),
    "ocsp_responder_key": (("答えた者の鍵が弱すぎます。", "The responder's key is too weak."), _FALSE),
    "ocsp_responder_algorithm": (
        ("答えた者の証明書の署名方式が許されていません。",
         "The responder's certificate is signed in a way not allowed."),
        _FALSE,
    ),
    "ocsp_responder_not_yet_valid": (
        ("答えた者の証明書の期間が始まっていません。", "The responder's certificate is not valid yet."), _ADMIN,
    ),
    "ocsp_responder_expired": (
        ("答えた者の証明書の期限が切れています。", "The responder's certificate has expired."), _ADMIN,
    ),
    "ocsp_algorithm": (("答えの署名方式が許されていません。", "The answer is signed in a way not allowed."), _FALSE),
    "ocsp_bad_signature": (("答えの署名が合いません。", "The signature of the answer does not fit."), _FALSE),
    "ocsp_unknown_extension": (
        ("答えに、知らない必須の項目があります。", "The answer has an unknown critical extension."), _ADMIN,
    ),
    "ocsp_nonce_missing": (
        ("答えに、質問の番号が入っていません。", "The nonce of the request did not come back."), _AGAIN,
    ),
    "ocsp_nonce_other": (("別の質問への答えです。", "It is the answer to another request."), _FALSE),
    "ocsp_produced_in_future": (("答えの作成日時が未来です。", "The answer was made in the future."), _ADMIN),
    "ocsp_produced_too_early": (
        ("答えの作成日時が内容より前です。", "The answer was made before what it reports."), _FALSE,
    ),
    "ocsp_from_the_future": (("答えの内容が未来の日時です。", "The answer reports the future."), _ADMIN),
    "ocsp_times": (("答えの次の更新が前後しています。", "The answer's next update precedes this one."), _FALSE),
    "ocsp_stale": (("答えの次の更新の時刻を過ぎています。", "The answer's next update is over."), _NEWER),
    "ocsp_no_next_update": (
        ("次の更新の時刻がなく、答えも古くなっています。", "It names no next update and is no longer fresh."), _NEWER,
    ),
    "ocsp_too_old": (("答えが古すぎます。", "The answer is older than the limit."), _NEWER),
}  # fmt: skip
_CRL: dict[str, tuple[Text, Text]] = {
    "crl_too_large": (("失効の一覧が大きすぎます。", "The list is too large."), _ADMIN),
    "crl_malformed": (("失効の一覧の形が正しくありません。", "The list is malformed."), _FALSE),
    "crl_authority": (("証明書を発行した認証局が合いません。", "The certificate's authority does not fit."), _ADMIN),
    "crl_issuer": (("別の発行者の一覧です。", "It is another issuer's list."), _FALSE),
    "crl_delta": (("差分だけの一覧です。", "It is a list of changes only."), _ADMIN),
    "crl_unknown_extension": (
        ("一覧に、知らない必須の項目があります。", "The list has an unknown critical extension."), _ADMIN,
    ),
    "crl_aki_missing": (("一覧が、署名した鍵を示していません。", "The list does not name its signer's key."), _FALSE),
    "crl_other_generation": (
        ("別の世代の鍵で署名された一覧です。", "The list is signed with another generation's key."), _ADMIN,
    ),
    "crl_signer_usage": (("一覧に署名できない鍵です。", "That key may not sign lists."), _FALSE),
    "crl_algorithm": (("一覧の署名方式が許されていません。", "The list is signed in a way not allowed."), _FALSE),
    "crl_bad_signature": (("一覧の署名が合いません。", "The signature of the list does not fit."), _FALSE),
    "crl_point_missing": (("どの市区町村の一覧か書かれていません。", "The list does not say whose it is."), _FALSE),
    "crl_point_not_critical": (
        ("一覧の範囲が必須になっていません。", "The scope of the list is not marked critical."), _FALSE,
    ),
    "crl_point_malformed": (("一覧の範囲を読めません。", "The scope of the list cannot be read."), _FALSE),
    "crl_indirect": (("別の発行者の証明書も載る一覧です。", "It is an indirect list."), _ADMIN),
    "crl_some_reasons": (("一部の理由だけの一覧です。", "The list covers some reasons only."), _ADMIN),
    "crl_not_for_holders": (("利用者の証明書の一覧ではありません。", "It is not a list for holders."), _ADMIN),
    "crl_certificate_point": (
        ("証明書に、一覧の場所が正しく書かれていません。", "The certificate does not properly name its list."), _ADMIN,
    ),
    "crl_other_point": (("別の市区町村の一覧です。", "It is another municipality's list."), _NEWER),
    "crl_entry_extension": (
        ("一覧の中に、知らない必須の項目があります。", "An entry of the list has a critical extension."), _ADMIN,
    ),
    "crl_number_missing": (("一覧に番号がありません。", "The list has no number."), _FALSE),
    "crl_number_lower": (("前に見た一覧より古いものです。", "The list is older than one seen before."), _NEWER),
    "crl_from_the_future": (("一覧の日時が未来です。", "The list is from the future."), _ADMIN),
    "crl_no_next_update": (("一覧に次の更新がありません。", "The list names no next update."), _FALSE),
    "crl_stale": (("一覧の次の更新の時刻を過ぎています。", "The list's next update is over."), _NEWER),
    "crl_too_old": (("一覧が古すぎます。", "The list is older than the limit."), _NEWER),
}  # fmt: skip
assert _OCSP.keys() == OCSP_PROBLEMS.keys()
assert _CRL.keys() == CRL_PROBLEMS.keys()

# Why an answer that did come cannot be used, and that none came.
UNUSABLE: dict[str, Text] = {
    code: (what[0] + then[0], f"{what[1]} {then[1]}") for code, (what, then) in (_OCSP | _CRL).items()
} | {
    "no_response": (
        "失効を問い合わせましたが、返事がありません。" + _AGAIN[0],
        "The revocation service was asked but did not answer. " + _AGAIN[1],
    ),
}

_MUNICIPALITY: Text = (
    "市区町村の窓口で新しくしてもらってから、もう一度お願いしてください。",
    "Ask the holder to have it renewed by the municipality first.",
)
_NEUTRAL: Text = (
    "このカードでは手続きできません。別の方法でお願いしてください。",
    "This card cannot be used here. Ask for another way.",
)
# Never more than is needed: why a card ended is the holder's business (§3.4, neutral wording).
REVOKED: dict[str, Text] = {
    "revoked_affiliation_changed": (
        "住所や氏名などが変わったため、証明書が失効しています。" + _MUNICIPALITY[0],
        "The certificate was revoked because address, name or another item changed. " + _MUNICIPALITY[1],
    ),
    "revoked_superseded": (
        "新しい証明書に替わったため、失効しています。新しいカードでお願いしてください。",
        "The certificate was replaced by a newer one. Ask for the newer card.",
    ),
    "revoked_key_compromise": (
        "紛失などの届出があり、失効しています。" + _NEUTRAL[0],
        "It was revoked after a report such as a loss. " + _NEUTRAL[1],
    ),
    "revoked_certificate_hold": (
        "カードが一時停止になっています。停止が解かれても、この証明書は使えるようになりません。" + _NEUTRAL[0],
        "The card is suspended. This certificate will not become usable again. " + _NEUTRAL[1],
    ),
    "revoked_cessation_of_operation": ("証明書が失効しています。" + _NEUTRAL[0], "It was revoked. " + _NEUTRAL[1]),
    "revoked_ca_compromise": (
        "認証局の事情で失効しています。" + _NEUTRAL[0], "It was revoked by the authority. " + _NEUTRAL[1],
    ),
    "revoked_unspecified": (
        "証明書が失効しています（理由の記載なし）。" + _NEUTRAL[0],
        "It was revoked; no reason is given. " + _NEUTRAL[1],
    ),
}  # fmt: skip
