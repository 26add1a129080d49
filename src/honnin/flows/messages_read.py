"""Sentences for recognising what lies on the reader, and for asking whether a certificate was revoked."""

from __future__ import annotations

from honnin.flows.message import Message

READ_MESSAGES: dict[str, Message] = {
    "card.unknown": Message(
        "4つの書類のどれでもないカードです。", "This card is none of the four documents.",
        "旅券、マイナンバーカード、運転免許証、在留カード等のどれかを置いてください。",
        "Place a passport, My Number Card, driver's licence or residence card.",
    ),
    "card.phone": Message(
        "スマートフォンです。券面のデータはありません。", "This is a smartphone, which has no face data.",
        "マイナンバーカードを置いてください。", "Place the My Number Card itself.",
    ),
    "card.old_card": Message(
        "住民基本台帳カードです。本人確認には使えません。", "This is the old resident card, which no longer counts.",
        "別の書類でお願いしてください。", "Ask for another document.",
    ),
    "read.misfit": Message(
        "置いてある書類は、指定した番号や暗証番号では開けません。",
        "What lies there is not opened with the options that were given.",
        "置いてある書類を確かめるか、番号の指定なしで実行してください。必要なものを順にたずねます。",
        "Check which document lies there, or run it without these options: what is needed is then asked for.",
    ),
    "read.misfit.passport": Message(
        "旅券が置かれています。指定した番号や暗証番号では開けません。",
        "A passport lies there; the options that were given do not open it.",
        "--mrz、--can、または --number と --birth と --expiry を使ってください。",
        "Use --mrz, --can, or --number with --birth and --expiry.",
    ),
    "read.misfit.mynumber": Message(
        "マイナンバーカードが置かれています。指定した番号や暗証番号では開けません。",
        "A My Number Card lies there; the options that were given do not open it.",
        "--number（照合番号B）、--birth と --expiry と --code、または --pin-prompt を使ってください。",
        "Use --number (the 14 digits), --birth with --expiry and --code, or --pin-prompt.",
    ),
    "read.misfit.licence": Message(
        "運転免許証が置かれています。指定した番号や暗証番号では開けません。",
        "A driver's licence lies there; the options that were given do not open it.",
        "--pin-prompt pin1 と --pin-prompt pin2 を使うか、何も指定しないでください。",
        "Use --pin-prompt pin1 and --pin-prompt pin2, or no option at all.",
    ),
    "read.misfit.residence": Message(
        "在留カード等が置かれています。指定した番号や暗証番号では開けません。",
        "A residence card lies there; the options that were given do not open it.",
        "--number（カードの番号12桁）を使ってください。", "Use --number (the 12 characters of the card number).",
    ),
    "trust.ocsp": Message(
        "証明書の失効を問い合わせられませんでした。", "Nobody could be asked whether the certificate was revoked.",
        "少し待ってから、もう一度試してください。", "Wait a little and try again.",
    ),
    "trust.ocsp.url": Message(
        "失効の問い合わせ先の住所が正しくありません。", "The address of the revocation service is not valid.",
        "管理者に設定を確かめてもらってください。", "Ask the administrator to check the setting.",
    ),
    "trust.ocsp.timeout": Message(
        "失効の問い合わせ先から、時間内に返事がありません。", "The revocation service did not answer in time.",
        "少し待ってから、もう一度試してください。", "Wait a little and try again.",
    ),
    "trust.ocsp.http": Message(
        "失効の問い合わせ先が答えを断りました。", "The revocation service refused to answer.",
        "管理者に契約と設定を確かめてもらってください。", "Ask the administrator to check contract and setting.",
    ),
    "trust.ocsp.too_large": Message(
        "失効の問い合わせ先の返事が大きすぎます。", "The answer of the revocation service is too large.",
        "管理者に問い合わせ先を確かめてもらってください。", "Ask the administrator to check the service.",
    ),
}  # fmt: skip
