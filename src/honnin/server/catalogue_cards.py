"""Strings about the cards with numbers and PINs: My Number Card, licence, residence card (ui.md §3.5, §3.7)."""

from __future__ import annotations

CARD_TEXTS: dict[str, tuple[str, str]] = {
    "document.mynumber": ("マイナンバーカード", "My Number Card"),
    "document.licence": ("運転免許証", "Driver's licence"),
    "document.residence": ("在留カード・特別永住者証明書", "Residence card"),
    "document.mynumber_licence": ("マイナ免許証", "Licence on a My Number Card"),
    "document.none": ("書類はまだ", "no document yet"),
    "place.found.document": (
        "{document}です。番号の入力へ進みます。",
        "{document} found. Going on to the numbers.",
    ),
    # Names of secrets
    "secret.text": ("暗証番号", "PIN"),
    "secret.pin1": ("暗証番号1", "PIN 1"),
    "secret.pin2": ("暗証番号2", "PIN 2"),
    "secret.signing": ("署名用パスワード", "Signing password"),
    "secret.licence": ("マイナ免許証の暗証番号", "PIN of the licence"),
    "secret.face_reference_b": ("表の番号", "Printed number"),
    "secret.text_reference_b": ("表の番号", "Printed number"),
    # Key page
    "key.h1.reference_b": ("カードの表の番号を入れてください", "Enter the numbers on the front"),
    "key.h1.text_pin": ("暗証番号（4桁）を入れてください", "Enter the 4-digit PIN"),
    "key.h1.signature": ("署名用パスワードを入れてください", "Enter the signing password"),
    "key.h1.mynumber_licence": ("マイナ免許証の暗証番号を入れてください", "Enter the PIN of the licence on the card"),
    "key.h1.mynumber_licence_no_pin": (
        "マイナ免許証に暗証番号が設定されていません",
        "No PIN is set on the licence on this card",
    ),
    "key.h1.licence": ("免許証の暗証番号を2つ入れてください", "Enter both PINs of the licence"),
    "key.h1.licence_pin1": ("免許証の暗証番号1を入れてください", "Enter PIN 1 of the licence"),
    "key.h1.licence_no_pin": ("暗証番号が設定されていません", "No PIN is set on this licence"),
    "key.h1.residence": ("カードの番号を入れてください", "Enter the card number"),
    "key.h1.blocked": ("この暗証番号はロックされています", "This PIN is locked"),
    "key.h1.unknown": ("残り回数がわかりません", "Tries left unknown"),
    "key.lead.reference_b": (
        "暗証番号はいりません。カードの表を見て入れます。裏の12桁は使いません。",
        "No PIN needed. Read them from the front. The 12 digits on the back are not used.",
    ),
    "key.lead.text_pin": (
        "お客様に入れてもらいます。職員は見ません。",
        "The customer enters it; staff do not look.",
    ),
    "key.lead.signature": (
        "お客様に入れてもらいます。職員は見ません。カードが、この受付だけに使う文に署名します。",
        "The customer enters it; staff do not look. The card signs a statement that serves this visit alone.",
    ),
    "key.lead.mynumber_licence": (
        "お客様に入れてもらいます。職員は見ません。免許の情報だけです。本人確認書類ではありません。",
        "The customer enters it; staff do not look. Licence data only: not an identity document.",
    ),
    "key.lead.mynumber_licence_no_pin": (
        "入力はいりません。「読み取る」を押してください。免許の情報だけです。本人確認書類ではありません。",
        "Nothing to enter. Press “Read”. Licence data only: not an identity document.",
    ),
    "key.lead.licence": (
        "お客様に入れてもらいます。職員は見ません。1つだけでは写真が読めず、署名も確認できません。",
        "The customer enters them; staff do not look. With one PIN alone neither photo nor signature.",
    ),
    "key.lead.licence_pin1": (
        "お客様に入れてもらいます。写真は読めず、署名も確認できません。",
        "The customer enters it. Neither photo nor signature can be had this way.",
    ),
    "key.lead.licence_no_pin": (
        "入力はいりません。「読み取る」を押してください。",
        "Nothing to enter. Press “Read”.",
    ),
    "key.lead.residence": (
        "表に印字された12文字。まちがえてもロックされません。",
        "12 characters on the front; wrong entries never lock it.",
    ),
    "key.way.reference_b": ("カードの表の番号で読む（暗証番号なし）", "Read with the numbers on the front (no PIN)"),
    "key.way.text_pin": ("暗証番号で読む", "Read with the PIN"),
    "key.way.signature": ("署名用パスワードで読む", "Read with the signing password"),
    "key.way.mynumber_licence": (
        "マイナ免許証を読む（免許の情報だけ）",
        "Read the licence on the card (licence data only)",
    ),
    "key.way.mynumber_licence_no_pin": (
        "マイナ免許証を読む（免許の情報だけ・暗証番号なし）",
        "Read the licence on the card (licence data only, no PIN)",
    ),
    "key.way.licence": ("暗証番号を2つ入れて読む", "Read with both PINs"),
    "key.way.licence_pin1": ("暗証番号1だけで読む", "Read with PIN 1 only"),
    "key.way.licence_no_pin": ("暗証番号なしで読む", "Read without a PIN"),
    "key.way.residence": ("カードの番号で読む", "Read with the card number"),
    "key.way.passport": ("旅券の番号で読む", "Read with the passport's numbers"),
    "key.other_ways": ("ほかの方法", "Other ways"),
    "key.other_document": (
        "別の書類：「別の書類でもう一度お願いします。」と伝えてください。",
        "Another document. Say: “Please let us try with another document.”",
    ),
    "key.see_ways": ("別の方法を見る", "See other ways"),
    "key.tries": ("入力できる回数：あと{n}回", "Tries left: {n}"),
    "key.wrong.left": ("{name}：あと{n}回入力できます。", "{name}: {n} tries left."),
    "key.birth6": ("生年月日（6桁）", "Date of birth (6 digits)"),
    "key.birth6.help": (
        "昭和55年2月17日なら 550217。西暦なら下2桁から。14桁を一度に読み取れます。",
        "17 Feb Showa 55 is 550217; a Western year: its last two digits. All 14 digits can be scanned here at once.",
    ),
    "key.year": ("有効期限の年（西暦4桁）", "Year of expiry (4 digits)"),
    "key.year.help": ("電子証明書ではなく、カードの期限です。", "Of the card, not of its certificates."),
    "key.code": ("セキュリティコード（4桁）", "Security code (4 digits)"),
    "key.code.help": ("表の写真の近くに印字された4桁です。", "Four digits printed on the front."),
    "key.card": ("番号（英字2・数字8・英字2）", "Number (2 letters, 8 digits, 2 letters)"),
    "key.card.help": ("カードの表の右上にあります。例：AB12345678CD", "At the top right of the front: AB12345678CD"),
    "key.pin.text": ("券面事項入力補助用の暗証番号", "PIN for card text (券面事項入力補助用)"),
    "key.pin.text.help": ("数字4桁", "Four digits"),
    "key.pin.signing": ("署名用電子証明書の暗証番号", "Signing password (署名用電子証明書の暗証番号)"),
    "key.pin.signing.help": (
        "英字（大文字）と数字、6〜16文字。15歳未満の方のカードには、ふつうありません。",
        "6–16 capital letters and digits; cards of children under 15 usually have none.",
    ),
    "key.pin.licence": ("マイナ免許証の暗証番号", "PIN of the licence on the card"),
    "key.pin.licence.help": (
        "免許センターなどで決めた数字4桁。カードのほかの暗証番号とは別です。",
        "Four digits chosen at the licence centre; not one of the card's other PINs.",
    ),
    "key.pin.pin1": ("暗証番号1（4桁）", "PIN 1 (4 digits)"),
    "key.pin.pin2": ("暗証番号2（4桁）", "PIN 2 (4 digits)"),
    "key.pin.show": ("表示", "Show"),
    "key.pin.hide": ("隠す", "Hide"),
    "key.pin.show.label": ("暗証番号を表示", "Show the PIN"),
    "key.pin.hide.label": ("暗証番号を隠す", "Hide the PIN"),
    "key.pin.shown": ("暗証番号を表示しました", "The PIN is shown"),
    "key.pin.hidden": ("暗証番号を隠しました", "The PIN is hidden"),
    "key.will_read.reference_b": ("氏名、住所、生年月日、顔写真、有効期限", "name, address, birth, photo, expiry"),
    "key.will_read.text_pin": (
        "氏名、住所、生年月日（顔写真は読めません）",
        "name, address, date of birth (no photo this way)",
    ),
    "key.will_read.signature": (
        "署名用電子証明書の氏名、住所、生年月日（顔写真は読めません）",
        "name, address, date of birth from the signing certificate (no photo this way)",
    ),
    "key.will_read.mynumber_licence": (
        "免許証の番号、有効期限、免許の種類、色区分、顔写真",
        "licence number, expiry, categories, colour, photo",
    ),
    "key.will_read.mynumber_licence_no_pin": (
        "免許証の番号、有効期限、免許の種類、色区分、顔写真",
        "licence number, expiry, categories, colour, photo",
    ),
    "key.will_read.licence": (
        "氏名、住所、生年月日、有効期限、免許証の番号、顔写真",
        "name, address, date of birth, expiry, licence number, photo",
    ),
    "key.will_read.licence_pin1": (
        "氏名、住所、生年月日、有効期限、免許証の番号",
        "name, address, date of birth, expiry, licence number",
    ),
    "key.will_read.licence_no_pin": (
        "氏名、住所、生年月日、有効期限、免許証の番号、顔写真",
        "name, address, date of birth, expiry, licence number, photo",
    ),
    "key.will_read.residence": (
        "氏名と住所（画像）、生年月日、国籍、在留資格、有効期間、顔写真",
        "name and address (as pictures), date of birth, nationality, status, validity, photo",
    ),
    "key.will_not_read.reference_b": ("マイナンバー（12桁）", "My Number (12 digits)"),
    "key.will_not_read.text_pin": ("マイナンバー（12桁）", "My Number (12 digits)"),
    "key.will_not_read.signature": ("マイナンバー（12桁）", "My Number (12 digits)"),
    "key.will_not_read.mynumber_licence": (
        "マイナンバー（12桁）。氏名・住所・生年月日は、この領域にありません。",
        "My Number (12 digits). Name, address and date of birth are not stored in this part.",
    ),
    "key.will_not_read.mynumber_licence_no_pin": (
        "マイナンバー（12桁）。氏名・住所・生年月日は、この領域にありません。",
        "My Number (12 digits). Name, address and date of birth are not stored in this part.",
    ),
    "key.will_not_read.licence": (
        "ありません。本籍は署名の確認だけに使い、表示も保存もしません。",
        "nothing. The registered domicile serves the signature check only; it is neither shown nor kept.",
    ),
    "key.will_not_read.licence_pin1": ("本籍、顔写真", "registered domicile, photo"),
    "key.will_not_read.licence_no_pin": (
        "ありません。本籍は署名の確認だけに使い、表示も保存もしません。",
        "nothing. The registered domicile serves the signature check only; it is neither shown nor kept.",
    ),
    "key.will_not_read.residence": ("ありません。", "nothing."),
    "key.also_residence": (
        "在留カードの部分はまだ読めません。マイナンバーカードとして確認します。",
        "The residence part cannot be read yet; it is checked as a My Number Card.",
    ),
    # What to do when the customer does not know the secret, or the print cannot be read
    "key.forgotten": ("お客様が覚えていないとき：", "If the customer does not remember it: "),
    "key.illegible": ("印字が読めないとき：", "If the print cannot be read: "),
    "key.forgotten.reference_b": (
        "下の「暗証番号で読む」か、別の書類でお願いしてください。",
        "use the PIN (link below) or ask for another document.",
    ),
    "key.forgotten.text_pin": (
        "試さずに、下の「カードの表の番号で読む」にしてください。再設定は市区町村の窓口です。",
        "do not guess; read the numbers on the front (link below). PINs are reset at the municipal office.",
    ),
    "key.forgotten.signature": (
        "試さずに、下の「カードの表の番号で読む」にしてください。再設定は市区町村の窓口です。",
        "do not guess; read the numbers on the front (link below). It is reset at the municipal office.",
    ),
    "key.forgotten.mynumber_licence": (
        "試さずに、下の「カードの表の番号で読む」にしてください。再設定は警察署・運転免許センターです。",
        "do not guess; read the numbers on the front (link below). It is reset by the police or a licence centre.",
    ),
    "key.forgotten.licence": (
        "試さずに、別の書類でお願いしてください。再設定は警察署・運転免許センターです。",
        "do not guess; ask for another document. PINs are reset at a police station or licence centre.",
    ),
    "key.forgotten.licence_pin1": (
        "試さずに、別の書類でお願いしてください。再設定は警察署・運転免許センターです。",
        "do not guess; ask for another document. PINs are reset at a police station or licence centre.",
    ),
    "key.forgotten.residence": ("別の書類でお願いしてください。", "ask for another document."),
    "key.forgotten.passport": (
        "3つの項目を手で入れるか、別の書類でお願いしてください。",
        "type the three items by hand, or ask for another document.",
    ),
    "key.blocked.which": ("「{name}」がロックされています。", "{name} is locked."),
    "key.blocked.mynumber": (
        "使えるようにするには市区町村の窓口での手続きが必要です。",
        "It can be reset only at the municipal office.",
    ),
    "key.blocked.licence": (
        "使えるようにするには警察署・運転免許センターでの手続きが必要です。",
        "It can be reset only at a police station or licence centre.",
    ),
    "key.blocked.licence.still": ("免許証の効力は変わりません。", "The licence itself is not affected."),
    "key.unknown": (
        "残り回数がわかりません。読み取りを止めました。カードには何も送っていません。",
        "The tries left are unknown; stopped. Nothing was sent to the card.",
    ),
    "key.last.h2": ("あと1回まちがえると、使えなくなります", "One more wrong entry will lock it"),
    "key.last.which": ("「{name}」は、あと1回しか入力できません。", "{name} has one try left."),
    "key.last.mynumber": (
        "ロックされたときは、市区町村の窓口での手続きが必要です。",
        "If it locks, it can be reset only at the municipal office.",
    ),
    "key.last.licence": (
        "ロックされたときは、警察署・運転免許センターでの手続きが必要です。",
        "If it locks, it can be reset only at a police station or licence centre.",
    ),
    "key.last.go": ("お客様が覚えているので続ける", "The customer is sure: continue"),
    "key.last.other": ("別の方法にする", "Use another way"),
    # Drawings
    "drawing.reference_b": (
        "マイナンバーカードの表。生年月日、有効期限の年、4桁のコードの場所に印があります",
        "Front of a My Number Card: birth date, year of expiry and 4-digit code are marked",
    ),
    "drawing.text_pin": (
        "マイナンバーカード。暗証番号は印字されていません。お客様が決めた4桁です",
        "A My Number Card: the PIN is not printed, the customer chose four digits",
    ),
    "drawing.signature": (
        "マイナンバーカード。署名用パスワードは印字されていません。お客様が決めた6〜16文字です",
        "A My Number Card: the signing password is not printed, the customer chose 6 to 16 characters",
    ),
    "drawing.mynumber_licence": (
        "マイナンバーカード。マイナ免許証の暗証番号は印字されていません。お客様が決めた4桁です",
        "A My Number Card: the PIN of the licence is not printed, the customer chose four digits",
    ),
    "drawing.no_pin": (
        "カード。暗証番号は設定されていないので、何も入れません",
        "A card: no PIN is set, nothing is entered",
    ),
    "drawing.not_printed": ("印字されていません", "Not printed"),
    "drawing.nothing": ("入力はいりません", "Nothing to enter"),
    "drawing.licence": (
        "運転免許証。暗証番号は印字されていません。交付のときに決めた4桁が2つです",
        "A driver's licence: the PINs are not printed, two times four digits chosen at issue",
    ),
    "drawing.residence": (
        "在留カードの表。右上の12文字の番号に印があります",
        "Front of a residence card: the number of 12 characters at the top right is marked",
    ),
    "drawing.birth": ("生年月日", "Date of birth"),
    "drawing.expiry_year": ("有効期限の年", "Year of expiry"),
    "drawing.code": ("4桁のコード", "4-digit code"),
    "reading.chip.none": (
        "複製でないかは、この方式では確認できません",
        "Copies cannot be told apart by this method",
    ),
    # Result
    "result.h1.document": ("読み取り結果：{document}", "Result: {document}"),
    "result.photo.none.text_pin": (
        "この方法では顔写真を読めません。カードの印字の写真と見比べてください。",
        "No photo can be read this way. Compare with the photo printed on the card.",
    ),
    "result.face.printed": (
        "1 カードの印字の写真と目の前の方は同じ人ですか",
        "1 Is the person in front of you the one in the printed photo?",
    ),
    "result.notes": ("かならず知っておくこと", "Always to be known"),
    "note.mynumber.lapse": (
        "紛失などによる失効は、この方法ではわかりません。",
        "Loss or cancellation cannot be seen this way.",
    ),
    "note.licence.pin1": (
        "暗証番号1だけで読みました。読み取りましたが、本物かは確認していません。",
        "Read with PIN 1 only: read, but not authenticated.",
    ),
    "note.licence.no_pin": ("暗証番号による確認はしていません。", "No PIN was checked."),
    "note.licence.no_anchor": (
        "発行者の署名：確認できません（確認用の鍵が未設定）",
        "Signature cannot be checked (no key set up)",
    ),
    "note.licence.changed": (
        "交付のあとに変更があります。変更後の内容に署名はありません。",
        "There are changes after issue. What was changed is not signed.",
    ),
    "note.licence.copy": (
        "チップの完全な複製は見分けられません。顔と印字を必ず見比べてください。",
        "A full copy of the chip cannot be told apart: compare face and print.",
    ),
    "note.mynumber.certificate": (
        "署名用電子証明書の内容です。顔写真はありません。券面の写真と印字で確かめてください。",
        "Contents of the signing certificate, without a photo. Compare with the card's own photo and print.",
    ),
    "note.mynumber.substitutes": (
        "証明書の氏名か住所に、代わりの文字があります。住民票の字とちがうことがあります。",
        "The certificate's name or address has substitute characters and may differ from the resident record.",
    ),
    "note.mynumber.residence": (
        "在留カードの部分はまだ読めません。マイナンバーカードとして確認します。",
        "The residence part cannot be read yet; checked as a My Number Card.",
    ),
    "result.licence.next": (
        "同じカードを「表の番号」で読んで確かめてください。これだけでは途中の記録になります。",
        "Check the same card by the numbers on its front. By itself this is kept as unfinished.",
    ),
    "line.no_source": ("失効していないか（照会先なし）", "Not revoked? (no source set up)"),
    "note.mynumber_licence.identity": (
        "免許の情報だけです。本人確認書類ではありません。",
        "Licence data only: not an identity document.",
    ),
    "note.residence.copy": (
        "チップの完全な複製は見分けられません。顔と印字を必ず見比べてください。",
        "A full copy of the chip cannot be told apart: compare face and print.",
    ),
    "note.residence.number": ("番号は署名の対象外です。", "The number is not signed."),
    "note.residence.under16": (
        "写真と署名のない様式です。未確認です。",
        "Layout without photo and signature: not checked.",
    ),
    "note.passport.bac": (
        "旅券が示す強い接続方式を使えませんでした。",
        "The stronger access method that the passport offers could not be used.",
    ),
    "note.expired": ("有効期限が切れています（{date}まで）。", "Expired (valid until {date})."),
    "lookup.open": ("照会を開く（新しいタブ）", "Open it (new tab)"),
    "result.lookup": ("3 失効照会の結果（※任意）", "3 Result of the lapse look-up (optional)"),
    "result.lookup.valid": ("失効していない", "Not lapsed"),
    "result.lookup.lapsed": ("失効している", "Lapsed"),
    "record.answer.lookup": ("失効照会の結果", "Result of the lapse look-up"),
    "group.issuer.mynumber": ("発行者（J-LIS）の署名があり、変更がないこと", "Signed by the issuer (J-LIS), unchanged"),
    "group.issuer.mynumber_licence": (
        "公安委員会の署名があり、変更がないこと",
        "Signed by the commission, unchanged",
    ),
    "group.issuer.licence": ("公安委員会の署名があり、変更がないこと", "Signed by the commission, unchanged"),
    "group.issuer.residence": ("出入国在留管理庁の署名があり、変更がないこと", "Signed by the agency, unchanged"),
    "item.address": ("住所", "Address"),
    "item.certificate.name": ("氏名（証明書）", "Name in the certificate"),
    "item.certificate.birth": ("生年月日（証明書）", "Birth in the certificate"),
    "item.certificate.address": ("住所（証明書）", "Address in the certificate"),
    "item.categories": ("免許の種類", "Categories"),
    "item.colour": ("色区分", "Colour"),
    "item.address.issued": ("住所（交付時）", "Address at issue"),
    "item.address.changed": ("住所（変更後）", "Address, changed later"),
    "item.name.issued": ("氏名（交付時）", "Name at issue"),
    "item.name.changed": ("氏名（変更後）", "Name, changed later"),
    "item.kana": ("フリガナ", "Kana"),
    "item.alias": ("通称", "Alias"),
    "item.number": ("番号", "Number"),
    "item.front_image": ("表面の画像", "Picture of the front"),
    "item.status": ("在留資格", "Status of residence"),
    "item.period": ("在留期間", "Period of stay"),
    "item.stay_until": ("在留期間の満了日", "Stay until"),
    "item.work": ("就労制限", "Work"),
    "item.card_type": ("カードの種類", "Kind of card"),
    "item.image.name": ("氏名の画像（文字なし）", "Picture of the name (no text)"),
    "item.image.address": ("住所の画像（文字なし）", "Picture of the address (no text)"),
    "glyph.alt": ("外字（画像）", "character as a picture"),
    "glyph.chip": ("外字：{word}", "Picture: {word}"),
    "glyph.missing": ("〓：この字はカードに記録がありません", "〓: this character is not on the card"),
    "item.image.front": ("カードの表面の画像", "Picture of the card's front"),
    "records.picture_only": ("氏名は画像だけです", "Name as a picture only"),
    "done.method.mynumber": ("マイナンバーカードのICチップ", "IC chip of the My Number Card"),
    "done.method.mynumber_licence": ("マイナ免許証のICチップ", "IC chip: licence on a My Number Card"),
    "done.method.licence": ("運転免許証のICチップ", "IC chip of the driver's licence"),
    "done.method.residence": ("在留カードのICチップ", "IC chip of the residence card"),
    # Tray
    "tray.reference_b": ("表の番号（14桁）", "Numbers on the front (14)"),
    "tray.text_pin": ("暗証番号（4桁）", "PIN (4 digits)"),
    "tray.signature_password": ("署名用パスワード", "Signing password"),
    "tray.licence_pin": ("マイナ免許証の暗証番号", "PIN of the licence"),
    "tray.pin1": ("暗証番号1", "PIN 1"),
    "tray.pin2": ("暗証番号2", "PIN 2"),
    "tray.card_number": ("カードの番号", "Card number"),
    "tray.no_pin": ("暗証番号はありません", "No PIN"),
    # Cannot read
    "unreadable.forgotten.h2": ("暗証番号を忘れた・ロックされたとき", "PIN forgotten or locked"),
    "unreadable.forgotten.1": (
        "マイナンバーカードは、表の番号で読めます。暗証番号はいりません。",
        "A My Number Card can be read with the numbers on its front; no PIN is needed.",
    ),
    "unreadable.forgotten.2": (
        "運転免許証は、暗証番号1だけでは本物か確認できません。別の書類を使ってください。",
        "A licence cannot be authenticated with PIN 1 alone. Use another document.",
    ),
    "unreadable.forgotten.3": (
        "思い出せないまま何度も試さないでください。まちがいが続くとロックされます。",
        "Do not try again and again: wrong entries lock the card.",
    ),
    "unreadable.forgotten.4": (
        "暗証番号の再設定は、マイナンバーカードは市区町村の窓口、免許証は警察署・運転免許センターです。",
        "PINs are reset at the municipal office (My Number Card) or a police station or licence centre (licence).",
    ),
}
