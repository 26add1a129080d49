"""What lies on the virtual licences: sizes, tags, texts, changes, 外字, photo, signature (drivers-licence.md §5–§12)."""

from __future__ import annotations

import io
from functools import cache
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image

from honnin_virtual import faults_for, faults_from_names, issue, list_cards, simulator_trust
from honnin_virtual.pictures import tiff_around

from .terminal import objects, text

NAMES = [spec.name for spec in list_cards() if spec.document == "licence"]
SIZES = {
    "MF/EF01": 17, "MF/EF02": 3, "DF1/EF01": 880, "DF1/EF02": 82, "DF1/EF03": 264, "DF1/EF04": 640, "DF1/EF05": 663,
    "DF1/EF06": 256, "DF1/EF07": 578, "DF2/EF01": 2005, "DF3/EF01": 512,
}  # fmt: skip
MAXIMA = {
    0x11: 1, 0x12: 72, 0x13: 32, 0x14: 32, 0x15: 16, 0x16: 7, 0x17: 80, 0x18: 7, 0x19: 5, 0x1A: 6, 0x1B: 7, 0x1C: 80,
    0x1D: 80, 0x1E: 80, 0x1F: 80, 0x20: 24, 0x21: 12, **dict.fromkeys(range(0x22, 0x3B), 7), 0x41: 80, 0x48: 128,
    0x49: 128, **dict.fromkeys(range(0xA1, 0xA6), 128), 0xB1: 256, 0xB2: 16, 0xB3: 48, 0xB4: 80, 0xB5: 130, 0xB6: 32,
    0x5F40: 2000,
}  # fmt: skip


@cache
def files(name="licence-plain", *faults):
    return issue(name, faults=faults_from_names(faults)).files


def values(name, file, *faults):
    return dict(objects(files(name, *faults)[file]))


@pytest.mark.parametrize("name", NAMES)
def test_every_file_has_its_fixed_size_and_its_tags_ascend(name):
    content = files(name)
    assert {file: len(octets) for file, octets in content.items()} == SIZES
    for file in ("DF1/EF01", "DF1/EF02", "DF1/EF03", "DF1/EF04", "DF1/EF05", "DF1/EF06", "DF1/EF07", "DF2/EF01"):
        tags = [tag for tag, _ in objects(content[file])]
        assert tags == sorted(set(tags))
        for tag, value in objects(content[file]):
            assert len(value) <= MAXIMA.get(tag, 105)
    assert set(content["DF3/EF01"]) == {0xFF}


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_jis_and_people_are_plainly_fictional(name):
    items = values(name, "DF1/EF01")
    for tag in (0x12, 0x13, 0x14, 0x15, 0x17, 0x1A, 0x1C, 0x1D, 0x1E, 0x1F, 0x20):
        text(items[tag])
    assert text(items[0x17]).startswith("見本県")
    assert text(items[0x20]) == "見本県公安委員会"
    assert items[0x21].startswith(b"99")
    assert any(mark in text(items[0x12]) for mark in ("見", "架空", "ＳＡＭＰＬＥ"))
    for tag in (0x16, 0x18, 0x1B, *range(0x22, 0x33)):
        assert items[tag][:1] in b"12345"
        assert items[tag].isdigit()
        assert len(items[tag]) == 7


def test_the_plain_card_item_by_item():
    items = values("licence-plain", "DF1/EF01")
    assert items[0x11] == b"\x78"
    assert text(items[0x12]) == "見本　太郎"
    assert (text(items[0x13]), text(items[0x15])) == ("ミホン　タロウ", "ミホンタロウ")
    assert (items[0x16], items[0x18], items[0x1B]) == (b"4020115", b"5070201", b"5120215")
    assert text(items[0x1A]) == "優良"
    assert (items[0x22], items[0x25]) == (b"4160601", b"5000000")
    assert (items[0x14], items[0x1D]) == (b"", b"")
    assert sorted(items) == list(range(0x11, 0x3B))
    assert text(values("licence-plain", "DF1/EF02")[0x41]) == "見本県架空市模型町２丁目３番"


