"""`honnin law`: what the law says of a case, and which ways are open before anything is read (design §6, §9)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honnin.cli.groups import WholeGroup
from honnin.cli.report import EXIT_LAW, errors, fail, print_json

if TYPE_CHECKING:
    from honnin.law.case import Case
    from honnin.law.decision import Decision
    from honnin.law.rules import Rules
    from honnin.law.ways import Way

_MAX_OCTETS = 256 * 1024

_case_argument = click.argument("path", metavar="CASE.yaml|-")
_on_option = click.option("--on", "on_text", metavar="DATE", help="The day of the verification, instead of the case's.")
_lang_option = click.option("--lang", type=click.Choice(["ja", "en"]), help="Language; by locale, else Japanese.")
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


@click.group("law", cls=WholeGroup)
def command() -> None:
    """What the law says of a case. Not legal advice.

    事案について法律上の確認方法を答えます（法律相談ではありません）。
    """


@command.command("ask")
@_case_argument
@_on_option
@_lang_option
@_json_option
def ask_command(path: str, on_text: str | None, lang: str | None, *, as_json: bool) -> None:
    """Decide a case: which methods are satisfied, what is missing, what to ask next.

    事案を判定します：満たす方法、足りないもの、次にうかがうこと。

    Exit codes: 0 satisfied, 3 not satisfied, 2 usage or a bad case.
    """
    with errors(as_json=as_json):
        from honnin.law.decision import decision_to_dict  # noqa: PLC0415
        from honnin.law.engine import decide  # noqa: PLC0415

        case, rules = _load(path, on_text, as_json=as_json)
        decision = decide(case, rules)
        if as_json:
            print_json(decision_to_dict(decision))
        else:
            _show_decision(decision, rules, _language(lang))
    if not decision.verified:
        raise SystemExit(EXIT_LAW)


@command.command("ways")
@_case_argument
@_on_option
@_lang_option
@_json_option
def ways_command(path: str, on_text: str | None, lang: str | None, *, as_json: bool) -> None:
    """List the ways that are open for a case before anything is read.

    読み取る前に、この事案で使える方法を示します。

    Exit codes: 0 at least one is open, 3 none, 2 usage or a bad case.
    """
    with errors(as_json=as_json):
        from honnin.law.ways import open_ways, way_to_dict  # noqa: PLC0415

        case, rules = _load(path, on_text, as_json=as_json)
        ways = open_ways(case, rules)
        if as_json:
            print_json({"law": case.law, "on": case.on.isoformat(), "rules_version": rules.version,
                        "ways": [way_to_dict(each) for each in ways]})  # fmt: skip
        else:
            _show_ways(ways, _language(lang))
    if not ways:
        raise SystemExit(EXIT_LAW)


def _load(path: str, on_text: str | None, *, as_json: bool) -> tuple[Case, Rules]:
    """The case of a file or of stdin. A bad case is the caller's: exit code 2, with the place that is wrong."""
    from honnin.core.errors import CallerError, DataError  # noqa: PLC0415
    from honnin.law.case import parse_case, parse_day  # noqa: PLC0415
    from honnin.law.rules import load_rules  # noqa: PLC0415
    from honnin.law.yaml_core import load_yaml  # noqa: PLC0415

    rules = load_rules()
    try:
        day = None if on_text is None else parse_day(on_text)
        return parse_case(load_yaml(_read(path)), rules, on=day), rules
    except DataError as error:
        fail(CallerError(error.code, error.message, error.detail), as_json=as_json, place=error.message)


def _read(path: str) -> str:
    from honnin.core.errors import CallerError  # noqa: PLC0415

    try:
        if path == "-":
            content = sys.stdin.buffer.read(_MAX_OCTETS + 1)
        else:
            with Path(path).open("rb") as stream:
                content = stream.read(_MAX_OCTETS + 1)
    except (OSError, ValueError) as error:
        raise CallerError("law.case.file", "the case cannot be read", str(error)) from error
    if len(content) > _MAX_OCTETS:
        raise CallerError("law.case.file", "the case is too large")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CallerError("law.case.file", "the case is not UTF-8 text") from error


