"""Bundles of records that were finished later: every Decision is made again, and what a house could hide is named."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from honnin.checks.titles import title
from honnin.cli.anchors import trust_for
from honnin.cli.main import main
from honnin.facts import Audience, Outcome
from honnin.flows.bundle import verify
from honnin.records.bundle import make_bundle, open_bundle
from honnin.records.later import MailReturned, MailSent, OtherVerified
from honnin.records.ledger.event import decode_event
from honnin.records.ledger.note import parse_vkey
from tests.unit.records.ledger.house import SIGNER
from tests.unit.server.later_records import (
    BY,
    attached_later,
    company_finished,
    finished_by_mail,
    finished_later,
    open_house,
    sealed_again,
    today,
)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house, close = open_house(tmp_path_factory.mktemp("counter"))
    yield house
    close()


@pytest.fixture(scope="module")
def by_mail(house):
    return finished_by_mail(house)


@pytest.fixture(scope="module")
def by_paper(house):
    return finished_later(house)


@pytest.fixture(scope="module")
def company(house):
    return company_finished(house)


def judged(bundle, key=SIGNER.key, **more):
    if isinstance(bundle, bytes):
        bundle = open_bundle(bundle)
    return verify(bundle, trust_for((), simulated=True, document="mynumber", data=None), title=title, key=key, **more)


def results(verified):
    return {each.id.removeprefix("bundle."): each.reason for each in verified.verdict.findings}


ALL_OK = {"event": "ok", "inclusion": "ok", "commitment": "ok", "acts": "ok", "decision": "ok", "rules": "ok", "record": "ok",
          "later": "ok", "complete": "ok"}  # fmt: skip


def good(verified, **other):
    found = results(verified)
    assert {name: found[name] for name in ALL_OK} == ALL_OK | other, [each for each in verified.verdict.findings if each.outcome is Outcome.FAILED]
    assert found["evidence"] in {"ok", "stated"}
    assert not verified.verdict.failed


@pytest.fixture(scope="module")
def with_copies(house):
    return attached_later(house)


@pytest.mark.parametrize("which", ["by_mail", "by_paper", "company", "with_copies"])
def test_every_decision_comes_out_again_from_the_bundle_alone(house, request, which):
    record = request.getfixturevalue(which)
    for octets in record.octets.values():
        verified = judged(octets, parse_vkey(house.key))
        if len(open_bundle(octets).contents) > 1:
            good(verified)
        assert {each.reason for each in verified.verdict.decisions} == {"ok"}


def test_the_other_persons_decision_is_one_of_them(house, company):
    verified = judged(company.last, parse_vkey(house.key))
    found = [(each.content, each.about.value, each.verified) for each in verified.verdict.decisions]
    assert found == [(0, "holder", True), (0, "other", False), (1, "holder", True), (1, "other", False), (2, "holder", True), (2, "other", True)]


def test_each_decision_says_its_day_its_revision_and_its_rules(by_mail):
    for each in judged(by_mail.last, None).verdict.decisions:
        stored = json.loads(open_bundle(by_mail.last).contents[each.content].content.parts["decision.json"])
        assert (each.on, each.rules_version, each.revision) == (stored["on"], stored["rules_version"], stored["revision"])
        assert (each.rules_from.value, each.published) == ("program", True)


def test_the_rules_are_sealed_once_in_a_record(by_mail):
    contents = open_bundle(by_mail.last).contents
    assert ["rules.gz" in each.content.parts for each in contents] == [True] + [False] * 5
    assert all("rules.json" in each.content.parts for each in contents)
    assert not open_bundle(by_mail.last).rules


# --- a house that seals something else ------------------------------------------------------------------------------


def part(number, name, change):
    """Alters one JSON part of one content."""
    def alter(at, parts):
        if at == number:
            value = json.loads(parts[name])
            change(value)
            parts[name] = json.dumps(value, ensure_ascii=False).encode()
    return alter


def test_what_these_tests_seal_again_is_good(by_mail, by_paper, company):
    for each in (by_mail, by_paper, company):
        good(judged(sealed_again(each.last)))


def falsely_verified(decision):
    decision["verified"] = not decision["verified"]


def a_method_more(decision):
    decision["satisfied"].append({**decision["satisfied"][0], "id": "hs.f2f_photo_document"})


@pytest.mark.parametrize("number", range(6))
def test_a_decision_of_any_amendment_that_does_not_follow_is_named(by_mail, number):
    verified = judged(sealed_again(by_mail.last, part(number, "decision.json", falsely_verified)))
    finding = verified.verdict.finding("bundle.decision")
    assert (finding.reason, finding.detail["where"]) == ("differs", f"{number}.holder: verified")
    assert [each.content for each in verified.verdict.decisions if each.reason == "differs"] == [number]


def test_the_other_persons_decision_that_does_not_follow_is_named(company):
    verified = judged(sealed_again(company.last, part(1, "other/decision.json", falsely_verified)))
    assert "1.other: verified" in verified.verdict.finding("bundle.decision").detail["where"]


def returned_is_forgotten(acts):
    acts["mail"][0]["returned_at"] = None


def earlier_face(acts):
    acts["print_match"]["by"] = "somebody else"


def sent_earlier(acts):
    acts["mail"][0]["sent_at"] = "2026-01-01T00:00:00+09:00"


def another_letter(acts):
    acts["mail"].append({**acts["mail"][0], "number": "3", "returned_at": None})


@pytest.mark.parametrize(("number", "change"), [
    (4, returned_is_forgotten), (5, returned_is_forgotten), (1, earlier_face), (3, earlier_face), (3, sent_earlier), (4, another_letter), (5, another_letter),
])  # fmt: skip
def test_acts_that_take_back_what_was_done_are_named(by_mail, number, change):
    verified = judged(sealed_again(by_mail.last, part(number, "acts.json", change)))
    assert results(verified)["later"] == "rewritten"
    assert str(number) in verified.verdict.finding("bundle.later").detail


@pytest.mark.parametrize("change", [
    lambda case: case.update(transaction="another"), lambda case: case.update(law="keitai"),
    lambda case: case.update(customer_kind="corporation"), lambda case: case.update(amount_yen=1),
    lambda case: case.update(channel="remote"), lambda case: case.update(risk_flags=["high_risk_country"]),
])  # fmt: skip
def test_another_question_than_before_is_named(by_mail, change):
    assert results(judged(sealed_again(by_mail.last, part(2, "case.json", change))))["later"] == "other_question"


def test_a_suspicion_that_is_dropped_later_is_named(by_mail):
    def suspect(at, parts):
        if at < 3:
            part(at, "case.json", lambda case: case.update(risk_flags=["suspicion_false"]))(at, parts)

    verified = judged(sealed_again(by_mail.last, suspect))
    assert results(verified)["later"] == "other_question"
    assert verified.verdict.finding("bundle.later").detail == {"3": "other_question"}


@pytest.mark.parametrize("days", [-1, 1, 400])
def test_a_decision_of_another_day_than_its_entry_is_named(by_mail, days):
    other = (today() + timedelta(days=days)).isoformat()
    verified = judged(sealed_again(by_mail.last, part(5, "case.json", lambda case: case.update(on=other))))
    assert results(verified)["later"] == "other_day"


def test_another_act_than_the_ledger_says_is_named(by_mail):
    change = part(2, "amendment.json", lambda note: note.update(act="mail_delivered"))
    assert results(judged(sealed_again(by_mail.last, change)))["later"] == "other_act"


def test_evidence_of_a_later_act_that_nobody_did_is_named(by_mail):
    change = part(1, "case.json", lambda case: case["evidence"].append("MAIL_NO_FORWARD"))
    verified = judged(sealed_again(by_mail.last, change))
    assert (results(verified)["evidence"], verified.verdict.finding("bundle.evidence").detail["codes"]) == ("unsupported", "1.holder: MAIL_NO_FORWARD")


@pytest.mark.parametrize(("number", "change", "reason"), [
    (1, lambda record: record.update(state="finished"), "differs"),
    (2, lambda record: record.update(methods=[]), "differs"),
    (3, lambda record: record.update(record_id="01JZZZZZZZZZZZZZZZZZZZZZZZ"), "other_record"),
    (3, lambda record: record.pop("law"), "unreadable"),
])  # fmt: skip
def test_a_record_that_says_otherwise_than_its_decision_is_named(by_mail, number, change, reason):
    assert results(judged(sealed_again(by_mail.last, part(number, "kiroku.json", change))))["record"] == reason


def test_a_record_that_nothing_decided_is_named(by_paper):
    """An amendment of words that brings a finished record along: the house's pages would show it."""
    finished = open_bundle(by_paper.last).contents[3].content.parts["kiroku.json"]
    verified = judged(sealed_again(by_paper.last, lambda at, parts: parts.update({"kiroku.json": finished} if at == 1 else {})))
    assert results(verified)["record"] == "alone"


