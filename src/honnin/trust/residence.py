"""Signing certificates of residence cards and their authorities (residence-card.md §8.3).

A card carries the certificate whose key made its check code, padded with 00. Anybody can put a certificate of his own
on a chip, and all authorities share one name, so in production an authority counts only when its SHA-256 is one of
those published: the pins below. Which one signed is found by trying; its own expiry adds nothing and is told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from honnin.crypto import EcKey, RsaKey
from honnin.trust import der
from honnin.trust.algorithms import key_facts, verify
from honnin.trust.anchors import Anchor, AnchorSet, Environment
from honnin.trust.certificate import Certificate, parse_certificate
from honnin.trust.der import DerError, IndefiniteLengthError
from honnin.trust.kinds import RESIDENCE
from honnin.trust.links import may_sign
from honnin.trust.names import same_name

__all__ = [
    "PINS", "CardCertificate", "CardPath", "Pin", "certificate_facts", "open_card_certificate",
    "validate_card_certificate",
]  # fmt: skip

MAX_TRIED = 16
_UNDERSTOOD = frozenset({"2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.35", "2.5.29.37"})
_SIGNING = frozenset({"digital_signature", "content_commitment"})
_CURVE = "secp384r1"


@dataclass(frozen=True, slots=True)
class Pin:
    """A published authority: for cards of which generation, its serial number, and for what."""

    generation: int
    serial: str
    environment: Environment


# SHA-256 of the published certificate -> what it is [single: the register named in residence-card.md §8.3].
PINS: Mapping[str, Pin] = MappingProxyType({
    "97f37c5967af5f3cd84e6ed694b09539abb7f8e7e76b6f7496a060008982983d": Pin(1, "2a", "production"),
    "ff02323cea7b8c3dfc0dc2de79d46e78514af587368523086b188e9690aec861": Pin(1, "4b", "production"),
    "6f50161aa80f7ff7c630505faf472906f7b101d5083e327a6182c82cd7985e67": Pin(1, "74", "production"),
    "bf854466ed9abf61f559c39bf8790546f8acdab99b51fd2330563669ce4a71b2": Pin(1, "93", "production"),
    "11e6ad8b8e64f0cdb1d8ba9e3689926c80e8479a2f098616f674a23582bec13b": Pin(2, "01", "production"),
    "1846b815d31f04fe93d57450a6d8a8c351eac3d8c444a2375d95734df7dd1057": Pin(2, "01", "test"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardCertificate:
    """What a card carries. `flags`: "ber" when it was not DER and had to be rewritten to be read."""

    certificate: Certificate
    flags: frozenset[str] = frozenset()


def open_card_certificate(padded: bytes) -> CardCertificate:
    """The certificate in the value of DB (1200 octets) or DD: cut at its own end; what follows must be 00.

    Raises DerError (`trust.der.trailing` when something else follows), KeyFormatError, CertificateError.
    """
    flags: set[str] = set()
    try:
        _, _, end = der.read(padded, 0, len(padded))
        octets, rest = padded[:end], padded[end:]
    except IndefiniteLengthError:
        octets, rest = _definite(padded)
        flags.add("ber")
    if rest.strip(b"\0"):
        raise DerError("trust.der.trailing", "octets follow the certificate")
    try:
        return CardCertificate(parse_certificate(octets), frozenset(flags))
    except IndefiniteLengthError:
        octets, _ = _definite(octets)
        return CardCertificate(parse_certificate(octets), frozenset({"ber"}))


def _definite(octets: bytes) -> tuple[bytes, bytes]:
    """Indefinite lengths rewritten. A signed part that had them changes by that, and its signature fails: closed."""
    whole = der.to_definite(octets)
    _, _, end = der.read(whole, 0, len(whole))
    return whole[:end], whole[end:]


@dataclass(frozen=True, slots=True)
class CardPath:
    """`chain`: "ok"; `no_anchor` (no authority at hand signed it: not proven wrong); `not_pinned` (one did, that is not
    a published one); or why it is wrong: `bad_signature` (the key that it names did not sign it), `is_ca`,
    `anchor_not_ca`, `name_mismatch`, `wrong_key`, `unknown_critical_extension`, `unsupported_algorithm`,
    `forbidden_algorithm`.

    `validity`: "ok", `not_yet_valid`, `expired`. `anchor` is the one that signed it. `warnings`: `anchor_expired`,
    `anchor_not_yet_valid`, `aki_missing`, `aki_mismatch`, `no_signing_usage`.
    """

    chain: str
    anchor: Anchor | None
    validity: str
    warnings: tuple[str, ...] = ()

    @property
    def facts(self) -> Mapping[str, str]:
        """For the detail of a finding: the authority."""
        if self.anchor is None:
            return {}
        authority = self.anchor.certificate
        return {
            "anchor_serial": f"{authority.serial:x}",
            "anchor_subject": authority.subject.text,
            "anchor_sha256": authority.fingerprint,
            "anchor_not_after": authority.not_after.isoformat(),
            "anchor_origin": self.anchor.origin,
            "anchor_environment": self.anchor.environment,
        }


def validate_card_certificate(certificate: Certificate, anchors: AnchorSet, generation: int, at: datetime) -> CardPath:
    """One step: card certificate ← authority of that generation (1: RSA, 2: P-384). `at` is aware. Never raises."""
    warnings: list[str] = []
    candidates = [
        _labelled(each) for each in anchors.of_kind(RESIDENCE) if _generation(each.certificate) == generation
    ]  # fmt: skip
    chain, anchor = _signer(certificate, candidates, warnings)
    own = _own_rules(certificate, generation, warnings)
    if anchor is not None:
        chain = own if own != "ok" else _authority_rules(certificate, anchor, at, warnings)
    elif own != "ok":
        warnings.append(own)
    return CardPath(chain, anchor, _validity(certificate, at), tuple(warnings))


def _labelled(anchor: Anchor) -> Anchor:
    """A published authority is for what it was published, whatever the label in the store says."""
    pin = PINS.get(anchor.certificate.fingerprint)
    if pin is None or pin.environment == anchor.environment:
        return anchor
    return Anchor(anchor.certificate, pin.environment, anchor.origin, anchor.kind)


def _generation(authority: Certificate) -> int | None:
    pin = PINS.get(authority.fingerprint)
    if pin is not None:
        return pin.generation
    return {RsaKey: 1, EcKey: 2}.get(type(authority.public_key))


def _signer(certificate: Certificate, candidates: list[Anchor], warnings: list[str]) -> tuple[str, Anchor | None]:
    """All share one name: by key identifier first, then by trying."""
    aki = certificate.aki
    named = [each for each in candidates if aki is not None and each.certificate.ski == aki]
    others = [each for each in candidates if each not in named]
    algorithm = certificate.signature_algorithm
    for anchor in [*named, *others][:MAX_TRIED]:
        verdict = verify(algorithm, anchor.certificate.public_key, certificate.tbs, certificate.signature)
        if verdict == "ok":
            if anchor not in named:
                warnings.append("aki_missing" if aki is None else "aki_mismatch")
            return "ok", anchor
        if verdict in {"forbidden_algorithm", "unsupported_algorithm"}:
            return verdict, None
    return ("bad_signature" if named else "no_anchor"), None


def _own_rules(certificate: Certificate, generation: int, warnings: list[str]) -> str:
    if certificate.is_ca:
        return "is_ca"
    key = certificate.public_key
    fits = isinstance(key, RsaKey) and key.n.bit_length() == 2048 if generation == 1 else (
        isinstance(key, EcKey) and key.curve.name == _CURVE
    )  # fmt: skip
    if not fits:
        return "wrong_key"
    if any(each.critical and each.oid not in _UNDERSTOOD for each in certificate.extensions):
        return "unknown_critical_extension"
    # The profile of these certificates is published nowhere (§8.3): a usage without signing is said, not condemned.
    if certificate.key_usage is not None and not certificate.key_usage & _SIGNING:
        warnings.append("no_signing_usage")
    return "ok"


def _authority_rules(certificate: Certificate, anchor: Anchor, at: datetime, warnings: list[str]) -> str:
    authority = anchor.certificate
    validity = _validity(authority, at)
    if validity != "ok":
        warnings.append("anchor_expired" if validity == "expired" else "anchor_not_yet_valid")
    if not may_sign(authority) or authority.is_ca is False:
        return "anchor_not_ca"
    if not same_name(certificate.issuer, authority.subject):
        return "name_mismatch"
    if anchor.environment == "production" and authority.fingerprint not in PINS:
        return "not_pinned"
    return "ok"


def _validity(certificate: Certificate, at: datetime) -> str:
    if at < certificate.not_before:
        return "not_yet_valid"
    return "expired" if at > certificate.not_after else "ok"


def certificate_facts(opened: CardCertificate) -> Mapping[str, str]:
    """For the detail of a finding. No name of the holder is in it."""
    certificate = opened.certificate
    return {
        "serial": f"{certificate.serial:x}",
        "issuer": certificate.issuer.text,
        "key": key_facts(certificate.public_key),
        "signed_with": certificate.signature_algorithm.name,
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
        **({"tolerated": ", ".join(sorted(opened.flags))} if opened.flags else {}),
    }
