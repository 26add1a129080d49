"""Signature and digest algorithms by their AlgorithmIdentifier, and the one place that checks signatures.

passport.md §10.3; RFC 8017, RFC 4055, RFC 5758, X9.62. Parameters that are NULL where the standards say "absent" (and
the reverse) are accepted: Japan's CSCA certificates have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from honnin.crypto import HASH_LENGTHS, DhGroup, EcKey, RsaKey, verify_ecdsa_der, verify_rsa_pkcs1v15, verify_rsa_pss
from honnin.trust import der
from honnin.trust.der import DerError, known_oid

Scheme = Literal["rsa_pkcs1v15", "rsa_pss", "ecdsa", "forbidden", "unsupported"]
Verdict = Literal["ok", "bad_signature", "unsupported_algorithm", "forbidden_algorithm", "key_mismatch"]

WEAK_HASHES = frozenset({"sha1"})
FORBIDDEN_HASHES = frozenset({"md2", "md4", "md5"})


@dataclass(frozen=True, slots=True)
class DhKey:
    """A finite-field Diffie-Hellman public key (Chip Authentication)."""

    group: DhGroup
    y: int


PublicKey = RsaKey | EcKey | DhKey


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """How something was signed. `hash_name` is None when the digest algorithm of the CMS signer says it."""

    oid: str
    name: str  # "sha256WithRSAEncryption", "RSASSA-PSS", "ecdsa-with-SHA256" …; the OID when unknown
    scheme: Scheme
    hash_name: str | None = None
    mgf_hash_name: str | None = None
    salt_length: int | None = None

    @property
    def weak(self) -> bool:
        """Whether it hashes with SHA-1."""
        return self.hash_name in WEAK_HASHES

    @property
    def facts(self) -> Mapping[str, str]:
        """For the detail of a finding."""
        facts = {"signature_algorithm": self.name}
        if self.hash_name:
            facts["signature_hash"] = self.hash_name
        if self.scheme == "rsa_pss":
            facts |= {"mgf_hash": self.mgf_hash_name or "", "salt_length": str(self.salt_length)}
        return facts


_DIGESTS: dict[bytes, str] = {
    known_oid("1.3.14.3.2.26"): "sha1",
    known_oid("2.16.840.1.101.3.4.2.1"): "sha256",
    known_oid("2.16.840.1.101.3.4.2.2"): "sha384",
    known_oid("2.16.840.1.101.3.4.2.3"): "sha512",
    known_oid("2.16.840.1.101.3.4.2.4"): "sha224",
    known_oid("1.2.840.113549.2.2"): "md2",
    known_oid("1.2.840.113549.2.4"): "md4",
    known_oid("1.2.840.113549.2.5"): "md5",
}


def _table() -> dict[bytes, SignatureAlgorithm]:
    rows: list[tuple[str, str, Scheme, str | None]] = [
        ("1.2.840.113549.1.1.1", "rsaEncryption", "rsa_pkcs1v15", None),
        ("1.2.840.113549.1.1.2", "md2WithRSAEncryption", "forbidden", "md2"),
        ("1.2.840.113549.1.1.4", "md5WithRSAEncryption", "forbidden", "md5"),
        ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption", "rsa_pkcs1v15", "sha1"),
        ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption", "rsa_pkcs1v15", "sha256"),
        ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption", "rsa_pkcs1v15", "sha384"),
        ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption", "rsa_pkcs1v15", "sha512"),
        ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption", "rsa_pkcs1v15", "sha224"),
        ("1.2.840.10045.4.1", "ecdsa-with-SHA1", "ecdsa", "sha1"),
        ("1.2.840.10045.4.2", "ecdsa-with-Recommended", "ecdsa", None),
        ("1.2.840.10045.4.3", "ecdsa-with-Specified", "ecdsa", None),
        ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224", "ecdsa", "sha224"),
        ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256", "ecdsa", "sha256"),
        ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384", "ecdsa", "sha384"),
        ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512", "ecdsa", "sha512"),
        ("1.2.840.10040.4.3", "dsa-with-sha1", "unsupported", "sha1"),
        ("2.16.840.1.101.3.4.3.1", "dsa-with-sha224", "unsupported", "sha224"),
        ("2.16.840.1.101.3.4.3.2", "dsa-with-sha256", "unsupported", "sha256"),
    ]
    return {known_oid(oid): SignatureAlgorithm(oid, name, scheme, hash_name) for oid, name, scheme, hash_name in rows}


_SIGNATURES = _table()
_PSS = known_oid("1.2.840.113549.1.1.10")
_MGF1 = known_oid("1.2.840.113549.1.1.8")
_SPECIFIED = known_oid("1.2.840.10045.4.3")


def parse_identifier(data: bytes, start: int, stop: int) -> tuple[bytes, tuple[int, int, int] | None]:
    """(OID content octets, (tag, start, end) of the parameters or None) of an AlgorithmIdentifier's value."""
    first, last = der.expect(data, start, stop, der.OID)
    if last == stop:
        return data[first:last], None
    tag, value, end = der.read(data, last, stop)
    if end != stop:
        raise DerError("trust.der.trailing", "an algorithm has more than its parameters")
    return data[first:last], (tag, value, end)


def parse_digest_algorithm(data: bytes, start: int, stop: int) -> str:
    """The hash name ("sha256" …; "md5" too), or the dotted OID when it is none we know. Parameters: absent or NULL."""
    oid, parameters = parse_identifier(data, start, stop)
    if parameters is not None and (parameters[0] != der.NULL or parameters[1] != parameters[2]):
        raise DerError("trust.der.unexpected", "a digest algorithm has parameters")
    name = _DIGESTS.get(oid)
    return der.oid_text(oid) if name is None else name


