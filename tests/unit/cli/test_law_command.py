"""`honnin law ask` and `ways`: exit codes, one JSON object, both languages, bad cases."""

from __future__ import annotations

import json

import pytest
import yaml
from click.testing import CliRunner

from honnin.cli.main import main
from tests.unit.law.cases import case
from tests.unit.law.method_table import FACE

YES = case(channel="remote", doc="MYNA", evidence=FACE)
NO = case(channel="remote", doc="MYNA", evidence=["CHIP4"])


def run(*arguments, given=None):
    return CliRunner().invoke(main, ["law", *arguments], input=given)


@pytest.fixture
def path(tmp_path):
    def write(value):
        file = tmp_path / "case.yaml"
        file.write_text(value if isinstance(value, str) else yaml.safe_dump(value, allow_unicode=True), "utf-8")
        return str(file)

    return write


def test_satisfied_is_0_and_not_satisfied_is_3(path):
    assert run("ask", path(YES)).exit_code == 0
    assert run("ask", path(NO)).exit_code == 3


def test_json_is_one_object_on_stdout(path):
    for value, code in ((YES, 0), (NO, 3)):
        result = run("ask", path(value), "--json")
        assert result.exit_code == code
        assert json.loads(result.stdout)["verified"] == (code == 0)


def test_a_case_comes_from_stdin_and_on_replaces_its_day():
    result = run("ask", "-", "--on", "2027-04-01", "--json", given=json.dumps(YES))
    assert json.loads(result.stdout)["satisfied"][0]["letter"] == "ハ"
    assert result.exit_code == 0


@pytest.mark.parametrize(("text", "code"), [
    ("law: nothing", "law.case.law"), ("law: hanshu", "law.case.on"), ("a: [", "law.yaml"), ("", "law.case.format"),
    ("law: hanshu\non: 2026-11-23\nevidence: [X]", "law.case.evidence"),
])  # fmt: skip
def test_a_bad_case_is_2_with_its_code(path, text, code):
    plain = run("ask", path(text))
    assert plain.exit_code == 2
    assert code in plain.stderr
    assert not plain.stdout
    as_json = run("ask", path(text), "--json")
    assert as_json.exit_code == 2
    assert json.loads(as_json.stdout)["error"]["code"] == code


def test_a_file_that_is_not_there_or_a_day_that_is_none_is_2(path, tmp_path):
    assert run("ask", str(tmp_path / "none.yaml")).exit_code == 2
    assert run("ask", path(YES), "--on", "tomorrow").exit_code == 2
    assert run("ask").exit_code == 2


def test_people_read_japanese_or_english(path):
    japanese = run("ask", path(NO), "--lang", "ja").stdout
    english = run("ask", path(NO), "--lang", "en").stdout
    assert "次にすること" in japanese
    assert "まだ法律上の確認ができていません" in japanese
    assert "What to do next" in english
    assert "次にすること" not in english
    assert "7年" in run("ask", path(YES), "--lang", "ja").stdout


def test_ways_are_listed_before_anything_is_read(path):
    open_today = case()
    result = run("ways", path(open_today), "--json")
    assert result.exit_code == 0
    assert "hs.remote_ic_face" in {each["id"] for each in json.loads(result.stdout)["ways"]}
    assert "運転免許証" in run("ways", path(open_today), "--lang", "ja").stdout
    assert "driver's licence" in run("ways", path(open_today), "--lang", "en").stdout
    closed = run("ways", path(case("keitai", on="2027-04-01")))
    assert closed.exit_code == 3


@pytest.mark.parametrize(("text", "code", "said"), [
    ('{"law": "hanshu", "on": "2026-11-25", "channel": "counter"}', "law.case.channel", "allowed: in_person, mail, remote"),
    ('{"law": "bango", "on": "2026-11-25"}', "law.case.law", "allowed: bangou, hanshu, keitai, keitai_rental"),
    ('{"law": "hanshu", "on": "2026-11-25", "chanel": "mail"}', "law.case.key", "channel"),
    ('{"law": "hanshu", "on": "2026-11-25", "evidence": ["PRESENT"]}', "law.case.evidence", "PRESENT_1"),
    ('{"law": "hanshu", "on": "2026-11-25", "documents": [{"kind": "CARD"}]}', "law.case.document", "LICENCE"),
    ("law: hanshu\non: 2026-11-25\ndocuments: [{kind: LICENCE, valid: no}]", "law.case.valid", "neither true nor false: no"),
    ("law: hanshu\non: 2026-11-25\nassured: {tenant_is_signature_verifier: true}", "law.case.key", "record_kept"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_what_is_allowed(path, text, code, said):
    plain = run("ask", path(text))
    assert code in plain.stderr
    assert said in plain.stderr
    error = json.loads(run("ask", path(text), "--json").stdout)["error"]
    assert error["code"] == code
    assert said in error["detail"]
    assert error["next_ja"]
    assert error["next_en"]


@pytest.mark.parametrize("text", [
    "law: hanshu\non: 2026-11-25\na: &a [x, x]\nb: [*a, *a]", "law: hanshu\nlaw: keitai\non: 2026-11-25",
    "<<: {law: hanshu}", "law: hanshu\non: 2026-11-25\nrisk_flags: off", "law: hanshu\non: 2026-11-25T00:00:00Z",
    "law: hanshu\n---\non: 2026-11-25", "null", '"x"', "[]", "law: hanshu\non: 2026-11-25\nbusiness_type: " + "9" * 300,
    "law: hanshu\non: 2026-11-25\namount_yen: 1e9", "law: hanshu\non: 2026-11-25\namount_yen: -1", "law: hanshu\non: 9999-12-31",
    "law: hanshu\non: 2026-11-25\ndocuments: [" + "{kind: LICENCE}, " * 21 + "]", "law: !!str hanshu\non: 2026-11-25",
    "law: hanshu\non: 2026-11-25\nevidence: {PRESENT_1: true}", "#" * 300_000, "\x00", "law: hanshu\non: 2026-02-29",
])  # fmt: skip
def test_a_hostile_case_is_2_and_one_object(path, text):
    result = run("ask", path(text), "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"].startswith("law.")
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_octets_that_are_no_text_are_2(tmp_path):
    file = tmp_path / "case.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    assert run("ask", str(file)).exit_code == 2
    assert run("ask", str(tmp_path)).exit_code == 2


def test_every_code_of_the_sheet_is_taken(path):
    from importlib import resources

    rows = yaml.safe_load(resources.files("tests.unit.law").joinpath("table_sheet.yaml").read_text("utf-8"))["methods"]
    codes = {code for row in rows for group in [*row["required"], *row["policy"]]
             for code in (group if isinstance(group, list) else [group])}  # fmt: skip
    kinds = {kind for row in rows for kind in row["documents"]} | {"MYNA_LICENCE", "unknown"}
    assert len(codes) > 40
    for kind in kinds:
        value = {**case(), "documents": [{"kind": kind}], "evidence": sorted(codes)}
        assert run("ask", path(value), "--json").exit_code in {0, 3}, kind
