"""Messages for everything between the program and the chip: readers, links, cards, keys, what a chip sent.

Japanese first. Each says what happened without blame and what to do next (ui.md §3.6, §3.10, §3.17, §4). A family
(`link`) has a sentence of its own, so that a code added later never comes out empty.
"""

from __future__ import annotations

from honnin.flows.message import Message

_AGAIN_JA = "カードを置き直して、もう一度読み取ってください。だめなら別の方法にしてください。"
_AGAIN_EN = "Place the card again and read it once more. If that fails, use another way."
_OTHER_JA = "同じことが続くときは、別の書類にしてください。"
_OTHER_EN = "If it happens again, use another document."
_REPORT_JA = "もう一度試してください。続くときは、下のコードを添えて管理者に知らせてください。"
_REPORT_EN = "Try again. If it happens again, tell the administrator the code below."
_CHECK_JA = "記載を見て確かめ、もう一度入れてください。まちがえてもロックされません。"
_CHECK_EN = "Compare it with the document and enter it again. Wrong entries do not lock it."

CARD_MESSAGES: dict[str, Message] = {
    # --- readers ---
    "reader": Message(
        "読み取り機が使えません。", "The reader cannot be used.",
        "USBを差し直してください。", "Plug the USB in again.",
    ),
    "reader.none": Message(
        "読み取り機が見つかりません。", "No reader found.",
        "USBを差し直してください。", "Plug the USB in again.",
    ),
    "reader.not_found": Message(
        "その名前の読み取り機はありません。", "There is no reader of that name.",
        "つないである読み取り機は「honnin readers」で見られます。USBも確かめてください。",
        "See the connected readers with “honnin readers”, and check the USB plug.",
    ),
    "reader.no_card": Message(
        "読み取り機にカードがありません。", "There is no card on the reader.",
        "カードを読み取り機に置いてください。", "Place the card on the reader.",
    ),
    "reader.several": Message(
        "カードが2枚以上あります。", "There is more than one card.",
        "1枚だけ置くか、--reader で読み取り機を選んでください。", "Leave only one, or choose a reader with --reader.",
    ),
    "reader.card_mute": Message(
        "カードが反応しません。", "The card does not respond.",
        "カードの向きと位置を変えて置き直してください。旅券はカバーを外し、閉じて置いてください。",
        "Place it again in another position. Take the cover off a passport and lay it closed.",
    ),
    "reader.busy": Message(
        "読み取り機は使用中です。", "The reader is in use.",
        "ほかのソフトや画面でカードを使っていれば終わらせ、もう一度読み取ってください。",
        "Finish what uses the card in another program or window, then read again.",
    ),
    "reader.stuck": Message(
        "読み取り機が応答しなくなりました。", "The reader has stopped responding.",
        "USBを抜き、数秒待って差し直してください。", "Pull the USB plug, wait some seconds and plug it in again.",
    ),
    "reader.no_service": Message(
        "スマートカードのサービス（pcscd）が動いていません。", "The smart-card service (pcscd) is not running.",
        "管理者として「systemctl start pcscd.socket」を実行してください。",
        "As an administrator, run “systemctl start pcscd.socket”.",
    ),
    "reader.no_library": Message(
        "この端末にはカードを読むためのソフト（PC/SC）がありません。",
        "This computer has no smart-card software (PC/SC).",
        "DebianやUbuntuでは「apt install pcscd」で入れられます。",
        "On Debian and Ubuntu, install it with “apt install pcscd”.",
    ),
    "reader.not_allowed": Message(
        "このアカウントではスマートカードのサービスを使えません。", "This account may not use the smart-card service.",
        "端末に直接ログインして使うか、管理者に許可（polkit）を頼んでください。",
        "Sign in at the computer itself, or ask the administrator to allow it (polkit).",
    ),
    "reader.service_failed": Message(
        "スマートカードのサービスが応答しません。", "The smart-card service does not respond.",
        "管理者として「systemctl restart pcscd」を実行するか、端末を再起動してください。",
        "As an administrator, run “systemctl restart pcscd”, or restart the computer.",
    ),
    "reader.binding_unknown": Message(
        "設定 HONNIN_PCSC の値がちがいます。", "The setting HONNIN_PCSC has a wrong value.",
        "pyscard か ctypes にするか、設定を消してください。", "Set it to pyscard or ctypes, or remove it.",
    ),
    # --- links ---
    "link": Message(
        "カードとの通信が切れました。", "The connection to the card broke.", _AGAIN_JA, _AGAIN_EN,
    ),
    "link.card_removed": Message(
        "カードが離れました。", "The card moved away.",
        "もう一度置いてください。読み終わるまで動かさないでください。",
        "Place it again and keep it still until it is read.",
    ),
    "link.reader_gone": Message(
        "読み取り機が外れました。", "The reader was unplugged.",
        "差し直すと続けられます。", "Plug it in to go on.",
    ),
    "link.timeout": Message(
        "反応がありません。", "No response.",
        "カードを置き直すか、別の方法にしてください。", "Place the card again or use another way.",
    ),
    "link.no_extended": Message(
        "この読み取り機は長い通信に対応していません。", "This reader does not carry long messages.",
        "もう一度読み取ってください。続くときは別の読み取り機にしてください。",
        "Read it again. If it happens again, use another reader.",
    ),
    "link.service_stopped": Message(
        "読み取りの途中でスマートカードのサービスが止まりました。",
        "The smart-card service stopped during the reading.",
        "管理者として「systemctl restart pcscd」を実行し、もう一度読み取ってください。",
        "As an administrator, run “systemctl restart pcscd”, then read again.",
    ),
    # --- what the card said ---
    "card": Message(
        "カードが受け付けませんでした。", "The card did not accept the request.", _AGAIN_JA, _AGAIN_EN,
    ),
    "card.not_passport": Message(
        "旅券のICチップではありません。", "This is not the chip of a passport.",
        "読み取り機に旅券だけを置いてください。", "Leave only the passport on the reader.",
    ),
    "card.access": Message(
        "カードが読み取りを認めませんでした。", "The card did not allow the reading.", _AGAIN_JA, _AGAIN_EN,
    ),
    "card.access.blocked": Message(
        "カードが読み取りを止めています。", "The card is blocking the reading.",
        "一度カードを離し、少し待って置き直してください。", "Take the card off, wait a moment and place it again.",
    ),
    "card.access.not_offered": Message(
        "このカードはCAN（6桁の番号）では読めません。", "This card cannot be read with the CAN (six digits).",
        "写真のページの下の2行（MRZ）を入れてください。", "Enter the two lines at the bottom of the photo page (MRZ).",
    ),
    "card.aa": Message(
        "チップが本物か確かめられませんでした。",
        "The chip could not be checked for being genuine.", _AGAIN_JA, _AGAIN_EN,
    ),
    "card.ca": Message(
        "チップが本物か確かめられませんでした。",
        "The chip could not be checked for being genuine.", _AGAIN_JA, _AGAIN_EN,
    ),
    "card.chip": Message(
        "カードの応答がおかしいため、読み取りをやめました。",
        "The card does not answer sensibly; the reading was stopped.",
        _OTHER_JA, _OTHER_EN,
    ),
    "card.file": Message(
        "カードの中の必要なデータを読めませんでした。", "Data that is needed could not be read from the card.",
        _AGAIN_JA, _AGAIN_EN,
    ),
    "card.file.too_long": Message(
        "カードの中のデータが大きすぎます。正しい旅券ではありえません。",
        "The data on the card is too large. A proper passport does not do that.", _OTHER_JA, _OTHER_EN,
    ),
    "card.bac": Message(
        "カードと安全につながりませんでした。", "No secure connection to the card was made.", _AGAIN_JA, _AGAIN_EN,
    ),
    "card.bac.wrong_key": Message(
        "番号がカードと合いません。", "The number does not match the card.", _CHECK_JA, _CHECK_EN,
    ),
    "card.pace": Message(
        "カードと安全につながりませんでした。", "No secure connection to the card was made.", _AGAIN_JA, _AGAIN_EN,
    ),
    "card.pace.wrong_key": Message(
        "番号がカードと合いません。", "The number does not match the card.", _CHECK_JA, _CHECK_EN,
    ),
    "card.sm": Message(
        "カードとの安全な通信が途中でこわれました。読み取った内容は使っていません。",
        "The secure connection to the card broke. Nothing that was read is used.", _AGAIN_JA, _AGAIN_EN,
    ),
    "card.pin": Message(
        "暗証番号を確認できませんでした。", "The PIN could not be checked.",
        "別の方法にしてください。", "Use another way.",
    ),
    # --- what came from the chip cannot be read ---
    "apdu": Message(
        "カードとのやりとりが決まりどおりではありませんでした。",
        "The exchange with the card did not follow the rules.",
        _AGAIN_JA, _AGAIN_EN,
    ),
    "apdu.command": Message(
        "プログラムの中で、カードに送れない命令ができました。",
        "The program made a command that cannot be sent to a card.",
        _REPORT_JA, _REPORT_EN,
    ),
    "apdu.dialogue": Message(
        "カードとのやりとりが終わらないので止めました。", "The exchange with the card did not end and was stopped.",
        _OTHER_JA, _OTHER_EN,
    ),
    "apdu.response": Message(
        "カードの応答が決まりどおりではありません。", "An answer of the card does not follow the rules.",
        _AGAIN_JA, _AGAIN_EN,
    ),
    "apdu.slot": Message(
        "ここでは暗証番号を入れられません。", "A PIN cannot be entered here.",
        "暗証番号のいらない方法にしてください。", "Use a way that needs no PIN.",
    ),
    "tlv": Message(
        "カードの内容が決まりどおりではなく、読めませんでした。",
        "The contents of the card do not follow the rules and could not be read.",
        _OTHER_JA, _OTHER_EN,
    ),
    "crypto": Message(
        "カードが送った鍵や署名が使えない値でした。", "A key or signature that the card sent is not usable.",
        _OTHER_JA, _OTHER_EN,
    ),
    "dg": Message(
        "カードの項目が決まりどおりではなく、読めませんでした。",
        "An item on the card does not follow the rules and could not be read.",
        _OTHER_JA, _OTHER_EN,
    ),
    "passport": Message(
        "この旅券の方式には対応していません。", "This passport uses a method that is not supported.",
        "別の書類にしてください。", "Use another document.",
    ),
    "image.busy": Message(
        "写真の表示が混み合っています。",
        "Too many photos are being opened.",
        "少し待って、ページを読み込み直してください。",
        "Wait a moment, then load the page again.",
    ),
    "image": Message(
        "写真を表示できませんでした。", "The photo could not be shown.",
        "カードに印刷された写真で確かめるか、別の書類にしてください。",
        "Use the printed photo, or another document.",
    ),
    # --- printed keys ---
    "mrz": Message(
        "写真のページの下2行として読めません。", "These are not the two lines at the bottom of the photo page.",
        "下の2行を、端から端まで入れてください。1行は44文字です。",
        "Enter both lines from end to end; a line has 44 characters.",
    ),
    "mrz.check_digit": Message(
        "番号に読みちがいがあります（検査数字が合いません）。", "Something was misread (a check digit does not match).",
        _CHECK_JA, _CHECK_EN,
    ),
    "mrz.document_number": Message(
        "旅券番号として読めません。", "This is not a passport number.", _CHECK_JA, _CHECK_EN,
    ),
    "mrz.birth_date": Message(
        "生年月日として読めません。", "This is not a date of birth.",
        "年の下2桁、月、日の順に6桁で入れてください。例：1990年1月2日なら 900102。",
        "Enter six digits, YYMMDD: 2 January 1990 is 900102.",
    ),
    "mrz.expiry_date": Message(
        "有効期間満了日として読めません。", "This is not a date of expiry.",
        "年の下2桁、月、日の順に6桁で入れてください。例：2030年1月2日なら 300102。",
        "Enter six digits, YYMMDD: 2 January 2030 is 300102.",
    ),
    "can": Message(
        "カードアクセス番号（CAN）は6桁の数字です。", "The card access number (CAN) has six digits.",
        _CHECK_JA, _CHECK_EN,
    ),
    # --- virtual cards ---
    "cards": Message(
        "模擬カードを用意できませんでした。", "The simulated card could not be made.",
        "カードの名前は「honnin cards list」で見られます。", "See the names of the cards with “honnin cards list”.",
    ),
    "cards.fault": Message(
        "その名前の「わざと失敗」はありません。", "There is no such way to make it fail.",
        "名前は「honnin cards list --faults」で見られます。", "See the names with “honnin cards list --faults”.",
    ),
    "cards.fault.unfit": Message(
        "その模擬カードには、わざと失敗させる部分がありません。",
        "This simulated card does not have what the fault would break.",
        "別の模擬カードか、別の「わざと失敗」を選んでください。", "Choose another simulated card or another fault.",
    ),
    "cards.address": Message(
        "仮想読み取り機の宛先が正しくありません。", "This is not an address of a virtual reader.",
        "「127.0.0.1:35963」のように入れてください。", "Write it like “127.0.0.1:35963”.",
    ),
    "vpcd": Message(
        "仮想読み取り機とのやり取りが切れました。", "The connection to the virtual reader broke.",
        "pcscdが動いているか確かめてください。", "Check that pcscd is running.",
    ),
    "vpcd.unreachable": Message(
        "仮想読み取り機（vpcd）が見つかりません。", "No virtual reader (vpcd) listens there.",
        "vsmartcard-vpcdを入れてpcscdを起動し、宛先とポートを確かめてください。",
        "Install vsmartcard-vpcd, start pcscd, and check the address and port.",
    ),
    "demo": Message(
        "模擬カードを置けませんでした。", "The simulated card could not be laid down.",
        "カードを選び直してください。", "Choose a card again.",
    ),
    "demo.faults": Message(
        "「わざと失敗」を一度に選びすぎています。", "Too many ways to make it fail at once.",
        "8つまでにしてください。", "Choose at most eight.",
    ),
    "virtual": Message(
        "模擬カードが受け付けませんでした。", "The simulated card did not accept the request.", _REPORT_JA, _REPORT_EN,
    ),
    "checks": Message(
        "この読み取り結果は確認できません。", "This reading cannot be checked.", _REPORT_JA, _REPORT_EN,
    ),
    # --- files with readings ---
    "reading": Message(
        "読み取り結果のファイルとして開けません。", "This file cannot be opened as a reading.",
        "「honnin read --out」で作ったファイルを選んでください。", "Choose a file made by “honnin read --out”.",
    ),
    "reading.version": Message(
        "新しい版のプログラムで作られた読み取り結果です。", "This reading was made by a newer version of the program.",
        "プログラムを新しくしてください。", "Update the program.",
    ),
    "reading.too_large": Message(
        "読み取り結果が大きすぎます。", "The reading is too large.", _OTHER_JA, _OTHER_EN,
    ),
    "report": Message(
        "確認結果のファイルとして開けません。", "This file cannot be opened as a report.",
        "もう一度読み取ってください。", "Read the document again.",
    ),
}  # fmt: skip
