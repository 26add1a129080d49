"""A time-stamping authority of the simulator, whose tokens nobody can take for real ones (RFC 3161, RFC 5816).

Its names say SIMULATOR, its policy lies under the OIDs for examples (2.999), and its private keys are known to all.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from honnin.core import tlv
from honnin_virtual import der
from honnin_virtual.keys import HASH_OIDS, EcPrivate, Signer, ec_key
from honnin_virtual.x509 import certificate, extension, key_id, name

__all__ = ["POLICY", "TimestampAuthority", "TimestampFault"]

POLICY = "2.999.3161.1"
_ID_SIGNED_DATA = "1.2.840.113549.1.7.2"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
_END = datetime(2049, 12, 31, tzinfo=UTC)
_EXPIRED = datetime(2021, 1, 1, tzinfo=UTC)


class TimestampFault(StrEnum):
    """What the authority can do wrong on purpose."""

    NONE = "none"
    REFUSES = "refuses"
    OTHER_IMPRINT = "other_imprint"
    OTHER_POLICY = "other_policy"
    OTHER_NONCE = "other_nonce"
    EXPIRED = "expired"  # its certificate ran out before
    OTHER_SIGNER = "other_signer"  # another key than the certificate's
    OTHER_AUTHORITY = "other_authority"  # right in itself, but under another root
    WRONG_PURPOSE = "wrong_purpose"
    UNNAMED_SIGNER = "unnamed_signer"  # the signed attribute names another certificate


@dataclass(frozen=True, slots=True)
class TimestampAuthority:
    """Answers requests. `fault` is what it does wrong."""

    fault: TimestampFault = TimestampFault.NONE

    @property
    def root(self) -> bytes:
        """The certificate of its authority, DER. It is the trusted one also when the fault is OTHER_AUTHORITY."""
        return _root("timestamp/root")

    @property
    def signer_certificate(self) -> bytes:
        """The certificate that its tokens name, DER."""
        purpose = "1.3.6.1.5.5.7.3.3" if self.fault is TimestampFault.WRONG_PURPOSE else "1.3.6.1.5.5.7.3.8"
        root = _key(self._root_label)
        return certificate(
            2, _name("Root", self._root_label), _name("Signer", self._root_label), _key("timestamp/signer"),
            (_BEGIN, _EXPIRED if self.fault is TimestampFault.EXPIRED else _END),
            [
                extension("2.5.29.19", der.seq(), critical=True),
                extension("2.5.29.15", der.bits(b"\x80", 7), critical=True),
                extension("2.5.29.37", der.seq(der.oid(purpose)), critical=True),
                extension("2.5.29.14", der.octets(key_id(_key("timestamp/signer"), "named"))),
                extension("2.5.29.35", der.seq(der.context_primitive(0, key_id(root, "named")))),
            ],
            Signer(root, "ecdsa", "sha256"), form="named",
        )  # fmt: skip

    def respond(self, request: bytes, at: datetime, *, serial: int = 1) -> bytes:
        """TimeStampResp (DER) to a TimeStampReq (DER). Raises TlvError for octets that are none."""
        if self.fault is TimestampFault.REFUSES:
            return der.seq(der.seq(der.integer(2)))
        _, imprint, *rest = tlv.parse_single(request).children()
        nonce = next((each.raw for each in rest if each.tag == 0x02), b"")
        policy = next((each.raw for each in rest if each.tag == 0x06), der.oid(POLICY))
        message_imprint = imprint.raw
        if self.fault is TimestampFault.OTHER_IMPRINT:
            message_imprint = message_imprint[:-1] + bytes([message_imprint[-1] ^ 1])
        if self.fault is TimestampFault.OTHER_POLICY:
            policy = der.oid("2.999.3161.2")
        if self.fault is TimestampFault.OTHER_NONCE:
            nonce = der.integer(1)
        info = der.seq(
            der.integer(1), policy, message_imprint, der.integer(serial), der.generalized_time(at),
            der.seq(der.integer(1)), nonce,
        )  # fmt: skip
        return der.seq(der.seq(der.integer(0)), self._token(info))

    @property
    def _root_label(self) -> str:
        return "timestamp/other" if self.fault is TimestampFault.OTHER_AUTHORITY else "timestamp/root"

    def _token(self, info: bytes) -> bytes:
        own = self.signer_certificate
        label = "timestamp/stranger" if self.fault is TimestampFault.OTHER_SIGNER else "timestamp/signer"
        signer = Signer(_key(label), "ecdsa", "sha256")
        named = self.root if self.fault is TimestampFault.UNNAMED_SIGNER else own
        signing_certificate = der.seq(der.seq(der.seq(der.octets(hashlib.sha256(named).digest()))))
        algorithm = der.seq(der.oid(HASH_OIDS["sha256"]))
        to_sign = der.set_of(
            der.seq(der.oid(_CONTENT_TYPE), der.set_of(der.oid(_TST_INFO))),
            der.seq(der.oid(_MESSAGE_DIGEST), der.set_of(der.octets(hashlib.sha256(info).digest()))),
            der.seq(der.oid(_SIGNING_CERTIFICATE_V2), der.set_of(signing_certificate)),
        )
        signer_info = der.seq(
            der.integer(1), der.seq(_name("Root", self._root_label), der.integer(2)), algorithm, b"\xa0" + to_sign[1:],
            signer.algorithm, der.octets(signer.sign(to_sign)),
        )  # fmt: skip
        body = der.seq(
            der.integer(3), der.set_of(algorithm),
            der.seq(der.oid(_TST_INFO), der.context(0, der.octets(info))),
            der.context(0, own), der.set_of(signer_info),
        )  # fmt: skip
        return der.seq(der.oid(_ID_SIGNED_DATA), der.context(0, body))


def _key(label: str) -> EcPrivate:
    return ec_key(label, "P-256")


def _name(role: str, label: str) -> bytes:
    whose = "not a real time" if label == "timestamp/root" else "of somebody else"
    return name(("C", "JP"), ("O", "HONNIN SIMULATOR"), ("CN", f"SIMULATOR time-stamps, {whose}, {role}"))


def _root(label: str) -> bytes:
    key = _key(label)
    return certificate(
        1, _name("Root", label), _name("Root", label), key, (_BEGIN, _END),
        [
            extension("2.5.29.19", der.seq(der.TRUE), critical=True),
            extension("2.5.29.15", der.bits(b"\x06", 1), critical=True),
            extension("2.5.29.14", der.octets(key_id(key, "named"))),
        ],
        Signer(key, "ecdsa", "sha256"), form="named",
    )  # fmt: skip
