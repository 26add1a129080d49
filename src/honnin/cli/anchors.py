"""Which trust a command works with: what was named, else the house's; virtual cards bring theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from honnin.adapters.trust_folder import TrustFolder
from honnin.cli.data_folder import data_folder
from honnin.core.errors import DataError, TrustError
from honnin.flows.documents import HouseTrust
from honnin.trust.anchors import MAX_FILE, Anchor, AnchorSet, load_anchor_files
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import Crl, parse_crl
from honnin.trust.cvc import ENVIRONMENTS, CvAnchors, parse_key_file
from honnin.trust.kinds import kind_of

NAMED = "--anchors"
_KEY_FILE = ".json"  # keys of card data: no certificates
_KEY_FILES = "*card-data.json"  # those of a folder


def trust_for(paths: Sequence[Path], *, simulated: bool, document: str, data: Path | None = None) -> HouseTrust:
    """Everything that is trusted for one document. `paths`, when given, are all that is trusted.

    The simulator's anchors count for cards that the reader knows to be virtual and for no other. Raises TrustError,
    also when a named file cannot be parsed or no certificate is in what was named.
    """
    if paths:
        return _named(paths)
    house = TrustFolder(data_folder(data))
    trust = HouseTrust(house.anchors(), tuple(house.crls()))
    if not simulated:
        return trust
    virtual = simulator_trust(document)
    return HouseTrust(
        trust.anchors | virtual.anchors, (*trust.crls, *virtual.crls), trust.card_data | virtual.card_data
    )


def simulator_trust(document: str = "passport") -> HouseTrust:
    """What the virtual cards of that document are issued under."""
    from honnin_virtual import simulator_trust as files_of  # noqa: PLC0415  # only when it is used

    return trust_in(files_of(document), "honnin_virtual")


def trust_in(files: Mapping[str, bytes], origin: str) -> HouseTrust:
    """Simulator trust from files by name: certificates (.cer), revocation lists (.crl), card data keys (.json)."""
    anchors: list[Anchor] = []
    crls: list[Crl] = []
    card_data = CvAnchors()
    for name, octets in files.items():
        if name.endswith(".cer"):
            certificate = parse_certificate(octets)
            anchors.append(Anchor(certificate, "simulator", origin, kind_of(certificate)))
        elif name.endswith(".crl"):
            crls.append(parse_crl(octets))
        elif name.endswith(_KEY_FILE):
            card_data |= parse_key_file(octets, environment="simulator", origin=origin)
    return HouseTrust(AnchorSet(anchors), tuple(crls), card_data)


def _named(paths: Sequence[Path]) -> HouseTrust:
    """What the files hold. A certificate of the simulator stays one, whoever names it (AnchorSet sees to that)."""
    keys = [file for path in paths for file in _key_files(path)]
    certificates = [path for path in paths if path not in keys]
    try:
        anchors = load_anchor_files(certificates, environment="production", origin=NAMED)
        card_data = CvAnchors(anchor for file in keys for anchor in _read_keys(file))
    except DataError as error:
        raise TrustError("trust.file.unreadable", "a trust file cannot be parsed", error.code) from error
    if not len(anchors) and not len(card_data):
        raise TrustError("trust.file.empty", "there is no certificate in what was named")
    return HouseTrust(anchors, (), card_data)


def _key_files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(each for each in path.glob(_KEY_FILES) if each.is_file())
    return [path] if path.suffix == _KEY_FILE else []


def _read_keys(file: Path) -> CvAnchors:
    """The least trusted environment that the file allows for itself."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE)
    except OSError as error:
        raise TrustError("trust.file.unreadable", f"{file.name} cannot be read", str(error)) from error
    problem: TrustError | None = None
    for environment in reversed(ENVIRONMENTS):
        try:
            return parse_key_file(data, environment=environment, origin=NAMED)
        except TrustError as error:
            problem = error
    raise problem or TrustError("trust.cvc.key_file", "this is not a file of card data keys")
