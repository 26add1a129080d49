"""The issuer keys of card data that are known (mynumber-card.md §7.2, Appendix A), as data, each held to its SHA-256.

They are not officially published: third parties recovered them from cards. The two of production were found alike by
two of them; the two of J-LIS test cards come from one. Whoever gets them in a better way puts them here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from honnin.core.errors import TrustError

__all__ = ["KNOWN_KEYS", "KnownKey"]


@dataclass(frozen=True, slots=True)
class KnownKey:
    """Key identifier (16 octets), environment, application that it may certify keys for, RSA modulus (e = 65537)."""

    key_id: bytes
    environment: str
    application: str
    modulus: int


def _key(key_id: str, environment: str, application: str, fingerprint: str, *modulus: str) -> KnownKey:
    octets = bytes.fromhex("".join(modulus))
    if hashlib.sha256(octets).hexdigest() != fingerprint:
        raise TrustError("trust.cvc.table", "a built-in key is damaged", key_id)
    return KnownKey(bytes.fromhex(key_id), environment, application, int.from_bytes(octets, "big"))


KNOWN_KEYS = (
    _key(
        "35303030303233080530303100000000", "production", "KENMEN",
        "bb96cc1dc6502005661961f0a45ed843d007c69e3ce167eceb6b1abd5333a932",
        "b2f740f0ad86d17cf3f537d23b4b3c65a3cb58474d857f55d0b9bc0411b1cb0849068de332a50d63b3e6921c9ccbe615"
        "6496efb04be8ffcc74fde9a228a36ad7edce9793204e35973dc911108365002c40169e0b60018dfb99e1e2310d9a110f"
        "f0fc269f1f220c63b8a1510de5a6898220c78908fc280d8aa95d5d113b7cf00700f3ff5ad8b3d6ad2eb53c7d563498b4"
        "a938deffc9bda32bf4146c1b07ef870d99eb35de5d70ac18715874277a13151d217d04d42e97923923a40fbc7d06faa8"
        "338ccbe876620f9b8ef4471cd4b9e29d4ea621e0fb8f1dc04b487210097dbaaf3d8e0550c76a5b97cf202fa47c7a2622"
        "f1c084e65c13d13b8e7ab226f5f51f87",
    ),
    _key(
        "35303030303333080530303100000000", "production", "HOJO",
        "409655d477547d83cbe182385acb1ea83c9828eb6e5b8bba90957c339b5f30f7",
        "d24615f63525e740c87e83ed64787e76d10a1f8652ebe1ea28934d35ce3bf07716f5b79e2bcb2ae2b91b4f4c9ffb6024"
        "97f596d659af9d0a14b45cdd738ef56249349b8cc7db32f2d433bd39bcc44f503e881d56c149ecd5155c1ce7461fc3ac"
        "4f55d0a39ccaaadfae5b8afa11ccf91bedc774023d11ca6eba99004f81c541a7d67dded8c724d6e20b10a3deaae8c43c"
        "137ccd71b263740e8979752de4d5676329cabcbd7f3a77fc48a6f8e61d399b4ac66684a9fdfc99ecef900dd6ff7f0fdd"
        "39e23d163f8a468c62dbeae00906dfad5a89b45ca5b7353dc998a80d3803eda794b55f99f535d1c39a243c8352ad602d"
        "926c389d2816c941349ee24e4f41597f",
    ),
    _key(
        "36303030303233080530303100000000", "test", "KENMEN",
        "df70444dbe6841ec03267c25cf1bd35ff30ef8044da34ff5eedd0719e6f14530",
        "e08ca1caa0e58c5df24bfd67e45b7ce4b50eff828c10568055f7e012b7212e7d2879b9e0b951e7ac5a6dc0d7d3c31c22"
        "3951a1e2774f398cf46602a8aec04898714981f813cb9dbd2ef9068528e9450361c00154738ca4dd79d138098b91fae2"
        "9a4fd750556367bb854158953af58c0e8bbf289c3a30e595fef044519e967ef0686cbcf6ef6b9ed6fc2a19f800ce07e9"
        "29ac11556f1073077372279ba130216fc680b7c39788c8e7534f71eeb4c00c9053fbf6e92a07784f26308af78f9c1800"
        "3ecbf12965bd303045b8a76391c431787ffc745cc274206616d91e81b39bb9a2db4b64c4ad47831ab06cc401f2162f30"
        "d9316c38557d4d96ed5e76db49b9092d",
    ),
    _key(
        "36303030303333080530303100000000", "test", "HOJO",
        "690db1b2d7b9994764a81982bc1e4cd76d9e92d0a33a895b2e71a0be8356f1ae",
        "b1fe36bd147bf41b2011b9156867c4118b05ae47d691cdb4a4467f4949afdd71e28e12b5c61e68f00b639a6ccbcf4479"
        "8761c7700a81f666c67831433b742a2c1126942601e25371b2b93631067d466f201eaf31393b1bd6a47589fb57b31897"
        "35a27a24583fde2bf26c2a34d8645fe0e6e2fe901612cef8c740c228289af6d457aca3b1aa2f9ebb56da3591c30830b8"
        "afe2a1ca99951e670b9e9c0b40ebdbec212f9400e5aaf5c2b5107de34ab6bc66425a86d731a392e81001dea1ce565981"
        "be158256ae05598a2b8bfb04c1b66ee2008e019fb1b2ba3785e0ca78ca31ea5f09b4d550577dbf12a747abd5e1c450c0"
        "750df965f53ea08bbf12e40a4057c74d",
    ),
)  # fmt: skip
