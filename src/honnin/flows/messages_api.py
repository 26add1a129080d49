"""Messages for other systems that use the JSON API, and for its steps of a visit."""

from __future__ import annotations

from honnin.flows.message import Message

API_MESSAGES: dict[str, Message] = {
    "api": Message(
        "この要求は受け取れません。", "This request is not accepted.",
        "/api/v1/openapi.json の説明を見てください。", "See the description at /api/v1/openapi.json.",
    ),
    "api.not_found": Message(
        "このアドレスの API はありません。記録は消えていません。",
        "There is no API at this address. No record was lost.",
        "アドレスの一覧は /api/v1/openapi.json にあります。", "The addresses are listed in /api/v1/openapi.json.",
    ),
    "api.method": Message(
        "このアドレスでは、その方法（GET、POST など）は使えません。",
        "This address does not take that method (GET, POST, …).",
        "/api/v1/openapi.json で使える方法を確かめてください。",
        "See /api/v1/openapi.json for the methods that it takes.",
    ),
    "visit.transaction": Message(
        "その取引は、この事業者の一覧にありません。", "This house has no such transaction.",
        "一覧から選んでください（API は /api/v1/counter/transactions）。",
        "Choose one of the list (API: /api/v1/counter/transactions).",
    ),
    "visit.blocked": Message(
        "この暗証番号か照合番号はロックされています。カードには送っていません。",
        "This PIN or number is locked. Nothing was sent to the card.",
        "別の方法か、別の書類にしてください。", "Use another way or another document.",
    ),
    "visit.last_try": Message(
        "あと1回まちがえると、使えなくなります。カードには送っていません。",
        "One more wrong entry will lock it. Nothing was sent to the card.",
        "別の方法にするか、お客様が確かに覚えているときだけ、続けると示してください（API は last_try）。",
        "Use another way; go on only when the customer is sure (API: last_try).",
    ),
    "visit.tries_unknown": Message(
        "残り回数がわかりません。読み取りを止めました。", "The tries that are left are unknown; stopped.",
        "カードを置き直すか、別の書類にしてください。", "Lay the card down again or use another document.",
    ),
}  # fmt: skip
