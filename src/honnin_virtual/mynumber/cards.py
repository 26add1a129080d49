"""Issues the virtual My Number Cards: persona + faults + time → chip (sheet mynumber-card.md §4–§6, §8, §12)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files as package_files

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from honnin.core.clock import system_random
from honnin_virtual.card import Sleep
from honnin_virtual.faces import face_grey_jpeg2000
from honnin_virtual.faults import FAULTS, Faults, FaultSpec, refuse_unfit
from honnin_virtual.mynumber import jpki
from honnin_virtual.mynumber.chip import CONTACT_ATR, MyNumberChip
from honnin_virtual.mynumber.cv import AUTHORITIES, FOREIGN, CvAuthority, cv_certificate, key_id, public_key_object
from honnin_virtual.mynumber.files import NEVER, Application, File, Key, Records, Reference, Transparent
from honnin_virtual.mynumber.glyphs import digits_png
from honnin_virtual.mynumber.keys import shipped_key
from honnin_virtual.mynumber.licence import licence_application
from honnin_virtual.mynumber.personas import MUNICIPALITIES, PERSONAS, Persona, check_digit
from honnin_virtual.mynumber.records import FaceItems, TextItems, face_files, text_files
from honnin_virtual.mynumber.tlv import tlv
from honnin_virtual.residence.chip import DF1, DF2, DF3, RESIDENCE_AP

__all__ = ["JPKI_AID", "fitting_faults", "issue_mynumber"]

JPKI_AID = bytes.fromhex("D392F000260100000001")
FACE_AID = bytes.fromhex("D3921000310001010402")
TEXT_AID = bytes.fromhex("D3921000310001010408")
RESIDENT_AID = bytes.fromhex("D3921000310001010401")
COMMON_AID = bytes.fromhex("D3921000310001010100")

_CHANGE_REFERENCE_DATA, _CHANGE_KEY = 0x24, 0x32
_FOUR = range(4, 5)
_CLOSED = 0x6985


def issue_mynumber(
    persona: Persona,
    *,
    now: datetime | None = None,
    faults: Faults | None = None,
    atr: bytes = CONTACT_ATR,
    random: Callable[[int], bytes] = system_random,
    sleep: Sleep = time.sleep,
) -> MyNumberChip:
    """The persona's card as it is at `now`: certificates are renewed in time. Without `now` it is as first issued.

    Raises CallerError `cards.fault.unfit` for a fault that cannot be seen on this card.
    """
    faults = faults or Faults()
    refuse_unfit(faults, fitting_faults(persona))
    now = now or datetime(persona.issued.year, persona.issued.month, persona.issued.day, 12, tzinfo=UTC)
    issuing = _Issuing(persona, faults, now)
    applications = [issuing.certificates(), issuing.face(), issuing.text(), issuing.resident(), issuing.common()]
    if persona.licence is not None:
        photo = face_grey_jpeg2000(persona.name, (192, 240), ratio=32) if persona.licence.licence else b""
        tries = persona.tries.get("LICENCE/0006", 10)
        applications.append(
            licence_application(
                persona.licence,
                persona,
                photo,
                tampered=faults.tampered_licence,
                foreign=faults.foreign_licence,
                tries=tries,
            )
        )
    if persona.residence is not None:
        applications.append(_residence_part(persona.residence))
    return MyNumberChip(
        persona.name, tuple(applications), issuing.objects(), atr=atr, faults=faults, random=random, sleep=sleep
    )  # fmt: skip


def fitting_faults(persona: Persona) -> tuple[FaultSpec, ...]:
    """The faults that can be seen on this card."""
    without_licence = ("tampered-licence", "foreign-licence")
    licence = persona.licence is not None and persona.licence.licence
    return tuple(
        each for each in FAULTS if "mynumber" in each.documents and (licence or each.name not in without_licence)
    )


@cache
def _image(name: str) -> bytes:
    return (package_files(__package__) / "images" / f"{name}.png").read_bytes()


def _residence_part(card_type: str) -> Application:
    """在留AP of a specified card: its two free files, and a refusal of everything else, since nothing more is published
    to us (residence-card.md §1.5, §1.6, §7, §11 "rc-specified"). Experimental.
    """
    files: dict[int, File] = {
        0x000A: Transparent(tlv(0xC1, card_type.encode("ascii"))),
        0x000B: Transparent(tlv(0xC0, b"0001")),
    }
    return Application(
        "RESIDENCE", RESIDENCE_AP, files, internal_authentication_sw=_CLOSED, session_key_sw=_CLOSED,
        others_sw=_CLOSED, closed=frozenset({DF1, DF2, DF3}),
    )  # fmt: skip


class _Issuing:
    """One card while it is being made."""

    def __init__(self, persona: Persona, faults: Faults, now: datetime) -> None:
        self._persona = persona
        self._faults = faults
        self._now = now
        self._municipality = MUNICIPALITIES[persona.municipality]

    def _key(self, what: str) -> RSAPrivateKey:
        return shipped_key(f"card-{self._persona.keys:02d}-{what}")

    def _card_key(self, what: str, needs: int | None = None) -> Key:
        """The private key on the chip; a clone could copy everything but that."""
        return Key(shipped_key("clone") if self._faults.clone_card_key else self._key(what), needs)

    def _tries(self, place: str, maximum: int) -> int:
        return self._persona.tries.get(place, maximum)

    def _reference(
        self, place: str, value: str | None, maximum: int, change: int | None = None, lengths: range = _FOUR
    ) -> Reference:
        octets = None if value is None else value.encode("ascii")
        return Reference(octets, maximum, self._tries(place, maximum), change, lengths)

    # -- JPKI AP (§4) ------------------------------------------------------------------------------------------------

    def certificates(self) -> Application:
        persona = self._persona
        with_signature = persona.signature_certificate
        auth, auth_authority = self._certificate(jpki.AUTH)
        files: dict[int, File] = {
            0x0006: Transparent(_token_information(persona.keys)),
            0x0008: Transparent(bytes([0x8F if with_signature else 0x00, 0x8F, 0x00])),
            0x0009: Transparent(b"\xff" * 16, NEVER),
            0x000A: Transparent(auth),
            0x000B: Transparent(auth_authority),
            0x0017: self._card_key("auth", 0x18),
            0x0018: self._reference("JPKI/0018", persona.user_authentication_pin, 3, _CHANGE_REFERENCE_DATA),
            0x001B: self._reference(
                "JPKI/001B", persona.signature_password if with_signature else None, 5, _CHANGE_REFERENCE_DATA,
                range(6, 17),
            ),
        }  # fmt: skip
        if with_signature:
            sign, sign_authority = self._certificate(jpki.SIGN)
            files |= {
                0x0001: Transparent(sign, frozenset({0x1B})),
                0x0002: Transparent(sign_authority),
                0x001A: self._card_key("sign", 0x1B),
            }
        return Application("JPKI", JPKI_AID, files, internal_authentication_sw=0x6982)

    def _certificate(self, service: jpki.Service) -> tuple[bytes, bytes]:
        """Certificate of the holder and of its authority, with the faults that were asked for."""
        faults = self._faults
        request = jpki.request_for(self._persona, service, self._municipality, self._now)
        if faults.certificate_revoked:
            request = replace(request, serial=request.serial + jpki.REVOKED_OFFSET)
        if faults.certificate_expired:
            request = jpki.run_out(request, self._now)
        if faults.certificate_real_policy:
            request = replace(request, policies=(service.real_policy,))
        issuer = jpki.authority(service, jpki.generation_at(request.not_before))
        if faults.lookalike_authority:
            issuer = jpki.lookalike(issuer)
        return request.certificate(issuer), issuer.certificate()

    # -- 券面事項確認AP (§6) and 券面事項入力補助AP (§5) ---------------------------------------------------------

    def _cv(self, use: str, kind: str) -> tuple[bytes, RSAPrivateKey]:
        """CV certificate and key of the municipality for one application."""
        key = shipped_key(f"cv-{use}-{self._municipality.code}")
        issuer, forger = AUTHORITIES[use], None
        if self._faults.foreign_cv:
            issuer = FOREIGN
        if self._faults.forged_cv:
            forger = FOREIGN.key
        return _cv_cached(issuer, key_id(f"{self._municipality.code}{kind}", "000"), key, forger), key

    def face(self) -> Application:
        persona, faults = self._persona, self._faults
        certificate, signer = self._cv("face", "21")
        signed = FaceItems(
            f"{persona.birth:%Y%m%d}", persona.sex, _image(f"{persona.name}-name"), _image(f"{persona.name}-address"),
            face_grey_jpeg2000(persona.name, (240, 308), ratio=22) if persona.photo else b"",
            f"{persona.expires:%Y%m%d}",
            digits_png(persona.code), digits_png(persona.number),
        )  # fmt: skip
        shown = signed
        if faults.tampered_face:
            shown = replace(shown, photo=face_grey_jpeg2000("somebody else", (240, 308), ratio=22))
        if faults.tampered_name:
            shown = replace(shown, name_image=_image(f"{_other(persona).name}-name"))
        if faults.tampered_birth:
            shown = replace(shown, birth=_older(signed.birth))
        if faults.tampered_number:
            shown = replace(shown, number_image=digits_png(_other_number(persona)))
        card_key = public_key_object(self._key("face"))
        contents = face_files(shown, signed, card_key, signer, self._municipality.code)
        access = {
            0x0001: frozenset({0x11}),
            0x0002: frozenset({0x12, 0x13}),
            0x0005: frozenset({0x13}),
        }
        files: dict[int, File] = {number: Transparent(data, access.get(number)) for number, data in contents.items()}
        files |= {
            0x0004: Transparent(certificate),
            0x0011: self._reference("FACE/0011", persona.birth_key, 10),
            0x0012: self._reference("FACE/0012", persona.reference_b, 10),
            0x0013: self._reference("FACE/0013", persona.number, 10),
            0x001A: self._card_key("face"),
        }
        return Application("FACE", FACE_AID, files, 0x1A, session_key_sw=0x66F1)

    def text(self) -> Application:
        persona, faults = self._persona, self._faults
        certificate, signer = self._cv("text", "31")
        signed = TextItems(persona.number, persona.holder, persona.address, f"{persona.birth:%Y%m%d}", persona.sex)
        shown = signed
        if faults.tampered_name:
            shown = replace(shown, name=_other(persona).holder)
        if faults.tampered_address:
            shown = replace(shown, address=_other(persona).address)
        if faults.tampered_birth:
            shown = replace(shown, birth=_older(signed.birth))
        if faults.tampered_number:
            shown = replace(shown, number=_other_number(persona))
        contents = text_files(shown, signed, public_key_object(self._key("text")), signer, shipped_key("delivery"))
        any_of_three = frozenset({0x11, 0x14, 0x15})
        access = {
            0x0001: frozenset({0x11, 0x14}),
            0x0002: frozenset({0x11, 0x15}),
            0x0003: any_of_three,
            0x0006: any_of_three,
            0x0007: any_of_three,
        }
        files: dict[int, File] = {number: Transparent(data, access.get(number)) for number, data in contents.items()}
        files |= {
            0x0004: Transparent(certificate),
            0x0011: self._reference("TEXT/0011", persona.text_pin, 3, _CHANGE_REFERENCE_DATA),
            0x0012: Reference(None, 3, 0),  # blocked on every card seen (§3)
            0x0013: self._card_key("text"),
            0x0014: self._reference("TEXT/0014", persona.number, 10),
            0x0015: self._reference("TEXT/0015", persona.reference_b, 10),
        }
        return Application("TEXT", TEXT_AID, files, 0x13, session_key_sw=0x6A81)

    # -- other levels (§8) -------------------------------------------------------------------------------------------

    def resident(self) -> Application:
        reference = self._reference("RESIDENT/001C", self._persona.resident_pin, 3, _CHANGE_KEY)
        return Application("RESIDENT", RESIDENT_AID, {0x0002: Records((_key_record(),)), 0x001C: reference})

    def common(self) -> Application:
        persona = self._persona
        serial = f"70{persona.keys:013d}{self._municipality.code}{persona.expires:%Y%m%d}".encode("ascii")
        files: dict[int, File] = {
            0x0001: Records((bytes([0x01, len(serial)]) + serial,)),
            0x0002: Records((_key_record(),)),
            0x0019: Key(shipped_key("common"), internal_authentication=True),
            0x001C: self._reference("COMMON/001C", persona.resident_pin, 3, _CHANGE_KEY),
        }
        return Application("COMMON", COMMON_AID, files, session_key_sw=0x66F1)

    def objects(self) -> Mapping[int, bytes]:
        """What GET DATA finds at card-manager level (§8.3); 7F21 is absent, as on older cards."""
        middle = key_id("7000021", tail=b"\0\0\0\xa8")
        certificate = _cv_cached(AUTHORITIES["manager"], middle, shipped_key("cv-manager"), None)
        return {
            0x0042: key_id("7000020"),
            0x0045: f"70{self._persona.keys:013d}".encode("ascii"),
            0x0066: bytes.fromhex("7309060 72A864886FC6B01".replace(" ", "")),
            0x00F0: self._municipality.code.encode("ascii"),
            0x00F2: f"{self._persona.expires:%Y%m%d}".encode("ascii"),
            0x00F7: middle,
            0x00F8: certificate[5:],
        }


@cache
def _cv_cached(issuer: CvAuthority, subject: bytes, key: RSAPrivateKey, forger: RSAPrivateKey | None) -> bytes:
    return cv_certificate(issuer, subject, key, signer=forger)


def _key_record() -> bytes:
    """A simple TLV record with a key reference of 16 octets (§8.1)."""
    return b"\x01\x10" + key_id("7000025")


def _token_information(keys: int) -> bytes:
    """EF 0006: CK_TOKEN_INFO in 160 octets (§4.2)."""
    return (
        b"JPKIAPICCTOKEN2".ljust(32)
        + b"HONNIN SIMULATOR".ljust(32)
        + b"SIMULATOR".ljust(16)
        + f"7{keys:015d}".encode("ascii")
        + bytes.fromhex("0000040D 00000001 00000000 00000001 00000000 00000010 00000006".replace(" ", ""))
        + b"\xff" * 16
        + b"0301"
        + b"9" * 16
    )


def _other(persona: Persona) -> Persona:
    """Whose data a forger put on the card."""
    return PERSONAS[(PERSONAS.index(persona) + 1) % len(PERSONAS)]


def _other_number(persona: Persona) -> str:
    """Another number whose check digit is right: only the signature tells."""
    eleven = f"{int(persona.number[:11]) ^ 1:011d}"
    return eleven + check_digit(eleven)


def _older(birth: str) -> str:
    """Twenty years older: a minor who wants to be an adult."""
    return f"{int(birth[:4]) - 20:04d}{birth[4:]}"
