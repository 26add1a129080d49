"""Finite-field Diffie-Hellman for PACE and Chip Authentication.

The three groups of RFC 5114 are parameter ids 0, 1 and 2 of Doc 9303-11 table 12 (sheet passport.md §8.2). Chip
Authentication keys may bring a group of their own, sometimes without the subgroup order. ``pow`` does the arithmetic:
not constant time, which is acceptable for one-time keys on the side of the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass

from honnin.crypto.errors import CryptoError

__all__ = [
    "DH_GROUPS_BY_ID",
    "DhGroup",
    "check_public",
    "dh_group_from_parameters",
    "dh_public",
    "dh_shared",
    "encode_integer",
]

_MIN_BITS = 1024
# A chip names its group before anybody knows whose chip it is, and `pow` holds the whole process while it computes.
_MAX_BITS = 4096
_MAX_ORDER_BITS = 1024  # X9.42 groups have 160 to 512


@dataclass(frozen=True, slots=True)
class DhGroup:
    """A group mod ``p`` with generator ``g`` of prime order ``q``; ``q`` is ``None`` when the key did not tell."""

    name: str
    p: int
    g: int
    q: int | None

    @property
    def length(self) -> int:
        """Octets of ``p``, the length of every shared secret."""
        return (self.p.bit_length() + 7) // 8


def dh_public(group: DhGroup, g: int, private: int) -> int:
    """``g^private mod p``, ``g`` being the group's generator or a mapped one. Raises ``crypto.dh.private`` if <= 0."""
    if private <= 0:
        raise CryptoError("crypto.dh.private", "the private key is out of range")
    return pow(g, private, group.p)


def check_public(group: DhGroup, y: int) -> int:
    """Return ``y`` if 1 < y < p-1 and, where q is known, y^q = 1; else raise ``crypto.dh.public`` (sheet §8.3)."""
    if not 1 < y < group.p - 1:
        raise CryptoError("crypto.dh.public", "the public key is out of range")
    if group.q is not None and pow(y, group.q, group.p) != 1:
        raise CryptoError("crypto.dh.public", "the public key is outside the subgroup")
    return y


def dh_shared(group: DhGroup, private: int, peer: int) -> bytes:
    """The shared secret at the length of ``p``, leading zeros kept (sheet §5).

    Checks the peer's key first: ``crypto.dh.public``, ``crypto.dh.private``; a trivial result is ``crypto.dh.shared``.
    """
    shared = dh_public(group, check_public(group, peer), private)
    if shared == 1:
        raise CryptoError("crypto.dh.shared", "the key agreement gave the trivial element")
    return shared.to_bytes(group.length, "big")


