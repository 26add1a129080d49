"""Makes JPKI authorities, holders' certificates, lists and OCSP responses for tests, wrong ones too, by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from honnin.core.tlv import encode
from honnin.crypto import digest
from honnin.trust.certificate import Certificate, parse_certificate
from honnin.trust.ocsp import key_bits
from tests import pki
from tests.pki import (
    NOW,
    Issued,
    Key,
    Signature,
    aki,
    basic_constraints,
    bit_string,
    extension,
    integer,
    key_usage,
    octet_string,
    oid,
    purposes,
    rsa_key,
    seq,
    ski,
    time,
)

SIGN_UNIT, AUTH_UNIT = "JPKI for digital signature", "JPKI for user authentication"
SIGN_POLICY = "1.2.392.200149.8.5.1.0.20"
AGENCY = "Japan Agency for Local Authority Information Systems"
SIGN_CA, OTHER_CA = "jpki-sign", "jpki-sign-2"
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
NOCHECK = "1.3.6.1.5.5.7.48.1.5"
NONCE_OID = "1.3.6.1.5.5.7.48.1.2"
NONCE = bytes(range(32))
SERIAL = 0x067C6A22
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def authority_name(unit: str = SIGN_UNIT) -> bytes:
    return pki.name(("C", "JP"), ("O", "JPKI-SIMULATOR"), ("OU", unit), ("OU", AGENCY))


def point(municipality: str = "Kakuu-shi") -> bytes:
    return pki.name(
        ("C", "JP"), ("O", "JPKI-SIMULATOR"), ("OU", SIGN_UNIT), ("OU", "CRL Distribution Points"), ("OU", "Kakuu-ken"),
        ("CN", f"{municipality} CRLDP"),
    )  # fmt: skip


def full_name(*names: bytes) -> bytes:
    """DistributionPointName [0] with fullName of directoryNames."""
    return encode(0xA0, encode(0xA0, b"".join(encode(0xA4, each) for each in names)))


def points(*fields: bytes) -> bytes:
    return extension("2.5.29.31", seq(*(seq(each) for each in fields)))


def scope(*fields: bytes, critical: bool = True) -> bytes:
    return extension("2.5.29.28", seq(*fields), critical=critical)


ONLY_USERS = encode(0x81, b"\xff")
SCOPE = scope(full_name(point()), ONLY_USERS)


def parsed(issued: Issued) -> Certificate:
    return parse_certificate(issued.der)


def authority(label: str = SIGN_CA, *, usage: bytes | None = None, **changes: object) -> Issued:
    key = rsa_key(label)
    values: dict[str, object] = {
        "key": key, "issuer_key": key, "subject": authority_name(), "issuer": authority_name(), "serial": 0x132C4AB,
        "not_before": datetime(2023, 7, 16, tzinfo=UTC), "not_after": datetime(2033, 7, 15, 14, 59, 59, tzinfo=UTC),
        "extensions": (key_usage(5, 6) if usage is None else usage, basic_constraints(ca=True), ski(key.id)),
    }  # fmt: skip
    return Issued(**{**values, **changes})  # type: ignore[arg-type]


def holder(*, where: bytes | None = None, ca: str = SIGN_CA, **changes: object) -> Issued:
    """A holder's signing certificate with a distribution point."""
    key = rsa_key("citizen")
    policy = extension("2.5.29.32", seq(seq(oid(SIGN_POLICY))), critical=True)
    values: dict[str, object] = {
        "key": key, "issuer_key": rsa_key(ca), "issuer": authority_name(),
        "subject": pki.name(("C", "JP"), ("CN", "20260101120000123ABCDEFGHI")), "serial": SERIAL,
        "not_before": datetime(2025, 10, 27, tzinfo=UTC), "not_after": datetime(2030, 2, 17, 14, 59, 59, tzinfo=UTC),
        "extensions": (key_usage(0, 1), policy, points(full_name(point())) if where is None else where,
                       aki(rsa_key(ca).id), ski(key.id)),
    }  # fmt: skip
    return Issued(**{**values, **changes})  # type: ignore[arg-type]


def crl(*serials: int, ca: str = SIGN_CA, **changes: object) -> bytes:
    """A municipality's list, four hours old and good for another day."""
    values: dict[str, object] = {
        "issuer": authority_name(), "this_update": NOW - 4 * HOUR, "next_update": NOW + DAY, "extensions": (SCOPE,),
    }  # fmt: skip
    return pki.crl(rsa_key(ca), serials, **{**values, **changes})  # type: ignore[arg-type]


