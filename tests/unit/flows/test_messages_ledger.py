"""Each error of ledger, time-stamp and bundle, and each finding of an audit, has words in both languages."""

import pytest

from honnin.core.errors import DataError
from honnin.flows.messages import message_for
from honnin.flows.messages_ledger import AUDIT_WORDS, LEDGER_MESSAGES, audit_words
from honnin.records.ledger.audit import AuditCode, AuditFinding


@pytest.mark.parametrize("code", [*sorted(LEDGER_MESSAGES), "ledger.frontier", "timestamp.refused", "bundle.trust"])
def test_each_code_has_a_sentence_and_what_to_do_next(code):
    message = message_for(DataError(code, "x"))
    assert message in LEDGER_MESSAGES.values()
    assert all((message.ja, message.en, message.next_ja, message.next_en))


def test_each_finding_of_an_audit_has_words():
    assert set(AUDIT_WORDS) == set(AuditCode)


@pytest.mark.parametrize(
    ("finding", "en"),
    [
        (AuditFinding(AuditCode.ENTRY_MISSING, 3, 5), "ledger entry 3–5: Entries are missing"),
        (AuditFinding(AuditCode.ENTRY_ALTERED, 3, 3, "r1"), "ledger entry 3 (record r1): The entry was altered"),
        (AuditFinding(AuditCode.KEY_MISSING, record_id="r1", detail="part 0"),
         "record r1: The key of the record is missing [part 0]"),
        (AuditFinding(AuditCode.TRUNCATED), "There is more"),
    ],
)  # fmt: skip
def test_a_finding_says_where(finding, en):
    assert audit_words(finding)[1] == en
