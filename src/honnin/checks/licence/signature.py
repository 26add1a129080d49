"""Who signed the licence, and what exactly (drivers-licence.md §11, §15.5).

RSA-2048, SHA-256, PKCS#1 v1.5 [official-1]. Two things are not known and are treated as such:

- **The signed octets.** "All data in DF1/EF01, DF1/EF02 and DF2/EF01", but whether padding, tags or the glyphs belong
  to it is told nowhere. All candidates of the sheet are tried; which one fits is in the finding. Several candidates
  are several readings of one digest: so that what was signed as one cannot be shown as another, each asks for its
  files in their exact form, and values without tags and lengths (L3, M3), whose borders could be moved, never pass.
- **The signers' certificates.** None is on the card and none is published. Anchors of kind "licence" are what the house
  has got; they are the signers' own certificates, found by key identifier first, by issuer and serial number second.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from honnin.checks.licence.findings import FAILED, IMPOSSIBLE, NOT_DONE, NOTHING, PASSED, finding
from honnin.checks.licence.images import MAX_PHOTO, media_type
from honnin.core.clock import JAPAN
from honnin.core.errors import DataError
from honnin.core.licence_tlv import Walk, walk
from honnin.crypto import RsaKey, verify_rsa_pkcs1v15
from honnin.facts import Finding, Outcome, Reading
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.kinds import LICENCE

__all__ = [
    "Signed", "check_signature", "licence_candidates", "mynumber_candidates", "parse_signature", "without_signature",
]  # fmt: skip

_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # SHA-256, §11.3
_SIZES = (880, 82, 2005)  # DF1/EF01, DF1/EF02, DF2/EF01
_GLYPHS_SIZE, _MAX_GLYPH = 264, 128
_MUST = frozenset({0x12, 0x16, 0x17, 0x18, 0x1B, 0x21})  # name, birth, address, issue, expiry, number
_WITHOUT_BORDERS = frozenset({"L3", "M3"})
_MAX_KEY = 512  # octets of a modulus: 4096 bits
_MAX_ANCHORS = 4096

Candidates = Iterator[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class SignatureFile:
    """EF07 or WEF03: signature, and how it names the signer's certificate: three ways."""

    signature: bytes
    serial: str
    issuer: str
    subject: str
    key_id: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """Outcome: findings `signature` and `signer`; `trusted`: the data are the issuer's, down to an anchor."""

    findings: tuple[Finding, ...]
    trusted: bool = False
    anchor: Anchor | None = None
    candidate: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


def parse_signature(data: bytes, first: int) -> SignatureFile:
    """The file whose tags are `first` (B1 or 0108) to `first` + 5. Raises DataError `licence.signature.form`."""
    found = walk(data, range(first, first + 6), filler_ends=first <= 0xFF)
    signature, key_id = found.value(first), found.value(first + 5)
    if not found.sound or not signature or len(signature) > _MAX_KEY:
        raise DataError("licence.signature.form", "the file of the signature does not have its form", found.stopped)
    serial, issuer, subject = (_printable(found.value(first + n)) for n in (1, 3, 4))
    return SignatureFile(signature, serial, issuer, subject, key_id or b"")


def _printable(octets: bytes | None) -> str:
    return "".join(chr(each) if 0x20 <= each <= 0x7E else "?" for each in (octets or b"")[:256]).strip()


# --- what may have been signed -----------------------------------------------------------------------------------


