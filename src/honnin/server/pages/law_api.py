"""The law over the JSON API: the Decision of a case and the ways open before anything is read (design §6)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body

from honnin.core.errors import CallerError, DataError
from honnin.law.case import Case, parse_case
from honnin.law.decision import decision_to_dict
from honnin.law.engine import decide
from honnin.law.rules import Rules, load_rules
from honnin.law.ways import open_ways, way_to_dict

router = APIRouter(prefix="/law", tags=["law"])

_EXAMPLE = {
    "law": "hanshu", "on": "2026-11-23", "business_type": "42", "transaction": "real_estate_sale",
    "channel": "in_person", "actor": "subject", "customer_kind": "resident",
    "documents": [{"kind": "MYNA", "valid": True, "address_current": True}],
    "evidence": ["PRESENT_1", "CHIP3", "ISSUER_SIG_OK", "FACE_LIVE", "FACE_MATCH_OK"],
}  # fmt: skip
CaseBody = Annotated[dict[str, Any], Body(
    description="A case (docs/law/case.md); days as text. What it does not state is unknown, and never satisfies.",
    examples=[_EXAMPLE],
)]


@router.post("/ask")
def ask(body: CaseBody) -> dict[str, Any]:
    """Which methods the case satisfies, what is missing, what to ask next. Nothing is kept."""
    case, rules = _case(body)
    return decision_to_dict(decide(case, rules))


@router.post("/ways")
def ways(body: CaseBody) -> dict[str, Any]:
    """Which ways are open for the case before anything is read."""
    case, rules = _case(body)
    return {
        "law": case.law, "on": case.on.isoformat(), "rules_version": rules.version,
        "ways": [way_to_dict(each) for each in open_ways(case, rules)],
    }  # fmt: skip


def _case(body: dict[str, Any]) -> tuple[Case, Rules]:
    rules = load_rules()
    try:
        return parse_case(body, rules), rules
    except DataError as error:
        raise CallerError(error.code, error.message, error.detail) from error
