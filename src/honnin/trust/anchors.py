"""Trust anchors: the country signing keys this house believes in, each with environment and origin (design §5, §9).

An anchor is a certificate that somebody decided to trust; its own expiry and self-signature add nothing to that.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from honnin.core.errors import TrustError
from honnin.trust.certificate import Certificate, parse_certificate
from honnin.trust.kinds import PASSPORT, kind_of
from honnin.trust.masterlist import is_signed_data, open_master_list

Environment = Literal["production", "test", "simulator"]
# From the least to the most trusted: a certificate that is there twice counts as the least.
ENVIRONMENTS: tuple[Environment, ...] = ("simulator", "test", "production")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A trusted certificate. `origin` says where it came from, in the operator's words or as a file name."""

    certificate: Certificate
    environment: Environment
    origin: str
    kind: str = PASSPORT


UTOPIA = "UT"  # Doc 9303-3 §5: the country of specimens and of our simulator, whose keys anybody has
_SIMULATOR = "SIMULATOR"  # in the organisation of the simulator's Japanese authorities
_TEST = "JPKI-TEST"  # the organisation of J-LIS test cards (jpki-validation.md §1.3)


def rightful_environment(certificate: Certificate, wanted: Environment) -> Environment:
    """What an anchor may vouch for: nothing of Utopia, simulators or test cards is production, whoever says so."""
    if wanted != "production":
        return wanted
    organisations = certificate.subject.values("O")
    if certificate.subject.country == UTOPIA or any(_SIMULATOR in each for each in organisations):
        return "simulator"
    return "test" if _TEST in organisations else wanted


class AnchorSet:
    """All anchors of one moment; never changes. Iterates in a stable order, without duplicates.

    One of Utopia or the simulator that is called production counts as the simulator's.
    """

    __slots__ = ("_anchors", "_by_country", "_by_ski", "_of_kind")

    def __init__(self, anchors: Iterable[Anchor] = ()) -> None:
        unique: dict[str, Anchor] = {}
        for each in anchors:
            environment = rightful_environment(each.certificate, each.environment)
            anchor = each if environment == each.environment else replace(each, environment=environment)
            fingerprint = anchor.certificate.fingerprint
            known = unique.get(fingerprint)
            if known is None or ENVIRONMENTS.index(anchor.environment) < ENVIRONMENTS.index(known.environment):
                unique[fingerprint] = anchor
        self._anchors = tuple(unique.values())
        self._of_kind: dict[str, AnchorSet] = {}
        by_ski: dict[bytes, list[Anchor]] = {}
        by_country: dict[str, list[Anchor]] = {}
        for anchor in self._anchors:
            if anchor.certificate.ski is not None:
                by_ski.setdefault(anchor.certificate.ski, []).append(anchor)
            by_country.setdefault(anchor.certificate.subject.country or "", []).append(anchor)
        self._by_ski = {key: tuple(value) for key, value in by_ski.items()}
        self._by_country = {key: tuple(value) for key, value in by_country.items()}

    @classmethod
    def empty(cls) -> AnchorSet:
        """The set without anchors."""
        return cls()

    def by_ski(self, key_identifier: bytes) -> tuple[Anchor, ...]:
        """Anchors whose subject key identifier that is: several when there are link certificates for the key."""
        return self._by_ski.get(key_identifier, ())

    def by_country(self, country: str | None) -> tuple[Anchor, ...]:
        """Anchors of a two-letter code in upper case; None: those without a country."""
        return self._by_country.get(country or "", ())

    def of_kind(self, kind: str) -> AnchorSet:
        """Only the authorities for that: a JPKI authority is never one for passports, whatever its label says."""
        known = self._of_kind.get(kind)
        if known is None:
            fit = [each for each in self._anchors if kind_of(each.certificate, each.kind) == kind]
            known = self._of_kind[kind] = self if len(fit) == len(self._anchors) else AnchorSet(fit)
        return known

    def __iter__(self) -> Iterator[Anchor]:
        return iter(self._anchors)

    def __len__(self) -> int:
        return len(self._anchors)

    def __or__(self, other: AnchorSet) -> AnchorSet:
        return AnchorSet((*self, *other))


MAX_FILE = 32 << 20
MAX_PEM_CERTIFICATES = 8192
SUFFIXES = frozenset({".cer", ".crt", ".der", ".pem", ".ml"})
_PEM_BEGIN = b"-----BEGIN CERTIFICATE-----"


def plain_origin(text: str) -> str:
    """An origin that can be written anywhere: a file name may hold octets that are no text."""
    return text.encode("utf-8", "replace").decode()


def load_anchor_files(
    paths: Iterable[Path], *, environment: Environment, origin: str | None = None, kind: str = PASSPORT
) -> AnchorSet:
    """Anchors from certificates (.cer .crt .der .pem) and master lists (.ml), or folders with such files.

    For a caller who names the files and thereby trusts them; a master list must still hold in itself. `origin` stands
    for the file name, `kind` for what they are authorities of where their names do not say it. A folder's other files
    are left alone. Raises TrustError `trust.file.unreadable` (detail: the file), DataError as `read_certificates` does.
    Never fewer anchors than the files hold.
    """
    anchors: list[Anchor] = []
    for path in paths:
        for file in _files(path):
            certificates = read_certificates(_read(file))
            name = plain_origin(origin or file.name)
            anchors += [Anchor(each, environment, name, kind_of(each, kind)) for each in certificates]
    return AnchorSet(anchors)


def read_certificates(data: bytes) -> tuple[Certificate, ...]:
    """All certificates of one file: DER, PEM (one or more) or a master list. At least one.

    Raises DerError, CertificateError and the like for what cannot be parsed, TrustError `trust.masterlist.…`,
    `trust.file.empty`, `trust.file.pem`.
    """
    if _PEM_BEGIN in data:
        return tuple(parse_certificate(each) for each in pem_blocks(data, _PEM_BEGIN))
    if not is_signed_data(data):
        return (parse_certificate(data),)
    listed = open_master_list(data)
    if listed.unreadable:
        raise TrustError("trust.masterlist.content", "a certificate of the list cannot be read", str(listed.unreadable))
    return listed.certificates


def pem_blocks(data: bytes, begin: bytes) -> list[bytes]:
    """What stands between each `begin` line ("-----BEGIN X-----") and its end, decoded. Raises TrustError
    `trust.file.pem` when a block is broken or there are more than 8192.
    """
    blocks: list[bytes] = []
    for part in data.split(begin)[1:]:
        body, end, _ = part.partition(begin.replace(b"BEGIN", b"END"))
        try:
            blocks.append(base64.b64decode(b"".join(body.split()), validate=True))
        except binascii.Error:
            end = b""
        if not end or len(blocks) > MAX_PEM_CERTIFICATES:
            raise TrustError("trust.file.pem", "a PEM file is broken or has too many entries")
    return blocks


def _files(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            return sorted(each for each in path.iterdir() if each.suffix.lower() in SUFFIXES and each.is_file())
    except OSError as error:
        raise TrustError("trust.file.unreadable", f"{path.name} cannot be read", str(error)) from error
    return [path]


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except OSError as error:
        raise TrustError("trust.file.unreadable", f"{file.name} cannot be read", str(error)) from error
    if not data or len(data) > MAX_FILE:
        raise TrustError("trust.file.unreadable", f"{file.name} is empty or too large")
    return data
