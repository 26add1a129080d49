"""Time-stamps: each thing that can be wrong has its own answer, and both checks must agree."""

import hashlib
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from honnin.core.errors import DataError
from honnin.trust import timestamp
from honnin.trust.anchors import Anchor
from honnin.trust.certificate import parse_certificate
from honnin.trust.kinds import TIMESTAMP
from honnin.trust.timestamp import make_request, nonce_number, read_token, token_in, verify_token
from honnin_virtual.timestamp import POLICY, TimestampAuthority, TimestampFault

AT = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)
DIGEST = hashlib.sha256(b"a checkpoint").digest()
NONCE = bytes(range(8))
ROOT = Anchor(parse_certificate(TimestampAuthority().root), "simulator", "test", TIMESTAMP)


def token(fault=TimestampFault.NONE, digest=DIGEST):
    return token_in(TimestampAuthority(fault).respond(make_request(digest, NONCE), AT, serial=77))


def check(octets, **more):
    more = {"policies": frozenset({POLICY}), "nonce": nonce_number(NONCE)} | more
    return verify_token(octets, more.pop("digest", DIGEST), more.pop("anchors", [ROOT]), **more)


def test_a_good_token_is_accepted_by_both_programs():
    result = check(token())
    assert result.ok
    assert result.environment == "simulator"
    assert (result.info.gen_time, result.info.serial, result.info.accuracy) == (AT, 77, timedelta(seconds=1))
    assert [each.subject.values("CN")[0] for each in result.chain] == [
        "SIMULATOR time-stamps, not a real time, Signer", "SIMULATOR time-stamps, not a real time, Root",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (TimestampFault.OTHER_IMPRINT, "imprint"),
        (TimestampFault.OTHER_POLICY, "policy"),
        (TimestampFault.OTHER_NONCE, "nonce"),
        (TimestampFault.EXPIRED, "expired"),
        (TimestampFault.OTHER_SIGNER, "signature"),
        (TimestampFault.OTHER_AUTHORITY, "no_anchor"),
        (TimestampFault.WRONG_PURPOSE, "purpose"),
        (TimestampFault.UNNAMED_SIGNER, "signer_named"),
    ],
)
def test_each_fault_has_its_answer(fault, outcome):
    assert check(token(fault)).outcome == outcome


def test_another_digest_is_not_stamped():
    assert check(token(), digest=hashlib.sha256(b"another").digest()).outcome == "imprint"


def test_without_anchor_nothing_is_trusted():
    assert check(token(), anchors=[]).outcome == "no_anchor"


def test_the_second_program_can_say_no(monkeypatch):
    monkeypatch.setattr(timestamp, "_second_check", lambda *_: False)
    assert check(token()).outcome == "second_check"


def test_the_second_program_checks_by_itself():
    good = read_token(token())
    assert timestamp._second_check(token(), DIGEST, [ROOT], good)
    assert not timestamp._second_check(token(), bytes(32), [ROOT], good)
    assert not timestamp._second_check(token(TimestampFault.OTHER_SIGNER), DIGEST, [ROOT], good)
    assert not timestamp._second_check(token(TimestampFault.OTHER_AUTHORITY), DIGEST, [ROOT], good)
    assert not timestamp._second_check(token(), DIGEST, [], good)


def test_an_altered_octet_is_refused_or_says_nothing_else():
    """Versions and the list of digest algorithms stand outside what is signed (RFC 5652 §5.1): they change nothing."""
    good = token()
    unsigned = 0
    for place in range(len(good)):
        octets = good[:place] + bytes([good[place] ^ 1 << place % 8]) + good[place + 1 :]
        result = check(octets, policies=None, nonce=None)
        if result.ok:
            unsigned += 1
            assert result.info == read_token(good)
            assert result.signer.raw == TimestampAuthority().signer_certificate
    assert unsigned < 20


@pytest.mark.parametrize("octets", [b"", b"\x30", b"\x30\x80\0\0", bytes(70000), b"\x30\x03\x02\x01\x00", token() + b"\0"])
def test_what_is_no_token_is_refused(octets):
    assert check(octets).outcome == "malformed"
    with pytest.raises(DataError, match=r"timestamp\.malformed"):
        read_token(octets)


def test_a_refusal_is_told():
    answer = TimestampAuthority(TimestampFault.REFUSES).respond(make_request(DIGEST, NONCE), AT)
    with pytest.raises(DataError, match=r"timestamp\.refused"):
        token_in(answer)


@pytest.mark.parametrize("octets", [b"", b"\x30\x00", b"\x30\x05\x30\x03\x02\x01\x00", b"\x31\x00", bytes(70000)])
def test_what_is_no_answer_is_refused(octets):
    with pytest.raises(DataError, match=r"timestamp\.malformed"):
        token_in(octets)


def test_the_request_is_read_by_another_program():
    from rfc3161_client._rust import parse_timestamp_request

    request = parse_timestamp_request(make_request(DIGEST, NONCE, policy=POLICY))
    assert request.message_imprint.message == DIGEST
    assert request.nonce == nonce_number(NONCE)
    assert request.policy.dotted_string == POLICY
    assert request.cert_req


@pytest.mark.parametrize(("digest", "nonce"), [(bytes(31), NONCE), (DIGEST, b"short"), (DIGEST, bytes(21))])
def test_a_request_that_cannot_be_is_refused(digest, nonce):
    with pytest.raises(DataError, match=r"timestamp\.request"):
        make_request(digest, nonce)


@pytest.mark.parametrize(("text", "microseconds"), [(b"20261125030405Z", 0), (b"20261125030405.5Z", 500000), (b"20261125030405.000001Z", 1)])
def test_times_may_have_fractions(text, microseconds):
    assert timestamp._time(text) == AT.replace(microsecond=microseconds)


@pytest.mark.parametrize("text", [b"", b"Z", b"20261125030405", b"20261125030405.Z", b"20261125030405.1234567Z", b"202611250304Z", b"20261325030405Z", b"20261125030405.-1Z"])
def test_other_times_are_refused(text):
    with pytest.raises(DataError):
        timestamp._time(text)


@pytest.mark.second
@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
@pytest.mark.parametrize("fault", [TimestampFault.NONE, TimestampFault.OTHER_IMPRINT, TimestampFault.OTHER_SIGNER,
                                   TimestampFault.OTHER_AUTHORITY, TimestampFault.WRONG_PURPOSE,
                                   TimestampFault.UNNAMED_SIGNER])  # fmt: skip
def test_openssl_agrees(tmp_path, fault):
    import ssl

    (tmp_path / "root.pem").write_text(ssl.DER_cert_to_PEM_cert(TimestampAuthority().root))
    (tmp_path / "answer.tsr").write_bytes(TimestampAuthority(fault).respond(make_request(DIGEST, NONCE), AT))
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-digest", DIGEST.hex(), "-in", "answer.tsr", "-CAfile", "root.pem"],
        cwd=tmp_path, capture_output=True, check=False, timeout=20,
    )  # fmt: skip
    assert (done.returncode == 0) is (fault is TimestampFault.NONE), done.stderr.decode()


@pytest.mark.slow
def test_no_bit_of_a_token_is_free_whoever_is_trusted():
    """A kept token is evidence: an audit without anchors sees a turned bit too."""
    good = token()
    for anchors, outcome in (([ROOT], "ok"), ([], "no_anchor")):
        assert verify_token(good, DIGEST, anchors).outcome == outcome
        for bit in range(len(good) * 8):
            octets = bytearray(good)
            octets[bit // 8] ^= 1 << bit % 8
            assert verify_token(bytes(octets), DIGEST, anchors).outcome != outcome, bit
