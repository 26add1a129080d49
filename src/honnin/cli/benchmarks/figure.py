"""One measured figure and its target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """`sense` says whether the target is the most ("max") or the least ("min") that is allowed."""

    id: str
    value: float
    unit: str
    target: float
    sense: Literal["max", "min"]

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        return self.value <= self.target if self.sense == "max" else self.value >= self.target

    def as_dict(self) -> dict[str, object]:
        """As `honnin bench --json` prints it (design §9)."""
        return {
            "id": self.id,
            "value": round(self.value, 4),
            "unit": self.unit,
            "target": self.target,
            "sense": self.sense,
            "met": self.met,
        }
