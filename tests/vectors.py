"""Where the test vectors made by others are. They are never copied into the repository (HONNIN_VECTORS)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VECTORS = Path(os.environ.get("HONNIN_VECTORS") or Path(__file__).resolve().parents[2] / "shared" / "vectors")

need_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="the vector files are not on this machine (set HONNIN_VECTORS to their folder)"
)


def vector_path(relative: str) -> Path:
    """A vector file or folder, such as `passport/sod/FR_2017_sha256WithRSA.bin`; skips the test plainly without it."""
    path = VECTORS / relative
    if not path.exists():
        pytest.skip(f"vector {relative} is not on this machine (set HONNIN_VECTORS to the folder with the vectors)")
    return path
