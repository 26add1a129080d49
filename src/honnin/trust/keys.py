"""Public keys from SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 3279, TR-03111; passport.md §10.3).

Elliptic curve keys of passports write their curve out. The numbers are compared with the curves we know, all of them:
an own generator would let anybody make a key pair for somebody else's public point. What differs is refused.
"""

from __future__ import annotations

from honnin.core.errors import DataError
from honnin.crypto import (
    CURVES_BY_ID,
    DH_GROUPS_BY_ID,
    CryptoError,
    Curve,
    DhGroup,
    EcKey,
    RsaKey,
    check_public,
    curve_by_name,
    curve_from_parameters,
    decode_point,
    dh_group_from_parameters,
)
from honnin.trust import der
from honnin.trust.algorithms import DhKey, PublicKey, parse_identifier
from honnin.trust.der import DerError, known_oid

__all__ = ["DhKey", "KeyFormatError", "PublicKey", "parse_public_key"]

MAX_SPKI = 8192

_RSA = known_oid("1.2.840.113549.1.1.1")
_RSA_PSS = known_oid("1.2.840.113549.1.1.10")
_EC = known_oid("1.2.840.10045.2.1")
_EC_DH = known_oid("1.3.132.1.12")
_DH_X942 = known_oid("1.2.840.10046.2.1")
_DH_PKCS3 = known_oid("1.2.840.113549.1.3.1")
_STANDARDIZED = known_oid("0.4.0.127.0.7.1.2")  # TR-03110-3 §A.2.1.1: the domain parameters of a number
_PRIME_FIELD = known_oid("1.2.840.10045.1.1")

_CURVES: dict[bytes, str] = {
    known_oid("1.2.840.10045.3.1.1"): "secp192r1",
    known_oid("1.3.132.0.33"): "secp224r1",
    known_oid("1.2.840.10045.3.1.7"): "secp256r1",
    known_oid("1.3.132.0.34"): "secp384r1",
    known_oid("1.3.132.0.35"): "secp521r1",
    known_oid("1.3.36.3.3.2.8.1.1.1"): "brainpoolP160r1",
    known_oid("1.3.36.3.3.2.8.1.1.3"): "brainpoolP192r1",
    known_oid("1.3.36.3.3.2.8.1.1.5"): "brainpoolP224r1",
    known_oid("1.3.36.3.3.2.8.1.1.7"): "brainpoolP256r1",
    known_oid("1.3.36.3.3.2.8.1.1.9"): "brainpoolP320r1",
    known_oid("1.3.36.3.3.2.8.1.1.11"): "brainpoolP384r1",
    known_oid("1.3.36.3.3.2.8.1.1.13"): "brainpoolP512r1",
}


class KeyFormatError(DataError):
    """The public key is malformed or of a kind we do not compute with. Code begins with `trust.key.`."""


def parse_public_key(spki_der: bytes) -> PublicKey:
    """From a whole SubjectPublicKeyInfo (at most 8192 octets).

    Raises DerError (not DER) or KeyFormatError: `trust.key.unsupported` (algorithm), `trust.key.curve` (parameters that
    are no known curve), `trust.key.point`, `trust.key.group`, `trust.key.rsa`.
    """
    start, stop = der.expect_all(spki_der, der.SEQUENCE, MAX_SPKI)
    return parse_spki(spki_der, start, stop)


def parse_spki(data: bytes, start: int, stop: int) -> PublicKey:
    """As `parse_public_key`, from the value of the SEQUENCE at these offsets."""
    first, last = der.expect(data, start, stop, der.SEQUENCE)
    bits_start, bits_stop = der.expect(data, last, stop, der.BIT_STRING)
    if bits_stop != stop or stop - start > MAX_SPKI:
        raise DerError("trust.der.trailing", "octets follow a public key, or it is too long")
    oid, parameters = parse_identifier(data, first, last)
    key = der.bit_string(data, bits_start, bits_stop)
    if oid in (_RSA, _RSA_PSS):
        return _parse_rsa(key)
    try:
        if oid in (_EC, _EC_DH):
            curve = _parse_curve(data, parameters)
            return EcKey(curve, decode_point(curve, key))
        if oid in (_DH_X942, _DH_PKCS3):
            return _parse_dh(data, parameters, key, q_at=2 if oid == _DH_X942 else None)
        if oid == _STANDARDIZED:
            return _parse_standardized(data, parameters, key)
    except CryptoError as error:
        raise _refused(error) from error
    raise KeyFormatError("trust.key.unsupported", "this kind of public key is not supported", der.oid_text(oid))


def _refused(error: CryptoError) -> KeyFormatError:
    code = {"crypto.curve.unknown": "curve", "crypto.curve.point": "point"}.get(error.code, "group")
    return KeyFormatError(f"trust.key.{code}", error.message)


