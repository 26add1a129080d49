"""The mistakes that other readers made, each as a test that ours does not make them (design §11).

Each test takes a healthy virtual passport, does what the attacker does and looks at the whole verdict: nothing that
rests on the attack may be passed, no item may be called verified, and a visit may not end as checked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from honnin.apdu import Command, Response, run_in_process
from honnin.apdu.secure_messaging import Channel, SecureMessagingError
from honnin.cards.passport import MrzKey, Plan, read_passport
from honnin.core.errors import CardError
from honnin.crypto import Cipher
from honnin.facts import Access, DocumentKind, Outcome, Proof, Reading, Refusal, Report
from honnin.records.visit_record import Completion, completion
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import parse_crl
from honnin.trust.path import validate_dsc
from honnin_virtual.catalogue import issue, list_cards
from tests import pki
from tests.pki import Signed
from tests.unit.checks.passports import BAC, CA, CAM, HEALTHY, NOW, changed, check, flipped, octets, read, said, trust

YES = {"face": "yes", "print": "yes"}


def ends(report: Report) -> Completion:
    """How a visit ends when staff say yes to everything."""
    return completion(report, YES)


@pytest.mark.parametrize("name", [HEALTHY, BAC, CA, CAM])
def test_a_healthy_passport_is_checked_so_that_the_others_can_fail(name) -> None:
    assert ends(check(read(name))) is Completion.CHECKED


@pytest.mark.parametrize("name", [HEALTHY, BAC, CA, CAM])
@pytest.mark.parametrize(("file", "finding"), [("EF.DG1", "mrz.check_digits"), ("EF.DG2", "portrait")])
def test_hiding_the_portrait_or_the_zone_is_seen(name, file, finding) -> None:
    """A copy behind another's printed photo keeps the signed photo to itself and shows the rest."""
    whole = read(name)
    files = {each: octets for each, octets in whole.files.items() if each != file}
    report = check(replace(whole, files=files, refusals=(*whole.refusals, Refusal(file, 0x6982, "card.file.protected"))))
    assert said(report, finding) == ("failed", "hidden")
    assert ends(report) is Completion.UNFINISHED


@pytest.mark.parametrize(("file", "finding"), [("EF.DG1", "mrz.check_digits"), ("EF.DG2", "portrait")])
def test_what_nobody_asked_for_is_not_a_failure_and_not_a_check(file, finding) -> None:
    whole = read(HEALTHY)
    report = check(replace(whole, files={each: octets for each, octets in whole.files.items() if each != file}))
    assert said(report, finding) == ("not_done", "not_read")
    assert ends(report) is Completion.UNFINISHED


def nothing_is_verified(report: Report) -> bool:
    return not any(each.verified for each in report.attributes)


@pytest.mark.parametrize("faults", [("foreign-csca",), ("forged-csca",), ("dsc-revoked",)])
def test_a_verdict_never_ignores_the_chain(faults) -> None:
    """Signature and hashes hold: who signed is the question."""
    report = check(read(HEALTHY, *faults))
    assert said(report, "sod.signature")[0] == said(report, "sod.hashes")[0] == "passed"
    assert nothing_is_verified(report)
    assert said(report, "aa")[0] != "passed"
    assert ends(report) is Completion.UNFINISHED
    assert not any(each.proves for each in report.findings if each.outcome is Outcome.PASSED)


@pytest.mark.parametrize("name", [HEALTHY, BAC, CA, CAM])
def test_without_any_anchor_nothing_rests_on_anything(name) -> None:
    report = check(read(name), anchors=AnchorSet.empty())
    assert said(report, "dsc.chain") == ("impossible", "no_anchor")
    assert nothing_is_verified(report)
    assert report.environment is None
    assert ends(report) is Completion.UNFINISHED
    assert not {each.id for each in report.findings if each.outcome is Outcome.PASSED} & {
        "passport.aa", "passport.ca", "passport.pace_cam", "passport.access", "passport.expiry", "passport.country",
        "passport.dsc.revocation",
    }  # fmt: skip


def test_a_missing_revocation_list_is_not_a_good_one() -> None:
    assert said(check(read(HEALTHY), crls=()), "dsc.revocation") == ("impossible", "no_crl")


def test_a_list_that_is_over_or_not_begun_is_not_a_good_one() -> None:
    _, (crl,) = trust()
    assert crl.next_update is not None
    late, early = crl.next_update + timedelta(seconds=1), crl.this_update - timedelta(seconds=1)
    assert said(check(read(HEALTHY), at=late), "dsc.revocation") == ("impossible", "stale")
    assert said(check(read(HEALTHY), at=early), "dsc.revocation")[0] == "impossible"
    assert said(check(read(HEALTHY, "dsc-revoked"), at=late), "dsc.revocation") == ("failed", "revoked")


AUTHORITY, GOOD, BAD = pki.ec_key("published authority"), pki.ec_key("published good"), pki.ec_key("published bad")
SIGNED = Signed(pki.dsc(GOOD, AUTHORITY))
ANCHORS = AnchorSet([Anchor(parse_certificate(pki.csca(AUTHORITY).der), "production", "tests")])


