"""Where the house keeps its data: `--data`, else HONNIN_DATA, else the usual place of the system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

DEMO = "demo"


def data_folder(option: str | Path | None, *, demo: bool = False) -> Path:
    """The folder, which need not exist yet. `demo`: the one inside it where the demo keeps its own data."""
    return _house(option) / DEMO if demo else _house(option)


def _house(option: str | Path | None) -> Path:
    chosen = option or os.environ.get("HONNIN_DATA")
    if chosen:
        return Path(chosen)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Honnin"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Honnin"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "honnin"
