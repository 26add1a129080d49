"""The test authorities and signers of residence cards (residence-card.md §8; §11.8).

Why it exists: a virtual card must pass and fail the same checks as a real one, and nothing here may ever be taken for
the ministry's: every name says HONNIN SIMULATOR, NOT A REAL MINISTRY, TEST. Like the real ones, the two authorities of
the first generation share one name and are told apart by key identifier. Dates and keys are fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from honnin.core.tlv import parse_single
from honnin.crypto import digest
from honnin_virtual import der, x509
from honnin_virtual.keys import EcPrivate, RsaPrivate, Signer, ec_key, plain_ecdsa, rsa_key

__all__ = [
    "CERTIFICATE_LENGTHS", "CardSigner", "card_signer", "check_code", "residence_anchors",
    "stranger_anchor", "with_long_length",
]  # fmt: skip

CERTIFICATE_LENGTHS = (598, 599)
"""Octets of the certificate of the second generation (§6.2)."""

_CURVE = "secp384r1"


@dataclass(frozen=True, slots=True)
class _Authority:
    common_name: str
    signer: Signer
    serial: int
    since: datetime
    until: datetime

    @property
    def name(self) -> bytes:
        return _name(self.common_name)

    @property
    def key_id(self) -> bytes:
        return x509.key_id(self.signer.key, "named")


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def _name(common_name: str) -> bytes:
    return x509.name(("C", "JP"), ("O", "HONNIN SIMULATOR"), ("OU", "NOT A REAL MINISTRY"), ("CN", common_name))


@cache
def _authority(label: str) -> _Authority:
    if label == "2026":
        signer = Signer(ec_key("residence-ca-2026", _CURVE), "ecdsa", "sha256")
        return _Authority("TEST ZairyuCard CA2", signer, 0x01, _day(2026, 4, 20), _day(2039, 7, 20))
    if label == "2018":
        signer = Signer(rsa_key("residence-ca-2018"), "pkcs1", "sha256")
        return _Authority("TEST ZairyuCard CA", signer, 0x4B, _day(2018, 4, 6), _day(2028, 7, 6))
    signer = Signer(rsa_key("residence-ca-2024"), "pkcs1", "sha256")
    return _Authority("TEST ZairyuCard CA", signer, 0x93, _day(2023, 1, 10), _day(2034, 8, 8))


def _stranger(label: str) -> Signer:
    """Somebody else's key of the kind that the authority has."""
    if label == "2026":
        return Signer(ec_key("residence-stranger", _CURVE), "ecdsa", "sha256")
    return Signer(rsa_key("residence-stranger"), "pkcs1", "sha256")


def residence_anchors() -> dict[str, bytes]:
    """File name → DER of the three authorities. Environment "simulator" only: their private keys are public."""
    return {f"simulator-residence-{label}.cer": _self_signed(_authority(label)) for label in ("2018", "2024", "2026")}


def stranger_anchor(label: str) -> bytes:
    """The authority behind the fault "foreign-authority", which is in no list of anchors."""
    genuine = _authority(label)
    return _self_signed(
        _Authority("TEST ZairyuCard CA9", _stranger(label), 0x77, genuine.since, genuine.until)
    )


def _self_signed(authority: _Authority) -> bytes:
    extensions = (
        x509.extension("2.5.29.19", der.seq(der.TRUE, der.integer(0)), critical=True),
        x509.extension("2.5.29.15", der.bits(b"\x06", 1), critical=True),
        x509.extension("2.5.29.14", der.octets(authority.key_id)),
        x509.extension("2.5.29.35", der.seq(der.context_primitive(0, authority.key_id))),
    )
    validity = (authority.since, authority.until)
    return x509.certificate(
        authority.serial, authority.name, authority.name, authority.signer.key, validity, extensions, authority.signer,
        form="named",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardSigner:
    """Who signs the cards of one authority: the certificate (DER) that lies on the card, and its key."""

    certificate: bytes
    key: EcPrivate | RsaPrivate


@cache
def card_signer(label: str, state: str = "good", *, null_parameters: bool = False, short: bool = False) -> CardSigner:
    """The signer under that authority ("2018", "2024", "2026").

    `state`: good, expired, foreign (authority is no anchor), forged (names the anchor, signed by somebody else).
    `null_parameters`: ECDSA with NULL parameters, as was reported of real ones (§8.3). `short`: a smaller
    certificate, which leaves room for a check code in DER.
    """
    authority = _authority(label)
    issuer, signer = authority.name, authority.signer
    issuer_key_id = authority.key_id
    if state in {"foreign", "forged"}:
        signer = _stranger(label)
    if state == "foreign":
        issuer, issuer_key_id = _name("TEST ZairyuCard CA9"), x509.key_id(signer.key, "named")
    if null_parameters and signer.scheme == "ecdsa":
        signer = Signer(signer.key, signer.scheme, signer.hash_name, null_parameters=True)
    begin, end = authority.since, authority.until
    if state == "expired":
        end = begin.replace(year=begin.year + 1) if label != "2026" else _day(2026, 6, 1)
    key = ec_key("residence-card", _CURVE) if label == "2026" else rsa_key("residence-card")
    own_key_id = x509.key_id(key, "named")
    extensions = (
        x509.extension("2.5.29.15", der.bits(b"\x80", 7), critical=True),
        x509.extension("2.5.29.14", der.octets(own_key_id)),
        x509.extension("2.5.29.35", der.seq(der.context_primitive(0, issuer_key_id))),
    )
    serial = int.from_bytes(digest("sha256", f"{label}/{state}/{null_parameters}/{short}".encode())[:8], "big") >> 1

    def made(filler: str) -> bytes:
        subject = _name("TEST Signer" + filler)
        return x509.certificate(serial, issuer, subject, key, (begin, end), extensions, signer, form="named")

    if label != "2026":
        return CardSigner(made(" 00000001"), key)
    return CardSigner(made("") if short else _of_real_length(made), key)


def _of_real_length(made: Callable[[str], bytes]) -> bytes:
    """The certificate with so many digits in its subject that it is as long as real ones are.

    The signature's own length varies by some octets, so that one kind of digit may miss the length.
    """
    least = max(0, CERTIFICATE_LENGTHS[0] - len(made("")) - 3)
    for digit in "0123456789":
        for count in range(least, least + 8):
            octets = made(digit * count)
            if len(octets) in CERTIFICATE_LENGTHS:
                return octets
    raise AssertionError  # ten digits have never missed it


def check_code(signer: CardSigner, target: bytes, form: str = "") -> bytes:
    """チェックコード over the target (§8.1, §8.2).

    RSA, 256 octets: with DigestInfo, or in form "B" the bare hash behind the padding. P-384: r ‖ s, 96 octets, or
    form "DER".
    """
    if isinstance(signer.key, RsaPrivate):
        if form != "B":
            return Signer(signer.key, "pkcs1", "sha256").sign(target)
        block = b"\x00\x01" + b"\xff" * (signer.key.length - 35) + b"\x00" + digest("sha256", target)
        return signer.key.power(int.from_bytes(block, "big")).to_bytes(signer.key.length, "big")
    if form == "DER":
        return Signer(signer.key, "ecdsa", "sha256").sign(target)
    return plain_ecdsa(signer.key, "sha256", target)


def with_long_length(certificate: bytes) -> bytes:
    """The same certificate with a length octet more than DER allows: BER, for those who take only DER (§8.3)."""
    content = parse_single(certificate).value
    return b"\x30\x83" + len(content).to_bytes(3, "big") + content
