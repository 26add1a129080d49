"""Who the virtual My Number Cards belong to: plainly fictional people of a municipality that does not exist.

見本県 (prefecture 99) has no real counterpart; the numbers are the sample of the documents (123456789018) or zeros with
a running number, each with a right check digit, since a reader refuses others. Everything is fixed, so that the secrets
printed on a card stay true; only certificates are renewed when their time has passed (see `jpki.certificate_period`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from honnin_virtual.card import CardSpec

__all__ = ["MUNICIPALITIES", "PERSONAS", "LicenceRecord", "Municipality", "Persona", "card_spec", "check_digit", "era"]


@dataclass(frozen=True, slots=True)
class Municipality:
    """Code of five digits and the names certificates use (jpki-validation.md §1.5)."""

    code: str
    prefecture: str
    city: str


MUNICIPALITIES = {
    "99201": Municipality("99201", "Mihon-ken", "Mihon-shi"),
    "99202": Municipality("99202", "Mihon-ken", "Kakuu-shi"),
}


@dataclass(frozen=True, slots=True)
class LicenceRecord:
    """What the police wrote into マイナ免許証 (drivers-licence.md §15). `pin` None: no PIN was set."""

    pin: str | None = "2468"
    licence: bool = True  # 免許情報
    history: bool = False  # 運転経歴情報


@dataclass(frozen=True, slots=True)
class Persona:
    """A holder, the card and its secrets."""

    name: str
    keys: int  # which shipped keys the card has
    about_ja: str
    about_en: str
    holder: str
    address: str
    birth: date
    sex: str  # "1" male, "2" female
    number: str
    code: str  # security code on the front
    issued: date
    expires: date
    municipality: str = "99201"
    japanese: bool = True  # the birth date is printed by era, else Western (§3.1)
    jpki_name: str = ""  # where it differs: characters that certificates cannot hold are replaced
    jpki_name_flags: str = ""
    jpki_address: str = ""
    jpki_address_flags: str = ""
    photo: bool = True
    signature_certificate: bool = True
    signature_revoked: int | None = None  # reason code of RFC 5280
    renewed: bool = True  # certificates are renewed when they run out
    user_authentication_pin: str = "1234"
    signature_password: str = "ABC123"  # noqa: S105  # fictional and public
    text_pin: str = "1234"
    resident_pin: str = "1234"  # 住民基本台帳用
    tries: Mapping[str, int] = field(default_factory=dict)  # "JPKI/0018" → tries left
    licence: LicenceRecord | None = None
    residence: str | None = None  # a specified card: its card type, "07" or "08" (residence-card.md §7)

    @property
    def birth_key(self) -> str:
        """生年月日 as printed, six digits: era year, or the last two digits of the Western year (§3.1)."""
        return f"{era(self.birth)[1] if self.japanese else self.birth.year % 100:02d}{self.birth:%m%d}"

    @property
    def reference_b(self) -> str:
        """照合番号B: birth date as printed, year of the card's expiry, security code; 14 digits (§3.1)."""
        return f"{self.birth_key}{self.expires.year}{self.code}"


_ERAS = (
    (date(2019, 5, 1), 5, 2018),
    (date(1989, 1, 8), 4, 1988),
    (date(1926, 12, 25), 3, 1925),
    (date(1912, 7, 30), 2, 1911),
)


def era(day: date) -> tuple[int, int]:
    """Era number (1 明治 … 5 令和) and year in it, by the exact day of the change."""
    for start, number, before in _ERAS:
        if day >= start:
            return number, day.year - before
    return 1, day.year - 1867


def check_digit(eleven: str) -> str:
    """The last digit of 個人番号: weights 2..7, 2..6 from the right, modulo 11."""
    total = sum(int(digit) * (n + 2 if n < 6 else n - 4) for n, digit in enumerate(reversed(eleven)))
    return str(0 if total % 11 < 2 else 11 - total % 11)


def _number(index: int) -> str:
    eleven = f"{index:011d}"
    return eleven + check_digit(eleven)