def test_the_common_data_are_bcd_and_ascii():
    assert files()["MF/EF01"].hex() == "450b303130" + "20250201" + "20300215" + "46020000"
    assert files("licence-007")["MF/EF01"][2:5] == b"007"
    assert (files()["MF/EF02"].hex(), files("licence-no-pin")["MF/EF02"].hex()) == ("050101", "050100")


@pytest.mark.parametrize(
    ("name", "last", "reserved"),
    [("licence-006", 0x32, None), ("licence-007", 0x3A, 7), ("licence-008", 0x3A, 0), ("licence-long-name", 0x3A, 7)],
)
def test_versions_differ_in_their_last_tags(name, last, reserved):
    items = values(name, "DF1/EF01")
    assert max(items) == last
    if reserved is not None:
        assert {len(items[tag]) for tag in range(0x34, 0x3B)} == {reserved}


def test_the_long_name_fills_its_fields():
    items = values("licence-long-name", "DF1/EF01")
    assert len(items[0x12]) == 72
    assert len(items[0x17]) == 80
    assert [len(items[tag]) for tag in range(0x1C, 0x20)] == [80] * 4


# -- changes -------------------------------------------------------------------------------------------------------------


def record(value):
    return value[:1].hex(), text(value[1:15]), text(value[15:-10]), text(value[-10:])


def test_nothing_was_added_to_the_plain_card():
    for file, flag in (("DF1/EF04", 0x50), ("DF1/EF05", 0xA0), ("DF1/EF06", 0xAA)):
        items = values("licence-plain", file)
        assert items.pop(flag) == b"\0"
        assert set(items.values()) == {b""}


def test_a_new_address():
    items = values("licence-moved", "DF1/EF04")
    assert list(items) == [0x50, *range(0x51, 0x98)]
    assert items[0x50] == b"\x01"
    assert record(items[0x70]) == ("78", "５０８０４１０", "見本県架空市模型町１−７−１見本荘２０５号室", "見本県公安")
    assert items[0x71] == b""
    assert text(values("licence-moved", "DF1/EF01")[0x17]) == "見本県見本市架空町１丁目１番１号"


def test_all_kinds_of_changes():
    items = values("licence-changed", "DF1/EF04")
    filled = {tag: record(value)[1:3] for tag, value in items.items() if value and tag != 0x50}
    assert filled == {
        0x51: ("５０７１００１", ""), 0x60: ("５０７１００１", "見本　一子"), 0x68: ("５０７１００１", "ミホンカズコ"),
        0x70: ("５０７１００１", "見本県見本市架空町５−６"), 0x71: ("５０８０４１０", "見本県架空市模型町１−７−１見本荘２０５号室"),
        0x78: ("５０８０４１０", "補聴器"), 0x80: ("５０８０４１０", "ＡＴ車限定解除"), 0x88: ("５０８０４１０", "これは模擬の免許証です"),
    }  # fmt: skip
    places = values("licence-changed", "DF1/EF06")
    assert record(places[0xAB])[2] == "見本県見本市架空町５番"
    assert record(places[0xAC])[1:3] == ("５０８０６０１", "見本県架空市模型町１番")
    assert places[0xAD] == b""


def test_two_addresses_whose_dates_and_order_disagree():
    items = values("licence-out-of-order", "DF1/EF04")
    assert record(items[0x70])[1] > record(items[0x71])[1]


# -- 外字 and photo --------------------------------------------------------------------------------------------------------


