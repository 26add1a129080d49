"""Words of the jobs: their names, what came of them, and what to do when one fails."""

from __future__ import annotations

from honnin.flows.jobs import JobState
from honnin.flows.message import Message

JOB_MESSAGES: dict[str, Message] = {
    "jobs": Message(
        "自動の処理を動かせませんでした。", "A job could not be run.",
        "「honnin jobs list」で様子を見て、もう一度試してください。", "See “honnin jobs list”, then try again.",
    ),
    "jobs.none": Message(
        "このデータフォルダーでは、まだサーバーが動いたことがありません。",
        "No server has run in this data folder yet.",
        "「honnin serve」を起動すると、自動の処理が始まります。", "Start “honnin serve”; the jobs begin then.",
    ),
    "jobs.unreachable": Message(
        "自動の処理の待ち行列を開けませんでした。", "The queue of jobs could not be opened.",
        "空き容量とデータベースの接続を確かめてください。",
        "Check the free space and the connection to the database.",
    ),
    "jobs.folder": Message(
        "データフォルダーに書き込めないため、自動の処理を始められません。",
        "The data folder cannot be written, so jobs cannot begin.",
        "フォルダーの権限と空き容量を確かめてください。", "Check the permissions of the folder and the free space.",
    ),
    "jobs.waiting": Message(
        "処理がまだ終わっていません。", "The job has not ended yet.",
        "処理は続いています。「honnin jobs list」で結果を見てください。",
        "It goes on. See “honnin jobs list” for its end.",
    ),
    "jobs.stopping": Message(
        "サーバーが止まるため、処理を途中でやめました。", "The server stopped, so the job paused.",
        "次に起動したとき、続きから始まります。", "It goes on when the server starts again.",
    ),
    "jobs.stopped": Message(
        "処理が何度も途中で止まりました。", "The job was stopped midway too often.",
        "「honnin jobs run」でもう一度動かしてください。", "Run it again with “honnin jobs run”.",
    ),
    "jobs.unexpected": Message(
        "処理の途中で予期しない問題が起きました。", "Something unexpected happened in the job.",
        "サーバーのログを見て、もう一度動かしてください。記録は変わっていません。",
        "See the server's log and run it again. No record was changed.",
    ),
    "jobs.not_configured": Message(
        "タイムスタンプのサービスが設定されていません。", "No time-stamping service is configured.",
        "house.yaml の timestamps に、サービスのアドレス（url）を書いてください。",
        "Give the address (url) of the service under timestamps in house.yaml.",
    ),
    "retention.proposed": Message(
        "この削除は、保存期間が終わったため自動で提案されたものです。まだだれも申請していません。",
        "This deletion was proposed by itself because the time of keeping is over. Nobody has asked for it yet.",
        "まず1人が理由を書いて削除を申請し、別の1人が承認してください。",
        "One person asks for it with a reason first; another one approves.",
    ),
    "recheck": Message(
        "記録の再検証ができませんでした。", "The records could not be verified again.",
        "失効リストと信頼の設定を確かめて、「honnin jobs run recheck」をもう一度動かしてください。",
        "Check revocation lists and anchors, then run “honnin jobs run recheck” again.",
    ),
    "sim": Message(
        "模擬のサービスを始められませんでした。", "The simulator could not be started.",
        "別のポートを --port で指定してください。", "Name another port with --port.",
    ),
}  # fmt: skip

JOB_WORDS: dict[str, tuple[str, str]] = {
    "retention": ("保存期間の確認", "time of keeping"),
    "numbers": ("個人番号の廃棄", "individual numbers"),
    "recheck": ("記録の再検証", "re-check of records"),
    "audit": ("台帳の確認", "audit of the ledger"),
    "timestamp": ("タイムスタンプ", "time-stamp"),
}
STATE_WORDS: dict[JobState, tuple[str, str]] = {
    JobState.WAITING: ("待機中", "waiting"),
    JobState.RUNNING: ("実行中", "running"),
    JobState.DONE: ("完了", "done"),
    JobState.FAILED: ("失敗", "failed"),
}
WAITS_FOR_SERVER = ("サーバーが動いたとき", "as soon as a server runs")
RESULT_WORDS: dict[str, tuple[str, str]] = {
    "proposed": ("削除の提案", "deletions proposed"),
    "known": ("提案済み", "proposed before"),
    "held": ("保全中", "on hold"),
    "more": ("残りは翌日", "more tomorrow"),
    "damaged": ("読めない記録（監査で確かめてください）", "records that cannot be understood (see the audit)"),
    "deleted": ("廃棄した番号", "numbers destroyed"),
    "entries": ("証明した台帳の件数", "entries of the ledger stamped"),
    "records_same": ("変わらない記録", "records the same"),
    "records_better": ("確認が増えた記録", "records with more confirmed"),
    "records_worse": ("確認できなくなった記録", "records with less confirmed"),
    "records_unreadable": ("確かめられない記録", "records that cannot be checked"),
    "certificates_changed": ("状態が変わった証明書", "certificates with news"),
    "certificates_revoked": ("失効した証明書", "certificates revoked"),
    "lists": ("失効リスト", "revocation lists"),
    "lists_not_used": ("期限切れなどの失効リスト", "lists out of date or not usable"),
    "findings": ("台帳の不一致", "findings in the ledger"),
    "stopped": ("保存の停止", "saving stopped"),
    "kind": ("種類", "kind"),
}
RECHECK_WORDS: dict[str, tuple[str, str]] = {
    "same": ("変わりません", "the same"),
    "better": ("確認できることが増えました", "more can be confirmed"),
    "worse": ("確認できなくなったことがあります", "less can be confirmed"),
    "unreadable": ("確かめられません", "cannot be checked"),
}
CAUSE_WORDS: dict[str, tuple[str, str]] = {
    "crl": ("新しい失効リスト", "a newer revocation list"),
    "anchors": ("信頼する証明書の変更", "changed anchors"),
    "rules": ("法令データの変更", "changed rules of law"),
}
DETAIL_WORDS: dict[str, tuple[str, str]] = {
    "changed": ("変わった項目", "changed"),
    "lost": ("満たさなくなった方法", "methods no longer satisfied"),
    "gained": ("満たすようになった方法", "methods now satisfied"),
    "certificate": ("証明書", "certificate"),
    "now": ("失効の状態", "revocation"),
    "revoked_at": ("失効した時刻", "revoked at"),
    "reason": ("失効の理由", "reason"),
    "code": ("理由", "why"),
}
UNFINISHED = ("再検証の途中です（honnin jobs list）。", "A re-check is not finished yet (honnin jobs list).")
NONE_TO_SEE = ("確かめる記録はありません。", "There is no record to look at.")
STAMP_WRONG = ("タイムスタンプが台帳と一致しません", "a time-stamp does not agree with the ledger")
STAMP_IS: dict[str, tuple[str, str]] = {  # by environment of the authority's anchor
    "production": ("", ""),
    "": ("、認証局は未登録", ", its authority is not registered"),
}
STAMP_OTHER = ("、模擬または試験用：証明になりません", ", SIMULATOR or test: proves nothing")