def card_spec(persona: Persona) -> CardSpec:
    """Its line in `honnin cards list`, with what is printed on it and what its holder knows."""
    secrets = {"user_authentication_pin": persona.user_authentication_pin}
    if persona.signature_certificate:
        secrets["signature_password"] = persona.signature_password
    secrets |= {
        "text_pin": persona.text_pin,
        "reference_b": persona.reference_b,
        "reference_a": persona.number,
        "birth_reference": persona.birth_key,
    }
    if persona.licence is not None and persona.licence.pin is not None:
        secrets["licence_pin"] = persona.licence.pin
    return CardSpec(persona.name, "mynumber", persona.holder, secrets, persona.about_ja, persona.about_en)


_MOVED_FROM = "見本県見本市旧町一丁目１番１号"
_ALL_TRIES = {
    "JPKI/0018": 3, "JPKI/001B": 5, "TEXT/0011": 3, "TEXT/0014": 10, "TEXT/0015": 10,
    "FACE/0011": 10, "FACE/0012": 10, "FACE/0013": 10, "LICENCE/0006": 10,
}  # fmt: skip

PERSONAS: tuple[Persona, ...] = (
    Persona(
        "mynumber-plain", 1, "ふつうのカード", "Plain healthy card", "見本　太郎", "見本県見本市架空町１－２－３",
        date(1990, 1, 2), "1", "123456789018", "1234", date(2025, 4, 1), date(2035, 1, 2),
    ),
    Persona(
        "mynumber-long-name", 2, "長い氏名と住所", "Very long name and address",
        "寿限無寿限無五劫の擦り切れ　海砂利水魚の水行末雲来末風来末食う寝る処に住む処之介",
        "見本県見本市大字架空字長い長い長い住所一丁目二番三号四のとても長い名前の集合住宅団地第十五号棟東館最上階"
        "２３０１号室　見本方",
        date(1975, 11, 30), "1", _number(102), "0203", date(2024, 6, 3), date(2033, 11, 30),
    ),
    Persona(
        "mynumber-variants", 3, "異体字・外字の氏名", "Name with variant glyphs outside the usual character set",
        "葛\U000e0101城　祇\U000e0100園子", "見本県見本市辻\U000e0101堂３－３", date(1983, 3, 3), "2", _number(103),
        "0303", date(2025, 5, 7), date(2035, 3, 3),
        jpki_name="葛城　祇園子", jpki_name_flags="100100", jpki_address="見本県見本市辻堂３－３",
        jpki_address_flags="00000010000",
    ),
    Persona(
        "mynumber-substitutes", 4, "電子証明書で代替文字", "Substitute characters in the certificate",
        "𠮷野　𩸽男", "見本県見本市𡈽田町４－４", date(1992, 2, 29), "1", _number(104), "0404",
        date(2025, 3, 10), date(2035, 2, 28),
        jpki_name="吉野　〓男", jpki_name_flags="10010", jpki_address="見本県見本市土田町４－４",
        jpki_address_flags="000000100000",
    ),
    Persona(
        "mynumber-moved", 5, "転居済み（署名用電子証明書は失効）", "Moved: the signature certificate is revoked",
        "転居　済代", "見本県見本市新町二丁目２番２号", date(1988, 8, 8), "2", _number(105), "0505",
        date(2024, 9, 2), date(2034, 8, 8), jpki_address=_MOVED_FROM, jpki_address_flags="0" * len(_MOVED_FROM),
        signature_revoked=3,
    ),
    Persona(
        "mynumber-child", 6, "15歳未満（署名用電子証明書なし）", "Under 15: no signature certificate",
        "見本　小春", "見本県見本市架空町１－２－３", date(2016, 5, 5), "2", _number(106), "0606",
        date(2025, 6, 2), date(2030, 5, 5), signature_certificate=False,
    ),
    Persona(
        "mynumber-no-photo", 7, "乳児（顔写真なし）", "Infant without a photo",
        "見本　新芽", "見本県見本市架空町１－２－３", date(2025, 12, 24), "1", _number(107), "0707",
        date(2026, 2, 2), date(2030, 12, 24), signature_certificate=False, photo=False,
    ),
    Persona(
        "mynumber-foreign", 8, "外国人住民", "Foreign resident", "SPECIMEN　ALEXANDRA FICTITIOUS MARIE",
        "見本県架空市国際町８－８－８０８", date(1995, 8, 18), "2", _number(108), "0808",
        date(2025, 8, 18), date(2029, 8, 17), municipality="99202", japanese=False,
    ),
    Persona(
        "mynumber-one-try", 9, "どの暗証番号も残り1回", "One try left for every PIN", "残一　九郎",
        "見本県見本市架空町９－９", date(1999, 9, 9), "1", _number(109), "0909", date(2025, 9, 9), date(2035, 9, 9),
        tries=dict.fromkeys(_ALL_TRIES, 1), licence=LicenceRecord(),
    ),
    Persona(
        "mynumber-blocked", 10, "暗証番号がロック済み", "Every PIN blocked", "閉塞　十子",
        "見本県見本市架空町１０－１０", date(1980, 10, 10), "2", _number(110), "1010", date(2025, 10, 15),
        date(2035, 10, 10), tries=dict.fromkeys(_ALL_TRIES, 0), licence=LicenceRecord(),
    ),
    Persona(
        "mynumber-expired", 11, "有効期限切れ", "Expired card and certificates", "期限　切男",
        "見本県見本市架空町１１－１１", date(1970, 11, 11), "1", _number(111), "1111", date(2016, 1, 20),
        date(2025, 11, 11), renewed=False,
    ),
    Persona(
        "mynumber-licence", 12, "マイナ免許証", "Card that also holds a driver's licence", "運転　する代",
        "見本県見本市架空町１２－１２", date(1985, 12, 12), "2", _number(112), "1212", date(2025, 12, 15),
        date(2035, 12, 12), licence=LicenceRecord(),
    ),
    Persona(
        "mynumber-licence-no-pin", 13, "マイナ免許証（暗証番号の設定なし）", "Licence on the card, no licence PIN set",
        "運転　無番", "見本県見本市架空町１３－１３", date(1986, 1, 13), "1", _number(113), "1313", date(2025, 12, 1),
        date(2035, 1, 13), licence=LicenceRecord(pin=None),
    ),
    Persona(
        "mynumber-licence-history", 14, "マイナ経歴証明書だけ", "Driving history only, no licence",
        "経歴　証子", "見本県見本市架空町１４－１４", date(1950, 4, 14), "2", _number(114), "1414", date(2025, 12, 1),
        date(2035, 4, 14), licence=LicenceRecord(licence=False, history=True),
    ),
    Persona(
        "mynumber-licence-empty", 15, "免許情報が消去済み", "Licence application without a licence",
        "返納　済夫", "見本県見本市架空町１５－１５", date(1955, 5, 15), "1", _number(115), "1515", date(2025, 12, 1),
        date(2035, 5, 15), licence=LicenceRecord(licence=False),
    ),
    Persona(
        "mynumber-alex", 16, "一組のカード：外国人住民（免許証・在留カード・旅券と同じ人）",
        "One of a set: the same person as licence-foreign, residence-plain and passport-alex", "SAMPLE　ALEX",
        "見本県見本市架空町１丁目１番１号", date(1990, 1, 15), "1", _number(116), "1616", date(2026, 7, 1),
        date(2033, 7, 1), municipality="99202", japanese=False,
    ),
    Persona(
        "mynumber-specified", 17, "特定在留カード（在留カードの部分は種別だけ答える）",
        "Specified card: its residence part tells its type only", "SAMPLE　NOVA SPECIFIED",
        "見本県架空市国際町１７－１７", date(1992, 2, 2), "2", _number(117), "1717", date(2026, 8, 1),
        date(2033, 8, 1), municipality="99202", japanese=False, residence="07",
    ),
)  # fmt: skip
"""In the order of the list; the first is the plain, healthy one."""
