"""Elliptic curves of the card protocols: points, multiplication, key agreement.

Why it exists: the library offers key agreement (x only) and signatures on some curves, but no point arithmetic, and it
refuses curves written out as parameters. PACE needs ``s·G + H`` as a point and most passport keys carry explicit
parameters (Doc 9303-11 §4.4 and table 12, TR-03111; sheet passport.md §8.2 to §8.4).

Where OpenSSL has the curve it does the scalar work: x(kP) and x((k+1)P) come from ECDH and y follows from the addition
law. Elsewhere (P-192, brainpool 160, 192, 224, 320) pure Python does it in Jacobian coordinates. **That path, and every
integer operation here, is not constant time.** The terminal uses one-time keys only, which bounds the harm; never use
this module with a long-lived private key where others can measure.

All curves here have prime order and cofactor 1, so "on the curve and not infinity" is full validation. The point at
infinity has no representation: an operation that would return it raises ``crypto.curve.infinity``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from honnin.crypto.errors import CryptoError
from honnin.crypto.standard_curves import (
    CURVES_BY_ID,
    CURVES_BY_NAME,
    Curve,
    Point,
    curve_by_name,
    curve_from_parameters,
)

__all__ = [
    "CURVES_BY_ID",
    "Curve",
    "Point",
    "add",
    "curve_by_name",
    "curve_from_parameters",
    "decode_point",
    "ecdh",
    "encode_point",
    "multiply",
    "public_key",
    "public_key_on",
    "random_scalar",
]


def encode_point(curve: Curve, point: Point) -> bytes:
    """``04 ‖ x ‖ y``, 1 + 2·field_length octets. Raises ``crypto.curve.point`` when the point is not on the curve."""
    check_point(curve, point)
    length = curve.field_length
    return b"\x04" + point.x.to_bytes(length, "big") + point.y.to_bytes(length, "big")


def decode_point(curve: Curve, data: bytes) -> Point:
    """Read ``04 ‖ x ‖ y`` of exactly the right length and check that it is on the curve.

    Compressed, hybrid and infinity encodings are refused: Doc 9303-11 allows none of them (sheet §8.3).
    Raises ``crypto.curve.point``.
    """
    length = curve.field_length
    if len(data) != 1 + 2 * length or data[0] != 4:
        raise CryptoError("crypto.curve.point", "this is not an uncompressed point of this curve")
    point = Point(int.from_bytes(data[1 : 1 + length], "big"), int.from_bytes(data[1 + length :], "big"))
    check_point(curve, point)
    return point


def is_on_curve(curve: Curve, point: Point) -> bool:
    """Whether both coordinates are reduced and satisfy the equation."""
    x, y = point.x, point.y
    return 0 <= x < curve.p and 0 <= y < curve.p and (y * y - (x * x + curve.a) * x - curve.b) % curve.p == 0


def check_point(curve: Curve, point: Point) -> None:
    """Raise ``crypto.curve.point`` unless :func:`is_on_curve`."""
    if not is_on_curve(curve, point):
        raise CryptoError("crypto.curve.point", "the point is not on the curve")


def add(curve: Curve, p: Point, q: Point) -> Point:
    """P + Q, doubling included. Raises ``crypto.curve.point``; P + (−P) raises ``crypto.curve.infinity``."""
    check_point(curve, p)
    check_point(curve, q)
    if p.x == q.x:
        if (p.y + q.y) % curve.p == 0:
            raise _infinity()
        slope = (3 * p.x * p.x + curve.a) * pow(2 * p.y, -1, curve.p)
    else:
        slope = (q.y - p.y) * pow(q.x - p.x, -1, curve.p)
    x = (slope * slope - p.x - q.x) % curve.p
    return Point(x, (slope * (p.x - x) - p.y) % curve.p)


def multiply(curve: Curve, k: int, point: Point) -> Point:
    """k·P for any integer k (taken mod n). Raises ``crypto.curve.point``; k ≡ 0 raises ``crypto.curve.infinity``."""
    check_point(curve, point)
    k %= curve.n
    if k == 0:
        raise _infinity()
    if k == 1:
        return point
    if k == curve.n - 1:
        return Point(point.x, -point.y % curve.p)
    engine = openssl_curve(curve)
    if engine is None:
        return multiply_pure(curve, k, point)
    if point == curve.generator:
        numbers = ec.derive_private_key(k, engine).public_key().public_numbers()
        return Point(numbers.x, numbers.y)
    peer = ec.EllipticCurvePublicNumbers(point.x, point.y, engine).public_key()
    x1 = _exchange(engine, k, peer)
    x2 = _exchange(engine, k + 1, peer)
    # (k+1)P = kP + P gives x2 = ((y1-y)/(x1-x))² - x1 - x; with y1² from the curve equation this is linear in y1.
    # k is neither 0, 1 nor -1, so x1 != x and no point at infinity is involved; y = 0 would have order 2.
    p = curve.p
    square = ((x1 * x1 + curve.a) * x1 + curve.b) % p
    difference = x1 - point.x
    y1 = (square + point.y * point.y - (x2 + x1 + point.x) * difference * difference) * pow(2 * point.y, -1, p) % p
    result = Point(x1, y1)
    check_point(curve, result)  # catches a faulty engine
    return result


def public_key(curve: Curve, private: int) -> Point:
    """private·G. Raises ``crypto.curve.private`` unless 1 <= private < n."""
    return public_key_on(curve, curve.generator, private)


def public_key_on(curve: Curve, generator: Point, private: int) -> Point:
    """private·generator, as PACE computes its second key pair on the mapped generator.

    Raises ``crypto.curve.private`` unless 1 <= private < n, ``crypto.curve.point`` when the generator is off the curve.
    """
    _check_private(curve, private)
    return multiply(curve, private, generator)


def ecdh(curve: Curve, private: int, peer: Point) -> bytes:
    """x(private·peer) as exactly field_length octets, leading zeros kept (Doc 9303-11 §9.6, sheet §5).

    Does not depend on the generator. Raises ``crypto.curve.private`` or ``crypto.curve.point``.
    """
    _check_private(curve, private)
    check_point(curve, peer)
    engine = openssl_curve(curve)
    if engine is None:
        x = multiply_pure(curve, private, peer).x
    else:
        x = _exchange(engine, private, ec.EllipticCurvePublicNumbers(peer.x, peer.y, engine).public_key())
    return x.to_bytes(curve.field_length, "big")


def random_scalar(curve_or_order: Curve | int, random: Callable[[int], bytes]) -> int:
    """A uniform integer in [1, n-1] by rejection.

    ``random(length)`` returns that many octets, e.g. ``secrets.token_bytes``. Raises ``crypto.random`` when the source
    is broken (wrong length, or out of range 256 times in a row) and ``crypto.curve.order`` for an order below 2.
    """
    order = curve_or_order.n if isinstance(curve_or_order, Curve) else curve_or_order
    if order < 2:
        raise CryptoError("crypto.curve.order", "the order is too small")
    bits = order.bit_length()
    length = (bits + 7) // 8
    for _ in range(256):
        data = random(length)
        if len(data) != length:
            break
        candidate = int.from_bytes(data, "big") >> (8 * length - bits)
        if 1 <= candidate < order:
            return candidate
    raise CryptoError("crypto.random", "the random source does not work")


@lru_cache(maxsize=64)
def openssl_curve(curve: Curve) -> ec.EllipticCurve | None:
    """The library's object for this curve if the linked OpenSSL can compute on it, else ``None``."""
    engine = _OPENSSL_CURVES.get(curve.name)
    if engine is None or CURVES_BY_NAME.get(curve.name) != curve:
        return None
    try:
        numbers = ec.derive_private_key(1, engine).public_key().public_numbers()
    except (UnsupportedAlgorithm, ValueError):
        return None
    return engine if (numbers.x, numbers.y) == (curve.gx, curve.gy) else None


