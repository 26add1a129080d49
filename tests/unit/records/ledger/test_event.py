"""One event, one form: what is written comes back, what comes back is written the same."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honnin.core.errors import DataError
from honnin.records.ledger.event import CIPHERTEXT_SHA256, Event, Kind, commitment, decode_event, encode_event

AT = datetime(2026, 11, 25, 3, 4, 5, 6, tzinfo=UTC)
DETAIL = {CIPHERTEXT_SHA256: "0f" * 32}

_ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
_texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)


def sealed(**more):
    return Event(**({"kind": Kind.SEALED, "tenant": "shop-1", "record_id": "r1", "at": AT, "actor": "staff-7",
                     "commitment": bytes(range(32)), "detail": DETAIL} | more))  # fmt: skip


def test_the_octets_of_an_event_are_these():
    assert encode_event(sealed()) == (
        b'{"actor":"staff-7","at":"2026-11-25T03:04:05.000006Z",'
        b'"commitment":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
        b'"detail":{"ciphertext_sha256":"' + b"0f" * 32 + b'"},"kind":"sealed","record_id":"r1","tenant":"shop-1",'
        b'"version":1}'
    )


@given(
    kind=st.sampled_from(sorted(Kind)),
    tenant=_ids,
    record_id=_ids,
    at=st.datetimes(timezones=st.just(UTC)),
    actor=st.from_regex(r"[A-Za-z0-9._:@-]{0,20}", fullmatch=True),
    digest=st.binary(min_size=32, max_size=32),
    detail=st.dictionaries(st.from_regex(r"[a-z][a-z0-9_.]{0,10}", fullmatch=True), _texts, max_size=5),
)
def test_what_is_written_comes_back(  # noqa: PLR0917
    kind, tenant, record_id, at, actor, digest, detail
):
    event = Event(kind, tenant, record_id, at, actor, digest, detail | DETAIL)
    octets = encode_event(event)
    assert decode_event(octets) == event
    assert encode_event(decode_event(octets)) == octets


@pytest.mark.parametrize("at", range(len(encode_event(sealed()))))
def test_an_altered_octet_is_refused_or_another_event(at):
    good = encode_event(sealed())
    for bit in range(8):
        octets = good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]
        try:
            event = decode_event(octets)
        except DataError as error:
            assert error.code == "ledger.event"
        else:
            assert event != sealed()
            assert encode_event(event) == octets


@pytest.mark.parametrize(
    "octets",
    [
        b"", b"null", b"[]", b"{}", b"[" * 8000, b'{"version":1}', b"\xff", b" " * 9000,
        encode_event(sealed()) + b" ",
        encode_event(sealed()).replace(b"03:04:05.000006Z", b"03:04:05.000006+00:00"),
        encode_event(sealed()).replace(b"shop-1", b"shop\\u002d1"),
        encode_event(sealed()).replace(b'"version":1', b'"version":1.0'),
        encode_event(sealed()).replace(b'"version":1', b'"version":true'),
        encode_event(sealed()).replace(b'"version":1', b'"version":2'),
        encode_event(sealed()).replace(b'"version":1', b'"version":1,"version":1'),
        encode_event(sealed()).replace(b'"version":1', b'"version":1,"x":1'),
        encode_event(sealed()).replace(b'"sealed"', b'"unsealed"'),
        encode_event(sealed()).replace(b'"sealed"', b"[]"),
        encode_event(sealed()).replace(b"0c0d", b"0C0D"),
        encode_event(sealed()).replace(b"000102", b"00010 "),
    ],
)  # fmt: skip
def test_other_forms_are_refused(octets):
    with pytest.raises(DataError, match=r"ledger\.event"):
        decode_event(octets)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "sealed"}, {"tenant": ""}, {"tenant": "a b"}, {"tenant": "x" * 65}, {"record_id": ""},
        {"record_id": "../x"}, {"at": datetime(2026, 1, 1)}, {"actor": "山田"}, {"actor": "x" * 65},
        {"commitment": None}, {"commitment": bytes(31)}, {"detail": {}}, {"detail": {CIPHERTEXT_SHA256: "0F" * 32}},
        {"detail": DETAIL | {"A": ""}}, {"detail": DETAIL | {"a": "x" * 513}}, {"detail": DETAIL | {"a": "\n"}},
        {"detail": DETAIL | {"a": "\ud800"}}, {"detail": DETAIL | {f"k{n}": "" for n in range(24)}},
        {"at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9)))},
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_is_refused(change):
    with pytest.raises(DataError, match=r"ledger\.event"):
        sealed(**change)


def test_an_event_that_is_too_large_is_refused():
    big = sealed(detail=DETAIL | {f"k{n}": "本" * 512 for n in range(20)})
    with pytest.raises(DataError, match=r"ledger\.event"):
        encode_event(big)


def test_time_is_kept_in_utc():
    japan = datetime(2026, 11, 25, 12, 4, 5, 6, tzinfo=timezone(timedelta(hours=9)))
    assert encode_event(sealed(at=japan)) == encode_event(sealed())


def test_only_a_search_or_a_rotation_is_of_no_record():
    assert Event(Kind.SEARCHED, "t", "", AT).record_id == ""
    with pytest.raises(DataError):
        Event(Kind.VIEWED, "t", "", AT)


def test_the_commitment_is_over_salt_and_digest_and_bound_to_its_use():
    import hashlib

    salt, digest = bytes(range(32)), bytes(range(32, 64))
    assert commitment(salt, digest) == hashlib.sha256(b"honnin commitment 1\n" + salt + digest).digest()
    for wrong in ((salt[1:], digest), (salt, digest + b"x")):
        with pytest.raises(DataError):
            commitment(*wrong)
