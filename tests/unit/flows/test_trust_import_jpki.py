"""Importing JPKI authorities: production by published fingerprint only."""

from __future__ import annotations

import pytest

from honnin.adapters.trust_folder import TrustFolder
from honnin.core.errors import TrustError
from honnin.flows.trust_import import carry_out, import_crl, plan_import
from honnin.trust.jpki import PINS, jpki_anchors
from tests import jpki, pki
from tests.unit.trust.test_jpki import NOW, authority, parsed
from tests.vectors import need_vectors, vector_path


def bring(folder, data, environment="production", **values):
    plan = plan_import(data, folder, environment=environment, origin="test", now=NOW, **values)
    carry_out(plan, folder)
    return plan


@need_vectors
def test_the_six_authorities_are_imported_by_their_pins_without_naming_them(tmp_path):
    folder = TrustFolder(tmp_path)
    for file in sorted(vector_path("jpki-ca").glob("*.cer")):
        plan = bring(folder, file.read_bytes())
        assert [each.basis for each in plan.new] == ["pin"]
    assert {each.anchor.kind for each in folder.entries()} == {"jpki_sign", "jpki_auth"}
    sign, auth = jpki_anchors(folder.anchors())
    assert (len(sign), len(auth)) == (3, 3)
    assert len(folder.anchors().of_kind("csca")) == 0
    assert {each.certificate.fingerprint for each in folder.anchors()} == set(PINS)


def test_a_look_alike_is_refused(tmp_path):
    folder = TrustFolder(tmp_path)
    false = authority("look-alike", organisation="JPKI").der
    plan = plan_import(false, folder, environment="production", origin="test", now=NOW)
    assert [each.reason for each in plan.refused] == ["not_pinned"]
    with pytest.raises(TrustError, match=r"trust\.import\.refused"):
        carry_out(plan, folder)
    assert len(folder.anchors()) == 0


def test_a_later_generation_comes_by_the_operators_pin(tmp_path):
    folder = TrustFolder(tmp_path)
    later = authority("jpki-later", organisation="JPKI")
    fingerprint = parsed(later).fingerprint
    assert [each.basis for each in bring(folder, later.der, pins=[fingerprint]).new] == ["pin"]
    sign, _ = jpki_anchors(folder.anchors(), pins=[fingerprint])
    assert len(sign) == 1


@need_vectors
def test_a_production_authority_is_no_test_anchor(tmp_path):
    data = vector_path("jpki-ca/signca03.cer").read_bytes()
    with pytest.raises(TrustError, match=r"trust\.import\.refused"):
        bring(TrustFolder(tmp_path), data, environment="test")


def test_the_lists_of_two_municipalities_stand_beside_each_other_and_a_newer_one_replaces_its_own(tmp_path):
    folder = TrustFolder(tmp_path)
    bring(folder, jpki.parsed(jpki.authority()).raw, environment="test")
    other = jpki.scope(jpki.full_name(jpki.point("Tonari-shi")), jpki.ONLY_USERS)
    for octets in (jpki.crl(7), jpki.crl(8, extensions=(other,))):
        assert import_crl(octets, folder, now=pki.NOW).result.ok
    done = import_crl(jpki.crl(7, 9, this_update=pki.NOW, extensions=(jpki.SCOPE,)), folder, now=pki.NOW)
    assert [each.count for each in done.replaced] == [1]
    assert sorted(each.count for each in folder.crls()) == [1, 2]


def test_a_jpki_list_without_its_authority_is_refused(tmp_path):
    with pytest.raises(TrustError, match=r"trust\.crl\.not_verified"):
        import_crl(jpki.crl(7), TrustFolder(tmp_path), now=pki.NOW)
