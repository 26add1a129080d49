"""The openssl command on a list of 1,000 entries, beside what our index of the same list says."""

from __future__ import annotations

import random
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from honnin.core.tlv import encode
from honnin.trust.anchors import Anchor, AnchorSet
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl import verify_crl
from tests import pki
from tests.crl_memory import indexed
from tests.second_opinion.programs import need_program

pytestmark = pytest.mark.second

ROOT = pki.rsa_key("csca")
_REASONS = {
    "Unspecified": "unspecified", "Key Compromise": "key_compromise", "CA Compromise": "ca_compromise",
    "Affiliation Changed": "affiliation_changed", "Superseded": "superseded",
    "Cessation Of Operation": "cessation_of_operation", "Certificate Hold": "certificate_hold",
    "Remove From CRL": "remove_from_crl", "Privilege Withdrawn": "privilege_withdrawn", "AA Compromise": "aa_compromise",
}  # fmt: skip


def thousand_entries() -> bytes:
    chance = random.Random(5)
    entries = []
    for number in range(1000):
        serial = chance.getrandbits(chance.choice([7, 8, 15, 16, 63, 64, 127, 128, 159]))
        at = datetime(chance.randrange(1990, 2045), 1 + number % 12, 1 + number % 28, number % 24, number % 60, 7, tzinfo=UTC)
        time = pki.time(at) if number % 5 else encode(0x18, at.strftime("%Y%m%d%H%M%SZ").encode())
        code = chance.choice([None, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10])
        extra = [] if code is None else [pki.seq(pki.extension("2.5.29.21", bytes([0x0A, 1, code])))]
        entries.append(pki.seq(pki.integer(serial), time, *extra))
    return pki.crl(ROOT, entries=entries)


def test_openssl_lists_the_same_serial_numbers_dates_and_reasons(tmp_path: Path) -> None:
    openssl = need_program("openssl")
    data = thousand_entries()
    (tmp_path / "list.crl").write_bytes(data)
    (tmp_path / "ca.cer").write_bytes(pki.csca(ROOT).der)
    subprocess.run([openssl, "x509", "-inform", "DER", "-in", "ca.cer", "-out", "ca.pem"], cwd=tmp_path, check=True)
    done = subprocess.run(
        [openssl, "crl", "-inform", "DER", "-in", "list.crl", "-noout", "-text", "-verify", "-CAfile", "ca.pem"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "verify OK" in done.stdout + done.stderr
    index = indexed(data)
    anchors = AnchorSet([Anchor(parse_certificate(pki.csca(ROOT).der), "production", "here")])
    assert verify_crl(index, anchors, pki.NOW).ok
    theirs: dict[int, set[tuple[datetime, str]]] = {}
    for part in done.stdout.split("Serial Number: ")[1:]:
        serial = int(part.split()[0], 16)
        when = re.search(r"Revocation Date: (.*) GMT", part)
        assert when is not None
        at = datetime.strptime(when[1], "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        reason = re.search(r"Reason Code:.*\n\s+(.*)", part)
        theirs.setdefault(serial, set()).add((at, _REASONS[reason[1].strip()] if reason else "unspecified"))
    assert len(theirs) > 700  # short serial numbers repeat
    assert index.count == len(theirs)
    for serial, said in theirs.items():
        entry = index.find(serial)
        assert entry is not None
        assert (entry.revoked_at, entry.reason) in said
        assert entry.revoked_at == min(at for at, _ in said)
