from __future__ import annotations

import logging
import pickle
from datetime import UTC, datetime, timedelta

import pytest

from honnin.core.ids import new_id
from honnin.core.secret import Secret


def test_a_secret_shows_itself_only_by_reveal(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret("1234")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("t").debug("pin %s %r", secret, secret)
    for text in (str(secret), repr(secret), f"{secret}", f"{secret:>10}", caplog.text):
        assert "1234" not in text
    assert secret.reveal() == "1234"


def test_a_secret_is_not_pickled_hashed_or_compared_with_plain_text() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(b"key"))
    with pytest.raises(TypeError):
        hash(Secret(b"key"))
    assert Secret("1") == Secret("1")
    assert Secret("1") != Secret("2")
    assert Secret("1") != "1"


def test_ids_sort_by_time_and_have_26_characters() -> None:
    start = datetime(2026, 11, 25, tzinfo=UTC)
    ids = [new_id(start + timedelta(milliseconds=n), lambda count: b"\xff" * count) for n in range(3)]
    assert ids == sorted(ids)
    assert {len(each) for each in ids} == {26}
