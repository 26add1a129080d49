"""What lies on the virtual residence cards: sizes, fields, pictures, check codes, certificates (§2, §6, §8, §11)."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from PIL import Image

from honnin.trust.certificate import parse_certificate, verify_certificate_signature
from honnin_virtual import CardSpec, faults_for, faults_from_names, issue, list_cards, simulator_trust
from honnin_virtual.residence.cards import issue_residence
from honnin_virtual.residence.issuer import card_signer, check_code, stranger_anchor
from honnin_virtual.residence.personas import PERSONAS

from .terminal import NOW, objects

NAMES = [persona.name for persona in PERSONAS if not persona.specified]
FIRST = [persona.name for persona in PERSONAS if persona.generation == 1]
SECOND = [name for name in NAMES if name not in FIRST]
UNSIGNED = ["residence-under16", "residence-under16-variant"]


@cache
def files(name="residence-plain", *faults):
    return issue(name, faults=faults_from_names(faults), now=NOW).files


def fields(name, file, *faults):
    return objects(files(name, *faults)[file])


SIZES = {
    "1": {"MF/EF01": 6, "MF/EF02": 3, "DF1/EF01": 7004, "DF1/EF02": 3004, "DF2/EF01": 342, "DF2/EF02": 122, "DF2/EF03": 122,
          "DF2/EF04": 3, "DF3/EF01": 1464},
    "2": {"MF/EF01": 6, "MF/EF02": 3, "DF1/EF01": 7004, "DF1/EF02": 3004, "DF2/EF01": 342, "DF3/EF01": 1464},
    "05": {"MF/EF01": 6, "MF/EF02": 4, "DF1/EF01": 14, "DF1/EF02": 73, "DF1/EF03": 5508, "DF1/EF04": 2505, "DF2/EF01": 22,
           "DF2/EF02": 3, "DF2/EF03": 207, "DF3/EF01": 704},
    "06": {"MF/EF01": 6, "MF/EF02": 4, "DF1/EF01": 14, "DF1/EF02": 46, "DF1/EF03": 5508, "DF1/EF04": 2505, "DF2/EF01": 207,
           "DF3/EF01": 704},
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_always_full(name):
    kind = objects(files(name)["MF/EF02"])[0xC1].decode("ascii")
    for faults in ((), *([spec.name] for spec in faults_for(name))):
        assert {file: len(octets) for file, octets in files(name, *faults).items()} == SIZES[kind], faults


# -- text ----------------------------------------------------------------------------------------------------------------


def test_the_entries_of_the_second_generation():
    content = files()
    assert objects(content["DF1/EF01"]) == {0xC2: b"ZZ00000001ZZ"}
    assert objects(content["DF1/EF02"]) == {
        0xC5: b"20330701", 0xC6: b"19900115", 0xC7: b"1", 0xC8: b"UTO", 0xC9: b"SIM0000001", 0xCE: b"0500", 0xCA: b"01",
        0xCB: b"20260701", 0xCC: b"2", 0xCD: b"20330701",
    }  # fmt: skip
    assert list(fields("residence-special", "DF1/EF02")) == [0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCE]
    assert fields("residence-days", "DF1/EF02")[0xCE] == b"090\0"


def test_permissions_of_the_second_generation():
    assert fields("residence-variants", "DF2/EF01") == {0xD5: b"1" + bytes(6), 0xD6: b"20290801", 0xD7: b"1"}
    assert fields("residence-plain", "DF2/EF01") == {0xD5: b"0" + bytes(6), 0xD6: bytes(8), 0xD7: b"0"}
    assert (fields("residence-variants", "DF2/EF02"), fields("residence-plain", "DF2/EF02")) == ({0xD8: b"1"}, {0xD8: b"0"})
    other = fields("residence-variants", "DF2/EF03")
    assert other[0xD9] == b"1"
    assert other[0xDE].rstrip(b"\0").decode() == "これは模擬のカードです（備考の見本）。"
    assert files()["DF2/EF03"][3:7] == b"\xde\x82\x00\xc8"


def test_the_back_of_the_first_generation():
    moved = fields("residence-moved", "DF2/EF01")
    assert (moved[0xD2], moved[0xD3]) == (b"20260401", b"992020")
    assert moved[0xD4].rstrip(b"\0").decode() == "見本県架空市模型町二丁目3番4号見本荘205号室"
    assert fields("residence-moved", "DF2/EF02")[0xD5].rstrip(b"\0").decode().startswith("許可：原則週28時間以内")
    assert fields("residence-moved", "DF2/EF04") == {0xD7: b"1"}
    assert fields("residence-first", "DF2/EF01") == {0xD2: bytes(8), 0xD3: bytes(6), 0xD4: bytes(320)}


def test_erased_permissions_are_nothing_but_zeros():
    content = files("residence-erased")
    assert [set(content[file]) for file in ("DF2/EF01", "DF2/EF02", "DF2/EF03")] == [{0}] * 3
    assert objects(content["DF2/EF04"]) == {0xD7: b"0"}


# -- pictures ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_pictures_of_text_are_group_4_tiff(name):
    content = files(name)
    if name in FIRST:
        pictures = [(objects(content["DF1/EF01"])[0xD0], (674, 425))]
        assert len(pictures[0][0]) == 7000
    else:
        pictures = [(objects(content["DF1/EF03"])[0xD0], (480, 96)), (objects(content["DF1/EF04"])[0xDFD1], (480, 96))]
        assert [len(value) for value, _ in pictures] == [2500, 2500]
    for value, size in pictures:
        assert value[:4] == (b"MM\0*" if name in ("residence-erased", "residence-variants") else b"II*\0")
        with Image.open(io.BytesIO(value), formats=["TIFF"]) as picture:
            assert (picture.size, picture.mode, picture.info["compression"]) == (size, "1", "group4")
            black = picture.convert("L").tobytes().count(0)
            assert size[0] * size[1] * 0.01 < black < size[0] * size[1] * 0.2


@pytest.mark.parametrize("name", NAMES)
def test_photos_are_colour_jpeg_2000(name):
    content = files(name)
    face = objects(content["DF1/EF02" if name in FIRST else "DF1/EF03"]).get(0xD1, b"")
    if name in (*UNSIGNED, "residence-infant"):
        assert set(face) <= {0}
        return
    assert len(face) == 3000
    raw = name in ("residence-erased", "residence-variants")
    assert face[:4] == (b"\xff\x4f\xff\x51" if raw else b"\0\0\0\x0c")
    with Image.open(io.BytesIO(face), formats=["JPEG2000"]) as picture:
        assert (picture.size, picture.mode) == ((240, 320), "RGB")


def test_under_sixteen_nothing_is_signed():
    content = files("residence-under16")
    assert content["DF3/EF01"] == b"\xda\0\xdb\0" + bytes(1460)
    assert content["DF1/EF02"] == b"\xd1\0" + bytes(3002)
    content = files("residence-under16-variant")
    assert content["DF3/EF01"] == b"\xda\0" + bytes(1462)
    assert content["DF1/EF02"] == b"\xd1\x82\x0b\xb8" + bytes(3000)


@pytest.mark.parametrize(("form", "expected"), [("length", "d1000000"), ("value", "d1820bb8"), ("file", "00000000")])
def test_three_forms_of_no_photo(form, expected):
    child = replace(PERSONAS[4], empty_photo=form)
    assert child.name == "residence-under16"
    photo = issue_residence(child).files["DF1/EF02"]
    assert (len(photo), photo[:4].hex(), set(photo[4:])) == (3004, expected, {0})


def test_a_file_may_announce_more_than_it_has():
    assert files("residence-first", "huge-length")["DF1/EF01"][:6].hex() == "d084ffffffff"
    assert files("residence-plain", "huge-length")["DF1/EF03"][:6].hex() == "d084ffffffff"


# -- signatures ----------------------------------------------------------------------------------------------------------


def target(content):
    if len(content["MF/EF02"]) == 3:
        return objects(content["DF1/EF01"])[0xD0] + objects(content["DF1/EF02"])[0xD1]
    entries = b"".join(objects(content["DF1/EF02"]).values()).ljust(53, b"\0")
    images = objects(content["DF1/EF03"])
    return entries + images[0xD1] + images[0xD0]


def certificate(content):
    """The octets up to the end of the outer SEQUENCE (§8.3)."""
    signature = objects(content["DF3/EF01"])
    octets = signature.get(0xDB) or signature[0xDD]
    count = octets[1] & 0x7F
    return octets[: 2 + count + int.from_bytes(octets[2 : 2 + count], "big")]


def valid(content, *, form=""):
    key = parse_certificate(certificate(content)).public_key
    signature = objects(content["DF3/EF01"])
    if hasattr(key, "n"):
        block = pow(int.from_bytes(signature[0xDA], "big"), key.e, key.n).to_bytes(256, "big")
        digest = hashes.Hash(hashes.SHA256())
        digest.update(target(content))
        info = b"" if form == "B" else bytes.fromhex("3031300D060960864801650304020105000420")
        tail = b"\0" + info + digest.finalize()
        return block == b"\0\1" + b"\xff" * (254 - len(tail)) + tail
    public = ec.EllipticCurvePublicNumbers(key.point.x, key.point.y, ec.SECP384R1()).public_key()
    code = signature[0xDC]
    if form != "DER":
        assert len(code) == 96
        code = utils.encode_dss_signature(int.from_bytes(code[:48], "big"), int.from_bytes(code[48:], "big"))
    try:
        public.verify(code, target(content), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def issuers(content):
    """Names of the anchors that signed the card's certificate."""
    issued = parse_certificate(certificate(content))
    anchors = {name: parse_certificate(octets) for name, octets in simulator_trust("residence").items()}
    return [name for name, anchor in anchors.items() if verify_certificate_signature(issued, anchor.public_key)]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in UNSIGNED])
