"""YAML 1.2 core schema, bounded: `on` is a plain key, only true and false are booleans, a date is a text.

Cases come from outside: aliases (which can grow without end), tags, repeated keys, deep nesting and large texts are
refused. The parser is libyaml's when it is there.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from honnin.core.errors import DataError

_MAX_CHARACTERS = 1 << 20
_MAX_DEPTH = 16
_MAX_NODES = 60_000
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]  # libyaml's loader when it was built with it
    """The safe loader with the resolvers of the 1.2 core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  # PyYAML's own shape


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]{1,18}", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})$"), _first)


def _bool(loader: Any, node: Any) -> bool:
    return str(loader.construct_scalar(node)).lower() == "true"


def _int(loader: Any, node: Any) -> int:
    return int(loader.construct_scalar(node))


def _mapping(loader: Any, node: Any) -> dict[object, object]:
    result: dict[object, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, (str, int)) or key in result:
            raise DataError("law.yaml", "a name stands twice, or is no plain text")
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_Loader.add_constructor("tag:yaml.org,2002:bool", _bool)
_Loader.add_constructor("tag:yaml.org,2002:int", _int)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load_yaml(text: str) -> object:
    """One document as dict, list, str, int, bool, None. DataError "law.yaml" when it is not YAML or not bounded."""
    if len(text) > _MAX_CHARACTERS:
        raise DataError("law.yaml", "the text is too large")
    try:
        depth = 0
        for nodes, event in enumerate(yaml.parse(text, Loader=_Loader)):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            tag = getattr(event, "tag", None)
            if isinstance(event, yaml.AliasEvent) or (tag is not None and tag != "!"):
                raise DataError("law.yaml", "aliases and tags are not allowed")
            if depth > _MAX_DEPTH or nodes > _MAX_NODES:
                raise DataError("law.yaml", "the text is nested too deeply or too long")
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader, see above
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DataError("law.yaml", "this is not YAML", str(error)[:200]) from error
