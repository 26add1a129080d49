"""DigestInfo of PKCS#1 v1.5, made by us, since the card signs whatever it gets (mynumber-card.md §4.4; RFC 8017 §9.2).

SHA-1 is left out: the card still signs it, nobody may accept it.
"""

from __future__ import annotations

__all__ = ["DIGEST_INFO"]

DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300D060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300D060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300D060960864801650304020305000440"),
}