def test_every_signed_card_verifies_up_to_its_anchor(name):
    content = files(name)
    assert valid(content)
    expected = {"residence-older-authority": "2018"}.get(name, "2026" if name in SECOND else "2024")
    assert issuers(content) == [f"simulator-residence-{expected}.cer"]


def test_certificates_are_as_long_as_real_ones():
    assert {len(certificate(files(name))) for name in SECOND} <= {598, 599}
    for name in FIRST[:2]:
        signature = objects(files(name)["DF3/EF01"])
        assert (len(signature[0xDA]), len(signature[0xDB])) == (256, 1200)
        assert set(signature[0xDB][len(certificate(files(name))) :]) == {0}


def test_authorities_share_a_name_and_say_what_they_are():
    anchors = {name: parse_certificate(octets) for name, octets in simulator_trust("residence").items()}
    old, new, second = (anchors[f"simulator-residence-{year}.cer"] for year in ("2018", "2024", "2026"))
    assert old.subject.text == new.subject.text != second.subject.text
    assert old.ski != new.ski
    for name, octets in simulator_trust("residence").items():
        anchor = anchors[name]
        assert (octets.count(b"NOT A REAL MINISTRY"), octets.count(b"HONNIN SIMULATOR"), octets.count(b"TEST ")) == (2, 2, 2)
        assert (anchor.is_ca, anchor.path_length) == (True, 0)
        assert verify_certificate_signature(anchor, anchor.public_key)
        assert b"ZairyuCard CA" in octets


