"""What a method costs in time: it ends at once, waits for something sent in, or waits for mail."""

from __future__ import annotations

WAITS = ("now", "sending", "mail")
_CODES = (
    ("mail", ("MAIL_NO_FORWARD", "MAIL_RESTRICTED", "MAIL_ADDRESSEE_ONLY", "PAYMENT_SAME_NAME_AND_MAIL_NO_FORWARD")),
    ("sending", ("SENT_ORIGINAL", "SENT_COPY_1", "SENT_COPY_2", "SENT_OTHER", "BANK_TRANSFER")),
)


def cost_of(groups: tuple[tuple[str, ...], ...]) -> str:
    """"now", "sending" or "mail": what must be waited for; of alternatives, only when every one of them waits."""
    needed = {group[0] for group in groups if len(group) == 1}
    found = next((name for name, codes in _CODES if needed & set(codes)), None)
    if found is None:
        found = next((name for name, codes in _CODES if any(set(group) <= set(codes) for group in groups)), "now")
    return found
