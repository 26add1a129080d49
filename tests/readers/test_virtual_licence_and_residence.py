"""The virtual licence and residence cards on the virtual reader of the real service, long answers included."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from honnin_virtual import issue
from tests.readers.conftest import READER, wait_for
from tests.readers.test_virtual_passport import Laid
from tests.unit.virtual.licence import terminal as licence
from tests.unit.virtual.residence import terminal as residence

pytestmark = pytest.mark.pcscd


@pytest.mark.parametrize(("name", "aes"), [("residence-moved", False), ("residence-plain", True)])
def test_a_residence_card_is_read_through_the_service(readers, name, aes):
    card = issue(name)

    def work(link):
        terminal = residence.Terminal(SimpleNamespace(process=link.transceive), aes=aes)
        assert terminal.sw("00 A4 00 00 02 3F 00") == 0x9000
        terminal.authenticate(residence.NUMBERS[name])
        terminal.select(residence.DF1)
        whole = terminal.secured(0x84 if aes else 0x85, 0)
        parts = terminal.in_parts(0x84 if aes else 0x85, 0xE0)
        terminal.select(residence.DF3)
        return whole, parts, terminal.plain(0x82)

    with Laid(card):
        wait_for(readers, READER, present=True)
        whole, parts, signature = readers.run(READER, work, timeout_s=30)
    picture = card.files["DF1/EF03" if aes else "DF1/EF01"]
    assert (whole, parts, signature) == (picture, picture, card.files["DF3/EF01"])


def test_a_licence_is_read_through_the_service(readers):
    card = issue("licence-plain")

    def work(link):
        terminal = licence.Terminal.__new__(licence.Terminal)
        terminal.card = SimpleNamespace(process=link.transceive)
        assert (terminal.tries(1), terminal.tries(2)) == (0x63C3, 0x63C3)
        assert (terminal.verify(1, "1234"), terminal.verify(2, "5678")) == (0x9000, 0x9000)
        photo = terminal.read(licence.DF2, 1)
        terminal.file(1)
        return photo, terminal.send("00 B0 00 00 00 07 D5")[0]

    with Laid(card):
        wait_for(readers, READER, present=True)
        parts, whole = readers.run(READER, work, timeout_s=30)
    assert parts == whole == card.files["DF2/EF01"]