def test_extra_characters_have_pictures_of_fifty_by_fifty():
    items = values("licence-gaiji", "DF1/EF01")
    assert text(items[0x12]) == "見❶　❷郎"
    assert text(values("licence-gaiji", "DF1/EF04")[0x70][15:-10]) == "見本県見本市❸町３−４"
    glyphs = values("licence-gaiji", "DF1/EF03")
    later = values("licence-gaiji", "DF1/EF05")
    assert (later[0xA0], later[0xA2]) == (b"\x01", b"")
    for value in (glyphs[0x48], glyphs[0x49], later[0xA1]):
        with Image.open(io.BytesIO(tiff_around(value[1:], 50, 50))) as picture:
            assert picture.size == (50, 50)
            assert 150 < sum(octet == 0 for octet in picture.convert("L").tobytes()) < 1200


def test_a_missing_glyph_is_fffa():
    assert text(values("licence-missing-glyph", "DF1/EF01")[0x12]) == "見本　〓子"
    assert set(values("licence-missing-glyph", "DF1/EF03").values()) == {b""}


@pytest.mark.parametrize("name", NAMES)
def test_photos_are_grey_jpeg_2000(name):
    (tag, photo) = objects(files(name)["DF2/EF01"])[0]
    assert tag == 0x5F40
    if name == "licence-no-photo":
        assert photo == b""
        return
    start = "ff4fff51" if name == "licence-007" else "0000000c6a502020"
    assert photo.hex().startswith(start)
    with Image.open(io.BytesIO(photo)) as picture:
        assert (picture.size, picture.mode) == ((192, 240), "L")


# -- signature -----------------------------------------------------------------------------------------------------------


def certificates():
    loaded = [x509.load_der_x509_certificate(octets) for octets in simulator_trust("licence").values()]
    return {certificate.serial_number: certificate for certificate in loaded}


def signer_of(content):
    return certificates().get(int(dict(objects(content["DF1/EF07"]))[0xB2]))


def key_id(certificate):
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sha256(spki).digest()