@pytest.mark.parametrize("days", [-1, 1, 30])
def test_a_first_decision_of_another_day_than_its_entry_is_named(by_mail, days):
    first = decode_event(open_bundle(by_mail.last).contents[0].event)
    verified = judged(sealed_again(by_mail.octets[1], at=first.at + timedelta(days=days)))
    assert results(verified)["record"] == "other_day"


@pytest.mark.parametrize("octets", [b"%PDF-1.4 another", None])
def test_a_copy_that_was_exchanged_or_left_out_is_named(by_paper, octets):
    def change(at, parts):
        for name in [each for each in parts if each.startswith("attachment/ATT_SUPPLEMENT")]:
            parts.pop(name)
            parts.update({} if octets is None else {name: octets})

    assert results(judged(sealed_again(by_paper.last, change)))["record"] == "attachment"


def test_what_is_attached_to_a_finished_record_decides_nothing(with_copies):
    contents = open_bundle(with_copies.last).contents
    assert contents[3].content.parts["decision.json"] == contents[2].content.parts["decision.json"]
    yesterday = (today() - timedelta(days=1)).isoformat()

    def dated_back(at, parts):
        for name in ("case.json", "decision.json"):
            if at == 3:
                part(3, name, lambda value: value.update(on=yesterday))(at, parts)

    assert results(judged(sealed_again(with_copies.last, dated_back)))["later"] == "other_day"
    verified = judged(sealed_again(with_copies.last, part(3, "decision.json", falsely_verified)))
    assert results(verified)["decision"] == "differs"


