"""CSCA master lists (Doc 9303-12 §9; passport.md §11.5): signed collections of countries' keys.

A list only carries certificates. That its own signature holds says who made it; to trust what it carries is a decision
of the operator, made by pinning the list signer's country key or by a link from one already trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from honnin.core.errors import DataError, TrustError
from honnin.trust import der
from honnin.trust.certificate import Certificate, parse_certificate, verify_certificate_signature
from honnin.trust.cms import MASTER_LIST, SignedData, SignerResult, parse_signed_data, verify_signer
from honnin.trust.links import may_sign, validity_at
from honnin.trust.names import same_name

MASTER_LIST_SIGNER = "2.23.136.1.1.3"
MAX_MASTER_LIST = 32 << 20
MAX_LISTED = 8192


@dataclass(frozen=True, slots=True)
class MasterList:
    """A list whose signature holds. `signer_csca` issued the signer's certificate and was in the file.

    `unreadable`: (position in the list, code) of entries that could not be parsed.
    """

    certificates: tuple[Certificate, ...]
    unreadable: tuple[tuple[int, str], ...]
    signer: Certificate
    signer_csca: Certificate
    embedded: tuple[Certificate, ...]
    signed_at: datetime | None
    result: SignerResult


def is_signed_data(data: bytes) -> bool:
    """Whether it looks like a CMS object rather than a certificate: a SEQUENCE (BER too) that begins with an OID."""
    try:
        _, start, _ = der.read(data, 0, len(data))
    except der.IndefiniteLengthError:
        return True
    except DataError:
        return False
    return data[start : start + 1] == b"\x06"


def open_master_list(ber: bytes) -> MasterList:
    """From a file of at most 32 MiB and 8192 certificates, its own signature checked down to the CSCA it brings.

    Raises DerError or CmsError for what is not signed data; TrustError `trust.masterlist.signature` (detail: the
    outcome of `verify_signer`), `.signer` (not a master list signer, or not valid when it signed), `.no_csca` (the
    certificate that issued the signer's is not inside, or did not), `.content`.
    """
    signed = parse_signed_data(ber, limit=MAX_MASTER_LIST)
    result = verify_signer(signed, content_types=(MASTER_LIST,))
    if not result.ok or result.certificate is None or signed.content is None:
        raise TrustError("trust.masterlist.signature", "the signature of the master list does not hold", result.outcome)
    signer = result.certificate
    purposes = signer.extended_key_usage
    wrong = signer.is_ca or purposes is None or MASTER_LIST_SIGNER not in purposes
    if wrong or (result.signing_time is not None and validity_at(signer, result.signing_time) != "ok"):
        raise TrustError("trust.masterlist.signer", "the signer of the list may not sign master lists, or not then")
    certificates, unreadable = _parse_list(signed.content)
    csca = _issuer(signer, (*signed.certificates, *certificates))
    return MasterList(
        certificates, unreadable, signer, csca, _without(signed, signer), result.signing_time, result
    )


def _without(signed: SignedData, signer: Certificate) -> tuple[Certificate, ...]:
    return tuple(each for each in signed.certificates if each != signer)


def _issuer(signer: Certificate, candidates: Sequence[Certificate]) -> Certificate:
    for each in candidates:
        named = each.ski == signer.aki if signer.aki is not None else same_name(each.subject, signer.issuer)
        same_country = each.subject.country == signer.issuer.country
        if named and same_country and may_sign(each) and verify_certificate_signature(signer, each.public_key):
            return each
    raise TrustError("trust.masterlist.no_csca", "the master list does not bring the certificate of its signer's CA")


def _parse_list(content: bytes) -> tuple[tuple[Certificate, ...], tuple[tuple[int, str], ...]]:
    """CscaMasterList ::= SEQUENCE { version INTEGER, certList SET OF Certificate }."""
    start, stop = der.expect_all(content, der.SEQUENCE, MAX_MASTER_LIST)
    first, position = der.expect(content, start, stop, der.INTEGER)
    version = der.small_integer(content, first, position)
    first, last = der.expect(content, position, stop, der.SET)
    if version != 0 or last != stop:
        raise TrustError("trust.masterlist.content", "the master list is of an unknown version")
    certificates: list[Certificate] = []
    unreadable: list[tuple[int, str]] = []
    for at, (_, header, _, end) in enumerate(der.children(content, first, last, MAX_LISTED)):
        try:
            certificates.append(parse_certificate(content[header:end]))
        except DataError as error:
            unreadable.append((at, error.code))
    return tuple(certificates), tuple(unreadable)
