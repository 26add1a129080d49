"""Residence cards and special permanent resident certificates (residence-card.md): the dialogue that reads one.

`read_residence` recognises the generation, opens the chip with the printed card number and reads every file. The
specified card (特定在留カード) is recognised and named, not read. It judges nothing: honnin.checks.residence does.
"""

from honnin.cards.residence.keys import CardNumber
from honnin.cards.residence.plan import Plan
from honnin.cards.residence.read import read_residence

__all__ = ["CardNumber", "Plan", "read_residence"]
