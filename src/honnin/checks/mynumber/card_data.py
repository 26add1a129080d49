"""The card's two data applications: issuer, signatures, the chip's own key (mynumber-card.md §7).

The chain: a key this house holds -> the certificate in EF 0004 (a municipality's key) -> the record -> the chip's key
in the record -> the answer to the challenge. Each step counts only if the one before it held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from honnin.checks.mynumber.findings import FAILED, IMPOSSIBLE, NOT_DONE, PASSED, finding, guarded
from honnin.checks.mynumber.records import (
    Face,
    TextItems,
    parse_card_key_record,
    parse_day,
    parse_face,
    parse_integrity,
    parse_number,
    parse_number_image,
    parse_text_items,
)
from honnin.core.clock import japan_day
from honnin.core.errors import DataError
from honnin.facts import Finding, Reading
from honnin.trust.cvc import (
    CvAnchor,
    CvAnchors,
    CvPath,
    parse_card_key,
    parse_cv_certificate,
    validate_cv_certificate,
    verify_record,
    verify_three_digests,
)

__all__ = ["CardData", "check_card_data"]

T = TypeVar("T")

_UNKNOWN_ISSUER = frozenset({"no_anchor", "test_card"})
MAX_RESPONSE = 1024


@dataclass(frozen=True, slots=True)
class CardData:
    """The findings and what they found. `face_trusted`, `text_trusted`: signed, down to an anchor."""

    findings: tuple[Finding, ...]
    anchors: tuple[CvAnchor, ...]
    face: Face | None
    items: TextItems | None
    face_trusted: bool
    text_trusted: bool


def check_card_data(reading: Reading, anchors: CvAnchors, at: datetime) -> CardData:
    """Everything about 券面事項確認AP and 券面事項入力補助AP, as far as they were read. Never raises."""
    face, items = _try(parse_face, reading, "KENMEN.EF0002"), _try(parse_text_items, reading, "HOJO.EF0002")
    found: list[Finding] = []
    used: list[CvAnchor] = []
    face_trusted = text_trusted = False
    if _touched(reading, "KENMEN"):
        path = _path(reading, anchors, "KENMEN")
        issuer = guarded("mynumber.face.issuer", lambda: _issuer("mynumber.face.issuer", path))
        signed = guarded("mynumber.face.signature", lambda: _face_signature(reading, path, known=_ok(issuer)))
        face_trusted = _ok(issuer) and _ok(signed)
        chip = guarded("mynumber.face.chip", lambda: _face_chip(reading, face, trusted=face_trusted))
        found += [issuer, signed, chip]
        used += [path.anchor] if path is not None and path.outcome == "ok" and path.anchor is not None else []
    if _touched(reading, "HOJO"):
        path = _path(reading, anchors, "HOJO")
        issuer = guarded("mynumber.text.issuer", lambda: _issuer("mynumber.text.issuer", path))
        signed = guarded("mynumber.text.signature", lambda: _text_signature(reading, path, known=_ok(issuer)))
        text_trusted = _ok(issuer) and _ok(signed)
        chip = guarded("mynumber.text.chip", lambda: _text_chip(reading, path, known=_ok(issuer)))
        found += [issuer, signed, chip]
        used += [path.anchor] if path is not None and path.outcome == "ok" and path.anchor is not None else []
        if reading.access.facts.get("purpose"):
            found.append(guarded("mynumber.number", lambda: _number(reading, path, known=_ok(issuer))))
    if face is not None and items is not None:
        found.append(_same(face, items))
    if face is not None:
        found.append(guarded("mynumber.expiry", lambda: _expiry(reading, face, at)))
    return CardData(tuple(found), tuple(used), face, items, face_trusted, text_trusted)


def _ok(item: Finding) -> bool:
    return item.outcome is PASSED


def _touched(reading: Reading, application: str) -> bool:
    names = (*reading.files, *reading.dropped, *(each.what for each in reading.refusals))
    return any(name.startswith(f"{application}.") for name in names)


def _try(parse: Callable[[bytes], T], reading: Reading, name: str) -> T | None:
    data = reading.files.get(name)
    if data is None:
        return None
    try:
        return parse(data)
    except DataError:
        return None


def _path(reading: Reading, anchors: CvAnchors, application: str) -> CvPath | None:
    data = reading.files.get(f"{application}.EF0004")
    if data is None:
        return None
    try:
        return validate_cv_certificate(parse_cv_certificate(data), anchors, application)
    except DataError:
        return None


def _issuer(name: str, path: CvPath | None) -> Finding:
    if path is None:
        return finding(name, FAILED, "no_certificate")
    detail = {"issuer_key": path.certificate.issuer.hex()}
    if path.anchor is not None:
        detail |= {"anchor_sha256": path.anchor.fingerprint, "anchor_environment": path.anchor.environment}
    if path.outcome == "ok":
        return finding(name, PASSED, "ok", detail)
    return finding(name, IMPOSSIBLE if path.outcome in _UNKNOWN_ISSUER else FAILED, path.outcome, detail)


def _face_signature(reading: Reading, path: CvPath | None, *, known: bool) -> Finding:
    name = "mynumber.face.signature"
    data = reading.files.get("KENMEN.EF0002")
    if data is None:
        return finding(name, IMPOSSIBLE, "not_read")
    if path is None:
        return finding(name, FAILED, "no_certificate")
    face = parse_face(data)
    if not verify_three_digests(path.certificate.key, *face.groups, face.signature):
        return finding(name, FAILED, "bad_signature")
    return finding(name, PASSED, "ok", proves=known)


def _face_chip(reading: Reading, face: Face | None, *, trusted: bool) -> Finding:
    return _chip("mynumber.face.chip", reading, None if face is None else face.card_key, trusted=trusted)


def _text_signature(reading: Reading, path: CvPath | None, *, known: bool) -> Finding:
    name = "mynumber.text.signature"
    if "HOJO.EF0002" not in reading.files:
        # 照合番号A does not open the four items (§3)
        opened = reading.access.facts.get("opened", "").split()
        if "text_number_a" in opened:
            return finding(name, NOT_DONE, "not_opened")
        return finding(name, IMPOSSIBLE, "not_read")
    if "HOJO.EF0003" in reading.dropped:
        return finding(name, IMPOSSIBLE, "dropped")
    if path is None:
        return finding(name, FAILED, "no_certificate")
    if "HOJO.EF0003" not in reading.files:
        return finding(name, FAILED, "no_signature")
    items = parse_text_items(reading.files["HOJO.EF0002"])
    integrity = parse_integrity(reading.files["HOJO.EF0003"])
    if not verify_record(path.certificate.key, integrity.covered.reveal(), integrity.signature):
        return finding(name, FAILED, "bad_signature")
    if items.digest != integrity.items_digest:
        return finding(name, FAILED, "changed")
    return finding(name, PASSED, "ok", proves=known)


def _text_chip(reading: Reading, path: CvPath | None, *, known: bool) -> Finding:
    name = "mynumber.text.chip"
    data = reading.files.get("HOJO.EF0007")
    if data is None or path is None:
        return _chip(name, reading, None, trusted=False)
    record = parse_card_key_record(data)
    if not verify_record(path.certificate.key, record.covered, record.signature):
        return finding(name, FAILED, "key_not_signed")
    return _chip(name, reading, record.card_key, trusted=known)


def _chip(name: str, reading: Reading, card_key: bytes | None, *, trusted: bool) -> Finding:
    """The answer to the challenge under the record's key; it proves something only if the record is the issuer's."""
    refusal = next((each for each in reading.refusals if each.what == name), None)
    proof = reading.proof(name)
    if refusal is not None:
        return finding(name, FAILED, "refused", {"sw": "" if refusal.sw is None else f"{refusal.sw:04X}"})
    if proof is None:
        return finding(name, NOT_DONE, "not_asked")
    if card_key is None:
        return finding(name, FAILED, "no_key")
    challenge, response = proof.octets.get("challenge", b""), proof.octets.get("response", b"")
    if len(challenge) < 16 or len(response) > MAX_RESPONSE:
        return finding(name, FAILED, "bad_proof")
    if not verify_record(parse_card_key(card_key), challenge, response):
        return finding(name, FAILED, "wrong_answer")
    return finding(name, PASSED) if trusted else finding(name, IMPOSSIBLE, "origin_unknown")


def _number(reading: Reading, path: CvPath | None, *, known: bool) -> Finding:
    """The individual number against its signed digest, and the image of it. Nothing of it is in the finding."""
    name = "mynumber.number"
    if "HOJO.EF0001" in reading.dropped or "HOJO.EF0003" in reading.dropped:
        return finding(name, IMPOSSIBLE, "dropped")
    data, record = reading.files.get("HOJO.EF0001"), reading.files.get("HOJO.EF0003")
    if data is None or record is None or path is None:
        return finding(name, IMPOSSIBLE, "not_read")
    parse_number(data)
    integrity = parse_integrity(record)
    if not verify_record(path.certificate.key, integrity.covered.reveal(), integrity.signature):
        return finding(name, FAILED, "bad_signature")
    if hashlib.sha256(data).digest() != integrity.number_digest.reveal():
        return finding(name, FAILED, "changed")
    image = reading.files.get("KENMEN.EF0005")
    if image is not None:
        signer = parse_cv_certificate(reading.files.get("KENMEN.EF0004", b""))
        parts = parse_number_image(image)
        if not verify_record(signer.key, parts.covered, parts.signature):
            return finding(name, FAILED, "image_signature")
    return finding(name, PASSED) if known else finding(name, IMPOSSIBLE, "origin_unknown")


def _same(face: Face, items: TextItems) -> Finding:
    """The applications have different keys: one card, and equal data, are what links them [inferred] (§7.5 step 5)."""
    same = (face.birth, face.sex) == (items.birth, items.sex)
    return finding("mynumber.same_data", PASSED if same else FAILED, "ok" if same else "differs")


def _expiry(reading: Reading, face: Face, at: datetime) -> Finding:
    """No signature covers the date; the chip confirms its year where 照合番号B opened it (§7.5 step 6)."""
    name = "mynumber.expiry"
    day = parse_day(face.expiry)
    if day is None:
        return finding(name, IMPOSSIBLE, "no_date")
    detail = {"expiry_date": day.isoformat()}
    if _today(at) > day:
        return finding(name, FAILED, "expired", detail)
    year = reading.access.facts.get("expiry_year")
    if year is None:
        return finding(name, IMPOSSIBLE, "unsigned", detail)
    return finding(name, PASSED, "ok", detail) if year == f"{day.year:04d}" else finding(name, FAILED, "year", detail)


def _today(at: datetime) -> date:
    return japan_day(at)
