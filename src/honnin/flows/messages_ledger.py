"""Messages for the ledger, time-stamps and evidence bundles, and the words of an audit."""

from __future__ import annotations

from honnin.flows.message import Message
from honnin.records.bundle_words_later import Words
from honnin.records.ledger.audit import AuditCode, AuditFinding

_KEEP_JA = "何も書き換えずに管理者へ知らせ、「honnin records audit」の結果とバックアップを保存してください。"
_KEEP_EN = "Change nothing, tell the administrator, and keep the output of “honnin records audit” and the backups."
_AGAIN_JA = "発行者からもう一度受け取ってください。この束は証拠として使えません。"
_AGAIN_EN = "Get it from the issuer again. This bundle is no evidence."
_SERVICE_JA = "記録は保存されています。あとで自動でもう一度試みます。続くときは管理者に知らせてください。"
_SERVICE_EN = "The record is kept. It is tried again later; tell the administrator if this goes on."

LEDGER_MESSAGES: dict[str, Message] = {
    "ledger": Message(
        "記録の台帳に問題があります。", "There is a problem with the ledger of records.", _KEEP_JA, _KEEP_EN,
    ),
    "ledger.inclusion": Message(
        "この記載が台帳にあることを確かめられません。", "It is not proved that this entry is in the ledger.",
        _KEEP_JA, _KEEP_EN,
    ),
    "ledger.consistency": Message(
        "台帳が追記だけでできたことを確かめられません。", "It is not proved that the ledger was only appended to.",
        _KEEP_JA, _KEEP_EN,
    ),
    "ledger.stopped": Message(
        "台帳が一致しません。新しい保存を止めました。", "The ledger does not agree. Saving has been stopped.",
        "入力は残っています。管理者に知らせてください。直した後に「honnin records resume」で再開します。",
        "What was entered is kept. Tell the administrator, who goes on with “honnin records resume” after the repair.",
    ),
    "ledger.mark": Message(
        "鍵のフォルダーの「ledger-seen」を読み書きできません。",
        "“ledger-seen” in the folder of the keys cannot be read or written.",
        "鍵のフォルダーの権限と空き容量を確かめてください。記録は変わっていません。",
        "Check permissions and free space of that folder. The records are unchanged.",
    ),
    "ledger.record_differs": Message(
        "この記録の行が台帳と一致しません。削除しませんでした。",
        "The rows of this record are not what its ledger says. It was not deleted.", _KEEP_JA, _KEEP_EN,
    ),
    "ledger.still_broken": Message(
        "台帳はまだ一致しません。再開しませんでした。", "The ledger still does not agree. Nothing was resumed.",
        "「honnin records audit」の結果を直すか、直せないときは --accept を付けてください。",
        "Repair what “honnin records audit” names, or add --accept for what cannot be repaired.",
    ),
    "ledger.busy": Message(
        "台帳を確かめている途中です。", "The ledger is being checked.",
        "終わるまで待ってください。", "Wait until it is done.",
    ),
    "ledger.check": Message(
        "台帳を確かめられませんでした。", "The ledger could not be checked.", _KEEP_JA, _KEEP_EN,
    ),
    "ledger.key": Message(
        "台帳の鍵として使えません。", "This is not the key of a ledger.",
        "発行者から受け取った鍵を、そのまま1行で指定してください。",
        "Give the key as you got it from the issuer, in one line.",
    ),
    "ledger.unsigned": Message(
        "ご指定の鍵で署名されていません。", "It is not signed with the key that you named.",
        "鍵が正しいか、発行者に確かめてください。", "Ask the issuer whether the key is right.",
    ),
    # --- time-stamps ---
    "timestamp": Message(
        "タイムスタンプを取得できませんでした。", "No time-stamp could be had.", _SERVICE_JA, _SERVICE_EN,
    ),
    "timestamp.url": Message(
        "時刻認証局のアドレスが正しくありません。", "This is not the address of a time-stamping service.",
        "http または https で始まるアドレスを設定してください。", "Set an address that begins with http or https.",
    ),
    "timestamp.untrusted": Message(
        "受け取ったタイムスタンプを信頼できません。", "The time-stamp that came back cannot be trusted.",
        "時刻認証局の証明書の設定を確かめてください。", "Check the certificates that are set for the service.",
    ),
    # --- evidence bundles ---
    "bundle": Message(
        "この証拠の束は読めません。", "This evidence bundle cannot be read.", _AGAIN_JA, _AGAIN_EN,
    ),
    "bundle.damaged": Message(
        "証拠の束の一部が変わっています。", "A part of the evidence bundle was changed.", _AGAIN_JA, _AGAIN_EN,
    ),
    "bundle.malformed": Message(
        "証拠の束が壊れているか、書き換えられています。", "The evidence bundle is damaged or was changed.",
        _AGAIN_JA, _AGAIN_EN,
    ),
    "bundle.too_large": Message(
        "証拠の束が大きすぎます。", "The evidence bundle is too large.", _AGAIN_JA, _AGAIN_EN,
    ),
    "bundle.version": Message(
        "このソフトより新しい形式の証拠の束です。", "The evidence bundle is of a newer format than this program knows.",
        "新しい版のソフトで確認してください。", "Verify it with a newer version of the program.",
    ),
    "verify.ledger_key": Message(
        "台帳の鍵を読めません。", "The key of the ledger cannot be read.",
        "発行者から受け取った鍵の文字列か、それを保存したファイルを指定してください。",
        "Give the key as text, or a file that holds it, as you got it from the issuer.",
    ),
}  # fmt: skip

