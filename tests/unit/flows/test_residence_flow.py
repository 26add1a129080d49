"""Residence cards through the use cases: typed number, reading, checking, pictures, importing their authorities."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from honnin.adapters.tray import Tray
from honnin.cards.residence import CardNumber
from honnin.cli.anchors import simulator_trust
from honnin.core.clock import system_clock, system_random
from honnin.core.errors import CardError, DataError
from honnin.core.secret import Secret
from honnin.facts import DocumentKind
from honnin.facts.codec import reading_from_zip, reading_to_zip
from honnin.flows.documents import HouseTrust, check_reading
from honnin.flows.keys import TypedKey, TypedKeyError, parse_residence_key
from honnin.flows.portrait import image_octets, portrait_service
from honnin.flows.read import read_document
from honnin.flows.trust_import import plan_import
from honnin.trust import residence
from honnin.trust.certificate import parse_certificate
from honnin.trust.kinds import RESIDENCE
from honnin.trust.residence import Pin
from tests.unit.checks import residence_cards as made

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def typed(**fields: str) -> TypedKey:
    return TypedKey(**{name: Secret(value) for name, value in fields.items()})


def read(name: str, number: str):
    tray = Tray()
    tray.insert(name)
    return read_document(tray, tray.name, CardNumber(Secret(number)), clock=system_clock, random=system_random)


def test_the_number_is_taken_however_it_is_typed() -> None:
    key = parse_residence_key(typed(number="ａｂ 1234-5678 ｃｄ"))
    assert isinstance(key, CardNumber)
    assert key.octets == b"AB12345678CD"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "key.missing"), ({"number": "AB1234"}, "key.card_number"), ({"number": "あい12345678うえ"}, "key.kana"),
        ({"number": "AB12345678CD", "birth": "900101"}, "key.several"),
    ],
)  # fmt: skip
def test_a_wrong_entry_names_its_field(fields: dict[str, str], code: str) -> None:
    with pytest.raises(TypedKeyError) as caught:
        parse_residence_key(typed(**fields))
    assert (caught.value.code, caught.value.field) == (code, "number")


def test_a_card_on_the_tray_is_read_checked_kept_and_checked_again() -> None:
    reading = read("residence-plain", "ZZ00000001ZZ")
    assert (reading.document, reading.simulated) == (DocumentKind.RESIDENCE, True)
    trust = simulator_trust("residence")
    report = check_reading(reading, trust, reading.read_at_utc)
    assert not report.failed
    kept = reading_from_zip(reading_to_zip(reading))
    assert check_reading(kept, trust, reading.read_at_utc) == report
    assert "ZZ00000001ZZ" not in repr(check_reading(kept, HouseTrust(), NOW).findings)


def test_the_photo_and_every_other_picture_can_be_shown() -> None:
    reading = read("residence-first", "ZZ00000002ZZ")
    report = check_reading(reading, simulator_trust("residence"), reading.read_at_utc)
    shown: list[bytes] = []

    def decode(octets: bytes) -> bytes:
        shown.append(octets)
        return b"PNG"

    assert portrait_service(decode)(reading, report) == b"PNG"
    front = next(each for each in report.attributes if each.name == "front_image")
    assert image_octets(reading, front)[:4] in {b"II*\0", b"MM\0*"}
    assert shown[0] != image_octets(reading, front)


def test_a_child_without_a_photo_has_none_to_show() -> None:
    reading = read("residence-under16", "ZZ00000005ZZ")
    report = check_reading(reading, simulator_trust("residence"), reading.read_at_utc)
    with pytest.raises(DataError, match=r"image\.missing"):
        portrait_service(lambda octets: octets)(reading, report)


def test_a_wrong_number_can_be_entered_again_at_once() -> None:
    with pytest.raises(CardError, match="wrong_number"):
        read("residence-first", "ZZ00000001ZZ")
    assert read("residence-first", "ZZ00000002ZZ").files


def test_other_cards_are_not_taken_for_residence_cards() -> None:
    for name in ("passport-japanese-style", "mynumber-plain"):
        with pytest.raises(CardError, match=r"card\.not_residence"):
            read(name, "ZZ00000001ZZ")


# --- the authorities ---------------------------------------------------------------------------------------------------


class _Nothing:
    def entries(self):
        return []

    def crls(self):
        return []


def plan(environment: str, pins: tuple[str, ...] = ()):
    return plan_import(
        made.authority(1).der, _Nothing(), environment=environment, origin="file", pins=pins, now=NOW  # type: ignore[arg-type]
    )  # fmt: skip


def test_an_authority_is_imported_for_production_by_published_or_own_pin_only(monkeypatch) -> None:
    fingerprint = parse_certificate(made.authority(1).der).fingerprint
    refused = plan("production")
    assert [each.reason for each in refused.refused] == ["not_pinned"]
    assert not refused.new
    (entry,) = plan("production", (fingerprint,)).new
    assert (entry.basis, entry.anchor.kind) == ("pin", RESIDENCE)
    (entry,) = plan("test").new
    assert entry.basis == "operator"
    monkeypatch.setattr("honnin.flows.trust_import._PUBLISHED", {fingerprint: "production"})
    (entry,) = plan("production").new
    assert entry.basis == "pin"
    assert not plan("test").new
    assert Pin(1, "01", "production") != residence.PINS.get(fingerprint)
