"""Every word a finding about a passport says: what it proves and to whom, its clause, its reasons in two languages.

One table, so that a reader can check it against the sheet (passport.md §13) line by line, and so that building a
finding costs two look-ups. Words of the outcomes themselves are in honnin.facts.words.
"""

from __future__ import annotations

from honnin.checks.making import Spec
from honnin.facts import Audience, Proves

_DATA, _GENUINE, _VALID = Proves.ISSUER_DATA, Proves.CHIP_GENUINE, Proves.CURRENTLY_VALID
_ANYONE, _DATA_ONLY, _HERE = Audience.ANYONE, Audience.ISSUER_DATA_ONLY, Audience.THIS_TERMINAL

SPECS: dict[str, Spec] = {
    "passport.sod.structure": Spec(
        "署名ファイルの形", "Form of the signature file", _DATA, _DATA_ONLY, "Doc 9303-10 §4.6.2; passport.md §10.1"
    ),
    "passport.sod.signature": Spec(
        "発行者の署名", "Issuer's signature", _DATA, _DATA_ONLY, "Doc 9303-11 §5.1; RFC 5652 §5.4; passport.md §10.2"
    ),
    "passport.sod.hashes": Spec(
        "内容が署名と合うこと", "Contents match the signature", _DATA, _DATA_ONLY, "Doc 9303-11 §5.1; passport.md §10.2"
    ),
    "passport.sod.unlisted": Spec(
        "署名のないファイル", "Files without signature", None, None, "Doc 9303-11 §5.1; passport.md §13 row 6"
    ),
    "passport.sod.weak": Spec(
        "署名の方式の強さ", "Strength of the signature", None, None, "Doc 9303-12 §4.4; passport.md §10.2"
    ),
    "passport.dsc.chain": Spec(
        "署名した国", "Country that signed", _DATA, _DATA_ONLY, "Doc 9303-12 App. D; passport.md §11.1"
    ),
    "passport.dsc.validity": Spec(
        "署名用証明書の期間",
        "Period of the signing certificate",
        _DATA,
        _DATA_ONLY,
        "RFC 5280 §6.1.3; passport.md §11.1",
    ),
    "passport.dsc.revocation": Spec(
        "署名用証明書の失効",
        "Revocation of the signing certificate",
        _DATA,
        _DATA_ONLY,
        "Doc 9303-12 §7.1.3; passport.md §11.4",
    ),
    "passport.aa": Spec(
        "チップが本物であること（AA）",
        "The chip is genuine (Active Authentication)",
        _GENUINE,
        _ANYONE,
        "Doc 9303-11 §6.1; passport.md §9.2",
    ),
    "passport.ca": Spec(
        "チップが本物であること（CA）",
        "The chip is genuine (Chip Authentication)",
        _GENUINE,
        _HERE,
        "Doc 9303-11 §6.2; passport.md §9.1",
    ),
    "passport.pace_cam": Spec(
        "チップが本物であること（PACE-CAM）",
        "The chip is genuine (PACE-CAM)",
        _GENUINE,
        _HERE,
        "Doc 9303-11 §4.4.3.5; passport.md §8.5",
    ),
    "passport.access": Spec(
        "チップとの安全な接続", "Secure access to the chip", None, None, "Doc 9303-11 §4.2, §9.2.8; passport.md §8.8"
    ),
    "passport.mrz.check_digits": Spec(
        "番号の検査数字", "Check digits of the lines", None, None, "Doc 9303-3 §4.9; passport.md §4"
    ),
    "passport.mrz.matches_key": Spec(
        "入力した番号とチップの内容",
        "Typed numbers and contents of the chip",
        None,
        None,
        "Doc 9303-11 §5.1; passport.md §13 row 12",
    ),
    "passport.expiry": Spec("有効期間満了日", "Date of expiry", _VALID, _DATA_ONLY, "Doc 9303-3 §4.8; passport.md §4"),
    "passport.country": Spec(
        "発行国と署名した国",
        "Issuing state and signing country",
        None,
        None,
        "Doc 9303-12 §7.1; passport.md §11.1",
    ),
    "passport.portrait": Spec(
        "顔写真のデータ", "Data of the portrait", None, None, "Doc 9303-10 §4.7.2; passport.md §12"
    ),
    "passport.data_groups": Spec("そのほかの項目", "Other items", None, None, "Doc 9303-10 §4.7; passport.md §12"),
}

Text = tuple[str, str]

