"""Chip Authentication version 1 (passport.md §9.1; Doc 9303-11 §6.2).

A fresh key of the terminal, the chip's static key from EF.DG14, new session keys. The agreement alone proves nothing:
the chip is proved by the first answer that is right under the new keys, so the next reads travel in the same batch and
the evidence keeps that exchange. It is worth what EF.DG14 is worth, which passive authentication decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from honnin.apdu import Batch, Command, Response
from honnin.apdu.chaining import chain
from honnin.apdu.secure_messaging import Channel
from honnin.core.clock import Random
from honnin.core.tlv import encode
from honnin.crypto import (
    KDF_ENC,
    KDF_MAC,
    Cipher,
    EcKey,
    derive,
    dh_public,
    dh_shared,
    ecdh,
    encode_integer,
    encode_point,
    public_key,
    random_scalar,
)
from honnin.facts import Proof
from honnin.trust.security_infos import ID_CA, ChipKey, SecurityInfos, oid_value

__all__ = ["Agreement", "ChipAuthentication", "choose_chip_authentication", "evidence", "in_parts", "prepare"]

_STRENGTH = {Cipher.AES256: 0, Cipher.AES192: 1, Cipher.AES128: 2, Cipher.TDES: 3}
PART = 223  # octets that fit, padded and protected, the 255 of a short command
_ARCS = {"DH": 1, "ECDH": 2}


@dataclass(frozen=True, slots=True)
class ChipAuthentication:
    """What to do: protocol, cipher of the new channel, the chip's key. `inferred`: DG14 names no protocol for the
    key.
    """

    oid: str
    cipher: Cipher
    key: ChipKey
    inferred: bool = False


def choose_chip_authentication(infos: SecurityInfos) -> ChipAuthentication | None:
    """The best pair of protocol and key, None when EF.DG14 offers none.

    Version 1 only. Pairs by key id where the ids are there; AES before triple DES. A key to which no entry belongs
    stands for triple DES (passport.md §9.1, seen in a French document).
    """
    pairs: list[ChipAuthentication] = []
    for info in infos.chip_authentication:
        if info.version != 1:
            continue
        keys = [key for key in infos.chip_keys if key.agreement == info.agreement]
        exact = [key for key in keys if key.key_id == info.key_id]
        loose = [key for key in keys if key.key_id is None or info.key_id is None]
        if exact or len(loose) == 1:
            pairs.append(ChipAuthentication(info.oid, info.cipher, (exact or loose)[0]))
    if not infos.chip_authentication:
        pairs += [
            ChipAuthentication(f"{ID_CA}.{_ARCS[key.agreement]}.1", Cipher.TDES, key, inferred=True)
            for key in infos.chip_keys
        ]
    return min(pairs, key=lambda each: (_STRENGTH[each.cipher], each.key.agreement == "DH"), default=None)


@dataclass(frozen=True, slots=True)
class Agreement:
    """One run, computed ahead: `batch` goes through the old channel, everything after it through `channel`.

    `fallback` is the other command sequence for triple DES chips that know only MSE:Set AT; empty where there is none.
    """

    choice: ChipAuthentication
    channel: Channel
    batch: Batch
    fallback: Batch
    private: int
    public: bytes


def prepare(choice: ChipAuthentication, random: Random) -> Agreement:
    """Make the terminal's key and compute the new session keys. Raises CryptoError when the chip's key is not
    usable.
    """
    key = choice.key.key
    if isinstance(key, EcKey):
        private = random_scalar(key.curve, random)
        public = encode_point(key.curve, public_key(key.curve, private))
        shared = ecdh(key.curve, private, key.point)
    else:
        private = random_scalar(key.group.q or key.group.p - 1, random)
        public = encode_integer(dh_public(key.group, key.group.g, private))
        shared = dh_shared(key.group, private, key.y)
    key_id = b"" if choice.key.key_id is None else encode(0x84, encode_integer(choice.key.key_id))
    long = len(public) > 200
    set_at = Command(0x00, 0x22, 0x41, 0xA4, encode(0x80, oid_value(choice.oid)) + key_id, note="chip")
    agree = Command(0x00, 0x86, 0x00, 0x00, encode(0x7C, encode(0x80, public)), le=256, extended=long, note="chip")
    batch: Batch = (set_at, agree)
    fallback: Batch = ()
    if choice.cipher is Cipher.TDES:
        set_kat = Command(0x00, 0x22, 0x41, 0xA6, encode(0x91, public) + key_id, extended=long, note="chip")
        batch, fallback = (set_kat,), batch
    cipher = choice.cipher
    channel = Channel(cipher, derive(cipher, shared, KDF_ENC), derive(cipher, shared, KDF_MAC))
    return Agreement(choice, channel, batch, fallback, private, public)


def in_parts(agreement: Agreement) -> Agreement:
    """The same run with its long commands chained, each part short enough to be protected in a short APDU."""

    def parts(batch: Batch) -> Batch:
        return tuple(part for each in batch for part in (chain(each, PART) if each.needs_extended else (each,)))

    return replace(agreement, batch=parts(agreement.batch), fallback=parts(agreement.fallback))


def evidence(agreement: Agreement, command: Command, response: Response) -> Proof:
    """Proof `passport.ca`: the first exchange under the new keys, as it went over the wire.

    Octets: `terminal_private` (big-endian, length of the group order or of p), `terminal_public` (as sent), `ssc` (the
    send counter before `command`: zeros, one cipher block; the command was protected with ssc + 1, the response with
    ssc + 2),
    `command` and `response` (whole APDUs). Facts: `oid`, `key_id` (decimal or empty), `agreement`, `inferred`.
    """
    key = agreement.choice.key
    length = key.key.curve.order_length if isinstance(key.key, EcKey) else key.key.group.length
    return Proof(
        "passport.ca",
        {
            "terminal_private": agreement.private.to_bytes(length, "big"),
            "terminal_public": agreement.public,
            "ssc": bytes(agreement.choice.cipher.block_length),
            "command": command.encode(),
            "response": response.encode(),
        },
        {
            "oid": agreement.choice.oid,
            "key_id": "" if key.key_id is None else str(key.key_id),
            "agreement": key.agreement,
            "inferred": "yes" if agreement.choice.inferred else "no",
        },
    )
