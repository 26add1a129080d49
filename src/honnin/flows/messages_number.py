"""Messages about individual numbers at the counter, over the API and on the command line (番号法)."""

from __future__ import annotations

from honnin.flows.message import Message

_CARD_JA = "カードの裏の12桁を見て、もう一度入れてください。カードには送っていません。"
_CARD_EN = "Look at the 12 digits on the back and enter them again. Nothing was sent to the card."

NUMBER_MESSAGES: dict[str, Message] = {
    "visit.purpose": Message(
        "個人番号の利用目的が選ばれていません。", "The purpose of the individual number is not chosen.",
        "「取引を変える」から、利用目的を選んでください。ほかの法令の取引では個人番号を使えません。",
        "Choose the purpose under “Change the transaction”. No other law’s transaction uses the number.",
    ),
    "visit.number_missing": Message(
        "個人番号を読み取れていません。", "The individual number was not read and confirmed.",
        "マイナンバーカードを読み取り直すか、番号の入った住民票などを見て入れてください。"
        "途中の記録としても保存できます（番号は保存しません）。",
        "Read a My Number Card again, or enter the number off a resident record. "
        "It can also be kept as unfinished (without the number).",
    ),
    "key.number_a.missing": Message(
        "個人番号を入れてください。", "Enter the individual number.", "カードの裏の12桁です。",
        "The 12 digits on the back of the card.",
    ),
    "key.number_a.digits": Message(
        "個人番号は数字12桁です。", "An individual number has 12 digits.", _CARD_JA, _CARD_EN,
    ),
    "key.number_a.check": Message(
        "個人番号の検査数字が合いません。", "The check digit does not match.", _CARD_JA, _CARD_EN,
    ),
    "number.paper_visit": Message(
        "この本人確認では、書類の番号を入れられません。", "No number is entered off a paper in this check.",
        "番号法の取引で、運転免許証・旅券・在留カードのどれかを読み取ってください。",
        "Read a licence, a passport or a residence card in a case of the My Number Act.",
    ),
    "number.paper": Message(
        "番号の書いてある書類が選ばれていません。", "The paper with the number is not chosen.",
        "見た書類を選んでください。番号はもう一度入れます。", "Choose what you saw, and enter the number again.",
    ),
    "number.same": Message(
        "2つの書類が同じ方のものか、確かめられていません。", "Nobody says that both papers are of the same person.",
        "氏名・生年月日・住所を見比べて、印をつけてください。ちがうときは受け取れません。番号はもう一度入れます。",
        "Compare name, birth date and address and tick the box; when they differ, do not take it. "
        "Enter the number again.",
    ),
    "number.typed": Message(
        "個人番号ではありません（12桁でないか、検査数字が合いません）。",
        "This is no individual number (not 12 digits, or the check digit does not match).",
        "書類の12桁を見て、もう一度入れてください。", "Look at the 12 digits and enter them again.",
    ),
    "number.none": Message(
        "個人番号はありません。", "There is no individual number.",
        "読み取りをやり直したか、もう削除されています。", "It was read anew, or is deleted already.",
    ),
    "number.law": Message(
        "個人番号は、番号法の本人確認が済んだときだけ保管できます。何も保存していません。",
        "An individual number is kept only with a finished check under the My Number Act. Nothing was kept.",
        "「途中の記録」として保存すると、番号なしで残せます。",
        "Kept as unfinished, the record stays without the number.",
    ),
    "number.vault": Message(
        "個人番号の保管庫を使えません。", "The store of individual numbers cannot be used.",
        "「honnin keys status」で鍵を確かめてください。", "Check the keys with “honnin keys status”.",
    ),
    "number.purpose_unknown": Message(
        "この利用目的はありません。", "There is no such purpose.",
        "withholding_tax、payment_report、social_insurance、financial_account、public_office のどれかです。",
        "One of withholding_tax, payment_report, social_insurance, financial_account, public_office.",
    ),
    "number.recipient_unknown": Message(
        "この公開鍵のシステムには、個人番号を渡せません。", "Numbers are not given to a system with this key.",
        "house.yaml の number_recipients に、鍵の指紋を担当者の名前と理由つきで登録してください。",
        "Enter the fingerprint of the key in house.yaml under number_recipients, with name and reason.",
    ),
    "number.day": Message(
        "日付がわかりません。", "This is no day.", "2027-03-31 のように入れてください。", "Write it like 2027-03-31.",
    ),
    "number.confirm": Message(
        "まだ削除していません。", "Nothing was deleted yet.", "確かめて、しるしを付けてから押してください。",
        "Check it, set the mark and press again.",
    ),
    "number.terminal": Message(
        "個人番号は、画面につながった端末だけに表示します。", "A number is shown on a terminal only.",
        "ファイルやほかのプログラムへは出しません。渡すときは「honnin numbers deliver」を使ってください。",
        "It goes into no file and no other program. Use “honnin numbers deliver” to hand it over.",
    ),
}  # fmt: skip