def signature(sod: bytes) -> tuple[str, str]:
    reading = Reading(DocumentKind.PASSPORT, NOW, Access("files"), {"EF.SOD": sod})
    return said(check(reading, anchors=ANCHORS), "sod.signature")


def forged(signer: bytes) -> bytes:
    return flipped(signer, -1)


def test_every_signature_counts_not_only_the_first() -> None:
    assert signature(SIGNED.der) == ("passed", "ok")
    assert signature(replace(SIGNED, more_signers=(SIGNED.signer,)).der) == ("passed", "ok")
    assert signature(replace(SIGNED, more_signers=(forged(SIGNED.signer),)).der)[0] == "failed"
    wrong_first = replace(SIGNED, signature=pki.Signature(GOOD.default().identifier, lambda data: GOOD.default().sign(data + b"!")))
    assert signature(replace(wrong_first, more_signers=(SIGNED.signer,)).der)[0] == "failed"


def test_two_certificates_of_one_name_and_number_are_no_signer() -> None:
    """A reader that takes the first that fits lets the attacker put his in front."""
    twin = pki.dsc(BAD, BAD)
    for certificates in ((SIGNED.certificate.der, twin.der), (twin.der, SIGNED.certificate.der)):
        assert signature(replace(SIGNED, certificates=certificates).der) == ("failed", "signer")
    both = (SIGNED.certificate.der, SIGNED.certificate.der)
    assert signature(replace(SIGNED, certificates=both).der) == ("passed", "ok")


def test_a_certificate_that_signed_but_is_not_the_one_that_is_named_does_not_count() -> None:
    other = pki.dsc(BAD, AUTHORITY, serial=0x99)
    assert signature(replace(SIGNED, certificates=(other.der,)).der)[0] == "failed"


@pytest.mark.parametrize("serial", [0, -1, -(1 << 70), 1 << 159])
def test_an_odd_serial_number_is_a_number_like_others(serial) -> None:
    """Zero, negative, very long: found in revocation lists all the same."""
    odd = pki.dsc(GOOD, AUTHORITY, serial=serial)
    assert signature(Signed(odd).der) == ("passed", "ok")
    for serials, state in (((serial,), "revoked"), ((serial + 1, serial - 1, abs(serial) + 2), "unrevoked")):
        crl = parse_crl(pki.crl(AUTHORITY, serials))
        assert validate_dsc(parse_certificate(odd.der), ANCHORS, [crl], NOW).revocation.state == state


@pytest.mark.parametrize(
    "attributes",
    [
        lambda signed: (pki.attribute(pki.CONTENT_TYPE, pki.oid("1.2.840.113549.1.7.1")), *signed.default_attributes()[1:]),
        lambda signed: signed.default_attributes()[1:],
        lambda signed: (signed.default_attributes()[0], *signed.default_attributes()),
        lambda signed: (
            pki.attribute(pki.CONTENT_TYPE, pki.oid(signed.content_type), pki.oid("1.2.3")),
            *signed.default_attributes()[1:],
        ),
    ],
    ids=["another", "none", "twice", "two values"],
)  # fmt: skip
def test_the_content_type_is_compared_with_what_was_signed(attributes) -> None:
    assert signature(replace(SIGNED, attributes=attributes(SIGNED)).der)[0] == "failed"


@pytest.mark.parametrize("content_type", ["1.2.3", "2.23.136.1.1.2", "0.4.0.127.0.7.3.2.1"])
def test_signed_data_of_another_kind_are_no_security_object(content_type) -> None:
    assert signature(replace(SIGNED, content_type=content_type).der)[0] == "failed"


# --- the chip ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [HEALTHY, BAC])
def test_hiding_dg15_does_not_skip_active_authentication(name) -> None:
    report = check(read(name, "dg15-hidden"))
    assert said(report, "aa") == ("failed", "key_hidden")
    assert ends(report) is Completion.UNFINISHED


def test_hiding_dg14_does_not_skip_chip_authentication() -> None:
    report = check(read(CA, "dg14-hidden"))
    assert said(report, "ca")[0] == "failed"
    assert ends(report) is Completion.UNFINISHED


def test_a_proof_of_another_passport_proves_nothing_here() -> None:
    """A genuine chip of the same country answers for a copy."""
    other = read(BAC)
    report = check(replace(read(HEALTHY), proofs=other.proofs))
    assert said(report, "aa")[0] == "failed"
    assert ends(report) is Completion.UNFINISHED
    swapped = changed(replace(read(HEALTHY), proofs=other.proofs), DG15=other.files["EF.DG15"])
    assert said(check(swapped), "aa")[0] == "failed"
    assert ends(check(swapped)) is Completion.UNFINISHED


def test_an_answer_to_another_challenge_proves_nothing() -> None:
    whole = read(HEALTHY)
    proof = Proof("passport.aa", dict(whole.proofs[0].octets) | {"challenge": b"another!"})
    assert said(check(replace(whole, proofs=(proof,))), "aa") == ("failed", "wrong_answer")


