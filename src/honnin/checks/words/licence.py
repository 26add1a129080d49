"""Every word a finding about a driver's licence says: what it proves, to whom, its clause, its reasons.

One table for both forms, by what stands behind the document's name in the id. To be held against the sheet line by
line. Words of the outcomes themselves are in honnin.facts.words.
"""

from __future__ import annotations

from honnin.checks.making import Spec
from honnin.facts import Audience, Proves

Text = tuple[str, str]


_DATA, _GENUINE, _VALID = Proves.ISSUER_DATA, Proves.CHIP_GENUINE, Proves.CURRENTLY_VALID
_DATA_ONLY, _HERE = Audience.ISSUER_DATA_ONLY, Audience.THIS_TERMINAL

SPECS: dict[str, Spec] = {
    "form": Spec("データの形", "Form of the data", None, None, "drivers-licence.md §5, §7, §15.4"),
    "signature": Spec("発行者の署名", "Issuer's signature", _DATA, _DATA_ONLY, "drivers-licence.md §11, §15.5"),
    "signer": Spec("署名した人の証明書の期間", "Period of the signer's certificate", _DATA, _DATA_ONLY,
                   "drivers-licence.md §11.4"),
    "chip": Spec("チップが本物であること", "The chip is genuine", _GENUINE, _HERE, "drivers-licence.md §11.6, §15.6"),
    "pin": Spec("暗証番号", "PIN", Proves.HOLDER_KNOWS_SECRET, _HERE, "drivers-licence.md §14, §15.3"),
    "expiry": Spec("有効期間の末日", "Last day of validity", None, None, "drivers-licence.md §7, §15.4"),
    "currently_valid": Spec("いま有効な免許か", "Whether the licence is in force", _VALID, _DATA_ONLY,
                            "drivers-licence.md §11.6"),
    "dates": Spec("日付どうしが合うこと", "Dates agree", None, None, "drivers-licence.md §6.1, §7"),
    "version": Spec("免許証の版", "Version of the licence", None, None, "drivers-licence.md §1, §6.1"),
    "changes": Spec("発行後の追記", "Changes after issue", None, None, "drivers-licence.md §10"),
    "characters": Spec("文字で表せない字", "Characters that cannot be written", None, None,
                       "drivers-licence.md §9, §13"),
    "portrait": Spec("顔写真のデータ", "Data of the portrait", None, None, "drivers-licence.md §12"),
    "identity": Spec("だれのものか", "Whose it is", None, None, "drivers-licence.md §15.4, §15.6"),
    "contents": Spec("入っている情報", "What is recorded", None, None, "drivers-licence.md §16"),
}  # fmt: skip

