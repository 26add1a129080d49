"""Active Authentication: does the chip hold the private key that belongs to EF.DG15?

Doc 9303-11 §6.1 and appendix F (passport.md §9.2). The answer to a challenge convinces anyone who trusts that the
challenge was fresh. Whether EF.DG15 itself is authentic is decided by passive authentication, not here.
"""

from __future__ import annotations

from collections.abc import Mapping

from honnin.checks.passport.data_groups import TAGS, unwrap
from honnin.core.errors import DataError
from honnin.crypto import EcKey, RsaKey, verify_ecdsa, verify_ecdsa_der, verify_iso9796_2
from honnin.facts import Proof
from honnin.trust.keys import parse_public_key
from honnin.trust.security_infos import SecurityInfos

CHALLENGE_LENGTH = 8
MAX_RESPONSE = 1024  # 8192 bits of RSA
_ALLOWED_HASHES = frozenset({"sha224", "sha256", "sha384", "sha512"})


def verify_active_authentication(
    proof: Proof, dg15: bytes, infos: SecurityInfos | None
) -> tuple[str, Mapping[str, str]]:
    """(reason, facts) for the proof `passport.aa`: octets `challenge` (8) and `response`.

    Reasons: `ok`, `wrong_answer`, `bad_proof` (octets missing or of a wrong length), `unusable_key` (EF.DG15 has no RSA
    or elliptic curve key that we know, or its hash is not allowed). `infos` is the *authentic* EF.DG14 or None; without
    an ActiveAuthenticationInfo the hash of an ECDSA answer is taken from the size of the curve, and facts say so.
    """
    challenge = proof.octets.get("challenge", b"")
    response = proof.octets.get("response", b"")
    if len(challenge) != CHALLENGE_LENGTH or len(response) > MAX_RESPONSE:
        return "bad_proof", {}
    try:
        key = parse_public_key(unwrap(dg15, TAGS[15]))
    except DataError as error:
        return "unusable_key", {"error": error.code}
    if isinstance(key, RsaKey):
        recovered = verify_iso9796_2(key.n, key.e, response, challenge)
        facts = {"algorithm": f"RSA-{key.n.bit_length()} ISO 9796-2", "hash": recovered.hash_name or "unknown"}
        if recovered.valid:
            return "ok", facts
        reason = "unusable_key" if recovered.reason in {"modulus", "exponent"} else "wrong_answer"
        return reason, facts | {"step": recovered.reason or ""}
    if isinstance(key, EcKey):
        return _verify_ecdsa(key, challenge, response, infos)
    return "unusable_key", {}


def _verify_ecdsa(
    key: EcKey, challenge: bytes, response: bytes, infos: SecurityInfos | None
) -> tuple[str, Mapping[str, str]]:
    """Plain r‖s of twice the length of the order; the DER form where the length fits no plain one."""
    listed = infos.active_authentication if infos is not None else ()
    hash_name = listed[0].hash_name if listed else _by_size(key.curve.n.bit_length())
    facts = {"algorithm": f"ECDSA {key.curve.name}", "hash": hash_name or "unknown"}
    if not listed:
        facts["tolerated"] = "hash taken from the size of the curve"
    if hash_name not in _ALLOWED_HASHES:
        return "unusable_key", facts
    half = key.curve.order_length
    if len(response) == 2 * half:
        r, s = int.from_bytes(response[:half], "big"), int.from_bytes(response[half:], "big")
        valid = verify_ecdsa(key, hash_name, challenge, r, s)
    else:
        facts["form"] = "DER"
        valid = verify_ecdsa_der(key, hash_name, challenge, response)
    return ("ok" if valid else "wrong_answer"), facts


def _by_size(bits: int) -> str:
    if bits <= 224:
        return "sha224"
    if bits <= 256:
        return "sha256"
    return "sha384" if bits <= 384 else "sha512"
