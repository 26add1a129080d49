"""The tables that the law room must show: documents × channel × day, verifier, high risk, legacy, 携帯法, 番号法."""

from __future__ import annotations

import pytest

from honnin.law.rules import load_rules
from tests.unit.law.cases import ask, document, ids, satisfied, state
from tests.unit.law.method_table import FACE, LEGACY, ROWS, SIG, VERIFIER

COUNTER = ["PRESENT_1", "CHIP_READ", "CHIP_DISPLAY", *FACE]
DAYS = ("2025-06-23", "2026-11-25", "2027-03-31", "2027-04-01")


@pytest.mark.parametrize("kind", ["MYNA", "LICENCE", "RESIDENCE"])
@pytest.mark.parametrize(("day", "f2f", "face"), [
    ("2025-06-23", "イ", "ヘ"), ("2026-11-25", "イ", "ヘ"), ("2027-03-31", "イ", "ヘ"), ("2027-04-01", None, "ハ"),
])  # fmt: skip
def test_cards_with_address_in_the_chip(kind, day, f2f, face):
    letters = {each.id: each.letter for each in ask(on=day, doc=kind, evidence=COUNTER).satisfied}
    assert letters.get("hs.f2f_photo_document") == f2f
    assert letters["hs.remote_ic_face"] == face
    remote = {each.id: each.letter for each in ask(on=day, channel="remote", doc=kind, evidence=FACE).satisfied}
    assert remote == {"hs.remote_ic_face": face}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("channel", ["in_person", "remote"])
def test_a_passport_never_counts_by_ic_and_face(day, channel):
    everything = [each for each in load_rules().evidence if not each.startswith(("SIG_", "CSR"))]
    decision = ask(on=day, channel=channel, doc=["PASSPORT", "SUPPLEMENT"], evidence=everything,
                   house={"confirmed": ["L1", "L2", "L7"], "legacy_methods": True})
    for method in ("hs.remote_ic_face", "hs.remote_ic_other_institution", "hs.remote_ic_plus_mail"):
        assert state(decision, method)[0] == "closed"
    assert state(ask(law="keitai", on=day, doc="PASSPORT", evidence=everything, house={"confirmed": ["L7"]}),
                 "kt.remote_ic_face")[0] == "closed"


@pytest.mark.parametrize(("day", "expected"), [
    ("2025-06-23", {"hs.f2f_photo_document"}), ("2026-11-25", {"hs.f2f_photo_document"}),
    ("2027-03-31", {"hs.f2f_photo_document"}), ("2027-04-01", set()),
])  # fmt: skip
def test_a_passport_in_person_with_a_supplement_presented(day, expected):
    evidence = ["PRESENT_2", "CHIP_READ", "CHIP_DISPLAY", *SIG]
    assert satisfied(on=day, doc=["PASSPORT", "SUPPLEMENT"], evidence=evidence) == expected
    assert satisfied(on=day, doc="PASSPORT", evidence=evidence) == set()  # address_current of a passport is false


def test_one_presentation_is_not_passport_and_supplement():
    evidence = ["PRESENT_1", "CHIP_READ", "CHIP_DISPLAY", *SIG]
    decision = ask(doc=["PASSPORT", "SUPPLEMENT"], evidence=evidence)
    assert state(decision, "hs.f2f_photo_document") == ("near", ("address_current_or_supplement",))
    assert satisfied(doc=["PASSPORT", "SUPPLEMENT"], evidence=[*evidence, "SENT_OTHER"]) == {"hs.f2f_photo_document"}


