"""CMS SignedData version 3 for EF.SOD, EF.CardSecurity (sheet passport.md §10.1; RFC 5652 §5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from honnin.crypto import digest
from honnin_virtual import der
from honnin_virtual.keys import HASH_OIDS, Signer

__all__ = ["ID_CARD_SECURITY", "ID_LDS_SECURITY_OBJECT", "signed_data"]

ID_LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
ID_CARD_SECURITY = "0.4.0.127.0.7.3.2.1"
_ID_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"


def signed_data(
    content_type: str,
    content: bytes,
    signer: Signer,
    signer_id: bytes,
    *,
    certificates: Sequence[bytes] = (),
    digest_name: str = "",
    digest_null: bool = False,
    signed_at: datetime | None = None,
) -> bytes:
    """A ContentInfo with one SignerInfo and signed attributes.

    `signer_id`: the complete SignerIdentifier (IssuerAndSerialNumber, or [0] subjectKeyIdentifier). `digest_name` is
    the signer's hash when left out. `digest_null`: NULL parameters in the digest algorithms.
    """
    name = digest_name or signer.hash_name
    algorithm = der.seq(der.oid(HASH_OIDS[name]), *([der.NULL] if digest_null else []))
    attributes = [
        der.seq(der.oid(_CONTENT_TYPE), der.set_of(der.oid(content_type))),
        der.seq(der.oid(_MESSAGE_DIGEST), der.set_of(der.octets(digest(name, content)))),
    ]
    if signed_at is not None:
        attributes.append(der.seq(der.oid(_SIGNING_TIME), der.set_of(der.time(signed_at))))
    to_sign = der.set_of(*attributes)
    info = der.seq(
        der.integer(1 if signer_id[0] == 0x30 else 3),
        signer_id,
        algorithm,
        b"\xa0" + to_sign[1:],
        signer.algorithm,
        der.octets(signer.sign(to_sign)),
    )
    body = der.seq(
        der.integer(3),
        der.set_of(algorithm),
        der.seq(der.oid(content_type), der.context(0, der.octets(content))),
        *([der.context(0, b"".join(sorted(certificates)))] if certificates else []),
        der.set_of(info),
    )
    return der.seq(der.oid(_ID_SIGNED_DATA), der.context(0, body))