def entry(serial: int, *extensions: bytes) -> bytes:
    return seq(integer(serial), time(NOW - DAY), *([seq(*extensions)] if extensions else []))


# --- OCSP -------------------------------------------------------------------------------------------------------------


def generalized(at: datetime) -> bytes:
    return encode(0x18, at.strftime("%Y%m%d%H%M%SZ").encode())


GOOD, UNKNOWN = b"\x80\x00", b"\x82\x00"


def revoked(reason: int | None = 3) -> bytes:
    why = b"" if reason is None else encode(0xA0, encode(0x0A, bytes([reason])))
    return encode(0xA1, generalized(NOW - DAY) + why)


def responder(label: str = "responder", *, ca: str = SIGN_CA, more: tuple[bytes, ...] | None = None, **changes: object) -> Issued:
    """A delegated responder's certificate."""
    usual = (key_usage(0), purposes(OCSP_SIGNING), extension(NOCHECK, b"\x05\x00"))
    values: dict[str, object] = {
        "key": rsa_key(label), "issuer_key": rsa_key(ca), "issuer": authority_name(),
        "subject": pki.name(("C", "JP"), ("CN", "OCSP responder")), "serial": 77,
        "extensions": (*(usual if more is None else more), aki(rsa_key(ca).id)),
    }  # fmt: skip
    return Issued(**{**values, **changes})  # type: ignore[arg-type]


def identifier(*, hash_name: str = "sha1", name: bytes | None = None, key: bytes | None = None, serial: int = SERIAL) -> bytes:
    """A CertID, by default of `holder()` under `authority()`."""
    name_hash = digest(hash_name, authority_name()) if name is None else name
    key_hash = digest(hash_name, key_bits(parsed(authority()))) if key is None else key
    return seq(seq(oid(pki.HASH_OIDS[hash_name]), pki.NULL), octet_string(name_hash), octet_string(key_hash), integer(serial))


@dataclass(frozen=True)
class Response:
    """A good, fresh OCSP response with our nonce; replace what should be wrong."""

    id: bytes = b""
    status: bytes = GOOD
    this_update: datetime = NOW - 5 * MINUTE
    next_update: datetime | None = NOW + 10 * MINUTE
    produced_at: datetime = NOW - 5 * MINUTE
    nonce: bytes | None = NONCE
    responder: Issued | None = None
    certificates: tuple[bytes, ...] | None = None
    responder_id: bytes | None = None
    version: bytes = b""
    singles: tuple[bytes, ...] | None = None
    extensions: tuple[bytes, ...] = ()
    single_extensions: tuple[bytes, ...] = ()
    key: Key | None = None
    signature: Signature | None = None

    @cached_property
    def signer(self) -> Issued:
        return responder() if self.responder is None else self.responder

    @cached_property
    def single(self) -> bytes:
        return seq(
            self.id or identifier(),
            self.status,
            generalized(self.this_update),
            *([encode(0xA0, generalized(self.next_update))] if self.next_update else []),
            *([encode(0xA1, seq(*self.single_extensions))] if self.single_extensions else []),
        )

    @cached_property
    def der(self) -> bytes:
        signer = self.signer
        signature = self.signature or (self.key or signer.key).default()
        who = self.responder_id or encode(0xA2, octet_string(digest("sha1", key_bits(parsed(signer)))))
        nonce = [] if self.nonce is None else [extension(NONCE_OID, octet_string(self.nonce))]
        extensions = (*nonce, *self.extensions)
        tbs = seq(
            self.version,
            who,
            generalized(self.produced_at),
            seq(*((self.single,) if self.singles is None else self.singles)),
            *([encode(0xA1, seq(*extensions))] if extensions else []),
        )
        certificates = (signer.der,) if self.certificates is None else self.certificates
        body = seq(
            tbs, signature.identifier, bit_string(signature.sign(tbs)),
            *([encode(0xA0, seq(*certificates))] if certificates else []),
        )  # fmt: skip
        basic = seq(oid("1.3.6.1.5.5.7.48.1.1"), octet_string(body))
        return seq(encode(0x0A, b"\x00"), encode(0xA0, basic))


def response(**changes: object) -> bytes:
    return replace(Response(), **changes).der  # type: ignore[arg-type]


def refusal(status: int) -> bytes:
    return seq(encode(0x0A, bytes([status])))
