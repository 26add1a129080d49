"""Sentences for sealing, backup and restore."""

from __future__ import annotations

from honnin.flows.message import Message

STORE_MESSAGES: dict[str, Message] = {
    "store.exists": Message(
        "その番号の記録はもうあります。上書きはしていません。",
        "There is a record of that number already. It was not overwritten.",
        "画面を開き直して、保存されているか確かめてください。", "Open the page again and see whether it is kept.",
    ),
    "store.conflict": Message(
        "ほかの人が先にこの記録を変えました。何も変えていません。",
        "Somebody else changed this record first. Nothing was changed.",
        "記録を開き直してから、もう一度行ってください。", "Open the record again, then repeat what you did.",
    ),
    "store.write": Message(
        "保存できませんでした。何も保存されていません。", "It was not stored; nothing of it is there.",
        "ディスクの空きを確かめて、もう一度保存してください。", "Check the free space, then save again.",
    ),
    "store.locked": Message(
        "ほかの処理がデータベースを使っていて、保存できませんでした。何も保存されていません。",
        "Something else kept the database; it was not stored, nothing of it is there.",
        "少し待って、もう一度保存してください。続くときは管理者に知らせてください。",
        "Wait a little, then save again. Tell the administrator if this goes on.",
    ),
    "store.unknown": Message(
        "データベースから返事がなく、保存されたか分かりません。",
        "The database did not answer: it is not known whether it was stored.",
        "記録の一覧で確かめてから、なければもう一度保存してください。",
        "Look it up in the list of records, and save again if it is not there.",
    ),
    "store.read": Message(
        "データを読み出せません。", "The data cannot be read.",
        "もう一度試してください。続くときは管理者に知らせてください。",
        "Try again. If it goes on, tell the administrator.",
    ),
    "store.deleted": Message(
        "この記録は保存期間が終わり、削除されました。", "This record was deleted at the end of its retention.",
        "削除の証明は台帳にあります。", "The ledger has the proof of its deletion.",
    ),
    "store.address": Message(
        "データベースのアドレスが正しくありません。", "The address of the database is not right.",
        "「postgresql+psycopg://利用者@サーバー/データベース」の形で書いてください。",
        "Write it as “postgresql+psycopg://user@server/database”.",
    ),
    "store.driver": Message(
        "PostgreSQL用の部品が入っていません。", "The parts for PostgreSQL are not installed.",
        "「pip install honnin[postgres]」で入れてください。", "Install them with “pip install honnin[postgres]”.",
    ),
    "store.not_durable": Message(
        "PostgreSQLの設定では、停電のときに記録が失われます。使いません。",
        "With the settings of this PostgreSQL server a power cut would lose records. It is not used.",
        "サーバーのfsyncとsynchronous_commitをonにしてください。",
        "Set fsync and synchronous_commit of the server to on.",
    ),
    "seal": Message(
        "記録を封印できませんでした。", "The record could not be sealed.",
        "もう一度保存してください。", "Save it again.",
    ),
    "seal.busy": Message(
        "保存待ちの記録が多すぎます。この記録は保存されていません。",
        "Too many records are waiting to be stored. This one was not stored.",
        "少し待って、もう一度保存してください。", "Wait a little, then save again.",
    ),
    "seal.closed": Message(
        "プログラムが終了するところです。この記録は保存されていません。",
        "The program is ending. This record was not stored.",
        "起動し直してから、もう一度保存してください。", "Start it again, then save again.",
    ),
    "backup": Message(
        "バックアップを作れませんでした。", "The backup was not made.",
        "保存先の空きと権限を確かめてください。", "Check the free space and the permissions of the folder.",
    ),
    "backup.exists": Message(
        "その名前のファイルがもうあります。上書きはしません。",
        "There is a file of that name already. It is not overwritten.",
        "別の名前にしてください。", "Choose another name.",
    ),
    "backup.nothing": Message(
        "まだデータがありません。", "There are no data yet.",
        "データフォルダーの場所を「--data」で確かめてください。模擬の記録なら「--demo」を付けます。",
        "Check the data folder (“--data”); add --demo for the data of the demo.",
    ),
    "restore": Message(
        "バックアップから戻せませんでした。元のデータは変わっていません。",
        "The backup was not restored. What was there is unchanged.",
        "保存先の空きと権限を確かめてください。", "Check the free space and the permissions of the folder.",
    ),
    "restore.not_empty": Message(
        "戻す先にもうデータがあります。上書きはしません。",
        "There are data already. They are not overwritten.",
        "空のデータフォルダーを「--data」で、または空のデータベースを「--database」で選んでください。",
        "Choose an empty data folder (“--data”) or an empty database (“--database”).",
    ),
    "restore.no_backup": Message(
        "このファイルはバックアップではありません。", "The file is no backup.",
        "「honnin backup」で作ったファイルを選んでください。", "Choose a file that “honnin backup” made.",
    ),
    "restore.damaged": Message(
        "バックアップのファイルが壊れています。", "The backup is damaged.",
        "別のバックアップを使ってください。", "Use another backup.",
    ),
}  # fmt: skip