@pytest.mark.parametrize("name", ["residence-plain", "residence-first", "residence-special"])
@pytest.mark.parametrize("fault", ["tampered-name", "tampered-birth", "tampered-expiry", "tampered-face", "tampered-signature"])
def test_what_is_signed_cannot_be_altered(name, fault):
    content = files(name, fault)
    assert not valid(content)
    assert issuers(content)


@pytest.mark.parametrize(
    ("name", "fault", "file"),
    [
        ("residence-plain", "tampered-address", "DF1/EF04"), ("residence-first", "tampered-address", "DF2/EF01"),
        ("residence-plain", "invented-permission", "DF2/EF01"), ("residence-first", "invented-permission", "DF2/EF02"),
        ("residence-plain", "other-number", "DF1/EF01"),
    ],
)  # fmt: skip
def test_what_is_not_signed_can_be_altered_unnoticed(name, fault, file):
    content, genuine = files(name, fault), files(name)
    assert [each for each in content if content[each] != genuine[each]] == [file]
    assert valid(content)
    assert issuers(content)


@pytest.mark.parametrize("name", ["residence-plain", "residence-first"])
def test_signers_that_must_not_be_believed(name):
    foreign, forged = files(name, "foreign-authority"), files(name, "forged-authority")
    assert valid(foreign)
    assert valid(forged)
    assert issuers(foreign) == issuers(forged) == []
    year = "2026" if name == "residence-plain" else "2024"
    stranger = parse_certificate(stranger_anchor(year))
    issued = parse_certificate(certificate(foreign))
    assert verify_certificate_signature(issued, stranger.public_key)
    assert issued.aki == stranger.ski
    anchor = parse_certificate(simulator_trust("residence")[f"simulator-residence-{year}.cer"])
    assert parse_certificate(certificate(forged)).aki == anchor.ski
    expired = files(name, "signer-expired")
    assert valid(expired)
    assert issuers(expired)
    assert parse_certificate(certificate(expired)).not_after.date() < min(p.issued for p in PERSONAS if p.name == name)


