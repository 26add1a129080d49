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
    "case.look": ("この方の方法を見る", "Show the ways for this person"),
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
        "もう一方（法人や代理人の方など）の確認も必要ですが、今使える方法がありません。途中の記録になります。",
        "The other party (a company, an agent) is verified as well; no way is open today. It will stay unfinished.",
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
    "verdict.other.customer": (
        "お客様（法人）の確認（次の画面で書類を書きます）", "The customer (company): write down their document next",
    ),
    "verdict.other.acting": (
        "代理人の方の確認（次の画面で書類を書きます）", "The agent: write down their document next",
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
    "entry.chip": ("ICチップの文字", "In the chip"),
    "entry.glyphs.help": (
        "券面に印刷されているとおりに、〓を直してください。入力できない字は、近い字で書いてください。ICチップの画像の字も記録に残ります。",
        "Replace 〓 as printed. If you cannot type a character, write the nearest one: the chip's picture is kept too.",
    ),
    "entry.glyphs.wrong": (
        "〓が残っています。券面に印刷されている字に直してください",
        "〓 is still there. Replace it with what the card prints",
    ),
    "entry.picture": ("ICチップの画像：{item}", "Picture in the chip: {item}"),
    "entry.date.help": ("西暦で。例 19900102", "Year, month, day: e.g. 19900102"),
    "entry.date.wrong": ("日付になっていません。例 19900102", "This is no date. Example: 19900102"),
    "entry.percent.help": (
        "議決権などの割合。例 33.4", "Share of the votes, in per cent: e.g. 33.4",
    ),
    "entry.percent.wrong": (
        "割合が入っていないか、選んだ関係と合いません。例 33.4",
        "There is no share, or one that does not go with the relation. Example: 33.4",
    ),
    "entry.owner": ("実質的支配者 {n}人目", "Beneficial owner no. {n}"),
    "entry.owner.help": (
        "2人目からは、何も書かなければ保存されません。",
        "A further row that is left empty is not saved.",
    ),
    "entry.owner.more": ("実質的支配者をもう1人加える", "Add another beneficial owner"),
    "entry.missing": ("入っていません。", "Nothing was entered."),
    # Done (3.9) and finishing later (3.13)
    "done.left": ("残り", "Still to do"),
    "finish.h1": ("残りを終わらせる", "Finish what is left"),
    "finish.go": ("残りを終わらせる", "Finish what is left"),
    "finish.done": ("記録が完了しました", "The record is finished"),
    "finish.day": (
        "したことを1つずつ加えます。法令は、加えた日のきまりで判定し直します。前の内容は残ります。",
        "Add what was done, one at a time. The law is asked again as of that day; what was recorded stays.",
    ),
    "finish.what": ("したこと", "What was done"),
    "finish.choose": ("したことを選んでください。", "Choose what was done."),
    "finish.add": ("加える", "Add"),
    "finish.act.mail_sent": ("郵便を送った", "Mail was sent"),
    "finish.act.mail_delivered": ("郵便が届いた", "Mail was delivered"),
    "finish.act.mail_returned": ("郵便が戻ってきた", "Mail came back"),
    "finish.act.handed_over": ("職員が住所で渡した", "Staff handed it over at the address"),
    "finish.act.paper": ("本人確認書類を受けた", "An identity document came"),
    "finish.act.supplement": ("住所のわかる書類を受けた", "A document with the address came"),
    "finish.act.expiry_seen": ("券面の有効期限を見た", "The printed expiry was read"),
    "finish.act.wrote": ("記録に書く", "Write into the record"),
    "finish.act.other": ("もう一方の方を別の記録で確認した", "The other person was verified in another record"),
    "finish.on": ("その日（書かなければ今日）", "Day (today, if left empty)"),
    "finish.on.help": ("例 20261101。提示は今日だけです。", "E.g. 20261101. A presentation is today only."),
    "finish.mail_kind": ("郵便の種類", "Kind of mail"),
    "finish.mail_kind.no_forward": ("書留・転送不要", "Registered, do not forward"),
    "finish.mail_kind.restricted": (
        "特定事項伝達型の本人限定受取", "Addressee only, the carrier checks and reports",
    ),
    "finish.mail_kind.addressee_only": ("本人限定受取", "Addressee only"),
    "finish.mail_to": ("送り先", "Sent to"),
    "finish.mail_to.document": ("書類の住所", "the address of the document"),
    "finish.mail_to.supplement": ("住所のわかる書類の住所", "the address of the address document"),
    "finish.mail_to.business": ("営業所", "a place of business"),
    "finish.number": ("番号", "Number"),
    "finish.number.help": (
        "郵便は引受番号、書類は発行元と記号・番号。",
        "Of mail: its tracking number. Of a document: issuer and number.",
    ),
    "finish.paper_kind": ("書類", "Document"),
    "finish.whose": ("だれの、何のための書類ですか", "Whose is it, and what for?"),
    "finish.whose.own": ("カードを読み取った方の書類", "Of the person whose card was read"),
    "finish.whose.other": ("もう一方の方の書類", "Of the other person"),
    "finish.whose.additional": ("追加で確かめる書類", "One that is checked in addition"),
    "finish.valid": ("有効期間の中ですか（期限のない証明書は発行から6か月以内）",
                     "Is it valid (without expiry: issued within six months)?"),
    "finish.valid.yes": ("はい", "Yes"),
    "finish.valid.no": ("いいえ", "No"),
    "finish.current": ("いまの住所が書いてありますか", "Does it show the present address?"),
    "finish.current.yes": ("はい", "Yes"),
    "finish.current.no": ("いいえ", "No"),
    "finish.supplement_kind": ("書類の種類", "Kind of document"),
    "finish.supplement_kind.help": (
        "公共料金・税・社会保険料の領収証書、官公庁の書類など。",
        "Receipt of utilities, tax or social insurance, a document of an office.",
    ),
    "finish.how": ("受け方", "How it came"),
    "finish.how.presented": ("提示（原本を見た）", "Presented (the original was seen)"),
    "finish.how.sent_original": ("原本が送られてきた", "The original was sent in"),
    "finish.how.sent_copy": ("写しが送られてきた", "A copy was sent in"),
    "finish.how.help": (
        "送られてきた書類は、ここで加えた後に写しを添付してください。",
        "Of a document that was sent in, attach a copy after it is added here.",
    ),
    # Attaching papers (3.13)
    "attach.h1": ("書類の写しを添付する", "Attach copies of papers"),
    "attach.go": ("書類の写しを添付する", "Attach copies of papers"),
    "attach.list": ("添付資料", "Attachments"),
    "attach.none": ("添付資料はありません。", "Nothing is attached."),
    "attach.lead": (
        "受けた書類をスキャンして記録に添えます。添えたものは消せません。加えた人と日時も残ります。",
        "Scans of what was received go with the record. They cannot be taken away; who added them, and when, stays.",
    ),
    "attach.code": ("何の写しですか", "What is it a copy of?"),
    "attach.wanted": ("（この記録に必要）", " (this record needs it)"),
    "attach.file": ("ファイル", "Files"),
    "attach.file.help": (
        ("JPEG・PNG・PDF。{n}個まで、1つ10MB・合わせて11MBまで。PDFは50ページまで。"
        "写真についている場所と日時は消して保存します。"),
        ("JPEG, PNG or PDF: up to {n}, each up to 10 MB, together 11 MB; a PDF up to 50 pages. "
        "Place and time in photos are removed."),
    ),
    "attach.on": ("受けた日（書かなければ今日）", "Received on (today, if left empty)"),
    "attach.on.help": ("例 20261101", "E.g. 20261101"),
    "attach.clean.legend": ("写ってはいけないもの", "What must not be on it"),
    "attach.clean": (
        ("個人番号（マイナンバー）・本籍・基礎年金番号などが写っていないことを確かめました。"
        "あれば隠してからスキャンしました。"),
        ("I made sure that no My Number, registered domicile or pension number can be read; "
        "if there was one, it was covered."),
    ),
    "attach.code.missing": ("何の写しか選んでください。", "Choose what it is a copy of."),
    "attach.file.missing": ("ファイルを選んでください。", "Choose a file."),
    "attach.on.missing": ("日付になっていません。例 20261101", "This is no date. Example: 20261101"),
    "attach.clean.missing": (
        "写ってはいけないものがないか確かめて、印をつけてください。",
        "Make sure of what must not be on it, and tick the box.",
    ),
    "attach.send": ("添付する", "Attach"),
    "attach.look": ("{n} を見る（記録されます）", "Look at no. {n} (this is logged)"),
    "attach.download": ("{n} をダウンロード（記録されます）", "Download no. {n} (this is logged)"),
    "attach.alt": ("添付資料：{name}", "Attachment: {name}"),
    "finish.issued": ("発行日（領収の日）", "Date of issue (or of the receipt)"),
    "finish.until": ("有効期限（あるものだけ）", "Valid until (if it says so)"),
    "finish.expiry": ("券面の有効期限", "Expiry printed on the document"),
    "finish.record": ("もう一方の方の記録番号", "Number of the other person's record"),
    "finish.record.help": (
        "同じ取引で、その方の書類を読み取って保存した記録。",
        "A record of the same transaction in which that person's document was read.",
    ),
    "left.method": ("方法：{what}", "Method: {what}"),
    "left.other": ("もう一方の方：{what}", "The other person: {what}"),
    "left.item": ("記録：{what}", "Record: {what}"),
}  # fmt: skip
