"""An individual number for the calling system, readable with its private key only: JWE in compact form (RFC 7516).

Key management `RSA-OAEP-256` (RFC 7518 §4.3, keys of 2048 to 8192 bits) or `ECDH-ES` with X25519 (RFC 7518 §4.6,
RFC 8037 §3.2); content `A256GCM`. The payload is JSON: `individual_number`, `number_id`, `purpose`, `tenant`,
`delivered_at` (seconds since 1970). Whoever carries the text learns none of it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from honnin.core.clock import Random
from honnin.core.errors import CallerError
from honnin.records.number_vault import NumberEntry, OpenedNumber

MAX_KEY = 8192  # octets of PEM
_RSA_BITS = range(2048, 8193)
_KEY = 32
_IV = 12
_TAG = 16


def deliver_number(
    opened: OpenedNumber, entry: NumberEntry, recipient_pem: bytes, *, at: datetime, random: Random
) -> str:
    """The JWE for the holder of the private key to `recipient_pem` (SubjectPublicKeyInfo, RSA or X25519).

    Append `opened.event` (open it with `delivered=True`) before this leaves. Raises CallerError `number.recipient`.
    """
    recipient = load_recipient(recipient_pem)
    payload = {
        "individual_number": opened.number.reveal(),
        "number_id": entry.number_id,
        "purpose": entry.purpose.value,
        "tenant": entry.tenant,
        "delivered_at": int(at.timestamp()),
    }
    header: dict[str, Any] = {"enc": "A256GCM", "typ": "honnin-number+jwe"}
    if isinstance(recipient, RSAPublicKey):
        header["alg"] = "RSA-OAEP-256"
        key = random(_KEY)
        oaep = padding.OAEP(mgf=padding.MGF1(algorithm=SHA256()), algorithm=SHA256(), label=None)
        encrypted_key = recipient.encrypt(key, oaep)
    else:
        ephemeral = X25519PrivateKey.from_private_bytes(random(_KEY))
        header["alg"] = "ECDH-ES"
        x = ephemeral.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        header["epk"] = {"kty": "OKP", "crv": "X25519", "x": _text(x)}
        key, encrypted_key = _agree(ephemeral, recipient), b""
    protected = _text(_json(header))
    iv = random(_IV)
    sealed = AESGCM(key).encrypt(iv, _json(payload), protected.encode())
    return ".".join((protected, _text(encrypted_key), _text(iv), _text(sealed[:-_TAG]), _text(sealed[-_TAG:])))


def load_recipient(pem: bytes) -> RSAPublicKey | X25519PublicKey:
    """The recipient's public key. Raises CallerError `number.recipient` for anything but X25519 and RSA of 2048 to 8192
    bits.
    """
    if len(pem) > MAX_KEY:
        raise _unusable("size")
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(type(error).__name__) from None
    if isinstance(key, X25519PublicKey) or (isinstance(key, RSAPublicKey) and key.key_size in _RSA_BITS):
        return key
    raise _unusable("kind")


def key_fingerprint(pem: bytes) -> str:
    """SHA-256 over the SubjectPublicKeyInfo (DER), 64 hex digits. Raises CallerError `number.recipient`."""
    der = load_recipient(pem).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _agree(ephemeral: X25519PrivateKey, recipient: X25519PublicKey) -> bytes:
    """RFC 7518 §4.6.2: Concat KDF over the shared secret, with the name of the content encryption as algorithm id."""
    try:
        shared = ephemeral.exchange(recipient)
    except ValueError:  # a point of small order
        raise _unusable("point") from None
    name = b"A256GCM"
    info = len(name).to_bytes(4, "big") + name + bytes(4) + bytes(4) + (_KEY * 8).to_bytes(4, "big")
    return ConcatKDFHash(algorithm=SHA256(), length=_KEY, otherinfo=info).derive(shared)


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _unusable(why: str) -> CallerError:
    return CallerError("number.recipient", "the public key of the recipient cannot be used", why)
