"""The evidence bundle: one file from which a stranger can check a record (docs/formats/evidence-bundle.md).

A zip file with nothing compressed, whose octets follow from its contents: reading one ends with making it again, and
any difference is damage. So there is one bundle for given contents, no second name for a part, and nothing hidden
between the parts. What is read may come from anybody: counts, names and sizes are bounded, nothing goes to disk.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from honnin.core.errors import DataError
from honnin.records.content import RecordContent
from honnin.records.ledger.event import format_at, parse_at
from honnin.records.ledger.tree import HASH_LENGTH, MAX_PROOF, MAX_SIZE

FORMAT = "honnin-evidence"
VERSION = 2  # the newest; what needs nothing of it is written as 1
MAX_BUNDLE = 80 << 20
MAX_ENTRIES = 1024
MAX_CONTENTS = 64  # the record and its amendments
MAX_TRUST = 256  # files of trust material
MAX_RULE_SETS = 64
MAX_SMALL = 1 << 16  # octets of event, proof, checkpoint, key, time-stamp
MAX_MANIFEST = 1 << 19
MAX_HEAD = MAX_MANIFEST + 256  # what `is_bundle` needs of a file

_MANIFEST = "manifest.json"
_CHECKPOINT, _KEY, _TIMESTAMP = "ledger/checkpoint.txt", "ledger/key.txt", "ledger/timestamp.der"
_STATED = tuple(f"ledger/stated/{name}" for name in ("event.json", "proof.json", "checkpoint.txt"))
_EPOCH = (1980, 1, 1, 0, 0, 0)
_END = struct.Struct("<4s4H2LH")  # end of central directory: signature, disks, counts, size, offset, comment length
_ENTRY = re.compile(r"(record|ledger)/(0|[1-9][0-9]?)/(.+)")
_TRUST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_RULES = re.compile(r"[0-9a-f]{64}\.gz")
_SOFTWARE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_VERSION = re.compile(r"[ -~]{1,100}")  # shown on terminals
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # as in the ledger's events

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class SealedContent:
    """One content as it was sealed (with its `salt`), the octets of its event, and where that stands in the ledger.

    `proof`: the inclusion proof for the ledger of the checkpoint's size.
    """

    content: RecordContent
    event: bytes
    index: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the house said of the record when it made this bundle (since format 2): the octets of that event, its place,
    and a newer checkpoint of the same ledger, of `size` entries, that has it.

    `proof`: the inclusion proof of the event there. `consistency`: the proof that the ledger of the bundle's own
    checkpoint is the beginning of this one.
    """

    event: bytes
    index: int
    size: int
    proof: tuple[bytes, ...]
    consistency: tuple[bytes, ...]
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that a bundle holds. `contents`: as sealed, then each amendment in order.

    `checkpoint`: the signed note; `size` is the ledger's in it. `key`: the ledger's public key in vkey form, as the
    issuer states it. `timestamp`: token (DER) over SHA-256 of the note, or None. `trust`: files of certificates, keys
    and revocation answers that the checks used, by name. `software`: versions, for information. `stated`: None in
    format 1. `rules`: rules of law that no content has in itself, compressed, by their SHA-256 in hexadecimal. What no
    signature covers: `made_at_utc`, `software`, `trust`, `key`, `rules`; see the format's document.
    """

    record_id: str
    tenant: str
    made_at_utc: datetime
    contents: tuple[SealedContent, ...]
    size: int
    checkpoint: str
    key: str
    timestamp: bytes | None = None
    trust: Mapping[str, bytes] = field(default_factory=dict)
    software: Mapping[str, str] = field(default_factory=dict)
    stated: Stated | None = None
    rules: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """The format that it is written in."""
        return 1 if self.stated is None and not self.rules else VERSION


def make_bundle(bundle: Bundle) -> bytes:
    """The octets of the file. Raises DataError `bundle.malformed`, `bundle.too_large`."""
    parts = _parts(bundle)
    manifest = {
        "format": FORMAT,
        "version": bundle.version,
        "record_id": bundle.record_id,
        "tenant": bundle.tenant,
        "made_at_utc": format_at(bundle.made_at_utc),
        "software": dict(bundle.software),
        "ledger_size": bundle.size,
        "contents": len(bundle.contents),
        "parts": {
            name: {"size": len(octets), "sha256": hashlib.sha256(octets).hexdigest()}
            for name, octets in sorted(parts.items())
        },
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        _put(archive, _MANIFEST, json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n")
        for name, octets in sorted(parts.items()):
            _put(archive, name, octets)
    octets = out.getvalue()
    if len(octets) > MAX_BUNDLE:
        raise DataError("bundle.too_large", "the evidence bundle is larger than the limit")
    return octets


def open_bundle(octets: bytes) -> Bundle:
    """The bundle in a file. It is then whole and in its one form; whether it is true is for `verify_bundle`.

    Raises DataError: `bundle.malformed` (no bundle, or not in its one form), `bundle.damaged` (a part is not what the
    manifest says; detail: which), `bundle.too_large`, `bundle.version`.
    """
    if len(octets) > MAX_BUNDLE:
        raise DataError("bundle.too_large", "the evidence bundle is larger than the limit")
    bundle = _guarded(_read, octets)
    if _guarded(make_bundle, bundle) != octets:
        _malformed("not in its one form")
    return bundle


def is_bundle(octets: bytes) -> bool:
    """Whether a zip file calls itself an evidence bundle: by its first entry, without reading more."""
    try:
        name_length, extra_length = struct.unpack_from("<2H", octets, 26)
    except struct.error:
        return False
    start = 30 + name_length + extra_length
    name = octets[30 : 30 + name_length]
    head = octets[start : start + MAX_MANIFEST]
    return octets.startswith(b"PK\x03\x04") and name == _MANIFEST.encode() and f'"format": "{FORMAT}"'.encode() in head


# --- parts


def _parts(bundle: Bundle) -> dict[str, bytes]:
    few = 1 <= len(bundle.contents) <= MAX_CONTENTS and len(bundle.rules) <= MAX_RULE_SETS
    if not few or len(bundle.trust) > MAX_TRUST:
        raise DataError("bundle.too_large", "the evidence bundle has too many parts")
    software = bundle.software.items()
    if any(_SOFTWARE.fullmatch(name) is None or _VERSION.fullmatch(value) is None for name, value in software):
        _malformed("software")
    if _ID.fullmatch(bundle.tenant) is None or _ID.fullmatch(bundle.record_id) is None:
        _malformed("tenant or record id")
    parts: dict[str, bytes] = {}
    for number, sealed in enumerate(bundle.contents):
        _check_place(sealed.index, bundle.size, sealed.proof)
        parts |= {f"record/{number}/{name}": octets for name, octets in sealed.content.parts.items()}
        parts[f"ledger/{number}/event.json"] = sealed.event
        parts[f"ledger/{number}/proof.json"] = _proof(sealed.index, bundle.size, path=sealed.proof)
    if bundle.stated is not None:
        parts |= _stated_parts(bundle.stated)
    parts[_CHECKPOINT] = bundle.checkpoint.encode()
    parts[_KEY] = bundle.key.encode() + b"\n"
    if bundle.timestamp is not None:
        parts[_TIMESTAMP] = bundle.timestamp
    for name, octets in bundle.trust.items():
        if _TRUST.fullmatch(name) is None:
            _malformed("name of a trust file")
        parts[f"trust/{name}"] = octets
    for digest, octets in bundle.rules.items():
        if _RULES.fullmatch(f"{digest}.gz") is None:
            _malformed("name of rules")
        parts[f"rules/{digest}.gz"] = octets
    if len(parts) >= MAX_ENTRIES:
        raise DataError("bundle.too_large", "the evidence bundle has too many parts")
    return parts


def _stated_parts(stated: Stated) -> dict[str, bytes]:
    _check_place(stated.index, stated.size, stated.proof)
    if len(stated.consistency) > MAX_PROOF:
        _malformed("proof")
    proof = _proof(stated.index, stated.size, path=stated.proof, consistency=stated.consistency)
    return dict(zip(_STATED, (stated.event, proof, stated.checkpoint.encode()), strict=True))


def _check_place(index: int, size: int, proof: Sequence[bytes]) -> None:
    if not 0 <= index < size <= MAX_SIZE or len(proof) > MAX_PROOF:
        _malformed("place in the ledger")


def _proof(index: int, size: int, **paths: Sequence[bytes]) -> bytes:
    value = {"index": index, "size": size, **{name: [each.hex() for each in path] for name, path in paths.items()}}
    return json.dumps(value, sort_keys=True, indent=1).encode() + b"\n"


def _bundle(manifest: Mapping[str, Any], parts: dict[str, bytes]) -> Bundle:
    size, count = manifest["ledger_size"], manifest["contents"]
    if type(size) is not int or type(count) is not int or not 1 <= count <= MAX_CONTENTS:
        _malformed("manifest")
    contents: list[dict[str, bytes]] = [{} for _ in range(count)]
    for name, octets in parts.items():
        match = _ENTRY.fullmatch(name)
        if match is not None and match[1] == "record":
            contents[int(match[2])][match[3]] = octets
    return Bundle(
        record_id=_text(manifest["record_id"]),
        tenant=_text(manifest["tenant"]),
        made_at_utc=parse_at(_text(manifest["made_at_utc"])),
        contents=tuple(_sealed(number, each, parts) for number, each in enumerate(contents)),
        size=size,
        checkpoint=_small(parts, _CHECKPOINT).decode(),
        key=_small(parts, _KEY).decode().removesuffix("\n"),
        timestamp=_small(parts, _TIMESTAMP) if _TIMESTAMP in parts else None,
        trust={name.removeprefix("trust/"): octets for name, octets in parts.items() if name.startswith("trust/")},
        software={_text(name): _text(value) for name, value in manifest["software"].items()},
        stated=_stated(parts) if _STATED[0] in parts else None,
        rules={name[6:-3]: octets for name, octets in parts.items() if name.startswith("rules/")},
    )


def _sealed(number: int, content: dict[str, bytes], parts: Mapping[str, bytes]) -> SealedContent:
    proof = json.loads(_small(parts, f"ledger/{number}/proof.json").decode())
    event = _small(parts, f"ledger/{number}/event.json")
    return SealedContent(RecordContent(content), event, _whole(proof["index"]), _path(proof["path"]))


def _stated(parts: Mapping[str, bytes]) -> Stated:
    event, proof_octets, checkpoint = (_small(parts, name) for name in _STATED)
    proof = json.loads(proof_octets.decode())
    return Stated(
        event, _whole(proof["index"]), _whole(proof["size"]), _path(proof["path"]), _path(proof["consistency"]),
        checkpoint.decode(),
    )  # fmt: skip


def _path(value: list[str]) -> tuple[bytes, ...]:
    path = tuple(bytes.fromhex(each) for each in value)
    if any(len(each) != HASH_LENGTH for each in path):
        _malformed("proof")
    return path


def _whole(value: object) -> int:
    if type(value) is not int:
        _malformed("number")
    return value


def _small(parts: Mapping[str, bytes], name: str) -> bytes:
    if len(parts[name]) > MAX_SMALL:
        raise DataError("bundle.too_large", "a part of the evidence bundle is larger than the limit", name)
    return parts[name]


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 256:
        _malformed("manifest")
    return value


# --- zip


def _put(archive: zipfile.ZipFile, name: str, octets: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3  # whatever the machine is
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, octets)


def _read(octets: bytes) -> Bundle:
    _check_directory(octets)
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        entries = archive.infolist()
        if not entries or entries[0].filename != _MANIFEST or entries[0].file_size > MAX_MANIFEST:
            _malformed("no manifest")
        # Stored entries cannot grow; together they cannot be longer than the file unless they overlap.
        stored = all(each.compress_type == zipfile.ZIP_STORED and each.flag_bits & 1 == 0 for each in entries)
        if not stored or sum(each.file_size for each in entries) > len(octets):
            _malformed("entries")
        manifest = json.loads(archive.read(entries[0]).decode())
        if manifest["format"] != FORMAT:
            _malformed("format")
        if manifest["version"] not in {1, VERSION}:
            raise DataError("bundle.version", "the evidence bundle is of a version that this program does not know")
        listed = manifest["parts"]
        names = [each.filename for each in entries[1:]]
        if names != sorted(listed):
            _malformed("names")
        parts = {each.filename: archive.read(each) for each in entries[1:]}
    for name, part in parts.items():
        if hashlib.sha256(part).hexdigest() != listed[name]["sha256"]:
            raise DataError("bundle.damaged", "a part of the evidence bundle was changed", name)
    return _bundle(manifest, parts)


def _check_directory(octets: bytes) -> None:
    """Bound the directory before the library builds an object for each entry: no comment, no zip64, few entries."""
    if len(octets) < _END.size:
        _malformed("short")
    signature, disk, start_disk, here, total, size, offset, comment = _END.unpack(octets[-_END.size :])
    if signature != b"PK\x05\x06" or comment or disk or start_disk or here != total:
        _malformed("directory")
    if total > MAX_ENTRIES or size > MAX_ENTRIES * 512 or offset + size + _END.size != len(octets):
        _malformed("directory")


def _guarded(do: Callable[[A], B], value: A) -> B:
    """Nothing but DataError leaves: the zip and JSON readers raise a dozen different exceptions."""
    try:
        return do(value)
    except DataError as error:
        if error.code.startswith("bundle."):
            raise
        raise DataError("bundle.malformed", "this is not an evidence bundle", error.code) from None
    except Exception as error:  # noqa: BLE001  # fail closed
        raise DataError("bundle.malformed", "this is not an evidence bundle", type(error).__name__) from None


def _malformed(why: str) -> NoReturn:
    raise DataError("bundle.malformed", "this is not an evidence bundle", why)
