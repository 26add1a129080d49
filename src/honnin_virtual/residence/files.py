"""The files of a card at their full size: persona + faults → directories (residence-card.md §2, §6; §11.8, §11.9)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files as package_files

from honnin.core.tlv import encode
from honnin_virtual.faces import face_card_jpeg2000
from honnin_virtual.faults import Faults
from honnin_virtual.pictures import retouched
from honnin_virtual.residence.chip import DF1, DF2, DF3, MF, RESIDENCE_AP, Access, ElementaryFile
from honnin_virtual.residence.issuer import CardSigner, card_signer, check_code, with_long_length
from honnin_virtual.residence.personas import MISSING, Persona

__all__ = ["FACE_SIZE", "directories"]

FRONT, FACE, TEXT_IMAGE = 7000, 3000, 2500  # octets of the values, always full
FACE_SIZE = (240, 320)  # real sizes are unknown (§12.6)
_CERTIFICATE_FIRST, _SIGNATURE_FILE_FIRST, _SIGNATURE_FILE_SECOND = 1200, 1464, 704
_ENTRIES = 53

_NAME_LINE, _BIRTH_LINE, _EXPIRY_LINE = (56, 48, 560, 84), (56, 86, 250, 112), (56, 350, 420, 378)  # on a front
_WHOLE_NAME, _WHOLE_ADDRESS = (0, 0, 479, 72), (0, 0, 479, 72)
_FORGED_ADDRESS = "見本県改ざん市偽物町4番4号"

Directories = dict[bytes, tuple[ElementaryFile, ...]]


def directories(persona: Persona, faults: Faults) -> Directories:
    """Everything on the chip: AID of the directory → its files."""
    kind = _file("MF/EF02", 0x0A, encode(0xC1, persona.card_type.encode("ascii")), Access.FREE)
    version = _file("MF/EF01", 0x0B, encode(0xC0, b"0001"), Access.FREE)
    if persona.specified:  # nothing but the two free files: the rest is not published to us (§7)
        return {MF: (), RESIDENCE_AP: (version, kind)}
    rest = _first(persona, faults) if persona.generation == 1 else _second(persona, faults)
    if faults.huge_length:
        rest[DF1] = tuple(_endless(file) for file in rest[DF1])
    return {MF: (version, kind), **rest}


def _endless(file: ElementaryFile) -> ElementaryFile:
    """The object with the pictures says that it has 4 GB."""
    if file.data[:1] != b"\xd0":
        return file
    return replace(file, data=b"\xd0\x84\xff\xff\xff\xff" + file.data[6:])


# -- first generation (§2) ---------------------------------------------------------------------------------------------


def _first(persona: Persona, faults: Faults) -> Directories:
    front, face = _picture(f"{persona.name}-front").ljust(FRONT, b"\0"), _face(persona)
    signed = persona.signed and not faults.signature_hidden
    code, certificate = b"", b""
    if signed:
        signer = _signer(persona.authority, faults)
        code = _damaged(check_code(signer, front + face, "B" if faults.check_code_form_b else ""), faults)
        certificate = _on_card(signer, faults).ljust(_CERTIFICATE_FIRST, b"\0")
        if faults.certificate_trailing:
            certificate = certificate[:-8] + b"TRAILING"
    lines = [
        line
        for altered, line in (
            (faults.tampered_name, ("TAMPERED NAME", _NAME_LINE)),
            (faults.tampered_birth, ("2009 / 12 / 31", _BIRTH_LINE)),
            (faults.tampered_expiry, (f"{persona.expires.year + 10} / 12 / 31", _EXPIRY_LINE)),
        )
        if altered
    ]
    for line in lines:
        front = retouched(front, *line).ljust(FRONT, b"\0")
    if faults.tampered_face:
        face = _another_face()
    df1 = (
        _file("DF1/EF01", 0x05, encode(0xD0, front), Access.SECURED),
        _file("DF1/EF02", 0x06, _first_face(persona, faults, face), Access.SECURED),
    )
    if signed:
        signature = encode(0xDA, code) + encode(0xDB, certificate)
    else:
        signature = b"\xda\x00" if persona.empty_photo == "value" else b"\xda\x00\xdb\x00"
    df3 = (_file("DF3/EF01", 0x02, signature.ljust(_SIGNATURE_FILE_FIRST, b"\0"), Access.NUMBER),)
    return {DF1: df1, DF2: _first_back(persona, faults), DF3: df3}


def _first_face(persona: Persona, faults: Faults, face: bytes) -> bytes:
    """DF1/EF02. Without a photo its layout is a guess of the sheet: three forms (§2.2)."""
    whole = encode(0xD1, face)
    if persona.photo != MISSING and not faults.signature_hidden:
        return whole
    form = "length" if faults.signature_hidden else persona.empty_photo
    if form == "file":
        return bytes(len(whole))
    return b"\xd1\x00".ljust(len(whole), b"\0") if form == "length" else encode(0xD1, bytes(FACE))


def _first_back(persona: Persona, faults: Faults) -> tuple[ElementaryFile, ...]:
    """DF2: what was written on the back after issue. None of it is signed (§8.4)."""
    day, address = persona.moved_on, persona.moved_to
    if faults.tampered_address:
        day, address = "20260801", _FORGED_ADDRESS
    place = persona.municipality if address else ""
    moved = encode(0xD2, _text(day, 8)) + encode(0xD3, _text(place, 6)) + encode(0xD4, _text(address, 320))
    if not address and persona.blank_back == "file":
        moved = bytes(len(moved))
    df2 = [_file("DF2/EF01", 0x01, moved, Access.NUMBER)]
    if not persona.special:
        comprehensive, individual = persona.comprehensive, persona.individual
        if faults.invented_permission:
            comprehensive = "許可：就労制限なし（署名されない偽の記載）"
        for name, sfi, tag, text in (("DF2/EF02", 2, 0xD5, comprehensive), ("DF2/EF03", 3, 0xD6, individual)):
            content = encode(tag, _text(text, 120))
            if persona.erased and not text:
                content = bytes(len(content))
            df2.append(_file(name, sfi, content, Access.NUMBER))
        df2.append(_file("DF2/EF04", 0x04, encode(0xD7, b"1" if persona.renewing else b"0"), Access.NUMBER))
    return tuple(df2)


# -- second generation (§6) --------------------------------------------------------------------------------------------


def _second(persona: Persona, faults: Faults) -> Directories:
    name, face = _picture(f"{persona.name}-name").ljust(TEXT_IMAGE, b"\0"), _face(persona)
    address = _picture(f"{persona.name}-address").ljust(TEXT_IMAGE, b"\0")
    entries = _entries(persona)
    target = b"".join(entries.values()).ljust(_ENTRIES, b"\0") + face + name
    signer = _signer("2026", faults, null_parameters=persona.null_parameters)
    code = _damaged(check_code(signer, target, "DER" if faults.check_code_der else ""), faults)
    certificate = _on_card(signer, faults)
    signature = encode(0xDC, code) + encode(0xDD, certificate)
    if faults.certificate_trailing:
        signature = encode(0xDC, code) + encode(0xDD, certificate + b"X")
    if faults.signature_hidden:
        signature = b"\xdc\x00\xdd\x00"
        face = bytes(FACE)
    if faults.tampered_name:
        name = retouched(name, "TAMPERED NAME", _WHOLE_NAME).ljust(TEXT_IMAGE, b"\0")
    if faults.tampered_address:
        address = retouched(address, "TAMPERED ADDRESS", _WHOLE_ADDRESS).ljust(TEXT_IMAGE, b"\0")
    if faults.tampered_face:
        face = _another_face()
    if faults.tampered_birth:
        entries[0xC6] = b"%04d%b" % (persona.birth.year - 20, entries[0xC6][4:])
    if faults.tampered_expiry:
        entries[0xC5] = b"%04d%b" % (persona.expires.year + 10, entries[0xC5][4:])
    number = "ZZ99999999ZZ" if faults.other_number else persona.number
    df1 = (
        _file("DF1/EF01", 0x01, encode(0xC2, number.encode("ascii")), Access.SECURED),
        _file("DF1/EF02", 0x03, b"".join(encode(tag, value) for tag, value in entries.items()), Access.SECURED),
        _file("DF1/EF03", 0x04, encode(0xD0, name) + encode(0xD1, face), Access.SECURED),
        _file("DF1/EF04", 0x06, encode(0xDFD1, address), Access.SECURED),
    )
    df3 = (_file("DF3/EF01", 0x02, signature.ljust(_SIGNATURE_FILE_SECOND, b"\0"), Access.NUMBER),)
    return {DF1: df1, DF2: _second_back(persona, faults), DF3: df3}


def _entries(persona: Persona) -> dict[int, bytes]:
    """券面記載事項 in the order of the file; the last four are not on special permanent resident certificates."""
    entries = {
        0xC5: f"{persona.expires:%Y%m%d}",
        0xC6: f"{persona.birth:%Y%m%d}",
        0xC7: persona.sex,
        0xC8: persona.nationality,
        0xC9: persona.status,
        0xCE: persona.period.ljust(4, "\0"),
    }
    if not persona.special:
        stay = persona.stay_until
        entries |= {0xCA: "01", 0xCB: f"{persona.issued:%Y%m%d}", 0xCC: persona.work}
        entries |= {0xCD: f"{stay:%Y%m%d}" if stay else "\0" * 8}
    return {tag: value.encode("ascii") for tag, value in entries.items()}


def _second_back(persona: Persona, faults: Faults) -> tuple[ElementaryFile, ...]:
    """DF2, unsigned (§8.4). A special permanent resident certificate has only その他, as its EF01."""
    flag = b"1" if persona.commissioner else b"0"
    # DE with a long length fills the file's 207 octets (§6.2).
    other = encode(0xD9, flag) + b"\xde\x82\x00\xc8" + _text(persona.remarks, 200)
    if persona.special:
        return (_file("DF2/EF01", 0x03, other, Access.NUMBER),)
    kind, until = persona.comprehensive or "0", persona.comprehensive_until
    if faults.invented_permission:
        kind, until = "2" if kind == "1" else "1", persona.expires
    permission = (
        encode(0xD5, kind.encode("ascii").ljust(7, b"\0"))
        + encode(0xD6, f"{until:%Y%m%d}".encode("ascii") if until else bytes(8))
        + encode(0xD7, (persona.individual or "0").encode("ascii"))
    )
    return (
        _file("DF2/EF01", 0x01, permission, Access.NUMBER),
        _file("DF2/EF02", 0x02, encode(0xD8, b"1" if persona.renewing else b"0"), Access.NUMBER),
        _file("DF2/EF03", 0x03, other, Access.NUMBER),
    )


# -- parts -------------------------------------------------------------------------------------------------------------


def _file(name: str, sfi: int, data: bytes, access: Access) -> ElementaryFile:
    return ElementaryFile(name, sfi, data, access)


def _text(text: str, length: int) -> bytes:
    """UTF-8 without BOM, 00 up to the full length (§2.1)."""
    return text.encode().ljust(length, b"\0")


@cache
def _picture(name: str) -> bytes:
    return (package_files(__package__) / "images" / f"{name}.tif").read_bytes()


@cache
def _drawn_face(name: str, *, codestream: bool = False) -> bytes:
    return face_card_jpeg2000(name, FACE_SIZE, FACE, codestream=codestream).ljust(FACE, b"\0")


def _face(persona: Persona) -> bytes:
    if persona.photo == MISSING:
        return bytes(FACE)
    return _drawn_face(persona.name, codestream=persona.codestream)


def _another_face() -> bytes:
    return _drawn_face("residence-somebody-else")


def _signer(authority: str, faults: Faults, *, null_parameters: bool = False) -> CardSigner:
    state = "good"
    if faults.foreign_authority:
        state = "foreign"
    elif faults.forged_authority:
        state = "forged"
    elif faults.signer_expired:
        state = "expired"
    null = null_parameters or faults.certificate_encoding
    return card_signer(authority, state, null_parameters=null, short=faults.check_code_der)


def _on_card(signer: CardSigner, faults: Faults) -> bytes:
    """The certificate as the card has it: DER, or (first generation) BER for the fault."""
    if faults.certificate_encoding and signer.certificate[1:2] == b"\x82" and len(signer.certificate) > 620:
        return with_long_length(signer.certificate)
    return signer.certificate


def _damaged(code: bytes, faults: Faults) -> bytes:
    return code[:-1] + bytes([code[-1] ^ 0x01]) if faults.tampered_signature else code