def signed_by(certificate, content, message):
    try:
        certificate.public_key().verify(dict(objects(content["DF1/EF07"]))[0xB1], message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def whole(content):
    return content["DF1/EF01"] + content["DF1/EF02"] + content["DF2/EF01"]


@pytest.mark.parametrize("name", NAMES)
def test_the_signature_covers_the_three_whole_files(name):
    content = files(name)
    assert signed_by(signer_of(content), content, whole(content))


def test_the_signature_file_names_its_signer_three_ways():
    items = values("licence-plain", "DF1/EF07")
    certificate = signer_of(files())
    assert list(items) == list(range(0xB1, 0xB7))
    assert items[0xB6] == key_id(certificate)
    assert items[0xB6] == certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert items[0xB4].decode("ascii") == "C=JP,O=HONNIN SIMULATOR,OU=NOT A REAL POLICE,CN=TEST PSC CA"
    assert items[0xB5].endswith(b"CN=TEST LICENCE SIGNER")
    assert len(items[0xB3]) == 48


def test_the_anchors_say_what_they_are_and_hang_together():
    trust = simulator_trust("licence")
    root = x509.load_der_x509_certificate(trust["simulator-licence-ca.cer"])
    assert len(trust) == 3
    for octets in trust.values():
        assert octets.count(b"NOT A REAL POLICE") == 2
        x509.load_der_x509_certificate(octets).verify_directly_issued_by(root)


def candidate(content, scope):
    items = {file: objects(content[file]) for file in ("DF1/EF01", "DF1/EF02", "DF1/EF03", "DF2/EF01")}

    def cut(file):
        return content[file].rstrip(b"\xff") if items[file][-1][1] else content[file][: content[file].rindex(b"\x3a\x00") + 2]

    return {
        "L1": whole(content),
        "L2": cut("DF1/EF01") + cut("DF1/EF02") + cut("DF2/EF01"),
        "L3": b"".join(value for file in ("DF1/EF01", "DF1/EF02", "DF2/EF01") for _, value in items[file]),
        "L4": content["DF1/EF01"] + content["DF1/EF02"] + content["DF1/EF03"] + content["DF2/EF01"],
        "L5": content["DF1/EF01"] + content["DF1/EF02"] + items["DF2/EF01"][0][1],
    }[scope]


@pytest.mark.parametrize("scope", ["L2", "L3", "L4", "L5"])
def test_other_candidates_of_what_is_signed(scope):
    content = files("licence-plain", f"signed-{scope.lower()}")
    fitting = [each for each in ("L1", "L2", "L3", "L4", "L5") if signed_by(signer_of(content), content, candidate(content, each))]
    assert fitting == [scope]


@pytest.mark.parametrize(
    ("fault", "file", "tag"),
    [
        ("tampered-name", "DF1/EF01", 0x12), ("tampered-address", "DF1/EF01", 0x17), ("tampered-birth", "DF1/EF01", 0x16),
        ("tampered-expiry", "DF1/EF01", 0x1B), ("tampered-registered", "DF1/EF02", 0x41), ("tampered-face", "DF2/EF01", 0x5F40),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["licence-plain", "licence-gaiji", "licence-006"])
def test_what_is_altered_no_longer_fits_the_signature(name, fault, file, tag):
    content = files(name, fault)
    assert dict(objects(content[file]))[tag] != values(name, file)[tag]
    assert not signed_by(signer_of(content), content, whole(content))
    assert {other: octets for other, octets in content.items() if other not in (file, "MF/EF01")} == {
        other: octets for other, octets in files(name).items() if other not in (file, "MF/EF01")
    } or fault == "tampered-name"


def test_signers_that_must_not_be_believed():
    foreign, forged = files("licence-plain", "foreign-authority"), files("licence-plain", "forged-authority")
    assert signer_of(foreign) is None
    assert values("licence-plain", "DF1/EF07", "foreign-authority")[0xB6] not in map(key_id, certificates().values())
    assert not signed_by(signer_of(forged), forged, whole(forged))
    assert values("licence-plain", "DF1/EF07", "forged-authority")[0xB6] == values("licence-plain", "DF1/EF07")[0xB6]
    expired = files("licence-plain", "signer-expired")
    assert signed_by(signer_of(expired), expired, whole(expired))
    assert signer_of(expired).not_valid_after_utc.year == 2014
    damaged = files("licence-plain", "tampered-signature")
    assert not signed_by(signer_of(damaged), damaged, whole(damaged))
    wrong = values("licence-plain", "DF1/EF07", "wrong-key-id")
    assert wrong[0xB6] not in map(key_id, certificates().values())


def test_a_file_may_announce_more_than_it_has():
    content = files("licence-plain", "huge-length")
    assert {file: len(octets) for file, octets in content.items()} == SIZES
    assert content["DF1/EF01"][:7].hex() == "1101781282ffff"
    assert content["DF2/EF01"][:5].hex() == "5f4082ffff"


# -- the catalogue -------------------------------------------------------------------------------------------------------


def test_the_first_licence_is_the_plain_one_and_shows_its_pins():
    cards = {spec.name: spec for spec in list_cards() if spec.document == "licence"}
    assert next(iter(cards)) == "licence-plain"
    assert cards["licence-plain"].secrets == {"pin1": "1234", "pin2": "5678"}
    assert cards["licence-no-pin"].secrets == {}
    assert cards["licence-missing-glyph"].holder == "見本　〓子"
    assert all(spec.about_ja and spec.about_en for spec in cards.values())


@pytest.mark.parametrize("fault", faults_for("licence-plain"), ids=lambda fault: fault.name)
def test_every_fault_changes_something(fault):
    way = ("garbage", "removed", "slow", "error", "short-only", "read-limit", "exact-length", "mismatch", "blocked", "directory")
    assert fault.name.startswith(way) or issue("licence-plain", faults=fault.faults).files != files()


def test_the_same_card_is_issued_octet_for_octet_each_time():
    assert issue("licence-gaiji").files == issue("licence-gaiji").files
