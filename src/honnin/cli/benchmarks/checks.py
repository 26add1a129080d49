"""Judging a passport from its files: `checks.passport_per_second`, `.brainpool` (design §10).

Passive authentication as `honnin verify` does it: EF.SOD, the hash of every file (a portrait of 18 kB, not decoded),
the chain to an anchor that is already loaded. One core. The security objects are issued by the virtual PKI.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from honnin.checks.passport import check_passport
from honnin.cli.anchors import simulator_trust
from honnin.cli.benchmarks.figure import Figure
from honnin.core.errors import CallerError
from honnin.facts import Access, DocumentKind, Outcome, Reading

_NOW = datetime(2026, 11, 25, tzinfo=UTC)
_SECONDS = 1.5
_ROUNDS = 3


def measure() -> Iterator[Figure]:
    """Both figures, per second of processor time: the best of three rounds, since others only ever slow it down."""
    from honnin_virtual.passport.build import AaSpec, FaceSpec, SodSpec, build_passport  # noqa: PLC0415  # draws faces

    for figure_id, signer, scheme, target in (
        ("checks.passport_per_second", "rsa2048", "pkcs1", 1000.0),
        ("checks.passport_per_second.brainpool", "brainpool384", "ecdsa", 400.0),
    ):
        card = build_passport(
            aa=AaSpec("ecdsa", "secp256r1"), sod=SodSpec(signer, scheme), face=FaceSpec(size=18_000)
        )
        files = {name: octets for name, octets in card.files.items() if name.startswith(("EF.SOD", "EF.DG"))}
        yield Figure(figure_id, max(_rate(files) for _ in range(_ROUNDS)), "1/s", target, "min")


def _rate(files: dict[str, bytes]) -> float:
    trust = simulator_trust()
    anchors, crls = trust.anchors, trust.crls
    reading = Reading(DocumentKind.PASSPORT, _NOW, Access("files"), files, source="files")
    report = check_passport(reading, anchors, crls, _NOW)
    wanted = ("passport.sod.signature", "passport.sod.hashes", "passport.dsc.chain", "passport.dsc.validity")
    if any(each.outcome is not Outcome.PASSED for each in report.findings if each.id in wanted):
        raise CallerError("bench.checks", "the passport of the benchmark is not sound")
    count = 0
    start = time.process_time()
    while time.process_time() - start < _SECONDS:
        check_passport(reading, anchors, crls, _NOW)
        count += 1
    return count / (time.process_time() - start)
