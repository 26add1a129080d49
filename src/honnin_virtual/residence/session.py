"""Mutual authentication with the card number, and encryption of what is read (residence-card.md §3.2–§3.4, §6.3).

First generation: 3DES with two keys and Retail MAC; second: AES-128 and the first 8 octets of a CMAC. Key, flow and
formulas are the same. Secure messaging encrypts only: no MAC, no counter, IV always zero.
"""

from __future__ import annotations

from hashlib import sha1

from honnin.crypto import Cipher, CryptoError, cmac, decrypt_cbc, encrypt_cbc, equal, pad, retail_mac, unpad

__all__ = ["NUMBER_LENGTH", "Suite"]

NUMBER_LENGTH = 12
_CRYPTOGRAM, _MAC = 32, 8


class Suite:
    """The cryptography of one generation with one card number. `cipher`: TDES or AES128."""

    def __init__(self, cipher: Cipher, number: str) -> None:
        self.cipher = cipher
        self.number = number.encode("ascii")
        self.key = sha1(self.number, usedforsecurity=False).digest()[:16]  # K_enc and K_mac are the same

    def mac(self, data: bytes) -> bytes:
        """8 octets. Retail MAC pads although the data is whole blocks; CMAC does not."""
        if self.cipher is Cipher.TDES:
            return retail_mac(self.key, pad(data, 8))
        return cmac(self.key, data)[:8]

    def answer(self, message: bytes, rnd_icc: bytes, k_icc: bytes) -> tuple[bytes, bytes] | None:
        """E_IFD ‖ M_IFD (40 octets) → (E_ICC ‖ M_ICC, KS_enc), or None when the terminal has another number."""
        cryptogram, mac = message[:_CRYPTOGRAM], message[_CRYPTOGRAM:]
        plain = decrypt_cbc(self.cipher, self.key, self._iv, cryptogram)
        rnd_ifd, rnd_back, k_ifd = plain[:8], plain[8:16], plain[16:]
        if not equal(self.mac(cryptogram), mac) or not equal(rnd_back, rnd_icc):
            return None
        own = encrypt_cbc(self.cipher, self.key, self._iv, rnd_icc + rnd_ifd + k_icc)
        seed = bytes(a ^ b for a, b in zip(k_ifd, k_icc, strict=True))
        session_key = sha1(seed + b"\x00\x00\x00\x01", usedforsecurity=False).digest()[:16]
        return own + self.mac(own), session_key

    def encrypt(self, session_key: bytes, data: bytes) -> bytes:
        """Padding 80 00…, one CBC message with zero IV."""
        return encrypt_cbc(self.cipher, session_key, self._iv, pad(data, self.cipher.block_length))

    def decrypt(self, session_key: bytes, data: bytes) -> bytes | None:
        """The reverse; None when the length or the padding is wrong."""
        try:
            return unpad(decrypt_cbc(self.cipher, session_key, self._iv, data))
        except CryptoError:
            return None

    @property
    def _iv(self) -> bytes:
        return bytes(self.cipher.block_length)
