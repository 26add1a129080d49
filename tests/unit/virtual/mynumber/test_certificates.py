"""Certificates, lists and answers of the simulated certification service (jpki-validation.md §1, §3, §6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from honnin_virtual import Faults, list_cards
from honnin_virtual.mynumber.jpki import AUTH, GENERATIONS, SIGN, authority, jpki_anchors, request_for
from honnin_virtual.mynumber.personas import MUNICIPALITIES, PERSONAS
from honnin_virtual.mynumber.status import OcspMode, crl, ocsp_answer, revoked_certificates
from tests.unit.virtual.mynumber.terminal import NOW, Terminal
from tests.vectors import vector_path

PLAIN, FOREIGN = MUNICIPALITIES["99201"], MUNICIPALITIES["99202"]
NAMES = [spec.name for spec in list_cards() if spec.document == "mynumber"]


def persona(name):
    return next(each for each in PERSONAS if each.name == name)


def on_card(name="mynumber-plain", **arguments):
    """(authentication certificate, its authority, signature certificate, its authority) as files of the card."""
    files = Terminal(name, **arguments).card.files
    return [x509.load_der_x509_certificate(files[f"JPKI/{n}"]) for n in ("000A", "000B", "0001", "0002") if f"JPKI/{n}" in files]


def oids(certificate):
    return [extension.oid.dotted_string for extension in certificate.extensions]


@pytest.mark.parametrize("service", [SIGN, AUTH])
def test_authorities_have_the_extensions_of_the_real_ones(service):
    real = x509.load_der_x509_certificate(vector_path(f"jpki-ca/{service.name}ca03.cer").read_bytes())
    ours = x509.load_der_x509_certificate(authority(service, 3).certificate())
    assert [(e.oid, e.critical) for e in ours.extensions] == [(e.oid, e.critical) for e in real.extensions]
    assert [(a.oid, a._type) for a in ours.subject] == [(a.oid, a._type) for a in real.subject]
    assert ours.subject != real.subject
    assert ours.public_key() != real.public_key()


def test_generations_share_their_name_and_nothing_else():
    anchors = [x509.load_der_x509_certificate(octets) for octets in jpki_anchors()]
    assert len(anchors) == 8
    for four in (anchors[:4], anchors[4:]):
        assert len({each.subject.public_bytes() for each in four}) == 1
        assert len({each.public_key().public_numbers().n for each in four}) == 4
        for each in four:
            each.verify_directly_issued_by(each)
            assert "SIMULATOR" in each.subject.rfc4514_string()


@pytest.mark.parametrize("name", NAMES)
def test_certificates_on_the_card_have_the_profile(name):
    certificates = on_card(name)
    for certificate, issuer in zip(certificates[::2], certificates[1::2], strict=True):
        certificate.verify_directly_issued_by(issuer)
        assert issuer.public_bytes(x509_der()) in jpki_anchors()
        identifier = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        assert identifier.authority_cert_serial_number == issuer.serial_number
        assert identifier.key_identifier == issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        critical = [extension.oid.dotted_string for extension in certificate.extensions if extension.critical]
        assert critical == ["2.5.29.15", "2.5.29.32"]
        alternative = certificate.extensions.get_extension_for_class(x509.IssuerAlternativeName).value
        mine = issuer.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert list(alternative) == list(mine)
        assert certificate.not_valid_after_utc.strftime("%H:%M:%S") == "14:59:59"
    auth = certificates[0]
    assert oids(auth) == [
        "2.5.29.15", "2.5.29.37", "2.5.29.32", "2.5.29.18", "2.5.29.31", "1.3.6.1.5.5.7.1.1", "2.5.29.35", "2.5.29.14",
    ]  # fmt: skip
    assert len(auth.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value) == 23
    if len(certificates) == 4:
        sign = certificates[2]
        assert oids(sign) == [
            "2.5.29.15", "2.5.29.17", "2.5.29.32", "2.5.29.18", "2.5.29.31", "1.3.6.1.5.5.7.1.1", "2.5.29.35",
            "2.5.29.14",
        ]  # fmt: skip
        values = person(sign)
        assert len(values["2"]) == len(values["1"])
        assert len(values["6"]) == len(values["5"])


def x509_der():
    from cryptography.hazmat.primitives.serialization import Encoding

    return Encoding.DER


def person(certificate):
    """Last arc of the attribute OID → text, in the order of the certificate."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    found = {}
    for name in names:
        assert name.type_id.dotted_string.startswith("1.2.392.200149.8.5.5.")
        assert name.value[0] == 0x0C
        length = name.value[1] if name.value[1] < 0x80 else name.value[2]
        assert len(name.value) == length + (2 if name.value[1] < 0x80 else 3)
        found[name.type_id.dotted_string.rsplit(".", 1)[1]] = name.value[-length:].decode()
    return found


