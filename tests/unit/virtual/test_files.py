"""What is issued: hashes, signatures and certificates, with OpenSSL's command as the second opinion."""

import hashlib
import io
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from honnin.core.tlv import find, parse_all, parse_single
from honnin_virtual import Faults, issue, list_cards
from honnin_virtual.faces import face_jpeg, face_jpeg2000
from honnin_virtual.passport.build import AaSpec, FaceSpec, SodSpec, build_passport
from honnin_virtual.passport.mrz import Holder, check_digit, mrz_information, mrz_lines
from honnin_virtual.pki import DSC_NAMES, document_signer, simulator_anchors, simulator_crl, untrusted_anchor

NOW = datetime(2026, 11, 25, tzinfo=UTC)
OPENSSL = shutil.which("openssl")
need_openssl = pytest.mark.skipif(OPENSSL is None, reason="the command openssl is not on this machine")
PASSPORTS = [card.name for card in list_cards() if card.document == "passport"]
HASHES = {20: "sha1", 28: "sha224", 32: "sha256", 48: "sha384", 64: "sha512"}


def openssl(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([str(OPENSSL), *map(str, arguments)], capture_output=True, timeout=30, check=False)


@pytest.fixture(scope="module")
def cards():
    return {name: issue(name, now=NOW) for name in PASSPORTS}


def listed_hashes(sod: bytes) -> dict[int, bytes]:
    """The hashes of the security object, by a walk through the TLV."""
    content = find(sod, 0x77, 0x30, 0xA0, 0x30, 0x30, 0xA0, 0x04)
    lds = parse_single(content.value).children()
    assert [item.tag for item in lds[:3]] == [0x02, 0x30, 0x30]
    pairs = (entry.children() for entry in lds[2].children())
    return {int.from_bytes(number.value, "big"): octets.value for number, octets in pairs}


@pytest.mark.parametrize("name", PASSPORTS)
def test_every_data_group_is_listed_with_its_hash(cards, name):
    files = cards[name].files
    hashes = listed_hashes(files["EF.SOD"])
    groups = {int(file[5:]): octets for file, octets in files.items() if file.startswith("EF.DG")}
    assert groups.keys() == hashes.keys()
    for number, octets in groups.items():
        assert hashlib.new(HASHES[len(hashes[number])], octets).digest() == hashes[number]


@need_openssl
@pytest.mark.parametrize("name", PASSPORTS)
def test_openssl_verifies_the_signature_of_every_security_object(cards, name, tmp_path):
    (tmp_path / "sod").write_bytes(find(cards[name].files["EF.SOD"], 0x77).value)
    result = openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", tmp_path / "sod", "-out", tmp_path / "content")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "content").read_bytes() == find(cards[name].files["EF.SOD"], 0x77, 0x30, 0xA0, 0x30, 0x30, 0xA0, 0x04).value


@need_openssl
def test_openssl_verifies_card_security(cards, tmp_path):
    (tmp_path / "cms").write_bytes(cards["passport-pace-cam"].files["EF.CardSecurity"])
    result = openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", tmp_path / "cms", "-out", tmp_path / "content")
    assert result.returncode == 0, result.stderr
    entries = parse_single((tmp_path / "content").read_bytes()).children()
    in_card_access = parse_single(cards["passport-pace-cam"].files["EF.CardAccess"]).children()
    assert {item.raw for item in in_card_access} <= {item.raw for item in entries}


@need_openssl
def test_openssl_rejects_a_damaged_signature(tmp_path):
    card = issue("passport-bac-aa-rsa", faults=Faults(tampered_sod=True))
    (tmp_path / "sod").write_bytes(find(card.files["EF.SOD"], 0x77).value)
    result = openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", tmp_path / "sod", "-out", tmp_path / "content")
    assert result.returncode != 0


def anchors_pem(tmp_path, certificates) -> str:
    lines = []
    for n, certificate in enumerate(certificates):
        (tmp_path / f"{n}.cer").write_bytes(certificate)
        lines.append(openssl("x509", "-inform", "DER", "-in", tmp_path / f"{n}.cer").stdout)
    (tmp_path / "anchors.pem").write_bytes(b"".join(lines))
    return str(tmp_path / "anchors.pem")


def chain(tmp_path, signer, *options, certificates=None) -> str:
    """openssl verify on a document signer with an RSA key: it refuses explicit curve parameters as such."""
    pem = anchors_pem(tmp_path, certificates or simulator_anchors()[:3])
    (tmp_path / "dsc.cer").write_bytes(signer.certificate)
    (tmp_path / "dsc.pem").write_bytes(openssl("x509", "-inform", "DER", "-in", tmp_path / "dsc.cer").stdout)
    result = openssl("verify", "-CAfile", pem, *options, tmp_path / "dsc.pem")
    return (result.stdout + result.stderr).decode()


@need_openssl
@pytest.mark.parametrize(
    ("state", "answer"),
    [("good", "OK"), ("expired", "certificate has expired"), ("forged", "certificate signature failure"),
     ("foreign", "unable to get local issuer")],
)  # fmt: skip
def test_openssl_says_the_same_of_each_state_of_a_document_signer(tmp_path, state, answer):
    assert answer in chain(tmp_path, document_signer("rsa2048", state), "-attime", int(NOW.timestamp()))


@need_openssl
def test_openssl_finds_the_revoked_signer_in_the_list(tmp_path):
    """The list is signed by the newest authority, so the chain with it is checked there by number alone."""
    (tmp_path / "list.crl").write_bytes(simulator_crl())
    text = openssl("crl", "-inform", "DER", "-in", tmp_path / "list.crl", "-noout", "-text").stdout.decode()
    assert f"{document_signer('rsa2048', 'revoked').serial:06X}" in text
    assert f": {document_signer('rsa2048').serial:04X}\n" not in text


@need_openssl
@pytest.mark.parametrize("name", DSC_NAMES)
def test_every_document_signer_was_signed_by_its_authority(name, tmp_path):
    """TBSCertificate and signature are cut out by hand and given to openssl dgst with the authority's key."""
    signer = document_signer(name)
    tbs, _, signature = parse_all(parse_single(signer.certificate).value)
    (tmp_path / "tbs").write_bytes(tbs.raw)
    (tmp_path / "signature").write_bytes(signature.value[1:])
    verdicts = []
    for certificate in simulator_anchors()[:3]:
        (tmp_path / "csca.cer").write_bytes(certificate)
        key = openssl("x509", "-inform", "DER", "-in", tmp_path / "csca.cer", "-noout", "-pubkey").stdout
        (tmp_path / "key.pem").write_bytes(key)
        rsa = len(certificate) > 1_500
        options = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32") if rsa else ()
        verdicts.append(
            openssl("dgst", "-sha256" if rsa else "-sha384", *options, "-verify", tmp_path / "key.pem",
                    "-signature", tmp_path / "signature", tmp_path / "tbs").returncode == 0
        )  # fmt: skip
    assert verdicts.count(True) == 1


@need_openssl
def test_authorities_are_selfsigned_and_linked(tmp_path):
    anchors = simulator_anchors()
    for certificate in anchors[:3]:
        pem = anchors_pem(tmp_path, [certificate])
        assert "OK" in openssl("verify", "-CAfile", pem, pem).stdout.decode()
    texts = []
    for certificate in anchors:
        (tmp_path / "one.cer").write_bytes(certificate)
        texts.append(openssl("x509", "-inform", "DER", "-in", tmp_path / "one.cer", "-noout", "-ext",
                             "subjectKeyIdentifier,authorityKeyIdentifier").stdout.decode())  # fmt: skip
    ids = [[line.strip() for line in text.splitlines() if ":" in line and "X509v3" not in line] for text in texts]
    subject = [pair[0] for pair in ids]
    authority = [pair[1] for pair in ids]
    assert subject[:3] == authority[:3]
    assert (subject[3], authority[3]) == (subject[1], subject[0])
    assert (subject[4], authority[4]) == (subject[2], subject[1])


def test_everything_that_is_signed_says_that_it_is_a_simulator():
    certificates = [*simulator_anchors(), untrusted_anchor(), *(document_signer(name).certificate for name in DSC_NAMES)]
    for certificate in certificates:
        assert certificate.count(b"NOT A REAL STATE") == 2
        assert b"HONNIN SIMULATOR" in certificate
        assert b"\x13\x02UT" in certificate
    for card in list_cards():
        if card.document != "passport":
            continue
        first = card.secrets["mrz"].split("\n")[0]
        assert first[2:5] == "UTO"


def test_issuing_gives_the_same_files_each_time():
    first, second = (issue("passport-pace-cam", now=NOW) for _ in range(2))
    assert first.files == second.files
    assert issue("passport-pace-im", now=NOW).files != issue("passport-pace-im", now=NOW.replace(year=2027)).files


def test_signing_time_is_the_time_given():
    assert NOW.strftime("%y%m%d%H%M%SZ").encode() in issue("passport-pace-im", now=NOW).files["EF.SOD"]


@pytest.mark.parametrize("scheme", ["pkcs1", "pss", "rsa"])
@pytest.mark.parametrize("hash_name", ["sha1", "sha224", "sha256", "sha384", "sha512"])
@need_openssl
def test_rsa_signatures_of_every_kind(scheme, hash_name, tmp_path):
    check_sod(SodSpec("rsa2048", scheme, hash_name), tmp_path)


@pytest.mark.parametrize("signer", [name for name in DSC_NAMES if "rsa" not in name])
@need_openssl
def test_ecdsa_signatures_on_every_curve(signer, tmp_path):
    check_sod(SodSpec(signer, "", "sha384", lds_version=1), tmp_path)


@need_openssl
def test_salt_of_another_length_and_signer_by_key_identifier(tmp_path):
    check_sod(SodSpec("rsa2048", "pss", "sha256", salt_length=20, by_key_id=True), tmp_path)


def check_sod(sod: SodSpec, tmp_path) -> None:
    card = build_passport(sod=sod, face=FaceSpec(size=9_000))
    (tmp_path / "sod").write_bytes(find(card.files["EF.SOD"], 0x77).value)
    result = openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", tmp_path / "sod", "-out", tmp_path / "content")
    assert result.returncode == 0, result.stderr


def test_version_1_of_the_security_object_names_the_versions():
    old, new = (build_passport(sod=SodSpec(lds_version=n)).files["EF.SOD"] for n in (0, 1))
    assert bytes.fromhex("1304") + b"0108" + bytes.fromhex("1306") + b"040000" not in old
    assert bytes.fromhex("1304") + b"0108" + bytes.fromhex("1306") + b"040000" in new


@pytest.mark.parametrize("name", PASSPORTS)
def test_card_access_is_a_subset_of_data_group_14(cards, name):
    files = cards[name].files
    if "EF.CardAccess" not in files:
        assert "pace" not in name
        return
    in_14 = {item.raw for item in find(files["EF.DG14"], 0x6E, 0x31).children()}
    assert {item.raw for item in parse_single(files["EF.CardAccess"]).children()} <= in_14


# --- data groups


def test_mrz_of_the_worked_examples():
    for digits, check in (("520727", "3"), ("AB2134<<<", "5")):
        assert check_digit(digits) == check
    holder = Holder("ERIKSSON", "ANNA MARIA", "L898902C3", "740812", "F", "340415", optional="ZE184226B")
    assert mrz_lines(holder)[1] == "L898902C36UTO7408122F3404159ZE184226B<<<<<16"
    old = Holder("ERIKSSON", "ANNA MARIA", "L898902C", "690806", "F", "940623")
    assert mrz_information(old) == "L898902C<369080619406236"


def test_dg1_holds_88_characters_behind_its_tags(cards):
    for name in PASSPORTS:
        octets = cards[name].files["EF.DG1"]
        assert octets[:5] == bytes.fromhex("615B5F1F58")
        assert octets[5:].decode() == cards[name].mrz.replace("\n", "")


@pytest.mark.parametrize("name", PASSPORTS)
def test_the_picture_in_dg2_can_be_opened(cards, name):
    from PIL import Image

    octets = cards[name].files["EF.DG2"]
    record = find(octets, 0x75, 0x7F61, 0x7F60).children()[-1]
    if record.tag == 0x5F2E:
        assert record.value[:8] == b"FAC\x00010\x00"
        assert int.from_bytes(record.value[8:12], "big") == len(record.value)
        image = record.value[46:]
    else:
        image = find(record.value, 0xA1, 0x65, 0xA1, 0x30, 0xA1, 0xA0, 0xA0, 0x80).value
    with Image.open(io.BytesIO(image)) as picture:
        assert picture.size == (413, 531)
        assert picture.format == ("JPEG" if image[:2] == b"\xff\xd8" else "JPEG2000")


def test_39794_record_has_the_shape_of_the_published_sample():
    from tests.vectors import vector_path

    sample = vector_path("passport/dg2/iso39794-5_mandatory.bin").read_bytes()
    ours = issue("passport-39794").files["EF.DG2"]
    for octets in (sample, ours):
        version = find(octets, 0x75, 0x7F61, 0x7F60, 0x7F2E, 0xA1, 0x65, 0xA0)
        assert version.value == bytes.fromhex("800103810207E3")
        assert find(octets, 0x75, 0x7F61, 0x7F60, 0x7F2E, 0xA1, 0x65, 0xA1, 0x30, 0xA1, 0xA0, 0xA0, 0xA1, 0xA0, 0x80) is not None
        assert find(octets, 0x75, 0x7F61, 0x7F60, 0xA1, 0x88).value == bytes.fromhex("002A")


@pytest.mark.parametrize("size", [9_000, 18_000, 60_000, 130_003])
def test_a_drawn_face_has_exactly_the_size_asked_for(size):
    assert len(face_jpeg("SPECIMEN", size=size)) == size


def test_faces_follow_the_name():
    assert face_jpeg("A") == face_jpeg("A")
    assert face_jpeg("A") != face_jpeg("B")
    assert face_jpeg2000("A")[:12] == bytes.fromhex("0000000C6A5020200D0A870A")


def test_dg11_lists_its_tags_and_carries_japanese_names():
    octets = issue("passport-long-names").files["EF.DG11"]
    tags = find(octets, 0x6B, 0x5C).value
    assert tags[:4] == bytes.fromhex("5F0E5F0F")
    assert "見本".encode() in octets
    assert find(octets, 0x6B, 0x5F2B).value == b"19951201"


@pytest.mark.parametrize(("aa", "listed"), [(AaSpec("rsa", 1024, "sha1"), False), (AaSpec("ecdsa", "secp256r1"), True)])
def test_ecdsa_active_authentication_brings_its_hash_in_dg14(aa, listed):
    files = build_passport(access="bac", aa=aa).files
    assert ("EF.DG14" in files) is listed


def test_issuing_is_quick():
    import time

    issue("passport-bac-aa-rsa")  # keys, certificates
    started = time.perf_counter()
    issue("passport-japanese-style")
    assert time.perf_counter() - started < 1.0  # 0.05 s on an ordinary machine that does nothing else
