"""Messages for residence cards and special permanent resident certificates: what happened, and what to do next."""

from __future__ import annotations

from honnin.flows.message import Message

_NUMBER_JA = (
    "券面の右上にある番号（英字2つ、数字8つ、英字2つ）を見て、もう一度入れてください。"
    "まちがえてもロックされません。"
)
_NUMBER_EN = (
    "Look at the number at the upper right of the card (two letters, eight digits, two letters) and enter it again. "
    "Wrong entries do not lock it."
)
_OTHER_JA = "カードを置き直して、もう一度読み取ってください。だめなら別の書類にしてください。"
_OTHER_EN = "Place the card again and read it once more. If that fails, use another document."

RESIDENCE_MESSAGES: dict[str, Message] = {
    "card.residence": Message(
        "在留カードを読み取れませんでした。", "The residence card could not be read.", _OTHER_JA, _OTHER_EN,
    ),
    "card.not_residence": Message(
        "在留カードでも特別永住者証明書でもありません。",
        "This is neither a residence card nor a special permanent resident certificate.",
        "置いてある書類と、選んだ書類を確かめてください。", "Check which document lies there and which was chosen.",
    ),
    "card.residence.wrong_number": Message(
        "カードの番号がちがいます。", "The card number is wrong.", _NUMBER_JA, _NUMBER_EN,
    ),
    "card.residence.proof": Message(
        "カードの答えが番号と合いません。", "The answer of the card does not fit the number.", _OTHER_JA, _OTHER_EN,
    ),
    "card.residence.specified": Message(
        "特定在留カード（マイナンバーカードと一体のカード）です。在留カードとしてはまだ読み取れません。",
        "This is a specified residence card (one with a My Number Card). It cannot be read as a residence card yet.",
        "同じカードをマイナンバーカードとして読み取ってください。在留の項目は券面を見て確かめてください。",
        "Read the same card as a My Number Card, and see the printed card for the items about residence.",
    ),
    "card.residence.unknown_type": Message(
        "このプログラムがまだ知らない種類の在留カードです。",
        "This kind of residence card is not known to this program yet.",
        "プログラムの更新を確かめてください。今日は別の書類にしてください。",
        "Check whether this program has an update. For today use another document.",
    ),
    "card.residence.needs_extended": Message(
        "この読み取り機では、在留カードの長いデータを受け取れません。",
        "This reader cannot carry the long data of residence cards.",
        "拡張長（Extended APDU）に対応した読み取り機を使ってください。",
        "Use a reader that supports extended-length APDUs.",
    ),
    "card.file.empty": Message(
        "カードのデータが空です。", "A file of the card is empty.", _OTHER_JA, _OTHER_EN,
    ),
    "key.card_number": Message(
        "在留カードの番号の形ではありません。", "This is not the number of a residence card.", _NUMBER_JA, _NUMBER_EN,
    ),
    "residence": Message(
        "在留カードのデータの形が正しくありません。", "The data of the residence card are malformed.",
        _OTHER_JA, _OTHER_EN,
    ),
    "residence.plan": Message(
        "読み取り方の指定がちがいます。", "The way of reading was chosen wrongly.",
        "管理者に知らせてください。", "Tell the administrator.",
    ),
}  # fmt: skip
