"""Text, dates, items and changes of the licence, by the octets printed in the sheet."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.checks.licence.changes import parse_changes
from honnin.checks.licence.fields import parse_common, parse_main, parse_mynumber
from honnin.checks.licence.text import parse_ascii, parse_text, parse_wide_date
from honnin.core.errors import DataError
from honnin.core.licence_tlv import encode

ADDRESS = "456C357E4554406942654544366832622 42C34582332215D2331215D2332".replace(" ", "")


def octets(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("313F453E2121 42404F3A", "運転　太郎"),
        ("25262573254625732121253F256D2526", "ウンテン　タロウ"),
        (ADDRESS, "東京都千代田区霞が関２−１−２"),
        ("4D254E49", "優良"),
        ("3F37352C", "新規"),
        ("243D244E423E", "その他"),
        ("346336404579", "眼鏡等"),
        ("456C357E45543878304230513077 3271", "東京都公安委員会"),
    ],
)
def test_the_examples_of_the_sheet(code, text):
    """drivers-licence.md §7."""
    assert parse_text(octets(code)).value == text
    assert parse_text(octets(code)).whole


def test_the_signs_on_which_codecs_disagree_are_those_of_the_standard():
    """§13: U+2212 and U+301C, not the full-width forms of cp932."""
    assert parse_text(octets("215D 2141")).value == "\u2212\u301c"


def test_it_is_not_shift_jis():
    assert parse_text("運転".encode("shift_jis")).unknown == 2


def test_codes_for_glyphs_are_counted_and_never_guessed():
    text = parse_text(octets("FFF1 4540 FFF7 FFFA FFF8 2D21 7C7E"))
    assert text.value == "〓転〓〓〓〓〓".replace("転", parse_text(octets("4540")).value)
    assert text.glyphs == (1, 7)
    assert text.missing == 1
    assert text.unknown == 3  # an undefined code, and two that only vendors define
    assert not text.whole


def test_half_a_character_is_unknown():
    assert parse_text(octets("4540 45")).unknown == 1


@pytest.mark.parametrize("code", ["3033", "724D", "445B", "4F36", "3646", "6076", "7421", "7424"])
def test_characters_that_moved_in_1983_are_told(code):
    assert parse_text(octets(code)).changed_1983
    assert not parse_text(octets("4540")).changed_1983


@given(st.binary(max_size=256))
def test_any_octets_are_a_text(data):
    text = parse_text(data)
    assert len(text.value) <= (len(data) + 1) // 2


def test_a_text_longer_than_any_field_is_refused():
    with pytest.raises(DataError, match=r"licence\.text\.length"):
        parse_text(bytes(257))
    with pytest.raises(DataError, match=r"licence\.text\.ascii"):
        parse_ascii(b"30\x1b[2J")


def test_wide_dates():
    assert parse_wide_date(octets("2335233023372330233123312330")).gregorian == date(2025, 1, 10)
    for wrong in ("23352330233723302331233123", "35303730313130", "2335233023372330233123312341"):
        with pytest.raises(DataError):
            parse_wide_date(octets(wrong))


# --- DF1/EF01 ----------------------------------------------------------------------------------------------------

MAIN = (
    "110178 120A313F453E212142404F3A 1310252625732546257321 21253F256D2526 1400 1500 160733353030343031 171E" + ADDRESS +
    "1A044D254E49 1B0734333530343135 1C06346336404579 210C333031323334353637383930 2507 34303030303030 2607 33353530353035"
)  # fmt: skip


def main(extra: str = "") -> bytes:
    data = octets(MAIN + extra)
    return data + b"\xff" * (880 - len(data))


def test_items_have_their_names_and_values():
    items = parse_main(main())
    assert items.odd == {}
    assert items.edition == "78"
    assert items.shown() == {
        "full_name": "運転　太郎",
        "full_name_kana": "ウンテン　タロウ",
        "birth_date": "1975-04-01",
        "address": "東京都千代田区霞が関２−１−２",
        "licence_colour": "優良",
        "expiry_date": "2023-04-15",  # 平成35年
        "condition_1": "眼鏡等",
        "document_number": "301234567890",
        "category_ordinary": "1980-05-05",
    }


def test_a_category_that_is_not_held_has_zeros_whatever_its_era():
    assert "category_large" not in parse_main(main()).shown()


def test_reserved_tags_are_no_fault():
    assert parse_main(main("3407 30303030303030 3A00")).odd == {}


@pytest.mark.parametrize(
    ("extra", "tag", "code"),
    [
        ("2707 35303731333031", "27", "era.date"),
        ("2707 39303130313031", "27", "era.digits"),
        ("4101 41", "structure", "licence_tlv.tag"),
    ],
)
def test_what_is_odd_is_told_and_the_rest_is_read(extra, tag, code):
    items = parse_main(main(extra))
    assert items.odd == {tag: code}
    assert items.shown()["full_name"] == "運転　太郎"


def test_a_value_longer_than_the_table_says_is_told():
    items = parse_main(octets("1906 313233343536"))
    assert items.odd == {"19": "licence.field.too_long"}
    assert items.shown() == {"reference_number": "123456"}


def test_the_common_data_of_the_sheet():
    """§6.1: version, issue, expiry, at offsets that two published parsers get wrong by one."""
    common = parse_common(octets("450B303039202404012029050146020000"))
    assert (common.version, common.issued, common.expires) == ("009", date(2024, 4, 1), date(2029, 5, 1))
    for wrong in ("450B30303920241301202905014602000 0", "450B3030392024040120290501460200", "440B303039202404012029050146020000"):
        with pytest.raises(DataError, match=r"licence\.common"):
            parse_common(octets(wrong))


# --- changes -----------------------------------------------------------------------------------------------------

RECORD = (
    "70 37 78 2335233023372330233123312330 456C357E45544069426545443668314A4544442E2331215D2337215D2331 456C357E455438783042"
)


def changes(*records: bytes) -> bytes:
    data = encode(0x50, b"\x11") + b"".join(records)
    return data + b"\xff" * (640 - len(data))


def record(tag: int, day: str, content: str, commission: str = "456C357E455438783042") -> bytes:
    return encode(tag, b"\x78" + b"".join(bytes([0x23, ord(each)]) for each in day) + octets(content) + octets(commission))


def test_the_record_of_the_sheet():
    """§10.2."""
    (change,) = parse_changes(changes(octets(RECORD))).records
    assert (change.kind, change.number, change.edition) == ("address", 1, "78")
    assert change.day.gregorian == date(2025, 1, 10)
    assert change.content.value == "東京都千代田区永田町１−７−１"
    assert change.commission.value == "東京都公安"


def test_the_highest_number_counts_and_an_order_of_days_that_disagrees_is_told():
    later, earlier = record(0x70, "5070110", "456C"), record(0x71, "5060110", "357E")
    found = parse_changes(changes(later, earlier))
    current = found.current("address")
    assert current is not None
    assert current.content.value == "京"
    assert found.disagreeing == ("address",)
    assert parse_changes(changes(record(0x70, "5060110", "357E"), record(0x71, "5070110", "456C"))).disagreeing == ()


def test_records_decide_and_never_the_flag():
    assert parse_changes(changes(encode(0x60, b""))).records == ()


def test_a_new_commission_has_no_middle_part():
    (change,) = parse_changes(changes(record(0x51, "5070110", "", "456C357E4554387830423051"))).records
    assert change.kind == "issuing_authority"
    assert change.content.value == "東京都公安委"


def test_a_broken_record_is_told_and_the_others_are_read():
    found = parse_changes(changes(encode(0x60, b"short"), record(0x70, "5071310", "456C"), octets(RECORD.replace("70 37", "71 37"))))
    assert found.odd == {"60": "licence.change.length", "70": "era.date"}
    assert [each.kind for each in found.records] == ["address"]


# --- the My Number Card's form -----------------------------------------------------------------------------------


def test_flags_are_held_or_shown_as_they_are():
    items = parse_mynumber(octets("C200 C300 C4044D254E49 C50735313130353031 EC0101 ED0100 EE0102"))
    assert items.odd == {}
    assert items.shown() == {
        "licence_colour": "優良",
        "expiry_date": "2029-05-01",
        "category_large": "○",
        "category_large_special": "02",
    }