def test_the_sheets_vector_of_the_attributes_comes_out_octet_for_octet():
    # jpki-validation.md §1.6: the fictional holder of a test card
    vector = (
        "3081d2a01f060a2a83088c9b5508050501a0110c0fe9bb92e6a190e38080e5b9b9e4b99fa019060a2a83088c9b5508050504a00b0c0933313"
        "9383030323137a011060a2a83088c9b5508050503a0030c0131a046060a2a83088c9b5508050505a0380c36e69db1e4baace983bde6b885e7"
        "80ace5b882e8a6b3e5b883e5ad90e58d97efbc91efbc92efbc8defbc97efbc8defbc92efbc90efbc92a015060a2a83088c9b5508050502a00"
        "70c053030303030a022060a2a83088c9b5508050506a0140c12303030303030303030303030303030303030"
    )
    holder = replace(
        persona("mynumber-plain"), holder="黒桐　幹也", address="東京都清瀬市観布子南１２－７－２０２",
        birth=datetime(1980, 2, 17, tzinfo=UTC).date(), sex="1",
    )  # fmt: skip
    certificate = request_for(holder, SIGN, PLAIN, NOW).certificate(authority(SIGN, 3))
    assert bytes.fromhex(vector) in certificate


def test_the_policy_extension_has_the_octets_of_the_sheet_when_it_claims_the_real_policy():
    assert "060b2a83088c9b550805010114" in on_card(faults=Faults(certificate_real_policy=True))[2].public_bytes(x509_der()).hex()
    assert "060b2a83088c9b550805010014" in on_card()[2].public_bytes(x509_der()).hex()


def test_certificates_end_on_the_fifth_birthday_after_issue():
    # §1.5: test card issued 2025-10-27, born 1980-02-17, ends 2030-02-17
    holder = replace(
        persona("mynumber-plain"), birth=datetime(1980, 2, 17, tzinfo=UTC).date(),
        issued=datetime(2025, 10, 27, tzinfo=UTC).date(),
    )  # fmt: skip
    assert request_for(holder, AUTH, PLAIN, NOW).not_after == datetime(2030, 2, 17, 14, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("year", [2026, 2028, 2030, 2031, 2034])
def test_certificates_are_renewed_in_time(year):
    now = datetime(year, 7, 1, tzinfo=UTC)
    for service in (SIGN, AUTH):
        request = request_for(persona("mynumber-plain"), service, PLAIN, now)
        assert request.not_before <= now <= request.not_after


def test_expired_cards_have_certificates_of_the_first_generation():
    auth, issuer, *_ = on_card("mynumber-expired")
    assert issuer.serial_number == GENERATIONS[1][0]
    assert auth.not_valid_after_utc < NOW
    for certificate in on_card(faults=Faults(certificate_expired=True))[::2]:
        assert NOW - timedelta(days=366) < certificate.not_valid_after_utc < NOW


def test_an_impostor_has_the_authoritys_name_and_key_identifier_but_not_its_key():
    auth, impostor, *_ = on_card(faults=Faults(lookalike_authority=True))
    real = x509.load_der_x509_certificate(authority(AUTH, 3).certificate())
    assert impostor.subject == real.subject
    assert impostor.serial_number == real.serial_number
    key_id = x509.SubjectKeyIdentifier
    assert impostor.extensions.get_extension_for_class(key_id).value == real.extensions.get_extension_for_class(key_id).value
    auth.verify_directly_issued_by(impostor)
    with pytest.raises(InvalidSignature):
        auth.verify_directly_issued_by(real)


def test_serials_never_meet():
    for service in (SIGN, AUTH):
        owner = {}
        for each in PERSONAS:
            for year in range(2016, 2060, 2):
                serial = request_for(each, service, PLAIN, datetime(year, 7, 1, tzinfo=UTC)).serial
                assert owner.setdefault(serial, each.name) == each.name
        assert not owner.keys() & {serial + 8 for serial in owner}


def test_substitute_characters_are_flagged_at_their_places():
    name = person(on_card("mynumber-substitutes")[2])
    assert [(c, f) for c, f in zip(name["1"], name["2"], strict=True) if f == "1"] == [("吉", "1"), ("〓", "1")]


# -- lists ------------------------------------------------------------------------------------------------------------


def listed(service, municipality, serial):
    found = x509.load_der_x509_crl(crl(service, 3, municipality, NOW))
    return found.get_revoked_certificate_by_serial_number(serial)


def test_a_list_is_signed_by_its_generation_and_names_its_point():
    for service in (SIGN, AUTH):
        found = x509.load_der_x509_crl(crl(service, 3, PLAIN, NOW, number=7))
        issuer = x509.load_der_x509_certificate(authority(service, 3).certificate())
        assert found.is_signature_valid(issuer.public_key())
        assert found.issuer == issuer.subject
        assert found.last_update_utc <= NOW < found.next_update_utc
        point = found.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
        assert point.critical
        certificate = on_card()[0 if service is AUTH else 2]
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        assert point.value.full_name == points[0].full_name
        assert found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 7


def test_lists_hold_the_moved_persons_certificate_and_the_revoked_twins_only():
    moved = on_card("mynumber-moved")
    entry = listed(SIGN, PLAIN, moved[2].serial_number)
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.affiliation_changed
    assert listed(AUTH, PLAIN, moved[0].serial_number) is None
    auth, _, sign, _ = on_card()
    assert listed(AUTH, PLAIN, auth.serial_number) is None
    assert listed(SIGN, PLAIN, sign.serial_number) is None
    auth, _, sign, _ = on_card(faults=Faults(certificate_revoked=True))
    assert listed(AUTH, PLAIN, auth.serial_number) is not None
    assert listed(SIGN, PLAIN, sign.serial_number) is not None


def test_a_municipalitys_list_holds_its_own_certificates_only():
    auth, *_ = on_card("mynumber-foreign", faults=Faults(certificate_revoked=True))
    assert listed(AUTH, FOREIGN, auth.serial_number) is not None
    assert listed(AUTH, PLAIN, auth.serial_number) is None


def test_a_list_can_be_out_of_date():
    found = x509.load_der_x509_crl(crl(SIGN, 3, PLAIN, NOW, life=timedelta(hours=-1)))
    assert found.next_update_utc < NOW
    assert found.last_update_utc < found.next_update_utc


# -- OCSP -------------------------------------------------------------------------------------------------------------


def asked(certificate, issuer, *, nonce=b"0123456789abcdef", algorithm=None):
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, algorithm or hashes.SHA1())
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(x509_der())