def test_other_forms_of_the_check_code():
    content = files("residence-first", "check-code-form-b")
    assert valid(content, form="B")
    assert not valid(content)
    content = files("residence-plain", "check-code-der")
    assert valid(content, form="DER")
    assert 100 <= len(objects(content["DF3/EF01"])[0xDC]) <= 104


def test_odd_certificates():
    first = certificate(files("residence-first", "certificate-encoding"))
    assert first[1] == 0x83
    with pytest.raises(ValueError):
        x509.load_der_x509_certificate(first)
    algorithm = bytes.fromhex("06082A8648CE3D040302")
    assert certificate(files("residence-plain", "certificate-encoding")).count(algorithm + b"\x05\0") == 2
    assert certificate(files("residence-special")).count(algorithm + b"\x05\0") == 2
    assert certificate(files()).count(algorithm + b"\x05\0") == 0
    for name, tag in (("residence-first", 0xDB), ("residence-plain", 0xDD)):
        content = files(name, "certificate-trailing")
        assert objects(content["DF3/EF01"])[tag][len(certificate(content)) :].strip(b"\0")


def test_a_card_may_pretend_to_be_a_childs():
    content = files("residence-first", "signature-hidden")
    assert content["DF3/EF01"][:4] == b"\xda\0\xdb\0"
    assert content["DF1/EF02"][:2] == b"\xd1\0"
    content = files("residence-plain", "signature-hidden")
    assert content["DF3/EF01"][:4] == b"\xdc\0\xdd\0"
    assert objects(content["DF1/EF03"])[0xD1] == bytes(3000)


def test_the_sheets_signature_data():
    """The form of §4.2: forms A and B under the sheet's test key, rebuilt as `check_code` builds them."""
    signer = card_signer("2024")
    message = b"any target"
    public = x509.load_der_x509_certificate(signer.certificate).public_key()
    public.verify(check_code(signer, message), message, padding.PKCS1v15(), hashes.SHA256())
    block = pow(int.from_bytes(check_code(signer, message, "B"), "big"), 65537, public.public_numbers().n).to_bytes(256, "big")
    assert block.startswith(b"\0\1" + b"\xff" * 221 + b"\0")
    assert len(block) - 224 == 32


# -- the catalogue -------------------------------------------------------------------------------------------------------


def test_the_first_residence_card_is_the_plain_one_and_shows_its_number():
    cards = [spec for spec in list_cards() if spec.document == "residence"]
    assert cards[0] == CardSpec(
        "residence-plain", "residence", "SAMPLE ALEX", {"card_number": "ZZ00000001ZZ"}, cards[0].about_ja, cards[0].about_en
    )
    assert len({spec.secrets["card_number"] for spec in cards}) == len(cards)
    assert all(spec.about_ja and spec.about_en and "SAMPLE" in spec.holder for spec in cards)


@pytest.mark.parametrize("name", NAMES)
def test_every_fault_that_fits_changes_the_files_or_the_way(name):
    way = ("garbage", "removed", "slow", "error", "short-only", "read-limit", "exact-length", "strict", "wrong-mutual", "altered")
    genuine = files(name)
    for spec in faults_for(name):
        assert spec.name.startswith(way) or files(name, spec.name) != genuine


def test_the_same_card_is_issued_octet_for_octet_each_time():
    assert issue("residence-variants").files == issue("residence-variants").files
