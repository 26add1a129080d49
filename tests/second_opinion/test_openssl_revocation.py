"""The openssl command on the simulator's lists and OCSP responses, beside our own verdict of the same octets.

It knows nothing of list numbers or JPKI's policies, and compares no nonce of a request that it did not make itself;
what both can judge must come out alike.
"""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from honnin.trust.certificate import Certificate, parse_certificate
from honnin.trust.jpki_crl import verify_jpki_crl
from honnin.trust.jpki_ocsp import verify_ocsp
from honnin.trust.ocsp import build_ocsp_request
from honnin_virtual.mynumber.jpki import AUTH, SIGN, Service, authority, lookalike, request_for
from honnin_virtual.mynumber.personas import MUNICIPALITIES, PERSONAS
from honnin_virtual.mynumber.status import OcspMode, Revoked, crl, ocsp_answer
from tests.second_opinion.programs import TIMEOUT_S, need_program

pytestmark = pytest.mark.second

NOW = datetime.now(UTC).replace(microsecond=0)  # the command's ocsp part knows no other time than the clock's
PLACE = MUNICIPALITIES[PERSONAS[0].municipality]
GENERATION = 3
NONCE = bytes(range(1, 33))


def openssl(*words: str | Path) -> subprocess.CompletedProcess[str]:
    program = need_program("openssl")
    command = [program, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


def pem(kind: str, der: bytes, path: Path) -> Path:
    path.with_suffix(".der").write_bytes(der)
    arguments = ("crl" if kind == "crl" else "x509", "-inform", "DER", "-in", path.with_suffix(".der"), "-out", path)
    assert openssl(*arguments).returncode == 0
    return path


def issued(service: Service) -> tuple[Certificate, Certificate]:
    ca = authority(service, GENERATION)
    request = request_for(PERSONAS[0], service, PLACE, NOW)
    return parse_certificate(request.certificate(ca)), parse_certificate(ca.certificate())


# --- Lists --------------------------------------------------------------------------------------------------------------


LISTS = {
    "good": ({}, True),
    "by another generation": ({"signer": authority(SIGN, 2)}, False),
    "by a look-alike": ({"signer": lookalike(authority(SIGN, GENERATION))}, False),
}


@pytest.mark.parametrize("case", LISTS)
def test_openssl_agrees_on_who_signed_a_list(case, tmp_path):
    more, fits = LISTS[case]
    certificate, ca = issued(SIGN)
    octets = crl(SIGN, GENERATION, PLACE, NOW, **more)
    listed = tmp_path / "list.crl"
    listed.write_bytes(octets)
    root = pem("x509", ca.raw, tmp_path / "root.pem")
    done = openssl("crl", "-inform", "DER", "-in", listed, "-CAfile", root, "-noout")
    assert ("verify OK" in done.stderr) is fits, done.stderr
    assert (verify_jpki_crl(octets, certificate, ca, NOW).problem == "ok") is fits


@pytest.mark.parametrize(
    ("case", "more", "state"),
    [
        ("good", {}, "ok"),
        ("revoked", {"extra": True}, "revoked"),
        ("stale", {"life": timedelta(hours=-1)}, "expired"),
        ("other municipality", {"place": "99202"}, "scope"),
    ],
)
def test_openssl_agrees_on_what_a_list_says_of_a_certificate(case, more, state, tmp_path):
    certificate, ca = issued(SIGN)
    extra = (Revoked(certificate.serial, NOW - timedelta(days=1), 3),) if more.get("extra") else ()
    place = MUNICIPALITIES[more.get("place", PERSONAS[0].municipality)]
    life = {"life": more["life"]} if "life" in more else {}
    octets = crl(SIGN, GENERATION, place, NOW, extra=extra, **life)
    root = pem("x509", ca.raw, tmp_path / "root.pem")
    holder = pem("x509", certificate.raw, tmp_path / "holder.pem")
    listed = pem("crl", octets, tmp_path / "list.pem")
    done = openssl("verify", "-CAfile", root, "-CRLfile", listed, "-crl_check", "-extended_crl", holder)
    said = done.stdout + done.stderr
    words = {"ok": "OK", "revoked": "certificate revoked", "expired": "CRL has expired", "scope": "different CRL scope"}
    assert words[state] in said or (state == "scope" and "unable to get certificate CRL" in said), said
    ours = verify_jpki_crl(octets, certificate, ca, NOW)
    expected = {"ok": "good", "revoked": "revoked", "expired": "crl_stale", "scope": "crl_other_point"}[state]
    assert (ours.answer.state if ours.answer else ours.problem) == expected, case


# --- OCSP ---------------------------------------------------------------------------------------------------------------

MODES = {
    OcspMode.NORMAL: True,
    OcspMode.BY_AUTHORITY: True,
    OcspMode.IMPOSTOR: False,
    OcspMode.OTHER_AUTHORITY: False,
    OcspMode.RESPONDER_EXPIRED: False,
    OcspMode.RESPONDER_NOT_FOR_OCSP: False,
    OcspMode.BAD_SIGNATURE: False,
    OcspMode.STALE: False,
    OcspMode.FROM_THE_FUTURE: False,
    OcspMode.OTHER_SERIAL: False,
    OcspMode.OTHER_ISSUER_KEY: False,
    OcspMode.TRY_LATER: False,
    OcspMode.MALFORMED: False,
}


@pytest.mark.parametrize("service", [SIGN, AUTH])
@pytest.mark.parametrize("mode", MODES)
def test_openssl_agrees_on_the_modes_of_the_responder(mode, service, tmp_path):
    certificate, ca = issued(service)
    request = build_ocsp_request(certificate, ca, nonce=NONCE)
    answer = ocsp_answer(request, NOW, mode=mode)
    (tmp_path / "request.der").write_bytes(request)
    (tmp_path / "answer.der").write_bytes(answer)
    root = pem("x509", ca.raw, tmp_path / "root.pem")
    holder = pem("x509", certificate.raw, tmp_path / "holder.pem")
    done = openssl(
        "ocsp", "-respin", tmp_path / "answer.der", "-reqin", tmp_path / "request.der", "-issuer", root, "-cert", holder,
        "-CAfile", root, "-no_nonce", "-validity_period", "300",
    )  # fmt: skip
    said = done.stdout + done.stderr
    theirs = done.returncode == 0 and "Response verify OK" in said and ": good" in said and "Status times invalid" not in said
    ours = verify_ocsp(answer, certificate, ca, NOW, nonce=NONCE)
    assert (ours.answer is not None and ours.answer.state == "good") is MODES[mode], ours.problem
    assert theirs is MODES[mode], said


def test_openssl_reads_our_request(tmp_path):
    certificate, ca = issued(SIGN)
    for hash_name in ("sha1", "sha256"):
        path = tmp_path / f"{hash_name}.der"
        path.write_bytes(build_ocsp_request(certificate, ca, nonce=NONCE, hash_name=hash_name))
        done = openssl("ocsp", "-reqin", path, "-req_text")
        text = done.stdout.replace(":", "").upper()
        assert f"HASH ALGORITHM {hash_name.upper()}" in text, done.stderr
        assert f"{certificate.serial:X}" in text
        assert NONCE.hex().upper() in text.replace(" ", "")
