"""The passports that the benchmarks read (design §10): SOD, DG1, DG2 of 18 kB, DG14, DG15; BAC or PACE, AA or CA."""

from __future__ import annotations

from collections.abc import Iterator

from honnin.crypto import Cipher
from honnin_virtual.passport.build import AaSpec, FaceSpec, SodSpec, build_passport
from honnin_virtual.passport.card import VirtualPassport
from honnin_virtual.passport.mrz import Holder
from honnin_virtual.passport.security_infos import CaSpec, PaceSpec

__all__ = ["bench_passports"]


def bench_passports(*, extended: bool) -> Iterator[tuple[VirtualPassport, str]]:
    """(card, two lines of its MRZ): BAC with AA, PACE with AA, BAC with CA, PACE with CA and DG15."""
    aa, ca = AaSpec("ecdsa", "secp256r1"), CaSpec("ECDH", Cipher.AES128, 12)
    kinds = (("bac", False), ("bac+pace", False), ("bac", True), ("bac+pace", True))
    for number, (access, with_ca) in enumerate(kinds):
        card = build_passport(
            Holder("SPECIMEN", "BENCH", f"XX900000{number}", "900101", "<", "350101"),
            name="passport-bench", access=access, pace=PaceSpec("GM", "ECDH", Cipher.AES128, 12), aa=aa,
            ca=ca if with_ca else None, sod=SodSpec("p256"), extended=extended,
            face=FaceSpec(size=17_912),  # DG2: 18,000 octets
        )  # fmt: skip
        yield card, card.mrz