def parse_signature_algorithm(data: bytes, start: int, stop: int) -> SignatureAlgorithm:
    """From the value of an AlgorithmIdentifier. One that we cannot compute has the scheme "unsupported"."""
    oid, parameters = parse_identifier(data, start, stop)
    if oid == _PSS:
        return _parse_pss(data, parameters)
    known = _SIGNATURES.get(oid)
    if known is None:
        text = der.oid_text(oid)
        return SignatureAlgorithm(text, text, "unsupported")
    if parameters is None or (parameters[0] == der.NULL and parameters[1] == parameters[2]):
        return known
    if oid == _SPECIFIED and parameters[0] == der.SEQUENCE:
        hash_name = parse_digest_algorithm(data, parameters[1], parameters[2])
        return SignatureAlgorithm(known.oid, known.name, "ecdsa", hash_name)
    return SignatureAlgorithm(known.oid, known.name, "unsupported", known.hash_name)


def _parse_pss(data: bytes, parameters: tuple[int, int, int] | None) -> SignatureAlgorithm:
    """RSASSA-PSS-params with its defaults: SHA-1, MGF1 with SHA-1, 20, trailer 1 (RFC 4055 §3.1)."""
    hash_name, mgf_hash_name, salt_length, trailer = "sha1", "sha1", 20, 1
    if parameters is not None and parameters[0] == der.SEQUENCE:
        last = 0x9F
        for tag, _, start, stop in der.children(data, parameters[1], parameters[2], 4):
            if tag <= last:
                raise DerError("trust.der.unexpected", "the parameters of a signature are out of order")
            last = tag
            inner, value, end = der.read(data, start, stop)
            if end != stop or inner != (der.SEQUENCE if tag <= 0xA1 else der.INTEGER):
                raise DerError("trust.der.unexpected", "the parameters of a signature are malformed")
            if tag == 0xA0:
                hash_name = parse_digest_algorithm(data, value, end)
            elif tag == 0xA1:
                mgf_hash_name = _parse_mgf(data, value, end)
            elif tag == 0xA2:
                salt_length = der.small_integer(data, value, end)
            elif tag == 0xA3:
                trailer = der.small_integer(data, value, end)
            else:
                raise DerError("trust.der.unexpected", "the parameters of a signature are malformed")
    elif parameters is not None and (parameters[0] != der.NULL or parameters[1] != parameters[2]):
        raise DerError("trust.der.unexpected", "the parameters of a signature are malformed")
    scheme: Scheme = "rsa_pss" if trailer == 1 and salt_length >= 0 else "unsupported"
    return SignatureAlgorithm("1.2.840.113549.1.1.10", "RSASSA-PSS", scheme, hash_name, mgf_hash_name, salt_length)


def _parse_mgf(data: bytes, start: int, stop: int) -> str:
    oid, parameters = parse_identifier(data, start, stop)
    if oid != _MGF1 or parameters is None or parameters[0] != der.SEQUENCE:
        return der.oid_text(oid)
    return parse_digest_algorithm(data, parameters[1], parameters[2])


def verify(
    algorithm: SignatureAlgorithm,
    key: PublicKey,
    message: bytes,
    signature: bytes,
    digest: str | None = None,
    *,
    prehashed: bool = False,
) -> Verdict:
    """Whether the signature fits. `digest` stands in when the algorithm names no hash (rsaEncryption …). With
    `prehashed` the message is its digest already.

    Never raises: what cannot be computed is "unsupported_algorithm", MD2, MD4 and MD5 are "forbidden_algorithm".
    """
    hash_name = algorithm.hash_name or digest
    if algorithm.scheme == "forbidden" or hash_name in FORBIDDEN_HASHES or algorithm.mgf_hash_name in FORBIDDEN_HASHES:
        return "forbidden_algorithm"
    if algorithm.scheme == "unsupported" or hash_name is None or hash_name not in HASH_LENGTHS:
        return "unsupported_algorithm"
    if algorithm.scheme == "ecdsa":
        if not isinstance(key, EcKey):
            return "key_mismatch"
        valid = verify_ecdsa_der(key, hash_name, message, signature, prehashed=prehashed)
    elif not isinstance(key, RsaKey):
        return "key_mismatch"
    elif algorithm.scheme == "rsa_pkcs1v15":
        valid = verify_rsa_pkcs1v15(key, hash_name, message, signature, prehashed=prehashed)
    else:
        mgf = algorithm.mgf_hash_name
        if mgf is None or mgf not in HASH_LENGTHS or algorithm.salt_length is None:
            return "unsupported_algorithm"
        salt_length = algorithm.salt_length
        valid = verify_rsa_pss(key, hash_name, mgf, salt_length, message, signature, prehashed=prehashed)
    return "ok" if valid else "bad_signature"


def key_facts(key: PublicKey) -> str:
    """"RSA-2048", "brainpoolP384r1", "DH-2048": for the detail of a finding."""
    if isinstance(key, RsaKey):
        return f"RSA-{key.n.bit_length()}"
    return key.curve.name if isinstance(key, EcKey) else f"DH-{key.group.p.bit_length()}"


def weak_key(key: PublicKey) -> bool:
    """RSA below 2048 bits or with an exponent below 65537, groups below 2048, curves below 224 bits."""
    if isinstance(key, RsaKey):
        return key.n.bit_length() < 2048 or key.e < 65537
    return key.curve.n.bit_length() < 224 if isinstance(key, EcKey) else key.group.p.bit_length() < 2048