_COMMON: dict[str, Text] = {
    "ok": ("合っています。", "It fits."),
    "malformed": (
        "データの形が正しくないため、確認できません。",
        "The data are malformed, so this cannot be checked.",
    ),
    "not_read": (
        "暗証番号を使っていないため、読んでいません。",
        "It was not read, because no PIN was used.",
    ),
    "no_date": ("日付が読めないため、判断できません。", "No date could be read, so this cannot be judged."),
    "unsigned": (
        "署名を確認できていないため、本物の日付とは言えません。",
        "The signature is not confirmed, so this date cannot be called genuine.",
    ),
}
_BY_ID: dict[str, dict[str, Text]] = {
    "form": {
        "ok": ("データはきまりどおりの形です。", "The data have their proper form."),
        "malformed": (
            "データの一部がきまりどおりの形ではありません。別の書類でもお願いしてください。",
            "Some of the data do not have their proper form. Ask for another document too.",
        ),
        "directory_blocked": (
            "カードが、領域が閉じられている（閉塞）と警告しました。内容は読めています。別の書類でもお願いしてください。",
            "The card warned that an area is closed. Its contents were read. Ask for another document too.",
        ),
        "refused": (
            "カードが渡さなかったデータがあります。もう一度読み取ってください。",
            "The card did not give some of the data. Read it again.",
        ),
    },
    "signature": {
        "ok": (
            "発行したときの内容と写真は、発行者が署名したものから変わっていません。",
            "The contents and photo of the day of issue are as the issuer signed them.",
        ),
        "no_anchor": (
            ("署名した警察の証明書がこの事業所に登録されていないため、確認できません（証明書は公開されていません）。"
            "顔と印字を必ず見比べてください。"),
            ("The certificate of the police who signed is not registered here, so this cannot be checked (the "
            "certificates are not published). Compare face and print."),
        ),
        "pin1_only": (
            ("暗証番号1だけでは署名を確認できません（署名には本籍と写真が含まれます）。チップから読んだだけの内容です。"
            "確認するには暗証番号2も入れてもらってください。"),
            ("PIN 1 alone proves nothing: the signature also covers the registered domicile and the photo. This was "
            "read from the chip and not authenticated. To check it, ask for PIN 2 as well."),
        ),
        "dropped": (
            "本籍は読み取ったときの確認に使い、残していません。そのため、署名をもう一度は確認できません。",
            ("The registered domicile was used for the check at the time of reading and not kept, so the signature "
            "cannot be checked again."),
        ),
        "incomplete": (
            "署名の確認に必要なデータを読めませんでした。もう一度読み取ってください。",
            "Data needed to check the signature could not be read. Read it again.",
        ),
        "mismatch": (
            "署名と内容が合いません。書きかえられたか、署名される範囲がこのソフトの知らないものです。この書類では確認できません。",
            ("The signature does not match the contents: they were changed, or what is signed is not what this program "
            "knows. This document cannot be relied on."),
        ),
        "borders": (
            "署名は項目の値だけに合い、項目の区切りには合いません。区切りをずらされても分からないため、確認済みとは言えません。",
            ("The signature fits the values of the items alone, not their borders. Moved borders would not be noticed, "
            "so this is not confirmed."),
        ),
        "signature": (
            "発行者の鍵で作られた署名ではありません。この書類では確認できません。",
            "The signature was not made with the issuer's key. This document cannot be relied on.",
        ),
        "unsupported": ("この署名の方式はまだ確認できません。", "This method of signature cannot be checked yet."),
        "malformed": (
            "署名のデータの形が正しくありません。この書類では確認できません。",
            "The data of the signature are malformed. This document cannot be relied on.",
        ),
    },
    "signer": {
        "ok": (
            "交付の日、署名した人の証明書は有効でした。失効は確認していません（失効リストはありません）。",
            "The signer's certificate was valid on the day of issue. Revocation is not checked (no list exists).",
        ),
        "outside": (
            "交付の日に、署名した人の証明書は有効ではありませんでした。",
            "The signer's certificate was not valid on the day of issue.",
        ),
        "no_day": (
            "署名した日が分からないため、証明書の期間を確かめられません。",
            "The day of signing is not known, so the certificate's period cannot be compared.",
        ),
        "no_signature": (
            "署名を確認できていないため、判断できません。",
            "The signature is not confirmed, so this cannot be judged.",
        ),
    },
    "chip": {
        "not_offered": (
            "免許のICチップには本物かを確かめる機能がありません。完全な複製は見分けられません。顔と印字を必ず見比べてください。",
            "A licence's chip has no way to prove itself. A full copy cannot be told apart: compare face and print.",
        ),
    },
    "pin": {
        "chip_unproven": (
            "チップは暗証番号を受け付けました。複製されたチップは何でも受け付けるので、本人である証明にはなりません。",
            "The chip took the PIN. A copied chip takes any, so this does not prove that the holder knows it.",
        ),
        "not_set": (
            "暗証番号が設定されていないカードです。だれでも読めるため、暗証番号による確認はしていません。",
            "No PIN is set on this card. Anybody can read it; nothing was confirmed by a PIN.",
        ),
        "not_used": ("暗証番号は使っていません。", "No PIN was used."),
    },
    "expiry": {
        "ok": ("有効期間内です。", "It has not expired."),
        "expired": (
            "有効期間が過ぎています。本人確認に使えません。別の書類でお願いしてください。",
            "It has expired and cannot be used to identify the customer. Ask for another document.",
        ),
    },
    "currently_valid": {
        "no_revocation": (
            "取り消しや紛失の情報はカードからは分かりません。有効期間だけを見ています。",
            "The card does not tell whether it was cancelled or lost. Only the date is known.",
        ),
    },
    "dates": {
        "ok": ("共通データと記載事項の日付が合っています。", "The dates of the common data and of the contents agree."),
        "differs": (
            "共通データと記載事項の日付がちがいます。別の書類でお願いしてください。",
            "The dates of the common data and of the contents differ. Ask for another document.",
        ),
    },
    "version": {
        "ok": ("このソフトが知っている版です。", "This program knows the version."),
        "unknown": (
            "このソフトが知らない版です。読みちがいがないか、印字と見比べてください。",
            "This program does not know the version. Compare what was read with the print.",
        ),
    },
    "changes": {
        "none": (
            "発行後の追記はありません。追記の欄には署名がないため、追記が消されていても分かりません。",
            "No change was written after issue. Changes are not signed, so one that was erased would not be noticed.",
        ),
        "unsigned": (
            "発行後に書きかえられた項目があります。追記には署名がありません。元の内容と並べて表示します。裏面の記載と見比べてください。",
            ("Items were changed after issue. Changes are not signed. They are shown beside the original: compare them "
            "with the back of the card."),
        ),
        "order": (
            "追記の番号の順と日付の順がちがいます。どれが今の内容か、裏面の記載で確かめてください。",
            "The changes are not in the order of their dates. See on the back of the card which is the current one.",
        ),
        "malformed": (
            "読めない追記があります。裏面の記載を確かめてください。",
            "A change could not be read. See the back of the card.",
        ),
    },
    "characters": {
        "glyphs": (
            "文字コードにない字（外字）があります。〓の所は画像の字です。印字を見て確かめてください。",
            "There are characters outside the code. Where 〓 stands, the card has an image: compare the print.",
        ),
        "missing": (
            "カードにも入っていない字（欠字）があります。〓の所は印字を見て確かめてください。",
            "A character is missing even on the card. Where 〓 stands, see the print.",
        ),
        "unknown": (
            "読めない文字コードがあります。〓の所は印字を見て確かめてください。",
            "There are codes that are no character. Where 〓 stands, see the print.",
        ),
        "changed_1983": (
            "古い規格（1978年版）で書かれていて、似た字と入れかわったかもしれない字があります。印字を見て確かめてください。",
            ("It is written in the edition of 1978, and a character may have changed places with a similar one. "
            "See the print."),
        ),
    },
    "portrait": {
        "ok": ("顔写真があります。", "There is a portrait."),
        "absent": (
            "顔写真がありません。印刷された写真で確かめてください。",
            "There is no portrait. Use the printed photo.",
        ),
        "not_read": (
            "暗証番号2を使っていないため、顔写真は読んでいません。",
            "The portrait was not read, because PIN 2 was not used.",
        ),
        "unknown_format": (
            "顔写真の形式が分かりません。印刷された写真で確かめてください。",
            "The format of the portrait is not known. Use the printed photo.",
        ),
    },
    "identity": {
        "no_identity_items": (
            ("マイナ免許証には氏名、住所、生年月日が入っていません。これだけでは本人確認になりません。"
            "同じカードの券面の情報といっしょに確かめてください。"),
            ("The licence on a My Number Card holds no name, address or date of birth and identifies nobody by itself. "
            "Check it together with the other data of the same card."),
        ),
    },
    "contents": {
        "ok": ("免許情報が記録されています。", "A licence is recorded."),
        "history_only": (
            "運転経歴情報だけが記録されています。免許ではありません。",
            "Only a driving history is recorded. This is not a licence.",
        ),
        "empty": (
            "免許の領域はありますが、免許は記録されていません。",
            "The licence application is there, but no licence is recorded.",
        ),
    },
}


def reason_text(finding_id: str, reason: str) -> Text:
    """The sentence in Japanese and English; a reason without one reads as malformed, never as good."""
    own = _BY_ID.get(finding_id.partition(".")[2], {})
    return own.get(reason) or _COMMON.get(reason) or _COMMON["malformed"]


def title(finding_id: str) -> Text:
    """The finding's title in Japanese and English; an unknown id is its own title."""
    spec = SPECS.get(finding_id.partition(".")[2])
    return (spec.title_ja, spec.title_en) if spec is not None else (finding_id, finding_id)
