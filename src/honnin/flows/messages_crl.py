"""Messages for very large revocation lists and their index files, for the re-check, and for the look at retention."""

from __future__ import annotations

from honnin.flows.message import Message

CRL_MESSAGES: dict[str, Message] = {
    "trust.crl.index_damaged": Message(
        "失効リストの索引が壊れています。失効しているかどうかは確認できません。",
        "The index of a revocation list is damaged. Nobody can say now whether a certificate was revoked.",
        "失効リストを「honnin trust crl」でもう一度取り込んでください。",
        "Import the revocation list again with “honnin trust crl”.",
    ),
    "trust.crl.limit": Message(
        "この失効リストは大きすぎます。", "This revocation list is too large.",
        "入手元を確かめてください。2 GiB、5000万件まで扱えます。取り込みはしていません。",
        "Check where it came from. Up to 2 GiB and 50 million entries are read. Nothing was imported.",
    ),
    "trust.crl.pem": Message(
        "失効リストのファイル（PEM）が途中で切れているか、壊れています。",
        "The file of the revocation list (PEM) is cut off or damaged.",
        "もう一度入手してください。取り込みはしていません。", "Get it again. Nothing was imported.",
    ),
    "recheck": Message(
        "保存した証明書を再確認できませんでした。", "The kept certificates could not be checked again.",
        "新しい失効リストを取り込んでから、もう一度試してください。記録は変わっていません。",
        "Import a current revocation list and try again. No record was changed.",
    ),
    "retention.order": Message(
        "保存期間を調べられませんでした。", "The retention periods could not be looked through.",
        "データベースを確かめてください。記録は削除していません。", "Check the database. No record was deleted.",
    ),
    "retention.time": Message(
        "日時に時間帯がありません。", "The time has no zone.",
        "時間帯のある日時で、もう一度試してください。", "Try again with a time that has a zone.",
    ),
}  # fmt: skip
