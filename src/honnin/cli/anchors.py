"""Which trust anchors a command works with: those that were named, else those of the house; virtual cards bring theirs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from honnin.trust.anchors import Anchor, AnchorSet, load_anchor_files
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import Crl, parse_crl

NAMED = "--anchors"


def anchors_for(paths: Sequence[Path], *, simulated: bool) -> tuple[AnchorSet, tuple[Crl, ...]]:
    """Anchors and revocation lists. `paths`, when given, are all that is trusted.

    The simulator's anchors count for cards that the reader knows to be virtual and for no other. Raises TrustError.
    """
    if paths:
        return load_anchor_files(paths, environment="production", origin=NAMED), ()
    if simulated:
        return simulator_trust()
    return AnchorSet.empty(), ()


def simulator_trust() -> tuple[AnchorSet, tuple[Crl, ...]]:
    """What the virtual cards are issued under."""
    from honnin_virtual.pki import simulator_anchors, simulator_crl  # noqa: PLC0415  # only when it is used

    anchors = AnchorSet(
        Anchor(parse_certificate(octets), "simulator", "honnin_virtual") for octets in simulator_anchors()
    )
    return anchors, (parse_crl(simulator_crl()),)
