"""マイナ免許証: the licence application on the card (drivers-licence.md §15, §17.7, §19).

Two-octet tags 01 00 … 01 0D are the sheet's derivation and not seen on a card; values of categories and flags are a
choice of the simulator. The signature covers the whole content of WEF02 (candidate M1 of §15.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from honnin_virtual.mynumber.files import Application, Reference, Transparent
from honnin_virtual.mynumber.keys import shipped_key
from honnin_virtual.mynumber.personas import LicenceRecord, Persona, era
from honnin_virtual.mynumber.signing import sign_record
from honnin_virtual.mynumber.tlv import tlv

__all__ = ["INSTANCE_AID", "licence_application", "licence_signer", "wef02"]

INSTANCE_AID = bytes.fromhex("A0000002310600000000000000000000")
_NO_PIN = b"****"  # DPIN of a card without a PIN (§15.3)
_MAX_PHOTO = 2000
_ISSUER = "C=JP,O=HONNIN SIMULATOR,OU=NOT A REAL POLICE,CN=SIMULATED PSC CA"
_SUBJECT = "C=JP,O=HONNIN SIMULATOR,OU=NOT A REAL POLICE,CN=SIMULATED LICENCE SIGNER"
_SERIAL = 7000000000000012
_SIGNER, _STRANGER = "mynumber-licence-signer", "mynumber-licence-foreign"  # in the key store


@dataclass(frozen=True, slots=True)
class _Keyed:
    name: str

    @property
    def key(self) -> RSAPrivateKey:
        return shipped_key(self.name)

    @property
    def key_id(self) -> bytes:
        """SHA-256 of the SubjectPublicKeyInfo (§19: a choice of the simulator)."""
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return sha256(spki).digest()


def _jis(text: str) -> bytes:
    """JIS X 0208, two octets a character, without escape sequences (§13)."""
    return text.encode("euc_jp").translate(bytes(octet & 0x7F for octet in range(256)))


def _day(day: date) -> bytes:
    """Era digit and YYMMDD in JIS X 0201 (§5.2)."""
    number, year = era(day)
    return f"{number}{year:02d}{day:%m%d}".encode("ascii")


def wef02(record: LicenceRecord, persona: Persona, photo: bytes) -> bytes:
    """The 70 fields in their order, the empty ones with length 0; after tag FF come two-octet tags (§15.4)."""
    values: dict[int, bytes] = {}
    number = f"99{persona.birth:%y}{persona.keys:07d}0".encode("ascii")
    if record.history:
        values |= {0xC2: _day(date(2025, 3, 24)), 0xC3: b"\x01", 0xE8: number}
    if record.licence:
        values |= {
            0xC4: _jis("優良"),
            0xC5: _day(date(2030, persona.birth.month, persona.birth.day) + timedelta(days=30)),
            0xC6: _jis("眼鏡等"),
            0xC7: _jis("準中型で運転できる準中型車は準中型車（５ｔ）に限る"),
            0xE7: number,
        }
    if record.licence or record.history:
        values |= {
            0xD7: _jis("これは模擬の免許情報です"),
            0xE9: _day(date(2004, 6, 1)),
            0xEA: _day(date(2006, 7, 3)),
            0xEB: b"0000000",
            **dict.fromkeys(range(0xEC, 0xFB), b"\x00"),
            0xED: b"\x01",
            0xF2: b"\x01",
            0xFA: b"\x01",
        }
    if record.licence:
        values[0x107] = photo[:_MAX_PHOTO]
    tags = (*range(0xC2, 0x100), *range(0x100, 0x108))
    return b"".join(tlv(tag, values.get(tag, b"")) for tag in tags)


def _wef03(content: bytes, signer: _Keyed) -> bytes:
    """Signature, serial, RFU, issuer, subject, key id (§15.5)."""
    fields = (
        sign_record(signer.key, content),
        f"{_SERIAL:016d}".encode("ascii"),
        b"\xff" * 48,
        _ISSUER.encode("ascii"),
        _SUBJECT.encode("ascii"),
        signer.key_id,
    )
    return b"".join(tlv(tag, value) for tag, value in enumerate(fields, 0x108))


def licence_application(
    record: LicenceRecord,
    persona: Persona,
    photo: bytes,
    *,
    tampered: bool = False,
    foreign: bool = False,
    tries: int = 10,
) -> Application:
    """The application as SELECT of the instance AID finds it. `tampered`: an expiry date later than the signed one."""
    signed = wef02(record, persona, photo)
    shown = signed
    if tampered and record.licence:
        expiry = signed.index(b"\xc5\x07") + 2
        shown = signed[: expiry + 1] + b"99" + signed[expiry + 3 :]
    pin = _NO_PIN if record.pin is None else record.pin.encode("ascii")
    opened_by = frozenset({0x06})
    return Application(
        "LICENCE",
        INSTANCE_AID,
        {
            0x0006: Reference(pin, 10, tries, only_length=4),
            0x001A: Transparent(bytes([0xC1, 0x01, record.pin is not None])),
            0x001B: Transparent(shown, opened_by),
            0x001C: Transparent(_wef03(signed, _Keyed(_STRANGER if foreign else _SIGNER)), opened_by),
        },
    )


@cache
def licence_signer() -> bytes:
    """Self-signed certificate (DER) of the simulated licence signer; its key identifier is what WEF03 names."""
    signer = _Keyed(_SIGNER)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "HONNIN SIMULATOR"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "NOT A REAL POLICE"),
            x509.NameAttribute(NameOID.COMMON_NAME, "SIMULATED LICENCE SIGNER"),
        ]
    )
    start, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2044, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, signer.key.public_key(), _SERIAL, start, end).add_extension(
        x509.SubjectKeyIdentifier(signer.key_id), critical=False
    )
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)
