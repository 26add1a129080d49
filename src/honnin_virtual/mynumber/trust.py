"""What a verifier must be given to trust the virtual My Number Cards: the simulator's anchors in one place.

All of them belong to the environment "simulator" and to no other (jpki-validation.md §1.3, mynumber-card.md §12).
"""

from __future__ import annotations

import json

from honnin_virtual.mynumber.cv import cv_anchors
from honnin_virtual.mynumber.jpki import GENERATIONS, jpki_anchors
from honnin_virtual.mynumber.licence import licence_signer

__all__ = ["cv_anchors", "jpki_anchors", "licence_signer", "trust_files"]


def trust_files() -> dict[str, bytes]:
    """File name → octets: eight authorities and the licence signer (DER), the card data authorities (JSON)."""
    names = [f"simulator-jpki-{service}-g{number}.cer" for service in ("sign", "auth") for number in GENERATIONS]
    keys = [
        {"environment": "simulator", "use": use, "key_id": key_id.hex(), "modulus": n.hex(), "exponent": e}
        for use, key_id, n, e in cv_anchors()
    ]
    return dict(zip(names, jpki_anchors(), strict=True)) | {
        "simulator-licence-signer.cer": licence_signer(),
        "simulator-card-data.json": json.dumps({"keys": keys}, indent=1).encode("ascii"),
    }
