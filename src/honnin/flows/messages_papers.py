"""Messages of scans that are attached to a record."""

from __future__ import annotations

from honnin.flows.message import Message

_AGAIN = ("もう一度スキャンするか、JPEGで保存し直してください。", "Scan it again, or save it as JPEG.")

PAPER_MESSAGES: dict[str, Message] = {
    "paper": Message("このファイルは添付できません。", "This file cannot be attached.", *_AGAIN),
    "paper.type": Message(
        "JPEG・PNG・PDFのどれでもないファイルです。", "This file is no JPEG, PNG or PDF.",
        "書類をスキャンして、JPEG・PNG・PDFのどれかで保存してください。", "Scan the paper and save it as one of these.",
    ),
    "paper.size": Message(
        "ファイルが空か、大きすぎます（1つ10MB、4000万画素まで）。",
        "The file is empty or too large (up to 10 MB and 40 million pixels).",
        "解像度を下げてスキャンし直すか、何回かに分けて添付してください。",
        "Scan it with fewer dots, or attach it in several steps.",
    ),
    "paper.damaged": Message(
        "ファイルがこわれているか、中を確かめられません。", "The file is damaged, or cannot be checked.", *_AGAIN,
    ),
    "paper.encrypted": Message(
        "パスワードや制限のあるPDFは添付できません。", "A PDF with a password or restrictions cannot be attached.",
        "制限のない形で保存し直すか、印刷してスキャンしてください。", "Save it without them, or print and scan it.",
    ),
    "paper.active": Message(
        "動きのあるPDF（スクリプト・入力欄・中のファイルなど）は添付できません。",
        "A PDF that can act (scripts, form fields, files inside) cannot be attached.",
        "印刷してスキャンし、そのPDFを添付してください。", "Print and scan it, and attach that.",
    ),
    "paper.pages": Message(
        "PDFのページがないか、50ページを超えています。", "The PDF has no page, or more than 50.",
        "50ページまでに分けて添付してください。", "Attach it in parts of up to 50 pages.",
    ),
    "attachment.total": Message(
        "この記録の添付資料が、上限（合わせて40MB）を超えます。",
        "The attachments of this record would exceed 40 MB together.",
        "解像度を下げてスキャンし直してください。", "Scan with fewer dots.",
    ),
    "attachment.number_law": Message(
        "番号法の記録には、書類の写しを添付できません。", "Nothing is attached to a record of the My Number Act.",
        "個人番号の写った書類は、この記録に残さないでください。",
        "Papers that show the number do not belong into this record.",
    ),
}  # fmt: skip
