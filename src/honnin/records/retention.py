"""How long a record lives: the calendar of law.md §3.4, and what has to be there before it may be deleted.

The clock cannot start while the contract lives. Periods are calendar years, the first day not counted (民法140条、
143条): a contract that ended on 2026-04-10 keeps its record to the end of 2033-04-10 for seven years; it may be deleted
from the next day on. Over several obligations the latest end counts. Deleting never happens by itself: two different
people, no legal hold, a certificate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from honnin.core.errors import CallerError, DataError
from honnin.core.value_json import value_from_json, value_to_json
from honnin.core.visible import one_line

__all__ = [
    "YEARS", "Deletion", "DeletionCertificate", "Hold", "Obligation", "Retention", "approve", "certificate_from_json",
    "certificate_text", "certificate_to_json", "check_deletable", "held", "last_day", "make_certificate",
    "obligation_for", "request_deletion", "retention_of", "years_after",
]  # fmt: skip

# law.yaml retention: obligations with a period of their own.
YEARS = {
    "hanshu_kakunin": 7, "hanshu_torihiki": 7, "hanshu_art16": 7, "keitai_contract": 3, "keitai_rental": 3,
}  # fmt: skip
_OF_LAW = {"hanshu": "hanshu_kakunin", "keitai": "keitai_contract", "keitai_rental": "keitai_rental"}
_CERTIFICATE = "honnin-deletion-certificate"
MAX_JSON = 1 << 16


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty to keep. `kind`: a key of YEARS, or a name of the house's own with `years`. `started_on`: the day on
    which the contract ended (or of the transaction); None while it lives.
    """

    kind: str
    started_on: date | None
    years: int | None = None

    @property
    def period(self) -> int:
        """Years. Raises DataError `retention.kind` for a duty without a known period."""
        years = self.years if self.years is not None else YEARS.get(self.kind)
        if years is None or not 0 <= years <= 100:
            raise DataError("retention.kind", "there is no such duty to keep a record", self.kind)
        return years


@dataclass(frozen=True, slots=True)
class Retention:
    """`until`: the last day on which the record must be there; None while any of its clocks has not started, and
    `waits_for` names those. `years`: the longest period. `deletable_from`: the day after, None like `until`.
    """

    until: date | None
    deletable_from: date | None
    years: int
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """法的保全: 捜査関係事項照会, litigation, a suspicious transaction. Lasts until a named person released it."""

    reason: str
    placed_at: datetime
    placed_by: str
    released_at: datetime | None = None
    released_by: str = ""


@dataclass(frozen=True, slots=True)
class Deletion:
    """A deletion that one person asked for and another approved."""

    record_id: str
    reason: str
    requested_at: datetime
    requested_by: str
    approved_at: datetime | None = None
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class DeletionCertificate:
    """削除証明: that the data key was destroyed, when, by whom, on which ground. No personal data of the customer.

    `commitment`: hexadecimal, what the ledger holds of the record; `kept_until` None where no period applied.
    """

    record_id: str
    tenant_id: str
    law: str
    kept_until: date | None
    reason: str
    requested_at: datetime
    requested_by: str
    approved_at: datetime
    approved_by: str
    deleted_at: datetime
    key_id: str
    commitment: str


def years_after(day: date, years: int) -> date:
    """The last day of a period of `years` that begins on the day after `day` (民法140条, 143条2項).

    The period ends on the day before the one that answers to its first; where the last month has no such day (29
    February), on the last day of that month.
    """
    if day.year + years >= date.max.year:
        raise DataError("retention.date", "this day is too far away")
    first = day + timedelta(days=1)
    try:
        return first.replace(year=first.year + years) - timedelta(days=1)
    except ValueError:
        return date(first.year + years, 2, 28)  # 29 February answers to no day: the month's last day is the end


def last_day(obligation: Obligation) -> date | None:
    """The last day on which this duty holds; None while its clock has not started."""
    return None if obligation.started_on is None else years_after(obligation.started_on, obligation.period)


def retention_of(obligations: Iterable[Obligation]) -> Retention:
    """The latest end of all linked duties. Raises DataError `retention.none` when there is none, `retention.kind`."""
    duties = tuple(obligations)
    if not duties:
        raise DataError("retention.none", "a record needs at least one duty to keep it")
    years = max(each.period for each in duties)
    waits = tuple(each.kind for each in duties if each.started_on is None)
    if waits:
        return Retention(None, None, years, waits)
    until = max(end for each in duties if (end := last_day(each)) is not None)
    return Retention(until, until + timedelta(days=1), years, ())


def obligation_for(law: str, contract_ended_on: date | None) -> Obligation:
    """The duty of a law's record of verification. Raises DataError `retention.kind` (番号法: its own calendar)."""
    kind = _OF_LAW.get(law)
    if kind is None:
        raise DataError("retention.kind", "this law does not say how long its record is kept", law)
    return Obligation(kind, contract_ended_on)


# --- deletion ---------------------------------------------------------------------------------------------------------


def held(holds: Iterable[Hold]) -> bool:
    """Whether any hold has not been released."""
    return any(each.released_at is None for each in holds)