def test_the_way_of_the_supplement_decides_field_and_attachment():
    base = ["CHIP_READ", "CHIP_DISPLAY", *SIG]
    shown = ask(doc=["PASSPORT", "SUPPLEMENT"], evidence=["PRESENT_2", *base])
    sent = ask(doc=["PASSPORT", "SUPPLEMENT"], evidence=["PRESENT_1", "SENT_OTHER", *base])
    assert "F19" in shown.record_fields
    assert "F04" not in shown.record_fields
    assert "F04" in sent.record_fields
    assert "F19" not in sent.record_fields
    assert "ATT_SUPPLEMENT" in sent.attachments
    assert "ATT_SUPPLEMENT" not in shown.attachments


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("house", "actor", "expected"), [
    (VERIFIER, "subject", "satisfied"),
    (VERIFIER, "agents_own", "satisfied"),  # the agent signs for his own identity
    (VERIFIER, "agent_for_customer", ("closed", "actor")),
    ({"is_signature_verifier": False}, "subject", ("closed", "standing")),
    ({"is_signature_confirmer": True}, "subject", ("closed", "standing")),
    (None, "subject", ("closed", "standing")),
])  # fmt: skip
def test_jpki_only_for_a_registered_verifier_and_only_by_the_person(day, house, actor, expected):
    decision = ask(on=day, channel="remote", actor=actor, house=house, doc="JPKI_SIGN_CARD",
                   evidence=["SIG_JPKI", "JPKI_VALID"])
    assert state(decision, "hs.jpki_sign") == expected


@pytest.mark.parametrize(("day", "letter"), [("2025-06-23", "ワ"), ("2025-06-24", "カ"), ("2027-03-31", "カ"),
                                             ("2027-04-01", "ヌ")])  # fmt: skip
def test_the_letter_of_jpki_moves(day, letter):
    decision = ask(on=day, house=VERIFIER, doc="JPKI_SIGN_CARD", evidence=["SIG_JPKI", "JPKI_VALID"])
    assert [(each.id, each.letter) for each in decision.satisfied] == [("hs.jpki_sign", letter)]


def test_jpki_needs_no_stated_address_but_a_stale_one_is_not_mended_by_a_supplement():
    evidence = ["SIG_JPKI", "JPKI_VALID", "SENT_OTHER"]
    assert satisfied(house=VERIFIER, documents=[{"kind": "JPKI_SIGN_CARD"}], evidence=evidence) == {"hs.jpki_sign"}
    stale = [{"kind": "JPKI_SIGN_CARD", "address_current": False}, document("SUPPLEMENT")]
    assert state(ask(house=VERIFIER, documents=stale, evidence=evidence), "hs.jpki_sign") == (
        "near", ("certificate_current",))  # fmt: skip


# --- high risk ---------------------------------------------------------------------------------------------------------

FLAGS = ["suspicion_impersonation", "suspicion_false", "high_risk_country", "foreign_pep", "assets_over_2m"]


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("method", sorted(each for each in ROWS if each.startswith("hs.")))
def test_nothing_is_satisfied_in_an_open_high_risk_case(flag, method):
    row = {**ROWS[method][1], "risk_flags": [flag]}
    row["house"] = {**row.get("house", {}), "confirmed": ["L1", "L2"]}
    decision = ask(**row)
    assert decision.satisfied == ()
    assert not decision.verified
    assert "hs.high_risk_additional_document" in ids(decision.near)


@pytest.mark.parametrize("flag", FLAGS)
def test_high_risk_is_satisfied_with_another_document_of_its_own(flag):
    evidence = [*COUNTER, "SENT_OTHER"]
    decision = ask(doc=["LICENCE", "CERTIFICATES"], evidence=evidence, risk_flags=[flag])
    assert ids(decision.satisfied) == {"hs.f2f_photo_document", "hs.remote_ic_face"}
    assert decision.additional == ("hs.high_risk_additional_document",)
    assert "hs.high_risk_additional_document" not in ids(decision.satisfied) | ids(decision.near)
    assert "F14" in decision.record_fields
    assert ("F30" in decision.record_fields) == flag.startswith("suspicion")
    assert ("F29" in decision.record_fields) == (flag == "foreign_pep")
    assert ("F26" in decision.record_fields) == (flag == "assets_over_2m")
    assert "ATT_SENT_DOCUMENT" in decision.attachments


