"""Remaining tries: read without spending one, and what follows from them (mynumber-card.md §3.2, §3.3; design §4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from honnin.apdu import ANY, Command, Dialogue
from honnin.cards.mynumber import commands
from honnin.cards.mynumber.applications import CARD_MANAGER, HOJO, JPKI, KENMEN, SECRETS
from honnin.cards.mynumber.plan import Plan
from honnin.core.errors import CardError

__all__ = ["PRINTED", "Tries", "check_secrets", "check_tries", "left_of", "read_tries", "refused_secret"]

PRINTED = frozenset({"face_reference_b", "face_number_a", "text_reference_b", "text_number_a"})
_BLOCKED = frozenset({0x6983, 0x6984})


@dataclass(frozen=True, slots=True)
class Tries:
    """Remaining tries by name of the secret (`SECRETS`); one that the card does not tell is missing. `full` is the
    number when none was spent.
    """

    left: Mapping[str, int]

    def full(self, name: str) -> int:
        """Tries of a fresh card."""
        return SECRETS[name].tries


def read_tries() -> Dialogue[Tries]:
    """The tries of every secret of the card, in one batch, without spending one."""
    batch: list[Command] = []
    asked: list[str] = []
    for application in (KENMEN, HOJO, JPKI):
        batch.append(commands.select_application(application, ANY))
        for name, secret in SECRETS.items():
            if secret.application is application:
                batch += [commands.select_ef(secret.fid, ANY), commands.ask_tries()]
                asked.append(name)
    answers = yield (*batch, commands.leave(CARD_MANAGER))
    left: dict[str, int] = {}
    names = iter(asked)
    selected = False
    for command, answer in zip(batch, answers, strict=False):
        if command.ins == 0xA4:
            selected = answer.ok
            continue
        name = next(names)
        count = left_of(answer.sw)
        if selected and count is not None:
            left[name] = count
    return Tries(left)


def left_of(sw: int) -> int | None:
    """Tries in a status word: 63Cx -> x; 6983 and 6984 -> 0; None: it says nothing."""
    if sw & 0xFFF0 == 0x63C0:
        return sw & 0x0F
    return 0 if sw in _BLOCKED else None


def check_tries(plan: Plan, tries: Mapping[str, int]) -> None:
    """The lock guard before the first secret. Raises CardError `card.pin.blocked`, `.last_try`, `.tries_unknown`, or
    the same under `card.number.` for printed numbers; `detail` is the name of the secret.
    """
    check_secrets(plan.secrets, tries, agreed=plan.last_try)


def check_secrets(names: Collection[str], tries: Mapping[str, int], *, agreed: Collection[str]) -> None:
    """As `check_tries`, for secrets by name; `agreed`: those whose last try the holder agrees to spend."""
    for name in names:
        left = tries.get(name)
        family = _family(name)
        if left is None:
            # A real card was never seen to answer anything else (§3.3); without a number nothing is risked.
            raise CardError(f"{family}.tries_unknown", "the card does not say how many tries are left", name)
        if left == 0:
            raise CardError(f"{family}.blocked", "this secret is blocked", name, tries_left=0)
        if left == 1 and name not in agreed:
            raise CardError(f"{family}.last_try", "only one try is left", name, tries_left=1)


def refused_secret(name: str, sw: int) -> CardError:
    """The error for a VERIFY that did not succeed."""
    left = left_of(sw)
    if left == 0:
        return CardError(f"{_family(name)}.blocked", "this secret is blocked", name, sw=sw, tries_left=0)
    if left is not None:
        return CardError(f"{_family(name)}.wrong", "the secret is wrong", name, sw=sw, tries_left=left)
    return CardError(f"{_family(name)}.refused", "the card did not take the secret", name, sw=sw)


def _family(name: str) -> str:
    return "card.number" if name in PRINTED else "card.pin"
