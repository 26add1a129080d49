"""Sentences for errors of records of verification: making, amending, attaching, printing, keeping and deleting them."""

from __future__ import annotations

from honnin.flows.message import Message

KAKUNIN_MESSAGES: dict[str, Message] = {
    "kakunin": Message(
        "確認記録を作成できませんでした。", "The record of the verification could not be made.",
        "入力した内容を確かめてください。", "Check what was entered.",
    ),
    "kakunin.individual_number": Message(
        "マイナンバー（個人番号）と思われる12桁の数字が入力されています。",
        "Twelve digits that look like an individual number (My Number) were entered.",
        "この記録に個人番号は残せません。数字を消すか、別の欄に書いてください。",
        "This record must not hold an individual number. Remove the digits, or use another field.",
    ),
    "kakunin.entry": Message(
        "入力が長すぎます。", "A text is too long.", "2,000文字以内にしてください。", "Use at most 2,000 characters.",
    ),
    "kakunin.staff": Message(
        "確認した人と記録した人の名前が必要です。", "The names of the person who verified and who recorded are needed.",
        "ログインし直すか、管理者に氏名の登録を頼んでください。",
        "Sign in again, or ask an administrator to enter the name.",
    ),
    "kakunin.report": Message(
        "確認結果が、読み取った書類のものではありません。", "The report belongs to another document than the one read.",
        "書類をもう一度読み取ってください。", "Read the document again.",
    ),
    "kakunin.time": Message(
        "時刻の順序が合いません。", "The times of the steps do not fit together.",
        "パソコンの時計を確かめて、書類の読み取りからやり直してください。",
        "Check the clock of the computer, then start again with reading the document.",
    ),
    "kakunin.form": Message(
        "確認記録のデータがこわれているか、新しい版のものです。",
        "The data of the record are damaged, or of a newer version.",
        "ソフトウェアを更新してください。直らなければ、控えから戻してください。",
        "Update the program. If that does not help, restore a backup.",
    ),
    "kakunin.amendment": Message(
        "変更を追加できませんでした。", "The change could not be added.",
        "変更する項目、内容、理由を確かめてください。", "Check the item, its new content and the reason.",
    ),
    "kakunin.amendment.item": Message(
        "この項目はあとから変更できません。", "This item cannot be changed later.",
        "氏名・住所、目的、職業など、法令が認める項目だけを追加できます。",
        "Only items that the law names can be added: identity, purpose, occupation and so on.",
    ),
    "kakunin.amendment.order": Message(
        "ほかの変更が先に追加されています。", "Another change was added before.",
        "記録を開き直して、もう一度追加してください。", "Open the record again, then add the change.",
    ),
    "attachment": Message(
        "ファイルを添付できませんでした。", "The file could not be attached.",
        "写真かPDF（10 MBまで）にしてください。", "Use a photo or PDF of at most 10 MB.",
    ),
    "law.acts": Message(
        "確認の手順のデータがこわれています。", "The data about the steps of the verification are damaged.",
        "はじめからやり直してください。", "Start again.",
    ),
    "retention": Message(
        "この記録はまだ削除できません。", "This record cannot be deleted yet.",
        "保存期間を確かめてください。", "Check how long it has to be kept.",
    ),
    "retention.held": Message(
        "この記録は保全中のため、削除できません。", "This record is under a legal hold and cannot be deleted.",
        "保全の解除は管理者に相談してください。", "Ask an administrator about releasing the hold.",
    ),
    "retention.contract_lives": Message(
        "契約の終了日が記録されていないため、保存期間が始まっていません。",
        "The end of the contract is not recorded, so the period has not begun.",
        "契約が終わっていれば、終了日を記録してください。", "If the contract has ended, record the day.",
    ),
    "retention.not_over": Message(
        "保存期間が終わっていません。", "The period for keeping this record is not over.",
        "記録のページで、削除できる日を確かめてください。", "See the page of the record for the day.",
    ),
    "retention.same_person": Message(
        "削除には、申請した人とは別の人の承認が必要です。", "Another person than the one who asked must approve.",
        "別の担当者に承認を頼んでください。", "Ask a colleague to approve.",
    ),
    "retention.reason": Message(
        "削除の理由が必要です。", "A deletion needs a reason.", "理由を入力してください。", "Enter the reason.",
    ),
    "pdf": Message(
        "PDFを作成できませんでした。", "The PDF could not be made.",
        "もう一度試してください。記録そのものは保存されています。", "Try again. The record itself is safe.",
    ),
    "pdf.font_missing": Message(
        "PDFに使う日本語フォントが見つかりません。", "The Japanese font for PDFs is missing.",
        "ソフトウェアを入れ直すか、設定したフォントのフォルダーを確かめてください。",
        "Install the program again, or check the folder of fonts in the settings.",
    ),
    "pdf.engine_missing": Message(
        "PDFを作るソフトウェア（typst）が入っていません。", "The program that makes PDFs (typst) is not installed.",
        "ソフトウェアを入れ直してください。", "Install the program again.",
    ),
    "value": Message(
        "保存できない値があります。", "A value cannot be kept.",
        "ソフトウェアの不具合です。もう一度試してください。", "This is a fault of the program. Try again.",
    ),
    "font": Message(
        "フォントを読めません。", "A font cannot be read.",
        "設定したフォントのフォルダーを確かめてください。", "Check the folder of fonts in the settings.",
    ),
}  # fmt: skip
