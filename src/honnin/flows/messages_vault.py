"""Messages for sealed records, their keys, tokens and recovery sheets, and for individual numbers (番号法)."""

from __future__ import annotations

from honnin.flows.message import Message

_BACKUP_JA = "記録は消さずに、そのまま残してください。バックアップから戻すか、管理者に知らせてください。"
_BACKUP_EN = "Leave the record as it is. Restore it from a backup or tell the administrator."
_SHEET_JA = "バックアップから戻すか、「honnin keys restore」で復旧シートから戻してください。"
_SHEET_EN = "Restore them from a backup or with “honnin keys restore” from the recovery sheet; a new key opens nothing."
_DEVICE_JA = "鍵の装置（HSM）がつながっているか確かめて、もう一度試してください。"
_DEVICE_EN = "Check that the key device (HSM) is connected and try again."
_AGAIN_JA = "その行を紙と見比べて、もう一度入力してください。ほかの行は合っています。"
_AGAIN_EN = "Compare that line with the paper and type it again. The lines before it are right."
_CALL_JA = "呼び出したプログラムの設定を確かめてください。"
_CALL_EN = "Check the settings of the calling program."
_NUMBER_JA = "必要なときは、理由を付けてもう一度申請してください。"
_NUMBER_EN = "If you need it, ask again and give the reason."

