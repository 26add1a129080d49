"""Sentences for the ways into a card that sign or read the licence part at the counter (ui.md §3.5)."""

from __future__ import annotations

from honnin.flows.message import Message

PAGE_MESSAGES: dict[str, Message] = {
    "key.pin.password": Message(
        "署名用パスワードは、英字（大文字）と数字で6〜16文字です。",
        "A signing password has 6 to 16 capital letters and digits.",
        "お客様にもう一度入れてもらってください。4桁の暗証番号とは別のものです。",
        "Let the customer enter it again. It is not the PIN of four digits.",
    ),
    "statement": Message(
        "署名してもらう文を作れませんでした。カードには何も送っていません。",
        "The statement to be signed could not be made. Nothing was sent to the card.",
        "ホームから新しい本人確認をはじめてください。", "Start a new check from the home page.",
    ),
}  # fmt: skip
