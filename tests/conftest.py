"""How invented examples are made: the same ones each time, so that a red run is about the change and not about luck.

`bin/test search` makes new ones without end (see bin/test); what it finds is written down as an ordinary test.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("search", print_blob=True)
settings.load_profile(os.environ.get("HONNIN_EXAMPLES", "same"))
