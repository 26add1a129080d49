"""What is found in a bundle, and what it proves to whom."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from honnin.checks.titles import title
from honnin.core.errors import DataError
from honnin.core.secret import Secret
from honnin.facts import Audience, Environment, Outcome
from honnin.facts.codec import reading_to_zip
from honnin.flows import bundle as flow
from honnin.flows.bundle import remake_decision, remake_report, verify
from honnin.flows.bundle_trust import needed_trust, trust_files, trust_from_files
from honnin.flows.documents import HouseTrust
from honnin.records.bundle_verify import differences, verify_bundle
from honnin.records.bundle_words import FINDING_WORDS, TITLES
from honnin.records.content import RecordContent
from honnin.records.ledger.note import NoteSigner
from honnin.trust.anchors import Anchor
from honnin_virtual.timestamp import TimestampFault
from tests.unit.checks.passports import HEALTHY, read
from tests.unit.records.bundles import SALT, SMALL, TSA, house_trust, make, visit
from tests.unit.records.ledger.house import SIGNER

REAL_TSA = Anchor(TSA.certificate, "production", "tests")  # as if it were one: only here, past AnchorSet


def check(bundle, **more):
    return verify_bundle(bundle, **({
        "key": SIGNER.key, "timestamp_anchors": [REAL_TSA], "remake_report": remake_report,
        "remake_decision": remake_decision,
    } | more))  # fmt: skip


def results(verdict):
    return {each.id.removeprefix("bundle."): each.reason for each in verdict.findings}


GOOD = {"event": "ok", "checkpoint": "ok", "inclusion": "ok", "commitment": "ok", "timestamp": "ok", "report": "ok",
        "acts": "ok", "evidence": "ok", "decision": "ok", "rules": "ok", "record": "none", "complete": "ok"}  # fmt: skip


@pytest.fixture(scope="module")
def bundle():
    return make()


def test_a_good_bundle_is_good(bundle):
    verdict = check(bundle)
    assert results(verdict) == GOOD
    assert {each.id for each in verdict.findings if each.outcome is not Outcome.PASSED} == {"bundle.record"}


def test_amendments_are_checked_too(bundle):
    amended = make(amendments=[SMALL])
    assert results(check(amended)) == GOOD | {"later": "words"}
    first, second = amended.contents
    parts = dict(second.content.parts) | {"kiroku.json": b"{}"}
    changed = replace(amended, contents=(first, replace(second, content=RecordContent(parts))))
    assert results(check(changed)) == GOOD | {"commitment": "wrong", "later": "words"}
    swapped = replace(amended, contents=(second, first))
    assert results(check(swapped))["event"] == "wrong_kind"
    assert check(swapped).finding("bundle.commitment").outcome is Outcome.IMPOSSIBLE


def with_part(bundle, name, octets):
    first = bundle.contents[0]
    parts = {key: value for key, value in first.content.parts.items() if key != name}
    if octets is not None:
        parts[name] = octets
    return replace(bundle, contents=(replace(first, content=RecordContent(parts)), *bundle.contents[1:]))


@pytest.mark.parametrize("name", sorted(visit()))
def test_every_changed_part_breaks_the_commitment(bundle, name):
    good = visit()[name]
    changed = bytes([good[0] ^ 1]) + good[1:]
    verdict = check(with_part(bundle, name, changed))
    assert results(verdict)["commitment"] == "wrong"
    assert verdict.failed
    assert results(check(with_part(bundle, name, None)))["commitment"] == "wrong"


def test_a_forged_event_is_not_in_the_ledger(bundle):
    first = bundle.contents[0]
    event = first.event.replace(b"staff-1", b"staff-2")
    forged = replace(bundle, contents=(replace(first, event=event),))
    assert results(check(forged)) == GOOD | {"inclusion": "wrong"}
    other = replace(bundle, contents=(replace(first, index=first.index + 1),))
    assert results(check(other)) == GOOD | {"inclusion": "wrong", "complete": "contradicts"}
    no_path = replace(bundle, contents=(replace(first, proof=first.proof[1:]),))
    assert results(check(no_path)) == GOOD | {"inclusion": "wrong"}
    unreadable = replace(bundle, contents=(replace(first, event=b"{}"),))
    assert results(check(unreadable))["event"] == "unreadable"


def test_another_record_or_tenant_is_found(bundle):
    assert results(check(replace(bundle, record_id="rec-y")))["event"] == "other_record"
    assert results(check(replace(bundle, tenant="shop-2")))["event"] == "other_record"
    assert results(check(replace(bundle, tenant="shop-2")))["checkpoint"] == "other_ledger"


def test_the_verifiers_key_decides(bundle):
    stranger = NoteSigner(SIGNER.key.name, Secret(bytes(32)))
    verdict = check(bundle, key=stranger.key)
    assert results(verdict) == GOOD | {
        "checkpoint": "other_key", "inclusion": "no_checkpoint", "complete": "no_checkpoint",
    }  # fmt: skip
    verdict = check(bundle, key=None)
    assert results(verdict) == GOOD | {"checkpoint": "own_key"}
    assert verdict.finding("bundle.checkpoint").outcome is Outcome.IMPOSSIBLE
    assert not verdict.failed


def test_a_changed_checkpoint_is_found(bundle):
    changed = replace(bundle, checkpoint=bundle.checkpoint.replace("\n5\n", "\n6\n"))
    assert changed != bundle
    assert results(check(changed)) == GOOD | {
        "checkpoint": "wrong", "inclusion": "no_checkpoint", "timestamp": "wrong", "complete": "no_checkpoint",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "anchors", "reason", "outcome"),
    [
        ({"timestamp": False}, [REAL_TSA], "none", Outcome.NOT_DONE),
        ({}, [], "no_anchor", Outcome.IMPOSSIBLE),
        ({}, [TSA], "not_real", Outcome.IMPOSSIBLE),
        ({"fault": TimestampFault.OTHER_IMPRINT}, [REAL_TSA], "wrong", Outcome.FAILED),
        ({"fault": TimestampFault.EXPIRED}, [REAL_TSA], "wrong", Outcome.FAILED),
        ({"stamped_at": datetime(2026, 11, 25, 3, tzinfo=UTC)}, [REAL_TSA], "before_event", Outcome.FAILED),
    ],
)
def test_each_answer_about_the_time(more, anchors, reason, outcome):
    finding = check(make(SMALL, **more), timestamp_anchors=anchors).finding("bundle.timestamp")
    assert (finding.reason, finding.outcome) == (reason, outcome)


def test_a_report_that_comes_out_otherwise_is_found(bundle):
    report = json.loads(visit()["report.json"])
    report["findings"][0]["outcome"] = "failed"
    verdict = check(make(visit() | {"report.json": json.dumps(report).encode()}))
    assert results(verdict)["report"] == "differs"
    assert verdict.finding("bundle.report").detail["where"] == "findings." + report["findings"][0]["id"]
    report["rules"] = "another version"
    assert results(check(make(visit() | {"report.json": json.dumps(report).encode()})))["report"] == "other_rules"


def test_an_older_version_of_the_checks_that_came_to_the_same_is_as_good_and_both_are_named():
    report = json.loads(visit()["report.json"])
    finding = next(each for each in report["findings"] if each["outcome"] != "passed")
    finding |= {"proves": "chip_genuine", "to_whom": "this_terminal"}  # the older meaning: what it would have proved
    now, report["rules"] = report["rules"], "passport-2"
    verdict = check(make(visit() | {"report.json": json.dumps(report).encode()}))
    assert results(verdict) == GOOD
    assert verdict.finding("bundle.report").detail == {"then": "passport-2", "now": now}


@pytest.mark.parametrize("octets", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100000])
def test_parts_that_cannot_be_read_are_found(octets):
    for name, finding in (("report.json", "report"), ("reading.zip", "report"), ("acts.json", "acts")):
        verdict = check(make(visit() | {name: octets}, trust=HouseTrust()) if name != "reading.zip" else with_part(make(), name, octets))
        assert results(verdict)[finding] == "unreadable"
    verdict = check(make(visit() | {"case.json": octets}))
    assert results(verdict)["evidence"] == "unreadable"
    assert results(verdict)["decision"] == ("cannot_remake" if octets == b"{}" else "unreadable")


def test_what_is_not_there_is_not_done():
    verdict = check(make(SMALL))
    assert results(verdict) == GOOD | {
        "report": "none", "acts": "none", "evidence": "none", "decision": "none", "rules": "none",
    }  # fmt: skip
    assert results(check(make(), remake_report=None, remake_decision=None)) == GOOD | {
        "report": "not_remade", "decision": "not_remade",
    }  # fmt: skip


def test_a_remake_that_is_not_possible_is_no_pass(bundle):
    def cannot(*_):
        raise DataError("law.case", "x")

    assert results(check(bundle, remake_report=cannot, remake_decision=cannot)) == GOOD | {
        "report": "cannot_remake", "decision": "cannot_remake",
    }  # fmt: skip
    assert results(check(replace(bundle, trust={})))["report"] == "cannot_remake"


def test_a_decision_that_comes_out_otherwise_is_found():
    decision = json.loads(visit()["decision.json"])
    decision["verified"] = not decision["verified"]
    verdict = check(make(visit() | {"decision.json": json.dumps(decision).encode()}))
    assert results(verdict) == GOOD | {"decision": "differs"}
    decision["rules_version"] = "other"
    verdict = check(make(visit() | {"decision.json": json.dumps(decision).encode()}))
    assert results(verdict) == GOOD | {"decision": "other_rules", "rules": "absent"}


@pytest.mark.parametrize(
    "change",
    [lambda case: case["evidence"].append("SIG_JPKI"),
     lambda case: case["documents"].append({"kind": "LICENCE", "valid": True}),
     lambda case: case["evidence"].append("CHIP4")],
)  # fmt: skip
def test_evidence_from_nowhere_is_found(change):
    case = json.loads(visit()["case.json"])
    change(case)
    verdict = check(make(visit() | {"case.json": json.dumps(case).encode()}))
    assert results(verdict)["evidence"] == "unsupported"


def test_what_the_house_alone_states_is_told_as_such():
    case = json.loads(visit()["case.json"])
    case["evidence"].append("CSR_OF_ANOTHER")
    finding = check(make(visit() | {"case.json": json.dumps(case).encode()})).finding("bundle.evidence")
    assert (finding.reason, finding.to_whom) == ("stated", Audience.THIS_TERMINAL)


@pytest.mark.parametrize(("card", "report"), [("residence-plain", "ok"), ("mynumber-plain", "partly"), ("licence-plain", "partly")])
def test_what_the_house_makes_of_a_finished_visit_comes_out_the_same(card, report):
    from tests.unit.flows.test_kakunin_service import make as make_record
    from tests.unit.flows.test_kakunin_service import visit as finished
    from tests.unit.law.readings import simulator_trust

    document = card.partition("-")[0]
    made = make_record(finished(card, production=False))
    bundle = make(dict(made.parts) | {"salt": SALT}, trust=simulator_trust(document), record_id=made.record.record_id)
    assert results(check(bundle)) == GOOD | {"report": report, "record": "ok"} | ({"unmade": "some"} if report == "partly" else {})


def test_only_the_trust_that_is_needed_goes_in():
    reading = read(HEALTHY)
    needed = needed_trust(reading, house_trust())
    assert len(needed.anchors) < len(house_trust().anchors)
    files = trust_files(needed)
    again = trust_from_files(files)
    assert {each.certificate.fingerprint for each in again.anchors} == {each.certificate.fingerprint for each in needed.anchors}
    assert [each.raw for each in again.crls] == [each.raw for each in needed.crls]
    assert trust_files(again) == files


@pytest.mark.parametrize("index", [b"", b"{}", b"[]", b'{"anchors":[{"file":"x"}],"crls":[],"card_data":[]}', b'{"anchors":[],"crls":[],"card_data":[{"key_id":"00","application":"x","modulus":"zz","environment":"production"}]}'])
def test_trust_material_that_cannot_be_read_is_refused(index):
    with pytest.raises(DataError, match=r"bundle\.trust"):
        trust_from_files({"index.json": index})


# --- the three lists


def sources(verified, audience):
    return [each.source for each in verified.lists[audience]]


def told(bundle, trust=None, **more):
    more = {"key": SIGNER.key, "timestamp_anchors": [REAL_TSA]} | more
    return verify(bundle, trust or house_trust(), title=title, **more)


def test_a_simulated_card_proves_nothing_to_anybody(bundle):
    verified = told(bundle)
    assert not any(each.startswith("passport.") for each in sources(verified, Audience.ANYONE))
    assert "passport.sod.signature" in sources(verified, Audience.THIS_TERMINAL)
    assert not verified.failed


def test_a_real_signature_is_provable_and_staffs_eye_is_not(bundle, monkeypatch):
    real = flow.check_reading
    monkeypatch.setattr(flow, "check_reading", lambda *args: replace(real(*args), environment=Environment.PRODUCTION))
    reading = replace(read(HEALTHY), simulated=False)
    verified = told(make(visit() | {"reading.zip": reading_to_zip(reading)}))
    anyone, issuer, terminal = (sources(verified, each) for each in Audience)
    assert {"bundle.commitment", "bundle.inclusion", "bundle.timestamp"} <= set(anyone)
    assert "passport.sod.signature" in anyone + issuer
    assert {"acts.face_match", "acts.print_match", "acts.presented"} <= set(terminal)
    assert not any(each.startswith("acts.") for each in anyone + issuer)
    face = next(each for each in verified.lists[Audience.THIS_TERMINAL] if each.source == "acts.face_match")
    assert (face.ja, face.en) == ("本人の顔と写真を見比べた：はい", "Face and photo were compared: yes")


def test_without_the_verifiers_anchors_the_chip_proves_nothing(bundle):
    verified = told(bundle, HouseTrust())
    assert verified.report.finding("passport.dsc.chain").outcome is Outcome.IMPOSSIBLE
    assert verified.verdict.finding("bundle.report").outcome is Outcome.PASSED


def test_without_time_stamp_the_time_is_the_houses_word(bundle):
    verified = told(make(timestamp=False))
    assert "bundle.timestamp" in sources(verified, Audience.THIS_TERMINAL)
    assert "bundle.timestamp" not in sources(verified, Audience.ANYONE)


def test_with_neither_key_nor_time_stamp_the_ledger_is_the_houses_word():
    verified = told(make(timestamp=False), key=None)
    assert not {"bundle.commitment", "bundle.inclusion", "bundle.event"} & set(sources(verified, Audience.ANYONE))
    assert "bundle.checkpoint" in sources(verified, Audience.THIS_TERMINAL)


def test_a_changed_record_proves_nothing_to_anybody(bundle):
    verified = told(with_part(bundle, "kiroku.json", b"[]"))
    assert not {"bundle.commitment", "bundle.inclusion", "bundle.timestamp"} & set(sources(verified, Audience.ANYONE))
    assert verified.failed


def test_only_what_dropping_explains_is_excused():
    from honnin.facts.codec import report_to_dict
    from honnin.flows.documents import check_reading
    from tests.unit.law.readings import reading, simulator_trust

    card, house = reading("licence-plain"), simulator_trust("licence")
    report = report_to_dict(check_reading(card, house, card.read_at_utc))
    parts = {"reading.zip": reading_to_zip(card), "salt": SALT}
    good = make(parts | {"report.json": json.dumps(report).encode()}, trust=house)
    assert results(check(good))["report"] == "partly"
    unmade = check(good).finding("bundle.unmade")
    assert unmade.outcome is Outcome.IMPOSSIBLE
    assert set(unmade.detail) == {"licence.signature", "licence.signer", "licence.expiry"}
    report["attributes"]["full_name"]["value"] = "somebody else"
    forged = make(parts | {"report.json": json.dumps(report).encode()}, trust=house)
    assert results(check(forged))["report"] == "differs"


def test_what_was_dropped_is_said(bundle):
    reading = replace(read(HEALTHY), dropped=("EF.DG11",))
    verified = told(make(visit() | {"reading.zip": reading_to_zip(reading)}))
    assert "reading.dropped" in sources(verified, Audience.THIS_TERMINAL)


def test_every_finding_has_a_name_and_words():
    assert set(FINDING_WORDS) == set(TITLES)
    for reasons in FINDING_WORDS.values():
        for outcome, (ja, en), to_whom in reasons.values():
            assert all((ja, en))
            assert (to_whom is not None) is (outcome is Outcome.PASSED)


def test_differences_are_paths_and_bounded():
    assert differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}) == ["a.1.b"]
    assert differences({"a": 1}, {"a": True}) == ["a"]
    assert differences([1], [1, 2]) == ["."]
    assert len(differences({str(n): 0 for n in range(100)}, {})) == 20
