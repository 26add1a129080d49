"""How each named passport is made: the arguments of `build_passport` by persona (sheet passport.md §16, §17)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import TypedDict

from honnin.core.clock import system_random
from honnin.core.errors import CallerError
from honnin.crypto import Cipher
from honnin_virtual.card import Sleep
from honnin_virtual.faults import FAULTS, Faults, FaultSpec
from honnin_virtual.passport.build import AaSpec, FaceSpec, SodSpec, build_passport, check_fit
from honnin_virtual.passport.card import VirtualPassport
from honnin_virtual.passport.lds import Personal
from honnin_virtual.passport.personas import Persona
from honnin_virtual.passport.profile import Limits
from honnin_virtual.passport.security_infos import CaSpec, PaceSpec

__all__ = ["fitting_faults", "issue_passport"]


class _Recipe(TypedDict, total=False):
    access: str
    pace: PaceSpec | tuple[PaceSpec, ...]
    ca: CaSpec | tuple[CaSpec, ...]
    aa: AaSpec
    sod: SodSpec
    limits: Limits
    face: FaceSpec
    personal: Personal
    issued: tuple[str, str]
    fingerprints: bool


_AES128, _AES256, _TDES = Cipher.AES128, Cipher.AES256, Cipher.TDES
_GM12 = PaceSpec("GM", "ECDH", _AES128, 12)
_GM13 = PaceSpec("GM", "ECDH", _AES128, 13)

_RECIPES: dict[str, _Recipe] = {
    "passport-japanese-style": {
        "access": "bac+pace", "pace": _GM13, "aa": AaSpec("ecdsa", "secp256r1"), "sod": SodSpec("p384", "", "sha384"),
    },
    "passport-bac-aa-rsa": {"access": "bac", "aa": AaSpec("rsa", 2048), "sod": SodSpec("rsa2048", "pss")},
    "passport-pace-ca-aes256": {
        "access": "pace", "pace": PaceSpec("GM", "ECDH", _AES256, 16), "ca": CaSpec("ECDH", _AES256, 16),
        "sod": SodSpec("brainpool256", by_key_id=True), "fingerprints": True,
    },
    "passport-pace-cam": {
        "access": "pace", "pace": (PaceSpec("CAM", "ECDH", _AES128, 13), _GM13), "ca": CaSpec("ECDH", _AES128, 12, 1),
        "sod": SodSpec("brainpool384", "", "sha384", lds_version=1),
    },
    "passport-pace-3des-ca-3des": {
        "access": "bac+pace", "pace": PaceSpec("GM", "ECDH", _TDES, 12), "ca": CaSpec("ECDH", _TDES, 12),
        "sod": SodSpec("rsa2048", "pkcs1"),
    },
    "passport-pace-im": {
        "access": "bac+pace", "pace": PaceSpec("IM", "ECDH", _AES128, 13), "ca": CaSpec("ECDH", _AES128, 13, 195),
        "sod": SodSpec("p256", signing_time=True),
    },
    "passport-dh": {
        "access": "bac+pace", "pace": PaceSpec("GM", "DH", _AES128, 2), "ca": CaSpec("DH", _AES128, 2),
        "sod": SodSpec("rsa3072", "pss", "sha512"),
    },
    "passport-open": {"access": "none", "sod": SodSpec("rsa2048", "rsa")},
    "passport-short-only": {
        "access": "bac+pace", "pace": _GM12, "aa": AaSpec("ecdsa", "secp256r1"), "limits": Limits(extended=False),
    },
    "passport-big-photo": {
        "access": "bac+pace", "pace": _GM12, "aa": AaSpec("rsa", 1536), "face": FaceSpec(size=45_000),
        "sod": SodSpec("p521", "", "sha512"),
    },
    "passport-long-names": {
        "access": "bac+pace", "pace": _GM13, "aa": AaSpec("ecdsa", "brainpoolP256r1"),
        "personal": Personal(
            full_name="SPECIMEN VON UND ZU MUSTERHAUSEN UTOPIA<<ALEXANDRA MAXIMILIANE ÉLISABETH",
            other_names=("MUSTERFRAU<<ALEXANDRA", "見本<<アレクサンドラ"), personal_number="UTO-000-000",
            birth="19951201", birth_place="CAPITAL CITY<UTOPIA",
            address=("1 SPECIMEN STREET", "CAPITAL CITY", "UTOPIA"),
            telephone="+000 000 000", profession="FICTIONAL CHARACTER", title="DR",
        ),
        "issued": ("PASSPORT OFFICE OF UTOPIA (SIMULATOR)", "20251201"),
    },
    "passport-39794": {
        "access": "pace", "pace": _GM12, "ca": CaSpec("ECDH", _AES128, 12), "face": FaceSpec("jp2", "39794"),
        "sod": SodSpec("p384", "", "sha384", lds_version=1),
    },
    "passport-copyable": {"access": "bac", "sod": SodSpec("rsa2048", "pkcs1")},
    "passport-old-sha1": {
        "access": "bac", "aa": AaSpec("rsa", 1024, "sha1"), "sod": SodSpec("rsa2048", "pkcs1", "sha1"),
    },
    "passport-brainpool": {
        "access": "bac+pace", "pace": PaceSpec("GM", "ECDH", Cipher.AES192, 16),
        "aa": AaSpec("ecdsa", "brainpoolP384r1", "sha384"),
        "sod": SodSpec("brainpool384", "", "sha384", lds_version=1),
    },
    "passport-few-bytes": {
        "access": "bac+pace", "pace": _GM12, "aa": AaSpec("rsa", 1024), "limits": Limits(read_at_most=97),
    },
    "passport-get-response": {
        "access": "bac", "aa": AaSpec("rsa", 1536), "limits": Limits(extended=False, get_response=True),
        "sod": SodSpec("rsa2048", "pss"),
    },
    "passport-alex": {"access": "bac+pace", "pace": _GM12, "aa": AaSpec("ecdsa", "secp256r1")},
}  # fmt: skip


def issue_passport(
    persona: Persona,
    *,
    faults: Faults = Faults(),  # noqa: B008 - frozen
    now: datetime | None = None,
    random: Callable[[int], bytes] = system_random,
    sleep: Sleep = time.sleep,
) -> VirtualPassport:
    """Issue the persona's passport. Raises CallerError `cards.fault.unfit`."""
    return build_passport(
        persona.holder, name=persona.name, can=persona.can, faults=faults, now=now, random=random, sleep=sleep,
        **_RECIPES[persona.name],
    )  # fmt: skip


def fitting_faults(persona: Persona) -> tuple[FaultSpec, ...]:
    """The switches that do something on this passport, for the tray."""
    recipe = _RECIPES[persona.name]
    return tuple(spec for spec in FAULTS if "passport" in spec.documents and _fits(recipe, spec.faults))


def _fits(recipe: _Recipe, faults: Faults) -> bool:
    try:
        check_fit(faults, access=recipe["access"], ca="ca" in recipe, aa=recipe.get("aa"))
    except CallerError:
        return False
    return True
