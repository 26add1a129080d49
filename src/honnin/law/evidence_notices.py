"""What a case's evidence leaves open, in plain words: which fact is missing, and what staff can do about it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EvidenceNotice", "all_codes", "notice"]


@dataclass(frozen=True, slots=True)
class EvidenceNotice:
    """`code` is stable; `detail` holds ids for experts, no personal data."""

    code: str
    ja: str
    en: str
    detail: str = ""


_TEXTS: dict[str, tuple[str, str]] = {
    "simulated": (
        "模擬または試験用のカードです。実際の本人確認には使えません。",
        "Simulated or test card. It cannot be used for a real verification.",
    ),
    "not_from_card": (
        "カードから読み取ったデータではないため、ICチップの読取りとして数えません。カードを読み取ってください。",
        "The data were not read from a card here, so they do not count as chip data. Read the card.",
    ),
    "chip_doubted": (
        "ICチップのデータに問題が見つかりました。この書類では本人確認を完了できません。別の書類をお願いしてください。",
        "A check found a problem with the chip. This document cannot complete the verification; ask for another one.",
    ),
    "face_no": (
        "顔が写真と違うと記録されました。この書類では本人確認を完了できません。",
        "Staff recorded that the face differs from the photo. This document cannot complete the verification.",
    ),
    "face_unsure": (
        "顔が写真と同じか判断できないと記録されました。別の人に確認を頼むか、別の書類をお願いしてください。",
        "Staff could not tell whether the face is that of the photo. Ask a colleague, or for another document.",
    ),
    "print_differs": (
        "券面と画面が一致すると確認されていません。この書類では本人確認を完了できません。",
        "The printed document was not found to match the screen. This document cannot complete the verification.",
    ),
    "myna_licence": (
        "マイナ免許証の情報だけでは本人確認できません。マイナンバーカードとして読み取ってください。",
        "The licence on a My Number Card identifies nobody. Read the card as a My Number Card.",
    ),
    "passport_no_address": (
        "旅券のICチップには住所がありません。今の住所がわかる別の書類が必要です。",
        "The chip of a passport has no address. A further document with the present address is needed.",
    ),
    "tokutei_residence": (
        "特定在留カード・特定特別永住者証明書です。マイナンバーカードとしても読み取れます。",
        "A specified residence card or certificate. It can also be read as a My Number Card.",
    ),
    "no_passport": (
        "ICチップのデータに旅券と書かれていません。旅券ではないICカードか、読み取れていない書類です。別の書類をお願いしてください。",
        "The chip does not say that it is a passport: another kind of card, or not read. Ask for another document.",
    ),
    "photo_unknown": (
        "カードに顔写真があるか記録されていません。券面を見て記録してください。",
        "Nobody recorded whether the card has a photo. Look at the card and record it.",
    ),
    "validity_unknown": (
        "有効期限を確認できていません。券面の日付を見て入力してください。",
        "The date of expiry is not known. Read it on the document and enter it.",
    ),
    "address_unknown": (
        "今の住所と同じか確認していません。お客さまに確かめてください。",
        "Nobody asked whether the address is the present one. Ask the customer.",
    ),
    "address_unsigned": (
        "住所には発行者の署名がありません。券面と見比べてください。",
        "The address is not covered by the issuer's signature. Compare it with the printed document.",
    ),
    "name_unsigned": (
        "氏名は発行後に変更され、変更後の氏名には発行者の署名がありません。券面と見比べてください。",
        "The name was changed after issue, and the new one is not signed. Compare it with the printed document.",
    ),
    "issuer_unverified": (
        "発行者の署名を最後まで確認できていません。",
        "The issuer's signature could not be verified to its end.",
    ),
    "chip_incomplete": (
        "ICチップから氏名と生年月日を読み取れていません。",
        "Name and date of birth were not read from the chip.",
    ),
    "no_chip_photo": (
        "ICチップの写真を読み取っていないため、顔の確認は写真との照合として数えません。",
        "The chip's photo was not read, so the comparison of the face does not count.",
    ),
    "jpki_revoked": (
        "署名用電子証明書は失効しています。この証明書では本人確認できません。",
        "The certificate for signing is revoked. It cannot be used.",
    ),
    "jpki_revocation_unknown": (
        "署名用電子証明書が失効していないことを確認できていません。",
        "It is not confirmed that the certificate for signing is not revoked.",
    ),
    "supplement_unfit": (
        "補完書類が、発行後6か月を過ぎているか、今の住所を示していません。別の書類をお願いしてください。",
        "The address paper is older than six months or does not show the present address. Ask for another one.",
    ),
    "paper_unknown": (
        "書類として数えられないものが入っています。本人確認書類か補完書類を出してもらってください。",
        "Something was entered that counts as no document. Ask for an identity document or a proof of address.",
    ),
    "paper_unchecked": (
        "有効と確認していない書類は数えていません。有効期限（期限のないものは発行後6か月以内）を確かめて入力してください。",
        "A paper whose validity nobody confirmed does not count. Check its expiry (none: six months).",
    ),
    "after_the_day": (
        "確認の日より後に行われたことは数えていません。確認の日を改めてください。",
        "What was done after the day of the verification does not count. Complete the verification on a later day.",
    ),
    "mail_elsewhere": (
        "郵便物の送り先が、確認できた今の住所ではありません。確認できた住所へ送り直してください。",
        "The mail did not go to a verified present address. Send it again to the verified address.",
    ),
    "mail_returned": (
        "郵便物が戻ってきました。本人確認は完了していません。",
        "The mail came back. The verification is not complete.",
    ),
    "mail_under_way": (
        "郵便物の配達がまだ確認できていません。",
        "The delivery of the mail is not confirmed yet.",
    ),
}


def notice(code: str, detail: str = "") -> EvidenceNotice:
    """The notice with that code."""
    ja, en = _TEXTS[code]
    return EvidenceNotice(code, ja, en, detail)


def all_codes() -> tuple[str, ...]:
    """Every code there is."""
    return tuple(_TEXTS)
