"""Provisions in the form that ui.md §4 wants, in both languages; what is not understood stays as it is."""

from __future__ import annotations

import pytest

from honnin.server.provisions import provision

HANSHU = "犯罪による収益の移転防止に関する法律施行規則"


@pytest.mark.parametrize(
    ("article", "letter", "japanese", "english"),
    [
        (f"{HANSHU}6条1項1号", "ヘ", "犯収法規則6条1項1号ヘ", "Criminal Proceeds Act, Enforcement Ordinance Art. 6(1)(i) ヘ"),
        (f"{HANSHU}6条1項1号ヘ", "ヘ", "犯収法規則6条1項1号ヘ", "Criminal Proceeds Act, Enforcement Ordinance Art. 6(1)(i) ヘ"),
        ("携帯電話不正利用防止法施行規則3条1項1号", "イ", "携帯法規則3条1項1号イ", "Mobile Phone Act, Enforcement Ordinance Art. 3(1)(i) イ"),
        ("番号法16条1号", None, "番号法16条1号", "My Number Act Art. 16(i)"),
        ("番号法18条の4", None, "番号法18条の4", "My Number Act Art. 18-4"),
        (f"{HANSHU}20条1項14号", None, "犯収法規則20条1項14号", "Criminal Proceeds Act, Enforcement Ordinance Art. 20(1)(xiv)"),
        ("番号法16条3号・令12条1項・規則1条", None, "番号法16条3号・令12条1項・規則1条", "番号法16条3号・令12条1項・規則1条"),
        ("条番号は法務確認の後に表示します（L1）", None, "条番号は法務確認の後に表示します（L1）", "条番号は法務確認の後に表示します（L1）"),
    ],
)  # fmt: skip
def test_a_provision_is_said_in_both_languages(article, letter, japanese, english):
    assert provision(article, letter) == japanese
    assert provision(article, letter, "en") == english
