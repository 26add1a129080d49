"""Chip Authentication and PACE-CAM: does the chip hold the private key behind a key that its issuer signed?

Both are computed again from what the terminal kept: its own one-time private key and the octets that went over the
wire. They convince only who trusts that terminal. Doc 9303-11 §6.2, §4.4.3.5 (passport.md §9.1, §8.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from honnin.core import tlv
from honnin.core.errors import DataError, HonninError
from honnin.crypto import (
    KDF_MAC,
    Cipher,
    CryptoError,
    EcKey,
    decode_point,
    derive,
    dh_shared,
    ecdh,
    equal,
    mac8_padded,
    multiply,
)
from honnin.facts import Proof
from honnin.trust.security_infos import ID_CA, ChipKey, SecurityInfos

MAX_RESPONSE = 66_000
MAX_PRIVATE = 1024
_INFERRED = {f"{ID_CA}.1.1": ("DH", Cipher.TDES), f"{ID_CA}.2.1": ("ECDH", Cipher.TDES)}


@dataclass(frozen=True, slots=True)
class _Protocol:
    oid: str
    cipher: Cipher
    key: ChipKey


def verify_chip_authentication(proof: Proof, infos: SecurityInfos) -> tuple[str, Mapping[str, str]]:
    """(reason, facts) for the proof `passport.ca` against the authentic EF.DG14.

    Octets: `terminal_private`, `ssc` (the send counter before the command; zero, since the channel is new), `response`
    (whole APDU). Facts: `oid`, `key_id` (decimal or empty). The response must carry the MAC that only who knows the
    shared secret can make, over ssc + 2, its data and its status word (Doc 9303-11 §9.8.6).

    Reasons: `ok`, `wrong_answer`, `bad_proof` (octets missing, counter not zero, no secured response, an aborted
    channel), `unusable_key` (the protocol or key that was used is not in EF.DG14).
    """
    protocol = _protocol(proof, infos)
    if protocol is None:
        return "unusable_key", {}
    facts = {"oid": protocol.oid, "cipher": protocol.cipher.value, "agreement": protocol.key.agreement}
    private, ssc = proof.octets.get("terminal_private", b""), proof.octets.get("ssc", b"")
    block = protocol.cipher.block_length
    if not private or len(private) > MAX_PRIVATE or ssc != bytes(block):
        return "bad_proof", facts
    secured = _secured(proof.octets.get("response", b""))
    if secured is None:
        return "bad_proof", facts
    covered, mac = secured
    try:
        shared = _shared(protocol.key, int.from_bytes(private, "big"))
        ks_mac = derive(protocol.cipher, shared, KDF_MAC)
    except CryptoError as error:
        return "bad_proof", facts | {"error": error.code}
    expected = mac8_padded(protocol.cipher, ks_mac, (2).to_bytes(block, "big") + covered)
    return ("ok" if equal(expected, mac) else "wrong_answer"), facts


def _protocol(proof: Proof, infos: SecurityInfos) -> _Protocol | None:
    """What was run, if EF.DG14 offers it: by OID and key id; triple DES where it names no protocol (France)."""
    oid = proof.facts.get("oid", "")
    key_id = proof.facts.get("key_id", "")
    info = next((each for each in infos.chip_authentication if each.oid == oid and each.version == 1), None)
    if info is not None:
        agreement, cipher = info.agreement, info.cipher
    elif not infos.chip_authentication and oid in _INFERRED:
        agreement, cipher = _INFERRED[oid]
    else:
        return None
    keys = [each for each in infos.chip_keys if each.agreement == agreement]
    named = [each for each in keys if key_id == ("" if each.key_id is None else str(each.key_id))]
    return _Protocol(oid, cipher, named[0]) if len(named) == 1 else None


def _shared(key: ChipKey, private: int) -> bytes:
    """The x coordinate, or g^xy at the length of p. Raises CryptoError."""
    if isinstance(key.key, EcKey):
        return ecdh(key.key.curve, private, key.key.point)
    return dh_shared(key.key.group, private, key.key.y)


def _secured(response: bytes) -> tuple[bytes, bytes] | None:
    """(what the MAC covers, MAC) of a secured response APDU `[85|87] 99 8E SW`; None when it is none.

    The status word inside must be the one outside: a channel that the chip has left answers with a bare one.
    """
    if not 2 < len(response) <= MAX_RESPONSE:
        return None
    try:
        items = tlv.parse_all(response[:-2], count=4)
    except tlv.TlvError:
        return None
    tags = [item.tag for item in items]
    if tags not in ([0x99, 0x8E], [0x87, 0x99, 0x8E], [0x85, 0x99, 0x8E]):
        return None
    status, mac = items[-2].value, items[-1].value
    if status != response[-2:] or len(mac) != 8:
        return None
    return b"".join(item.raw for item in items[:-1]), mac


def verify_pace_cam(proof: Proof, infos: SecurityInfos) -> tuple[str, Mapping[str, str]]:
    """(reason, facts) for the proof `passport.pace_cam` against the SecurityInfos of a *verified* EF.CardSecurity.

    Octets: `mapping_public` (the chip's mapping key, `04‖x‖y`), `ca_ic`. Fact: `parameter_id`, which is also the id of
    the key. Holds when CA_IC · PK_IC is the mapping key: who made the mapping key knew the chip's private key.

    Reasons: `ok`, `wrong_answer` (CA_IC missing or wrong), `bad_proof`, `unusable_key` (no such key in the file).
    """
    parameter = proof.facts.get("parameter_id", "")
    keys = [each.key for each in infos.chip_keys if each.key_id is not None and str(each.key_id) == parameter]
    if len(keys) != 1 or not isinstance(keys[0], EcKey):
        return "unusable_key", {"parameter_id": parameter}
    key = keys[0]
    facts = {"parameter_id": parameter, "curve": key.curve.name}
    ca_ic = proof.octets.get("ca_ic", b"")
    if not 0 < len(ca_ic) <= key.curve.order_length:
        return "wrong_answer", facts
    scalar = int.from_bytes(ca_ic, "big")
    if not 0 < scalar < key.curve.n:
        return "wrong_answer", facts
    try:
        mapping = decode_point(key.curve, proof.octets.get("mapping_public", b""))
    except (CryptoError, DataError):
        return "bad_proof", facts
    try:
        return ("ok" if multiply(key.curve, scalar, key.point) == mapping else "wrong_answer"), facts
    except HonninError as error:
        return "wrong_answer", facts | {"error": error.code}
