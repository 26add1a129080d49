"""Records and Decisions made by hand, for tests that are not about how they come about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from honnin.law.decision import Decision, Retention, Satisfied
from honnin.records.kakunin import Item, Kakunin, MethodUsed, State

JAPAN = timezone(timedelta(hours=9))
AT = datetime(2026, 11, 25, 12, 0, 5, tzinfo=JAPAN)
REVISION = "420M60000F5A001_20260806_508M60000F5A006"


def record(name: str = "見本　太郎", **changes) -> Kakunin:
    made = Kakunin(
        record_id="01JZZZZZZZZZZZZZZZZZZZZZZZ", tenant_id="t1", tenant_name="見本司法書士事務所", law="hanshu",
        on=date(2026, 11, 25), made_at=AT, state=State.FINISHED, simulated=True,
        methods=(
            MethodUsed("hs.f2f_photo_document", "写真付き書類の提示", "Photo document", "イ", "規則6条1項1号イ", "r1", REVISION, "MYNA"),
        ),
        law_revision="hanshu_letters_1", rules_version="rules-1", checks_version="mynumber-1", software_version="0.1.0",
        operator_id="s1", document="MYNA", evidence=("CHIP4", "PRESENT_1"),
        items=(
            Item("F01", "見本 職員（s1）"), Item("F02", "見本 職員（s1）"), Item("F03", "個人番号カード", AT, "s1"),
            Item("F15.purpose", "申告", AT, "s1"), Item("F16", "不動産の売買"), Item("F17", "規則6条1項1号イ"),
            Item("F18", "個人番号カード"), Item("F21.name", name, provenance="signed_text"),
            Item("F21.address", "見本県架空市1番", provenance="signed_text"),
            Item("F21.birth", "1990-01-01", provenance="signed_text"), Item("F23", "居住"), Item("F24", "会社員"),
            Item("F28", "A-1"),
        ),
        attachments=(), accepted_unverifiable=(), notices=(),
    )  # fmt: skip
    return replace(made, **changes)


def decision(**changes) -> Decision:
    made = Decision(
        law="hanshu", on="2026-11-25", rules_version="rules-1", revision="hanshu_letters_1",
        satisfied=(Satisfied("hs.f2f_photo_document", "イ", "規則6条1項1号イ", "r1"),), near=(), closed=(),
        record_fields=("F01", "F02", "F03", "F15", "F16", "F17", "F18", "F21", "F23", "F24", "F28"),
        record_fields_product=("law_revision_id", "rules_version", "software_version", "timestamps_with_tz", "operator_id", "tenant_id"),
        attachments=(), retention=Retention(7, "契約の終了日", "end of contract", "contract_end", "hanshu"),
        ask_next=(), ask_next_en=(), notices=(),
    )  # fmt: skip
    return replace(made, **changes)