def encode_integer(y: int) -> bytes:
    """Big-endian octets, as few as possible: the form of a DH public key on the wire (sheet §8.3). Zero is one octet.

    Raises ``crypto.integer`` for a negative number.
    """
    if y < 0:
        raise CryptoError("crypto.integer", "a negative number has no unsigned form")
    return y.to_bytes(max(1, (y.bit_length() + 7) // 8), "big")


def dh_group_from_parameters(p: int, g: int, q: int | None) -> DhGroup:
    """The standardized group with these values, or an explicit one if 1024 to 4096 bits and plausible.

    A matching standardized group supplies a missing ``q``; a contradicting ``q`` is refused, and so is one of more than
    1024 bits, except half of ``p``: such a group has no other subgroup to fear, so it is taken as one without ``q``.
    Raises ``crypto.dh.group``. Primality is not tested: the key's origin must vouch for it.
    """
    for group in DH_GROUPS_BY_ID.values():
        if (p, g) == (group.p, group.g) and q in (None, group.q):
            return group
        if p == group.p and q not in (None, group.q):
            raise CryptoError("crypto.dh.group", "the subgroup order contradicts the prime")
    plausible = _MIN_BITS <= p.bit_length() <= _MAX_BITS and p % 2 == 1 and 1 < g < p - 1
    if q == (p - 1) // 2:
        q = None
    if plausible and q is not None:
        plausible = q.bit_length() <= _MAX_ORDER_BITS and 2**159 <= q < p and (p - 1) % q == 0 and pow(g, q, p) == 1
    if not plausible:
        raise CryptoError("crypto.dh.group", "these domain parameters are not acceptable")
    return DhGroup("explicit", p, g, q)


DH_GROUPS_BY_ID: dict[int, DhGroup] = {
    0: DhGroup(
        name="modp1024-160",
        p=int(
            "b10b8f96a080e01dde92de5eae5d54ec52c99fbcfb06a3c69a6a9dca52d23b616073e28675a23d189838ef1e2ee652c0"
            "13ecb4aea906112324975c3cd49b83bfaccbdd7d90c4bd7098488e9c219a73724effd6fae5644738faa31a4ff55bccc0"
            "a151af5f0dc8b4bd45bf37df365c1a65e68cfda76d4da708df1fb2bc2e4a4371",
            16,
        ),
        g=int(
            "a4d1cbd5c3fd34126765a442efb99905f8104dd258ac507fd6406cff14266d31266fea1e5c41564b777e690f5504f213"
            "160217b4b01b886a5e91547f9e2749f4d7fbd7d3b9a92ee1909d0d2263f80a76a6a24c087a091f531dbf0a0169b6a28a"
            "d662a4d18e73afa32d779d5918d08bc8858f4dcef97c2a24855e6eeb22b3b2e5",
            16,
        ),
        q=0xF518AA8781A8DF278ABA4E7D64B7CB9D49462353,
    ),
    1: DhGroup(
        name="modp2048-224",
        p=int(
            "ad107e1e9123a9d0d660faa79559c51fa20d64e5683b9fd1b54b1597b61d0a75e6fa141df95a56dbaf9a3c407ba1df15"
            "eb3d688a309c180e1de6b85a1274a0a66d3f8152ad6ac2129037c9edefda4df8d91e8fef55b7394b7ad5b7d0b6c12207"
            "c9f98d11ed34dbf6c6ba0b2c8bbc27be6a00e0a0b9c49708b3bf8a317091883681286130bc8985db1602e714415d9330"
            "278273c7de31efdc7310f7121fd5a07415987d9adc0a486dcdf93acc44328387315d75e198c641a480cd86a1b9e587e8"
            "be60e69cc928b2b9c52172e413042e9b23f10b0e16e79763c9b53dcf4ba80a29e3fb73c16b8e75b97ef363e2ffa31f71"
            "cf9de5384e71b81c0ac4dffe0c10e64f",
            16,
        ),
        g=int(
            "ac4032ef4f2d9ae39df30b5c8ffdac506cdebe7b89998caf74866a08cfe4ffe3a6824a4e10b9a6f0dd921f01a70c4afa"
            "ab739d7700c29f52c57db17c620a8652be5e9001a8d66ad7c17669101999024af4d027275ac1348bb8a762d0521bc98a"
            "e247150422ea1ed409939d54da7460cdb5f6c6b250717cbef180eb34118e98d119529a45d6f834566e3025e316a330ef"
            "bb77a86f0c1ab15b051ae3d428c8f8acb70a8137150b8eeb10e183edd19963ddd9e263e4770589ef6aa21e7f5f2ff381"
            "b539cce3409d13cd566afbb48d6c019181e1bcfe94b30269edfe72fe9b6aa4bd7b5a0f1c71cfff4c19c418e1f6ec0179"
            "81bc087f2a7065b384b890d3191f2bfa",
            16,
        ),
        q=0x801C0D34C58D93FE997177101F80535A4738CEBCBF389A99B36371EB,
    ),
    2: DhGroup(
        name="modp2048-256",
        p=int(
            "87a8e61db4b6663cffbbd19c651959998ceef608660dd0f25d2ceed4435e3b00e00df8f1d61957d4faf7df4561b2aa30"
            "16c3d91134096faa3bf4296d830e9a7c209e0c6497517abd5a8a9d306bcf67ed91f9e6725b4758c022e0b1ef4275bf7b"
            "6c5bfc11d45f9088b941f54eb1e59bb8bc39a0bf12307f5c4fdb70c581b23f76b63acae1caa6b7902d52526735488a0e"
            "f13c6d9a51bfa4ab3ad8347796524d8ef6a167b5a41825d967e144e5140564251ccacb83e6b486f6b3ca3f7971506026"
            "c0b857f689962856ded4010abd0be621c3a3960a54e710c375f26375d7014103a4b54330c198af126116d2276e11715f"
            "693877fad7ef09cadb094ae91e1a1597",
            16,
        ),
        g=int(
            "3fb32c9b73134d0b2e77506660edbd484ca7b18f21ef205407f4793a1a0ba12510dbc15077be463fff4fed4aac0bb555"
            "be3a6c1b0c6b47b1bc3773bf7e8c6f62901228f8c28cbb18a55ae31341000a650196f931c77a57f2ddf463e5e9ec144b"
            "777de62aaab8a8628ac376d282d6ed3864e67982428ebc831d14348f6f2f9193b5045af2767164e1dfc967c1fb3f2e55"
            "a4bd1bffe83b9c80d052b985d182ea0adb2a3b7313d3fe14c8484b1e052588b9b7d2bbd2df016199ecd06e1557cd0915"
            "b3353bbb64e0ec377fd028370df92b52c7891428cdc67eb6184b523d1db246c32f63078490f00ef8d647d148d4795451"
            "5e2327cfef98c582664b4c0f6cc41659",
            16,
        ),
        q=0x8CF83642A709A097B447997640129DA299B1A47D1EB3750BA308B0FE64F5FBD3,
    ),
}
"""RFC 5114 §2.1 to §2.3 by the parameter id of Doc 9303-11 table 12."""
