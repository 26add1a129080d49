"""Messages of finishing a record later: acts that do not fit, records that do not belong together."""

from __future__ import annotations

from honnin.flows.message import Message

ENTRY_MESSAGES: dict[str, Message] = {
    "later": Message(
        "加えられませんでした。", "It could not be added.",
        "入力を確かめてください。前の内容は変わっていません。", "Check what was entered. Nothing has changed.",
    ),
    "later.day": Message(
        "その日付は使えません。", "That day cannot be used.",
        "本人確認の日から今日までの日付を入れてください。", "Give a day from the visit until today.",
    ),
    "later.presented": Message(
        "提示は、見たその場で記録します。", "A presentation is recorded when it happens.",
        "日付を空けるか、今日にしてください。送られてきた書類なら「送られてきた」を選びます。",
        "Leave the day empty or give today. For a document that was sent in, choose so.",
    ),
    "later.mail": Message(
        "その郵便は見つかりません。", "There is no such letter.",
        "先に「郵便を送った」を加えてください。何通もあるときは番号を入れます。",
        "Add first that it was sent. If there are several, give the number.",
    ),
    "later.many": Message(
        "この記録に加えられる数を超えました。", "No more can be added to this record.",
        "新しい本人確認をはじめてください。", "Start a new identity check.",
    ),
    "later.finished": Message(
        "この記録はもう完了しています。", "This record is finished already.",
        "後で分かった変更は、記録の「追記する」で加えてください。", "Append later changes on the record's page.",
    ),
    "later.no_law": Message(
        "この記録では、法令の判定をしていません。", "No law was asked for this record.",
        "取引を選んで、新しい本人確認をはじめてください。", "Choose a transaction and start a new identity check.",
    ),
    "later.form": Message(
        "選べない値が入っています。", "A value is none of those that can be chosen.",
        "画面を開き直して、選び直してください。", "Open the page again and choose again.",
    ),
    "kakunin.linked": Message(
        "その記録では、もう一方の方を確認できません。", "That record does not verify the other person.",
        "同じ法令の取引で、その方の書類を読み取った記録の番号を入れてください。",
        "Give the number of a record under the same law in which that person's document was read.",
    ),
}  # fmt: skip