# --- rules of another day -------------------------------------------------------------------------------------------


def with_other_rules(octets):
    """The same record as a house would have sealed it by older rules, and a program that has newer ones."""
    from honnin.flows.bundle import remake_decision
    from honnin.law import rule_data
    from honnin.law.rule_data import RuleData, packaged_rule_data
    from honnin.law.rules import rules_digest

    texts = {**packaged_rule_data().texts, "words.yaml": packaged_rule_data().texts["words.yaml"] + "\n# of an older day\n"}
    old = RuleData(texts, rules_digest(texts))

    def change(at, parts):
        for prefix in ("", "other/"):
            if prefix + "decision.json" in parts:
                case = json.loads(parts[f"{prefix}case.json"])
                parts[f"{prefix}decision.json"] = json.dumps(remake_decision(case, old), ensure_ascii=False).encode()
        if "rules.json" in parts:
            said = json.loads(parts["rules.json"])
            parts["rules.json"] = json.dumps({**said, "sha256": old.digest}).encode()
            part(at, "kiroku.json", lambda record: record.update(rules_version=old.version))(at, parts)
        if "rules.gz" in parts:
            parts["rules.gz"] = old.octets

    assert rule_data.is_published(old.digest) is False
    return sealed_again(octets, change), old


def test_rules_that_this_program_has_not_come_from_the_record(by_mail):
    bundle, old = with_other_rules(by_mail.last)
    verified = judged(bundle)
    good(verified, rules="carried")
    assert verified.verdict.finding("bundle.rules").outcome is Outcome.IMPOSSIBLE
    assert {(each.rules_from.value, each.published, each.rules_version) for each in verified.verdict.decisions} == {("record", False, old.version)}


def test_rules_that_were_published_once_are_known(by_mail, monkeypatch):
    from honnin.law import rule_data

    bundle, old = with_other_rules(by_mail.last)
    monkeypatch.setattr(rule_data, "_published", lambda: frozenset({old.digest}))
    good(judged(bundle), rules="published")


def test_without_rules_an_old_decision_cannot_be_made_again_and_with_those_beside_the_record_it_can(by_mail):
    bundle, old = with_other_rules(by_mail.last)

    def bare(at, parts):
        for name in ("rules.json", "rules.gz"):
            parts.pop(name, None)

    older = sealed_again(make_bundle(bundle), bare)
    assert {name: results(judged(older))[name] for name in ("decision", "rules")} == {"decision": "other_rules", "rules": "absent"}
    beside = replace(older, rules={old.digest: old.octets})
    assert {each.rules_from.value for each in judged(beside).verdict.decisions} == {"bundle"}
    assert results(judged(beside))["decision"] == "ok"


