"""Loading the rules: damaged data are refused, a further law is a further file, the version is the content's."""

from __future__ import annotations

from importlib import resources

import pytest

from honnin.core.errors import DataError
from honnin.law.case import parse_case
from honnin.law.engine import decide
from honnin.law.rules import load_rules, rules_from
from honnin.law.ways import open_ways
from tests.unit.law.cases import case, ids

FOLDER = resources.files("honnin.law").joinpath("data")
TEXTS = {each.name: each.read_text("utf-8") for each in FOLDER.iterdir() if each.name.endswith(".yaml")}

KOBUTSU = """
law:
  id: kobutsu
  ja: 古物営業法
  en: Secondhand Articles Dealer Act
  rule: 古物営業法施行規則
  revisions:
    - {id: kobutsu_1, text_seen: full}
  record_common: [Q1]
  record_if: {agent: [Q2]}
  retention: {years: 3, code: last_entry, ja: 最終の記載をした日, en: the day of the last entry}
conditions:
  seller_declares_goods:
    {check: house, ja: 品目を申告してもらうこと, en: the goods are declared}
methods:
  - id: kb.chip_face
    title: {ja: ICチップと容貌, en: chip and face}
    provision: 規則15条3項9号
    channel: remote
    actors: [subject]
    customers: natural
    status: enabled
    documents: [MYNA, LICENCE, RESIDENCE]
    required: [FACE_LIVE, CHIP4]
    policy: [ISSUER_SIG_OK]
    conditions: [document_valid_on_day, address_current_or_supplement, seller_declares_goods]
    record_fields: [Q3]
    attachments: []
    certainty: secondary
  - id: kb.jpki
    title: {ja: 公的個人認証, en: JPKI}
    provision: 規則15条3項11号
    channel: any
    actors: [subject]
    customers: natural
    status: enabled
    documents: [JPKI_SIGN_CARD]
    required: [SIG_JPKI, JPKI_VALID]
    conditions: [tenant_is_signature_verifier, certificate_current]
    record_fields: [Q3]
    attachments: []
    certainty: secondary
"""


def test_a_fourth_law_is_a_file():
    rules = rules_from({**TEXTS, "kobutsu.yaml": KOBUTSU})
    row = case("kobutsu", channel="remote", doc="LICENCE", evidence=["FACE_LIVE", "CHIP4", "ISSUER_SIG_OK"])
    decision = decide(parse_case(row, rules), rules)
    assert ids(decision.satisfied) == {"kb.chip_face"}
    assert decision.satisfied[0].article == "古物営業法施行規則15条3項9号"
    assert decision.record_fields == ("Q1", "Q3")
    assert decision.retention.years == 3
    assert "seller_declares_goods" in {each.code for each in decision.notices}
    assert next(each.code for each in decision.closed if each.id == "kb.jpki") == "standing"
    assert {way.method for way in open_ways(parse_case(row, rules), rules)} == {"kb.chip_face"}


def test_with_several_laws_the_longest_retention_counts():
    rules = load_rules()
    decision = decide(parse_case({**case("keitai"), "linked_laws": ["hanshu"]}, rules), rules)
    assert (decision.retention.years, decision.retention.law) == (7, "hanshu")
    assert decide(parse_case(case("keitai"), rules), rules).retention.years == 3


def test_the_version_is_the_content():
    assert rules_from(TEXTS).version == load_rules().version
    changed = {**TEXTS, "hanshu.yaml": TEXTS["hanshu.yaml"] + "\n# changed\n"}
    assert rules_from(changed).version != load_rules().version


def test_there_is_exactly_one_revision_for_every_day():
    for law in load_rules().laws.values():
        bounds = [day for each in law.revisions for day in (each.start, each.end) if day is not None]
        for day in bounds:
            assert law.revision(day) in law.revisions


@pytest.mark.parametrize(("name", "old", "new"), [
    ("hanshu.yaml", "required: [PRESENT_1]", "required: [PRESENT_9]"),
    ("hanshu.yaml", "documents: [PASSPORT]", "documents: [PASPORT]"),
    ("hanshu.yaml", "conditions: [document_valid_on_day, address_supplement_required]", "conditions: [nothing_known]"),
    ("hanshu.yaml", "id: hs.jpki_sign", "id: hs.esign_accredited"),
    ("hanshu.yaml", "  - id: hs.jpki_sign\n", "  - xid: hs.jpki_sign\n"),
    ("hanshu.yaml", "valid_from: 2027-04-01", "valid_from: 2027-04-31"),
    ("hanshu.yaml", "valid_to: 2027-03-31", "valid_to: soon"),
    ("hanshu.yaml", "from: 2025-06-24, to: 2027-03-31", "from: 2025-06-25, to: 2027-03-31"),
    ("hanshu.yaml", "status: legacy_off", "status: off"),
    ("hanshu.yaml", "channel: remote_plus_mail", "channel: pigeon"),
    ("hanshu.yaml", "points: [L5, L6]", "points: [L5, L66]"),
    ("hanshu.yaml", "{hanshu_letters_2: イ}", "{hanshu_letters_9: イ}"),
    ("hanshu.yaml", "method: hs.high_risk_additional_document", "method: hs.nothing"),
    ("hanshu.yaml", "    certainty: law\n", "    certainly: law\n"),
    ("hanshu.yaml", "years: 7", "years: true"),
    ("keitai.yaml", "points_from: {2027-04-01: [L7]}", "points_from: {2027-13-01: [L7]}"),
    ("evidence.yaml", "implies: [CHIP3]", "implies: [CHIP2]"),
    ("conditions.yaml", "check: no_flag, flags: [suspicious_transaction]", "check: no_flag, flags: [suspicion]"),
    ("conditions.yaml", "check: document_valid,", "check: document_invalid,"),
    ("documents.yaml", "chip: [name, birth, photo]", "chip: [name, birth, picture]"),
    ("triggers.yaml", "law: keitai,", "law: keitei,"),
    ("words.yaml", "points:\n", "pints:\n"),
])  # fmt: skip
def test_damaged_rules_are_refused(name, old, new):
    assert old in TEXTS[name]
    with pytest.raises(DataError) as caught:
        rules_from({**TEXTS, name: TEXTS[name].replace(old, new, 1)})
    assert caught.value.code == "law.rules"


def test_every_text_of_the_rules_is_written_in_both_languages():
    rules = load_rules()
    words = [each.words for each in (*rules.documents.values(), *rules.evidence.values(), *rules.conditions.values())]
    words += [method.title for law in rules.laws.values() for method in law.methods]
    words += [each.words for each in rules.triggers] + list(rules.points.values())
    assert len(words) > 200
    for each in words:
        assert any("\u3040" <= character <= "\u9fff" for character in each.ja), each
        assert any(character.isascii() and character.isalpha() for character in each.en), each