def licence_candidates(files: Mapping[str, bytes], tags: tuple[int, ...]) -> Candidates:
    """(id, octets) as in §11.3, from the whole files and cut after their last field. `tags`: those of DF1/EF01.

    Yields nothing when a file does not have its form. Raises KeyError when one is missing: the caller asks first.
    """
    main, domicile, photo = files["DF1.EF01"], files["DF1.EF02"], files["DF2.EF01"]
    walks = (walk(main, tags, filler_ends=True), walk(domicile, (0x41,), filler_ends=True))
    photo_walk = walk(photo, (0x5F40,), filler_ends=True)
    photo_value = photo_walk.value(0x5F40)
    there = {each.tag for each in walks[0].fields}
    if not (all(each.sound for each in (*walks, photo_walk)) and there >= _MUST and walks[1].fields):
        return
    if photo_value is None or (photo_value and media_type(photo_value) is None) or len(photo_value) > MAX_PHOTO:
        return
    whole = (len(main), len(domicile), len(photo)) == _SIZES
    cut = (main[: walks[0].end], domicile[: walks[1].end], photo[: photo_walk.end])
    if whole:
        yield "L1", main + domicile + photo
        yield "L5 (L1)", main + domicile + photo_value
    yield "L2", b"".join(cut)
    yield "L5 (L2)", cut[0] + cut[1] + photo_value
    glyphs = files.get("DF1.EF03", b"")
    glyphs_walk = walk(glyphs, (0x48, 0x49), filler_ends=True)
    if glyphs_walk.sound and all(len(each.value) <= _MAX_GLYPH for each in glyphs_walk.fields):
        if whole and len(glyphs) == _GLYPHS_SIZE:
            yield "L4 (L1)", main + domicile + glyphs + photo
        yield "L4 (L2)", cut[0] + cut[1] + glyphs[: glyphs_walk.end] + cut[2]
    yield "L3", b"".join(_values(each) for each in walks) + photo_value


def mynumber_candidates(data: bytes, found: Walk) -> Candidates:
    """(id, octets) as in §15.5, from WEF02 and its walk; none when it does not have its form."""
    if not found.sound:
        return
    yield "M1", data
    yield "M2", data[: found.end]
    yield "M3", _values(found)


def _values(found: Walk) -> bytes:
    return b"".join(each.value for each in found.fields)


# --- the check ---------------------------------------------------------------------------------------------------


def check_signature(
    document: str, reading: Reading, place: tuple[str, int], *, anchors: AnchorSet,
    candidates: Callable[[], Candidates], signed_on: date | None,
) -> Signed:  # fmt: skip
    """Findings `<document>.signature` and `<document>.signer`. `place`: the file of the signature and its first
    tag. `signed_on`: the day of issue, when the signer's certificate must have been valid. Never raises.
    """
    try:
        return _check(document, reading, place, anchors=anchors, candidates=candidates, signed_on=signed_on)
    except DataError as error:
        return without_signature(document, FAILED, "malformed", {"error": error.code})
    except Exception as error:  # noqa: BLE001  # fail closed
        return without_signature(document, FAILED, "malformed", {"error": type(error).__name__})


def without_signature(
    document: str, outcome: Outcome, reason: str, detail: Mapping[str, str] = NOTHING
) -> Signed:  # fmt: skip
    """Both findings when nothing was verified, for that reason."""
    second = NOT_DONE if outcome is NOT_DONE else IMPOSSIBLE
    return Signed(
        (
            finding(f"{document}.signature", outcome, reason, detail),
            finding(f"{document}.signer", second, "no_signature"),
        )
    )


def _check(
    document: str, reading: Reading, place: tuple[str, int], *, anchors: AnchorSet,
    candidates: Callable[[], Candidates], signed_on: date | None,
) -> Signed:  # fmt: skip
    file = parse_signature(reading.files[place[0]], place[1])
    detail = {
        "key_id": file.key_id.hex(), "issuer": file.issuer, "serial": file.serial, "subject": file.subject,
        "algorithm": "RSA PKCS#1 v1.5, SHA-256",
    }  # fmt: skip
    named = _named(file, anchors.of_kind(LICENCE))
    if not named:
        return without_signature(document, IMPOSSIBLE, "no_anchor", detail)
    verdict = "signature"
    for anchor, way in named:
        key = anchor.certificate.public_key
        if not isinstance(key, RsaKey):
            verdict = "unsupported"
            continue
        digested = _recover(key, file.signature)
        if digested is None:
            continue
        if not digested.startswith(_DIGEST_INFO):
            verdict = "unsupported"
            continue
        verdict = "mismatch"
        for candidate, octets in candidates():
            if not hmac.compare_digest(hashlib.sha256(octets).digest(), digested[len(_DIGEST_INFO) :]):
                continue
            if candidate in _WITHOUT_BORDERS:
                return without_signature(document, IMPOSSIBLE, "borders", detail | {"candidate": candidate})
            if verify_rsa_pkcs1v15(key, "sha256", octets, file.signature):  # the whole padding, by the library
                more = detail | {"candidate": candidate, "anchor": anchor.certificate.fingerprint, "found_by": way}
                return _found(document, anchor, candidate, more, signed_on)
    outcome = IMPOSSIBLE if verdict == "unsupported" else FAILED
    return without_signature(document, outcome, verdict, detail)


