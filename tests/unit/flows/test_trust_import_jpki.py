"""Importing JPKI authorities: production by published fingerprint only."""

from __future__ import annotations

import pytest

from honnin.adapters.trust_folder import TrustFolder
from honnin.core.errors import TrustError
from honnin.flows.trust_import import carry_out, plan_import
from honnin.trust.jpki import PINS, jpki_anchors
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
