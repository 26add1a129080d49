"""Words of the pages on which an individual number is received, shown and deleted (番号法; ui.md §3.3–3.9)."""

from __future__ import annotations

NUMBER_TEXTS: dict[str, tuple[str, str]] = {
    # The case (3.3)
    "case.purpose": ("個人番号の利用目的", "Purpose of the individual number"),
    "case.purpose.help": (
        "この目的だけに使います。お客様にも伝えてください。",
        "It is used for this alone. Tell the customer as well.",
    ),
    "case.purpose.missing": ("利用目的を選んでください。", "Choose the purpose."),
    "case.way.mynumber.number": (
        "裏の12桁を入れるか、暗証番号で読みます。番号と本人を一度に確かめます。",
        "The 12 digits on the back are entered, or the PIN: number and person in one go.",
    ),
    "case.way.other.number": (
        "個人番号の入った住民票なども要ります。読み取りの後に、その番号を見て入れます。",
        "A resident record with the number is needed as well: its number is entered after the reading.",
    ),
    # A number that stands on a paper (3.7)
    "number.paper.h1": ("書類にある個人番号を入れる", "Enter the number off a paper"),
    "number.paper.lead": (
        "番号は記録と別の保管庫に置きます。この画面には二度と表示されません。",
        "The number is kept apart from the record and is never shown on this page again.",
    ),
    "number.paper.which": (
        "番号の書いてある書類（原本を見てください）", "Paper with the number (look at the original)",
    ),
    "number.paper.digits.help": (
        "書類の12桁。間をあけても、全角でもかまいません。", "The 12 digits on it. Spaces and full width do no harm.",
    ),
    "number.paper.same.legend": ("2つの書類は同じ方のものですか", "Are both papers of the same person?"),
    "number.paper.same": (
        "氏名・生年月日（または住所）が、読み取ったカードと同じことを確かめました。",
        "I made sure that the name and the birth date (or the address) are those of the card that was read.",
    ),
    "number.paper.take": ("番号を受け取る", "Take the number"),
    "number.paper.none": (
        "番号は、住民票の写しなどの書類で確かめます。", "The number is taken off a paper, such as a resident record.",
    ),
    "number.paper.go": ("書類にある番号を入れる", "Enter the number off a paper"),
    "number.paper.taken": ("受け取りました。見た書類：{paper}。", "Taken. Paper that was seen: {paper}."),
    "number.paper.forget": ("番号を消して入れ直す", "Forget it and enter it anew"),
    # The key (3.5)
    "secret.face_number_a": ("裏の12桁", "Number on the back"),
    "secret.text_number_a": ("裏の12桁", "Number on the back"),
    "key.h1.number_a": ("カードの裏の12桁（個人番号）を入れてください", "Enter the 12 digits on the back"),
    "key.h1.number_pin": ("表の番号と暗証番号を入れてください", "Enter the numbers on the front and the PIN"),
    "key.lead.number_a": (
        "番号法の取引です。番号は、選んだ利用目的だけに使います。暗証番号はいりません。",
        "A case of the My Number Act. The number is used for the chosen purpose alone. No PIN is needed.",
    ),
    "key.lead.number_pin": (
        "番号法の取引です。表の番号は職員が、暗証番号はお客様が入れます。職員は見ません。",
        "A case of the My Number Act. Staff enter the front, the customer the PIN; staff do not look.",
    ),
    "key.way.number_a": ("裏の12桁で読む（暗証番号なし）", "Read with the 12 digits on the back (no PIN)"),
    "key.way.number_pin": ("表の番号と暗証番号で読む", "Read with the front and the PIN"),
    "key.will_read.number_a": (
        "個人番号（12桁）、氏名と住所（画像）、生年月日、顔写真、有効期限",
        "My Number (12 digits), name and address (as pictures), date of birth, photo, expiry",
    ),
    "key.will_read.number_pin": (
        "個人番号（12桁）、氏名、住所、生年月日、顔写真、有効期限",
        "My Number (12 digits), name, address, date of birth, photo, expiry",
    ),
    "key.will_not_read.number_a": (
        "氏名と住所の文字、電子証明書。番号は記録と別の保管庫に置きます。",
        "name and address as text, certificates. The number is kept apart from the record.",
    ),
    "key.will_not_read.number_pin": (
        "電子証明書。番号は記録と別の保管庫に置きます。",
        "certificates. The number is kept apart from the record.",
    ),
    "key.pin.number_a": ("個人番号（12桁）", "Individual number (12 digits)"),
    "key.pin.number_a.help": (
        "カードの裏にあります。間をあけても、全角でもかまいません。",
        "On the back of the card. Spaces and full width do no harm.",
    ),
    "key.digits.show.label": ("番号を表示", "Show the number"),
    "key.digits.hide.label": ("番号を隠す", "Hide the number"),
    "key.digits.shown": ("番号を表示しました", "The number is shown"),
    "key.digits.hidden": ("番号を隠しました", "The number is hidden"),
    "key.forgotten.number_a": (
        "下の「表の番号と暗証番号で読む」にしてください。",
        "use the front and the PIN (link below).",
    ),
    "key.forgotten.number_pin": (
        "試さずに、下の「裏の12桁で読む」にしてください。再設定は市区町村の窓口です。",
        "do not guess; use the 12 digits on the back (link below). PINs are reset at the municipal office.",
    ),
    "drawing.number_a": (
        "マイナンバーカードの裏。12桁の番号の場所に印があります",
        "Back of a My Number Card: the place of the 12 digits is marked",
    ),
    "drawing.number": ("12桁", "12 digits"),
    "tray.back": ("裏の12桁", "Back, 12 digits"),
    # The result (3.7)
    "number.label": ("個人番号", "Individual number"),
    "number.purpose": ("利用目的：{purpose}", "Purpose: {purpose}"),
    "number.confirmed": ("読み取りました。署名も確かめました。", "Read, and its signature was checked."),
    "number.not_confirmed": (
        "読み取れていないか、署名を確かめられません。番号は保管されません。",
        "Not read, or its signature cannot be checked. No number will be kept.",
    ),
    "number.only_finished": (
        "本人確認が済んだときだけ保管します。記録・PDF・証拠一式には入りません。",
        "Kept only when the check is finished; never in the record, its PDF or the evidence.",
    ),
    "number.show": ("表示する（記録されます）", "Show (this is logged)"),
    "number.hide": ("隠す", "Hide"),
    "number.shown.h1": ("個人番号を表示しています", "The individual number is shown"),
    "number.shown.help": ("30秒で消えます。印刷されません。", "It disappears after 30 seconds and is not printed."),
    "number.back": ("戻る（番号を隠す）", "Back (hides the number)"),
    # Done (3.9)
    "number.done.kept": (
        "記録とは別の保管庫に置きました（{purpose}）", "In a store of its own, apart from the record ({purpose})",
    ),
    "number.done.none": ("保管していません", "None is kept"),
    "number.done.retention": (
        "事務が終わったら、すぐに消します。「個人番号の保管」で最後の日を記録してください。",
        "Deleted as soon as the purpose is over. Enter its last day under “Number kept”.",
    ),
    # One record (3.13)
    "number.page": ("個人番号の保管", "Number kept"),
    "number.page.lead": (
        "番号は、記録とは別の鍵で保管しています。この画面に番号は出ません。",
        "The number is kept under keys of its own. It does not stand on this page.",
    ),
    "number.page.none": ("この記録の個人番号は、保管していません。", "No individual number is kept with this record."),
    "number.page.id": ("保管番号", "Number of keeping"),
    "number.page.of": ("利用目的", "Purpose"),
    "number.page.stored": ("保管した日時", "Kept since"),
    "number.page.until": ("最後に必要な日", "Last day of need"),
    "number.page.until.open": ("まだ決まっていません", "Not known yet"),
    "number.view.h2": ("一度だけ表示する", "Show once"),
    "number.view.help": (
        "責任者から受け取った許可番号を入れます。出されてから5分以内に、一度だけ使えます。",
        "The permit that whoever answers for numbers gave you: good once, within five minutes.",
    ),
    "number.view.token": ("許可番号", "Permit"),
    "number.permit.for": ("許可番号を出す相手（見てよい人）", "Give a permit to"),
    "number.permit.make": ("許可番号を出す（記録されます）", "Give a permit (this is logged)"),
    "number.permit.made": ("許可番号", "Permit"),
    "number.permit.next": (
        "本人だけに伝えてください。その人の名前でこの画面を開き、5分以内に入れます。もう一度は出ません。",
        "Tell it to that person alone. They enter it here under their own name within five minutes. Shown only now.",
    ),
    "number.history": ("この番号に触れた記録（台帳）", "Who touched this number (ledger)"),
    "number.until.h2": ("利用目的の終わりを記録する", "Enter the end of the purpose"),
    "number.until.help": (
        "この日の次の日から、削除の対象になります。例：2027-03-31",
        "From the day after it is due for deletion. Example: 2027-03-31",
    ),
    "number.until.save": ("記録する", "Enter"),
    "number.delete.h2": ("いますぐ消す", "Delete at once"),
    "number.delete.help": (
        "番号と鍵を消します。元に戻せません。本人確認の記録は残ります。",
        "Number and key are destroyed; this cannot be undone. The record of the check stays.",
    ),
    "number.delete.sure": ("元に戻せないことを確かめました", "I know that it cannot be undone"),
    "number.delete": ("個人番号を消す", "Delete the number"),
    "number.deleted": ("個人番号を消しました。台帳に記載しました。", "The number was deleted, and the ledger says so."),
    "number.until.saved": ("最後の日を記録しました。", "The last day was entered."),
}
