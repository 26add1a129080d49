"""The plain row beside a sealed record: what a list needs, blind tokens, and the certificates to ask about again.

Nothing in it may tell who the person is. Names go in as tokens only, and those of a person whose name the chip has as a
picture only where staff wrote it down.
"""

from __future__ import annotations

from datetime import date

from honnin.core.errors import DataError
from honnin.core.secret import Secret
from honnin.facts import Reading
from honnin.flows.kakunin_service import MadeRecord
from honnin.flows.record_ports import RecordMeta
from honnin.law.decision import Decision
from honnin.records.blind_index import tokens_of_names
from honnin.records.kakunin import Amendment, Kakunin
from honnin.records.retention import obligation_for, retention_of
from honnin.trust.certificate import parse_certificate

__all__ = ["meta_of", "search_tokens", "tokens_of_amendment"]

_PEOPLE = (("F21", "F27"), ("F22", ""), ("K3b", ""), ("K4b", ""))


def meta_of(
    made: MadeRecord, reading: Reading, *, index_key: Secret[bytes], contract_ended_on: date | None = None
) -> RecordMeta:
    """The row of a record that is to be sealed. `index_key`: 32 octets of purpose `index`.

    `retention_years` is that of the Decision (0: until the purpose is over). Raises CallerError `vault.argument`.
    """
    record = made.record
    until = None
    if contract_ended_on is not None and made.decision.retention.years:
        until = retention_of([obligation_for(record.law, contract_ended_on)]).until
    return RecordMeta(
        record_id=record.record_id,
        tenant=record.tenant_id,
        sealed_at_utc=record.made_at,
        law=record.law,
        methods=tuple(each.id for each in record.methods),
        document=record.document,
        simulated=record.simulated,
        staff=record.operator_id,
        retention_years=_years(made.decision),
        contract_ended_on=contract_ended_on,
        retention_until=until,
        tokens=search_tokens(record, index_key=index_key),
        certificates=_certificates(reading),
    )


def _years(decision: Decision) -> int:
    return decision.retention.years or 0


def search_tokens(record: Kakunin, *, index_key: Secret[bytes]) -> tuple[tuple[str, bytes], ...]:
    """(kind, token) of every person and every name in the record: "name", "name+birth", "birth"."""
    found: dict[tuple[str, bytes], None] = {}
    for person, alias in _PEOPLE:
        names = [record.first(f"{person}.name"), record.first(f"{person}.kana")]
        names += [record.first(alias).partition("（")[0]] if alias else []
        found |= _tokens(names, record.first(f"{person}.birth"), index_key, record.tenant_id)
    return tuple(found)


def tokens_of_amendment(
    record: Kakunin, amendment: Amendment, *, index_key: Secret[bytes]
) -> tuple[tuple[str, bytes], ...]:
    """The same for what an amendment adds; a new name is joined with the recorded birth date."""
    by_id = {each.id: each.value for each in amendment.items}
    found: dict[tuple[str, bytes], None] = {}
    for person, alias in _PEOPLE:
        names = [by_id.get(f"{person}.name", ""), by_id.get(f"{person}.kana", "")]
        names += [by_id.get(alias, "").partition("（")[0]] if alias else []
        birth = by_id.get(f"{person}.birth", "")
        if birth and not any(names):
            names = [record.first(f"{person}.name")]
        if any(names):
            found |= _tokens(names, birth or record.first(f"{person}.birth"), index_key, record.tenant_id)
    return tuple(found)


def _tokens(names: list[str], birth: str, key: Secret[bytes], tenant: str) -> dict[tuple[str, bytes], None]:
    found: dict[tuple[str, bytes], None] = {}
    for each in tokens_of_names([name for name in names if name], birth or None, key=key, tenant=tenant):
        for kind, token in (("name", each.name), ("name+birth", each.name_birth), ("birth", each.birth)):
            if token is not None:
                found[kind, token] = None
    return found


def _certificates(reading: Reading) -> tuple[tuple[bytes, bytes], ...]:
    """(authority key identifier, serial number) of the holder's certificate for signing: a list revokes by these."""
    try:
        certificate = parse_certificate(reading.files.get("JPKI.EF0001", b""))
    except DataError:
        return ()
    if reading.proof("mynumber.sign") is None or certificate.aki is None or certificate.serial <= 0:
        return ()
    length = (certificate.serial.bit_length() + 7) // 8
    return ((certificate.aki, certificate.serial.to_bytes(length, "big")),)
