"""The nouns that travel between floors: Reading and Report. Values only; this floor decides nothing.

`cards` makes a Reading, `checks` turns it into a Report, `law` reads the Report, `records` keeps both: so they live
below all four (docs/design/0002-facts.md).
"""

from honnin.facts.reading import Access, DocumentKind, Proof, Reading, Refusal
from honnin.facts.report import Attribute, Audience, Environment, Finding, Outcome, Provenance, Proves, Report

__all__ = [
    "Access",
    "Attribute",
    "Audience",
    "DocumentKind",
    "Environment",
    "Finding",
    "Outcome",
    "Proof",
    "Provenance",
    "Proves",
    "Reading",
    "Refusal",
    "Report",
]
