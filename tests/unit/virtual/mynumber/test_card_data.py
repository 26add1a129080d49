"""Signatures and layouts of the card data, recomputed here from the sheet with plain numbers (mynumber-card.md §5–§7)."""

from __future__ import annotations

import io
import os
from hashlib import sha256

import pytest
from PIL import Image

from honnin.core.errors import CallerError
from honnin_virtual import Faults, list_cards
from honnin_virtual.mynumber.cv import cv_anchors
from honnin_virtual.mynumber.records import TextItems
from tests.unit.virtual.mynumber.terminal import (
    FACE,
    LICENCE,
    TEXT,
    Terminal,
    block,
    objects,
    public_key,
    recovered,
    signed_block,
)

NAMES = [spec.name for spec in list_cards() if spec.document == "mynumber" and spec.name != "mynumber-blocked"]
SECRETS = {spec.name: spec.secrets for spec in list_cards()}
ANCHORS = {key_id: modulus for _, key_id, modulus, _ in cv_anchors()}
FACE_INFO = bytes.fromhex("3071300d060960864801650304020105000460")


def record_key(terminal):
    """§7.1: the municipality's key out of EF 0004, or None when the chain does not hold."""
    ((tag, content, raw),) = objects(terminal.read(0x0004))
    assert (tag, len(raw)) == (0x7F21, 568)
    (body_tag, body, _), (signature_tag, signature, _) = objects(content)
    assert (body_tag, len(body), signature_tag) == (0x5F4E, 297, 0x5F37)
    anchor = ANCHORS.get(body[:16])
    if anchor is None or recovered(signature, anchor) != signed_block(body):
        return None
    return public_key(body[32:])


def open_text(name="mynumber-plain", **arguments):
    terminal = Terminal(name, **arguments)
    terminal.application(TEXT)
    assert terminal.verify(0x11, SECRETS[name]["text_pin"]) == 0x9000
    return terminal


def open_face(name="mynumber-plain", **arguments):
    terminal = Terminal(name, **arguments)
    terminal.application(FACE)
    assert terminal.verify(0x13, SECRETS[name]["reference_a"]) == 0x9000
    assert terminal.verify(0x11, SECRETS[name]["birth_reference"]) == 0x9000
    return terminal


def text_verdicts(terminal):
    """§5.4, §5.6, §7.4: what holds of 券面事項入力補助AP."""
    key = record_key(terminal)
    ((_, content, raw),) = objects(terminal.read(0x0003))
    assert len(raw) == 336
    (_, number_digest, number_raw), (_, attributes_digest, attributes_raw), (_, signature, _) = objects(content)
    ((_, attributes, _),) = objects(terminal.read(0x0002))
    _, *items = objects(attributes)
    ((_, card, _),) = objects(terminal.read(0x0007))
    (_, card_key, card_raw), (_, card_signature, _) = objects(card)
    nonce = os.urandom(16)
    return {
        "chain": key is not None,
        "signature": key is not None and recovered(signature, key) == signed_block(number_raw + attributes_raw),
        "number": number_digest == sha256(terminal.read(0x0001)).digest(),
        "attributes": attributes_digest == sha256(b"".join(raw for _, _, raw in items)).digest(),
        "card_key": key is not None and recovered(card_signature, key) == signed_block(card_raw),
        "genuine": recovered(terminal.challenge(nonce)[0], public_key(card_key)) == signed_block(nonce),
    }


def face_verdicts(terminal):
    """§6, §7.3, §7.4: what holds of 券面事項確認AP."""
    key = record_key(terminal) or bytes(255) + b"\x03"
    file = terminal.read(0x0002)
    ((_, content, _),) = objects(file)
    table, *items = objects(content)
    offsets = [int.from_bytes(table[1][n : n + 2], "big") for n in range(0, 18, 2)]
    assert [tag for tag, _, _ in items] == list(range(0xDF22, 0xDF2B))
    assert [file.index(item, offset) for (_, _, item), offset in zip(items, offsets, strict=True)] == offsets
    values = {tag: value for tag, value, _ in items}
    groups = (
        file[offsets[0] : offsets[3]],
        file[offsets[3] : offsets[5]],
        file[offsets[5] : offsets[6]],
    )
    digests = b"".join(sha256(group).digest() for group in groups)
    found = recovered(values[0xDF28], key)
    ((_, age, age_raw),) = objects(terminal.read(0x0001))
    assert len(age_raw) == 547
    (_, _, birth_raw), (_, _, age_key), (_, age_signature, _) = objects(age)
    ((_, number, _),) = objects(terminal.read(0x0005))
    (_, _, image_raw), (_, _, number_key), (_, number_signature, _) = objects(number)
    nonce = os.urandom(16)
    return {
        "chain": record_key(terminal) is not None,
        "face": found[:-96] == block(FACE_INFO + bytes(96))[:-96] and found[-96:] == digests,
        "person": found[-96:-64] == digests[:32],
        "images": found[-64:-32] == digests[32:64],
        "photo": found[-32:] == digests[64:],
        "age": recovered(age_signature, key) == signed_block(birth_raw + age_key),
        "number": recovered(number_signature, key) == signed_block(image_raw + number_key),
        "genuine": recovered(terminal.challenge(nonce)[0], public_key(values[0xDF24])) == signed_block(nonce),
    }