def test_a_decision_that_does_not_follow_from_the_old_rules_is_named(by_mail):
    bundle, _ = with_other_rules(by_mail.last)
    verified = judged(sealed_again(make_bundle(bundle), part(2, "decision.json", falsely_verified)))
    assert results(verified)["decision"] == "differs"


def test_rules_that_are_not_those_named_are_found(by_mail):
    bundle, _ = with_other_rules(by_mail.last)
    from honnin.law.rule_data import packaged_rule_data

    other = sealed_again(make_bundle(bundle), lambda at, parts: parts.update({"rules.gz": packaged_rule_data().octets} if at == 0 else {}))
    assert results(judged(other))["rules"] == "absent"
    broken = sealed_again(make_bundle(bundle), lambda at, parts: parts.update({"rules.gz": b"\x1f\x8b"} if at == 0 else {}))
    assert results(judged(broken))["rules"] == "wrong"
    named = sealed_again(make_bundle(bundle), part(3, "rules.json", lambda said: said.update(sha256="ab" * 32)))
    assert results(judged(named))["rules"] == "wrong"


def test_another_program_of_those_days_is_no_lie_of_the_house(by_mail):
    def of_those_days(change):
        def alter(at, parts):
            part(at, "rules.json", lambda said: said.update(engine="0123456789abcdef"))(at, parts)
            part(at, "decision.json", change)(at, parts)
        return alter

    assert results(judged(sealed_again(by_mail.last, of_those_days(falsely_verified))))["decision"] == "other_engine"
    worded = judged(sealed_again(by_mail.last, of_those_days(lambda decision: decision.update(ask_next=["別の言い方"]))))
    assert results(worded)["decision"] == "worded"
    here = judged(sealed_again(by_mail.last, part(1, "decision.json", lambda decision: decision.update(ask_next=["別の言い方"]))))
    assert results(here)["decision"] == "differs"


# --- what is left out, and what two bundles show --------------------------------------------------------------------


def beside(tmp_path, *octets):
    from honnin.flows.bundle_against import load_beside

    paths = [tmp_path / f"other-{number}" for number, _ in enumerate(octets)]
    for path, each in zip(paths, octets, strict=True):
        path.write_bytes(each)
    return load_beside(paths)


def against(house, tmp_path, octets, *others):
    found = judged(octets, parse_vkey(house.key), against=beside(tmp_path, *others)).verdict.findings
    return [each.reason for each in found if each.id == "bundle.against"]


@pytest.mark.parametrize("kept", [[0, 1, 2, 3, 4], [0], [0, 1, 3, 4, 5], [0, 5], [0, 1, 2, 4, 3, 5]])
def test_an_amendment_that_is_left_out_or_moved_is_found(house, by_mail, kept):
    whole = open_bundle(by_mail.last)
    found = results(judged(replace(whole, contents=tuple(whole.contents[each] for each in kept)), parse_vkey(house.key)))
    assert found["event"] == ("ok" if kept == list(range(len(kept))) else "part_missing")
    assert found["complete"] == ("left_out" if len(kept) < 6 else "ok")


def test_a_bundle_says_up_to_when_it_has_everything(house, by_mail):
    older = judged(by_mail.octets[3], parse_vkey(house.key)).verdict
    assert (older.statement.contents, older.finding("bundle.complete").detail["contents"]) == (4, "4")
    assert older.statement.as_of > older.bundle.contents[-1].index


def test_the_statement_of_an_older_bundle_does_not_cover_a_newer_one(house, by_mail):
    older, newer = open_bundle(by_mail.octets[3]), open_bundle(by_mail.last)
    key = parse_vkey(house.key)
    assert results(judged(replace(newer, stated=older.stated), key))["complete"] in {"wrong", "other_place"}
    assert results(judged(replace(older, stated=newer.stated), key))["complete"] in {"left_out", "wrong"}
    cut = replace(newer, contents=newer.contents[:4])
    assert results(judged(cut, key))["complete"] == "left_out"