@pytest.mark.parametrize(("documents", "evidence", "good"), [
    (["LICENCE"], [*COUNTER, "SENT_OTHER"], False),  # which document was sent is unknown
    (["LICENCE", "CERTIFICATES"], COUNTER, False),  # one presentation, and it is the licence's
    (["LICENCE", "CERTIFICATES"], ["PRESENT_2", *COUNTER], True),
    (["LICENCE", "SUPPLEMENT"], [*COUNTER, "SENT_OTHER"], True),
    (["LICENCE", document("SUPPLEMENT", address_current=False)], [*COUNTER, "SENT_OTHER"], False),
    (["LICENCE", document("CERTIFICATES", valid=False)], [*COUNTER, "SENT_OTHER"], False),
    (["LICENCE", "LICENCE"], [*COUNTER, "SENT_OTHER"], False),  # nobody has two licences
    (["PASSPORT", "SUPPLEMENT"], ["PRESENT_2", "CHIP_READ", "CHIP_DISPLAY", *SIG], False),  # address or additional
    (["PASSPORT", "SUPPLEMENT", "CERTIFICATES"], ["PRESENT_2", "SENT_OTHER", "CHIP_READ", "CHIP_DISPLAY", *SIG], True),
])  # fmt: skip
def test_what_counts_as_the_additional_document(documents, evidence, good):
    decision = ask(doc=documents, evidence=evidence, risk_flags=["foreign_pep"])
    assert decision.verified == good


@pytest.mark.parametrize(("documents", "evidence", "good"), [
    (["JPKI_SIGN_CARD"], [], False),
    (["JPKI_SIGN_CARD", "SUPPLEMENT"], ["PRESENT_1"], False),  # it must be a 本人確認書類
    (["JPKI_SIGN_CARD", "LICENCE"], ["PRESENT_1"], True),
    (["JPKI_SIGN_CARD", "LICENCE"], ["SENT_OTHER"], True),
    (["JPKI_SIGN_CARD", "PASSPORT"], ["PRESENT_1"], False),  # no address: a supplement too
    (["JPKI_SIGN_CARD", "PASSPORT", "SUPPLEMENT"], ["PRESENT_2"], True),
])  # fmt: skip
def test_after_a_signature_the_additional_document_is_an_identity_document(documents, evidence, good):
    decision = ask(house=VERIFIER, doc=documents, evidence=["SIG_JPKI", "JPKI_VALID", *evidence],
                   risk_flags=["foreign_pep"])  # fmt: skip
    assert decision.verified == good


def test_from_2027_the_additional_document_needs_l2():
    row = {"on": "2027-04-01", "doc": ["LICENCE", "CERTIFICATES"], "evidence": [*FACE, "SENT_OTHER"],
           "channel": "remote", "risk_flags": ["foreign_pep"]}  # fmt: skip
    assert state(ask(**row), "hs.high_risk_additional_document") == ("closed", "not_confirmed")
    assert not ask(**row).verified
    assert ask(**row, house={"confirmed": ["L2"]}).verified


@pytest.mark.parametrize("flag", ["suspicion_impersonation", "suspicion_false"])
@pytest.mark.parametrize("method", ["hs.already_verified", "hs.remote_ic_other_institution",
                                    "hs.remote_image_other_institution", "hs.reliance_account_or_card"])  # fmt: skip
def test_suspicion_disables_the_easy_methods(flag, method):
    row = ROWS[method][1]
    documents = [*([row["doc"]] if "doc" in row else []), "CERTIFICATES"]
    decision = ask(**{**row, "doc": documents, "evidence": [*row["evidence"], "SENT_OTHER"], "risk_flags": [flag]})
    where = state(decision, method)
    assert where[0] == "near"
    assert "not_if_suspicion" in where[1]


