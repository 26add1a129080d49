"""Messages about proofs that leave the house: kept checkpoints, certificates of deletion, lists of revoked ones."""

from __future__ import annotations

from honnin.flows.message import Message

BUNDLE_MESSAGES: dict[str, Message] = {
    "records.checkpoint": Message(
        "指定した控えは、この台帳の署名として読めません。", "What was named is no checkpoint of this ledger.",
        "「honnin records audit --keep」で書き出した控えか、渡した証拠の束のファイルを指定してください。",
        "Name a file that “honnin records audit --keep” wrote, or an evidence bundle that was handed out.",
    ),
    "deletion": Message(
        "この削除の証明は読めません。", "This proof of a deletion cannot be read.",
        "発行者からもう一度受け取ってください。", "Get it from the issuer again.",
    ),
    "deletion.version": Message(
        "このソフトより新しい形式の削除の証明です。", "The proof is of a newer format than this program knows.",
        "新しい版のソフトで確認してください。", "Verify it with a newer version of the program.",
    ),
    "verify.against": Message(
        "比べる相手のファイルを読めません。", "What to compare with cannot be read.",
        "証拠の束か、台帳の控え（署名されたチェックポイント）のファイルを指定してください。比べられるのは証拠の束だけです。",
        "Name an evidence bundle or a signed checkpoint of the ledger. Only a bundle can be compared.",
    ),
    "verify.list": Message(
        "失効リストのファイルを読めません。", "The file of a revocation list cannot be read.",
        "発行者から入手した失効リスト（CRL、DER形式）を指定してください。",
        "Name the revocation list (CRL, DER) as its issuer published it.",
    ),
}  # fmt: skip
