"""JPKI certificates: from a citizen's certificate to a pinned authority (jpki-validation.md §1, §5).

The path has one step. The authority is never found by name, since its generations share one: the authority key
identifier chooses, the signature decides. Signing and user authentication have a store each, of different types, so
that neither can be handed in for the other. Revocation is another question: `judge_revocation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from honnin.core.errors import DataError, TrustError
from honnin.crypto import EcKey, RsaKey
from honnin.trust import der
from honnin.trust.algorithms import verify
from honnin.trust.anchors import Anchor, AnchorSet, Environment
from honnin.trust.certificate import Certificate
from honnin.trust.der import DerError
from honnin.trust.jpki_profile import AUTH_PROFILE, CURVES, POLICIES, SIGN_PROFILE, SIGNATURES, Profile
from honnin.trust.jpki_revocation import (
    MAX_AGE,
    SKEW,
    RevocationAnswer,
    RevocationJudgement,
    judge_revocation,
)
from honnin.trust.kinds import JPKI_AUTH, JPKI_SIGN, kind_of
from honnin.trust.links import validity_at

__all__ = [
    "MAX_AGE", "PINS", "SKEW", "AuthAnchors", "JpkiPath", "RevocationAnswer", "RevocationJudgement", "SignAnchors",
    "jpki_anchors", "judge_revocation", "validate_auth_certificate", "validate_sign_certificate",
]  # fmt: skip

MAX_CERTIFICATE = 8 * 1024

# SHA-256 of the production authorities (§1.2): kind and generation. Later ones come by an operator's own pin.
PINS: Mapping[str, tuple[str, int]] = {
    "19645405a1fe14377434bd55957628ac4038557c542403a2243f21c706fc9355": (JPKI_SIGN, 1),
    "79679c33e4cc9319440f1ad120a597ff1844e2ef217063adb176966fd5e6fbeb": (JPKI_SIGN, 2),
    "d227f6cde11d35c5252178f106f843d24651944975413b539fa2fb68dbfa365f": (JPKI_SIGN, 3),
    "4dcfc4ca0aaf9fb2a3081b3f0c991c320b3acc008667a341eeaec5af1d58ca7d": (JPKI_AUTH, 1),
    "0d98de47fc11b7f67126874b7028b6026a803d2638d6edfe53176953961fade6": (JPKI_AUTH, 2),
    "64114f29620c24ed2631d46476a040e7ee740d956089c00b036a6a8118c322b5": (JPKI_AUTH, 3),
}
_NAME_OF_PRODUCTION = "JPKI"


class _Anchors:
    """Authorities of one kind. A production one must be pinned: its name is no proof of anything."""

    kind = ""

    def __init__(self, anchors: Iterable[Anchor] = (), *, pins: Iterable[str] = ()) -> None:
        """`pins`: SHA-256 of later production authorities that the operator approved.

        Raises TrustError `trust.jpki.wrong_store`, `trust.jpki.not_pinned`, `trust.jpki.environment`.
        """
        approved = frozenset(pins)
        self._anchors = tuple(anchors)
        for anchor in self._anchors:
            problem = _unfit(anchor, self.kind, approved)
            if problem is not None:
                raise TrustError(problem, "this authority does not belong here", anchor.certificate.fingerprint)

    def __iter__(self) -> Iterator[Anchor]:
        return iter(self._anchors)

    def __len__(self) -> int:
        return len(self._anchors)


class SignAnchors(_Anchors):
    """Authorities for signing certificates (署名用), and for nothing else."""

    kind = JPKI_SIGN


class AuthAnchors(_Anchors):
    """Authorities for user authentication certificates (利用者証明用), and for nothing else."""

    kind = JPKI_AUTH


def _unfit(anchor: Anchor, kind: str, approved: frozenset[str]) -> str | None:
    certificate = anchor.certificate
    if kind_of(certificate) != kind or PINS.get(certificate.fingerprint, (kind, 0))[0] != kind:
        return "trust.jpki.wrong_store"
    organisation = certificate.subject.values("O")
    if anchor.environment == "production":
        if certificate.fingerprint not in PINS and certificate.fingerprint not in approved:
            return "trust.jpki.not_pinned"
        return None if organisation == (_NAME_OF_PRODUCTION,) else "trust.jpki.environment"
    return "trust.jpki.environment" if certificate.fingerprint in PINS else None


def jpki_anchors(anchors: AnchorSet, *, pins: Iterable[str] = ()) -> tuple[SignAnchors, AuthAnchors]:
    """Both stores, from a set with anchors of all kinds. What does not belong into one is left out: never raises."""
    approved = frozenset(pins)
    fit = {
        kind: [each for each in anchors if _unfit(each, kind, approved) is None] for kind in (JPKI_SIGN, JPKI_AUTH)
    }
    return SignAnchors(fit[JPKI_SIGN], pins=approved), AuthAnchors(fit[JPKI_AUTH], pins=approved)


@dataclass(frozen=True, slots=True)
class JpkiPath:
    """Four results about one certificate; each is "ok" or the first rule that is broken.

    `chain`: `no_anchor` (no authority of its issuer's name here), `unknown_generation` (the key it names is not among
    them), `aki_missing`, `aki_serial`, `bad_signature`, `other_generation` (signed with another
    generation's key than the one it names), `wrong_store` (issued by the other service), `is_anchor`,
    `self_signed`, `is_ca`, `key_cert_sign`, `too_long`, `not_der`, `signature_algorithm`, `key_type`, `key_size`,
    `key_exponent`, `serial`, `anchor_not_ca`, `unknown_critical_extension`.
    `policy`: `policy_missing`, `policy_several`, `policy_not_critical`, `policy_malformed`, `test_policy`,
    `smartphone_policy`, `other_service_policy`, `real_policy` (of production, under another authority),
    `unknown_policy`.
    `usage`: `usage_missing`, `usage_not_critical`, `no_digital_signature`, `no_non_repudiation`, `other_usage`,
    `no_client_auth`, `unexpected_purpose`.
    `validity`: `not_yet_valid`, `expired`, `anchor_not_yet_valid`, `anchor_expired`.
    """

    chain: str
    policy: str
    usage: str
    validity: str
    anchor: Anchor | None
    policy_oid: str

    @property
    def ok(self) -> bool:
        """Whether all four hold."""
        return (self.chain, self.policy, self.usage, self.validity) == ("ok",) * 4

    @property
    def facts(self) -> Mapping[str, str]:
        """For the detail of a finding; nothing that names the holder."""
        facts = {"policy": self.policy_oid}
        if self.anchor is not None:
            certificate = self.anchor.certificate
            facts |= {
                "anchor_sha256": certificate.fingerprint,
                "anchor_subject": certificate.subject.text,
                "anchor_not_after": certificate.not_after.isoformat(),
                "anchor_environment": self.anchor.environment,
            }
        return facts


def validate_sign_certificate(certificate: Certificate, anchors: SignAnchors, at: datetime) -> JpkiPath:
    """A signing certificate at the instant `at` (aware), compared to the second. Never raises on any certificate.

    Raises TrustError `trust.jpki.wrong_store` when it is given the other store.
    """
    return _validate(certificate, anchors, SignAnchors, SIGN_PROFILE, at)


def validate_auth_certificate(certificate: Certificate, anchors: AuthAnchors, at: datetime) -> JpkiPath:
    """As `validate_sign_certificate`, for user authentication."""
    return _validate(certificate, anchors, AuthAnchors, AUTH_PROFILE, at)


def _validate(
    certificate: Certificate, anchors: _Anchors, store: type[_Anchors], profile: Profile, at: datetime
) -> JpkiPath:
    if type(anchors) is not store:
        raise TrustError("trust.jpki.wrong_store", "authorities of the other service were handed in")
    chain, anchor = _find(certificate, anchors, profile)
    if chain == "ok":
        chain = _own_rules(certificate, anchor)
    policy, policy_oid = _policy(certificate, anchor, profile)
    return JpkiPath(chain, policy, _usage(certificate, profile), _validity(certificate, anchor, at), anchor, policy_oid)


def _find(certificate: Certificate, anchors: _Anchors, profile: Profile) -> tuple[str, Anchor | None]:
    """(reason, the authority whose key signed it). The issuer's name must be the authority's, octet for octet."""
    if any(each.certificate == certificate for each in anchors):
        return "is_anchor", None
    if certificate.issuer.raw == certificate.subject.raw:
        return "self_signed", None
    if profile.other_unit in certificate.issuer.values("OU"):
        return "wrong_store", None
    named = [each for each in anchors if each.certificate.subject.raw == certificate.issuer.raw]
    if not named:
        return "no_anchor", None
    if certificate.aki is None:
        return "aki_missing", None
    chosen = next((each for each in named if each.certificate.ski == certificate.aki), None)
    if chosen is None:
        return "unknown_generation", None
    root = chosen.certificate
    try:
        serial = _aki_serial(certificate)
    except DataError:
        return "aki_serial", None
    if serial is not None and serial != root.serial:
        return "aki_serial", None
    if not root.is_ca or root.key_usage is None or "key_cert_sign" not in root.key_usage:
        return "anchor_not_ca", None
    algorithm = certificate.signature_algorithm
    if (algorithm.scheme, algorithm.hash_name) not in SIGNATURES[chosen.environment]:
        return "signature_algorithm", None
    if _signed_by(certificate, root):
        return "ok", chosen
    others = (each.certificate for each in named if each is not chosen)
    return ("other_generation" if any(_signed_by(certificate, each) for each in others) else "bad_signature"), None


def _signed_by(certificate: Certificate, root: Certificate) -> bool:
    algorithm = certificate.signature_algorithm
    return verify(algorithm, root.public_key, certificate.tbs, certificate.signature) == "ok"


def _own_rules(certificate: Certificate, anchor: Anchor | None) -> str:
    """What the certificate itself must be (§5.1 steps 2 to 4)."""
    if len(certificate.raw) > MAX_CERTIFICATE:
        return "too_long"
    try:
        strict = der.to_der(certificate.raw) == certificate.raw
    except DerError:
        strict = False
    if not strict:
        return "not_der"
    if certificate.is_ca:
        return "is_ca"
    if certificate.key_usage is not None and "key_cert_sign" in certificate.key_usage:
        return "key_cert_sign"
    key = _key_rule(certificate, anchor.environment if anchor is not None else "production")
    if key != "ok":
        return key
    if certificate.serial <= 0:
        return "serial"
    if any(each.critical and each.oid not in _PROCESSED for each in certificate.extensions):
        return "unknown_critical_extension"
    return "ok"


def _key_rule(certificate: Certificate, environment: Environment) -> str:
    key = certificate.public_key
    if isinstance(key, EcKey) and key.curve.name in CURVES[environment]:
        return "ok"
    if not isinstance(key, RsaKey):
        return "key_type"
    if key.n.bit_length() != 2048:
        return "key_size"
    return "ok" if key.e == 65537 else "key_exponent"


_KEY_USAGE, _POLICIES, _AKI = "2.5.29.15", "2.5.29.32", "2.5.29.35"
_PROCESSED = frozenset({_KEY_USAGE, _POLICIES})


def _policy(certificate: Certificate, anchor: Anchor | None, profile: Profile) -> tuple[str, str]:
    extension = certificate.extension(_POLICIES)
    if extension is None:
        return "policy_missing", ""
    try:
        oids = _policy_oids(extension.value)
    except DataError:
        return "policy_malformed", ""
    if len(oids) != 1:
        return "policy_several", " ".join(oids)
    oid = oids[0]
    if not extension.critical:
        return "policy_not_critical", oid
    environment = anchor.environment if anchor is not None else "production"
    if oid in profile.policies[environment]:
        return "ok", oid
    if oid in profile.policies["production"]:
        return "real_policy", oid
    meaning = POLICIES.get(oid, "unknown_policy")
    return ("other_service_policy" if meaning in ("sign", "auth") else meaning), oid


def _policy_oids(value: bytes) -> list[str]:
    start, stop = der.expect_all(value, der.SEQUENCE, MAX_CERTIFICATE)
    oids = []
    for tag, _, first, last in der.children(value, start, stop, 16):
        if tag != der.SEQUENCE:
            raise DerError("trust.der.unexpected", "a policy is malformed")
        oid_start, oid_stop = der.expect(value, first, last, der.OID)
        oids.append(der.oid_text(value[oid_start:oid_stop]))
    return oids


def _usage(certificate: Certificate, profile: Profile) -> str:
    usage = certificate.key_usage
    extension = certificate.extension(_KEY_USAGE)
    if usage is None or extension is None:
        return "usage_missing"
    if not extension.critical:
        return "usage_not_critical"
    if "digital_signature" not in usage:
        return "no_digital_signature"
    if "content_commitment" in profile.usage and "content_commitment" not in usage:
        return "no_non_repudiation"
    if usage != profile.usage:
        return "other_usage"
    purposes = certificate.extended_key_usage
    if profile.purpose is None:
        return "ok" if purposes is None else "unexpected_purpose"
    if purposes is None or profile.purpose not in purposes:
        return "no_client_auth"
    return "ok" if purposes == {profile.purpose} else "unexpected_purpose"


def _validity(certificate: Certificate, anchor: Anchor | None, at: datetime) -> str:
    own = validity_at(certificate, at)
    if own != "ok" or anchor is None:
        return own
    root = validity_at(anchor.certificate, at)
    return "ok" if root == "ok" else f"anchor_{root}"


def _aki_serial(certificate: Certificate) -> int | None:
    """authorityCertSerialNumber, if it is there."""
    extension = certificate.extension(_AKI)
    if extension is None:
        return None
    value = extension.value
    start, stop = der.expect_all(value, der.SEQUENCE, MAX_CERTIFICATE)
    for tag, _, first, last in der.children(value, start, stop, 3):
        if tag == 0x82:
            return der.integer(value, first, last, 64)
    return None
