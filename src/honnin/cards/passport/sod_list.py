"""Which data groups the issuer's list (EF.SOD) names: enough to decide what to read, before anything is verified."""

from __future__ import annotations

from honnin.core.errors import DataError
from honnin.trust.cms import parse_signed_data
from honnin.trust.lds import parse_lds_security_object

__all__ = ["listed_groups"]


def listed_groups(sod: bytes) -> frozenset[int]:
    """Data group numbers in EF.SOD (`77 …`). Raises DataError when the list cannot be read.

    By the same parsers as the verification, so that what is read and what is checked cannot differ.
    """
    content = parse_signed_data(sod).content
    if content is None:
        raise DataError("card.sod.no_list", "the signed list of the chip is empty")
    return frozenset(parse_lds_security_object(content).hashes)
