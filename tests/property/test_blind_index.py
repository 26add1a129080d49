"""Names and tokens: same person, same token; another kind, tenant or key, another token."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.core.errors import CallerError
from honnin.core.secret import Secret
from honnin.records.blind_index import tokens, tokens_of_names
from honnin.records.name_folding import _GROUPS, FOLDED
from honnin.records.names import name_key

KEY = Secret(b"k" * 32)
LETTERS = st.text(st.sampled_from("見本太郎髙﨑邉々ー－-　 あぁがﾊﾞパAbéßŌ<,・'〻ヽゞ̈󠄀𠮷"), max_size=12)
GROUPS = _GROUPS.split()


@given(st.one_of(st.text(max_size=40), LETTERS))
def test_the_key_of_a_key_is_the_key(name):
    assert name_key(name_key(name)) == name_key(name)


@given(st.lists(LETTERS, max_size=4), st.sampled_from([" ", "\u3000", "", "\t", "-", "－", "‐", "・", "<<", ", "]))
def test_what_stands_between_parts_of_a_name_does_not_matter(parts, between):
    parts = [each for each in parts if name_key(each)[:1] not in {"", "々", "ヽ", "〻"}]
    assert name_key(between.join(parts)) == name_key(" ".join(parts))


@given(LETTERS)
def test_width_and_case_do_not_matter(name):
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert name_key(unicodedata.normalize(form, name)) == name_key(name)
    assert name_key(name.lower()) == name_key(name.upper()) == name_key(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋 太郎", "高橋太郎"),
        ("山﨑花子", "山崎　花子"),
        ("渡邊 正", "渡辺正"),
        ("渡邉 正", "渡辺正"),
        ("渡邉\U000e0100 正", "渡辺正"),
        ("齋藤 見本", "斎藤見本"),
        ("齊藤 見本", "斎藤見本"),
        ("濵田 德子", "浜田徳子"),
        ("瀨戸 鐵男", "瀬戸鉄男"),
        ("佐々木 見本", "佐佐木見本"),
        ("𠮷田 見本", "吉田見本"),
        ("みほん　たろう", "ミホン タロウ"),
        ("ﾐﾎﾝ ﾀﾛｳ", "ミホンタロウ"),
        ("キョウコ", "キヨウコ"),
        ("さゝき", "ササキ"),
        ("MIHON<<TARO", "mihon taro"),
        ("Ōno Tarō", "ONO TARO"),
        ("ＯＮＯ　ＴＡＲＯ", "Ono, Taro"),
        ("O’NEIL", "O'Neil"),
        ("山ヶ城", "山ケ城"),
        ("國分 龍", "国分竜"),
    ],
)
def test_old_forms_kana_and_spellings_of_one_name_count_as_the_same(one, other):
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("見本太郎", "見本次郎"), ("ハナ", "バナ"), ("坂本", "阪本"), ("ARAI", "ARAKI"), ("菅", "管"), ("太", "大")],
)
def test_other_names_stay_other_names(one, other):
    assert name_key(one) != name_key(other)


def test_no_character_stands_in_two_groups_and_none_folds_twice():
    everything = "".join(GROUPS)
    assert len(everything) == len(set(everything))
    assert not set(map(chr, FOLDED)) & set(FOLDED.values())
    assert all(unicodedata.normalize("NFKC", each) == each for each in everything)
    assert {"髙", "﨑", "邉", "邊", "齋", "齊", "濵", "德", "瀨", "鐵"} <= set(map(chr, FOLDED))


def test_a_very_long_name_costs_no_more_than_a_long_one():
    assert len(name_key("見" * 1_000_000)) == 512


@given(LETTERS, st.dates())
def test_tokens_are_16_octets_and_never_the_same_for_two_kinds(name, born):
    made = tokens(name, born, key=KEY)
    present = [token for _, token in made.pairs()]
    assert len(present) == len(set(present)) == (3 if name_key(name) else 1)
    assert {len(each) for each in present} == {16}
    assert made == tokens(name, born.isoformat(), key=KEY)


@given(LETTERS, LETTERS, st.dates(), st.dates())
def test_tokens_are_the_same_exactly_when_what_they_stand_for_is(one, other, born, birthday):
    a, b = tokens(one, born, key=KEY), tokens(other, birthday, key=KEY)
    same_name, same_day = name_key(one) == name_key(other), born == birthday
    assert (a.name == b.name) is same_name
    assert (a.birth == b.birth) is same_day
    if name_key(one) and name_key(other):
        assert (a.name_birth == b.name_birth) is (same_name and same_day)


def test_another_key_or_tenant_makes_other_tokens():
    here = tokens("見本太郎", "1980-02-29", key=KEY, tenant="a")
    for other in (
        tokens("見本太郎", "1980-02-29", key=KEY, tenant="b"),
        tokens("見本太郎", "1980-02-29", key=Secret(b"j" * 32), tenant="a"),
    ):
        assert not {here.name, here.name_birth, here.birth} & {other.name, other.name_birth, other.birth}


@pytest.mark.parametrize("born", [None, "", "1980", "1980-02", "1980-00-00", "1980-02-30", "29.02.1980", "1980-02-29x"])
def test_a_date_that_is_not_whole_has_no_token(born):
    made = tokens("見本太郎", born, key=KEY)
    assert made.birth is None
    assert made.name_birth is None
    assert made.name == tokens("見本太郎", date(1980, 2, 29), key=KEY).name


def test_all_names_of_a_person_are_found_and_each_key_once():
    made = tokens_of_names(["見本太郎", "ミホンタロウ", "みほん　たろう", "MIHON TARO", ""], "1980-02-29", key=KEY)
    assert len(made) == 3
    assert tokens_of_names([], "1980-02-29", key=KEY) == (tokens("", "1980-02-29", key=KEY),)
    with pytest.raises(CallerError):
        tokens_of_names(["a"] * 17, None, key=KEY)
    with pytest.raises(CallerError):
        tokens("a", None, key=Secret(b"short"))


def test_half_a_character_is_no_crash():
    assert tokens("\ud800見本", None, key=KEY).name == tokens("見本", None, key=KEY).name


def test_tokens_are_pinned_for_these_rules():
    # HMAC-SHA-256 of 'honnin blind index\0' 01, then for kind, tenant and values: length (2) and UTF-8
    import hashlib
    import hmac

    values = ["name", "t", "見本太郎"]
    message = b"honnin blind index\x00\x01"
    message += b"".join(len(each.encode()).to_bytes(2, "big") + each.encode() for each in values)
    assert tokens("見本太郎", None, key=KEY, tenant="t").name == hmac.digest(KEY.reveal(), message, hashlib.sha256)[:16]