def _found(
    document: str, anchor: Anchor, candidate: str, detail: Mapping[str, str], signed_on: date | None
) -> Signed:  # fmt: skip
    certificate = anchor.certificate
    period = {"not_before": certificate.not_before.isoformat(), "not_after": certificate.not_after.isoformat()}
    if signed_on is None:
        signer = finding(f"{document}.signer", IMPOSSIBLE, "no_day", period)
    else:
        begins = datetime.combine(signed_on, time.min, JAPAN).astimezone(UTC)
        period["issued"] = signed_on.isoformat()
        inside = certificate.not_before < begins + timedelta(days=1) and begins <= certificate.not_after
        signer = finding(f"{document}.signer", *((PASSED, "ok") if inside else (FAILED, "outside")), period)
    signature = finding(f"{document}.signature", PASSED, "ok", detail)
    if signer.outcome is FAILED:
        signature = replace(signature, proves=None, to_whom=None)
    return Signed((signature, signer), signer.outcome is not FAILED, anchor, candidate, detail)


def _named(file: SignatureFile, anchors: AnchorSet) -> list[tuple[Anchor, str]]:
    """Anchors that the file names: by key identifier, else by issuer and serial number (§11.4)."""
    known = list(anchors)[:_MAX_ANCHORS]
    by_key = [each for each in known if file.key_id and file.key_id in _key_ids(each)]
    if by_key:
        return [(each, "key_id") for each in by_key]
    numbers = _numbers(file.serial)
    return [
        (each, "issuer_serial")
        for each in known
        if each.certificate.serial in numbers and _plain(each.certificate.issuer.text) == _plain(file.issuer)
    ]


def _key_ids(anchor: Anchor) -> tuple[bytes, ...]:
    """What may be meant by the 32 octets: presumably SHA-256 of the key, in the certificate or of the SPKI."""
    certificate = anchor.certificate
    return (certificate.ski or b"", hashlib.sha256(certificate.spki).digest())


def _numbers(serial: str) -> frozenset[int]:
    """What 16 characters may mean: hexadecimal or decimal."""
    found = set()
    for base in (16, 10):
        try:
            found.add(int(serial, base))
        except ValueError:
            continue
    return frozenset(found)


def _plain(name: str) -> str:
    """A name in whatever order and spacing it was written: the form of real ones is not known (§11.1)."""
    return ",".join(sorted("".join(part.split()).casefold() for part in name.split(",")))


def _recover(key: RsaKey, signature: bytes) -> bytes | None:
    """What is behind `00 01 FF … FF 00` in signature^e mod n; None when it is not padded so. For the reason only: what
    passes is verified whole.
    """
    length = (key.n.bit_length() + 7) // 8
    value = int.from_bytes(signature, "big")
    if len(signature) != length or value >= key.n or not 3 <= key.e < 1 << 33 or length > _MAX_KEY:
        return None
    block = pow(value, key.e, key.n).to_bytes(length, "big")
    padding, separator, payload = block[2:].partition(b"\0")
    if block[:2] != b"\0\1" or not separator or len(padding) < 8 or padding.strip(b"\xff"):
        return None
    return payload
