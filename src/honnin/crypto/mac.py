"""Message authentication codes of the card protocols.

Retail MAC (ISO/IEC 9797-1 algorithm 3 with DES) and CMAC (NIST SP 800-38B with AES), and the two ways Doc 9303 applies
them: secure messaging pads first (§9.8.6.2, sheet passport.md §7); PACE tokens pad for DES only (§4.4.3.4, sheet §8.6).
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.cmac import CMAC

from honnin.crypto.cipher import Cipher, encrypt_cbc, pad
from honnin.crypto.errors import CryptoError

__all__ = ["cmac", "equal", "mac8_padded", "retail_mac", "token_mac"]

_MAC_LENGTH = 8
_RETAIL_KEY_LENGTH = 16
_AES_KEY_LENGTHS = (16, 24, 32)


def retail_mac(key16: bytes, padded_data: bytes) -> bytes:
    """ISO/IEC 9797-1 MAC algorithm 3, DES, IV zero; 8 octets. The caller has padded ``padded_data``.

    ``key16`` is K1‖K2. Raises ``crypto.mac.key`` (not 16 octets) or ``crypto.mac.length`` (empty or not aligned to 8).
    """
    if len(key16) != _RETAIL_KEY_LENGTH:
        raise CryptoError("crypto.mac.key", "a retail MAC key has 16 octets")
    if not padded_data or len(padded_data) % 8:
        raise CryptoError("crypto.mac.length", "the data is not a whole number of blocks")
    chain = encrypt_cbc(Cipher.TDES, key16[:8], bytes(8), padded_data[:-8])[-8:] or bytes(8)
    # E(K1, D(K2, E(K1, x))) of the last step is two-key triple DES.
    return encrypt_cbc(Cipher.TDES, key16, chain, padded_data[-8:])


def cmac(key: bytes, data: bytes) -> bytes:
    """AES-CMAC over ``data`` of any length; all 16 octets. Keys of 16, 24 or 32 octets, else ``crypto.mac.key``."""
    if len(key) not in _AES_KEY_LENGTHS:
        raise CryptoError("crypto.mac.key", "wrong key length for AES")
    context = CMAC(algorithms.AES(key))
    context.update(data)
    return context.finalize()


def mac8_padded(cipher: Cipher, key: bytes, data: bytes) -> bytes:
    """The 8-octet MAC of secure messaging: padding method 2, then retail MAC or the first 8 octets of the CMAC.

    ``data`` is SSC ‖ padded header ‖ data objects. Raises ``crypto.mac.key``.
    """
    padded = pad(data, cipher.block_length)
    if cipher is Cipher.TDES:
        return retail_mac(key, padded)
    return _cmac_of(cipher, key, padded)[:_MAC_LENGTH]


def token_mac(cipher: Cipher, key: bytes, data: bytes) -> bytes:
    """The 8-octet authentication token of PACE over the ``7F49`` object; only triple DES pads.

    Raises ``crypto.mac.key``.
    """
    if cipher is Cipher.TDES:
        return retail_mac(key, pad(data, cipher.block_length))
    return _cmac_of(cipher, key, data)[:_MAC_LENGTH]


def equal(a: bytes, b: bytes) -> bool:
    """Compare without leaking by time where they differ; lengths are not secret."""
    return hmac.compare_digest(a, b)


def _cmac_of(cipher: Cipher, key: bytes, data: bytes) -> bytes:
    if len(key) != cipher.key_length:
        raise CryptoError("crypto.mac.key", "wrong key length for this cipher")
    return cmac(key, data)
