"""Messages for the law: cases that cannot be read, rules that are damaged."""

from __future__ import annotations

from honnin.flows.message import Message

_CODES_JA = "使える値は「docs/law/case.md」にあります。"
_CODES_EN = "The values are listed in “docs/law/case.md”."


def _wrong(what_ja: str, what_en: str, next_ja: str = _CODES_JA, next_en: str = _CODES_EN) -> Message:
    return Message(f"事案の{what_ja}が正しくありません。", f"{what_en} of the case is not right.", next_ja, next_en)


_YES_NO = ("true か false を書いてください（引用符なし）。", "Write true or false, without quotes.")
_DAY = ("2026-11-23 のように書いてください（1900年から2200年）。", "Write it like 2026-11-23 (1900 to 2200).")
LAW_MESSAGES: dict[str, Message] = {
    "law": Message(
        "法律の判定ができませんでした。", "The law could not be asked.",
        "事案の内容を確かめて、もう一度試してください。", "Check the case and try again.",
    ),
    "law.yaml": Message(
        "事案のファイルがYAMLとして読めません。", "The case cannot be read as YAML.",
        "書き方（字下げ・引用符・同じ名前が2度ないこと）を確かめてください。",
        "Check indentation and quotes, and that no name stands twice.",
    ),
    "law.rules": Message(
        "プログラムに付属する法律のデータが壊れています。",
        "The data of the law that come with the program are damaged.",
        "プログラムを入れ直してください。それまで確認の判定はできません。",
        "Install the program again. Until then nothing can be decided.",
    ),
    "law.decision": Message(
        "判定の記録が読めません。", "The decision cannot be read.",
        "もとの事案から判定し直してください。", "Decide again from the case.",
    ),
    # --- the case ---
    "law.case": _wrong("内容", "Something"),
    "law.case.file": Message(
        "事案のファイルを読めません。", "The file of the case cannot be read.",
        "ファイル名と、UTF-8で書かれていることを確かめてください。", "Check its name and that it is UTF-8 text.",
    ),
    "law.case.key": _wrong("項目名（知らない名前）", "A name"),
    "law.case.format": _wrong("形", "The shape"),
    "law.case.too_long": Message(
        "事案の項目が多すぎます。", "The case has too many entries.",
        "書類は20件、ほかは100件以内にしてください。", "Give at most 20 documents and at most 100 of anything else.",
    ),
    "law.case.law": _wrong("法律（law）", "The law"),
    "law.case.on": _wrong("日付（on）", "The day", *_DAY),
    "law.case.channel": _wrong("手続きの形（channel）", "The channel"),
    "law.case.actor": _wrong("手続きをする人（actor）", "The actor"),
    "law.case.customer_kind": _wrong("顧客の種類（customer_kind）", "The kind of customer"),
    "law.case.business_type": _wrong(
        "業種の番号（business_type）", "The business type",
        "法2条2項の番号を書いてください（例：42、31の2）。", "Write the number of the law's list, such as 42.",
    ),
    "law.case.risk_flags": _wrong("リスク（risk_flags）", "A risk flag"),
    "law.case.document": _wrong("書類の種類（documents）", "A document"),
    "law.case.evidence": _wrong("証拠のコード（evidence）", "A code of evidence"),
    "law.case.confirmed": _wrong("弁護士への確認（confirmed）", "A lawyer point"),
    "law.case.accept_unverifiable": _wrong("受け入れる書類（accept_unverifiable）", "An accepted document"),
}  # fmt: skip
for _name in ("issued_on", "expires_on"):
    LAW_MESSAGES[f"law.case.{_name}"] = _wrong(f"書類の日付（{_name}）", "A date of a document", *_DAY)
for _name in (
    "cash", "valid", "address_current", "photo", "chip_read", "signature_failed", "alias_used",
    "registered_representative", "is_signature_verifier", "is_signature_confirmer", "legacy_methods", "assured",
):  # fmt: skip
    LAW_MESSAGES[f"law.case.{_name}"] = _wrong(f"項目（{_name}）", f"The entry “{_name}”", *_YES_NO)
for _name in ("transaction", "linked_laws"):
    LAW_MESSAGES[f"law.case.{_name}"] = _wrong(f"項目（{_name}）", f"The entry “{_name}”")
for _name in ("amount_yen", "aggregated_amount_yen"):
    LAW_MESSAGES[f"law.case.{_name}"] = _wrong(
        f"金額（{_name}）", "The amount", "0以上の整数（円）で書いてください。", "Write a whole number of yen."
    )
