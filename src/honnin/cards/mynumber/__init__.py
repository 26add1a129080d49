"""My Number Cards (個人番号カード): the dialogues that read one (mynumber-card.md).

`read_mynumber` opens the card by what is printed on it or by a PIN, reads what the plan asks for and lets the card
prove itself; `read_tries` asks how many tries are left. They judge nothing: honnin.checks does. The individual number
is read only with a purpose of the 番号法.
"""

from honnin.cards.mynumber.applications import SECRETS
from honnin.cards.mynumber.keys import NumberA, NumberB, NumberLawPurpose, check_individual_number, era_year
from honnin.cards.mynumber.plan import Plan, ToSign
from honnin.cards.mynumber.read import read_mynumber
from honnin.cards.mynumber.tries import Tries, check_secrets, read_tries

__all__ = [
    "SECRETS", "NumberA", "NumberB", "NumberLawPurpose", "Plan", "ToSign", "Tries", "check_individual_number",
    "check_secrets", "era_year", "read_mynumber", "read_tries",
]  # fmt: skip