def test_falling_back_to_bac_is_seen() -> None:
    for report in (
        check(read(HEALTHY, "card-access-hidden")),
        check(read(HEALTHY, "pace-refused-6985", allow_bac=True)),
    ):
        assert said(report, "access") == ("failed", "bac_despite_pace")
        assert ends(report) is Completion.UNFINISHED


def test_a_weaker_offer_than_the_signed_one_is_seen() -> None:
    report = check(read(HEALTHY, "card-access-altered"))
    assert said(report, "access")[0] == "failed"
    assert ends(report) is Completion.UNFINISHED


# --- secure messaging ------------------------------------------------------------------------------------------------


class Between:
    """Somebody on the way between terminal and chip: `change(number, command, answer)` for protected exchanges."""

    def __init__(self, name: str, change: Callable[[int, bytes, bytes], bytes]) -> None:
        self._card = issue(name, now=NOW, random=octets("chip"))
        self._change = change
        self.protected = 0

    def process(self, command: bytes) -> bytes:
        answer = self._card.process(command)
        if command[0] & 0x0C != 0x0C:
            return answer
        self.protected += 1
        return self._change(self.protected, command, answer)


def read_through(between: Between, name: str) -> Reading:
    mrz = next(spec.secrets["mrz"] for spec in list_cards() if spec.name == name)
    plan = Plan(reader_extended=True, aa_challenge=b"8 octets")
    return run_in_process(
        read_passport(MrzKey.from_lines(mrz), plan, now=NOW, random=octets("terminal")), between.process
    )


@pytest.mark.parametrize("name", [HEALTHY, BAC, CA])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_answer_without_protection_is_never_taken(name, at) -> None:
    """The downgrade: plain data and 9000 in a protected session."""
    planted = bytes.fromhex("6104 5f1f01 41 9000".replace(" ", ""))
    between = Between(name, lambda number, command, answer: planted if number >= at else answer)
    with pytest.raises(CardError, match=r"card\.sm\."):
        read_through(between, name)


@pytest.mark.parametrize("at", [2, 3])
def test_an_answer_that_was_right_before_is_not_right_again(at) -> None:
    """Counter drift: a replayed answer has the MAC of another counter, and there is no going on after it."""
    kept: list[bytes] = []

    def replay(number: int, command: bytes, answer: bytes) -> bytes:
        kept.append(answer)
        return kept[0] if number == at else answer

    with pytest.raises(CardError, match=r"card\.sm\.mac"):
        read_through(Between(BAC, replay), BAC)


def test_after_an_error_the_channel_is_closed_and_counts_no_further() -> None:
    channel = Channel(Cipher.AES128, bytes(16), bytes(16))
    command = Command(0x00, 0xB0, 0x00, 0x00, le=16)
    channel.protect((command,))
    with pytest.raises(SecureMessagingError, match=r"card\.sm\.aborted"):
        channel.unprotect((command,), (Response(b"", 0x6988),))
    assert not channel.alive
    with pytest.raises(SecureMessagingError, match=r"card\.sm\.closed"):
        channel.protect((command,))


def test_a_status_word_that_was_changed_on_the_way_is_seen() -> None:
    def change(number: int, command: bytes, answer: bytes) -> bytes:
        return answer[:-2] + b"\x62\x81" if number == 2 else answer

    with pytest.raises(CardError, match=r"card\.sm\.status"):
        read_through(Between(BAC, change), BAC)


# --- lengths ---------------------------------------------------------------------------------------------------------


def test_a_file_that_says_it_is_endless_is_not_read() -> None:
    with pytest.raises(CardError, match=r"card\.file\.too_long"):
        read(HEALTHY, "huge-length")


@pytest.mark.parametrize("file", ["EF.SOD", "EF.DG1", "EF.DG2", "EF.DG11", "EF.DG14", "EF.DG15", "EF.CardAccess", "EF.CardSecurity"])
@pytest.mark.parametrize(
    "content",
    [
        b"\x77\x84\xff\xff\xff\xff",
        b"\x30\x80" * 100_000,
        b"\x30\x84\x7f\xff\xff\xff" * 50_000,
        b"\x7f" + b"\xff" * 300_000,
        b"\x61\x83\x0f\xff\xfa" + b"\x02\x00" * 0x7FFFD,
        b"\x77\x83\x0f\xff\xfa\x30\x80" + b"\x24\x80" * 0x7FFF0,
        b"",
    ],
    ids=["huge", "nested", "nested lengths", "endless tag", "many", "segments", "empty"],
)
def test_what_has_no_bound_inside_ends_quickly_and_lowers_the_verdict(file, content) -> None:
    begun = time.perf_counter()
    report = check(changed(read(CAM), **{file.removeprefix("EF."): content}))
    assert time.perf_counter() - begun < 3
    if file not in {"EF.DG11", "EF.DG15"}:
        assert report.failed
        assert ends(report) is Completion.UNFINISHED
