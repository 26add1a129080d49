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
        "理由を書いてください（コマンドでは --reason）。", "Give a reason (on a terminal with --reason).",
    ),
    "records.text": Message(
        "追記する文が書かれていません（500文字まで）。", "The text to append is missing (up to 500 characters).",
        "追記する文を書いてください。", "Write what is to be appended.",
    ),
    "records.day": Message(
        "その日付は使えません。", "That day cannot be used.",
        "今日までの日付を入れてください（コマンドでは 2026-11-25 のように）。",
        "Give a day up to today (on a terminal like 2026-11-25).",
    ),
    "records.value": Message(
        "新しい値が書かれていません（500文字まで）。", "The new value is missing (up to 500 characters).",
        "新しい値を1行で書いてください。", "Write the new value in one line.",
    ),
    "records.birth": Message(
        "生年月日の形が違います。", "This is not a date of birth.",
        "1990-01-02 のように書いてください。", "Write it like 1990-01-02.",
    ),
    "records.item": Message(
        "その項目には追記できません。", "This item cannot be amended.",
        "一覧から項目を選ぶか、文として追記してください。", "Choose an item of the list, or append words.",
    ),
    "records.number": Message(
        "マイナンバー（12桁）のように見える数字があります。", "There are twelve digits that look like a My Number.",
        "番号法の手続き以外では書けません。消してください。",
        "It may stand only in a case of the number law. Take it out.",
    ),
    "records.many": Message(
        "この記録の追記が上限に達しました。", "This record has as many amendments as it can have.",
        "新しい本人確認をして、その記録に書いてください。", "Make a new check and write it into that record.",
    ),
    "records.kept_on": Message(
        "この記録の削除は提案されていないか、もう断られています。",
        "The deletion of this record is not proposed, or was refused before.",
        "記録の経過を見てください。記録は残っています。", "See the history of the record. It is still there.",
    ),
    "records.requested": Message(
        "この記録の削除は、もう申請されています。", "The deletion of this record has been asked for already.",
        "別の職員が承認するか却下するのを待ってください。", "Wait until somebody else approves or refuses it.",
    ),
    "records.number_typed": Message(
        "入れた記録番号が、この記録の番号と合いません。", "The number that was typed is not that of this record.",
        "画面の記録番号をそのまま入れてください。まだ何も消えていません。",
        "Type the number as it stands on the page. Nothing was deleted.",
    ),
    "records.not_deleted": Message(
        "この記録は削除されていません。", "This record was not deleted.",
        "削除証明書はありません。", "There is no certificate of deletion.",
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
