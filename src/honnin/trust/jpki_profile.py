"""What JPKI certificates must look like, as data (jpki-validation.md §1.4, §1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from honnin.trust.der import known_oid

__all__ = ["AUTH_PROFILE", "CURVES", "POLICIES", "SIGNATURES", "SIGN_PROFILE", "Profile"]

_ARC = "1.2.392.200149.8.5.1"
SIGN_POLICY = f"{_ARC}.1.20"
AUTH_POLICY = f"{_ARC}.3.30"
SIGN_TEST_POLICY = f"{_ARC}.0.20"
AUTH_SIMULATOR_POLICY = f"{_ARC}.0.30"  # ours, by analogy: jpki-validation.md §6 "a second set"
SMARTPHONE_SIGN_POLICY = f"{_ARC}.1.40"  # [single, unconfirmed]
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"

POLICIES: Mapping[str, str] = {
    SIGN_POLICY: "sign",
    AUTH_POLICY: "auth",
    SIGN_TEST_POLICY: "test_policy",
    AUTH_SIMULATOR_POLICY: "test_policy",
    SMARTPHONE_SIGN_POLICY: "smartphone_policy",
}
for _oid in (*POLICIES, CLIENT_AUTH):
    known_oid(_oid)


# What an authority may sign with (scheme, hash), and the curves a holder's key may be on besides RSA-2048. The next
# card will bring P-384 (§1.8, details unknown): open in the simulator alone, so that production waits for facts.
_TODAY = frozenset({("rsa_pkcs1v15", "sha256")})
SIGNATURES: Mapping[str, frozenset[tuple[str, str]]] = {
    "production": _TODAY,
    "test": _TODAY,
    "simulator": _TODAY | {("ecdsa", "sha384")},
}
CURVES: Mapping[str, frozenset[str]] = {
    "production": frozenset(),
    "test": frozenset(),
    "simulator": frozenset({"secp384r1"}),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """Allowed policies by environment (a simulator's certificate that claims the real one is refused), key usage
    (exactly), purpose (exactly; None: no such extension), and the unit in the name of the other service's authority.
    """

    policies: Mapping[str, frozenset[str]]
    usage: frozenset[str]
    purpose: str | None
    other_unit: str


SIGN_PROFILE = Profile(
    {
        "production": frozenset({SIGN_POLICY}),
        "test": frozenset({SIGN_TEST_POLICY}),
        "simulator": frozenset({SIGN_TEST_POLICY}),
    },
    frozenset({"digital_signature", "content_commitment"}),
    None,
    "JPKI for user authentication",
)
AUTH_PROFILE = Profile(
    {
        "production": frozenset({AUTH_POLICY}),
        "test": frozenset(),  # the policy of test cards is unknown (§1.4): nothing passes until somebody knows it
        "simulator": frozenset({AUTH_SIMULATOR_POLICY}),
    },
    frozenset({"digital_signature"}),
    CLIENT_AUTH,
    "JPKI for digital signature",
)