def _language(lang: str | None) -> int:
    """0 Japanese, 1 English."""
    if lang is None:
        from honnin.cli.show import default_language  # noqa: PLC0415

        lang = default_language()
    return 0 if lang == "ja" else 1


_HEADINGS: Mapping[str, tuple[str, str]] = {
    "yes": ("法律上の確認ができています。", "The law is satisfied."),
    "no": ("まだ法律上の確認ができていません。", "The law is not satisfied yet."),
    "free": ("この取引は、法律上の確認が要らないものです。", "The law does not ask for verification here."),
    "satisfied": ("満たした方法", "Satisfied"),
    "near": ("あと少しの方法", "Nearly satisfied"),
    "closed": ("使えない方法", "Closed"),
    "ask": ("次にすること", "What to do next"),
    "notices": ("事業者が確かめること", "To be ensured by the house"),
    "fields": ("記録事項", "Record items"),
    "attachments": ("添付資料", "Attachments"),
    "retention": ("保存期間", "Retention"),
    "must": ("確認が要るか", "Must it be verified"),
    "ways": ("使える方法", "Open ways"),
    "none": ("この条件で使える方法はありません。", "No method is open for this case."),
}


def _show_decision(decision: Decision, rules: Rules, which: int) -> None:
    law = rules.laws[decision.law].words
    click.echo(f"{(law.ja, law.en)[which]}  {decision.on}  ({decision.revision}, rules {decision.rules_version})")
    free = decision.must_verify is not None and decision.must_verify.needed is False and not decision.verified
    sign, key = ("✔", "yes") if decision.verified else ("–", "free") if free else ("✘", "no")
    click.echo(f"{sign} {_HEADINGS[key][which]}")
    if decision.satisfied:
        _heading("satisfied", which)
    for done in decision.satisfied:
        click.echo(f"  ✔ {_name(done.letter, (done.title, done.title_en)[which])}  {done.article}  [{done.id}]")
    if decision.must_verify is not None:
        _heading("must", which)
        click.echo(f"  {(decision.must_verify.why, decision.must_verify.why_en)[which]}")
    _lines("ask", (decision.ask_next, decision.ask_next_en)[which], which)
    if decision.near:
        _heading("near", which)
    for near in decision.near:
        click.echo(f"  ○ {_name(near.letter, (near.title, near.title_en)[which])}  [{near.id}]")
        for why in (near.why, near.why_en)[which]:
            click.echo(f"      {why}")
    if decision.closed:
        _heading("closed", which)
    for shut in decision.closed:
        colon = ("：", ": ")[which]
        click.echo(f"  ⊘ {(shut.title, shut.title_en)[which]}{colon}{(shut.why, shut.why_en)[which]}  [{shut.id}]")
    if decision.verified:
        _lines("fields", (" ".join(decision.record_fields),), which)
        if decision.attachments:
            _lines("attachments", (" ".join(decision.attachments),), which)
        kept = decision.retention
        years = "" if kept.years is None else (f"{kept.years}年：", f"{kept.years} years from: ")[which]
        _lines("retention", (years + (kept.starts, kept.starts_en)[which],), which)
    _lines("notices", tuple((each.ja, each.en)[which] for each in decision.notices), which)


def _show_ways(ways: tuple[Way, ...], which: int) -> None:
    if not ways:
        click.echo(_HEADINGS["none"][which])
        return
    _heading("ways", which)
    for way in ways:
        document = "" if way.document_words is None else f"  {(way.document_words.ja, way.document_words.en)[which]}"
        click.echo(f"  {_name(way.letter, (way.title.ja, way.title.en)[which])}{document}  [{way.method}]")
        click.echo(f"      {(way.cost_words.ja, way.cost_words.en)[which]}")
        click.echo(f"      {(way.say.ja, way.say.en)[which]}")


def _name(letter: str | None, title: str) -> str:
    return f"{letter} {title}" if letter else title


def _heading(key: str, which: int) -> None:
    click.echo(f"\n{_HEADINGS[key][which]}")


def _lines(key: str, lines: tuple[str, ...], which: int) -> None:
    if lines:
        _heading(key, which)
    for line in lines:
        click.echo(f"  {line}")
