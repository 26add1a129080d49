"""添付資料: the parts of a Reading, and what was brought, that a method wants kept with its record (規則19条1項2号)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from honnin.core.errors import DataError
from honnin.facts import Attribute, Reading, Report
from honnin.flows.glyphs import glyph_pictures
from honnin.flows.portrait import image_octets
from honnin.law.chip_items import ChipItems
from honnin.records.kakunin import AttachmentRef

__all__ = ["Brought", "attachments_for", "count_brought"]

MAX_BROUGHT = 10 << 20  # octets of one image or paper
MAX_COUNT = 40
_TYPES = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/tiff": "tif", "image/jp2": "jp2",
    "image/j2c": "j2c", "application/pdf": "pdf", "application/json": "json", "application/xml": "xml",
    "application/ocsp-response": "ors", "application/pkix-crl": "crl", "application/pkix-cert": "cer",
    "application/octet-stream": "bin",
}  # fmt: skip
_CODE = re.compile(r"ATT_[A-Za-z_]{1,48}")
_CHIP = frozenset({"ATT_CHIP_NAME_ADDR_BIRTH", "ATT_CHIP_NAME_ADDR_BIRTH_PHOTO", "ATT_CHIP"})


@dataclass(frozen=True, slots=True)
class Brought:
    """Something that did not come from the card: an image taken in the session, a copy, a certificate, an answer.

    `code`: ATT_FACE_IMAGE, ATT_DOC_IMAGE, ATT_COPIES, ATT_SENT_DOCUMENT, ATT_SUPPLEMENT, ATT_SIGNATURE_EVIDENCE, …
    Raises DataError `attachment.code`, `attachment.type`, `attachment.size`.
    """

    code: str
    octets: bytes
    media_type: str

    def __post_init__(self) -> None:
        if _CODE.fullmatch(self.code) is None:
            raise DataError("attachment.code", "there is no such kind of attachment")
        if self.media_type not in _TYPES:
            raise DataError("attachment.type", "this kind of file cannot be attached")
        if not 0 < len(self.octets) <= MAX_BROUGHT:
            raise DataError("attachment.size", "the file is empty or larger than the limit")


def attachments_for(
    wanted: Iterable[str], reading: Reading, report: Report, items: ChipItems | None, brought: Iterable[Brought] = (),
    *, start: int = 1,
) -> tuple[dict[str, bytes], tuple[AttachmentRef, ...]]:  # fmt: skip
    """(parts by name, references) for the attachment codes of a Decision, and everything that was brought.

    An item that the chip has as a picture only is kept as that picture in any case (`ATT_CHIP_policy`): there is no
    other form of it. So is each character of a name or an address that is a picture (`external_character_<n>`).
    `start`: number of the first thing that was brought. Raises DataError `attachment.count`, `image.missing`.
    """
    made = _Maker()
    codes = list(dict.fromkeys(wanted))
    pictures = items is not None and any(each.media_type is not None for each in _named(items))
    glyphs = glyph_pictures(reading, report, items)
    if (pictures or glyphs) and not any(code.removesuffix("_policy") in _CHIP for code in codes):
        codes.append("ATT_CHIP_policy")
    for code in codes:
        plain = code.removesuffix("_policy")
        if plain in _CHIP and items is not None:
            _chip(made, code, reading, report, items, photo=plain != "ATT_CHIP_NAME_ADDR_BIRTH")
            for glyph in glyphs:
                _picture(made, code, reading, glyph)
        elif plain == "ATT_SIGNATURE_EVIDENCE":
            _signature(made, code, reading)
    by_plain = {code.removesuffix("_policy"): code for code in codes}
    for n, each in enumerate(brought, start):
        if n > MAX_COUNT:
            raise DataError("attachment.count", "too many files are attached")
        code = by_plain.get(each.code.removesuffix("_policy"), each.code)
        made.add(code, f"{n}.{_TYPES[each.media_type]}", each.octets, each.media_type, "brought")
    return made.parts, tuple(made.references)


def count_brought(references: Iterable[AttachmentRef]) -> int:
    """How many of them were brought: the next one has the number after it."""
    return sum(each.provenance == "brought" for each in references)


class _Maker:
    def __init__(self) -> None:
        self.parts: dict[str, bytes] = {}
        self.references: list[AttachmentRef] = []

    def add(self, code: str, name: str, octets: bytes, media_type: str, provenance: str) -> None:
        part = f"attachment/{code}/{name}"
        if part not in self.parts:
            self.parts[part] = octets
            digest = hashlib.sha256(octets).hexdigest()
            self.references.append(AttachmentRef(code, part, digest, media_type, provenance))


def _named(items: ChipItems) -> tuple[Attribute, ...]:
    return tuple(each for each in (items.name, items.address, items.birth) if each is not None)


def _chip(
    made: _Maker, code: str, reading: Reading, report: Report, items: ChipItems, *, photo: bool
) -> None:
    """The items as they came: texts together in `items.json`, pictures octet by octet as the chip has them."""
    chosen = [*_named(items), *([items.photo] if photo and items.photo is not None else [])]
    texts: dict[str, Mapping[str, object]] = {}
    for each in chosen:
        if each.media_type is None:
            texts[each.name] = {
                "value": each.value, "provenance": each.provenance.value, "verified": each.verified,
                "source": each.source,
            }  # fmt: skip
        else:
            _picture(made, code, reading, each)
    given = next((each for each in report.attributes if each.name == "given_names" and each.source == "EF.DG1"), None)
    if given is not None and items.name is not None and items.name.name == "family_name":
        texts["given_names"] = {
            "value": given.value, "provenance": given.provenance.value, "verified": given.verified,
            "source": given.source,
        }  # fmt: skip
    if texts:
        octets = json.dumps(texts, ensure_ascii=False, sort_keys=True, indent=1).encode()
        made.add(code, "items.json", octets, "application/json", "chip")


def _picture(made: _Maker, code: str, reading: Reading, image: Attribute) -> None:
    kind = image.media_type or "application/octet-stream"
    name = f"{image.name}.{_TYPES.get(kind, 'bin')}"
    made.add(code, name, image_octets(reading, image), kind, image.provenance.value)


def _signature(made: _Maker, code: str, reading: Reading) -> None:
    """What was signed, the signature, the certificate (law.md §3.5): electronic only, never on paper."""
    proof, certificate = reading.proof("mynumber.sign"), reading.files.get("JPKI.EF0001")
    if proof is None or certificate is None:
        return
    made.add(code, "document.bin", proof.octets.get("document", b""), "application/octet-stream", "house")
    made.add(code, "signature.bin", proof.octets.get("signature", b""), "application/octet-stream", "chip")
    facts = json.dumps(dict(proof.facts), sort_keys=True).encode()
    made.add(code, "algorithm.json", facts, "application/json", "chip")
    made.add(code, "certificate.cer", certificate, "application/pkix-cert", "chip")
    for name, file in (("authority.cer", "JPKI.EF0002"),):
        if file in reading.files:
            made.add(code, name, reading.files[file], "application/pkix-cert", "chip")
