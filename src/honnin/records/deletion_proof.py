"""The proof of a deletion: one JSON file that anybody can check without the house (docs/formats/deletion-proof.md).

It holds the certificate, the two entries of the ledger that it rests on (that the record was sealed, that it was
deleted), where they stand, and a signed checkpoint. It says nothing of the person: certificate and entries do not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from honnin.core.errors import DataError, HonninError, TrustError
from honnin.facts import Audience, Finding, Outcome
from honnin.records.ledger.checkpoint import Checkpoint, open_checkpoint
from honnin.records.ledger.event import Event, Kind, decode_event, format_at
from honnin.records.ledger.note import NoteKey, parse_vkey
from honnin.records.ledger.rows import CERTIFICATE_SHA256
from honnin.records.ledger.tree import HASH_LENGTH, MAX_PROOF, leaf_hash, verify_inclusion
from honnin.records.retention import DeletionCertificate, certificate_from_json, certificate_to_json

__all__ = [
    "FORMAT", "MAX_PROOF_FILE", "TITLES", "DeletionProof", "ProvedEntry", "make_proof", "open_proof", "verify_proof",
]  # fmt: skip

FORMAT = "honnin-deletion-proof"
VERSION = 1
MAX_PROOF_FILE = 1 << 18
CLAUSE = "design §7; deletion-proof.md"
_MALFORMED = "this is not the proof of a deletion"


@dataclass(frozen=True, slots=True)
class ProvedEntry:
    """An entry of the ledger: its octets, its place, its inclusion proof."""

    event: bytes
    index: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class DeletionProof:
    """`checkpoint`: signed note of a ledger with `size` entries; `key`: its public key as the issuer states it."""

    certificate: DeletionCertificate
    sealed: ProvedEntry
    deleted: ProvedEntry
    size: int
    checkpoint: str
    key: str


def make_proof(proof: DeletionProof) -> bytes:
    """The file: UTF-8 JSON in one form (keys sorted, indent of one space, a line feed at the end)."""
    whole = {
        "format": FORMAT, "version": VERSION, "certificate": json.loads(certificate_to_json(proof.certificate)),
        "sealed": _entry_to_json(proof.sealed), "deleted": _entry_to_json(proof.deleted), "size": proof.size,
        "checkpoint": proof.checkpoint, "key": proof.key,
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def open_proof(octets: bytes) -> DeletionProof:
    """The proof in a file, which must be in its one form. Whether it is true is for `verify_proof`.

    Raises DataError `deletion.malformed`, `deletion.version`.
    """
    if len(octets) > MAX_PROOF_FILE:
        raise DataError("deletion.malformed", _MALFORMED, "too large")
    try:
        proof = _proof(json.loads(octets.decode()))
        same = make_proof(proof) == octets
    except DataError as error:
        if error.code == "deletion.version":
            raise
        raise DataError("deletion.malformed", _MALFORMED, error.code) from None
    except Exception as error:  # noqa: BLE001  # fail closed: JSON of anybody
        raise DataError("deletion.malformed", _MALFORMED, type(error).__name__) from None
    if not same:
        raise DataError("deletion.malformed", _MALFORMED, "not in its one form")
    return proof


def verify_proof(proof: DeletionProof, key: NoteKey | None = None) -> tuple[Finding, ...]:
    """Findings `deletion.checkpoint`, `.inclusion`, `.certificate`. Never raises for what a proof can hold.

    `key`: the ledger's public key as the verifier knows it; without it `deletion.checkpoint` is `impossible` at best.
    """
    point, reason = _checkpoint(proof, key)
    sealed, deleted = _decoded(proof.sealed), _decoded(proof.deleted)
    included = point is not None and all(_included(each, point) for each in (proof.sealed, proof.deleted))
    return (
        _finding("deletion.checkpoint", reason),
        _finding("deletion.inclusion", "no_checkpoint" if point is None else "ok" if included else "wrong"),
        _finding("deletion.certificate", _certificate(proof, sealed, deleted)),
    )


def _checkpoint(proof: DeletionProof, key: NoteKey | None) -> tuple[Checkpoint | None, str]:
    try:
        known = key or parse_vkey(proof.key)
        point = open_checkpoint(proof.checkpoint, known)
    except TrustError:
        return None, "other_key"
    except HonninError:
        return None, "wrong"
    if point.size != proof.size or point.origin != f"{known.name}/{proof.certificate.tenant_id}":
        return None, "other_ledger"
    return point, "own_key" if key is None else "ok"


def _included(entry: ProvedEntry, point: Checkpoint) -> bool:
    leaf = leaf_hash(entry.event)
    try:
        verify_inclusion(leaf=leaf, index=entry.index, size=point.size, proof=entry.path, root=point.root)
    except HonninError:
        return False
    return True


def _certificate(proof: DeletionProof, sealed: Event | None, deleted: Event | None) -> str:
    """The certificate says what both entries say, and the second one was written for this very certificate."""
    said = proof.certificate
    if sealed is None or deleted is None or proof.sealed.index >= proof.deleted.index:
        return "unreadable"
    own = (said.tenant_id, said.record_id)
    if (sealed.kind, deleted.kind) != (Kind.SEALED, Kind.DELETED) or {
        own, (sealed.tenant, sealed.record_id), (deleted.tenant, deleted.record_id)
    } != {own}:  # fmt: skip
        return "other_record"
    commitment = "" if sealed.commitment is None else sealed.commitment.hex()
    digest = hashlib.sha256(certificate_to_json(said)).hexdigest()
    same = (said.commitment, format_at(said.deleted_at), said.approved_by) == (
        commitment, format_at(deleted.at), deleted.actor,
    )  # fmt: skip
    return "ok" if same and deleted.detail.get(CERTIFICATE_SHA256) == digest else "differs"


def _decoded(entry: ProvedEntry) -> Event | None:
    try:
        return decode_event(entry.event)
    except DataError:
        return None


_PASSED, _FAILED, _IMPOSSIBLE = Outcome.PASSED, Outcome.FAILED, Outcome.IMPOSSIBLE
TITLES: Mapping[str, tuple[str, str]] = {
    "deletion.checkpoint": ("台帳の署名", "Signature of the ledger"),
    "deletion.inclusion": ("台帳に含まれること", "Inclusion in the ledger"),
    "deletion.certificate": ("削除証明書と台帳の一致", "The certificate is what the ledger says"),
}
_WORDS: Mapping[str, Mapping[str, tuple[Outcome, str, str]]] = {
    "deletion.checkpoint": {
        "ok": (_PASSED, "ご指定の鍵で署名されています", "Signed with the key that you named"),
        "own_key": (
            _IMPOSSIBLE,
            "署名はファイルの中の鍵と合いますが、その鍵が発行者のものか確かめられません。発行者から鍵を入手してください",
            "The signature fits the key in the file, but whose key that is cannot be told. Get the issuer's key",
        ),
        "other_key": (_FAILED, "ご指定の鍵では署名されていません", "Not signed with the key that you named"),
        "wrong": (_FAILED, "署名が正しくありません", "The signature is wrong"),
        "other_ledger": (_FAILED, "別の台帳の署名です", "The signature is of another ledger"),
    },
    "deletion.inclusion": {
        "ok": (
            _PASSED,
            "封印と削除の記載が署名された台帳にあります",
            "Sealing and deletion are in the ledger that was signed",
        ),
        "no_checkpoint": (_IMPOSSIBLE, "署名された台帳がありません", "There is no signed ledger to look in"),
        "wrong": (_FAILED, "台帳に含まれていません", "They are not in the ledger that was signed"),
    },
    "deletion.certificate": {
        "ok": (
            _PASSED,
            "この証明書は削除のときに台帳に記載されました",
            "It was entered in the ledger when it was deleted",
        ),
        "unreadable": (_FAILED, "記載を読めません", "The entries cannot be read"),
        "other_record": (_FAILED, "別の記録の記載です", "The entries are of another record"),
        "differs": (_FAILED, "台帳の記載と違います", "The ledger says something else"),
    },
}  # fmt: skip


def _finding(name: str, reason: str) -> Finding:
    outcome, ja, en = _WORDS[name][reason]
    return Finding(name, outcome, None, Audience.ANYONE if outcome is _PASSED else None, reason, ja, en, CLAUSE)


def _entry_to_json(entry: ProvedEntry) -> dict[str, object]:
    return {"event": entry.event.decode(), "index": entry.index, "path": [each.hex() for each in entry.path]}


def _entry(value: Mapping[str, Any]) -> ProvedEntry:
    path = tuple(bytes.fromhex(each) for each in value["path"])
    index = value["index"]
    if type(index) is not int or index < 0 or len(path) > MAX_PROOF or any(len(each) != HASH_LENGTH for each in path):
        raise DataError("deletion.malformed", _MALFORMED, "entry")
    return ProvedEntry(str(value["event"]).encode(), index, path)


def _proof(value: Mapping[str, Any]) -> DeletionProof:
    if value["format"] != FORMAT:
        raise DataError("deletion.malformed", _MALFORMED, "format")
    if value["version"] != VERSION:
        raise DataError("deletion.version", "the proof is of a version that this program does not know")
    if type(value["size"]) is not int:
        raise DataError("deletion.malformed", _MALFORMED, "size")
    certificate = certificate_from_json(json.dumps(value["certificate"]).encode())
    return DeletionProof(
        certificate, _entry(value["sealed"]), _entry(value["deleted"]), value["size"], str(value["checkpoint"]),
        str(value["key"]),
    )  # fmt: skip
