"""The law as dated data: loading, checking and caching the files of law/data (design §6; law.md §8).

A law, a date, a method or a document is a change of data. What a file may say is checked here, so that the engine can
trust it: unknown codes, missing ids, wrong dates and overlapping revisions are refused with the name of the place.
The values are in honnin.law.model, the checks of each entry in honnin.law.rules_kinds and honnin.law.rules_laws.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from honnin.core.errors import DataError
from honnin.law.entries import bad, day_of, known, listed, mapping, words_of
from honnin.law.model import (
    UNKNOWN,
    Branch,
    Condition,
    Dated,
    DocumentKind,
    EvidenceKind,
    HighRisk,
    Law,
    Method,
    RecordUnseen,
    RetentionRule,
    Revision,
    Rules,
    Trigger,
    Words,
)
from honnin.law.rules_kinds import condition_of, document_of, evidence_of, trigger_of
from honnin.law.rules_laws import law_of

__all__ = [
    "UNKNOWN", "Branch", "Condition", "Dated", "DocumentKind", "EvidenceKind", "HighRisk", "Law", "Method",
    "RecordUnseen", "RetentionRule", "Revision", "Rules", "Trigger", "Words", "load_rules", "packaged_texts",
    "rules_digest", "rules_from",
]

_SECTIONS = frozenset({
    "documents", "evidence", "conditions", "points", "risk_flags", "law", "methods", "triggers"
})  # fmt: skip


@cache
def load_rules() -> Rules:
    """The packaged rules. Parsed and checked once in a process; DataError "law.rules" when a file is damaged."""
    return rules_from(packaged_texts())


def packaged_texts() -> dict[str, str]:
    """The files of the packaged rules by name. Raises DataError "law.rules"."""
    folder = resources.files("honnin.law").joinpath("data")
    try:
        return {each.name: each.read_text("utf-8") for each in folder.iterdir() if each.name.endswith(".yaml")}
    except (OSError, UnicodeError) as error:
        raise DataError("law.rules", "the rules of law cannot be read", str(error)) from error


def rules_digest(texts: Mapping[str, str]) -> str:
    """SHA-256 (hexadecimal) over names and files with their lengths; the version of rules is its beginning."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        octets = texts[name].encode()
        digest.update(len(name.encode()).to_bytes(4, "big") + name.encode() + len(octets).to_bytes(4, "big") + octets)
    return digest.hexdigest()


def rules_from(texts: Mapping[str, str]) -> Rules:
    """Rules of several files (name → YAML text). A further law is a further file; nothing else changes."""
    from honnin.law.yaml_core import load_yaml  # noqa: PLC0415  # PyYAML only when rules are read

    merged: dict[str, list[tuple[str, Mapping[str, object]]]] = {}
    for name in sorted(texts):
        loaded = mapping(load_yaml(texts[name]), name)
        for section, content in loaded.items():
            merged.setdefault(section, []).append((name, {section: content}))
    for section in merged:
        if section not in _SECTIONS:
            raise bad(section, "is no section of a file of rules")

    def union(section: str) -> dict[str, Mapping[str, object]]:
        result: dict[str, Mapping[str, object]] = {}
        for name, holder in merged.get(section, []):
            for code, content in mapping(holder[section], f"{name} {section}").items():
                if code in result:
                    raise bad(f"{name} {section} {code}", "stands twice")
                result[code] = mapping(content, f"{name} {section} {code}")
        return result

    points = {code: words_of(entry, code) for code, entry in union("points").items()}
    since = {code: day_of(entry.get("from"), code) for code, entry in union("points").items()}
    points_since = {code: day for code, day in since.items() if day is not None}
    flags = {code: words_of(entry, code) for code, entry in union("risk_flags").items()}
    documents = {code: document_of(code, entry, points) for code, entry in union("documents").items()}
    for each in documents.values():
        known(each.same_card, documents, each.code)
    evidence = {code: evidence_of(code, entry) for code, entry in union("evidence").items()}
    for kind in evidence.values():
        known(kind.implies, evidence, kind.code)
    for each in documents.values():
        known(each.gives, evidence, each.code)
    conditions = {
        code: condition_of(code, entry, documents, evidence, flags) for code, entry in union("conditions").items()
    }  # fmt: skip
    known([each.instead for each in conditions.values() if each.instead is not None], conditions, "conditions")
    methods_by_file: dict[str, list[object]] = {}
    for name, holder in merged.get("methods", []):
        methods_by_file[name] = listed(holder["methods"], f"{name} methods")
    rules = Rules("", {}, documents, evidence, conditions, points, points_since, flags)
    laws: dict[str, Law] = {}
    for name, holder in merged.get("law", []):
        law = law_of(mapping(holder["law"], f"{name} law"), methods_by_file.pop(name, []), rules, name)
        if law.id in laws:
            raise bad(name, f"is a second file for the law {law.id}")
        laws[law.id] = law
    if methods_by_file:
        raise bad(", ".join(methods_by_file), "has methods but no law")
    seen: set[str] = set()
    for law in laws.values():
        for method in law.methods:
            if method.id in seen:
                raise bad(method.id, "stands twice")
            seen.add(method.id)
    triggers = tuple(
        trigger_of(mapping(each, f"{name} triggers"), laws)
        for name, holder in merged.get("triggers", [])
        for each in listed(holder["triggers"], f"{name} triggers")
    )
    version = rules_digest(texts)[:16]
    return Rules(version, laws, documents, evidence, conditions, points, points_since, flags, triggers)