def test_the_sheets_synthetic_record_has_the_sheets_digests():
    items = TextItems("123456789018", "見本　太郎", "東京都千代田区霞が関２－１－２", "19900102", "1")
    assert items.number_file().hex() == "ff100c313233343536373839303138ffff"
    digest = "c60c415d94405f03e9c454a8bae073837d2c619925196526852fe61d9c58422d"
    assert sha256(items.number_file()).hexdigest() == digest
    file = items.attributes_file()
    assert file[:14].hex() == "ff205cdf2108000e00200050005b"
    assert sha256(file[14:95]).hexdigest() == "774450d2dc8d9f1fee6a3157cdecc1d3ce2b0f592ccc46b8af7d5a1a73b2f5ed"
    assert set(file[95:]) == {0xFF}


def test_a_long_address_moves_the_table():
    terminal = open_text("mynumber-long-name")
    file = terminal.read(0x0002)
    assert file[2] == 0x82
    assert file[8:10] == b"\x00\x10"  # the first offset
    assert file[16:18] == b"\xdf\x22"
    assert all(text_verdicts(terminal).values())


@pytest.mark.parametrize("name", NAMES)
def test_every_healthy_card_verifies_completely(name):
    text = text_verdicts(open_text(name))
    assert text == dict.fromkeys(text, True)
    face = face_verdicts(open_face(name))
    assert face == dict.fromkeys(face, True)


@pytest.mark.parametrize(
    ("fault", "broken_text", "broken_face"),
    [
        ("clone_card_key", {"genuine"}, {"genuine"}),
        ("tampered_name", {"attributes"}, {"face", "images"}),
        ("tampered_address", {"attributes"}, set()),
        ("tampered_birth", {"attributes"}, {"face", "person", "age"}),
        ("tampered_face", set(), {"face", "photo"}),
        ("tampered_number", {"number"}, {"number"}),
        ("foreign_cv", {"chain", "signature", "card_key"}, None),
        ("forged_cv", {"chain", "signature", "card_key"}, None),
    ],
)
def test_each_fault_breaks_what_it_says_and_nothing_else(fault, broken_text, broken_face):
    faults = Faults(**{fault: True})
    text = text_verdicts(open_text(faults=faults))
    assert {name for name, holds in text.items() if not holds} == broken_text
    face = open_face(faults=faults)
    if broken_face is None:
        assert record_key(face) is None
    else:
        assert {name for name, holds in face_verdicts(face).items() if not holds} == broken_face


def test_a_tampered_number_still_has_a_right_check_digit():
    ((_, number, _),) = objects(open_text(faults=Faults(tampered_number=True)).read(0x0001))
    assert number != SECRETS["mynumber-plain"]["reference_a"].encode()
    total = sum(int(d) * q for d, q in zip(reversed(number[:11].decode()), (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6), strict=True))
    assert int(number[11:]) == (0 if total % 11 < 2 else 11 - total % 11)


def test_pictures_have_the_sheets_formats():
    terminal = open_face()
    ((_, content, _),) = objects(terminal.read(0x0002))
    values = {tag: value for tag, value, _ in objects(content)}
    for tag, size in ((0xDF25, None), (0xDF26, None), (0xDF2A, (24, 12))):
        picture = Image.open(io.BytesIO(values[tag]))
        assert (picture.format, picture.mode) == ("PNG", "1")
        assert size is None or picture.size == size
        picture.load()
    ((_, number, _),) = objects(terminal.read(0x0005))
    picture = Image.open(io.BytesIO(objects(number)[0][1]))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "1", (72, 12))
    assert 0 < sum(pixel == 0 for pixel in picture.get_flattened_data()) < 72 * 12 / 2
    assert values[0xDF27][:12].hex() == "0000000c6a5020200d0a870a"
    assert Image.open(io.BytesIO(values[0xDF27])).mode == "L"


def test_offsets_of_the_card_face_are_the_sheets():
    file = open_face().read(0x0002)
    assert file[:2] + file[2:3] == b"\xff\x20\x82"
    assert file[8:16].hex() == "001a002500290137"


