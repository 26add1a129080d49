"""What an event promises about the plain rows beside sealed contents, so that a changed column is found.

A row tells nothing of the person, so its facts are promised by a plain SHA-256. Search tokens and certificates could be
guessed by whoever holds the index key; they are promised with the salt that lies in the encrypted content, so that
after shredding the promise says nothing. A reason that staff typed may name anybody: it is promised by a MAC under the
ledger's key (NoteSigner.witness). Later changes of a row are events themselves, with the new values in them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from honnin.core.errors import DataError

ROW_SHA256 = "row_sha256"  # detail of `sealed`, and of `amended` where the law was asked again: 64 hex digits
COMPLETION = "completion"  # of `sealed`, of `amended` where the law was asked again, of `completion_entered`
INDEX_SHA256 = "index_sha256"  # of `sealed` and `amended`: the whole index of the record from then on
STATES = "certificate_states"  # of `sealed`: KIND:STATE of each certificate, sorted, with one space between
CERTIFICATE, NOW = "certificate", "now"  # of `rechecked`: the kind of a certificate, and what a list says of it now
CAUSE, OUTCOME, RULES = "cause", "outcome", "rules"  # of `rechecked`: beside what the line for people has in `detail`
CONTRACT_ENDED_ON, RETENTION_UNTIL = "contract_ended_on", "retention_until"  # of `sealed`, when known by then
ON, UNTIL = "on", "until"  # of `contract_ended`, "" for none
REASON = "reason_mac"  # of `held`, `released` and `deletion_requested`
NOTE = "note"  # of `held` and `released`: the id of the note that holds the reason
CERTIFICATE_SHA256 = "certificate_sha256"  # of `deleted`: SHA-256 of the certificate as JSON, 64 hex digits
REQUEST = "request"  # of `deletion_requested`, `deletion_refused`, `deleted`: the request's id
TAKEN_UP = "taken_up"  # of `deletion_requested`: ids of the proposals that it takes up, with one space between

_ROW, _INDEX = b"honnin record row 1\n", b"honnin record index 1\n"
_SALT = 32

# What is kept of a certificate beside the record and never changes: issuer, serial number, kind, end of validity, name
# of its list (flows.recheck_ports.HeldCertificate). What lists said of it later is not among it.
CertificateFacts = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RowFacts:
    """The plain columns that are sealed, as text: `sealed_at` as format_at writes it, `methods` with one space
    between, `simulated` and `retention_years` in decimal.
    """

    sealed_at: str
    law: str
    methods: str
    document: str
    simulated: str
    staff: str
    retention_years: str


def row_digest(facts: RowFacts) -> str:
    """SHA-256 (64 hex digits) of `honnin record row 1` LF and the facts as a JSON list in their order."""
    return _digest(_ROW, [
        facts.sealed_at, facts.law, facts.methods, facts.document, facts.simulated, facts.staff, facts.retention_years,
    ])  # fmt: skip


def index_digest(
    salt: bytes, tokens: Iterable[tuple[str, bytes]], certificates: Iterable[CertificateFacts]
) -> str:
    """SHA-256 (64 hex digits) of `honnin record index 1` LF, the salt of the content (32 octets) and the set of tokens
    and certificates, sorted, as two JSON lists of lists of hex digits. Raises DataError `ledger.event` for another
    length of the salt.
    """
    if len(salt) != _SALT:
        raise DataError("ledger.event", "this is not the salt of a content")
    values = [sorted({(kind, token.hex()) for kind, token in tokens}),
              sorted({tuple(fact.hex() for fact in facts) for facts in certificates})]  # fmt: skip
    return _digest(_INDEX + salt, values)


def _digest(domain: bytes, value: object) -> str:
    octets = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
    return hashlib.sha256(domain + octets).hexdigest()
