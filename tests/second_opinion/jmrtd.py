"""JMRTD as a running program: it sends commands to our virtual chips through a pipe and says what it made of them."""

from __future__ import annotations

import json
import subprocess
import threading
from types import TracebackType
from typing import Any, Self

from honnin_virtual.card import CardGone, VirtualCard
from tests.second_opinion.programs import Java

INSPECTION_TIMEOUT_S = 60
MAX_COMMANDS = 5_000


class Jmrtd:
    """One Java process for many inspections, since starting it takes longer than reading a passport."""

    def __init__(self, java: Java) -> None:
        self._process = subprocess.Popen(
            java.command("ReadPassport"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="ascii",
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def inspect(self, card: VirtualCard, **keys: str) -> dict[str, Any]:
        """Put the card on the reader and let JMRTD read it. Keys as in ReadPassport.java."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        watch = threading.Timer(INSPECTION_TIMEOUT_S, self._process.kill)
        watch.start()
        try:
            card.reset()
            self._say("run " + " ".join(f"{key}={value}" for key, value in keys.items()))
            for _ in range(MAX_COMMANDS):
                line = self._process.stdout.readline()
                assert line, "JMRTD stopped without an answer"
                kind, _, rest = line.strip().partition(" ")
                if kind == "J":
                    answer = json.loads(rest)
                    assert isinstance(answer, dict)
                    return answer
                try:
                    self._say("R " + card.process(bytes.fromhex(rest)).hex())
                except CardGone:
                    self._say("X gone")
            raise AssertionError("JMRTD never comes to an end")
        finally:
            watch.cancel()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


def zone_keys(mrz: str) -> dict[str, str]:
    """What JMRTD needs of a machine readable zone of two lines: number, birth, expiry."""
    second = mrz.replace("\n", "")[44:]
    return {"number": second[:9].rstrip("<"), "birth": second[13:19], "expiry": second[21:27]}
