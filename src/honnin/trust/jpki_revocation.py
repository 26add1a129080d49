"""Whether a JPKI certificate was revoked: what an answer looks like and what it is worth (jpki-validation.md §3, §5).

An answer comes from a revocation list (`honnin.trust.jpki_crl`), from an OCSP responder (`honnin.trust.jpki_ocsp`) or
from a platform operator. None of them is believed by itself: only one about this very certificate and fresh at the
instant of the check says "good".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from honnin.trust.certificate import Certificate

__all__ = [
    "MAX_AGE", "SKEW", "NoncePolicy", "RevocationAnswer", "RevocationEvidence", "RevocationJudgement",
    "RevocationResult", "RevocationSource", "judge_revocation",
]  # fmt: skip

RevocationSource = Literal["ocsp", "crl", "platform"]
NoncePolicy = Literal["require", "prefer"]

MAX_AGE = {"ocsp": timedelta(minutes=30), "platform": timedelta(minutes=30), "crl": timedelta(hours=36)}
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class RevocationAnswer:
    """What somebody who may ask (§3.1) was told about one certificate. Bound to serial number and authority's key.

    `reason`: name of RFC 5280 §5.3.1 when revoked, `revoked_at` since when, if that was said. `next_update` None where
    the source does not say one.
    """

    serial: int
    issuer_ski: bytes
    state: Literal["good", "revoked", "unknown"]
    source: RevocationSource
    this_update: datetime
    next_update: datetime | None = None
    reason: str = ""
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RevocationResult:
    """What a list or a response says: an answer, or the first rule that it breaks.

    `problem`: "ok", or a stable code: `crl_…` (listed in honnin.trust.jpki_crl), `ocsp_…` (in honnin.trust.jpki_ocsp).
    `answer` is None unless "ok". `facts`: for the detail of a finding; nothing that names the holder.
    """

    answer: RevocationAnswer | None
    problem: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RevocationEvidence:
    """The octets that somebody was answered with, so that the same finding can be made again from them.

    `octets`: DER of an OCSPResponse or of a CertificateList. For OCSP: the nonce that was sent (None: none), the hash
    of the CertID ("sha1", "sha256") and whether a missing nonce is refused. For a list: the number of the last one that
    was seen for the same distribution point (None: none was).
    """

    source: Literal["ocsp", "crl"]
    octets: bytes
    nonce: bytes | None = None
    hash_name: str = "sha1"
    nonce_policy: NoncePolicy = "require"
    last_number: int | None = None


@dataclass(frozen=True, slots=True)
class RevocationJudgement:
    """`state`: "good", "revoked" or "undetermined"; `reason`: "ok", why it was revoked, or `no_answer`,
    `other_certificate`, `unknown`, `stale`, `from_the_future`.
    """

    state: Literal["good", "revoked", "undetermined"]
    reason: str


def judge_revocation(certificate: Certificate, answer: RevocationAnswer | None, at: datetime) -> RevocationJudgement:
    """Only a fresh answer about this very certificate makes "good"; a revocation counts however old it is (§5.1)."""
    if answer is None:
        return RevocationJudgement("undetermined", "no_answer")
    if answer.serial != certificate.serial or answer.issuer_ski != certificate.aki:
        return RevocationJudgement("undetermined", "other_certificate")
    if answer.state == "revoked":
        return RevocationJudgement("revoked", answer.reason or "unspecified")
    if answer.state != "good":
        return RevocationJudgement("undetermined", "unknown")
    if answer.this_update > at + SKEW:
        return RevocationJudgement("undetermined", "from_the_future")
    over = answer.next_update is not None and answer.next_update < at
    if over or at - answer.this_update > MAX_AGE[answer.source]:
        return RevocationJudgement("undetermined", "stale")
    return RevocationJudgement("good", "ok")
