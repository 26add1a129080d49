"""Certificate revocation lists (RFC 5280 §5; Doc 9303-12 §7.1.3; passport.md §11.4).

Why by hand: a list may have very many entries, and libraries answer a look-up by reading all of them. Here the serial
numbers are cut out once into one sorted block of octets, some 22 octets an entry, and looked up by bisection. Very
large lists are indexed on disk: honnin.trust.crl_index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from honnin.trust import der
from honnin.trust.algorithms import PublicKey, SignatureAlgorithm, Verdict, parse_signature_algorithm, verify
from honnin.trust.anchors import Anchor, AnchorSet, Environment
from honnin.trust.certificate import (
    MAX_SERIAL,
    Extension,
    parse_aki,
    parse_extensions,
    parse_time,
)
from honnin.trust.crl_entries import (
    TRUE,
    CrlError,
    RevokedEntry,
    critical_entry,
    earlier_entry,
    read_entry,
    serial_octets,
    walk_entries,
)
from honnin.trust.der import DerError
from honnin.trust.names import Name, parse_name

MAX_CRL = 64 << 20
MAX_ENTRIES = 1_000_000
MAX_ANCHORS_TRIED = 64

_AKI = "2.5.29.35"
_NUMBER = "2.5.29.20"
_ISSUING_DISTRIBUTION_POINT = "2.5.29.28"
_UNDERSTOOD = frozenset({_AKI, _NUMBER, "2.5.29.18"})


class RevocationList(Protocol):
    """What path validation asks of a list, whether it is in memory (`Crl`) or on disk (honnin.trust.crl_index)."""

    @property
    def issuer(self) -> Name:
        """Who issued it."""
        ...

    @property
    def this_update(self) -> datetime:
        """From when it speaks, aware."""
        ...

    @property
    def next_update(self) -> datetime | None:
        """Until when it counts."""
        ...

    @property
    def aki(self) -> bytes | None:
        """The key identifier of who signed it."""
        ...

    @property
    def number(self) -> int | None:
        """CRLNumber."""
        ...

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """All of its extensions."""
        ...

    @property
    def signature_algorithm(self) -> SignatureAlgorithm:
        """How it was signed."""
        ...

    @property
    def count(self) -> int:
        """How many entries it has."""
        ...

    def find(self, serial: int) -> RevokedEntry | None:
        """The entry with that serial number, or None. HonninError when the answer cannot be read: no absence."""
        ...

    @property
    def distribution_point(self) -> bytes | None:
        """The value of IssuingDistributionPoint (DER), when the list is one of several of its issuer."""
        ...

    def find_many(self, serials: Iterable[int]) -> Mapping[int, RevokedEntry]:
        """The entries with these serial numbers. HonninError as `find`."""
        ...

    def has_critical_entry(self) -> bool:
        """Whether any entry has a critical extension: such a list clears nobody (RFC 5280 §5.3)."""
        ...

    def signed_by(self, anchor: Anchor) -> bool:
        """Whether the key of that anchor signed it."""
        ...

    def verify_signature(self, key: PublicKey) -> Verdict:
        """Whether that key signed it; computed anew."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Crl:
    """A revocation list as issued. Whether it may be believed is up to `verify_crl`."""

    raw: bytes
    tbs: bytes
    issuer: Name
    this_update: datetime
    next_update: datetime | None
    aki: bytes | None
    number: int | None
    extensions: tuple[Extension, ...]
    signature_algorithm: SignatureAlgorithm
    signature: bytes
    count: int
    _entries: tuple[int, int] = field(repr=False)  # where they are in `raw`
    _width: int = field(repr=False)
    _index: bytes = field(repr=False)  # rows of `_width` octets, sorted: length, serial number, filler
    _proven: dict[str, bool] = field(repr=False, default_factory=dict)  # anchor fingerprint -> signature fits

    @property
    def distribution_point(self) -> bytes | None:
        """The value of IssuingDistributionPoint (DER), when the list is one of several of its issuer."""
        return distribution_point(self.extensions)

    def find(self, serial: int) -> RevokedEntry | None:
        """The entry with that serial number, or None. Bisection; only a hit reads the list."""
        return self.find_many((serial,)).get(serial)

    def find_many(self, serials: Iterable[int]) -> Mapping[int, RevokedEntry]:
        """The entries with these serial numbers. The list is read once, and only when there is a hit."""
        wanted = {each for each in serials if self._lists(each)}
        found: dict[int, RevokedEntry] = {}
        if wanted:
            for serial_start, serial_stop, end in walk_entries(self.raw, *self._entries):
                serial = der.integer(self.raw, serial_start, serial_stop)
                if serial in wanted:
                    entry = read_entry(self.raw, serial, serial_stop, end)
                    found[serial] = earlier_entry(found[serial], entry) if serial in found else entry
        return found

    def _lists(self, serial: int) -> bool:
        content = serial_octets(serial)
        return len(content) < self._width and self._holds(_row(content, self._width))

    def has_critical_entry(self) -> bool:
        """Whether any entry has a critical extension: such a list says nothing to us (RFC 5280 §5.3)."""
        if self.raw.find(TRUE, *self._entries) < 0:
            return False
        return any(critical_entry(self.raw, after, end) for _, after, end in walk_entries(self.raw, *self._entries))

    def signed_by(self, anchor: Anchor) -> bool:
        """Whether the key of that anchor signed it. Computed once for each anchor."""
        fingerprint = anchor.certificate.fingerprint
        if fingerprint not in self._proven:
            self._proven[fingerprint] = self.verify_signature(anchor.certificate.public_key) == "ok"
        return self._proven[fingerprint]

    def verify_signature(self, key: PublicKey) -> Verdict:
        """Whether that key signed it; computed anew."""
        return verify(self.signature_algorithm, key, self.tbs, self.signature)

    def _holds(self, row: bytes) -> bool:
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            here = self._index[middle * self._width : (middle + 1) * self._width]
            if here == row:
                return True
            low, high = (middle + 1, high) if here < row else (low, middle)
        return False