_MALFORMED: Text = (
    "データの形が正しくないため、確認できません。",
    "The data are malformed, so this cannot be checked.",
)
_COMMON: dict[str, Text] = {
    "malformed": _MALFORMED,
    "absent": ("署名ファイル（EF.SOD）がありません。", "There is no signature file (EF.SOD)."),
    "structure": (
        "署名ファイルの形が正しくないため、確認できません。",
        "The signature file is malformed, so this cannot be checked.",
    ),
    "no_certificate": (
        "署名した人の証明書が見つからないため、確認できません。",
        "The signer's certificate was not found, so this cannot be checked.",
    ),
    "signature": (
        "発行者の署名を確認できないため、判断できません。",
        "The issuer's signature is not confirmed, so this cannot be judged.",
    ),
    "origin_unknown": (
        "合っていますが、発行国の証明書が確認できないため、本物とは言えません。",
        "It fits, but the issuing country is not confirmed, so it cannot be called genuine.",
    ),
    "unsupported": (
        "この方式はまだ確認できません。",
        "This method cannot be checked yet.",
    ),
    "files": (
        "ファイルだけでは確認できません。旅券を読み取り機に置いてください。",
        "Files alone cannot show this. Place the passport on a reader.",
    ),
}

_CHIP: dict[str, Text] = {
    "ok": ("チップは複製ではありません。", "The chip is not a copy."),
    "not_offered": (
        "このチップにはこの機能がありません。完全な複製は見分けられません。顔と印字を必ず見比べてください。",
        "This chip has no such function. A full copy cannot be told apart: compare face and print.",
    ),
    "not_signed": (
        "チップの鍵が署名の対象ではないため、使いません。顔と印字を必ず見比べてください。",
        "The chip's key is not covered by the signature, so it is not used. Compare face and print.",
    ),
    "malformed": (
        "チップの答えの形が正しくありません。もう一度読み取り、だめなら別の書類でお願いしてください。",
        "The chip's answer is malformed. Read it again; if that fails, ask for another document.",
    ),
    "other_way": (
        "別の方法を使ったため、行っていません。",
        "Another way was used, so this was not done.",
    ),
    "key_hidden": (
        "署名ではあるはずの鍵を、チップが出しません。複製のおそれがあります。別の書類でお願いしてください。",
        "The signature lists a key that the chip does not show. It may be a copy. Ask for another document.",
    ),
    "key_mismatch": (
        "チップの鍵が署名と合いません。複製のおそれがあります。別の書類でお願いしてください。",
        "The chip's key does not match the signature. It may be a copy. Ask for another document.",
    ),
    "not_completed": (
        "チップは本物であることを示せるはずですが、終わりませんでした。もう一度読み取ってください。",
        "The chip should be able to prove itself, but did not finish. Read it again.",
    ),
    "refused": (
        "チップが確認を断りました。もう一度読み取り、だめなら別の書類でお願いしてください。",
        "The chip refused the check. Read it again; if that fails, ask for another document.",
    ),
    "short_reader": (
        "この読み取り機では長い命令を送れないため、確認できません。別の読み取り機で読んでください。",
        "This reader cannot carry the long command that the check needs. Use another reader.",
    ),
    "wrong_answer": (
        "チップの答えが合いません。複製のおそれがあります。別の書類でお願いしてください。",
        "The chip's answer is wrong. It may be a copy. Ask for another document.",
    ),
    "bad_proof": (
        "確認の記録がそろっていません。もう一度読み取ってください。",
        "The record of the check is incomplete. Read it again.",
    ),
    "unusable_key": (
        "チップの鍵の種類がわからないため、確認できません。顔と印字を必ず見比べてください。",
        "The kind of the chip's key is not known, so it cannot be checked. Compare face and print.",
    ),
    "card_security": (
        "答えは合っていますが、本物とは言えません。チップの鍵の署名を確認できないためです。",
        "The answer fits, but the signature over the chip's key (EF.CardSecurity) is not confirmed.",
    ),
    "card_security_bad": (
        "チップの鍵の署名（EF.CardSecurity）が合いません。別の書類でお願いしてください。",
        "The signature over the chip's key (EF.CardSecurity) does not match. Ask for another document.",
    ),
}