@pytest.mark.parametrize("flag", ["suspicious_transaction", "unusual_manner"])
def test_a_suspicious_or_unusual_transaction_needs_the_whole_verification(flag):
    decision = ask(evidence=["SAME_PERSON_SECRET"], risk_flags=[flag])
    assert state(decision, "hs.already_verified")[0] == "near"
    assert ask(doc="LICENCE", evidence=COUNTER, risk_flags=[flag]).verified


# --- legacy, lawyer points, policy -------------------------------------------------------------------------------------

LEGACY_METHODS = sorted(
    each.id for law in load_rules().laws.values() for each in law.methods if each.status.first == "legacy_off"
)


@pytest.mark.parametrize("method", LEGACY_METHODS)
def test_legacy_methods_open_only_with_the_switch(method):
    row = ROWS[method][1]
    assert row["house"] == LEGACY
    assert state(ask(**{**row, "house": None}), method) == ("closed", "legacy_off")
    assert state(ask(**{**row, "house": {"confirmed": sorted(load_rules().points)}}), method) == ("closed", "legacy_off")


@pytest.mark.parametrize("method", ["hs.remote_document_image_face", "hs.remote_image_other_institution",
                                    "hs.remote_image_plus_mail", "hs.remote_two_copies_plus_mail"])  # fmt: skip
def test_image_methods_stop_hard_on_2027_04_01(method):
    row = {**ROWS[method][1], "house": {**LEGACY, "confirmed": sorted(load_rules().points)}}
    assert state(ask(**{**row, "on": "2027-03-31"}), method) == "satisfied"
    assert state(ask(**{**row, "on": "2027-04-01"}), method) == ("closed", "date_over")


@pytest.mark.parametrize("method", ["hs.remote_ic_other_institution", "hs.remote_ic_plus_mail",
                                    "hs.remote_original_plus_mail"])  # fmt: skip
def test_three_methods_need_l1_from_2027(method):
    row = ROWS[method][1]
    assert state(ask(**row), method) == "satisfied"
    assert state(ask(**{**row, "on": "2027-04-01"}), method) == ("closed", "not_confirmed")
    assert state(ask(**{**row, "on": "2027-04-01", "house": {"confirmed": ["L1"]}}), method) == "satisfied"


def test_an_empty_list_of_points_stays_closed():
    points = sorted(load_rules().points)
    row = {**ROWS["hs.short_stay_passport"][1], "on": "2027-04-01", "house": {"confirmed": points}}
    assert state(ask(**row), "hs.short_stay_passport") == ("closed", "not_confirmable")
    auth = ask(law="bangou", channel="remote", doc="MYNA", house={"confirmed": points},
               evidence=["APPROVED_PROGRAM", "SIGNED_KENMEN_INFO", "USER_AUTH_CERT"])  # fmt: skip
    assert state(auth, "bn.online_user_auth") == ("closed", "not_confirmable")


@pytest.mark.parametrize("points", [[], ["L1"], ["L2"]])
def test_every_point_must_be_cleared(points):
    row = {**ROWS["hs.f2f_ic_document_2027"][1], "house": {"confirmed": points}}
    assert state(ask(**row), "hs.f2f_ic_document_2027") == ("closed", "not_confirmed")


@pytest.mark.parametrize("method", sorted(each for each in ROWS if each[:2] in {"kt", "kr"}))
def test_every_mobile_method_needs_l7_from_2027(method):
    row = {**ROWS[method][1], "on": "2027-04-01"}
    where = state(ask(**row), method)
    if method.endswith("_old") or method == "kt.remote_document_image_face":
        assert where == ("closed", "date_over")
        return
    assert where == ("closed", "not_confirmed")
    house = row.get("house", {})
    decision = ask(**{**row, "house": {**house, "confirmed": [*house.get("confirmed", []), "L7"]}})
    assert state(decision, method) == "satisfied"
    found = next(each for each in decision.satisfied if each.id == method)
    assert found.letter is None
    assert not any(character.isdecimal() for character in found.article)


