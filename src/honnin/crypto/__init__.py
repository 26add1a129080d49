"""Cryptography of the card protocols: pure functions on bytes, no I/O, randomness as an argument.

Everything a chip of a passport, residence card, licence or My Number card needs and the ``cryptography`` package does
not offer as it is. A wrong signature or MAC is a value; :class:`CryptoError` means the input cannot be computed with.
"""

from honnin.crypto.cipher import Cipher, decrypt_cbc, encrypt_cbc, encrypt_ecb, pad, unpad
from honnin.crypto.curves import (
    CURVES_BY_ID,
    Curve,
    Point,
    add,
    curve_by_name,
    curve_from_parameters,
    decode_point,
    ecdh,
    encode_point,
    is_on_curve,
    multiply,
    public_key,
    public_key_on,
    random_scalar,
)
from honnin.crypto.dh import (
    DH_GROUPS_BY_ID,
    DhGroup,
    check_public,
    dh_group_from_parameters,
    dh_public,
    dh_shared,
    encode_integer,
)
from honnin.crypto.errors import CryptoError
from honnin.crypto.hashes import HASH_LENGTHS, digest
from honnin.crypto.iso9796 import Recovered, verify_iso9796_2
from honnin.crypto.kdf import KDF_ENC, KDF_MAC, KDF_PASSWORD, adjust_parity, derive
from honnin.crypto.mac import cmac, equal, mac8_padded, retail_mac, token_mac
from honnin.crypto.pace import map_gm_dh, map_gm_ecdh, map_im_dh, map_im_ecdh, pseudo_random
from honnin.crypto.signature import (
    EcKey,
    RsaKey,
    verify_ecdsa,
    verify_ecdsa_der,
    verify_rsa_payload,
    verify_rsa_pkcs1v15,
    verify_rsa_pss,
)

__all__ = [
    "CURVES_BY_ID",
    "DH_GROUPS_BY_ID",
    "HASH_LENGTHS",
    "KDF_ENC",
    "KDF_MAC",
    "KDF_PASSWORD",
    "Cipher",
    "CryptoError",
    "Curve",
    "DhGroup",
    "EcKey",
    "Point",
    "Recovered",
    "RsaKey",
    "add",
    "adjust_parity",
    "check_public",
    "cmac",
    "curve_by_name",
    "curve_from_parameters",
    "decode_point",
    "decrypt_cbc",
    "derive",
    "dh_group_from_parameters",
    "dh_public",
    "dh_shared",
    "digest",
    "ecdh",
    "encode_integer",
    "encode_point",
    "encrypt_cbc",
    "encrypt_ecb",
    "equal",
    "is_on_curve",
    "mac8_padded",
    "map_gm_dh",
    "map_gm_ecdh",
    "map_im_dh",
    "map_im_ecdh",
    "multiply",
    "pad",
    "pseudo_random",
    "public_key",
    "public_key_on",
    "random_scalar",
    "retail_mac",
    "token_mac",
    "unpad",
    "verify_ecdsa",
    "verify_ecdsa_der",
    "verify_iso9796_2",
    "verify_rsa_payload",
    "verify_rsa_pkcs1v15",
    "verify_rsa_pss",
]