_REASONS: dict[str, dict[str, Text]] = {
    "passport.sod.structure": {
        "ok": ("署名ファイルの形は正しいです。", "The signature file is well formed."),
        "malformed": (
            "署名ファイルの形が正しくありません。別の書類でお願いしてください。",
            "The signature file is malformed. Ask for another document.",
        ),
        "missing": (
            "チップに署名ファイルがありません。別の書類でお願いしてください。",
            "The chip has no signature file. Ask for another document.",
        ),
        "not_wrapped": (
            "署名ファイルが旅券の形ではありません。別の書類でお願いしてください。",
            "The signature file is not in the form of a passport. Ask for another document.",
        ),
    },
    "passport.sod.signature": {
        "ok": (
            "署名は正しく、署名の後に変えられていません。",
            "The signature is right; nothing was changed after signing.",
        ),
        "failed": (
            "発行者の署名が合いません。内容が変えられたおそれがあります。別の書類でお願いしてください。",
            "The issuer's signature does not match. The contents may have been changed. Ask for another document.",
        ),
        "signer": (
            "署名した人の証明書が署名と結びつきません。別の書類でお願いしてください。",
            "No certificate belongs to this signature. Ask for another document.",
        ),
        "digest": (
            "署名の中の値が内容と合いません。内容が変えられたおそれがあります。別の書類でお願いしてください。",
            (
                "A value inside the signature does not match the contents. They may have been changed. "
                "Ask for another document."
            ),
        ),
    },
    "passport.sod.hashes": {
        "ok": (
            "読み取ったファイルはすべて署名の値と合います。",
            "Every file that was read matches the signed value.",
        ),
        "mismatch": (
            "署名の値と合わないファイルがあります。内容が変えられたおそれがあります。別の書類でお願いしてください。",
            "A file does not match the signed value. It may have been changed. Ask for another document.",
        ),
        "nothing_to_compare": (
            "署名の対象のファイルを読んでいません。",
            "No file that the signature covers was read.",
        ),
    },
    "passport.sod.unlisted": {
        "unlisted": (
            "署名の対象ではないファイルがあります。その内容は使いません。",
            "There are files that the signature does not cover. Their contents are not used.",
        ),
    },
    "passport.sod.weak": {
        "weak": (
            "署名は合っていますが、古く弱い方式です。ほかの確認とあわせて判断してください。",
            "The signature fits but uses an old, weak method. Judge together with the other checks.",
        ),
    },
    "passport.dsc.chain": {
        "ok": ("登録された国の証明書につながります。", "It leads to a country certificate that is registered here."),
        "no_anchor": (
            "発行国の証明書が登録されていないため、だれが署名したかわかりません。",
            "The issuing country's certificate is not registered here, so the signer is unknown.",
        ),
        "failed": (
            "署名用証明書が登録された国のものではありません。別の書類でお願いしてください。",
            "The signing certificate was not issued by the registered country. Ask for another document.",
        ),
        "purpose": (
            "署名用証明書が旅券のためのものではありません。別の書類でお願いしてください。",
            "The signing certificate is not meant for passports. Ask for another document.",
        ),
    },
    "passport.dsc.validity": {
        "ok": (
            "確認の時点で、署名用証明書は期間内です。",
            "The signing certificate is valid at the time of the check.",
        ),
        "expired": (
            "署名用証明書の期間が終わっています。有効な書類でお願いしてください。",
            "The signing certificate has expired. Ask for a document that is in force.",
        ),
        "not_yet_valid": (
            "署名用証明書の期間が始まっていません。パソコンの日付を確かめてください。",
            "The signing certificate is not valid yet. Check the date of this computer.",
        ),
    },
    "passport.dsc.revocation": {
        "ok": ("署名用証明書は失効していません。", "The signing certificate is not revoked."),
        "revoked": (
            "署名用証明書は失効しています。別の書類でお願いしてください。",
            "The signing certificate has been revoked. Ask for another document.",
        ),
        "no_crl": (
            "発行国の失効リストがないため、失効していないか確認できません。",
            "There is no revocation list of the issuing country, so revocation cannot be checked.",
        ),
        "stale": (
            "失効リストが古いため、失効していないか確認できません。新しいリストを登録してください。",
            "The revocation list is out of date. Register a newer one.",
        ),
        "undetermined": (
            "失効リストを確認できないため、失効していないかわかりません。",
            "The revocation list cannot be used, so revocation is not known.",
        ),
    },
    "passport.aa": _CHIP,
    "passport.ca": _CHIP,
    "passport.pace_cam": _CHIP,
    "passport.access": {
        "pace": ("新しい方式（PACE）で接続しました。", "Access was by the current method (PACE)."),
        "bac": (
            "古い方式（BAC）で接続しました。このチップに新しい方式はありません。",
            "Access was by the old method (BAC); the chip has no newer one.",
        ),
        "open": ("このチップは鍵なしで読めました。", "This chip could be read without a key."),
        "files": ("ファイルからの確認のため、接続はありません。", "These are files; no chip was accessed."),
        "bac_despite_pace": (
            (
                "新しい方式（PACE）があるはずなのに、古い方式（BAC）で接続しました。途中で変えられたおそれがあります。"
                "別の読み取り機でもう一度読み取ってください。"
            ),
            (
                "The chip has the current method (PACE), yet the old one (BAC) was used. The connection may have been "
                "tampered with. Read again on another reader."
            ),
        ),
        "open_despite_pace": (
            "新しい方式（PACE）があるはずなのに、鍵なしで読めました。複製のおそれがあります。別の書類でお願いしてください。",
            (
                "The chip should ask for a key (PACE), yet it could be read without one. It may be a copy. "
                "Ask for another document."
            ),
        ),
        "card_access_altered": (
            (
                "接続の前にチップが示した方式が、署名された内容と合いません。途中で変えられたおそれがあります。"
                "別の読み取り機でもう一度読み取ってください。"
            ),
            (
                "What the chip offered before access does not match what is signed. It may have been tampered with. "
                "Read again on another reader."
            ),
        ),
        "key_hidden": (
            "署名にはある接続方式の一覧（DG14）を、チップが出しません。複製のおそれがあります。別の書類でお願いしてください。",
            (
                "The signature covers a list of methods (DG14) that the chip does not show. It may be a copy. "
                "Ask for another document."
            ),
        ),
        "nothing_to_compare": (
            "接続の方式を、署名された内容と比べられません。",
            "There is nothing signed to compare the access method with.",
        ),
        "unknown_method": ("接続の方式がわかりません。", "The access method is not known."),
    },
    "passport.mrz.check_digits": {
        "ok": ("検査数字はすべて合います。", "All check digits fit."),
        "wrong": (
            "検査数字が合いません。旅券の印字と見比べてください。",
            "A check digit does not fit. Compare with the printed page.",
        ),
        "malformed": (
            "番号の行の形が正しくありません。旅券の印字と見比べてください。",
            "The lines are malformed. Compare with the printed page.",
        ),
        "hidden": (
            "チップが番号の行を出しません。どの旅券にもあるはずのデータです。別の書類でお願いしてください。",
            "The chip does not give its lines, which every passport has. Ask for another document.",
        ),
        "not_read": ("番号の行を読み取っていません。", "The lines were not read."),
    },
    "passport.mrz.matches_key": {
        "ok": ("入力した番号とチップの内容が同じです。", "The typed numbers are those on the chip."),
        "differs": (
            "入力した番号とチップの内容がちがいます。旅券を見てもう一度入力し、同じなら別の書類でお願いしてください。",
            (
                "The typed numbers differ from the chip. Type them again from the passport; if it stays so, "
                "ask for another document."
            ),
        ),
        "nothing_typed": (
            "番号を入力していないため、比べていません。",
            "No numbers were typed, so nothing was compared.",
        ),
    },
    "passport.expiry": {
        "ok": ("有効期間内です。", "It has not expired."),
        "expired": (
            "有効期間が過ぎています。有効な書類でお願いしてください。",
            "It has expired. Ask for a document that is in force.",
        ),
        "no_date": (
            "有効期間満了日が読めません。旅券を見て確かめてください。",
            "The date of expiry is unreadable. See the print.",
        ),
        "origin_unknown": (
            "期間内と書かれていますが、署名が確認できないため、確かではありません。",
            "It says it has not expired, but the signature is not confirmed.",
        ),
    },
    "passport.country": {
        "ok": ("発行国と署名した国が同じです。", "The issuing state and the signing country are the same."),
        "differs": (
            "発行国と署名した国がちがいます。別の書類でお願いしてください。",
            "The issuing state and the signing country differ. Ask for another document.",
        ),
        "unknown_state": (
            "発行国の記号が表にないため、署名した国と比べられません。",
            "The code of the issuing state is not in our table, so the countries cannot be compared.",
        ),
    },
    "passport.portrait": {
        "ok": ("顔写真の形式は正しいです。", "The portrait is in an allowed format."),
        "unknown_format": (
            "顔写真の形式がわからないため、表示できません。",
            "The format of the portrait is unknown, so it cannot be shown.",
        ),
        "malformed": ("顔写真のデータの形が正しくありません。", "The data of the portrait are malformed."),
        "hidden": (
            "チップが顔写真を出しません。どの旅券にもあるはずのデータです。別の書類でお願いしてください。",
            "The chip does not give its portrait, which every passport has. Ask for another document.",
        ),
        "not_read": ("顔写真を読み取っていません。", "The portrait was not read."),
    },
    "passport.data_groups": {
        "malformed": (
            "読めない項目があります。その内容は表示しません。",
            "Some items are malformed. Their contents are not shown.",
        ),
    },
}


def reason_text(finding_id: str, reason: str) -> Text:
    """(Japanese, English) for a reason; the common text when the finding has none of its own."""
    own = _REASONS.get(finding_id)
    if own is not None:
        text = own.get(reason)
        if text is not None:
            return text
    return _COMMON.get(reason, _MALFORMED)


def title(finding_id: str) -> Text:
    """(Japanese, English) name of a finding, for lists; the id itself when it is not one of a passport."""
    spec = SPECS.get(finding_id)
    return (spec.title_ja, spec.title_en) if spec else (finding_id, finding_id)


def all_reasons() -> dict[str, dict[str, Text]]:
    """Every finding with every text it can say; for tests and for the pages that explain them."""
    return {finding_id: _COMMON | _REASONS.get(finding_id, {}) for finding_id in SPECS}