def test_faults_that_a_card_cannot_show_are_refused():
    for faults in (Faults(tampered_licence=True), Faults(tampered_dg1=True)):
        with pytest.raises(CallerError) as caught:
            Terminal("mynumber-plain", faults=faults)
        assert caught.value.code == "cards.fault.unfit"


# -- マイナ免許証 (drivers-licence.md §15) ---------------------------------------------------------------------------


def licence_objects(data):
    """Table-driven walk: one-octet tags C2…FF, then two-octet tags from 01 00."""
    found, position, last = {}, 0, 0
    while position < len(data):
        size = 2 if last >= 0xFF or data[position] == 0x01 else 1
        tag = int.from_bytes(data[position : position + size], "big")
        position += size
        length = data[position]
        position += 1
        if length == 0x82:
            length = int.from_bytes(data[position : position + 2], "big")
            position += 2
        found[tag] = data[position : position + length]
        position += length
        last = tag
    assert position == len(data)
    return found


def open_licence(name="mynumber-licence", **arguments):
    terminal = Terminal(name, **arguments)
    terminal.application(LICENCE)
    pin = SECRETS[name].get("licence_pin", "****").encode()
    assert terminal.sw("00 20 00 86") == 0x63CA
    assert terminal.sw(b"\x00\x20\x00\x86\x04" + pin) == 0x9000
    return terminal


def test_the_sheets_transcript_of_the_licence():
    terminal = Terminal("mynumber-licence")
    for kind in ("04", "05"):
        assert terminal.sw(f"00 A4 04 0C 10 A0 00 00 02 31 {kind} 00 00 00 00 00 00 00 00 00 00") == 0x6A82
    assert terminal.sw("00 A4 04 0C 10 A0 00 00 02 31 06 00 00 00 00 00 00 00 00 00 00") == 0x9000
    assert terminal.send("00 B0 9A 00 03") == (b"\xc1\x01\x01", 0x9000)
    assert terminal.sw("00 20 00 82") == 0x6A82
    assert terminal.sw("00 B0 9B 00 00") == 0x6982
    assert terminal.sw("00 20 00 86") == 0x63CA
    assert terminal.sw("00 20 00 86 03 32 34 36") == 0x6700
    assert terminal.sw("00 20 00 86 04 32 34 36 39") == 0x63C9
    assert terminal.sw("00 20 00 86 04 32 34 36 38") == 0x9000
    assert terminal.sw("00 A4 02 0C 02 00 1B") == 0x9000
    head, sw = terminal.send("00 B0 00 00 00")
    assert (head[:10].hex(), sw) == ("c200c300c4044d254e49", 0x9000)


def test_the_plain_card_has_no_licence_application():
    assert Terminal().sw("00 A4 04 0C 10 A0 00 00 02 31 06 00 00 00 00 00 00 00 00 00 00") == 0x6A82


@pytest.mark.parametrize("name", [name for name in NAMES if "licence" in name])
def test_licence_data_is_signed_and_names_its_signer(name):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_der_x509_certificate

    from honnin_virtual.mynumber.licence import licence_signer

    terminal = open_licence(name)
    content, proof = terminal.read(0x1B), licence_objects(terminal.read(0x1C))
    assert list(proof) == list(range(0x108, 0x10E))
    signer = load_der_x509_certificate(licence_signer())
    key = signer.public_key()
    key.verify(proof[0x108], content, padding.PKCS1v15(), hashes.SHA256())
    assert proof[0x10D] == sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    assert int(proof[0x109]) == signer.serial_number
    fields = licence_objects(content)
    assert list(fields) == [*range(0xC2, 0x100), *range(0x100, 0x108)]
    licence, history = bool(fields[0xE7]), bool(fields[0xE8])
    assert (licence, history) == {
        "mynumber-licence-history": (False, True), "mynumber-licence-empty": (False, False),
    }.get(name, (True, False))  # fmt: skip
    if licence:
        assert len(fields[0x107]) <= 2000
        picture = Image.open(io.BytesIO(fields[0x107]))
        assert (picture.format, picture.mode, picture.size) == ("JPEG2000", "L", (192, 240))


def test_a_tampered_licence_is_not_what_was_signed():
    healthy, tampered = open_licence(), open_licence(faults=Faults(tampered_licence=True))
    assert healthy.read(0x1C) == tampered.read(0x1C)
    fields, altered = licence_objects(healthy.read(0x1B)), licence_objects(tampered.read(0x1B))
    assert [tag for tag in fields if fields[tag] != altered[tag]] == [0xC5]
    assert altered[0xC5] > fields[0xC5]