# What an audit found, in words.
AUDIT_WORDS: dict[AuditCode, Words] = {
    AuditCode.ENTRY_ALTERED: ("記載が書き換えられています", "The entry was altered"),
    AuditCode.ENTRY_UNREADABLE: ("記載を読めないか、別の事業者のものです", "Unreadable, or another tenant's"),
    AuditCode.ENTRY_COLUMNS: ("記載と検索用の欄が違います", "The columns beside the entry say something else"),
    AuditCode.ENTRY_MISSING: ("記載がなくなっています", "Entries are missing"),
    AuditCode.ENTRY_MISPLACED: ("記載の順番が違います", "The entry is out of place"),
    AuditCode.ENTRY_ADDED: ("台帳の終わりの後に記載があります", "There is an entry beyond the end of the ledger"),
    AuditCode.NODE_ALTERED: (
        "この範囲の記載か、そのハッシュが書き換えられています", "An entry in this range, or its hash, was altered",
    ),
    AuditCode.NODE_MISSING: ("この範囲のハッシュがなくなっています", "A hash over this range is missing"),
    AuditCode.NODE_ADDED: ("余分なハッシュがあります", "There is a hash too many"),
    AuditCode.HEAD_ALTERED: ("台帳の先頭情報が書き換えられています", "The head of the ledger was altered"),
    AuditCode.CHECKPOINT_UNREADABLE: (
        "署名がこの台帳の鍵のものではありません", "A checkpoint is not signed with this ledger's key",
    ),
    AuditCode.CHECKPOINT_BEYOND: (
        "署名した後に、終わりの記載が消されています", "Entries at the end were removed after they were signed",
    ),
    AuditCode.CHECKPOINT_MISMATCH: (
        "署名した後に、この範囲の記載が変えられています", "Entries in this range were changed after they were signed",
    ),
    AuditCode.RECORD_MISSING: ("封印した記録がなくなっています", "A sealed record is missing"),
    AuditCode.RECORD_DAMAGED: ("記録の行が壊れています", "The row of the record is damaged"),
    AuditCode.RECORD_UNSEALED: ("台帳に封印の記載がない記録です", "The record has no entry of its sealing"),
    AuditCode.SEALED_TWICE: ("2回封印されています", "It was sealed twice"),
    AuditCode.PART_MISSING: ("記録の一部がなくなっています", "A part of the record is missing"),
    AuditCode.CONTENT_ALTERED: ("暗号化した内容が書き換えられています", "The encrypted content was altered"),
    AuditCode.CONTENT_UNREADABLE: ("内容を復号できません", "The content cannot be decrypted"),
    AuditCode.COMMITMENT_MISMATCH: ("内容が封印したものと違います", "The content is not what was sealed"),
    AuditCode.KEY_MISSING: ("記録の鍵がなくなっています", "The key of the record is missing"),
    AuditCode.NOT_DELETED: ("削除の記載があるのに、残っています", "Entered as deleted, but something is left"),
    AuditCode.DELETED_WITHOUT_EVENT: ("削除の記載なしに消されています", "Deleted without an entry of it"),
    AuditCode.CHANGED_AFTER_DELETION: ("削除の後に追記されています", "Added to after it was deleted"),
    AuditCode.NUMBER_MISSING: ("保管した個人番号がなくなっています", "A stored individual number is missing"),
    AuditCode.NUMBER_ALTERED: ("個人番号の行が書き換えられています", "The row of an individual number was altered"),
    AuditCode.NUMBER_UNSEALED: (
        "台帳に保管の記載がない個人番号です", "An individual number without an entry of its storing",
    ),
    AuditCode.NUMBER_KEY_MISSING: ("個人番号の鍵がなくなっています", "The key of an individual number is missing"),
    AuditCode.NUMBER_KEY_UNREADABLE: (
        "個人番号の鍵を開けません", "The key of an individual number does not open",
    ),
    AuditCode.NUMBER_NOT_DELETED: (
        "個人番号の削除の記載があるのに、残っています", "A number was entered as deleted, but is still there",
    ),
    AuditCode.ROW_ALTERED: ("記録の一覧の欄が書き換えられています", "The plain facts beside the record were altered"),
    AuditCode.INDEX_ALTERED: (
        "検索用の値か証明書の番号が書き換えられています", "Its search tokens or certificates were altered",
    ),
    AuditCode.REQUEST_ALTERED: ("削除の申請が書き換えられています", "A request for deletion was altered"),
    AuditCode.CHECKPOINT_MISSING: ("いちばん新しい署名の行がなくなっています", "The newest checkpoint is missing"),
    AuditCode.CHECKPOINT_COLUMNS: (
        "台帳の署名と横の欄が違います", "The columns beside a checkpoint say something else",
    ),
    AuditCode.TIMESTAMP_WRONG: (
        "台帳の署名に付けたタイムスタンプが正しくありません", "The time-stamp of a checkpoint is wrong",
    ),
    AuditCode.NUMBER_GRANT_ALTERED: (
        "個人番号の閲覧の許可が、台帳の記載と違います",
        "A permission to see an individual number is not as it was entered",
    ),
    AuditCode.CHECK_ALTERED: (
        "前回の点検の結果か、保存の停止が書き換えられています",
        "The outcome of the last audit, or its stop, was altered",
    ),
    AuditCode.CAUSE_ALTERED: (
        "再確認の予定が書き換えられています", "The list of re-checks that are due was altered",
    ),
    AuditCode.TRUNCATED: ("ほかにもあります", "There is more"),
}  # fmt: skip


def audit_words(finding: AuditFinding) -> Words:
    """One finding in a sentence for people: where, and what."""
    ja, en = AUDIT_WORDS[finding.code]
    where_ja = where_en = ""
    if finding.sequence is not None:
        last = finding.sequence if finding.last is None else finding.last
        numbers = f"{finding.sequence}" if last == finding.sequence else f"{finding.sequence}–{last}"
        where_ja, where_en = f"台帳 {numbers}", f"ledger entry {numbers}"
    if finding.record_id and finding.code.startswith("number_"):
        where_ja, where_en = f"個人番号の保管 {finding.record_id}", f"kept number {finding.record_id}"
    elif finding.record_id:
        where_ja = f"{where_ja}（記録 {finding.record_id}）" if where_ja else f"記録 {finding.record_id}"
        where_en = f"{where_en} (record {finding.record_id})" if where_en else f"record {finding.record_id}"
    detail = f" [{finding.detail}]" if finding.detail else ""
    return (f"{where_ja}：{ja}{detail}" if where_ja else f"{ja}{detail}",
            f"{where_en}: {en}{detail}" if where_en else f"{en}{detail}")  # fmt: skip
