"""A revocation list of ten million entries (design §10): `crl.index_seconds`, `.index_peak_mib`, `.resident_mib`,
`.lookup_us`, `.start_seconds`.

The list is made here, signed by a key made here, in a temporary folder of the system. Each step runs in a process of
its own, so that memory is that of the step: its peak as the system counts it, and what is in use after 20,000 look-ups.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from honnin.cli.benchmarks.crl_list import make_list
from honnin.cli.benchmarks.figure import Figure
from honnin.core.errors import CallerError

ENTRIES = 10_000_000
_LOOKUPS = 20_000


def measure() -> Iterator[Figure]:
    """Index it once; start from the index and look up 20,000 serial numbers, half of them listed."""
    with tempfile.TemporaryDirectory(prefix="honnin-bench-") as folder:
        make_list(Path(folder), ENTRIES)
        indexed = _step("index", folder)
        used = _step("use", folder)
    yield Figure("crl.index_seconds", indexed["seconds"], "s", 30, "max")
    yield Figure("crl.index_peak_mib", indexed["peak_mib"], "MiB", 200, "max")
    yield Figure("crl.resident_mib", used["resident_mib"], "MiB", 60, "max")
    yield Figure("crl.lookup_us", used["lookup_us"], "us", 20, "max")
    yield Figure("crl.start_seconds", used["start_seconds"], "s", 0.2, "max")


def _step(name: str, folder: str) -> dict[str, float]:
    """Run a step in a process of its own."""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", __name__, name, folder], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise CallerError("bench.crl", "a step of the measurement failed", done.stderr[-500:])
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def _index(folder: Path) -> dict[str, float]:
    from honnin.adapters.crl_index_file import make_index, open_list  # noqa: PLC0415  # in the child only

    start = time.perf_counter()
    with open_list(folder / "list.crl") as (source, _):
        draft = make_index(source, folder)
    if draft.crl.count != ENTRIES or not draft.crl.signed_by(_anchor(folder)):
        raise CallerError("bench.crl", "the index is not what it should be")
    draft.keep(folder / "list.crlx")
    return {"seconds": time.perf_counter() - start, "peak_mib": _peak_mib()}


def _use(folder: Path) -> dict[str, float]:
    from honnin.adapters.crl_index_file import open_index_file  # noqa: PLC0415  # in the child only

    anchor = _anchor(folder)
    start = time.perf_counter()
    crl = open_index_file(folder / "list.crlx")
    started = crl.signed_by(anchor)
    start_seconds = time.perf_counter() - start
    listed = [int(line, 16) for line in (folder / "listed.txt").read_text().split()]
    chance = random.Random(2)  # noqa: S311  # a measurement
    serials = [chance.choice(listed) if each % 2 else chance.getrandbits(62) for each in range(_LOOKUPS)]
    begin = time.perf_counter()
    hits = sum(crl.find(each) is not None for each in serials)
    seconds = time.perf_counter() - begin
    if hits < _LOOKUPS // 2 or not started:
        raise CallerError("bench.crl", "the index does not find what it should")
    return {
        "start_seconds": start_seconds,
        "lookup_us": seconds / _LOOKUPS * 1e6,
        "resident_mib": _resident_mib(),
    }


def _anchor(folder: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202  # the type would be imported by the parent
    from honnin.trust.anchors import Anchor  # noqa: PLC0415  # in the child only
    from honnin.trust.certificate import parse_certificate  # noqa: PLC0415

    certificate = parse_certificate((folder / "ca.cer").read_bytes())
    return Anchor(certificate, "test", "benchmark")


def _peak_mib() -> float:
    if sys.platform == "win32":
        raise CallerError("bench.crl", "memory is not measured on this system")
    import resource  # noqa: PLC0415  # not everywhere

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024


def _resident_mib() -> float:
    """What is in use now; where the system does not say it, the peak."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return _peak_mib()


if __name__ == "__main__":
    steps = {"index": _index, "use": _use}
    print(json.dumps(steps[sys.argv[1]](Path(sys.argv[2]))))  # noqa: T201  # to the parent
