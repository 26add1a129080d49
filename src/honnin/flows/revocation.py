"""Use case: ask whether the certificates of a My Number Card were revoked, and keep the answer in the Reading.

Who may ask J-LIS is a matter of contract (jpki-validation.md §3.1), so nothing asks by itself: the house plugs in an
`OcspTransport`, or nobody is asked and the finding stays `not_done`. The octets of the answer travel in the Reading and
are judged by honnin.checks, as often as the Report is made again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from honnin.checks.mynumber import MyNumberTrust, with_evidence, without_answer
from honnin.core.clock import Random
from honnin.core.errors import DataError, TrustError
from honnin.facts import DocumentKind, Reading
from honnin.flows.documents import HouseTrust
from honnin.flows.ports import OcspTransport
from honnin.trust.certificate import Certificate, parse_certificate
from honnin.trust.jpki import JpkiPath, validate_auth_certificate, validate_sign_certificate
from honnin.trust.jpki_revocation import NoncePolicy, RevocationEvidence
from honnin.trust.ocsp import build_ocsp_request

__all__ = ["ask_revocation"]

NONCE = 32  # octets, RFC 9654 §2.1
_FILES = {"sign": "JPKI.EF0001", "auth": "JPKI.EF000A"}


def ask_revocation(
    reading: Reading,
    trust: HouseTrust,
    transport: OcspTransport,
    at: datetime,
    *,
    random: Random,
    hash_name: Literal["sha1", "sha256"] = "sha1",
    nonce_policy: NoncePolicy = "require",
) -> Reading:
    """The Reading with what the responder says about each certificate in it whose authority is trusted at `at`.

    Ask after the card has signed, so that the answer is newer than the signature (§5.1 step 9). One request for each
    certificate, each with a fresh nonce; no retries. That nobody answered is noted in the Reading. Never raises for
    what a responder does; a Reading of another document comes back as it is.
    """
    if reading.document is not DocumentKind.MYNUMBER:
        return reading
    house = MyNumberTrust.of(trust.anchors, trust.card_data)
    for service, name in _FILES.items():
        certificate = _certificate(reading, name)
        if certificate is None:
            continue
        path = _path(service, certificate, house, at)
        if path.anchor is None or not path.ok:
            continue  # nothing that a responder says could make this certificate count
        nonce = random(NONCE)
        authority = path.anchor.certificate
        request = build_ocsp_request(certificate, authority, nonce=nonce, hash_name=hash_name)
        try:
            response = transport(service, request)
        except TrustError as error:
            reading = without_answer(reading, service, error.code)
            continue
        evidence = RevocationEvidence("ocsp", response, nonce, hash_name, nonce_policy)
        reading = with_evidence(reading, service, evidence)
    return reading


def _certificate(reading: Reading, name: str) -> Certificate | None:
    try:
        return parse_certificate(reading.files[name]) if name in reading.files else None
    except DataError:
        return None


def _path(service: str, certificate: Certificate, house: MyNumberTrust, at: datetime) -> JpkiPath:
    if service == "sign":
        return validate_sign_certificate(certificate, house.sign, at)
    return validate_auth_certificate(certificate, house.auth, at)
