"""One compilation and one run of the large judgements for the whole session."""

from __future__ import annotations

import pytest
from tests.second_opinion.programs import Java, java


@pytest.fixture(scope="session")
def java_programs() -> Java:
    return java()
