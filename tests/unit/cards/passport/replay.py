"""Fakes that answer from a list. They know nothing of passports."""

from __future__ import annotations

from collections.abc import Iterable

from honnin.apdu import Command, Response


class Replay:
    """A chip that expects exactly these commands, in this order, and gives these answers."""

    def __init__(self, exchanges: Iterable[tuple[str, str]]) -> None:
        self.exchanges = list(exchanges)
        self.position = 0

    def __call__(self, command: bytes) -> bytes:
        expected, answer = self.exchanges[self.position]
        assert command.hex() == expected, f"exchange {self.position}"
        self.position += 1
        return bytes.fromhex(answer)

    @property
    def finished(self) -> bool:
        return self.position == len(self.exchanges)


class Randoms:
    """A random source that gives these octet strings in this order, each of exactly the length asked for."""

    def __init__(self, *values: str) -> None:
        self.values = [bytes.fromhex(value) for value in values]

    def __call__(self, length: int) -> bytes:
        value = self.values.pop(0)
        assert len(value) == length
        return value


def command(octets: str) -> Command:
    return Command.decode(bytes.fromhex(octets))


def response(octets: str) -> Response:
    return Response.decode(bytes.fromhex(octets))