def test_policy_alone_lacking_is_near_with_the_policy_code():
    decision = ask(doc="LICENCE", evidence=["FACE_LIVE", "CHIP4"], channel="remote")
    near = next(each for each in decision.near if each.id == "hs.remote_ic_face")
    assert near.missing == ("ISSUER_SIG_OK", "FACE_MATCH_OK")
    assert near.policy_only
    assert not decision.verified


@pytest.mark.parametrize("kind", ["LICENCE_HIST", "HANDBOOK_PHOTO", "GOV_PHOTO"])
def test_policy_about_chips_concerns_only_documents_with_chip_items(kind):
    assert satisfied(doc=kind, evidence=["PRESENT_1"]) == {"hs.f2f_photo_document"}
    assert "kt.f2f_present" in satisfied(law="keitai", doc="NOPHOTO_UNIQUE", evidence=["PRESENT_1"])
    assert satisfied(law="keitai", doc="MYNA_NOPHOTO", evidence=["PRESENT_1"]) == set()


def test_a_house_may_accept_by_name_that_the_licence_cannot_be_verified():
    row = {"doc": "LICENCE", "channel": "remote", "evidence": ["FACE_LIVE", "CHIP4", "FACE_MATCH_OK"]}
    assert not ask(**row).verified
    house = {"accept_unverifiable": [{"kind": "LICENCE", "reason": "公開されていないため"}]}
    decision = ask(**row, house=house)
    assert decision.verified
    assert [(each.document, each.policy, each.reason) for each in decision.accepted_unverifiable] == [
        ("LICENCE", "ISSUER_SIG_OK", "公開されていないため")]  # fmt: skip
    assert any(each.code == "accepted_unverifiable.LICENCE" for each in decision.notices)
    assert "accepted_unverifiable" in decision.record_fields_product
    assert not ask(**{**row, "doc": "MYNA"}, house=house).verified
    wrong = ask(**{**row, "doc": None}, documents=[document("LICENCE", signature_failed=True)], house=house)
    assert not wrong.verified  # what cannot be checked may be accepted, what is wrong never


# --- 携帯法, rental, 番号法 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "letter", "image"), [("2026-03-31", "ニ", "satisfied"), ("2026-04-01", "ハ", "closed")])
def test_mobile_letters_and_image_method_around_2026_04_01(day, letter, image):
    evidence = [*FACE, "DOC_IMAGE_LIVE"]
    decision = ask(law="keitai", on=day, channel="remote", doc="MYNA", house=LEGACY, evidence=evidence)
    assert {each.id: each.letter for each in decision.satisfied}["kt.remote_ic_face"] == letter
    where = state(decision, "kt.remote_document_image_face")
    assert (where if isinstance(where, str) else where[0]) == image


@pytest.mark.parametrize(("day", "kind", "good"), [
    ("2026-03-31", "GOV_OTHER", True), ("2026-04-01", "GOV_OTHER", False), ("2026-04-01", "CERTIFICATES", True),
])  # fmt: skip
def test_mobile_originals_by_date(day, kind, good):
    decision = ask(law="keitai", on=day, channel="mail", doc=kind, evidence=["SENT_ORIGINAL", "MAIL_NO_FORWARD"])
    assert ("kt.original_certificate_plus_mail" in ids(decision.satisfied)) == good


@pytest.mark.parametrize(("day", "kind", "good"), [("2026-06-13", "TOKUTEI_RESIDENCE", False),
                                                   ("2026-06-14", "TOKUTEI_RESIDENCE", True)])  # fmt: skip
def test_joined_residence_cards_exist_from_2026_06_14(day, kind, good):
    decision = ask(on=day, doc=kind, evidence=COUNTER)
    assert decision.verified == good
    assert ("kr.f2f_photo" in satisfied(law="keitai_rental", on=day, doc=kind, evidence=COUNTER)) == good