@dataclass(frozen=True, slots=True)
class CrlResult:
    """`outcome`: "ok", or `no_anchor` (none of that country signed it), `bad_signature` (the one it names did not),
    `unsupported_algorithm`, `unsupported_extension` (a critical one: delta, indirect or partitioned list),
    `not_yet_valid`, `stale` (its next update is over or missing).

    `authentic`: signed by `anchor`, so that what it lists is revoked even if it is old.
    """

    outcome: str
    anchor: Anchor | None
    authentic: bool

    @property
    def ok(self) -> bool:
        """Whether it is authentic and current."""
        return self.outcome == "ok"


def parse_crl(der_octets: bytes) -> Crl:
    """From exactly one DER CertificateList of at most 64 MiB and 1,000,000 entries.

    Raises DerError, CertificateError (times, extensions) or CrlError: `trust.crl.algorithm`, `.version`, `.malformed`,
    `.limit`.
    """
    data = der_octets
    start, stop = der.expect_all(data, der.SEQUENCE, MAX_CRL)
    tbs_start, tbs_stop = der.expect(data, start, stop, der.SEQUENCE)
    algorithm_start, algorithm_stop = der.expect(data, tbs_stop, stop, der.SEQUENCE)
    signature_start, signature_stop = der.expect(data, algorithm_stop, stop, der.BIT_STRING)
    if signature_stop != stop:
        raise DerError("trust.der.trailing", "octets follow the signature of a revocation list")

    position = tbs_start
    tag, value, end = der.read(data, position, tbs_stop)
    version = 1
    if tag == der.INTEGER:
        version = der.small_integer(data, value, end) + 1
        position = end
    if version not in (1, 2):
        raise CrlError("trust.crl.version", "unknown version of a revocation list")
    inner_start = position
    _, position = der.expect(data, position, tbs_stop, der.SEQUENCE)
    if data[inner_start:position] != data[tbs_stop:algorithm_stop]:
        raise CrlError("trust.crl.algorithm", "a revocation list names two signature algorithms")
    issuer_start = position
    _, position = der.expect(data, position, tbs_stop, der.SEQUENCE)
    issuer = parse_name(data[issuer_start:position])
    this_update, position = parse_time(data, position, tbs_stop)
    next_update: datetime | None = None
    entries = (position, position)
    extensions: tuple[Extension, ...] = ()
    if position < tbs_stop and data[position] in (der.UTC_TIME, der.GENERALIZED_TIME):
        next_update, position = parse_time(data, position, tbs_stop)
    if position < tbs_stop and data[position] == der.SEQUENCE:
        value, position = der.expect(data, position, tbs_stop, der.SEQUENCE)
        entries = (value, position)
    if position < tbs_stop and data[position] == 0xA0 and version == 2:
        value, position = der.expect(data, position, tbs_stop, 0xA0)
        extensions = parse_extensions(data, value, position)
    if position != tbs_stop:
        raise CrlError("trust.crl.malformed", "a revocation list has unknown fields")
    count, width, index = _build_index(data, *entries)
    aki, number = _known_extensions(extensions)
    return Crl(
        raw=data,
        tbs=data[start:tbs_stop],
        issuer=issuer,
        this_update=this_update,
        next_update=next_update,
        aki=aki,
        number=number,
        extensions=extensions,
        signature_algorithm=parse_signature_algorithm(data, algorithm_start, algorithm_stop),
        signature=der.bit_string(data, signature_start, signature_stop),
        count=count,
        _entries=entries,
        _width=width,
        _index=index,
    )