def test_an_older_bundle_is_told_from_a_newer_one(house, by_mail, tmp_path):
    assert against(house, tmp_path, by_mail.octets[3], by_mail.last) == ["newer"]
    assert against(house, tmp_path, by_mail.last, by_mail.octets[3]) == ["nothing_more"]
    assert against(house, tmp_path, by_mail.last, by_mail.last, by_mail.octets[1]) == ["nothing_more", "nothing_more"]


def test_what_was_left_out_of_the_first_format_is_found_beside_another_bundle(house, by_mail, tmp_path):
    whole = open_bundle(by_mail.last)
    cut = make_bundle(replace(whole, contents=whole.contents[:5], stated=None))
    assert results(judged(cut, parse_vkey(house.key)))["complete"] == "none"
    assert against(house, tmp_path, cut, by_mail.last) == ["left_out"]


def test_bundles_of_two_records_of_one_ledger_show_the_same_ledger(house, by_mail, by_paper, tmp_path):
    assert against(house, tmp_path, by_mail.last, by_paper.last) == ["same_ledger"]


def test_a_checkpoint_of_another_size_shows_nothing_and_says_so(house, by_mail, tmp_path):
    bundle = open_bundle(by_mail.last)
    assert against(house, tmp_path, by_mail.last, bundle.checkpoint.encode(), bundle.stated.checkpoint.encode()) == ["same_ledger"] * 2
    other = open_bundle(by_mail.octets[1]).stated.checkpoint.encode()
    assert against(house, tmp_path, by_mail.last, other) == ["no_proof"]


def test_a_second_ledger_under_the_same_key_is_found(tmp_path, by_mail):
    """A house that holds its own key signs another history: two entries at one place, or two roots of one size."""
    from honnin.records.ledger.checkpoint import Checkpoint, sign_checkpoint

    one = sealed_again(by_mail.last)
    other = sealed_again(by_mail.last, part(4, "amendment.json", lambda note: note.update(text="別の追記")))
    found = [each.reason for each in judged(one, against=beside(tmp_path, make_bundle(other))).verdict.findings if each.id == "bundle.against"]
    assert found == ["fork"]
    note = sign_checkpoint(Checkpoint(f"{SIGNER.key.name}/{one.tenant}", one.size, bytes(32)), SIGNER)
    found = [each.reason for each in judged(one, against=beside(tmp_path, note.encode())).verdict.findings if each.id == "bundle.against"]
    assert found == ["fork"]


def test_what_does_not_stand_itself_accuses_nobody(house, by_mail, tmp_path):
    whole = open_bundle(by_mail.last)
    broken = make_bundle(replace(whole, contents=(replace(whole.contents[0], index=whole.contents[0].index + 1), *whole.contents[1:])))
    assert against(house, tmp_path, by_mail.octets[3], broken) == ["not_good"]
    assert against(house, tmp_path, broken, by_mail.last) == ["not_compared"]
    assert against(house, tmp_path, by_mail.last, make_bundle(sealed_again(by_mail.last))) == ["other_ledger"]


def test_the_other_persons_own_record_can_be_brought(house, tmp_path):
    own, visit = house.pair()
    house.add(visit, OtherVerified(today(), own))
    octets, others = house.export(visit), house.export(own)
    verified = judged(octets, parse_vkey(house.key))
    assert results(verified)["decision"] == "linked"
    assert results(verified)["later"] == "ok"
    assert [each.linked for each in verified.verdict.decisions if each.reason == "linked"] == [own]
    assert against(house, tmp_path, octets, others) == ["linked_same"]
    house.browser.services.desk.amend_words(own, "後からの追記", staff=BY.name)
    assert against(house, tmp_path, octets, house.export(own)) == ["linked_same"]


def test_another_decision_than_the_other_persons_own_is_found(house, tmp_path):
    own, visit = house.pair()
    house.add(visit, OtherVerified(today(), own))
    whole = open_bundle(house.export(visit))
    key = parse_vkey(house.key)
    others = house.export(own)
    from honnin.flows.bundle_against import check_against

    verdict = judged(whole, key).verdict
    content = whole.contents[1]
    decision = json.loads(content.content.parts["other/decision.json"])
    falsely_verified(decision)
    parts = {**content.content.parts, "other/decision.json": json.dumps(decision).encode()}
    changed = replace(content, content=type(content.content)(parts))
    forged = replace(verdict, bundle=replace(whole, contents=(whole.contents[0], changed)))
    assert [each.reason for each in check_against(forged, beside(tmp_path, others), key)] == ["linked_differs"]


