"""Messages of the counter: visits, what was typed, requests of the browser, the store, starting the server.

Japanese first. No blame, what is lost and what is not, what to do next (ui.md §3.5, §3.17, §4).
"""

from __future__ import annotations

from honnin.flows.message import Message

_ADMIN_JA = "続くときは、下のコードを添えて管理者に知らせてください。"
_ADMIN_EN = "If it happens again, tell the administrator the code below."

COUNTER_MESSAGES: dict[str, Message] = {
    # --- the house ---
    "house.file": Message(
        "事業者の設定（house.yaml）を開けませんでした。", "The house settings (house.yaml) could not be opened.",
        "データフォルダーの権限を確かめてください。", "Check the permissions of the data folder.",
    ),
    "house.content": Message(
        "事業者の設定（house.yaml）に、読みとれない項目があります。",
        "The house settings (house.yaml) have an entry that is not understood.",
        "上に出ている項目を直してから、もう一度起動してください。書き方は「docs/operator/house.md」にあります。",
        "Correct the entry that is named above, then start again. “docs/operator/house.md” shows how to write it.",
    ),
    # --- visits ---
    "visit": Message(
        "この本人確認を続けられませんでした。", "This check could not go on.",
        "ホームからはじめてください。", "Start again from the home page.",
    ),
    "visit.not_found": Message(
        "この本人確認は終わったか、時間が過ぎて破棄しました。",
        "This check has ended, or its time was over and it was discarded.",
        "保存した記録は消えていません。ホームから新しくはじめてください。",
        "No saved record was lost. Start a new one from the home page.",
    ),
    "visit.too_many": Message(
        "途中の本人確認が多すぎます。", "There are too many unfinished checks.",
        "ホームで、使わないものを破棄してください。", "Discard the ones not needed on the home page.",
    ),
    "visit.declarations": Message(
        "お客様への質問に、答えが入っていないものがあります。", "A question for the customer has no answer.",
        "答えていない質問をうかがってから、保存してください。", "Ask what is not answered, then save.",
    ),
    "visit.stage": Message(
        "この本人確認は、ほかの画面で先に進んでいます。", "This check has gone on in another window.",
        "「様子を見る」か、ホームの「続きから」で開いてください。",
        "Open it with “View”, or with “Resume” on the home page.",
    ),
    "visit.saving": Message(
        "この本人確認は、いま保存しています。", "This check is being saved.",
        "保存が終わるまでお待ちください。二重には保存されません。", "Wait until it is saved. It is not saved twice.",
    ),
    "visit.cancelled": Message(
        "読み取りを中止しました。", "The reading was stopped.",
        "続けるときは、もう一度「読み取る」を押してください。番号は残っています。",
        "To go on, press “Read” again. The numbers are kept.",
    ),
    "visit.answers": Message(
        "答えていない質問があります。", "A question is not answered.",
        "質問に答えてください。", "Answer the questions.",
    ),
    "visit.incomplete": Message(
        "この方法では完了できません。", "It cannot be completed this way.",
        "別の書類でもう一度お願いしてください。", "Ask for another document.",
    ),
    "visit.internal": Message(
        "読み取りがうまく動きませんでした。入力は残っています。", "The reading failed. Your input is kept.",
        "もう一度「読み取る」を押してください。" + _ADMIN_JA, "Press “Read” again. " + _ADMIN_EN,
    ),
    # --- what was typed ---
    "key": Message(
        "番号を確かめてください。", "Please check the numbers.",
        "旅券の記載と見比べてください。", "Compare them with the passport.",
    ),
    "key.missing": Message(
        "番号が入っていません。", "No numbers were entered.",
        "写真のページの下2行を入れてください。", "Enter the two lines of the photo page.",
    ),
    "key.several": Message(
        "2つ以上の方法が入っています。", "More than one way is filled in.",
        "下2行、3つの欄、CANのどれか1つだけにしてください。",
        "Use only one: the lines, the three fields, or the CAN.",
    ),
    "key.length": Message(
        "文字の数が合いません。", "The number of characters is not right.",
        "下2行は44文字が2行です。「<」も全部入れてください。",
        "There are two lines of 44 characters. Enter every “<”.",
    ),
    "key.kana": Message(
        "日本語入力を切ってください。", "Please switch Japanese input off.",
        "半角の英字と数字で入れてください。", "Enter plain letters and digits.",
    ),
    "key.twelve_digits": Message(
        "12桁の番号は入れないでください。", "Do not enter the 12-digit number.",
        "マイナンバーは使いません。この画面にある番号だけを入れてください。",
        "My Number is not used here. Enter only what this page asks for.",
    ),
    "key.pin": Message(
        "暗証番号を確かめてください。", "Please check the PIN.",
        "カードには送っていません。", "It was not sent to the card.",
    ),
    "key.pin.missing": Message(
        "暗証番号が入っていません。", "No PIN was entered.",
        "わからないときは、別の方法か別の書類にしてください。",
        "If it is not known, use another way or another document.",
    ),
    "key.pin.digits": Message(
        "暗証番号は数字4桁です。カードには送っていません。", "A PIN has four digits. It was not sent to the card.",
        "もう一度入れてください。", "Enter it again.",
    ),
    "key.number_b": Message(
        "表の番号を確かめてください。", "Please check the numbers on the front.",
        "カードには送っていません。", "They were not sent to the card.",
    ),
    "key.number_b.missing": Message(
        "この欄が空です。", "This field is empty.",
        "生年月日、有効期限の年、セキュリティコードを全部入れてください。",
        "Enter date of birth, year of expiry and security code.",
    ),
    "key.number_b.birth6": Message(
        "生年月日は6桁の数字です。", "The date of birth has six digits.",
        "年2桁、月2桁、日2桁です。昭和55年2月17日なら 550217。",
        "Year, month, day, two digits each: 17 Feb Showa 55 is 550217.",
    ),
    "key.number_b.year": Message(
        "有効期限の年は西暦4桁です。", "The year of expiry has four digits.",
        "カードの表を見て、2035 のように入れてください。", "Enter it as on the front, such as 2035.",
    ),
    "key.number_b.code": Message(
        "セキュリティコードは4桁の数字です。", "The security code has four digits.",
        "カードの表を見て入れてください。", "Enter it as on the front.",
    ),
    "key.card": Message(
        "カードの番号を確かめてください。", "Please check the card number.",
        "カードの表の右上を見てください。", "Look at the top right of the front.",
    ),
    "key.card.missing": Message(
        "番号が入っていません。", "No number was entered.",
        "カードの表の右上の12文字を入れてください。", "Enter the 12 characters at the top right of the front.",
    ),
    "key.card.form": Message(
        "カードの番号は、英字2・数字8・英字2の12文字です。",
        "A card number is 2 letters, 8 digits and 2 letters.",
        "0とO、1とIに気をつけて、入れ直してください。", "Mind 0 and O, 1 and I, and enter it again.",
    ),
    "visit.way": Message(
        "その方法は、このカードでは使えません。", "This card does not have that way.",
        "「戻る」を押して、カードを置き直してください。", "Press “Back” and place the card again.",
    ),
    "key.field_missing": Message(
        "この欄が空です。", "This field is empty.",
        "旅券番号、生年月日、有効期間満了日を全部入れてください。",
        "Enter passport number, date of birth and date of expiry.",
    ),
    "key.number": Message(
        "旅券番号として読めません。", "This is not a passport number.",
        "英字と数字で9文字までです。", "It has up to nine letters and digits.",
    ),
    "key.date": Message(
        "日付として読めません。", "This is not a date.",
        "年の下2桁、月、日の6桁で入れてください。1990年1月2日なら 900102 です。",
        "Enter six digits, year, month, day: 2 January 1990 is 900102.",
    ),
    "key.can": Message(
        "CANは6桁の数字です。", "The CAN has six digits.",
        "旅券の印字を見て入れてください。", "Enter it as printed on the passport.",
    ),
    # --- requests ---
    "request": Message(
        "この操作は受け付けられません。", "This request is not accepted.",
        "ホームからやり直してください。", "Start again from the home page.",
    ),
    "request.not_found": Message(
        "ページが見つかりません。記録は消えていません。", "Page not found. No record was lost.",
        "ホームから開いてください。", "Open it from the home page.",
    ),
    "request.csrf": Message(
        "画面が古くなっています。何も変わっていません。", "This page is out of date. Nothing was changed.",
        "ホームから開き直してください。", "Open it again from the home page.",
    ),
    "request.host": Message(
        "この名前では使えません。", "The server does not answer to this name.",
        "http://127.0.0.1:8350 を開いてください。", "Open http://127.0.0.1:8350.",
    ),
    "request.cross_site": Message(
        "ほかのサイトからの操作を止めました。何も変わっていません。",
        "A request from another site was stopped. Nothing was changed.",
        "この画面のボタンから操作してください。", "Use the buttons of these pages.",
    ),
    "request.too_large": Message(
        "送られた内容が大きすぎます。", "What was sent is too large.",
        "文字を減らしてください。", "Send less text.",
    ),
    "request.too_many": Message(
        "開いている画面が多すぎます。", "Too many windows are open.",
        "使わない画面を閉じてください。", "Close windows that are not needed.",
    ),
    # --- store ---
    "store.not_found": Message(
        "その番号の記録はありません。", "There is no record of that number.",
        "記録番号を確かめてください。", "Check the record number.",
    ),
    "store.open": Message(
        "データのファイルを開けません。", "The data file cannot be opened.",
        "データフォルダーの権限とディスクの空きを確かめてください。ファイルが壊れているときは、バックアップから戻せます。",
        "Check the data folder's permissions and the free space. A damaged file can be restored from a backup.",
    ),
    "store.unreachable": Message(
        "データベースのサーバーを使えません。", "The database server cannot be used.",
        "サーバーが動いているか、アドレス（HONNIN_DATABASE）と利用者の権限を確かめてください。",
        "Check that it is running, its address (HONNIN_DATABASE) and the rights of the user.",
    ),
    "store.newer": Message(
        "データは新しい版のプログラムで作られています。", "The data were written by a newer version of this program.",
        "プログラムを新しくしてください。", "Update the program.",
    ),
    "store.damaged": Message(
        "記録が壊れています。", "A record is damaged.",
        "バックアップを用意して、管理者に知らせてください。", "Get the backup ready and tell the administrator.",
    ),
    # --- starting ---
    "server": Message(
        "うまく動きませんでした。入力は残っています。", "Something failed. Your input is kept.",
        "もう一度試してください。" + _ADMIN_JA, "Try again. " + _ADMIN_EN,
    ),
    "serve": Message(
        "サーバーを起動できませんでした。", "The server could not start.",
        _ADMIN_JA, _ADMIN_EN,
    ),
    "serve.port": Message(
        "そのポートはほかのプログラムが使っています。", "Another program is using that port.",
        "すでに起動していないか確かめるか、「--port 8351」のように別の番号にしてください。",
        "See whether it is running already, or choose another one, such as “--port 8351”.",
    ),
    "serve.host": Message(
        "ログイン機能ができるまで、この端末のアドレスだけで使えます。",
        "Until there is a sign-in, only addresses of this machine can be used.",
        "「--host」を付けずに起動してください。", "Start without “--host”.",
    ),
    "serve.data": Message(
        "データフォルダーを作れません。", "The data folder cannot be made.",
        "「--data」で書き込めるフォルダーを選んでください。", "Choose a folder that can be written with “--data”.",
    ),
}  # fmt: skip
