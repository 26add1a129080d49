"""Readings for the tests of checks: virtual passports, read by the real dialogue or taken file by file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from random import Random

from honnin.apdu import run_in_process
from honnin.cards.passport import MrzKey, Plan, read_passport
from honnin.checks.passport import check_passport
from honnin.core.tlv import encode
from honnin.facts import Access, DocumentKind, Finding, Outcome, Reading, Report
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import Crl, parse_crl
from honnin_virtual.catalogue import issue, list_cards
from honnin_virtual.faults import faults_from_names
from honnin_virtual.pki import simulator_anchors, simulator_crl

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
HEALTHY = "passport-japanese-style"
BAC = "passport-bac-aa-rsa"
CA = "passport-pace-ca-aes256"
CAM = "passport-pace-cam"


@lru_cache(maxsize=1)
def trust() -> tuple[AnchorSet, tuple[Crl, ...]]:
    anchors = AnchorSet(Anchor(parse_certificate(each), "simulator", "tests") for each in simulator_anchors())
    return anchors, (parse_crl(simulator_crl()),)


def octets(seed: str):
    source = Random(seed)
    return source.randbytes


@lru_cache(maxsize=64)
def read(name: str, *faults: str, allow_bac: bool = False, challenge: bool = True) -> Reading:
    """A virtual passport, broken as the faults say, read by the real dialogue."""
    card = issue(name, faults=faults_from_names(faults), now=NOW, random=octets("chip"))
    mrz = next(spec.secrets["mrz"] for spec in list_cards() if spec.name == name)
    plan = Plan(
        files=("EF.DG1", "EF.DG2", "EF.DG11", "EF.DG12", "EF.DG13"),
        reader_extended=True,
        aa_challenge=b"8 octets" if challenge else None,
        allow_bac_after_pace=allow_bac,
    )
    dialogue = read_passport(MrzKey.from_lines(mrz), plan, now=NOW, random=octets("terminal"))
    return run_in_process(dialogue, card.process)


def changed(reading: Reading, **files: bytes | None) -> Reading:
    """The Reading with files replaced (DG1=…) or taken away (DG1=None)."""
    kept = dict(reading.files) | {f"EF.{name}": data for name, data in files.items() if data is not None}
    for name, data in files.items():
        if data is None:
            kept.pop(f"EF.{name}", None)
    return replace(reading, files=kept)


def from_files(reading: Reading) -> Reading:
    return Reading(DocumentKind.PASSPORT, NOW, Access("files"), reading.files, source="files")


def check(reading: Reading, *, anchors: AnchorSet | None = None, crls=None, at: datetime = NOW) -> Report:
    all_anchors, all_crls = trust()
    return check_passport(reading, all_anchors if anchors is None else anchors, all_crls if crls is None else crls, at)


def said(report: Report, name: str) -> tuple[str, str]:
    """(outcome, reason) of passport.NAME; ("absent", "") when there is no such finding."""
    found: Finding | None = report.finding(f"passport.{name}")
    return (found.outcome.value, found.reason) if found else ("absent", "")


def not_passed(report: Report) -> dict[str, tuple[str, str]]:
    """Everything that is not passed."""
    return {
        each.id.removeprefix("passport."): (each.outcome.value, each.reason)
        for each in report.findings
        if each.outcome is not Outcome.PASSED
    }


def flipped(data: bytes, at: int = -1, by: int = 1) -> bytes:
    changed_data = bytearray(data)
    changed_data[at] ^= by
    return bytes(changed_data)


def resized(tag: int, value: bytes) -> bytes:
    return encode(tag, value)
