"""Which trust anchors a command works with: those that were named, else the house's; virtual cards bring theirs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from honnin.adapters.trust_folder import TrustFolder
from honnin.cli.data_folder import data_folder
from honnin.core.errors import DataError, TrustError
from honnin.trust.anchors import Anchor, AnchorSet, load_anchor_files
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import Crl, parse_crl

NAMED = "--anchors"


def anchors_for(
    paths: Sequence[Path], *, simulated: bool, data: Path | None = None
) -> tuple[AnchorSet, tuple[Crl, ...]]:
    """Anchors and revocation lists. `paths`, when given, are all that is trusted.

    The simulator's anchors count for cards that the reader knows to be virtual and for no other. Raises TrustError,
    also when a named file cannot be parsed or no certificate is in what was named.
    """
    if paths:
        return _named(paths), ()
    house = TrustFolder(data_folder(data))
    anchors, crls = house.anchors(), tuple(house.crls())
    if simulated:
        virtual_anchors, virtual_crls = simulator_trust()
        return anchors | virtual_anchors, (*crls, *virtual_crls)
    return anchors, crls


def simulator_trust() -> tuple[AnchorSet, tuple[Crl, ...]]:
    """What the virtual cards are issued under."""
    from honnin_virtual.pki import simulator_anchors, simulator_crl  # noqa: PLC0415  # only when it is used

    anchors = AnchorSet(
        Anchor(parse_certificate(octets), "simulator", "honnin_virtual") for octets in simulator_anchors()
    )
    return anchors, (parse_crl(simulator_crl()),)


def _named(paths: Sequence[Path]) -> AnchorSet:
    """What the files hold. A certificate of the simulator stays one, whoever names it (AnchorSet sees to that)."""
    try:
        anchors = load_anchor_files(paths, environment="production", origin=NAMED)
    except DataError as error:
        raise TrustError("trust.file.unreadable", "a trust file cannot be parsed", error.code) from error
    if not len(anchors):
        raise TrustError("trust.file.empty", "there is no certificate in what was named")
    return anchors