VAULT_MESSAGES: dict[str, Message] = {
    "content": Message(
        "記録の中身を読めません。", "The content of the record cannot be read.", _BACKUP_JA, _BACKUP_EN,
    ),
    "content.too_large": Message(
        "記録が大きすぎて保存できません。", "The record is too large to keep.",
        "添付の画像を小さくするか、数を減らしてください。", "Make the attached images smaller or fewer.",
    ),
    "vault": Message(
        "記録の保管庫が使えません。", "The vault of the records cannot be used.",
        "管理者に知らせてください。", "Tell the administrator.",
    ),
    "vault.damaged": Message(
        "この記録は壊れているか、書きかえられています。ほかの記録には影響ありません。",
        "This record is damaged or was changed. Other records are not affected.",
        _BACKUP_JA, _BACKUP_EN,
    ),
    "vault.key_damaged": Message(
        "この記録の鍵が壊れているか、別の記録のものです。ほかの記録には影響ありません。",
        "The key of this record is damaged or belongs to another one. Other records are not affected.",
        _BACKUP_JA, _BACKUP_EN,
    ),
    # --- keys of the house ---
    "vault.key_missing": Message(
        "記録を開く鍵がありません。", "The key that opens the records is not here.", _SHEET_JA, _SHEET_EN,
    ),
    "vault.no_house": Message(
        "このデータフォルダーには、まだ鍵も記録もありません。",
        "There are no keys and no records in this data folder yet.",
        "「--data」でフォルダーを指定するか、模擬の記録なら「--demo」を付けてください。"
        "鍵は最初の「honnin serve」で作られます。",
        "Name the folder with --data, or add --demo for the demo. The first “honnin serve” makes the keys.",
    ),
    "vault.key_file": Message(
        "鍵のファイルが壊れています。", "A key file is damaged.", _SHEET_JA, _SHEET_EN,
    ),
    "vault.key_permissions": Message(
        "鍵のファイルを、ほかの利用者も読める状態です。", "Other users may read a key file.",
        "権限を 0600 にしてください。読まれた疑いがあれば、鍵を替えてください。",
        "Let only this program's user read it (0600). If somebody may have read it, rotate the keys.",
    ),
    "vault.key_write": Message(
        "鍵を保存できませんでした。", "A key could not be written.",
        "保存先の権限と空き容量を確かめてください。", "Check the permissions and free space of the folder.",
    ),
    "vault.key_exists": Message(
        "この用途の鍵が、もうあります。上書きはしませんでした。",
        "There is a key of this purpose already. It was not written over.",
        "空のフォルダーに戻してから、中身を確かめて入れかえてください。",
        "Restore into an empty folder, check it, then exchange the folders.",
    ),
    "vault.key_current": Message(
        "いま使っている鍵は消せません。", "The key in use cannot be retired.",
        "先に「honnin keys rotate」で新しい鍵に替えてください。",
        "Change to a new key with “honnin keys rotate” first.",
    ),
    "vault.key_recent": Message(
        "鍵を替えたばかりなので、古い鍵はまだ消せません。", "The old key was replaced only just now.",
        "10分たってから、もう一度試してください。", "Try again after ten minutes.",
    ),
    "vault.passphrase": Message(
        "鍵のパスフレーズがないか、ちがいます。", "The passphrase of the keys is missing or wrong.",
        "「HONNIN_KEY_PASSPHRASE_FILE」で正しいパスフレーズのファイルを示して、もう一度試してください。"
        "忘れたときは、keys フォルダーの名前を変えて残し、「honnin keys restore」で復旧シートから戻せます。",
        "Name the file with the right passphrase in HONNIN_KEY_PASSPHRASE_FILE and try again. If it is forgotten:"
        " keep the folder “keys” under another name and type the recovery sheet in with “honnin keys restore”.",
    ),
    "vault.passphrase_short": Message(
        "新しいパスフレーズが短すぎるか、長すぎます。何も変えていません。",
        "The new passphrase is too short or too long. Nothing was changed.",
        "12文字以上にしてください。ことばをいくつか並べると覚えやすくなります。",
        "Use at least 12 characters. Several words are easy to remember.",
    ),
    "vault.passphrase_differs": Message(
        "2回の入力がちがいます。何も変えていません。", "The two entries differ. Nothing was changed.",
        "もう一度実行して、同じものを2回入れてください。", "Run it again and enter the same twice.",
    ),
    "vault.no_passphrase": Message(
        "装置（HSM）の鍵にパスフレーズはありません。", "Keys of a key device have no passphrase.",
        "装置のPINは、装置のメーカーの方法で変えてください。", "Change the device's PIN in the way its maker provides.",
    ),
    "vault.key_busy": Message(
        "ほかのプログラムが鍵を書いています。", "Another program is writing keys.",
        "少し待ってから、もう一度実行してください。", "Wait a little, then run it again.",
    ),
    "vault.purpose": Message(
        "この鍵は、この用途には使えません。", "This key is not for this purpose.", _CALL_JA, _CALL_EN,
    ),
    "vault.argument": Message(
        "保管庫に渡された値が正しくありません。", "A value given to the vault is not right.", _CALL_JA, _CALL_EN,
    ),
    "vault.setting": Message(
        "鍵の設定が足りません。", "A setting of the keys is missing.",
        "HONNIN_HSM_TOKEN（装置の名前）かパスフレーズの設定を確かめてください。",
        "Check HONNIN_HSM_TOKEN (name of the device) or the passphrase.",
    ),
    "vault.no_sheet": Message(
        "この装置（HSM）の鍵は取り出せないため、復旧シートは作れません。",
        "Keys of a key device cannot be taken out, so there is no recovery sheet.",
        "装置のメーカーの方法でバックアップしてください。", "Make a backup in the way its maker provides.",
    ),
    "vault.key_in_use": Message(
        "古い鍵を使っている記録が残っています。鍵は消していません。",
        "Some records still use an older key. No key was destroyed.",
        "「honnin keys rotate」をもう一度実行してください。", "Run “honnin keys rotate” again.",
    ),
    # --- tokens (HSM) ---
    "vault.token": Message(
        "鍵の装置（HSM）が使えません。", "The key device (HSM) cannot be used.", _DEVICE_JA, _DEVICE_EN,
    ),
    "vault.token.away": Message(
        "鍵の装置（HSM）が見つかりません。", "The key device (HSM) is not there.", _DEVICE_JA, _DEVICE_EN,
    ),
    "vault.token.module": Message(
        "鍵の装置（HSM）を使う部品が入っていません。", "The part for key devices is not installed.",
        "追加の部品「hsm」を入れてください。", "Install the extra “hsm”.",
    ),
    "vault.token.library": Message(
        "鍵の装置（HSM）のライブラリーを読み込めません。", "The library of the key device cannot be loaded.",
        "ライブラリーの場所の設定を確かめてください。", "Check the setting of the library's place.",
    ),
    "vault.token.pin": Message(
        "鍵の装置（HSM）の暗証番号がちがいます。", "The key device refused the PIN.",
        "何度もまちがえるとロックされます。設定を確かめてから、もう一度起動してください。",
        "It locks after several wrong PINs. Check the setting before you start again.",
    ),
    "vault.token.pin_locked": Message(
        "鍵の装置（HSM）の暗証番号がロックされています。", "The PIN of the key device is locked.",
        "装置の管理者に解除を頼んでください。", "Ask the keeper of the device to unlock it.",
    ),
    "vault.token.pin_missing": Message(
        "鍵の装置（HSM）の暗証番号が設定されていません。", "No PIN is set for the key device.",
        "HONNIN_HSM_PIN_FILE に、暗証番号を書いたファイルを指定してください。",
        "Name a file with the PIN in HONNIN_HSM_PIN_FILE.",
    ),
    # --- recovery sheet ---
    "vault.sheet": Message(
        "復旧シートの鍵として読めません。", "This is not a key of a recovery sheet.",
        "1つの鍵は4行、64文字です。同じ鍵の4行を、上から順に入力してください。",
        "A key is four lines, 64 characters. Type the four lines of one key from the top.",
    ),
    **{
        f"vault.sheet_line.{line}": Message(
            f"復旧シートの{line}行めに入力まちがいがあります。", f"Line {line} of the key was mistyped.",
            _AGAIN_JA.replace("ほかの行は合っています。", "その上の行は合っています。" if line > 1 else ""),
            _AGAIN_EN if line > 1 else _AGAIN_EN.split(". ", maxsplit=1)[0] + ".",
        )
        for line in range(1, 5)
    },
    # --- individual numbers (番号法) ---
    "number": Message(
        "個人番号を扱えませんでした。", "The individual number could not be handled.",
        "管理者に知らせてください。", "Tell the administrator.",
    ),
    "number.check_digit": Message(
        "個人番号の検査数字が合いません。保存していません。", "The check digit does not match. Nothing was kept.",
        "番号を確かめて、もう一度読み取ってください。", "Check the number and read it again.",
    ),
    "number.purpose": Message(
        "この個人番号は、別の利用目的で受け取ったものです。", "This number was received for another purpose.",
        "番号法では、受け取ったときの目的のほかには使えません。", "By law it may be used for that purpose only.",
    ),
    "number.grant_used": Message(
        "この個人番号は、もう表示されました。", "This number has already been shown.", _NUMBER_JA, _NUMBER_EN,
    ),
    "number.grant_expired": Message(
        "個人番号を表示できる時間が過ぎました。", "The time to show this number has passed.", _NUMBER_JA, _NUMBER_EN,
    ),
    "number.grant": Message(
        "この個人番号を表示する権限がありません。", "You may not be shown this number.", _NUMBER_JA, _NUMBER_EN,
    ),
    "number.recipient": Message(
        "受け取り側の公開鍵が使えません。", "The recipient's public key cannot be used.",
        "X25519 か、2048ビット以上の RSA の公開鍵を登録してください。",
        "Register an X25519 key or an RSA key of at least 2048 bits.",
    ),
}  # fmt: skip
