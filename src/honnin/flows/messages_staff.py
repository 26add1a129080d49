"""Messages about who is at the counter."""

from __future__ import annotations

from honnin.flows.message import Message

STAFF_MESSAGES: dict[str, Message] = {
    "staff": Message(
        "職員の名前を確かめられません。", "It is not clear who does this.",
        "職員の名前を選んで、もう一度してください。", "Choose your name and try again.",
    ),
    "staff.unnamed": Message(
        "だれが操作しているか、まだ決まっていません。", "Nobody has said yet who is at this counter.",
        "職員の名前を選んでください。ほかのシステムからは Honnin-Staff ヘッダーで送ります。",
        "Choose your name. Other systems send it in the header Honnin-Staff.",
    ),
    "staff.name": Message(
        "職員の名前がありません（60文字まで）。", "A name of staff is missing (up to 60 characters).",
        "記録に残る名前を入れてください。", "Enter the name that goes into the records.",
    ),
    "staff.unknown": Message(
        "その名前は職員の一覧にありません。", "That name is not on the list of staff.",
        "一覧にある名前か番号を使ってください。一覧は house.yaml の staff にあります。",
        "Use a name or number of the list, which stands in house.yaml under staff.",
    ),
}  # fmt: skip
