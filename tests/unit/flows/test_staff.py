"""Names of staff: one person is one person, however the name is typed."""

from __future__ import annotations

import pytest

from honnin.core.errors import CallerError
from honnin.flows.messages import MESSAGES
from honnin.flows.staff import StaffMember, member_of, said_name, staff_key

LIST = (StaffMember("見本 花子", "101"), StaffMember("見本次郎"))


@pytest.mark.parametrize("typed", ["見本 花子", "見本花子", "見本\u3000花子", " 見本  花子 ", "101", "１０１"])
def test_a_member_is_found_by_name_or_number_however_it_is_typed(typed):
    assert member_of(LIST, typed) == LIST[0]


@pytest.mark.parametrize("typed", ["見本", "花子", "見本三郎", "10"])
def test_who_is_not_on_the_list_is_refused(typed):
    with pytest.raises(CallerError) as error:
        member_of(LIST, typed)
    assert error.value.code == "staff.unknown"


def test_without_a_list_whoever_is_named_counts():
    assert member_of((), " 見本\u3000花子 ") == StaffMember("見本 花子")


@pytest.mark.parametrize("typed", ["", " ", "\u3000", "あ" * 61, "見本\x00", "見本\u202e花子"])
def test_nobody_and_what_cannot_be_printed_is_no_name(typed):
    with pytest.raises(CallerError) as error:
        said_name(typed)
    assert error.value.code == "staff.name"
    assert error.value.code in MESSAGES


def test_similar_names_of_two_people_stay_two_people():
    assert staff_key("斎藤太郎") != staff_key("斉藤太郎")