def verify_crl(
    crl: RevocationList, anchors: AnchorSet, at: datetime, *, environment: Environment | None = None
) -> CrlResult:
    """Whether an anchor of the list's country signed it, and whether it is current at `at` (aware). Never raises.

    With `environment` only anchors of that one count: a test key says nothing about a production certificate.
    Any anchor of the country will do: the newest key signs also for certificates of older ones. The signature is
    computed once for a list and an anchor.
    """
    if any(each.critical and each.oid not in _UNDERSTOOD for each in crl.extensions):
        return CrlResult("unsupported_extension", None, authentic=False)
    candidates = anchors.by_country(crl.issuer.country)
    if environment is not None:
        candidates = tuple(each for each in candidates if each.environment == environment)
    named = [each for each in candidates if crl.aki is not None and each.certificate.ski == crl.aki]
    rest = [each for each in candidates if each not in named]
    for anchor in (*named, *rest)[:MAX_ANCHORS_TRIED]:
        usage = anchor.certificate.key_usage
        if (usage is None or "crl_sign" in usage) and crl.signed_by(anchor):
            return CrlResult(_currency(crl, at), anchor, authentic=True)
    if crl.signature_algorithm.scheme in ("unsupported", "forbidden"):
        return CrlResult("unsupported_algorithm", None, authentic=False)
    return CrlResult("bad_signature" if named else "no_anchor", None, authentic=False)


def crl_facts(crl: RevocationList) -> Mapping[str, str]:
    """For the detail of a finding and for people: issuer, number, dates, count."""
    facts = {"crl_issuer": crl.issuer.text, "crl_this_update": crl.this_update.isoformat()}
    if crl.next_update is not None:
        facts["crl_next_update"] = crl.next_update.isoformat()
    if crl.number is not None:
        facts["crl_number"] = str(crl.number)
    return facts | {"crl_entries": str(crl.count)}


def distribution_point(extensions: Iterable[Extension]) -> bytes | None:
    """The value of IssuingDistributionPoint (RFC 5280 §5.2.5) among the extensions of a list."""
    return next((each.value for each in extensions if each.oid == _ISSUING_DISTRIBUTION_POINT), None)


def _currency(crl: RevocationList, at: datetime) -> str:
    if at < crl.this_update:
        return "not_yet_valid"
    return "ok" if crl.next_update is not None and at <= crl.next_update else "stale"


def _known_extensions(extensions: tuple[Extension, ...]) -> tuple[bytes | None, int | None]:
    aki: bytes | None = None
    number: int | None = None
    for each in extensions:
        if each.oid == _AKI:
            aki = parse_aki(each.value)
        elif each.oid == _NUMBER:
            start, stop = der.expect_all(each.value, der.INTEGER, MAX_SERIAL)
            number = der.integer(each.value, start, stop)
    return aki, number


def _build_index(data: bytes, start: int, stop: int) -> tuple[int, int, bytes]:
    """(count, width of a row, rows). Every entry is seen: a list that breaks in the middle is refused, not cut."""
    serials: list[bytes] = []
    for first, last, _ in walk_entries(data, start, stop):
        content = data[first:last]
        if not content or last - first > MAX_SERIAL:
            raise CrlError("trust.crl.malformed", "a serial number in a revocation list is malformed")
        if content[0] in {0x00, 0xFF}:  # perhaps not the shortest form
            content = serial_octets(der.integer(data, first, last))
        serials.append(content)
        if len(serials) > MAX_ENTRIES:
            raise CrlError("trust.crl.limit", "a revocation list has too many entries")
    width = max(map(len, serials), default=0) + 1
    for at, content in enumerate(serials):
        serials[at] = _row(content, width)
    serials.sort()
    return len(serials), width, b"".join(serials)


def _row(content: bytes, width: int) -> bytes:
    return bytes([len(content)]) + content.ljust(width - 1, b"\0")
