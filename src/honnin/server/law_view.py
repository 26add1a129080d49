"""The law as a page shows it: ways open before the card, the verdict after it (ui.md §3.3, §3.7)."""

from __future__ import annotations

FLAGS = ("suspicion_impersonation", "suspicion_false", "high_risk_country", "foreign_pep", "assets_over_2m")
ACTORS = ("subject", "agent_for_customer")
