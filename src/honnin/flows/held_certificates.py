"""The certificates that a record rests on, as they are kept beside it for re-checks (flows.recheck_ports).

A list revokes by issuer key and serial number. The holder's certificates count only if their key was used: one that was
merely read says nothing about this record. A document signer is not the holder's; thousands of passports share it.
"""

from __future__ import annotations

from collections.abc import Iterator

from honnin.core.errors import DataError
from honnin.facts import Outcome, Reading, Report
from honnin.flows.recheck_ports import HeldCertificate
from honnin.records.recheck import Before
from honnin.trust.certificate import Certificate, parse_certificate
from honnin.trust.cms import LDS_SECURITY_OBJECT, TOLERATED_SOD_TYPES, parse_signed_data, verify_signer
from honnin.trust.jpki_crl import distribution_point

__all__ = ["held_certificates"]

# kind, file of the certificate, proof that its key was used, finding that says what was known of its revocation
_HOLDERS = (
    ("sign", "JPKI.EF0001", "mynumber.sign", "mynumber.sign.revocation"),
    ("auth", "JPKI.EF000A", "mynumber.auth", "mynumber.auth.revocation"),
)
_SOD, _DSC_FINDING = "EF.SOD", "passport.dsc.revocation"


def held_certificates(reading: Reading, report: Report) -> tuple[HeldCertificate, ...]:
    """Those of a reading, with what the Report knew of them. What cannot be parsed is left out: no list names it."""
    return tuple(_all(reading, report))


def _all(reading: Reading, report: Report) -> Iterator[HeldCertificate]:
    for kind, file, proof, finding in _HOLDERS:
        if file in reading.files and reading.proof(proof) is not None:
            try:
                certificate = parse_certificate(reading.files[file])
            except DataError:
                continue
            yield from _held(kind, certificate, _state(report, finding))
    signer = _document_signer(reading)
    if signer is not None:
        yield from _held("dsc", signer, _state(report, _DSC_FINDING))


def _held(kind: str, certificate: Certificate, state: Before) -> Iterator[HeldCertificate]:
    if certificate.aki is None or certificate.serial <= 0:
        return
    serial = certificate.serial.to_bytes((certificate.serial.bit_length() + 7) // 8, "big")
    yield HeldCertificate(certificate.aki, serial, kind, state, certificate.not_after, _point(certificate))


def _document_signer(reading: Reading) -> Certificate | None:
    if _SOD not in reading.files:
        return None
    try:
        signed = parse_signed_data(reading.files[_SOD])
        result = verify_signer(signed, content_types={LDS_SECURITY_OBJECT}, tolerated=TOLERATED_SOD_TYPES)
    except DataError:
        return None
    return result.certificate


def _point(certificate: Certificate) -> bytes | None:
    """The directory name of its distribution point; a point of another form is asked by nobody's lists."""
    try:
        return distribution_point(certificate).raw
    except DataError:
        return None


def _state(report: Report, finding_id: str) -> Before:
    finding = report.finding(finding_id)
    if finding is None:
        return "undetermined"
    if finding.outcome is Outcome.PASSED:
        return "unrevoked"
    return "revoked" if finding.outcome is Outcome.FAILED and finding.reason.startswith("revoked") else "undetermined"
