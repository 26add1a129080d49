"""Who the virtual licences belong to: plainly fictional people of 見本県, which does not exist, nor does its police.

Everything is fixed, so that the PINs stay true. Characters outside JIS X 0208 stand in the texts as themselves and are
named in `glyphs` (pictures in DF1/EF03) or `later_glyphs` (DF1/EF05); drivers-licence.md §7–§10, §14, §19.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from honnin_virtual.card import CardSpec
from honnin_virtual.licence.jis import MISSING_MARK

__all__ = ["COMMISSION", "PERSONAS", "Change", "Persona", "card_spec"]

COMMISSION = "見本県公安委員会"
_SHORT = "見本県公安"  # five characters at the end of each record


@dataclass(frozen=True, slots=True)
class Change:
    """A record written after issue (§10.2): which row it belongs to, when, what, by whom."""

    kind: str  # commission, name, kana, address, condition, lifted, remark, registered
    on: date
    content: str = ""
    by: str = _SHORT


@dataclass(frozen=True, slots=True)
class Persona:
    """A holder and the card."""

    name: str
    about_ja: str
    about_en: str
    holder: str
    kana: str  # 呼び名, at most 16 characters; 統一氏名 is made of the first 8
    birth: date
    number: str  # 12 digits; 99 is no commission
    issued: date
    expires: date
    address: str = "見本県見本市架空町１丁目１番１号"
    registered: str = "見本県架空市模型町２丁目３番"  # 本籍, or nationality
    alias: str = ""  # 通称名
    colour: str = "優良"
    conditions: tuple[str, ...] = ("眼鏡等",)
    version: str = "010"
    year: str = "78"  # JIS X 0208 制定年番号
    categories: Mapping[int, date] = field(default_factory=lambda: {0x22: date(2004, 6, 1), 0x23: date(2006, 7, 3),
                                                                    0x26: date(2006, 7, 3),
                                                                    0x2B: date(2004, 6, 1)})  # fmt: skip
    changes: tuple[Change, ...] = ()
    glyphs: tuple[str, ...] = ()  # at most two
    later_glyphs: tuple[str, ...] = ()  # at most five
    pin1: str = "1234"
    pin2: str = "5678"
    pins: bool = True  # False: no PIN was set, both are ****
    tries: tuple[int, int] = (3, 3)
    reserved: bool = False  # tags 34–3A with seven octets instead of none
    codestream: bool = False  # photo as a raw JPEG 2000 codestream
    photo: bool = True


def card_spec(persona: Persona) -> CardSpec:
    """Its line in `honnin cards list`, with the PINs its holder knows."""
    secrets = {"pin1": persona.pin1, "pin2": persona.pin2} if persona.pins else {}
    holder = persona.holder.replace(MISSING_MARK, "〓")
    return CardSpec(persona.name, "licence", holder, secrets, persona.about_ja, persona.about_en)


_ISSUED, _EXPIRES = date(2025, 2, 1), date(2030, 2, 15)
_MOVED = Change("address", date(2026, 4, 10), "見本県架空市模型町１−７−１見本荘２０５号室")

PERSONAS: tuple[Persona, ...] = (
    Persona(
        "licence-plain", "運転免許証。ふつうのカード（暗証番号1・2あり）",
        "Driver's licence: the plain one, both PINs set",
        "見本　太郎", "ミホン　タロウ", date(1990, 1, 15), "990400000010", _ISSUED, _EXPIRES,
    ),
    Persona(
        "licence-moved", "住所変更が一回（署名されない）", "One change of address, which nobody signed", "見本　花子",
        "ミホン　ハナコ", date(1985, 5, 5), "990400000020", date(2024, 5, 20), date(2029, 6, 5), changes=(_MOVED,),
    ),
    Persona(
        "licence-changed", "氏名・住所（二回）・本籍・条件の変更、条件解除、備考",
        "Name, address (twice), domicile and conditions changed", "架空　一子", "カクウ　カズコ", date(1992, 12, 1),
        "991100000030", date(2023, 12, 10), date(2029, 1, 1), conditions=("眼鏡等", "普通車はＡＴ車に限る"),
        changes=(
            Change("commission", date(2025, 10, 1)), Change("name", date(2025, 10, 1), "見本　一子"),
            Change("kana", date(2025, 10, 1), "ミホンカズコ"),
            Change("address", date(2025, 10, 1), "見本県見本市架空町５−６"), _MOVED,
            Change("condition", date(2026, 4, 10), "補聴器"), Change("lifted", date(2026, 4, 10), "ＡＴ車限定解除"),
            Change("remark", date(2026, 4, 10), "これは模擬の免許証です"),
            Change("registered", date(2025, 10, 1), "見本県見本市架空町５番"),
            Change("registered", date(2026, 6, 1), "見本県架空市模型町１番"),
        ),
    ),
    Persona(
        "licence-out-of-order", "二つの新住所の日付と順番が食い違う", "Two new addresses, the later written first",
        "見本　次郎",
        "ミホン　ジロウ", date(1970, 2, 28), "998800000040", _ISSUED, date(2030, 3, 28),
        changes=(_MOVED, Change("address", date(2025, 8, 1), "見本県見本市架空町９−９")),
    ),
    Persona(
        "licence-gaiji", "氏名に外字、変更後の住所にも外字",
        "Characters outside the table in the name and a later address",
        "見髙　𠮷郎", "ミタカ　ヨシロウ", date(1966, 6, 6), "998400000050", date(2022, 6, 20), date(2027, 7, 6),
        glyphs=("髙", "𠮷"), later_glyphs=("﨑",),
        changes=(Change("address", date(2026, 1, 20), "見本県見本市﨑町３−４"),),
    ),
    Persona(
        "licence-missing-glyph", "氏名に欠字（字形データなし）",
        "A character in the name of which the chip has no picture",
        f"見本　{MISSING_MARK}子", "ミホン　ランコ", date(1951, 7, 7), "997000000060", date(2024, 7, 20),
        date(2027, 8, 7),
    ),
    Persona(
        "licence-no-pin", "暗証番号が設定されていない免許証", "No PIN was ever set", "見本　三郎", "ミホン　サブロウ",
        date(1945, 3, 3), "996500000070", date(2025, 3, 20), date(2028, 4, 3), pins=False,
    ),
    Persona(
        "licence-one-try", "暗証番号1があと一回でロック", "PIN 1 has one try left", "見本　四郎", "ミホン　シロウ",
        date(1988, 8, 8), "990600000080", _ISSUED, date(2030, 9, 8), tries=(1, 3),
    ),
    Persona(
        "licence-blocked", "暗証番号1がロック済み", "PIN 1 is blocked", "見本　五郎", "ミホン　ゴロウ",
        date(1975, 9, 9),
        "999300000090", _ISSUED, date(2030, 10, 9), tries=(0, 3),
    ),
    Persona(
        "licence-pin2-blocked", "暗証番号2がロック済み（写真と本籍が読めない）",
        "PIN 2 is blocked: no photo, no signature check",
        "見本　六子", "ミホン　ムツコ", date(1995, 10, 10), "991400000100", _ISSUED, date(2030, 11, 10), tries=(3, 0),
    ),
    Persona(
        "licence-expired", "有効期間が過ぎた免許証", "Expired", "見本　七海", "ミホン　ナナミ", date(1980, 2, 17),
        "999800000110", date(2021, 3, 1), date(2026, 3, 17), version="009",
    ),
    Persona(
        "licence-007", "仕様書バージョン007（準中型あり）。写真はコードストリーム",
        "Version 007, photo as a raw codestream", "見本　八重", "ミホン　ヤエ", date(1999, 11, 11), "991800000120",
        date(2018, 12, 1), date(2023, 12, 11), version="007", year="90", colour="新規", codestream=True, reserved=True,
        conditions=("準中型で運転できる準中型車は準中型車（５ｔ）に限る",),
    ),
    Persona(
        "licence-008", "仕様書バージョン008", "Version 008", "見本　九子", "ミホン　ココノコ", date(1960, 4, 30),
        "997900000130", date(2020, 5, 10), date(2025, 5, 30), version="008", colour="その他", conditions=(),
    ),
    Persona(
        "licence-006", "仕様書バージョン006（準中型のタグなし）", "Version 006: no tag 33", "見本　十郎",
        "ミホン　ジュウロウ",
        date(1958, 1, 7), "997600000140", date(2016, 2, 1), date(2021, 2, 7), version="006", year="83",
    ),
    Persona(
        "licence-long-name", "氏名・住所・条件が最大長", "Name, address and conditions at their greatest length",
        "見本架空模型長大氏名見本架空模型　長大名前見本架空模型長大名前見本架空模",
        "ミホンカクウモケイ　ナガイナマエ",
        date(2001, 1, 1), "992100000150", _ISSUED, date(2030, 2, 1),
        address="見本県架空市模型町字長い名前の見本三丁目四十五番地六十七ハイツ見本弐番館１２０８", alias="長名　見本",
        conditions=tuple(
            f"条件その{n}：模擬の免許証につき実際の運転には使えないことを確認すること（見本用）" for n in "一二三四"
        ),
        categories={tag: date(2019, 5, 1) for tag in range(0x22, 0x34)}, reserved=True,
    ),
    Persona(
        "licence-foreign", "外国籍の方の免許証（本籍欄は国籍、通称あり）",
        "Holder of foreign nationality, with an alias",
        "ＳＡＭＰＬＥ　ＡＬＥＸ", "サンプル　アレックス", date(1990, 1, 15), "992200000160", date(2025, 1, 20),
        date(2028, 2, 15),
        registered="ユートピア", alias="見本　歩", colour="その他",
    ),
    Persona(
        "licence-no-photo", "写真の入っていない免許証", "No photo on the chip", "見本　光", "ミホン　ヒカル",
        date(1978, 12, 24),
        "999700000170", _ISSUED, date(2031, 1, 24), photo=False,
    ),
)  # fmt: skip
"""The first is the plain, healthy one."""
