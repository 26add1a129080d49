"""A process that seals records until it is stopped: `python -m tests.store.writer_process URL FIRST COUNT THREADS`.

Each record that was acknowledged is printed, and only then.
"""

from __future__ import annotations

import sys
import threading

from honnin.adapters.database import DatabaseRecordStore
from tests.store.records_kit import TENANT, content, make_sealer, meta

SIZE = 20_000


def run(url: str, first: int, count: int, threads: int) -> None:
    store = DatabaseRecordStore(url)
    sealer = make_sealer(store)
    out = threading.Lock()

    def seal(thread: int) -> None:
        for number in range(first + thread, first + count, threads):
            receipt = sealer.seal(content(number, SIZE), meta(number, tenant=TENANT))
            with out:
                sys.stdout.write(f"{number} {receipt.leaf_index}\n")
                sys.stdout.flush()

    workers = [threading.Thread(target=seal, args=(number,)) for number in range(threads)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    sealer.close()
    store.close()


if __name__ == "__main__":
    run(sys.argv[1], *map(int, sys.argv[2:]))
