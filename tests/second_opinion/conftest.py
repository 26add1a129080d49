"""One compilation and one running JMRTD for the whole session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.second_opinion.jmrtd import Jmrtd
from tests.second_opinion.programs import Java, java


@pytest.fixture(scope="session")
def java_programs() -> Java:
    return java()


@pytest.fixture(scope="session")
def jmrtd(java_programs: Java) -> Iterator[Jmrtd]:
    with Jmrtd(java_programs) as program:
        yield program
