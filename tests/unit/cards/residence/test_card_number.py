"""The printed number as people type it."""

from __future__ import annotations

import pytest

from honnin.cards.residence import CardNumber
from honnin.core.errors import DataError
from honnin.core.secret import Secret


@pytest.mark.parametrize(
    "typed", ["AB12345678CD", " ab12345678cd ", "ＡＢ１２３４５６７８ＣＤ", "AB 1234 5678 CD", "AB-12345678-CD", "AB　12345678　CD"]
)
def test_everything_that_means_the_same_is_accepted(typed: str) -> None:
    assert CardNumber(Secret(typed)).octets == b"AB12345678CD"


@pytest.mark.parametrize("typed", ["", "AB12345678C", "AB12345678CDE", "A112345678CD", "ABCDEFGHIJKL", "あい12345678CD", "A" * 500])
def test_anything_else_is_refused_before_a_card_sees_it(typed: str) -> None:
    with pytest.raises(DataError, match=r"key\.card_number"):
        CardNumber(Secret(typed))


def test_the_number_does_not_print_itself() -> None:
    assert "12345678" not in repr(CardNumber(Secret("AB12345678CD")))
