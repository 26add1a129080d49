"""How invented examples are made: the same ones each time, so that a red run is about the change and not about luck.

`bin/test search` makes new ones without end (see bin/test); what it finds is written down as an ordinary test.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A busy machine is no reason to fail: how long one example takes is not what these tests are about.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", PATIENT, derandomize=True, database=None)
settings.register_profile("search", PATIENT, print_blob=True)
settings.load_profile(os.environ.get("HONNIN_EXAMPLES", "same"))
