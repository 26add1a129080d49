"""X.509 certificates as the simulator writes them, octet for octet the same each time (RFC 5280 §4.1).

Why it exists: authorities of passports, licences and residence cards differ in names, keys and extensions, not in how
a certificate is put together. Names, keys and dates come from the document's own package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from honnin_virtual import der
from honnin_virtual.keys import EcPrivate, RsaPrivate, Signer, spki

__all__ = ["certificate", "extension", "key_id", "name"]

_ATTRIBUTES = {"C": "2.5.4.6", "O": "2.5.4.10", "OU": "2.5.4.11", "CN": "2.5.4.3"}


def name(*parts: tuple[str, str]) -> bytes:
    """A Name of single-valued parts in this order; country printable, the others UTF8String."""
    encoded = (
        der.seq(der.oid(_ATTRIBUTES[kind]), der.printable(text) if kind == "C" else der.utf8(text))
        for kind, text in parts
    )
    return der.seq(*map(der.set_of, encoded))


def key_id(key: EcPrivate | RsaPrivate, form: str = "explicit") -> bytes:
    """Key identifier: SHA-1 of the whole SubjectPublicKeyInfo, 20 octets. `form` of the curve as in `keys.spki`."""
    return hashlib.sha1(spki(key, form), usedforsecurity=False).digest()


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    """One Extension around the DER of its value."""
    return der.seq(der.oid(oid), *([der.TRUE] if critical else []), der.octets(value))


def certificate(  # noqa: PLR0917 - the order of TBSCertificate
    serial: int,
    issuer: bytes,
    subject: bytes,
    key: EcPrivate | RsaPrivate,
    validity: tuple[datetime, datetime],
    extensions: Iterable[bytes],
    signer: Signer,
    *,
    form: str = "explicit",
) -> bytes:
    """DER of a version 3 certificate. `form`: how the curve of an EC key is written, explicit or named."""
    begin, end = validity
    body = der.seq(
        der.context(0, der.integer(2)),
        der.integer(serial),
        signer.algorithm,
        issuer,
        der.seq(der.time(begin), der.time(end)),
        subject,
        spki(key, form),
        der.context(3, der.seq(*extensions)),
    )
    return der.seq(body, signer.algorithm, der.bits(signer.sign(body)))
