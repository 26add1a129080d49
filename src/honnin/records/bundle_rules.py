"""The rules of law that a Decision in a bundle was made by: found in the record, in the bundle, or in this program.

A record has had its rules in itself since there is a part `rules.json`; of an older one the bundle may have them, else
only a program of those days can make its Decision again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from honnin.core.errors import DataError
from honnin.facts import Finding
from honnin.law.rule_data import VERSION_LENGTH, RuleData, is_published, open_rule_data, packaged_rule_data
from honnin.records.bundle import Bundle
from honnin.records.bundle_findings import finding
from honnin.records.sealed_rules import RULES_DATA, RulesUsed, rules_used

__all__ = ["Found", "RuleFinder", "RulesFrom"]

MAX_SETS = 16  # read for one bundle, whatever it holds


class RulesFrom(StrEnum):
    """Where rules were found. The values are stable."""

    PROGRAM = "program"  # the verifier's own, the same as those of the day
    RECORD = "record"  # sealed with the record
    BUNDLE = "bundle"  # beside the record: nobody vouches that these are they but their name
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Found:
    """Rules for one Decision. `data` None: the program's own stand in. `used`: what the record says of them."""

    source: RulesFrom
    data: RuleData | None = None
    used: RulesUsed | None = None
    published: bool = False


@dataclass(slots=True)
class RuleFinder:
    """Finds rules for the Decisions of one bundle, and tells about all of them together. Opens few, and each once."""

    bundle: Bundle
    opened: dict[bytes, RuleData] = field(default_factory=dict)
    sources: list[Found] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)

    def find(self, number: int, version: str) -> Found:
        """Rules for a Decision of content `number` whose `rules_version` is that. Never raises."""
        found = self._find(number, version)
        self.sources.append(found)
        return found

    def used(self, number: int, version: str) -> RulesUsed | None:
        """What that content says of its rules, else what the last one before says that was judged by rules of that
        version (its Decision stands in later contents as well); None when nothing that can be read is said.
        """
        for at in range(number, -1, -1):
            try:
                used = rules_used(self.bundle.contents[at].content.parts)
            except DataError:
                used = None
            if used is not None and (at == number or used.version == version):
                return used
        return None

    def told(self) -> Finding:
        """`bundle.rules`: whether this program knows them as its own, has them from the bundle, or has them not."""
        sources = {each.source for each in self.sources}
        if self.wrong:
            return finding("rules", "wrong", **self.wrong)
        if not self.sources:
            return finding("rules", "none")
        if RulesFrom.NOWHERE in sources:
            return finding("rules", "absent")
        if not all(each.published for each in self.sources):
            return finding("rules", "carried")
        return finding("rules", "ok" if sources == {RulesFrom.PROGRAM} else "published")

    def _find(self, number: int, version: str) -> Found:
        try:
            rules_used(self.bundle.contents[number].content.parts)
        except DataError as error:
            self.wrong[str(number)] = error.code
            return Found(RulesFrom.NOWHERE)
        used = self.used(number, version)
        if used is not None and used.version != version:
            self.wrong[str(number)] = "version"
            return Found(RulesFrom.NOWHERE, used=used)
        own = packaged_rule_data()
        digest = version if used is None else used.sha256
        if len(digest) < VERSION_LENGTH:
            return Found(RulesFrom.NOWHERE, used=used)
        if own.digest.startswith(digest):
            return Found(RulesFrom.PROGRAM, None, used, published=True)
        before = (self.bundle.contents[at].content.parts.get(RULES_DATA) for at in range(number, -1, -1))
        for source, candidates in ((RulesFrom.RECORD, before), (RulesFrom.BUNDLE, iter(self.bundle.rules.values()))):
            data = self._first(candidates, digest, str(number))
            if data is not None:
                return Found(source, data, used, published=is_published(data.digest))
        return Found(RulesFrom.NOWHERE, used=used)

    def _first(self, candidates: Iterable[bytes | None], digest: str, number: str) -> RuleData | None:
        for octets in candidates:
            data = None if octets is None else self._open(octets, number)
            if data is not None and data.digest.startswith(digest):
                return data
        return None

    def _open(self, octets: bytes, number: str) -> RuleData | None:
        if octets not in self.opened:
            if len(self.opened) >= MAX_SETS:
                return None
            try:
                self.opened[octets] = open_rule_data(octets)
            except DataError as error:
                self.wrong[number] = error.code
                return None
        return self.opened[octets]
