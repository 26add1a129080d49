"""Messages for trust material: anchors, master lists, revocation lists and the folder they are kept in."""

from __future__ import annotations

from honnin.flows.message import Message

_FILE_NEXT_JA = "証明書（.cer .der .pem）かマスターリスト（.ml）のファイルか確かめてください。"
_FILE_NEXT_EN = "Check that it is a certificate (.cer .der .pem) or a master list (.ml)."
_SOURCE_JA = "入手元を確かめ、もう一度入手してください。取り込みはしていません。"
_SOURCE_EN = "Check where it came from and get it again. Nothing was imported."
_BACKUP_JA = "バックアップから戻すか、信頼の設定をもう一度取り込んでください。それまで署名は確認できません。"
_BACKUP_EN = "Restore it from a backup or import the trust material again. Until then no signature can be checked."

TRUST_MESSAGES: dict[str, Message] = {
    "trust": Message(
        "署名や証明書の確認に使う情報を読めませんでした。",
        "Material for checking signatures and certificates could not be read.",
        "別の書類にするか、管理者に知らせてください。",
        "Use another document, or tell the administrator.",
    ),
    # --- files ---
    "trust.file": Message(
        "このファイルは読めません。", "This file cannot be read.", _FILE_NEXT_JA, _FILE_NEXT_EN,
    ),
    "trust.masterlist": Message(
        "このマスターリストは使えません。", "This master list cannot be used.", _SOURCE_JA, _SOURCE_EN,
    ),
    "trust.masterlist.signature": Message(
        "マスターリストの署名が正しくありません。", "The signature of the master list does not hold.",
        _SOURCE_JA, _SOURCE_EN,
    ),
    "trust.masterlist.signer": Message(
        "署名した者に、マスターリストへ署名する資格がありません。",
        "The signer of this list is not allowed to sign master lists.", _SOURCE_JA, _SOURCE_EN,
    ),
    "trust.masterlist.no_csca": Message(
        "署名者の国の証明書がリストに入っていません。",
        "The list does not bring the country certificate of its signer.", _SOURCE_JA, _SOURCE_EN,
    ),
    # --- importing ---
    "trust.import": Message(
        "取り込めませんでした。", "It was not imported.", _SOURCE_JA, _SOURCE_EN,
    ),
    "trust.import.pin_format": Message(
        "フィンガープリントの書き方が違います。", "The fingerprint is not written correctly.",
        "SHA-256の16進数64桁を入れてください（コロンはあってもよい）。",
        "Give the SHA-256 as 64 hexadecimal digits; colons are fine.",
    ),
    "trust.import.pin_unmatched": Message(
        "指定したフィンガープリントの証明書が、このファイルにありません。",
        "No certificate in this file has the fingerprint you gave.",
        "別のファイルか、書き間違いです。確かめてください。取り込みはしていません。",
        "It is another file or a slip of the pen. Check it. Nothing was imported.",
    ),
    "trust.import.environment": Message(
        "同じ証明書が、別の環境（本番・試験・模擬）で登録されています。",
        "The same certificate is trusted in another environment (production, test, simulator).",
        "「honnin trust list」で確かめてください。取り込みはしていません。",
        "Look with “honnin trust list”. Nothing was imported.",
    ),
    "trust.import.refused": Message(
        "信頼できる証明書がファイルにありませんでした。", "The file holds no certificate that can be trusted.",
        "先に元の国の証明書を取り込むか、--pin でフィンガープリントを指定してください。",
        "Import the country's root first, or give its fingerprint with --pin.",
    ),
    "trust.import.not_trusted": Message(
        "このマスターリストに署名した国の証明書を、まだ信頼していません。",
        "The country certificate behind this master list is not trusted yet.",
        "表示されたCSCAのフィンガープリントを別の入手元と照らし合わせ、--pin で指定してください。",
        "Compare the fingerprint of its CSCA with another source, then give it with --pin.",
    ),
    # --- revocation lists ---
    "trust.crl": Message(
        "この失効リストは読めません。", "This revocation list cannot be read.",
        "失効リスト（.crl）のファイルか確かめてください。", "Check that it is a revocation list (.crl).",
    ),
    "trust.crl.not_verified": Message(
        "この失効リストの署名を確認できません。", "The signature of this revocation list cannot be verified.",
        "先にその国の証明書を取り込むか、入手元を確かめてください。取り込みはしていません。",
        "Import that country's certificate first, or check where it came from. Nothing was imported.",
    ),
    "trust.crl.older": Message(
        "もっと新しい失効リストが、もう入っています。", "A newer revocation list is kept already.",
        "何もしなくてかまいません。", "There is nothing to do.",
    ),
    # --- the folder ---
    "trust.store": Message(
        "信頼の設定を読み書きできません。", "The trust material cannot be read or written.",
        "データフォルダーの権限と空き容量を確かめてください。",
        "Check the permissions and the free space of the data folder.",
    ),
    "trust.store.damaged": Message(
        "信頼の設定のファイルが壊れているか、足りません。", "Files of the trust material are damaged or missing.",
        _BACKUP_JA, _BACKUP_EN,
    ),
}  # fmt: skip
for _code in ("der", "key", "certificate", "cms"):
    TRUST_MESSAGES[f"trust.{_code}"] = TRUST_MESSAGES["trust.file"]