def test_the_phone_record_starts_on_2025_06_24():
    row = ROWS["hs.card_substitute_record"][1]
    assert state(ask(**{**row, "on": "2025-06-23"}), "hs.card_substitute_record") == ("closed", "date_not_yet")
    assert state(ask(**{**row, "on": "2025-06-24"}), "hs.card_substitute_record") == "satisfied"


def test_rental_sends_originals_only_of_certificates():
    row = {"law": "keitai_rental", "channel": "mail", "house": LEGACY, "evidence": ["SENT_ORIGINAL", "MAIL_ADDRESSEE_ONLY"]}
    assert "kr.other_document_plus_delivery" in satisfied(**row, doc="CERTIFICATES")
    assert "kr.other_document_plus_delivery" not in satisfied(**row, doc="NOPHOTO_UNIQUE")


def test_rental_wants_a_photo():
    row = {"law": "keitai_rental", "evidence": ["PRESENT_1"], "customer_kind": "outside_juki"}
    assert "kr.f2f_photo" in satisfied(**row, documents=[document("FOREIGN_GOV", photo=True)])
    assert "kr.f2f_photo" not in satisfied(**row, documents=[document("FOREIGN_GOV", photo=False)])
    assert state(ask(**row, doc="FOREIGN_GOV"), "kr.f2f_photo") == ("near", ("photo_required",))  # unknown never satisfies


def test_a_mobile_shop_needs_no_verifier_standing_for_accredited_signatures():
    row = {"law": "keitai", "channel": "remote"}
    assert satisfied(**row, evidence=["SIG_ACCREDITED"]) == {"kt.signature"}
    decision = ask(**row, doc="JPKI_SIGN_CARD", evidence=["SIG_JPKI", "JPKI_VALID"])
    assert state(decision, "kt.signature") == ("closed", "standing")


def test_a_residence_record_alone_is_not_number_and_identity():
    evidence = ["NUMBER_DOCUMENT", "PRESENT_1"]
    decision = ask(law="bangou", doc="CERTIFICATES", evidence=evidence)
    assert state(decision, "bn.number_doc_plus_id") == ("near", ("identity_document_beside_number_document",))
    assert satisfied(law="bangou", doc=["CERTIFICATES", "PASSPORT"], evidence=evidence) == {"bn.number_doc_plus_id"}


def test_my_number_card_alone_is_enough_for_the_number():
    decision = ask(law="bangou", doc="MYNA", evidence=["PRESENT_1", "CHIP_READ", *SIG])
    assert ids(decision.satisfied) == {"bn.card"}
    assert decision.retention.years is None
    assert state(ask(law="bangou", actor="agent_for_customer", doc="MYNA", evidence=["PRESENT_1", "CHIP_READ", *SIG]),
                 "bn.card") == ("closed", "actor")  # fmt: skip


@pytest.mark.parametrize(("law", "method"), [("hanshu", "hs.jpki_sign"), ("keitai", "kt.signature")])
def test_a_signature_that_was_not_checked_for_revocation_is_near_with_just_that(law, method):
    decision = ask(law=law, channel="remote", house=VERIFIER, doc="JPKI_SIGN_CARD", evidence=["SIG_JPKI"])
    assert state(decision, method) == ("near", ("JPKI_VALID",))


def test_the_duty_says_what_is_lacking_presentation_or_the_ordinary_method():
    method = "hs.high_risk_additional_document"
    alone = ask(doc="PASSPORT", evidence=["PRESENT_1", "CHIP_READ", "CHIP_DISPLAY", *SIG], risk_flags=["foreign_pep"])
    assert state(alone, method) == ("near", ("PRESENT_1", "SENT_OTHER"))
    base = ask(house=VERIFIER, doc=["JPKI_SIGN_CARD", "LICENCE"], evidence=["SIG_JPKI", "PRESENT_1"],
               risk_flags=["foreign_pep"], channel="remote")  # fmt: skip
    assert state(base, method) == ("near", ("ordinary_method",))
