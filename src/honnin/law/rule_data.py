"""The rules of law as octets: what is sealed with a record, so that its Decision can be made again years later.

A Decision names the version of the rules that made it; a house that has another version by then could not make it
again. So the data themselves go with the record: a JSON object of the YAML files by name, compressed (gzip, RFC 1952),
which anybody can open. Their name is the SHA-256 over all of them (`rules_version` is its beginning). The program that
applies them counts as well: a Decision that comes out otherwise under another program (`engine_version`) is no lie of
the house.

That a Decision follows from rules does not make these the rules of law: `is_published` tells which ones this program
knows as its own, of today or of earlier days.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

from honnin.core.errors import DataError, HonninError
from honnin.law.model import Rules
from honnin.law.rules import load_rules, packaged_texts, rules_digest, rules_from

__all__ = [
    "MAX_RULES", "RuleData", "engine_version", "is_published", "open_rule_data", "packaged_rule_data", "rules_of",
]  # fmt: skip

MAX_FILES = 32
MAX_TEXT = 512 << 10  # octets of all files together
MAX_RULES = 256 << 10  # octets when compressed
VERSION_LENGTH = 16  # hexadecimal digits of a Decision's `rules_version`

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\.yaml")
_GZIP = 31  # zlib's window bits for one gzip member


@dataclass(frozen=True, slots=True)
class RuleData:
    """Rules by the names of their files. Whether they are rules at all is only known once they are read (`rules_of`).

    `digest`: SHA-256 in hexadecimal over, for each file by name: length of the name (4 octets, big-endian), name,
    length of the file (4), file.
    """

    texts: Mapping[str, str]
    digest: str

    @property
    def version(self) -> str:
        """`rules_version` of a Decision that these rules make."""
        return self.digest[:VERSION_LENGTH]

    @property
    def octets(self) -> bytes:
        """Compressed, the same octets in one process for the same rules."""
        return _packed(self.digest, tuple(sorted(self.texts.items())))


@cache
def packaged_rule_data() -> RuleData:
    """The rules that this program decides by. Raises DataError `law.rules`."""
    texts = packaged_texts()
    return RuleData(MappingProxyType(texts), rules_digest(texts))


def open_rule_data(octets: bytes) -> RuleData:
    """What `RuleData.octets` made, from anybody. Raises DataError `law.rule_data` for anything else or too much."""
    try:
        texts = _unpacked(octets)
    except DataError:
        raise
    except Exception as error:  # noqa: BLE001  # fail closed: the readers raise several kinds
        raise _bad(type(error).__name__) from None
    return RuleData(MappingProxyType(texts), rules_digest(texts))


def rules_of(data: RuleData) -> Rules:
    """The rules in `data`, checked. Raises DataError `law.rules`, `law.yaml`, `law.rule_data`."""
    if data.digest == packaged_rule_data().digest:
        return load_rules()
    return _read(data.digest, tuple(sorted(data.texts.items())))


def is_published(digest: str) -> bool:
    """Whether rules with this SHA-256 (hexadecimal) are, or once were, those of this program."""
    return digest == packaged_rule_data().digest or digest in _published()


@cache
def engine_version() -> str:
    """Names the program that applies rules: 16 hexadecimal digits over the sources of this package, "" where a
    distribution has none. Another name says nothing but that it was changed.
    """
    folder = resources.files("honnin.law")
    whole = hashlib.sha256()
    found = False
    try:
        sources = sorted((each for each in folder.iterdir() if each.name.endswith(".py")), key=lambda each: each.name)
        for each in sources:
            octets = each.read_bytes()
            for part in (each.name.encode(), octets):
                whole.update(len(part).to_bytes(4, "big") + part)
            found = True
    except OSError:
        return ""
    return whole.hexdigest()[:VERSION_LENGTH] if found else ""


@lru_cache(maxsize=4)
def _packed(digest: str, texts: tuple[tuple[str, str], ...]) -> bytes:
    del digest
    return gzip.compress(json.dumps(dict(texts), ensure_ascii=False, sort_keys=True).encode(), mtime=0)


@lru_cache(maxsize=8)
def _read(digest: str, texts: tuple[tuple[str, str], ...]) -> Rules:
    del digest
    try:
        return rules_from(dict(texts))
    except HonninError:
        raise
    except Exception as error:  # noqa: BLE001  # fail closed: rules of anybody
        raise _bad(type(error).__name__) from None


@cache
def _published() -> frozenset[str]:
    try:
        text = resources.files("honnin.law").joinpath("published_rules.txt").read_text("ascii")
    except (OSError, UnicodeError):
        return frozenset()
    return frozenset(line.split()[0] for line in text.splitlines() if line and not line.startswith("#"))


def _unpacked(octets: bytes) -> dict[str, str]:
    if len(octets) > MAX_RULES:
        raise _bad("too large")
    unpacker = zlib.decompressobj(_GZIP)
    text = unpacker.decompress(octets, MAX_TEXT + 1)
    if len(text) > MAX_TEXT or not unpacker.eof or unpacker.unused_data:
        raise _bad("too large, short, or with a rest")
    texts = json.loads(text.decode())
    if not isinstance(texts, dict) or not 1 <= len(texts) <= MAX_FILES:
        raise _bad("files")
    if any(_NAME.fullmatch(name) is None or not isinstance(each, str) for name, each in texts.items()):
        raise _bad("name")
    rules_digest(texts)  # a text that is no UTF-8 has no digest
    return texts


def _bad(why: str) -> DataError:
    return DataError("law.rule_data", "these are not the rules of a decision", why)
