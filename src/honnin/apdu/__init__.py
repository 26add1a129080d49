"""APDU floor: commands, responses, dialogues in batches, secure messaging. Knows no document."""

from honnin.apdu.command import ANY, OK, Command, PinSlot, Response
from honnin.apdu.dialogue import (
    Answers,
    Batch,
    Dialogue,
    SecretSource,
    Transceiver,
    no_secrets,
    run,
    run_async,
    run_batch,
    run_in_process,
)

__all__ = [
    "ANY",
    "OK",
    "Answers",
    "Batch",
    "Command",
    "Dialogue",
    "PinSlot",
    "Response",
    "SecretSource",
    "Transceiver",
    "no_secrets",
    "run",
    "run_async",
    "run_batch",
    "run_in_process",
]
