"""Messages of what happens to a sealed record later: amendments, holds, deletion by two people, audit."""

from __future__ import annotations

from honnin.flows.message import Message

RECORD_MESSAGES: dict[str, Message] = {
    "records": Message(
        "記録の操作ができませんでした。", "This could not be done with the record.",
        "記録番号を確かめてください。", "Check the number of the record.",
    ),
    "records.none": Message(
        "このデータフォルダーには記録がありません。", "There are no records in this data folder.",
        "--data でフォルダーを指定するか、模擬の記録なら --demo を付けてください。",
        "Name the folder with --data, or add --demo for the records of the demo.",
    ),
    "records.reason": Message(
        "理由が書かれていません（500文字まで）。", "A reason is missing (up to 500 characters).",
        "--reason に理由を書いてください。", "Give the reason with --reason.",
    ),
    "records.text": Message(
        "追記する文が書かれていません（500文字まで）。", "The text to append is missing (up to 500 characters).",
        "追記する文を書いてください。", "Write what is to be appended.",
    ),
    "records.day": Message(
        "その日付は使えません。", "That day cannot be used.",
        "今日までの日付を、2026-11-25 のように書いてください。", "Give a day up to today, like 2026-11-25.",
    ),
    "records.not_held": Message(
        "この記録は保全されていません。", "This record is not on hold.",
        "解除するものはありません。", "There is nothing to release.",
    ),
    "records.request": Message(
        "その番号の削除の申請はありません。", "There is no open request for deletion of that number.",
        "番号を確かめてください。もう承認か却下がされたのかもしれません。",
        "Check the number. It may have been approved or refused already.",
    ),
    "retention": Message(
        "保存期間のきまりで、できません。", "The rules of keeping records do not allow it.",
        "記録の保存期間を確かめてください。", "Check how long the record must be kept.",
    ),
    "retention.held": Message(
        "この記録は保全されているので、削除できません。", "This record is on hold and cannot be deleted.",
        "保全の理由がなくなったら、解除してから申請してください。",
        "When the reason for the hold is gone, release it and ask again.",
    ),
    "retention.contract_lives": Message(
        "契約の終わりが記録されていないので、まだ削除できません。",
        "The end of the contract is not recorded, so it cannot be deleted yet.",
        "契約が終わっていれば、終わった日を先に記録してください。",
        "If the contract has ended, record the day first.",
    ),
    "retention.not_over": Message(
        "保存期間が終わっていないので、まだ削除できません。",
        "The record must still be kept and cannot be deleted yet.",
        "保存の終わりの日を過ぎてから申請してください。", "Ask again when the last day of keeping is over.",
    ),
    "retention.same_person": Message(
        "別の職員の承認が必要です。", "A second person must approve.",
        "申請した人とは別の人が承認してください。", "Let somebody else than the one who asked approve it.",
    ),
    "store.deleted": Message(
        "この記録は削除されています。", "This record was deleted.",
        "内容は元に戻せません。削除証明書を見てください。",
        "Its content cannot be restored. See the certificate of deletion.",
    ),
    "store.conflict": Message(
        "ほかの人が同じ記録を先に変えました。", "Somebody else has changed this record meanwhile.",
        "今の状態を見てから、もう一度してください。", "Look at its state, then try again.",
    ),
    "seal": Message(
        "今は記録を保存できません。", "Records cannot be kept at the moment.",
        "少し待って、もう一度保存してください。入力は残っています。",
        "Wait a little and save again. What was entered is kept.",
    ),
    "content": Message(
        "記録の中身が正しい形ではありません。", "The content of the record does not have its form.",
        "「honnin records audit」で確かめてください。", "Check it with “honnin records audit”.",
    ),
}  # fmt: skip