# --- what it proves to whom, the command, the time ------------------------------------------------------------------


def test_later_acts_and_copies_rest_on_staff(house, by_mail, by_paper):
    for record, wanted in ((by_mail, {f"later.{number}" for number in range(1, 6)}), (by_paper, {"later.1", "later.2", "later.3", "attached.3"})):
        lists = judged(record.last, parse_vkey(house.key)).lists
        sources = {each.source for each in lists[Audience.THIS_TERMINAL]}
        assert wanted <= sources
        others = {each.source for audience in (Audience.ANYONE, Audience.ISSUER_DATA_ONLY) for each in lists[audience]}
        assert not any(each.startswith(("later.", "attached.", "acts.", "other.")) for each in others)
    words = {each.source: (each.ja, each.en) for each in judged(by_mail.last, None).lists[Audience.THIS_TERMINAL]}
    day = date.fromisoformat(str(today()))
    assert words["later.3"] == (f"{day.year}年{day.month}月{day.day}日の記載：取引関係文書が返送された", f"As entered on {day}: the mail came back")


def run(*arguments):
    return CliRunner(env={"HONNIN_DATA": "/nonexistent/honnin", "LC_ALL": "C.UTF-8"}).invoke(main, ["verify", *map(str, arguments)])


def test_the_command_tells_of_every_decision(house, by_mail, tmp_path):
    path, older = tmp_path / "new.zip", tmp_path / "old.zip"
    path.write_bytes(by_mail.last)
    older.write_bytes(by_mail.octets[2])
    result = run(path, "--ledger-key", house.key, "--against", older, "--json")
    assert result.exit_code == 0, result.output
    value = json.loads(result.stdout)
    assert [each["content"] for each in value["decisions"]] == list(range(6))
    assert [each["verified"] for each in value["decisions"]] == [False, False, True, False, True, True]
    assert value["complete_as_of"]["contents"] == 6
    assert value["format_version"] == 2
    assert run(older, "--ledger-key", house.key, "--against", path).exit_code == 1
    for language, words in (("ja", "判定（封印の時と、その後の追記ごと）"), ("en", "Decisions (as sealed, and with each amendment)")):
        text = run(path, "--ledger-key", house.key, "--lang", language).stdout
        assert words in text
        assert "hs.f2f_present_plus_mail" in text


@pytest.mark.parametrize("octets", [b"", b"no checkpoint", b"\xff" * 50, b"PK\x03\x04"])
def test_what_is_neither_bundle_nor_checkpoint_is_refused(by_mail, tmp_path, octets):
    path, other = tmp_path / "e.zip", tmp_path / "other"
    path.write_bytes(by_mail.last)
    other.write_bytes(octets)
    result = run(path, "--against", other, "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]["code"]) == (2, "verify.against")
    result = run(path, "--against", tmp_path / "nothing", "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]["code"]) == (2, "verify.against")


def test_only_a_bundle_can_be_compared(by_mail, tmp_path):
    reading, other = tmp_path / "reading.zip", tmp_path / "e.zip"
    reading.write_bytes(open_bundle(by_mail.last).contents[0].content.parts["reading.zip"])
    other.write_bytes(by_mail.last)
    result = run(reading, "--against", other, "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]["code"]) == (2, "verify.against")


def test_twenty_amendments_are_verified_in_two_seconds(house):
    record = house.sale()
    for number in range(10):
        house.add(record, MailSent(today(), number=str(number)))
        house.add(record, MailReturned(today(), number=str(number)))
    octets = house.export(record)
    assert len(open_bundle(octets).contents) == 21
    key = parse_vkey(house.key)
    before = time.process_time()  # of this process: other work on the machine does not count
    verified = judged(octets, key)
    spent = time.process_time() - before
    assert spent < 2, spent
    good(verified)
    assert len(verified.verdict.decisions) == 21


def test_the_entry_of_the_ledger_counts_what_the_bundle_has(house, by_mail):
    stated = decode_event(open_bundle(by_mail.last).stated.event)
    assert stated.detail["contents"] == "6"
    assert set(stated.detail) == {"as_of", "contents", "last"}
