"""Block ciphers of the card protocols: two-key triple DES and AES, in CBC and ECB mode, with padding method 2.

Why it exists: the chip standards use plain CBC with an explicit IV and separate MACs, and they still use triple DES.
The library keeps triple DES in a "decrepit" module and accepts only 24-octet keys; both facts stay inside this file.

Doc 9303-11 §9.8.4 to §9.8.6 (sheet passport.md §7), ISO/IEC 9797-1 padding method 2.
"""

from __future__ import annotations

from enum import StrEnum

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher as _Engine
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from honnin.crypto.errors import CryptoError

__all__ = ["Cipher", "decrypt_cbc", "encrypt_cbc", "encrypt_ecb", "pad", "unpad"]


class Cipher(StrEnum):
    """A block cipher with a fixed key length. The values are stable and may be stored."""

    TDES = "3des"
    AES128 = "aes128"
    AES192 = "aes192"
    AES256 = "aes256"

    @property
    def key_length(self) -> int:
        """Octets of a derived key: 16 (two-key triple DES), 16, 24, 32."""
        return _KEY_LENGTHS[self]

    @property
    def block_length(self) -> int:
        """Octets of one block: 8 for triple DES, 16 for AES."""
        return 8 if self is Cipher.TDES else 16


_KEY_LENGTHS = {Cipher.TDES: 16, Cipher.AES128: 16, Cipher.AES192: 24, Cipher.AES256: 32}


def encrypt_cbc(cipher: Cipher, key: bytes, iv: bytes, data: bytes) -> bytes:
    """CBC encryption without padding; the result is as long as ``data``.

    ``iv`` is one block, ``data`` a whole number of blocks (none is allowed). Triple DES takes 8, 16 or 24 octets of key
    (single DES, K1‖K2‖K1, three keys); AES exactly ``cipher.key_length``.
    Raises ``crypto.cipher.key``, ``crypto.cipher.iv`` or ``crypto.cipher.length``.
    """
    engine = _engine(cipher, key, _iv_mode(cipher, iv))
    _check_aligned(cipher, data)
    context = engine.encryptor()
    return context.update(data) + context.finalize()


def decrypt_cbc(cipher: Cipher, key: bytes, iv: bytes, data: bytes) -> bytes:
    """CBC decryption without removing a padding; shapes and errors as :func:`encrypt_cbc`."""
    engine = _engine(cipher, key, _iv_mode(cipher, iv))
    _check_aligned(cipher, data)
    context = engine.decryptor()
    return context.update(data) + context.finalize()


def encrypt_ecb(cipher: Cipher, key: bytes, block: bytes) -> bytes:
    """Encryption of exactly one block, e.g. IV = E(KS_Enc, SSC) of Doc 9303-11 §9.8.6.1.

    Raises ``crypto.cipher.key`` or ``crypto.cipher.length``.
    """
    if len(block) != cipher.block_length:
        raise CryptoError("crypto.cipher.length", "exactly one block is required")
    context = _engine(cipher, key, modes.ECB()).encryptor()  # noqa: S305 - one block, no mode of operation in play
    return context.update(block) + context.finalize()


def pad(data: bytes, block_length: int) -> bytes:
    """ISO/IEC 9797-1 padding method 2: append ``80``, then ``00`` up to the next multiple of ``block_length``."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block_length)


def unpad(data: bytes) -> bytes:
    """Remove padding method 2; raises ``crypto.padding`` when no ``80 00…00`` ends the data.

    Call it only after the MAC was found right: the error is an oracle otherwise.
    """
    body = data.rstrip(b"\x00")
    if not body.endswith(b"\x80"):
        raise CryptoError("crypto.padding", "the padding is wrong")
    return body[:-1]


def _iv_mode(cipher: Cipher, iv: bytes) -> modes.CBC:
    if len(iv) != cipher.block_length:
        raise CryptoError("crypto.cipher.iv", "the IV must be one block")
    return modes.CBC(iv)


def _check_aligned(cipher: Cipher, data: bytes) -> None:
    if len(data) % cipher.block_length:
        raise CryptoError("crypto.cipher.length", "the data is not a whole number of blocks")


def _engine(cipher: Cipher, key: bytes, mode: modes.CBC | modes.ECB) -> _Engine[modes.CBC | modes.ECB]:
    if cipher is Cipher.TDES:
        if len(key) == 8:
            key = key * 3
        elif len(key) == 16:
            key = key + key[:8]
        elif len(key) != 24:
            raise CryptoError("crypto.cipher.key", "wrong key length for triple DES")
        return _Engine(TripleDES(key), mode)
    if len(key) != cipher.key_length:
        raise CryptoError("crypto.cipher.key", "wrong key length for AES")
    return _Engine(algorithms.AES(key), mode)
