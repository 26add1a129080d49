"""Who may bring trust into the house: pins, links, lists (passport.md §11.3 to §11.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from honnin.core.errors import CallerError, HonninError, TrustError
from honnin.flows.trust_import import ImportPlan, TrustEntry, carry_out, import_crl, plan_import
from honnin.trust.anchors import AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import Crl
from honnin.trust.masterlist import open_master_list
from tests import pki
from tests.pki import NOW, Signed, encode, integer, oid, seq
from tests.vectors import vector_path

OLD, NEW, OTHER = pki.rsa_key("csca"), pki.ec_key("new csca"), pki.rsa_key("other csca")
FOREIGN = pki.name(("C", "XB"), ("CN", "CSCA of XB"))


class Memory:
    """A keeper without a folder."""

    def __init__(self) -> None:
        self.kept: list[TrustEntry] = []
        self.lists: list[Crl] = []

    def entries(self) -> Sequence[TrustEntry]:
        return self.kept

    def anchors(self) -> AnchorSet:
        return AnchorSet(each.anchor for each in self.kept)

    def crls(self) -> Sequence[Crl]:
        return self.lists

    def add(self, entries: Sequence[TrustEntry]) -> None:
        self.kept += entries

    def add_crl(self, crl: Crl, imported_at: datetime, replaced: Sequence[Crl]) -> None:
        del imported_at
        self.lists = [each for each in self.lists if each not in replaced] + [crl]


def plan(data: bytes, keeper: Memory, *pins: str, environment: str = "test", now: datetime = NOW) -> ImportPlan:
    return plan_import(data, keeper, environment=environment, origin="test", pins=pins, now=now)  # type: ignore[arg-type]


def bring(data: bytes, keeper: Memory, *pins: str, environment: str = "test") -> ImportPlan:
    done = plan(data, keeper, *pins, environment=environment)
    carry_out(done, keeper)
    return done


def fingerprint(der: bytes) -> str:
    return parse_certificate(der).fingerprint


def pem(*certificates: bytes) -> bytes:
    import base64

    return b"".join(
        b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(each) + b"-----END CERTIFICATE-----\n" for each in certificates
    )


LIST_KEY = pki.rsa_key("list signer")
LIST_PURPOSE = pki.purposes("2.23.136.1.1.3", critical=True)


def master_list(
    *certificates: bytes, csca: pki.Issued | None = None, embedded: bool = True, by: pki.Key | None = None, **changes: object
) -> bytes:
    """A list whose signer stands under `csca` (default: the old key), or pretends to and is certified by `by`."""
    csca = csca or pki.csca(OLD)
    extensions = (pki.key_usage(0), pki.aki(csca.key.id), LIST_PURPOSE)
    signer = pki.dsc(LIST_KEY, by or csca.key, extensions=extensions)
    values: dict[str, object] = {
        "content": seq(integer(0), pki.set_of(*certificates)),
        "content_type": "2.23.136.1.1.2",
        "certificates": (signer.der, *([csca.der] if embedded else [])),
        "wrapped": False,
    }
    return Signed(signer, **{**values, **changes}).der  # type: ignore[arg-type]


# --- certificates ---


def test_self_signed_root_is_trusted_because_the_operator_names_the_file() -> None:
    keeper = Memory()
    done = bring(pki.csca(OLD).der, keeper)
    assert [(each.basis, each.anchor.environment, each.imported_at) for each in done.new] == [("operator", "test", NOW)]
    assert len(keeper.anchors()) == 1
    again = bring(pki.csca(OLD).der, keeper)
    assert (len(again.new), len(again.known), len(keeper.kept)) == (0, 1, 1)


def test_pin_must_be_of_a_certificate_in_the_file() -> None:
    root = pki.csca(OLD).der
    colons = ":".join(fingerprint(root)[at : at + 2] for at in range(0, 64, 2)).upper()
    assert bring(root, Memory(), colons).new[0].basis == "pin"
    with pytest.raises(TrustError, match="pin_unmatched"):
        plan(root, Memory(), "00" * 32)
    for bad in ("", "00", "zz" * 32):
        with pytest.raises(CallerError, match="pin_format"):
            plan(root, Memory(), bad)


def test_with_a_pin_nothing_else_of_the_file_comes_in() -> None:
    roots = [pki.csca(OLD).der, pki.csca(OTHER, subject=FOREIGN, issuer=FOREIGN).der]
    done = plan(pem(*roots), Memory(), fingerprint(roots[0]))
    assert [each.basis for each in done.new] == ["pin"]
    assert [each.reason for each in done.refused] == ["not_pinned"]


def test_altered_root_is_refused() -> None:
    root = bytearray(pki.csca(OLD).der)
    root[-1] ^= 1
    done = plan(bytes(root), Memory())
    assert ([each.reason for each in done.refused], done.refusal) == (["bad_signature"], "trust.import.refused")
    with pytest.raises(TrustError, match=r"trust\.import\.refused"):
        carry_out(done, Memory())


def test_document_signer_is_no_anchor() -> None:
    leaf = pki.dsc(pki.rsa_key("dsc"), OLD).der
    for pins in ((), (fingerprint(leaf),)):
        assert [each.reason for each in plan(leaf, Memory(), *pins).refused] == ["not_csca"]


def test_link_needs_a_trusted_key_of_its_country_that_signed_it() -> None:
    link = pki.link(NEW, OLD).der
    assert [each.reason for each in plan(link, Memory()).refused] == ["issuer_not_trusted"]
    keeper = Memory()
    bring(pki.csca(OLD).der, keeper)
    assert [each.basis for each in plan(link, keeper).new] == ["link"]
    forged = pki.link(NEW, OLD, signature=OTHER.pkcs1()).der
    assert not plan(forged, keeper).new
    foreign = pki.link(NEW, OLD, subject=FOREIGN, issuer=FOREIGN).der
    assert not plan(foreign, keeper).new


def test_certificate_that_only_carries_a_trusted_key_is_not_thereby_trusted() -> None:
    keeper = Memory()
    bring(pki.csca(OLD).der, keeper)
    borrowed = pki.csca(OLD, issuer_key=OTHER, serial=99).der
    assert not plan(borrowed, keeper).new


def test_links_in_one_file_vouch_for_each_other_in_any_order() -> None:
    keeper = Memory()
    bring(pki.csca(OLD).der, keeper)
    third = pki.ec_key("third csca")
    chain = [pki.link(third, NEW).der, pki.link(NEW, OLD).der]
    assert [each.basis for each in plan(pem(*chain), keeper).new] == ["link", "link"]


def test_one_certificate_never_serves_two_environments() -> None:
    keeper = Memory()
    bring(pki.csca(OLD).der, keeper, environment="simulator")
    with pytest.raises(TrustError, match=r"trust\.import\.environment"):
        plan(pki.csca(OLD).der, keeper, environment="production")


def test_key_of_one_environment_vouches_for_nothing_in_another() -> None:
    keeper = Memory()
    bring(pki.csca(OLD).der, keeper, environment="simulator")
    assert not plan(pki.link(NEW, OLD).der, keeper, environment="production").new
    data = master_list(pki.csca(NEW).der)
    assert plan(data, keeper, environment="production").refusal == "trust.import.not_trusted"
    assert plan(data, keeper, environment="simulator").refusal is None


# --- master lists ---


def test_list_is_refused_until_its_country_key_is_pinned() -> None:
    csca = pki.csca(OLD).der
    data = master_list(csca, pki.csca(OTHER, subject=FOREIGN, issuer=FOREIGN).der)
    keeper = Memory()
    shown = plan(data, keeper)
    assert shown.refusal == "trust.import.not_trusted"
    assert shown.master_list is not None
    assert shown.master_list.signer_csca.fingerprint == fingerprint(csca)
    with pytest.raises(TrustError, match=r"trust\.import\.not_trusted"):
        carry_out(shown, keeper)
    assert keeper.kept == []
    done = bring(data, keeper, fingerprint(csca))
    assert sorted(each.basis for each in done.new) == ["list", "pin"]
    assert {each.list_date for each in keeper.kept} == {datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}


def test_pin_of_another_certificate_in_the_list_does_not_vouch_for_its_signer() -> None:
    foreign = pki.csca(OTHER, subject=FOREIGN, issuer=FOREIGN).der
    assert plan(master_list(pki.csca(OLD).der, foreign), Memory(), fingerprint(foreign)).refusal == "trust.import.not_trusted"


def test_list_of_a_new_key_is_reached_by_a_link_inside() -> None:
    keeper = Memory()
    bring(pki.csca(OLD).der, keeper)
    new = pki.csca(NEW)
    assert plan(master_list(new.der, csca=new), keeper).refusal == "trust.import.not_trusted"
    done = plan(master_list(new.der, pki.link(NEW, OLD).der, csca=new), keeper)
    assert (done.refusal, len(done.route), len(done.new)) == (None, 1, 2)


def test_later_list_shows_what_is_new_and_what_is_gone() -> None:
    keeper = Memory()
    csca = pki.csca(OLD).der
    foreign = pki.csca(OTHER, subject=FOREIGN, issuer=FOREIGN).der
    bring(master_list(csca, foreign), keeper, fingerprint(csca))
    later = bring(master_list(csca, pki.link(NEW, OLD).der), keeper)
    assert (len(later.new), len(later.known)) == (1, 1)
    assert [each.fingerprint for each in later.gone] == [fingerprint(foreign)]
    assert len(keeper.kept) == 3


def test_age_of_a_list_and_entries_that_cannot_be_read_are_said() -> None:
    csca = pki.csca(OLD).der
    broken = plan(master_list(csca, pki.seq(pki.NULL)), Memory(), fingerprint(csca))
    assert broken.warnings == ("list_unreadable_entries",)
    old = plan(master_list(csca), Memory(), fingerprint(csca), now=NOW + timedelta(days=400))
    assert old.warnings == ("list_old",)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (master_list(b"", embedded=False), "trust.masterlist.no_csca"),
        (master_list(b"", by=pki.rsa_key("mallory")), "trust.masterlist.no_csca"),
        (master_list(b"", content_type="2.23.136.1.1.1"), "trust.masterlist.signature"),
        (master_list(b"", signature=OTHER.pkcs1()), "trust.masterlist.signature"),
        (Signed(pki.dsc(pki.rsa_key("dsc"), OLD), content_type="2.23.136.1.1.2").der[4:], "trust.masterlist.signer"),
        (master_list(b"", content=seq(integer(1), pki.set_of())), "trust.masterlist.content"),
        (seq(oid("1.2.840.113549.1.7.2"), encode(0xA0, b"")), "trust.der"),
    ],
)
def test_list_that_does_not_hold_in_itself_is_an_error(data: bytes, code: str) -> None:
    with pytest.raises(HonninError) as caught:
        plan(data, Memory())
    assert caught.value.code.startswith(code)


def test_german_list_comes_in_by_pin_or_from_the_key_before_by_its_link() -> None:
    data = vector_path("passport/masterlist/DE_ML_2026-05-28.ml").read_bytes()
    pinned = plan(data, Memory(), "2084aed7a991b3158e63ad750d3dc38bc6c9dcf5958f28d1162f49884e91ada8")
    assert (pinned.refusal, len(pinned.new), pinned.route) == (None, 588, ())
    before = next(each for each in open_master_list(data).certificates if (each.subject.country, each.serial) == ("DE", 0x48B))
    keeper = Memory()
    bring(before.raw, keeper)
    linked = plan(data, keeper)
    assert ([each.serial for each in linked.route], len(linked.new), len(linked.known)) == ([0x4CE], 587, 1)
    assert plan(data, Memory()).refusal == "trust.import.not_trusted"


# --- revocation lists ---


def test_revocation_list_needs_an_anchor_that_signed_it_and_replaces_the_older() -> None:
    keeper = Memory()
    first = pki.crl(OLD, [1])
    with pytest.raises(TrustError, match=r"trust\.crl\.not_verified"):
        import_crl(first, keeper, now=NOW)
    bring(pki.csca(OLD).der, keeper)
    assert import_crl(first, keeper, now=NOW).result.outcome == "ok"
    second = import_crl(pki.crl(OLD, [1, 2], this_update=NOW - timedelta(days=1)), keeper, now=NOW)
    assert (len(second.replaced), len(keeper.lists), keeper.lists[0].count) == (1, 1, 2)
    with pytest.raises(TrustError, match=r"trust\.crl\.older"):
        import_crl(first, keeper, now=NOW)
    with pytest.raises(TrustError, match=r"trust\.crl\.not_verified"):
        import_crl(pki.crl(OLD, [], signature=OTHER.pkcs1()), keeper, now=NOW)


def test_stale_revocation_list_is_kept_since_what_it_names_is_revoked() -> None:
    keeper = Memory()
    bring(pki.csca(OLD).der, keeper)
    done = import_crl(pki.crl(OLD, [1], next_update=NOW - timedelta(days=1)), keeper, now=NOW)
    assert (done.result.outcome, len(keeper.lists)) == ("stale", 1)
