"""The trust material of a record and of its bundle: as few files as give the same Report, and back.

It is sealed with the record on the day (parts `trust/…`), for a year later the house has other lists and other anchors.
A revocation list too long to stand in every record is sealed as its identity (issuer, number, dates, SHA-256); whoever
has that very list can use it, and a bundle carries it while the house still has it. What a bundle brings serves to make
the Report again; whom to trust is the verifier's own business (design §7).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from honnin.core.errors import DataError, HonninError
from honnin.crypto import RsaKey
from honnin.facts import Reading
from honnin.flows.documents import HouseTrust, check_reading
from honnin.trust.anchors import ENVIRONMENTS, Anchor, AnchorSet, Environment
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import Crl, RevocationList, parse_crl
from honnin.trust.crl_index import CrlIndex
from honnin.trust.cvc import CvAnchor, CvAnchors

__all__ = [
    "SEALED", "absent_lists", "lists_for", "needed_trust", "sealed_trust", "trust_files", "trust_from_files",
    "trust_of_bundle",
]  # fmt: skip

INDEX = "index.json"
SEALED = "trust/"  # what the names of these parts begin with in a sealed content
MAX_SEALED_CRL = 1 << 20  # a longer list is sealed as its identity
MAX_CRL = 8 << 20  # a longer list does not go into a bundle either
MAX_LISTS = 16  # identities
MAX_CARD_KEYS = 64

T = TypeVar("T")


def needed_trust(reading: Reading, trust: HouseTrust) -> HouseTrust:
    """The part of `trust` that the Report of this reading, as of its time, rests on: nothing in it can be left out."""
    wanted = check_reading(reading, trust, reading.read_at_utc)

    def same(anchors: Sequence[Anchor], crls: Sequence[RevocationList], card_data: Sequence[CvAnchor]) -> bool:
        some = HouseTrust(AnchorSet(anchors), tuple(crls), CvAnchors(card_data))
        return check_reading(reading, some, reading.read_at_utc) == wanted

    anchors, crls, card_data = tuple(trust.anchors), tuple(trust.crls), tuple(trust.card_data)
    card_data = _fewest(card_data, lambda some: same(anchors, crls, some))
    crls = _fewest(crls, lambda some: same(anchors, some, card_data))
    anchors = _fewest(anchors, lambda some: same(some, crls, card_data))
    return HouseTrust(AnchorSet(anchors), crls, CvAnchors(card_data))


def sealed_trust(reading: Reading, trust: HouseTrust) -> dict[str, bytes]:
    """The parts `trust/…` that are sealed with a record, for what the house trusted on the day."""
    files = trust_files(needed_trust(reading, trust), MAX_SEALED_CRL)
    return {f"{SEALED}{name}": octets for name, octets in files.items()}


def trust_files(trust: HouseTrust, longest: int = MAX_CRL) -> dict[str, bytes]:
    """As files by name: `anchor-N.cer`, `list-N.crl`, and `index.json`, which says what each anchor is for.

    A list of more than `longest` octets, or of which the house has only an index, stands in `index.json` under `lists`.
    """
    files: dict[str, bytes] = {}
    index: dict[str, list[dict[str, str]]] = {"anchors": [], "crls": [], "card_data": []}
    for number, anchor in enumerate(trust.anchors):
        name = f"anchor-{number}.cer"
        files[name] = anchor.certificate.raw
        index["anchors"].append({
            "file": name, "environment": anchor.environment, "kind": anchor.kind, "origin": anchor.origin,
        })  # fmt: skip
    lists = [each for each in trust.crls if isinstance(each, Crl) and len(each.raw) <= longest]
    for number, crl in enumerate(lists):
        name = f"list-{number}.crl"
        files[name] = crl.raw
        index["crls"].append({"file": name})
    others = [_identity(each) for each in trust.crls if each not in lists]
    if others:
        index["lists"] = others[:MAX_LISTS]
    for key in trust.card_data:
        index["card_data"].append({
            "key_id": key.key_id.hex(), "application": key.application, "environment": key.environment,
            "modulus": f"{key.key.n:x}", "origin": key.origin,
        })  # fmt: skip
    files[INDEX] = json.dumps(index, sort_keys=True, indent=1).encode() + b"\n"
    return files


def lists_for(sealed: Mapping[str, bytes], trust: HouseTrust) -> dict[str, bytes]:
    """Files of a bundle beside what is sealed: the lists that are sealed as their identity and that the house still
    has. Empty when there are none. Raises DataError `bundle.trust`.
    """
    wanted = {each["sha256"] for each in _identities(sealed)}
    found = tuple(each for each in trust.crls if isinstance(each, Crl) and _sha256(each) in wanted)
    return trust_files(HouseTrust(AnchorSet.empty(), found, CvAnchors())) if found else {}


def trust_of_bundle(
    parts: Mapping[str, bytes], files: Mapping[str, bytes], lists: Iterable[Crl] = ()
) -> HouseTrust:
    """What a Report is made again with. `parts`: of the sealed content; `files`: the bundle's own `trust/`; `lists`:
    those that the verifier brings.

    What was sealed counts, with those lists of the bundle and the verifier whose identity was sealed; an older record
    has nothing sealed, and then the bundle's files are all there is. Raises DataError `bundle.trust`.
    """
    sealed = _sealed(parts)
    trust = trust_from_files(sealed or files)
    wanted = {each["sha256"] for each in _identities(sealed or files)}
    if not wanted:
        return trust
    brought = (*(trust_from_files(files).crls if sealed and files else ()), *lists)
    more = {digest: each for each in brought if (digest := _sha256(each)) in wanted}
    return replace(trust, crls=(*trust.crls, *more.values()))


def absent_lists(parts: Mapping[str, bytes], files: Mapping[str, bytes], more: Iterable[Crl] = ()) -> tuple[str, ...]:
    """The lists that the Report rested on and that are not here, each in a line. Raises DataError `bundle.trust`.

    `more`: lists that the verifier brings.
    """
    sealed = _sealed(parts) or files
    here = {_sha256(each) for each in trust_of_bundle(parts, files, more).crls}
    return tuple(
        f"{each['issuer']}, number {each['number'] or '-'}, {each['this_update']}, SHA-256 {each['sha256']}"
        for each in _identities(sealed)
        if each["sha256"] not in here
    )


def _sealed(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name.removeprefix(SEALED): octets for name, octets in parts.items() if name.startswith(SEALED)}


def _identity(crl: RevocationList) -> dict[str, str]:
    """Enough to know the very same list again, and to ask its issuer for it."""
    return {
        "issuer": crl.issuer.text[:512],
        "key_id": "" if crl.aki is None else crl.aki.hex(),
        "number": "" if crl.number is None else str(crl.number),
        "this_update": crl.this_update.isoformat(),
        "next_update": "" if crl.next_update is None else crl.next_update.isoformat(),
        "entries": str(crl.count),
        "sha256": _sha256(crl),
    }


def _sha256(crl: RevocationList) -> str:
    if isinstance(crl, CrlIndex):
        return crl.source_digest.hex()
    return hashlib.sha256(crl.raw).hexdigest() if isinstance(crl, Crl) else ""


def _plain(text: str) -> str:
    """Text of anybody that will stand on a screen."""
    return "".join(each if each.isprintable() else "?" for each in text[:512])


def _identities(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    try:
        found = json.loads(files[INDEX].decode()).get("lists", [])
        keys = ("issuer", "number", "this_update", "sha256")
        return [{name: _plain(str(each[name])) for name in keys} for each in found[:MAX_LISTS]]
    except Exception as error:  # noqa: BLE001  # fail closed: JSON of anybody
        raise DataError("bundle.trust", "the trust material of the bundle cannot be read", str(type(error))) from None


def trust_from_files(files: Mapping[str, bytes]) -> HouseTrust:
    """What `trust_files` wrote. Raises DataError `bundle.trust`."""
    try:
        return _trust(json.loads(files[INDEX].decode()), files)
    except HonninError as error:
        raise DataError("bundle.trust", "the trust material of the bundle cannot be read", error.code) from None
    except Exception as error:  # noqa: BLE001  # fail closed: JSON of anybody
        raise DataError("bundle.trust", "the trust material of the bundle cannot be read", str(type(error))) from None


def _trust(index: Mapping[str, Any], files: Mapping[str, bytes]) -> HouseTrust:
    anchors = AnchorSet(
        Anchor(
            parse_certificate(files[each["file"]]), _environment(each["environment"]), str(each["origin"]),
            str(each["kind"]),
        )
        for each in index["anchors"]
    )  # fmt: skip
    keys = index["card_data"]
    if len(keys) > MAX_CARD_KEYS:
        raise DataError("bundle.trust", "too many keys")
    card_data = CvAnchors(
        CvAnchor(
            bytes.fromhex(each["key_id"]), str(each["application"]), RsaKey(int(each["modulus"][:2048], 16), 65537),
            _environment(each["environment"]), str(each["origin"]),
        )
        for each in keys
    )  # fmt: skip
    return HouseTrust(anchors, tuple(parse_crl(files[each["file"]]) for each in index["crls"]), card_data)


def _environment(text: object) -> Environment:
    return next(each for each in ENVIRONMENTS if each == text)


def _fewest(items: tuple[T, ...], holds: Callable[[tuple[T, ...]], bool]) -> tuple[T, ...]:
    """As few of the items as still hold, by leaving out ever smaller runs."""
    step = len(items)
    while step:
        start = 0
        while start < len(items):
            rest = items[:start] + items[start + step :]
            if holds(rest):
                items = rest
            else:
                start += step
        step //= 2
    return items