def check_deletable(retention: Retention, holds: Iterable[Hold], on: date) -> None:
    """Raises CallerError `retention.held`, `retention.contract_lives`, `retention.not_over`. `on`: the day in Japan."""
    if held(holds):
        raise CallerError("retention.held", "this record is under a legal hold")
    if retention.deletable_from is None:
        raise CallerError("retention.contract_lives", "the end of the contract is not recorded")
    if on < retention.deletable_from:
        raise CallerError("retention.not_over", "the record must still be kept", retention.deletable_from.isoformat())


def request_deletion(
    record_id: str, *, retention: Retention, holds: Iterable[Hold], reason: str, by: str, at: datetime, on: date
) -> Deletion:  # fmt: skip
    """The first of two people. Raises CallerError as check_deletable, and `retention.reason`."""
    check_deletable(retention, holds, on)
    if not reason.strip() or not by.strip():
        raise CallerError("retention.reason", "a deletion needs a reason and a person")
    return Deletion(record_id, reason, at, by)


def approve(
    deletion: Deletion, *, retention: Retention, holds: Iterable[Hold], by: str, at: datetime, on: date
) -> Deletion:
    """The second of two people; everything is asked again, since a hold may have come in between.

    Raises CallerError as check_deletable, `retention.same_person`, `retention.approved` (it was before).
    """
    check_deletable(retention, holds, on)
    if deletion.approved_at is not None:
        raise CallerError("retention.approved", "this deletion was approved before")
    if not by.strip() or by.strip().casefold() == deletion.requested_by.strip().casefold():
        raise CallerError("retention.same_person", "another person has to approve the deletion")
    if at < deletion.requested_at:
        raise CallerError("retention.approved", "an approval comes after the request")
    return Deletion(deletion.record_id, deletion.reason, deletion.requested_at, deletion.requested_by, at, by)


def make_certificate(
    deletion: Deletion, *, tenant_id: str, law: str, retention: Retention, deleted_at: datetime, key_id: str,
    commitment: bytes,
) -> DeletionCertificate:  # fmt: skip
    """The certificate of a deletion that was approved and done. Raises CallerError `retention.not_approved`."""
    if deletion.approved_at is None or not deletion.approved_by:
        raise CallerError("retention.not_approved", "a second person has not approved the deletion")
    return DeletionCertificate(
        deletion.record_id, tenant_id, law, retention.until, deletion.reason, deletion.requested_at,
        deletion.requested_by, deletion.approved_at, deletion.approved_by, deleted_at, key_id, commitment.hex(),
    )  # fmt: skip


def certificate_text(certificate: DeletionCertificate) -> tuple[str, str]:
    """(Japanese, English): the certificate as it is printed."""
    until, reason = certificate.kept_until, one_line(certificate.reason)
    ja = "\n".join((
        "削除証明書",
        f"記録番号：{certificate.record_id}",
        f"保存期間の満了日：{'定めなし' if until is None else until.isoformat()}",
        f"削除の理由：{reason}",
        f"申請：{certificate.requested_at.isoformat()}　{certificate.requested_by}",
        f"承認：{certificate.approved_at.isoformat()}　{certificate.approved_by}",
        f"削除：{certificate.deleted_at.isoformat()}",
        f"破棄した鍵：{certificate.key_id}",
        f"台帳の値：{certificate.commitment}",
        "この記録を暗号化していた鍵を破棄しました。記録の内容は、だれにも元に戻せません。",
    ))
    en = "\n".join((
        "Certificate of deletion",
        f"Record: {certificate.record_id}",
        f"Kept until: {'no period' if until is None else until.isoformat()}",
        f"Reason: {reason}",
        f"Requested: {certificate.requested_at.isoformat()} {certificate.requested_by}",
        f"Approved: {certificate.approved_at.isoformat()} {certificate.approved_by}",
        f"Deleted: {certificate.deleted_at.isoformat()}",
        f"Key destroyed: {certificate.key_id}",
        f"Value in the ledger: {certificate.commitment}",
        "The key with which this record was encrypted was destroyed. Nobody can restore what it held.",
    ))
    return ja, en


def certificate_to_json(certificate: DeletionCertificate) -> bytes:
    """UTF-8 JSON, sorted keys."""
    whole = {"format": _CERTIFICATE, "version": 1, **value_to_json(certificate)}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1).encode()


def certificate_from_json(octets: bytes) -> DeletionCertificate:
    """What `certificate_to_json` made. Raises DataError `retention.certificate`."""
    if len(octets) > MAX_JSON:
        raise DataError("retention.certificate", "this is not a certificate of deletion")
    try:
        value = json.loads(octets.decode("utf-8"))
    except (ValueError, RecursionError):
        raise DataError("retention.certificate", "this is not a certificate of deletion") from None
    if not isinstance(value, dict) or (value.pop("format", None), value.pop("version", None)) != (_CERTIFICATE, 1):
        raise DataError("retention.certificate", "this is not a certificate of deletion")
    return value_from_json(DeletionCertificate, value, "retention.certificate")
