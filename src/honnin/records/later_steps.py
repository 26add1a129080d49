"""Whether acts that were sealed later are the earlier ones and one act more (records.later): nothing is taken back.

Each rule is the reverse of what `records.later.apply` does for one act, written apart from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from honnin.law.acts import Acts, Mail

__all__ = ["STEPS", "explained"]


def explained(code: str, before: tuple[Acts, Acts], after: tuple[Acts, Acts], *, linked: bool = False) -> bool:
    """Whether `after` is what one act with that code makes of `before`: (acts about the holder, about the other).

    `linked`: the other person is verified by a record of their own; then nothing is kept about them here.
    """
    own, other = before
    own_now, other_now = after
    if code not in STEPS:
        return False
    if linked and other_now == Acts():
        return own_now == own if code in {"other", "paper"} else STEPS[code](own, own_now)
    if code == "other":
        return own_now == own and other_now == other
    if code == "paper" and own_now == own:
        return other_now == other or _one_paper_more(other, other_now)
    return other_now == other and STEPS[code](own, own_now)


def _one_paper_more(before: Acts, now: Acts) -> bool:
    return now.others[:-1] == before.others and len(now.others) == len(before.others) + 1 and (
        replace(now, others=before.others) == before
    )


def _mail_sent(before: Acts, now: Acts) -> bool:
    more = len(now.mail) == len(before.mail) + 1 and now.mail[:-1] == before.mail
    return more and _under_way(now.mail[-1]) and replace(now, mail=before.mail) == before


def _under_way(letter: Mail) -> bool:
    return letter.delivered_at is None and letter.returned_at is None


def _mail_delivered(before: Acts, now: Acts) -> bool:
    return _one_letter(before, now, lambda was, is_now: (
        was.delivered_at is None and is_now.delivered_at is not None
        and replace(was, delivered_at=is_now.delivered_at) == is_now
    ))  # fmt: skip


def _mail_returned(before: Acts, now: Acts) -> bool:
    return _one_letter(before, now, lambda was, is_now: (
        was.returned_at is None and is_now.returned_at is not None
        and replace(was, returned_at=is_now.returned_at) == is_now
    ))  # fmt: skip


def _one_letter(before: Acts, now: Acts, changed: Callable[[Mail, Mail], bool]) -> bool:
    if len(before.mail) != len(now.mail) or replace(now, mail=before.mail) != before:
        return False
    differ = [(was, is_now) for was, is_now in zip(before.mail, now.mail, strict=True) if was != is_now]
    return len(differ) == 1 and changed(*differ[0])


def _handed_over(before: Acts, now: Acts) -> bool:
    return now.staff_delivery is not None and replace(now, staff_delivery=before.staff_delivery) == before


def _supplement(before: Acts, now: Acts) -> bool:
    kept = before.address is None or before.address == now.address
    return now.supplement is not None and kept and (
        replace(now, supplement=before.supplement, address=before.address) == before
    )


def _expiry_seen(before: Acts, now: Acts) -> bool:
    return now.expiry_seen is not None and replace(now, expiry_seen=before.expiry_seen) == before


def _wrote(before: Acts, now: Acts) -> bool:
    same = now.declarations[: len(before.declarations)] == before.declarations
    return same and replace(now, declarations=before.declarations) == before


def _nothing(before: Acts, now: Acts) -> bool:
    return before == now


# Code (records.later.code_of) -> whether the acts about the holder are explained by it.
STEPS: Mapping[str, Callable[[Acts, Acts], bool]] = {
    "mail_sent": _mail_sent, "mail_delivered": _mail_delivered, "mail_returned": _mail_returned,
    "handed_over": _handed_over, "paper": _one_paper_more, "supplement": _supplement, "expiry_seen": _expiry_seen,
    "wrote": _wrote, "other": _nothing, "attached": _nothing,
}  # fmt: skip
