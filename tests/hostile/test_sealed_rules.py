"""Rules of law that an enemy sealed: they may decide anything, and never more than an error or a Decision comes out."""

from __future__ import annotations

import random
import re

import pytest

from honnin.core.errors import HonninError
from honnin.flows.bundle import remake_decision
from honnin.law.rule_data import RuleData, packaged_rule_data
from honnin.law.rules import rules_digest

CASE = {
    "law": "bangou", "on": "2026-11-25", "channel": "in_person", "actor": "subject", "customer_kind": "resident",
    "documents": [{"kind": "LICENCE", "valid": True, "address_current": True}, {"kind": "CERTIFICATES", "valid": True}],
    "evidence": ["PRESENT_1", "CHIP4", "FACE_MATCH_OK"],
}  # fmt: skip
WORDS = ["PRESENT_1", "house", "never", "LICENCE", "x", "two_documents", "address", "[]", "{}", "null", "true", "2026-01-01", "-1", "9" * 20]
# One law is enough, and quicker to read.
FILES = ("bangou.yaml", "conditions.yaml", "documents.yaml", "evidence.yaml", "words.yaml")


def own() -> dict[str, str]:
    return dict(packaged_rule_data().texts)


def data(texts) -> RuleData:
    return RuleData(texts, rules_digest(texts))


@pytest.mark.parametrize("seed", range(12))
def test_no_text_of_rules_brings_another_exception(seed):
    choose = random.Random(seed)
    texts = own()
    for _ in range(choose.randint(1, 3)):
        name = choose.choice(FILES)
        lines = texts[name].split("\n")
        at = choose.randrange(len(lines))
        words = re.findall(r"[A-Za-z_0-9]+", lines[at])
        if words and choose.random() < 0.8:
            lines[at] = lines[at].replace(choose.choice(words), choose.choice(WORDS))
        else:
            lines.pop(at)
        texts[name] = "\n".join(lines)
    try:
        decision = remake_decision(CASE, data(texts))
    except HonninError as error:
        assert error.code.startswith(("law.", "bundle.rules"))
    else:
        assert decision["rules_version"] == data(texts).version


def test_evidence_that_implies_itself_ends():
    texts = own()
    circle = texts["evidence.yaml"].replace("implies: [CHIP3]", "implies: [CHIP3, CHIP4]")
    texts["evidence.yaml"] = circle
    assert circle != own()["evidence.yaml"]
    assert remake_decision(CASE, data(texts))["law"] == "bangou"
