"""A set of cards is one person: name, date of birth and address agree, as the readers see them."""

from __future__ import annotations

import unicodedata

import pytest

from honnin.core.errors import HonninError
from honnin_virtual import SETS, issue_set, list_cards

HOLDERS = {each.name: each.holder for each in list_cards()}
DOCUMENTS = {each.name: each.document for each in list_cards()}


@pytest.mark.parametrize("name", sorted(SETS))
def test_a_set_has_all_four_documents_of_one_holder(name):
    members = SETS[name]
    assert [DOCUMENTS[each] for each in members] == ["mynumber", "licence", "residence", "passport"]
    assert len({unicodedata.normalize("NFKC", HOLDERS[each]).replace(" ", "") for each in members}) == 1
    assert len(issue_set(name)) == 4


def test_the_people_of_a_set_were_born_on_one_day_and_live_at_one_address():
    from honnin_virtual.licence import personas as licence
    from honnin_virtual.mynumber import personas as mynumber
    from honnin_virtual.passport import personas as passport
    from honnin_virtual.residence import personas as residence

    people = {
        each.name: each
        for each in (*licence.PERSONAS, *mynumber.PERSONAS, *passport.PERSONAS, *residence.PERSONAS)
    }
    for members in SETS.values():
        card, drives, resides, travels = (people[each] for each in members)
        born = {card.birth, drives.birth, resides.birth}
        assert len(born) == 1
        assert travels.holder.birth == f"{born.pop():%y%m%d}"
        assert card.address == drives.address


def test_an_unknown_set_is_refused():
    with pytest.raises(HonninError) as caught:
        issue_set("nobody")
    assert caught.value.code == "cards.unknown"


def test_a_set_is_issued_by_its_name_each_card_in_its_folder(tmp_path):
    import json

    from click.testing import CliRunner

    from honnin.cli.main import main

    result = CliRunner().invoke(main, ["cards", "issue", "alex", "--out", str(tmp_path), "--json"])
    assert result.exit_code == 0, result.output
    assert [each["card"] for each in json.loads(result.stdout)["cards"]] == list(SETS["alex"])
    for each in SETS["alex"]:
        assert list((tmp_path / each).glob("*.bin")), each
