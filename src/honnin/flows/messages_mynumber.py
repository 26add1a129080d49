"""Messages for PINs, printed numbers and My Number Cards: what happened, and what to do next.

A person whose PIN is wrong or locked must learn three things: what is left, who can help, and which other way there is.
"""

from __future__ import annotations

from honnin.flows.message import Message

_OTHER_JA = "別の方法（照合番号B、ほかの書類）にしてください。"
_OTHER_EN = "Use another way: the number printed on the front, or another document."
_OFFICE_JA = "暗証番号は市区町村の窓口で再設定できます。今日は別の方法にしてください。"
_OFFICE_EN = "The municipal office can reset the PIN. For today use another way."
_PRINT_JA = "券面の表の生年月日・有効期限の年・4桁のコードを見て、入れ直してください。"
_PRINT_EN = "Compare birth date, year of expiry and the 4-digit code on the front, then enter them again."
_ADMIN_JA = "管理者に知らせてください。"
_ADMIN_EN = "Tell the administrator."

MYNUMBER_MESSAGES: dict[str, Message] = {
    "card.pin.wrong": Message(
        "暗証番号がちがいます。", "The PIN is wrong.",
        "残りの回数を見て、本人に確かめてもらってください。わからなければ別の方法にしてください。",
        "Look at the tries that are left and let the holder make sure. If in doubt, use another way.",
    ),
    "card.pin.blocked": Message(
        "この暗証番号はロックされています。", "This PIN is locked.", _OFFICE_JA, _OFFICE_EN,
    ),
    "card.pin.last_try": Message(
        "あと1回まちがえるとロックされます。まだ何も送っていません。",
        "One more mistake locks it. Nothing was sent yet.",
        "本人が確かなときだけ、最後の1回を使うことを承知してもらって進めてください。自信がなければ別の方法にしてください。",
        "Go on only if the holder is sure and agrees to spend the last try. Otherwise use another way.",
    ),
    "card.pin.same_wrong": Message(
        "さきほどまちがいだった番号と同じです。カードには送っていません。",
        "It is the same as the one that was wrong before. It was not sent to the card.",
        "別の番号を入れるか、別の方法にしてください。別のカードに置き換えたときは、はじめからやり直してください。",
        "Enter another one or use another way. If another card lies there now, begin again.",
    ),
    "card.pin.too_many": Message(
        "まちがいが多いため、止めました。", "Stopped after too many mistakes.", _OTHER_JA, _OTHER_EN,
    ),
    "card.pin.format": Message(
        "文字数か文字の種類がちがいます。カードには送っていません。",
        "The length or the characters do not fit. It was not sent to the card.",
        "4桁の数字か、署名用なら英大文字と数字の6〜16字を入れてください。",
        "Enter four digits or, for signing, 6 to 16 capital letters and digits.",
    ),
    "card.pin.tries_unknown": Message(
        "残りの回数がわからないため、番号を送りませんでした。",
        "The tries that are left are not known, so nothing was sent.",
        "カードを置き直してください。だめなら別の方法にしてください。",
        "Place the card again. If that fails, use another way.",
    ),
    "card.pin.change": Message(
        "このプログラムは暗証番号を変えません。", "This program never changes a PIN.", _ADMIN_JA, _ADMIN_EN,
    ),
    "card.number": Message(
        "カードに印刷された番号を確かめられませんでした。", "The printed number could not be checked.",
        _PRINT_JA, _PRINT_EN,
    ),
    "card.number.wrong": Message(
        "番号がカードと合いません。", "The number does not match the card.",
        "日本人は和暦の年、外国人は西暦の下2桁です。" + _PRINT_JA,
        "The birth year is the Japanese era year, for foreign residents the last two digits. " + _PRINT_EN,
    ),
    "card.number.blocked": Message(
        "照合番号がロックされています。", "The printed number is locked on this card.",
        "ほかの書類にしてください。ロックは市区町村の窓口で解除できます。",
        "Use another document. The municipal office can unlock it.",
    ),
    "card.number.last_try": Message(
        "照合番号は、あと1回まちがえるとロックされます。まだ何も送っていません。",
        "One more mistake locks the printed number. Nothing was sent yet.",
        "番号が確かなときだけ、本人に承知してもらって進めてください。ほかの書類も使えます。",
        "Go on only if the number is certain and the holder agrees. Another document is possible too.",
    ),
    "card.not_mynumber": Message(
        "マイナンバーカードではありません。", "This is not a My Number Card.",
        "読み取り機にマイナンバーカードだけを置いてください。", "Leave only the My Number Card on the reader.",
    ),
    "card.certificate": Message(
        "カードの電子証明書を使えません。", "The certificate on the card cannot be used.", _OTHER_JA, _OTHER_EN,
    ),
    "card.certificate.absent": Message(
        "このカードには、その電子証明書が入っていません。暗証番号は聞きません。",
        "The card does not have that certificate. No PIN is asked for.",
        "15歳未満の人には署名用がありません。照合番号Bか、ほかの書類にしてください。",
        "Children under 15 have none for signing. Use the number on the front or another document.",
    ),
    "card.proof": Message(
        "カードが本物か確かめられませんでした。", "The card could not be checked for being genuine.",
        "カードを置き直してください。続くときは別の書類にしてください。",
        "Place the card again. If it happens again, use another document.",
    ),
    "key.reference_b": Message(
        "照合番号Bの形がちがいます。カードには送っていません。",
        "This is not the number of 14 digits. It was not sent to the card.",
        "14桁です：生年月日6桁、有効期限の西暦4桁、コード4桁。",
        "It has 14 digits: birth date (6), year of expiry (4), code (4).",
    ),
    "key.security_code": Message(
        "コードは4桁の数字です。", "The code has four digits.", _PRINT_JA, _PRINT_EN,
    ),
    "key.expiry_year": Message(
        "有効期限の年は西暦4桁です。", "The year of expiry has four digits.", _PRINT_JA, _PRINT_EN,
    ),
    "key.number_a": Message(
        "個人番号の形がちがいます。カードには送っていません。",
        "This is not an individual number. It was not sent to the card.",
        "カードの裏の12桁を見て、入れ直してください。", "Compare it with the 12 digits on the back and enter it again.",
    ),
    "mynumber": Message(
        "マイナンバーカードのデータを読めませんでした。", "The data of the My Number Card could not be read.",
        "カードを置き直してください。続くときは別の書類にしてください。",
        "Place the card again. If it happens again, use another document.",
    ),
    "mynumber.plan": Message(
        "読み取り方の指定が正しくありません。", "The choice of what to read is not valid.", _ADMIN_JA, _ADMIN_EN,
    ),
    "mynumber.plan.number": Message(
        "個人番号は、番号法の目的があり、4桁の暗証番号か12桁の番号があるときだけ読めます。",
        "The individual number is read only for a purpose of the Number Act, with the PIN or the 12 digits.",
        "目的を選び、暗証番号を入れてください。", "Choose the purpose and enter the PIN.",
    ),
    "mynumber.number": Message(
        "個人番号を確認できていません。", "The individual number was not confirmed.",
        "もう一度読み取るか、個人番号の書類を見て確かめてください。",
        "Read the card again, or check a paper that bears the number.",
    ),
    "trust.jpki": Message(
        "その認証局の証明書は、ここでは信頼できません。", "This JPKI authority is not trusted here.",
        "J-LISが公表しているファイルか、指紋を確かめてください。", "Compare the file and its fingerprint with J-LIS's.",
    ),
    "trust.cvc": Message(
        "券面データの鍵を使えません。", "A key of card data cannot be used.",
        "取り込んだファイルを確かめてください。", "Check the file that was imported.",
    ),
}  # fmt: skip
