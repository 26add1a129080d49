"""The mapping functions of PACE: from a nonce to a one-time generator.

Generic mapping (GM; also used by PACE-CAM) and integrated mapping (IM), each for elliptic curves and for finite fields.
Doc 9303-11 §4.4.3.3 and §9.5, worked examples in its appendices G, H and I; sheet passport.md §8.4.
"""

from __future__ import annotations

from honnin.crypto.cipher import Cipher, encrypt_cbc
from honnin.crypto.curves import Curve, Point, add, check_point, is_on_curve, multiply
from honnin.crypto.dh import DhGroup
from honnin.crypto.errors import CryptoError

__all__ = ["map_gm_dh", "map_gm_ecdh", "map_im_dh", "map_im_ecdh", "pseudo_random"]

# Doc 9303-11 §4.4.3.3.2: constants of the pseudo-random function for l = 128 and l = 256.
_C0_128 = bytes.fromhex("a668892a7c41e3ca739f40b057d85904")
_C1_128 = bytes.fromhex("a4e136ac725f738b01c1f60217c188ad")
_C0_256 = bytes.fromhex("d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676")
_C1_256 = bytes.fromhex("54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517")


def map_gm_ecdh(curve: Curve, s: bytes, h: Point) -> Point:
    """s·G + H with ``s`` the decrypted nonce (any length, taken mod n) and H the *point* shared by the first exchange.

    Raises ``crypto.curve.point``, or ``crypto.curve.infinity`` when the chip's key forces a useless generator.
    """
    scalar = int.from_bytes(s, "big") % curve.n
    if scalar == 0:
        check_point(curve, h)
        return h
    return add(curve, multiply(curve, scalar, curve.generator), h)


def map_gm_dh(group: DhGroup, s: bytes, h: int) -> int:
    """g^s · h mod p with ``h`` the shared value of the first exchange.

    Raises ``crypto.pace.mapping`` when h or the result is trivial.
    """
    if not 1 < h < group.p - 1:
        raise _unusable()
    return _nontrivial(group, pow(group.g, int.from_bytes(s, "big"), group.p) * h % group.p)


def map_im_ecdh(curve: Curve, cipher: Cipher, s: bytes, t: bytes) -> Point:
    """The integrated mapping of nonces ``s`` (chip) and ``t`` (terminal), lengths as :func:`pseudo_random`.

    Raises ``crypto.pace.curve`` when p is not 3 mod 4 (P-224), and ``crypto.pace.mapping`` for the handful of field
    elements on which the map is undefined (they occur with negligible probability).
    """
    if curve.p % 4 != 3:
        raise CryptoError("crypto.pace.curve", "integrated mapping does not work on this curve")
    return _encode_to_curve(curve, pseudo_random(cipher, s, t, curve.p))


def map_im_dh(group: DhGroup, cipher: Cipher, s: bytes, t: bytes) -> int:
    """R(s,t)^((p-1)/q) mod p. Raises ``crypto.pace.mapping`` when that is 0 or 1, or the subgroup order is unknown."""
    if not group.q:
        raise _unusable()
    return _nontrivial(group, pow(pseudo_random(cipher, s, t, group.p), (group.p - 1) // group.q, group.p))


def pseudo_random(cipher: Cipher, s: bytes, t: bytes, p: int) -> int:
    """R(s,t) mod p: the pseudo-random function of integrated mapping.

    ``s`` has 16 octets (3DES, AES-128) or 32 (AES-192, AES-256); ``t`` has ``cipher.key_length`` octets.
    Raises ``crypto.pace.nonce`` for other lengths.
    """
    c0, c1 = (_C0_256, _C1_256) if cipher in (Cipher.AES192, Cipher.AES256) else (_C0_128, _C1_128)
    if len(s) != len(c0) or len(t) != cipher.key_length:
        raise CryptoError("crypto.pace.nonce", "the nonce has the wrong length")
    iv = bytes(cipher.block_length)
    key = encrypt_cbc(cipher, t, iv, s)[: cipher.key_length]
    output = b""
    while 8 * len(output) < p.bit_length() + 64:
        output += encrypt_cbc(cipher, key, iv, c1)
        key = encrypt_cbc(cipher, key, iv, c0)[: cipher.key_length]
    return int.from_bytes(output, "big") % p


def _encode_to_curve(curve: Curve, t: int) -> Point:
    """The point encoding of Doc 9303-11 appendix B (simplified SWU); cofactor 1, so no last multiplication."""
    p, a, b = curve.p, curve.a, curve.b
    alpha = -t * t % p
    denominator = (alpha + alpha * alpha) % p
    if denominator == 0:
        raise _unusable()
    x2 = -b * pow(a, -1, p) * (1 + pow(denominator, -1, p)) % p
    x3 = alpha * x2 % p
    h2 = ((x2 * x2 + a) * x2 + b) % p
    u = t * t * t * h2 % p
    root = pow(h2, p - 1 - (p + 1) // 4, p)
    point = Point(x2, root * h2 % p) if root * root * h2 % p == 1 else Point(x3, root * u % p)
    if not is_on_curve(curve, point):
        raise _unusable()
    return point


def _nontrivial(group: DhGroup, generator: int) -> int:
    if not 1 < generator < group.p - 1:
        raise _unusable()
    return generator


def _unusable() -> CryptoError:
    return CryptoError("crypto.pace.mapping", "the mapping gave no usable generator")