def _parse_rsa(key: bytes) -> RsaKey:
    start, stop = der.expect_all(key, der.SEQUENCE, MAX_SPKI)
    n_start, n_stop = der.expect(key, start, stop, der.INTEGER)
    e_start, e_stop = der.expect(key, n_stop, stop, der.INTEGER)
    n = der.integer(key, n_start, n_stop)
    e = der.integer(key, e_start, e_stop)
    if e_stop != stop or n <= 0 or e <= 0:
        raise KeyFormatError("trust.key.rsa", "an RSA key must be two positive integers")
    return RsaKey(n, e)


def _parse_curve(data: bytes, parameters: tuple[int, int, int] | None) -> Curve:
    if parameters is None:
        raise KeyFormatError("trust.key.curve", "an elliptic curve key names no curve")
    tag, start, stop = parameters
    if tag == der.OID:
        name = _CURVES.get(data[start:stop])
        if name is None:
            raise KeyFormatError("trust.key.curve", "this curve is not supported", der.oid_text(data[start:stop]))
        return curve_by_name(name)
    if tag != der.SEQUENCE:
        raise KeyFormatError("trust.key.curve", "an elliptic curve key names no curve")
    return _parse_explicit(data, start, stop)


def _parse_explicit(data: bytes, start: int, stop: int) -> Curve:
    """ECParameters of X9.62: version, field, curve (seed ignored), base, order, cofactor (may be missing)."""
    nodes = der.children(data, start, stop, 7)
    tags = [node[0] for node in nodes]
    if tags[:5] != [der.INTEGER, der.SEQUENCE, der.SEQUENCE, der.OCTET_STRING, der.INTEGER] or not 1 <= (
        der.small_integer(data, nodes[0][2], nodes[0][3])
    ) <= 3:
        raise KeyFormatError("trust.key.curve", "the curve parameters are malformed")
    _, _, field_start, field_stop = nodes[1]
    oid, prime = parse_identifier(data, field_start, field_stop)
    curve = der.children(data, nodes[2][2], nodes[2][3], 3)
    base = data[nodes[3][2] : nodes[3][3]]
    if (
        oid != _PRIME_FIELD
        or prime is None
        or prime[0] != der.INTEGER
        or [node[0] for node in curve[:2]] != [der.OCTET_STRING, der.OCTET_STRING]
        or not base.startswith(b"\x04")
        or len(base) % 2 == 0
    ):
        raise KeyFormatError("trust.key.curve", "the curve parameters are malformed")
    half = len(base) // 2
    if tags[5:] not in ([], [der.INTEGER]):
        raise KeyFormatError("trust.key.curve", "the curve parameters are malformed")
    cofactor = der.integer(data, nodes[5][2], nodes[5][3]) if len(nodes) > 5 else None
    return curve_from_parameters(
        der.integer(data, prime[1], prime[2]),
        int.from_bytes(data[curve[0][2] : curve[0][3]], "big"),
        int.from_bytes(data[curve[1][2] : curve[1][3]], "big"),
        int.from_bytes(base[1 : 1 + half], "big"),
        int.from_bytes(base[1 + half :], "big"),
        der.integer(data, nodes[4][2], nodes[4][3]),
        cofactor,
    )


def _parse_dh(data: bytes, parameters: tuple[int, int, int] | None, key: bytes, q_at: int | None) -> DhKey:
    """X9.42 DomainParameters (p, g, q, …) or PKCS#3 DHParameter (p, g, length)."""
    if parameters is None or parameters[0] != der.SEQUENCE:
        raise KeyFormatError("trust.key.group", "a Diffie-Hellman key names no group")
    numbers: list[int] = []
    for tag, _, start, stop in der.children(data, parameters[1], parameters[2], 5):
        if tag != der.INTEGER:
            break
        numbers.append(der.integer(data, start, stop))
    if len(numbers) < 2 or (q_at is not None and len(numbers) <= q_at):
        raise KeyFormatError("trust.key.group", "the group parameters are malformed")
    q = None if q_at is None else numbers[q_at]
    return _dh_key(dh_group_from_parameters(numbers[0], numbers[1], q), key)


def _dh_key(group: DhGroup, key: bytes) -> DhKey:
    start, stop = der.expect_all(key, der.INTEGER, MAX_SPKI)
    return DhKey(group, check_public(group, der.integer(key, start, stop)))


def _parse_standardized(data: bytes, parameters: tuple[int, int, int] | None, key: bytes) -> PublicKey:
    if parameters is None or parameters[0] != der.INTEGER:
        raise KeyFormatError("trust.key.group", "a key names no domain parameters")
    number = der.integer(data, parameters[1], parameters[2])
    if number in CURVES_BY_ID:
        curve = CURVES_BY_ID[number]
        return EcKey(curve, decode_point(curve, key))
    if number in DH_GROUPS_BY_ID:
        return _dh_key(DH_GROUPS_BY_ID[number], key)
    raise KeyFormatError("trust.key.group", "these domain parameters are not known")
