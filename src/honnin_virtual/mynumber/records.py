"""Contents of the files of the two card data applications (sheet §5, §6, §7.3), signed by the municipality's keys."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from honnin_virtual.mynumber.cv import key_id, public_key_object
from honnin_virtual.mynumber.signing import sign_digests, sign_record
from honnin_virtual.mynumber.tlv import padded, tlv, with_offsets

__all__ = ["FaceItems", "TextItems", "face_files", "signed_digests", "text_files"]

_FACE_SIZE = 8192  # physical sizes not in the sheet: a choice of the simulator
_TEXT_SIZE = 512
_NUMBER_IMAGE_SIZE = 1024


@dataclass(frozen=True, slots=True)
class TextItems:
    """What 券面事項入力補助AP holds: number of 12 digits, name, address, birth date YYYYMMDD, sex of one digit."""

    number: str
    name: str
    address: str
    birth: str
    sex: str

    def number_file(self) -> bytes:
        """EF 0001, 17 octets, filler included since it is hashed (§5.3)."""
        return tlv(0xFF10, self.number.encode("ascii")) + b"\xff\xff"

    def attributes(self) -> tuple[bytes, ...]:
        """DF22 to DF25 (§5.2)."""
        return (
            tlv(0xDF22, self.name.encode()),
            tlv(0xDF23, self.address.encode()),
            tlv(0xDF24, self.birth.encode("ascii")),
            tlv(0xDF25, self.sex.encode("ascii")),
        )

    def attributes_file(self) -> bytes:
        """EF 0002 with its filler."""
        return padded(with_offsets(0xFF20, 0xDF21, self.attributes()), _TEXT_SIZE)


@dataclass(frozen=True, slots=True)
class FaceItems:
    """What 券面事項確認AP holds. Images: PNG of one bit, photo JP2 of one component; `expires` YYYYMMDD."""

    birth: str
    sex: str
    name_image: bytes
    address_image: bytes
    photo: bytes
    expires: str
    code_image: bytes
    number_image: bytes


def signed_digests(number_file: bytes, attributes: tuple[bytes, ...], signer: RSAPrivateKey) -> bytes:
    """Kenhojo EF 0003: digests of number and attributes, and the signature over both objects (§5.4). 336 octets."""
    digests = tlv(0xDF31, sha256(number_file).digest()) + tlv(0xDF32, sha256(b"".join(attributes)).digest())
    return tlv(0xFF30, digests + tlv(0xDF33, sign_record(signer, digests)))


def text_files(
    shown: TextItems, signed: TextItems, card_key: bytes, signer: RSAPrivateKey, delivery: RSAPrivateKey
) -> dict[int, bytes]:
    """EF 0001, 0002, 0003, 0005, 0006, 0007, 0008 of 券面事項入力補助AP. `card_key`: its public key object.

    `shown` differs from `signed` on a tampered card.
    """
    card = tlv(0xDF51, card_key)
    basic = (
        tlv(0xDF41, bytes.fromhex("01030E01"))
        + tlv(0xDF42, key_id("7000034"))
        + tlv(0xDF43, sha256(b"HONNIN SIMULATOR").digest() + b"\xff" * 96)
    )
    return {
        0x0001: shown.number_file(),
        0x0002: shown.attributes_file(),
        0x0003: signed_digests(signed.number_file(), signed.attributes(), signer),
        0x0005: padded(tlv(0xFF40, basic), 256),
        0x0006: tlv(0xA1, public_key_object(delivery)),
        0x0007: tlv(0xFF50, card + tlv(0xDF52, sign_record(signer, card))),
        0x0008: b"\xff" * 16,
    }


def face_files(
    shown: FaceItems, signed: FaceItems, card_key: bytes, signer: RSAPrivateKey, municipality: str
) -> dict[int, bytes]:
    """EF 0001, 0002, 0003, 0005, 0006 of 券面事項確認AP; arguments as in `text_files`."""
    basic = (
        tlv(0xDF31, bytes.fromhex("06030E01"))
        + tlv(0xDF32, key_id("7000024"))
        + tlv(0xDF33, b"\x00")
        + tlv(0xDF34, municipality.encode("ascii"))
        + tlv(0xDF35, key_id("7900025") + sha256(municipality.encode()).digest() * 8)
    )
    age = tlv(0xDF11, shown.birth.encode("ascii")), tlv(0xDF12, card_key)
    age_signed = tlv(0xDF11, signed.birth.encode("ascii")) + age[1]
    number = tlv(0xDF41, shown.number_image), tlv(0xDF42, card_key)
    number_signed = tlv(0xDF41, signed.number_image) + number[1]
    groups = _face_groups(signed, card_key)
    signature = sign_digests(signer, tuple(sha256(b"".join(group)).digest() for group in groups))
    person, images, photo = _face_groups(shown, card_key)
    unsigned = tlv(0xDF29, shown.expires.encode("ascii")), tlv(0xDF2A, shown.code_image)
    face = with_offsets(0xFF20, 0xDF21, (*person, *images, *photo, tlv(0xDF28, signature), *unsigned))
    return {
        0x0001: tlv(0xFF10, b"".join(age) + tlv(0xDF13, sign_record(signer, age_signed))),
        0x0002: padded(face, _FACE_SIZE, 1024),
        0x0003: tlv(0xFF30, basic),
        0x0005: padded(
            tlv(0xFF40, b"".join(number) + tlv(0xDF43, sign_record(signer, number_signed))), _NUMBER_IMAGE_SIZE
        ),
        0x0006: b"\xff" * 16,
    }


def _face_groups(items: FaceItems, card_key: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...], tuple[bytes, ...]]:
    """The three groups that are hashed apart: person and card key, the text images, the photo (§7.3)."""
    return (
        (tlv(0xDF22, items.birth.encode("ascii")), tlv(0xDF23, items.sex.encode("ascii")), tlv(0xDF24, card_key)),
        (tlv(0xDF25, items.name_image), tlv(0xDF26, items.address_image)),
        (tlv(0xDF27, items.photo),),
    )
