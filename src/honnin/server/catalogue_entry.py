"""Words of what staff write into the record and of finishing it later (ui.md §3.3, §3.7–3.9, §3.13)."""

from __future__ import annotations

ENTRY_TEXTS: dict[str, tuple[str, str]] = {
    # Who is here (3.3)
    "case.actor.subject": ("ご本人", "The person"),
    "case.actor.agents_own": ("代理人（代理人の書類を読みます）", "An agent (whose own document is read)"),
    "case.actor.agent_for_customer": (
        "代理人（お客様の書類を読みます）", "An agent (the customer's document is read)",
    ),
    "case.actor.corporation": ("法人の担当者", "Somebody for a company"),
    "case.actor.public_body": (
        "国・自治体・上場会社などの担当者", "Somebody for a public body or a listed company",
    ),
    "case.actor.unincorporated": (
        "法人でない団体の担当者", "Somebody for an unincorporated association",
    ),
    "case.kind": ("お客様", "The customer"),
    "case.kind.resident": ("国内に住所がある", "lives in Japan"),
    "case.kind.short_stay": ("短期滞在の外国人（90日以内）", "is a foreigner on a short stay (up to 90 days)"),
    "case.kind.outside_juki": (
        "住民票の対象でない（外交官・米軍関係者など）", "is not in the resident register (diplomats, US forces)",
    ),
    "case.kind.emigrant": ("国外へ転出した", "has moved abroad"),
    "case.representative": (
        "来た方は、登記された代表者ですか（※任意）", "Is the person a registered representative? (optional)",
    ),
    "case.representative.yes": ("はい", "Yes"),
    "case.representative.no": ("いいえ", "No"),
    "case.amount": ("取引の金額（円）", "Amount of the transaction (yen)"),
    "case.amount.help": (
        "続けて行う取引で、明らかに1つの取引を分けたものは合計します。",
        "Transactions that are evidently one, split into several, are added up.",
    ),
    "case.cash": ("現金ですか", "In cash?"),
    "case.cash.yes": ("現金", "Cash"),
    "case.cash.no": ("現金ではない", "Not in cash"),
    "case.other.agents_own": (
        "お客様ご本人の確認も必要です。次のどれかで確認します。",
        "The customer is verified as well, in one of these ways:",
    ),
    "case.other.agent_for_customer": (
        "代理人の方の確認も必要です。次のどれかで確認します。",
        "The agent is verified as well, in one of these ways:",
    ),
    "case.other.corporation": (
        "法人の確認も必要です。次のどれかで確認します。", "The company is verified as well, in one of these ways:",
    ),
    "case.other.none": (
        "このソフトで確認できる方法はありません。途中の記録になります。",
        "There is no way that this software can judge. The record will stay unfinished.",
    ),
    # Result (3.7)
    "result.address.number": ("発行元と記号・番号", "Issuer and number"),
    "result.address.until": ("有効期限（あるものだけ）", "Valid until (if it says so)"),
    "result.photo_printed": ("カードに顔写真がありますか", "Is there a photo on the card?"),
    "result.photo_printed.yes": ("ある", "Yes"),
    "result.photo_printed.no": ("ない", "No"),
    "result.expiry_seen": (
        "券面の有効期限（例 20281101）", "Expiry date printed on the card (e.g. 20281101)",
    ),
    "verdict.staff": ("職員だけに表示", "For staff only"),
    # Declarations and what is written (3.8)
    "declare.h2": ("お客様にうかがうこと", "Questions for the customer"),
    "declare.occupation.organisation": ("事業の内容", "Business"),
    "declare.alias_name": ("その名前", "That name"),
    "declare.alias_reason": ("別の名前を使う理由", "Why another name is used"),
    "declare.pep_reason": ("国と地位、いつのことか", "Country, position and when"),
    "entry.h1": ("記録に書くこと", "To be written into the record"),
    "entry.h2": ("記録に書くこと（職員）", "To be written into the record (staff)"),
    "entry.help": (
        "ICチップからは分からない事項です。書いた人の名前とともに記録します。",
        "The chip does not tell these. They are recorded with the name of who wrote them.",
    ),
    "entry.required": ("※必須", "(required)"),
    "entry.optional": ("※任意", "(optional)"),
    "entry.choose": ("選んでください", "Choose"),
    "entry.picture": ("ICチップの画像：{item}", "Picture in the chip: {item}"),
    "entry.date.help": ("西暦で。例 19900102", "Year, month, day: e.g. 19900102"),
    "entry.date.wrong": ("日付になっていません。例 19900102", "This is no date. Example: 19900102"),
    "entry.missing": ("入っていません。", "Nothing was entered."),
    # Done (3.9) and finishing later (3.13)
    "done.left": ("残り", "Still to do"),
    "left.method": ("方法：{what}", "Method: {what}"),
    "left.other": ("もう一方の方：{what}", "The other person: {what}"),
    "left.item": ("記録：{what}", "Record: {what}"),
}  # fmt: skip
