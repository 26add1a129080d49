"""The rules of law as parts of a sealed content: which ones its Decision was made by, and those rules themselves.

`rules.json` says the SHA-256 of the rules and names the program that applied them; `rules.gz` are the rules
(honnin.law.rule_data). A later content of the same record names the same rules without having them a second time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from honnin.core.errors import DataError
from honnin.law.model import Rules
from honnin.law.rule_data import VERSION_LENGTH, engine_version, packaged_rule_data

__all__ = ["RULES", "RULES_DATA", "RulesUsed", "rule_parts", "rules_used"]

RULES, RULES_DATA = "rules.json", "rules.gz"
MAX_JSON = 1024
_FORMAT, _VERSION = "honnin-rules", 1
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ENGINE = re.compile(r"[0-9a-f]{0,16}")


@dataclass(frozen=True, slots=True)
class RulesUsed:
    """`sha256` of the rules (64 hexadecimal digits); `engine`: the program that applied them, "" when unknown."""

    sha256: str
    engine: str

    @property
    def version(self) -> str:
        """`rules_version` of a Decision made by these rules."""
        return self.sha256[:VERSION_LENGTH]


def rule_parts(rules: Rules) -> dict[str, bytes]:
    """The parts for a Decision by `rules`; none for rules that are not this program's. Raises DataError `law.rules`."""
    data = packaged_rule_data()
    if rules.version != data.version:
        return {}
    said = {"format": _FORMAT, "version": _VERSION, "sha256": data.digest, "engine": engine_version()}
    return {RULES: json.dumps(said, sort_keys=True, indent=1).encode(), RULES_DATA: data.octets}


def rules_used(parts: Mapping[str, bytes]) -> RulesUsed | None:
    """What a content says of its rules; None when it says nothing. Raises DataError `bundle.rules`."""
    octets = parts.get(RULES)
    if octets is None:
        return None
    try:
        value = json.loads(octets.decode()) if len(octets) <= MAX_JSON else {}
        if (value["format"], value["version"]) != (_FORMAT, _VERSION):
            raise _bad()
        sha256, engine = value["sha256"], value["engine"]
        if _SHA256.fullmatch(sha256) is None or _ENGINE.fullmatch(engine) is None:
            raise _bad()
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _bad() from None
    return RulesUsed(sha256, engine)


def _bad() -> DataError:
    return DataError("bundle.rules", "what a record says of its rules cannot be read")
