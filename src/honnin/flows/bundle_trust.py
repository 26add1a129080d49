"""The trust material of an evidence bundle: as few files as give the same Report, and back.

What a bundle brings serves to make the Report again; whom to trust is the verifier's own business (design §7).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from honnin.core.errors import DataError, HonninError
from honnin.crypto import RsaKey
from honnin.facts import Reading
from honnin.flows.documents import HouseTrust, check_reading
from honnin.trust.anchors import ENVIRONMENTS, Anchor, AnchorSet, Environment
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import Crl, RevocationList, parse_crl
from honnin.trust.cvc import CvAnchor, CvAnchors

__all__ = ["needed_trust", "trust_files", "trust_from_files"]

INDEX = "index.json"
MAX_CRL = 8 << 20  # a longer list does not go into a bundle; the Report then cannot be made again from it
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


def trust_files(trust: HouseTrust) -> dict[str, bytes]:
    """As files by name: `anchor-N.cer`, `list-N.crl`, and `index.json`, which says what each anchor is for."""
    files: dict[str, bytes] = {}
    index: dict[str, list[dict[str, str]]] = {"anchors": [], "crls": [], "card_data": []}
    for number, anchor in enumerate(trust.anchors):
        name = f"anchor-{number}.cer"
        files[name] = anchor.certificate.raw
        index["anchors"].append({
            "file": name, "environment": anchor.environment, "kind": anchor.kind, "origin": anchor.origin,
        })  # fmt: skip
    lists = [each for each in trust.crls if isinstance(each, Crl) and len(each.raw) <= MAX_CRL]
    for number, crl in enumerate(lists):
        name = f"list-{number}.crl"
        files[name] = crl.raw
        index["crls"].append({"file": name})
    for key in trust.card_data:
        index["card_data"].append({
            "key_id": key.key_id.hex(), "application": key.application, "environment": key.environment,
            "modulus": f"{key.key.n:x}", "origin": key.origin,
        })  # fmt: skip
    files[INDEX] = json.dumps(index, sort_keys=True, indent=1).encode() + b"\n"
    return files


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
