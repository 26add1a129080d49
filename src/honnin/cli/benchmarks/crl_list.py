"""Makes a revocation list as large as wanted, quickly and in one pass: its length is known before its entries are."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID

from honnin.core.tlv import encode, encode_length

_AT_ONCE = 100_000
_REASON = bytes.fromhex("300c300a0603551d1504030a01")
_SHA256_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
_NOW = datetime(2026, 11, 25, tzinfo=UTC)


def make_list(folder: Path, entries: int) -> None:
    """Write `list.crl`, `ca.cer` (DER) and `listed.txt` (some listed serial numbers in hexadecimal).

    Serial numbers are random, of 8 octets and every 16th of 9; every second entry has a reason.
    """
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "XA"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Fictional State"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Benchmark"),
        ]
    )
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, _NOW, _NOW + timedelta(days=365))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    (folder / "ca.cer").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
    plain, long = 27, sum(each % 16 == 0 for each in range(entries))
    length = plain * entries + long + (len(_REASON) + 1) * (entries // 2)
    fields = (
        encode(0x02, b"\x01")
        + _SHA256_RSA
        + name.public_bytes()
        + encode(0x17, b"261101000000Z")
        + encode(0x17, b"270101000000Z")
        + b"\x30"
        + encode_length(length)
    )
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()).public_bytes()
    number = encode(
        0xA0, encode(0x30, _extension("0603551d23", identifier) + _extension("0603551d14", b"\x02\x01\x07"))
    )
    tbs_header = b"\x30" + encode_length(len(fields) + length + len(number))
    tail = _SHA256_RSA + encode(0x03, bytes(257))
    whole = len(tbs_header) + len(fields) + length + len(number) + len(tail)
    digest = hashes.Hash(hashes.SHA256())
    chance = random.Random(1)  # noqa: S311  # a measurement
    listed: list[bytes] = []
    with (folder / "list.crl").open("wb") as file:
        file.write(b"\x30" + encode_length(whole))

        def put(octets: bytes) -> None:
            file.write(octets)
            digest.update(octets)

        put(tbs_header + fields)
        for start in range(0, entries, _AT_ONCE):
            rows = [_entry(each, chance) for each in range(start, min(start + _AT_ONCE, entries))]
            listed += rows[:: max(1, len(rows) // 200)]
            put(b"".join(rows))
        put(number)
        file.write(_SHA256_RSA)
        signature = key.sign(digest.finalize(), padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        file.write(encode(0x03, b"\0" + signature))
    (folder / "listed.txt").write_text("\n".join(each[4 : 4 + each[3]].hex() for each in listed))


def _extension(oid: str, value: bytes) -> bytes:
    return encode(0x30, bytes.fromhex(oid) + encode(0x04, value))


def _entry(number: int, chance: random.Random) -> bytes:
    value = chance.getrandbits(63)
    serial = (value | 1 << 63).to_bytes(9, "big") if number % 16 == 0 else (value | 1 << 56).to_bytes(8, "big")
    day = 1 + number % 28
    body = bytes([2, len(serial)]) + serial + b"\x17\x0d2605%02d%06dZ" % (day, 120000 + number % 60)
    if number % 2:
        body += _REASON + bytes([number % 7])
    return bytes([0x30, len(body)]) + body
