"""Sentences for errors of checking what was read before."""

from __future__ import annotations

from honnin.flows.message import Message

CHECK_MESSAGES: dict[str, Message] = {
    "report": Message(
        "確認結果のデータがこわれています。",
        "The data of the report are damaged.",
        "読み取り結果からもう一度確認してください。",
        "Verify the reading again.",
    ),
    "verify.not_found": Message(
        "ファイルまたはフォルダーが見つからないか、読めません。",
        "The file or folder does not exist or cannot be read.",
        "場所と権限を確かめてください。",
        "Check the path and its permissions.",
    ),
    "verify.empty": Message(
        "フォルダーに旅券のファイルがありません。",
        "The folder has no file of a passport.",
        "EF.SOD.bin、EF.DG1.bin などの名前にしてください。",
        "Name the files EF.SOD.bin, EF.DG1.bin and so on.",
    ),
    "verify.unknown_file": Message(
        "このファイルは読み取り結果ではありません。",
        "This file is not a reading.",
        "reading.zip か、ファイルの入ったフォルダーを選んでください。",
        "Choose a reading.zip or a folder with the files.",
    ),
    "verify.too_large": Message(
        "大きすぎるファイルがあります。",
        "A file is larger than the limit.",
        "旅券から読み取ったファイルか確かめてください。",
        "Check that the files were read from a passport.",
    ),
    "verify.document": Message(
        "この種類の書類はまだ確認できません。",
        "This kind of document cannot be checked yet.",
        "旅券の読み取り結果を選んでください。",
        "Choose the reading of a passport.",
    ),
    "verify.time": Message(
        "日時の形が正しくありません。",
        "The time is not in the right form.",
        "2026-11-25T09:00:00+09:00 のように入れてください。",
        "Write it like 2026-11-25T09:00:00+09:00.",
    ),
    "checks": Message(
        "この読み取り結果は確認できません。",
        "This reading cannot be checked.",
        "書類をもう一度読み取ってください。",
        "Read the document again.",
    ),
}
