"""The Report as it is kept: without what no record of a verification needs (law.md §7 rule 12).

Sex, categories and conditions of a licence, remarks (organ donation is written there), work and stay details of a
residence card. The individual number and the registered domicile are in no Report at all. What is signed together with
them stays in the raw files of the Reading, the evidence; a Report made again from it is cut in the same way.
"""

from __future__ import annotations

import re
from dataclasses import replace

from honnin.facts import Report

__all__ = ["kept_report"]

_DROPPED = frozenset({
    "sex", "certificate_sex", "place_of_birth", "endorsements", "licence_colour", "remarks", "work_restriction",
    "comprehensive_permission", "individual_permission", "permission_expiry_date", "permission_kind",
    "permission_date", "renewal_application", "commissioner_entry", "municipality_code", "history_date",
    "history_number", "reference_number",
})  # fmt: skip
_DROPPED_FAMILIES = re.compile(r"(category|condition|remark|acquired|change_condition|change_remark)_.*")


def kept_report(report: Report) -> Report:
    """The same Report with those attributes left out; findings stay, none of them has personal data."""
    kept = tuple(
        each
        for each in report.attributes
        if each.name not in _DROPPED and _DROPPED_FAMILIES.fullmatch(each.name) is None
    )
    return replace(report, attributes=kept)
