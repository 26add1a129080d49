"""What an anchor is an authority for. Kinds never stand in for one another.

A citizen's JPKI key signs whatever it is given. If a JPKI authority counted as a country's passport authority, anybody
with a My Number Card could sign a passport; so the kind is read from the certificate itself, not only from a label.
"""

from __future__ import annotations

from honnin.trust.certificate import Certificate

__all__ = ["JPKI_AUTH", "JPKI_SIGN", "LICENCE", "PASSPORT", "RESIDENCE", "TIMESTAMP", "kind_of"]

PASSPORT = "csca"
LICENCE = "licence"  # certificates of those who sign driver's licences; nothing in them says so, only the label
JPKI_SIGN, JPKI_AUTH = "jpki_sign", "jpki_auth"
RESIDENCE = "residence_ca"
TIMESTAMP = "timestamp"  # authorities of time-stamping services; nothing in them says so, only the label
_UNITS = {"JPKI for digital signature": JPKI_SIGN, "JPKI for user authentication": JPKI_AUTH}


def kind_of(certificate: Certificate, label: str = PASSPORT) -> str:
    """`jpki_sign` or `jpki_auth` for a certificate that bears such a name (jpki-validation.md §1.1), `residence_ca` for
    one that calls itself ZairyuCard CA (residence-card.md §8.3; the simulator's too), else `label`.
    """
    if any("ZairyuCard CA" in value for value in certificate.subject.values("CN")):
        return RESIDENCE
    if any(value.startswith("JPKI") for value in certificate.subject.values("O")):
        return next((kind for unit, kind in _UNITS.items() if unit in certificate.subject.values("OU")), label)
    return label
