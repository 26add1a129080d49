"""Words of the law on the pages: the case, the ways open today, the verdict, declarations (ui.md §3.3, §3.7–3.9)."""

from __future__ import annotations

LAW_TEXTS: dict[str, tuple[str, str]] = {
    # Home
    "home.transaction": ("取引：", "Transaction: "),
    "home.transaction.change": ("取引を変える", "Change the transaction"),
    # New visit (3.3)
    "case.h1": ("取引を選んでください", "Choose the transaction"),
    "case.list": ("取引", "Transactions"),
    "case.who": ("来た方", "Who is here"),
    "case.flags": ("気になる点がある（職員だけに表示）", "Something to note (staff only)"),
    "case.flags.help": (
        "あてはまるものを選びます。お客様には伝えません。",
        "Choose what applies. The customer is not told.",
    ),
    "case.flag.suspicion_impersonation": (
        "以前に確認した方になりすましている疑い", "Suspected of posing as a customer who was checked before",
    ),
    "case.flag.suspicion_false": (
        "以前の確認で偽りを述べた疑い", "Suspected of a false statement in an earlier check",
    ),
    "case.flag.high_risk_country": ("イラン・北朝鮮に関わる取引", "Iran or North Korea is concerned"),
    "case.flag.foreign_pep": ("外国の重要な公的地位にある方", "A foreign politically exposed person"),
    "case.flag.assets_over_2m": ("200万円を超える財産の移転", "Property of more than 2,000,000 yen is moved"),
    "case.ways": ("今日使える方法（{date}）", "Ways open today ({date})"),
    "case.ways.none": (
        "この取引で使える方法は、今日はありません。法務の担当者に確かめてください。",
        "No way is open today for this transaction. Ask whoever answers for such questions in your house.",
    ),
    "case.ways.no_law": (
        "取引を選ぶと、法令で使える方法が出ます。",
        "Choose a transaction to see the ways that the law leaves open.",
    ),
    "case.way.mynumber": (
        "暗証番号はいりません。表の番号を入れます。", "No PIN needed: the numbers on the front are entered.",
    ),
    "case.way.licence": ("暗証番号が2つ必要です。", "Both PINs are needed."),
    "case.way.residence": ("カードの番号を入れます。", "The card number is entered."),
    "case.way.passport": ("住所のわかる書類も必要です。", "A document that shows the address is needed as well."),
    "case.closed": ("使えない方法と理由（{n}）", "Ways not open, and why ({n})"),
    "case.say": ("声かけ", "What to say"),
    "case.say.text": ("「{documents}をお持ちですか。」", "“Do you have your {documents}?”"),
    "case.or": ("か", " or "),
    "case.go": ("カードを置く画面へ", "Continue to the card"),
    "case.back": ("結果へ戻る", "Back to the result"),
    # Verdict (3.7)
    "verdict.satisfied": ("法令の判定：満たしています", "Law: satisfied"),
    "verdict.not_yet": ("法令の判定：まだ満たしていません", "Law: not yet satisfied"),
    "verdict.no_law": ("法令の判定：していません", "Law: not judged"),
    "verdict.no_law.help": (
        "取引を選んでいません。このままでは確認記録になりません。",
        "No transaction was chosen. As it is, this will not be a record of the check that a law asks for.",
    ),
    "verdict.choose": ("取引を選ぶ", "Choose the transaction"),
    "verdict.on": ("（{date} 時点）", " (as of {date})"),
    "verdict.waiting": (
        "カードから足りないものはありません。", "Nothing is lacking from the card.",
    ),
    "verdict.questions": (
        "下の「職員の確認」に答えると、判定が決まります（あと{n}つ）",
        "Answer the staff questions below ({n} to go); they decide it",
    ),
    "verdict.left": ("残っていること", "Still to do"),
    "verdict.notices": ("注意", "Notes"),
    "verdict.simulated": (
        "模擬カードなので、実際の確認には使えません。", "Simulated card: it cannot be used for a real check.",
    ),
    # Address (3.7, question 3)
    "result.address": ("3 いまの住所ですか", "3 Is this the current address?"),
    "result.address.as_card": ("カードのとおり", "As on the card"),
    "result.address.other": ("別の書類で確かめた", "Confirmed by another document"),
    "result.address.kind": ("書類の種類", "Kind of document"),
    "result.address.issued": ("発行日（例 20261101）", "Date of issue (e.g. 20261101)"),
    "result.lookup.fourth": ("4 失効照会の結果（※任意）", "4 Result of the lapse look-up (optional)"),
    "result.next": ("確認して次へ", "Confirm and continue"),
    # Declarations (3.8)
    "declare.h1": ("お客様にうかがうこと", "Questions for the customer"),
    "declare.purpose": ("この取引の目的", "Purpose of this transaction"),
    "declare.occupation": ("お仕事", "Occupation"),
    "declare.foreign_pep": (
        "外国で重要な公的地位にある（あった）方、またはそのご家族ですか",
        "Do you or your family hold, or have you held, an important public position abroad?",
    ),
    "declare.alias": ("ふだん別の名前を使っていますか", "Do you use another name?"),
    "declare.yes": ("はい", "Yes"),
    "declare.no": ("いいえ", "No"),
    "declare.by": ("答えた方", "Answered by"),
    "declare.by.staff": ("職員が聞き取り", "Taken down by staff"),
    "declare.missing": ("答えが入っていません。お客様にうかがってください。", "No answer. Ask the customer."),
    "declare.save": ("確認して保存する", "Confirm and save"),
    # Done (3.9)
    "done.retention": ("保存期間", "Kept"),
    "done.retention.years": ("契約が終わった日から{n}年", "For {n} years from the end of the contract"),
    "done.law": ("法令", "Law"),
    "done.law.none": ("法令の判定はしていません。", "No law was asked."),
    "done.law.unsatisfied": (
        "法令の定める方法を満たしていません。途中の記録です。",
        "No method of the law is satisfied. The record is unfinished.",
    ),
    "record.viewed": ("この表示は記録されます。", "This view is logged."),
    "done.pdf": ("PDFを開く", "Open PDF"),
}  # fmt: skip
