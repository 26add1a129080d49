"""Basic Access Control (passport.md §6; Doc 9303-11 §4.3 and appendix D)."""

from __future__ import annotations

from honnin.apdu import Command, Dialogue, Response
from honnin.apdu.secure_messaging import Channel
from honnin.cards.passport.keys import MrzKey
from honnin.core.clock import Random
from honnin.core.errors import CallerError, CardError
from honnin.crypto import (
    KDF_ENC,
    KDF_MAC,
    Cipher,
    decrypt_cbc,
    derive,
    encrypt_cbc,
    equal,
    mac8_padded,
)

__all__ = ["GET_CHALLENGE", "open_bac"]

GET_CHALLENGE = Command(0x00, 0x84, 0x00, 0x00, le=8, note="access")
_WRONG_KEY = frozenset({0x6300, 0x6982, 0x6988, *range(0x63C0, 0x63D0)})
_IV = bytes(8)


def open_bac(key: MrzKey, random: Random, challenge: Response) -> Dialogue[Channel]:
    """Mutual authentication after GET CHALLENGE; `challenge` is its answer. Takes 8 + 16 octets from `random`.

    Raises CardError: `card.access.refused` (no challenge, or refused for another reason), `card.bac.wrong_key`,
    `card.bac.proof` (the chip does not know the key: not the chip that we speak to, or a faulty one).
    """
    if not challenge.ok or len(challenge.data) != 8:
        raise CardError("card.access.refused", "the chip gave no challenge", sw=challenge.sw)
    rnd_ic = challenge.data
    rnd_ifd, k_ifd = random(8), random(16)
    if (len(rnd_ifd), len(k_ifd)) != (8, 16):
        raise CallerError("crypto.random", "the random source does not work")
    seed = key.seed()
    k_enc, k_mac = derive(Cipher.TDES, seed, KDF_ENC), derive(Cipher.TDES, seed, KDF_MAC)

    e_ifd = encrypt_cbc(Cipher.TDES, k_enc, _IV, rnd_ifd + rnd_ic + k_ifd)
    data = e_ifd + mac8_padded(Cipher.TDES, k_mac, e_ifd)
    answers = yield (Command(0x00, 0x82, 0x00, 0x00, data, le=40, note="access"),)
    answer = answers[0]
    if not answer.ok:
        if answer.sw in _WRONG_KEY:
            raise CardError("card.bac.wrong_key", "the chip does not accept the machine readable zone", sw=answer.sw)
        raise CardError("card.access.refused", "the chip refused access", sw=answer.sw)
    if len(answer.data) != 40 or not equal(answer.data[32:], mac8_padded(Cipher.TDES, k_mac, answer.data[:32])):
        raise CardError("card.bac.proof", "the chip did not prove that it knows the key")
    opened = decrypt_cbc(Cipher.TDES, k_enc, _IV, answer.data[:32])
    if not equal(opened[:16], rnd_ic + rnd_ifd):
        raise CardError("card.bac.proof", "the chip answered to another challenge")
    session = bytes(ours ^ theirs for ours, theirs in zip(k_ifd, opened[16:], strict=True))
    return Channel(
        Cipher.TDES,
        derive(Cipher.TDES, session, KDF_ENC),
        derive(Cipher.TDES, session, KDF_MAC),
        int.from_bytes(rnd_ic[4:] + rnd_ifd[4:], "big"),
    )
