"""Messages for driver's licences: what happened, and what to do next."""

from __future__ import annotations

from honnin.flows.message import Message

_AGAIN_JA = "カードを置き直して、もう一度読み取ってください。だめなら別の書類にしてください。"
_AGAIN_EN = "Place the card again and read it once more. If that fails, use another document."
_POLICE_JA = "今日は別の書類にしてください。ロックは警察署か運転免許センターで解除できます。免許証としては有効です。"
_POLICE_EN = "For today use another document. The police or a licence centre can unlock it; the licence stays valid."
_REPORT_JA = "もう一度試してください。続くときは、下のコードを添えて管理者に知らせてください。"
_REPORT_EN = "Try again. If it happens again, tell the administrator the code below."

LICENCE_MESSAGES: dict[str, Message] = {
    "card.not_licence": Message(
        "運転免許証ではありません。", "This is not a driver's licence.",
        "読み取り機に運転免許証だけを置いてください。", "Leave only the driver's licence on the reader.",
    ),
    "card.no_licence": Message(
        "このマイナンバーカードには免許の情報が入っていません。",
        "There is no driver's licence on this My Number Card.",
        "運転免許証を持っていれば、そちらを置いてください。", "If the customer has a licence card, place that one.",
    ),
    "card.pin.blocked.pin1": Message(
        "暗証番号1がロックされています。", "PIN 1 is locked.", _POLICE_JA, _POLICE_EN,
    ),
    "card.pin.blocked.pin2": Message(
        "暗証番号2がロックされています。", "PIN 2 is locked.",
        "暗証番号1だけで読めますが、写真は出ず、署名も確認できません。" + _POLICE_JA,
        "PIN 1 alone opens the text, without photo and with nothing proven. " + _POLICE_EN,
    ),
    "card.pin.blocked.licence": Message(
        "マイナ免許証の暗証番号がロックされています。", "The PIN of the licence on this My Number Card is locked.",
        _POLICE_JA, _POLICE_EN,
    ),
    "card.pin.setting": Message(
        "暗証番号が設定されているか、カードから分かりません。まだ何も送っていません。",
        "The card does not say whether PINs are set. Nothing was sent.",
        _AGAIN_JA, _AGAIN_EN,
    ),
    "card.pin.refused": Message(
        "カードが暗証番号を受け付けませんでした。", "The card did not take the PIN.",
        "残りの回数を確かめてから、もう一度読み取ってください。だめなら別の書類にしてください。",
        "Look at the tries that are left, then read it again. If that fails, use another document.",
    ),
    "card.directory": Message(
        "カードの中の領域が閉じられています。", "An area of the card is closed.",
        "別の書類にしてください。", "Use another document.",
    ),
    "licence": Message(
        "運転免許証の内容を読めませんでした。", "The contents of the driver's licence could not be read.",
        _AGAIN_JA, _AGAIN_EN,
    ),
    "licence.plan": Message(
        "この読み取り方はできません。", "It cannot be read like that.", _REPORT_JA, _REPORT_EN,
    ),
    "licence.plan.pin2_alone": Message(
        "暗証番号2だけでは何も読めません。", "PIN 2 alone opens nothing.",
        "暗証番号1も入れてもらってください。", "Ask for PIN 1 as well.",
    ),
    "licence_tlv": Message(
        "運転免許証の内容が決まりどおりではなく、読めませんでした。",
        "The contents of the driver's licence do not follow the rules and could not be read.",
        _AGAIN_JA, _AGAIN_EN,
    ),
    "era": Message(
        "日付として読めません。", "This is not a date.",
        "元号と年月日を確かめてください。", "Check the era, year, month and day.",
    ),
}  # fmt: skip