def multiply_pure(curve: Curve, k: int, point: Point) -> Point:
    """k·P without OpenSSL; same contract as :func:`multiply`."""
    check_point(curve, point)
    return _affine(curve, _jacobian_multiply(curve, k % curve.n, point))


def multiply_add_pure(curve: Curve, k: int, p: Point, m: int, q: Point) -> Point:
    """k·P + m·Q without OpenSSL, either scalar may be zero; for ECDSA on curves that OpenSSL lacks."""
    check_point(curve, p)
    check_point(curve, q)
    left = _jacobian_multiply(curve, k % curve.n, p)
    return _affine(curve, _jacobian_add(curve, left, _jacobian_multiply(curve, m % curve.n, q)))


# --- Jacobian coordinates: (X, Y, Z) stands for (X/Z², Y/Z³); Z = 0 is infinity. Textbook formulas for any a.

_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)


def _affine(curve: Curve, point: _Jacobian) -> Point:
    x, y, z = point
    if z == 0:
        raise _infinity()
    inverse = pow(z, -1, curve.p)
    square = inverse * inverse % curve.p
    return Point(x * square % curve.p, y * square * inverse % curve.p)


def _jacobian_double(curve: Curve, point: _Jacobian) -> _Jacobian:
    x, y, z = point
    p = curve.p
    if z == 0 or y == 0:
        return _INFINITY
    y2 = y * y % p
    s = 4 * x * y2 % p
    z2 = z * z % p
    m = (3 * x * x + curve.a * z2 * z2) % p
    x3 = (m * m - 2 * s) % p
    return x3, (m * (s - x3) - 8 * y2 * y2) % p, 2 * y * z % p


