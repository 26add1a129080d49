"""Who the virtual residence cards belong to: plainly fictional people of Utopia (UTO), living in a made-up town.

Everything is fixed, so that the number printed on a card stays true. Code tables of nationality, status and kind of
permission are issued by the agency and unknown here (residence-card.md §12.7): the values say that they are made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from honnin_virtual.card import CardSpec

__all__ = ["MISSING", "PERSONAS", "Persona", "card_spec"]

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Persona:
    """A holder and the card. What only one generation has is said beside it."""

    name: str
    about_ja: str
    about_en: str
    holder: str  # as in the picture: Latin letters, Chinese characters below
    number: str  # 12 characters: two letters, eight digits, two letters
    birth: date
    issued: date
    expires: date  # of the card
    generation: int = 2
    special: bool = False  # special permanent resident certificate
    specified: bool = False  # residence application on a My Number Card: a stub (§7)
    characters: str = ""  # name in Chinese characters, in the picture only
    sex: str = "1"  # 1 male, 2 female, 3 unknown
    nationality: str = "UTO"
    address: str = "見本県見本市架空町一丁目1番1号"  # at issue, in the picture
    status: str = "SIM0000001"  # code (second generation)
    status_text: str = "技術・人文知識・国際業務"  # in the front picture (first generation)
    period: str = "0300"  # YYMM, three digits of days, 0000 without limit
    stay_until: date | None = None
    work: str = "2"  # 1 none, 2 under the status only, 4 as designated, 9 no work
    photo: str = ""  # "", "missing"
    signed: bool = True  # False: under-16 layout of the first generation
    empty_photo: str = "length"  # under 16, first generation (§2.2): "length" D1 00, "value" all 00, "file" all 00
    authority: str = "2024"  # which authority of the first generation
    moved_on: str = ""  # YYYYMMDD of the address written on the back (first generation)
    moved_to: str = ""  # that address; the second generation has it in the address picture
    municipality: str = "992011"  # 市町村コード with check digit: a prefecture that does not exist
    blank_back: str = "objects"  # no address on the back: "objects" with 00 values, "file" all 00 (§2.1)
    comprehensive: str = ""  # 包括許可: text (first), code 0, 1, 2 (second)
    comprehensive_until: date | None = None  # second generation
    individual: str = ""  # 個別許可: text (first), 0 or 1 (second)
    erased: bool = False  # permissions once given and rewritten to none: files of 00 only (first, §2.1)
    renewing: bool = False  # 在留期間更新等許可申請中
    commissioner: bool = False  # 出入国在留管理庁長官の記載 (second)
    remarks: str = ""  # reserved text (second)
    big_endian: bool = False  # TIFF in MM order
    codestream: bool = False  # photo as a raw JPEG 2000 codestream
    null_parameters: bool = False  # NULL in the signature algorithm of the certificate, as reported of real ones (§8.3)

    @property
    def card_type(self) -> str:
        """Value of C1 (§0)."""
        if self.specified:
            return "08" if self.special else "07"
        if self.generation == 2:
            return "06" if self.special else "05"
        return "2" if self.special else "1"


def card_spec(persona: Persona) -> CardSpec:
    """Its line in `honnin cards list`, with the number printed on it."""
    return CardSpec(
        persona.name, "residence", persona.holder, {"card_number": persona.number}, persona.about_ja, persona.about_en
    )


_LONG = "SAMPLE VERYLONGFAMILYNAMEFROMUTOPIA DELA FICTION FIRSTGIVEN SECONDGIVEN THIRDGIVEN"

PERSONAS: tuple[Persona, ...] = (
    Persona(
        "residence-plain", "在留カード（第二世代）。ふつうのカード", "Residence card, second generation: the plain one",
        "SAMPLE ALEX", "ZZ00000001ZZ", date(1990, 1, 15), date(2026, 7, 1), date(2033, 7, 1),
        stay_until=date(2033, 7, 1), period="0500",
    ),
    Persona(
        "residence-first", "在留カード（第一世代）。裏面の記載なし",
        "Residence card, first generation, nothing on the back",
        "SAMPLE BLANCA", "ZZ00000002ZZ", date(1988, 3, 3), date(2025, 4, 1), date(2030, 4, 1), generation=1, sex="2",
        stay_until=date(2030, 4, 1), period="0500",
    ),
    Persona(
        "residence-moved", "第一世代。裏面に新住所、資格外活動許可、更新申請中",
        "First generation: new address, permission to work, renewal pending", "SAMPLE CHIEN", "ZZ00000003ZZ",
        date(2001, 12, 31), date(2024, 10, 1), date(2027, 1, 15), generation=1, status_text="留学", work="9",
        stay_until=date(2027, 1, 15), period="0203", moved_on="20260401",
        moved_to="見本県架空市模型町二丁目3番4号見本荘205号室",
        municipality="992020", comprehensive="許可：原則週28時間以内・風俗営業等の従事を除く",
        individual="許可：見本（令和8年4月1日まで）",
        renewing=True,
    ),
    Persona(
        "residence-erased", "第一世代。許可欄が「なし」に書き直された（全て00）",
        "First generation: permissions erased (files of 00 only)", "SAMPLE DINARA", "ZZ00000004ZZ", date(1999, 5, 5),
        date(2024, 8, 1), date(2028, 8, 1), generation=1, sex="2", stay_until=date(2028, 8, 1), erased=True,
        blank_back="file", big_endian=True, codestream=True,
    ),
    Persona(
        "residence-under16", "第一世代、16歳未満。顔写真も署名もない",
        "First generation, under 16: no photo, no signature",
        "SAMPLE EMIL", "ZZ00000005ZZ", date(2013, 6, 1), date(2025, 6, 1), date(2029, 6, 1), generation=1,
        status_text="家族滞在", work="9", stay_until=date(2029, 6, 1), photo=MISSING, signed=False,
    ),
    Persona(
        "residence-special-first", "特別永住者証明書（第一世代）",
        "Special permanent resident certificate, first generation",
        "SAMPLE FUMIKO", "ZZ00000006ZZ", date(1960, 2, 29), date(2023, 2, 1), date(2030, 2, 28), generation=1,
        special=True, sex="2", characters="見本　富美子", period="0000", work="1",
    ),
    Persona(
        "residence-special", "特別永住者証明書（第二世代）。証明書にNULLパラメータ",
        "Special permanent resident certificate, second generation", "SAMPLE GORO", "ZZ00000007ZZ", date(1971, 11, 3),
        date(2026, 6, 20), date(2033, 11, 3), special=True, characters="見本　吾郎", period="0000", work="1",
        null_parameters=True,
    ),
    Persona(
        "residence-long-name", "第二世代。とても長い氏名、住所変更あり",
        "Second generation: very long name, address changed",
        _LONG, "ZZ00000008ZZ", date(1985, 8, 8), date(2026, 9, 1), date(2031, 9, 1), sex="2",
        moved_to="見本県架空市模型町字長い名前の見本三丁目45番67号ハイツ・サンプル・ユートピア弐番館1208号室",
        stay_until=date(2031, 9, 1), period="0500",
    ),
    Persona(
        "residence-variants", "第二世代。異体字の漢字氏名（画像のみ）",
        "Second generation: rare characters, in the picture only",
        "SAMPLE MITAKA", "ZZ00000009ZZ", date(1993, 4, 30), date(2026, 8, 1), date(2029, 8, 1),
        characters="見髙　﨑本𠮷", stay_until=date(2029, 8, 1), comprehensive="1", comprehensive_until=date(2029, 8, 1),
        individual="1", renewing=True, commissioner=True, remarks="これは模擬のカードです（備考の見本）。",
        big_endian=True,
        codestream=True,
    ),
    Persona(
        "residence-days", "第二世代。在留期間が日数（90日）", "Second generation: period of stay in days",
        "SAMPLE IRIS",
        "ZZ00000010ZZ", date(1997, 7, 7), date(2026, 10, 1), date(2026, 12, 30), sex="3", period="090",
        stay_until=date(2026, 12, 30), work="4",
    ),
    Persona(
        "residence-infant", "第二世代、1歳未満。顔写真なし（構成は推定）",
        "Second generation, under 1: no photo (layout is a guess)",
        "SAMPLE JUNE", "ZZ00000011ZZ", date(2026, 6, 15), date(2026, 7, 15), date(2027, 6, 15), sex="2", photo=MISSING,
        stay_until=date(2027, 6, 15), period="0100", work="9",
    ),
    Persona(
        "residence-expired", "第二世代。有効期間が過ぎたカード", "Second generation: expired", "SAMPLE KARIM",
        "ZZ00000012ZZ",
        date(1979, 9, 9), date(2026, 6, 15), date(2026, 9, 15), stay_until=date(2026, 9, 15), period="0003", work="9",
    ),
    Persona(
        "residence-older-authority", "第一世代、永住者。一つ前の認証局で発行",
        "First generation, permanent resident: issued under the older authority", "SAMPLE LENA", "ZZ00000013ZZ",
        date(1955, 10, 10), date(2020, 11, 1), date(2027, 11, 1), generation=1, sex="2", status_text="永住者", work="1",
        period="0000", authority="2018", moved_on="20220115",
        moved_to="見本県見本市架空町九丁目8番7号",
    ),
    Persona(
        "residence-under16-variant", "第一世代、16歳未満。別の空欄の形（DA 00のみ、写真は全て00）",
        "First generation, under 16: the other empty layout", "SAMPLE MIRA", "ZZ00000014ZZ", date(2015, 1, 20),
        date(2024, 1, 20), date(2028, 1, 20), generation=1, special=True, sex="2", photo=MISSING, signed=False,
        empty_photo="value", period="0000", work="1",
    ),
    Persona(
        "residence-nearly-16", "第一世代、16歳未満だが顔写真と署名あり",
        "First generation, under 16, yet with photo and signature",
        "SAMPLE OSKAR", "ZZ00000016ZZ", date(2011, 2, 10), date(2026, 6, 1), date(2027, 2, 10), generation=1,
        status_text="家族滞在", work="9", stay_until=date(2027, 2, 10),
    ),
    Persona(
        "residence-expired-first", "第一世代。有効期間が過ぎたカード（日付は画像のみ）",
        "First generation: expired, which only the picture shows", "SAMPLE PETRA", "ZZ00000017ZZ", date(1991, 1, 1),
        date(2023, 2, 1), date(2026, 2, 1), generation=1, sex="2", stay_until=date(2026, 2, 1),
    ),
    Persona(
        "residence-specified", "特定在留カード（試作）。種別だけ答える",
        "Specified card (experimental stub): tells its type only",
        "SAMPLE NOVA", "ZZ00000015ZZ", date(1992, 2, 2), date(2026, 8, 1), date(2033, 8, 1), specified=True,
    ),
)  # fmt: skip
"""The first is the plain, healthy one."""
