"""Driver's licences (運転免許証, マイナ免許証 on a My Number Card): the dialogues that read one (drivers-licence.md).

`look_at_licence` spends nothing and says what will be needed; `read_licence` opens and reads a licence,
`read_mynumber_licence` the one on a My Number Card. They judge nothing: honnin.checks does.
"""

from honnin.cards.licence.files import PINS
from honnin.cards.licence.on_mynumber import MynumberLook, look_at_mynumber_licence, read_mynumber_licence
from honnin.cards.licence.plan import MynumberPlan, Plan
from honnin.cards.licence.read import Look, look_at_licence, read_licence

__all__ = [
    "PINS", "Look", "MynumberLook", "MynumberPlan", "Plan", "look_at_licence", "look_at_mynumber_licence",
    "read_licence", "read_mynumber_licence",
]  # fmt: skip