def answered(request, **arguments):
    return ocsp.load_der_ocsp_response(ocsp_answer(request, NOW, **arguments))


@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA256()])
def test_the_responder_answers_good_and_revoked_with_a_delegated_certificate(algorithm):
    auth, issuer, sign, sign_issuer = on_card("mynumber-moved")
    for certificate, authority_, status in (
        (auth, issuer, ocsp.OCSPCertStatus.GOOD), (sign, sign_issuer, ocsp.OCSPCertStatus.REVOKED),
    ):  # fmt: skip
        answer = answered(asked(certificate, authority_, algorithm=algorithm))
        assert answer.certificate_status is status
        assert answer.serial_number == certificate.serial_number
        assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"0123456789abcdef"
        assert answer.this_update_utc <= NOW < answer.next_update_utc
        (responder,) = answer.certificates
        responder.verify_directly_issued_by(authority_)
        usage = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(usage) == [ExtendedKeyUsageOID.OCSP_SIGNING]
        responder.public_key().verify(
            answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), answer.signature_hash_algorithm
        )
    assert answer.revocation_reason is x509.ReasonFlags.affiliation_changed


def test_the_wrong_generation_is_unauthorized_although_its_name_is_right():
    auth, _, _, _ = on_card()
    rogue = on_card(faults=Faults(lookalike_authority=True))[1]
    answer = answered(asked(auth, rogue))
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_modes_of_the_responder():
    auth, issuer, *_ = on_card()
    request = asked(auth, issuer)
    status = ocsp.OCSPResponseStatus
    for mode, expected in (
        (OcspMode.TRY_LATER, status.TRY_LATER), (OcspMode.UNAUTHORIZED, status.UNAUTHORIZED),
        (OcspMode.SIGNATURE_REQUIRED, status.SIG_REQUIRED), (OcspMode.INTERNAL_ERROR, status.INTERNAL_ERROR),
    ):  # fmt: skip
        assert answered(request, mode=mode).response_status is expected
    assert answered(b"\x30\x00").response_status is status.MALFORMED_REQUEST
    assert answered(request, mode=OcspMode.UNKNOWN).certificate_status is ocsp.OCSPCertStatus.UNKNOWN
    assert answered(request, mode=OcspMode.STALE).next_update_utc < NOW
    assert answered(request, mode=OcspMode.NO_NEXT_UPDATE).next_update_utc is None
    assert answered(request, mode=OcspMode.OTHER_SERIAL).serial_number != auth.serial_number
    assert list(answered(request, mode=OcspMode.NO_NONCE).extensions) == []
    wrong = answered(request, mode=OcspMode.WRONG_NONCE).extensions.get_extension_for_class(x509.OCSPNonce)
    assert wrong.value.nonce != b"0123456789abcdef"
    (impostor,) = answered(request, mode=OcspMode.IMPOSTOR).certificates
    with pytest.raises(InvalidSignature):
        impostor.verify_directly_issued_by(issuer)
    with pytest.raises(ValueError, match="pars"):
        answered(request, mode=OcspMode.MALFORMED)


def test_a_certificate_that_was_never_issued_is_unknown():
    issuer = on_card()[1]
    stranger = replace(request_for(persona("mynumber-plain"), AUTH, PLAIN, NOW), serial=5).certificate(authority(AUTH, 3))
    answer = answered(asked(x509.load_der_x509_certificate(stranger), issuer))
    assert answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN


def test_revocation_never_lies_in_the_future_of_the_list():
    for service in (SIGN, AUTH):
        assert all(entry.since < NOW for entry in revoked_certificates(service))


def test_no_name_or_address_of_the_real_service_is_used():
    real_hosts = (b"jpki.go.jp",)
    for name in NAMES:
        for certificate in on_card(name):
            octets = certificate.public_bytes(x509_der())
            assert b"JPKI-SIMULATOR" in octets
            assert not any(host in octets for host in real_hosts)