def _jacobian_add(curve: Curve, left: _Jacobian, right: _Jacobian) -> _Jacobian:
    x1, y1, z1 = left
    x2, y2, z2 = right
    if z1 == 0:
        return right
    if z2 == 0:
        return left
    p = curve.p
    z1s, z2s = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * z2s % p, x2 * z1s % p
    s1, s2 = y1 * z2 * z2s % p, y2 * z1 * z1s % p
    h, r = (u2 - u1) % p, (s2 - s1) % p
    if h == 0:
        return _jacobian_double(curve, left) if r == 0 else _INFINITY
    h2 = h * h % p
    h3 = h * h2 % p
    v = u1 * h2 % p
    x3 = (r * r - h3 - 2 * v) % p
    return x3, (r * (v - x3) - s1 * h3) % p, h * z1 * z2 % p


def _jacobian_multiply(curve: Curve, k: int, point: Point) -> _Jacobian:
    """Left to right, four bits at a time."""
    one: _Jacobian = (point.x, point.y, 1)
    table = [_INFINITY, one]
    for _ in range(14):
        table.append(_jacobian_add(curve, table[-1], one))
    result = _INFINITY
    for shift in range((k.bit_length() + 3) // 4 * 4 - 4, -1, -4):
        for _ in range(4):
            result = _jacobian_double(curve, result)
        result = _jacobian_add(curve, result, table[k >> shift & 15])
    return result


def _exchange(engine: ec.EllipticCurve, private: int, peer: ec.EllipticCurvePublicKey) -> int:
    return int.from_bytes(ec.derive_private_key(private, engine).exchange(ec.ECDH(), peer), "big")


def _check_private(curve: Curve, private: int) -> None:
    if not 1 <= private < curve.n:
        raise CryptoError("crypto.curve.private", "the private key is out of range")


def _infinity() -> CryptoError:
    return CryptoError("crypto.curve.infinity", "the result is the point at infinity")


_OPENSSL_CURVES: dict[str, ec.EllipticCurve] = {
    "secp224r1": ec.SECP224R1(),
    "secp256r1": ec.SECP256R1(),
    "secp384r1": ec.SECP384R1(),
    "secp521r1": ec.SECP521R1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "brainpoolP384r1": ec.BrainpoolP384R1(),
    "brainpoolP512r1": ec.BrainpoolP512R1(),
}
