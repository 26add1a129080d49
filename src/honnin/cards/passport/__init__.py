"""Passports (ICAO Doc 9303): the dialogue that reads one.

`read_passport` opens the chip with PACE or BAC, reads what the signed list has and the plan asks for, and lets the
chip prove itself by Chip Authentication, chip authentication mapping or Active Authentication. It judges nothing:
honnin.checks does.
"""

from honnin.cards.passport.keys import CanKey, MrzKey
from honnin.cards.passport.plan import Plan
from honnin.cards.passport.read import read_passport

__all__ = ["CanKey", "MrzKey", "Plan", "read_passport"]
