"""The standardized curves (FIPS 186-4, SEC 2, RFC 5639) and how one is found: by name, by id, by all its parameters.

A curve written out in a certificate is accepted only when every value is that of a curve in this table.
"""

from __future__ import annotations

from dataclasses import dataclass

from honnin.crypto.errors import CryptoError

__all__ = ["CURVES_BY_ID", "CURVES_BY_NAME", "Curve", "Point", "curve_by_name", "curve_from_parameters"]


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ + ax + b mod p with base point (gx, gy) of prime order n and cofactor h."""

    name: str
    p: int
    a: int
    b: int
    gx: int
    gy: int
    n: int
    h: int

    @property
    def field_length(self) -> int:
        """Octets of one coordinate."""
        return (self.p.bit_length() + 7) // 8

    @property
    def order_length(self) -> int:
        """Octets of the group order, the length of each half of a plain ECDSA signature."""
        return (self.n.bit_length() + 7) // 8

    @property
    def generator(self) -> Point:
        """The base point."""
        return Point(self.gx, self.gy)


@dataclass(frozen=True, slots=True)
class Point:
    """An affine point; never infinity. Only :func:`decode_point` and the operations promise that it is on a curve."""

    x: int
    y: int


def curve_by_name(name: str) -> Curve:
    """A curve by its SEC or RFC 5639 name, or the NIST name (``P-256``); raises ``crypto.curve.unknown``."""
    curve = CURVES_BY_NAME.get(name)
    if curve is None:
        raise CryptoError("crypto.curve.unknown", "this curve is not supported")
    return curve


def curve_from_parameters(  # noqa: PLR0917 - the order of ECParameters
    p: int, a: int, b: int, gx: int, gy: int, n: int, h: int | None
) -> Curve:
    """The standardized curve whose values are **all** equal to these; ``h`` may be absent (it is optional in ASN.1).

    Any difference, however small, raises ``crypto.curve.unknown``: a curve with another generator or coefficient lets a
    forger choose keys (CVE-2020-0601).
    """
    for curve in CURVES:
        if (p, a, b, gx, gy, n) == (curve.p, curve.a, curve.b, curve.gx, curve.gy, curve.n) and h in (None, curve.h):
            return curve
    raise CryptoError("crypto.curve.unknown", "these curve parameters are not a standardized curve")


CURVES = (
    Curve(
        name="secp192r1",
        p=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFF,
        a=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFC,
        b=0x64210519E59C80E70FA7E9AB72243049FEB8DEECC146B9B1,
        gx=0x188DA80EB03090F67CBF20EB43A18800F4FF0AFD82FF1012,
        gy=0x07192B95FFC8DA78631011ED6B24CDD573F977A11E794811,
        n=0xFFFFFFFFFFFFFFFFFFFFFFFF99DEF836146BC9B1B4D22831,
        h=1,
    ),
    Curve(
        name="brainpoolP192r1",
        p=0xC302F41D932A36CDA7A3463093D18DB78FCE476DE1A86297,
        a=0x6A91174076B1E0E19C39C031FE8685C1CAE040E5C69A28EF,
        b=0x469A28EF7C28CCA3DC721D044F4496BCCA7EF4146FBF25C9,
        gx=0xC0A0647EAAB6A48753B033C56CB0F0900A2F5C4853375FD6,
        gy=0x14B690866ABD5BB88B5F4828C1490002E6773FA2FA299B8F,
        n=0xC302F41D932A36CDA7A3462F9E9E916B5BE8F1029AC4ACC1,
        h=1,
    ),
    Curve(
        name="secp224r1",
        p=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000000000000000000000001,
        a=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFE,
        b=0xB4050A850C04B3ABF54132565044B0B7D7BFD8BA270B39432355FFB4,
        gx=0xB70E0CBD6BB4BF7F321390B94A03C1D356C21122343280D6115C1D21,
        gy=0xBD376388B5F723FB4C22DFE6CD4375A05A07476444D5819985007E34,
        n=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFF16A2E0B8F03E13DD29455C5C2A3D,
        h=1,
    ),
    Curve(
        name="brainpoolP224r1",
        p=0xD7C134AA264366862A18302575D1D787B09F075797DA89F57EC8C0FF,
        a=0x68A5E62CA9CE6C1C299803A6C1530B514E182AD8B0042A59CAD29F43,
        b=0x2580F63CCFE44138870713B1A92369E33E2135D266DBB372386C400B,
        gx=0x0D9029AD2C7E5CF4340823B2A87DC68C9E4CE3174C1E6EFDEE12C07D,
        gy=0x58AA56F772C0726F24C6B89E4ECDAC24354B9E99CAA3F6D3761402CD,
        n=0xD7C134AA264366862A18302575D0FB98D116BC4B6DDEBCA3A5A7939F,
        h=1,
    ),
    Curve(
        name="secp256r1",
        p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        a=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC,
        b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        gx=0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        gy=0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
        n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        h=1,
    ),
    Curve(
        name="brainpoolP256r1",
        p=0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377,
        a=0x7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9,
        b=0x26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6,
        gx=0x8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262,
        gy=0x547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997,
        n=0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7,
        h=1,
    ),
    Curve(
        name="brainpoolP320r1",
        p=0xD35E472036BC4FB7E13C785ED201E065F98FCFA6F6F40DEF4F92B9EC7893EC28FCD412B1F1B32E27,
        a=0x3EE30B568FBAB0F883CCEBD46D3F3BB8A2A73513F5EB79DA66190EB085FFA9F492F375A97D860EB4,
        b=0x520883949DFDBC42D3AD198640688A6FE13F41349554B49ACC31DCCD884539816F5EB4AC8FB1F1A6,
        gx=0x43BD7E9AFB53D8B85289BCC48EE5BFE6F20137D10A087EB6E7871E2A10A599C710AF8D0D39E20611,
        gy=0x14FDD05545EC1CC8AB4093247F77275E0743FFED117182EAA9C77877AAAC6AC7D35245D1692E8EE1,
        n=0xD35E472036BC4FB7E13C785ED201E065F98FCFA5B68F12A32D482EC7EE8658E98691555B44C59311,
        h=1,
    ),
    Curve(
        name="secp384r1",
        p=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
        a=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFC,
        b=0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        gx=0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        gy=0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
        n=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        h=1,
    ),
    Curve(
        name="brainpoolP384r1",
        p=0x8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123ACD3A729901D1A71874700133107EC53,
        a=0x7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F8AA5814A503AD4EB04A8C7DD22CE2826,
        b=0x04A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D57CB4390295DBC9943AB78696FA504C11,
        gx=0x1D1C64F068CF45FFA2A63A81B7C13F6B8847A3E77EF14FE3DB7FCAFE0CBD10E8E826E03436D646AAEF87B2E247D4AF1E,
        gy=0x8ABE1D7520F9C2A45CB1EB8E95CFD55262B70B29FEEC5864E19C054FF99129280E4646217791811142820341263C5315,
        n=0x8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B31F166E6CAC0425A7CF3AB6AF6B7FC3103B883202E9046565,
        h=1,
    ),
    Curve(
        name="brainpoolP512r1",
        p=int(
            "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12a"
            "e6a380e62881ff2f2d82c68528aa6056583a48f3",
            16,
        ),
        a=int(
            "7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c9"
            "8b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca",
            16,
        ),
        b=int(
            "3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca"
            "dc083e67984050b75ebae5dd2809bd638016f723",
            16,
        ),
        gx=int(
            "81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b"
            "93b97d5f7c6d5047406a5e688b352209bcb9f822",
            16,
        ),
        gy=int(
            "7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd8"
            "8a2763aed1ca2b2fa8f0540678cd1e0f3ad80892",
            16,
        ),
        n=int(
            "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca9261941866119"
            "7fac10471db1d381085ddaddb58796829ca90069",
            16,
        ),
        h=1,
    ),
    Curve(
        name="secp521r1",
        p=int(
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            "ffffffffffffffffffffffffffffffffffffffffffff",
            16,
        ),
        a=int(
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            "fffffffffffffffffffffffffffffffffffffffffffc",
            16,
        ),
        b=int(
            "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652"
            "c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
            16,
        ),
        gx=int(
            "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1d"
            "c127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
            16,
        ),
        gy=int(
            "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550"
            "b9013fad0761353c7086a272c24088be94769fd16650",
            16,
        ),
        n=int(
            "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0"
            "148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
            16,
        ),
        h=1,
    ),
    Curve(
        name="brainpoolP160r1",
        p=0xE95E4A5F737059DC60DFC7AD95B3D8139515620F,
        a=0x340E7BE2A280EB74E2BE61BADA745D97E8F7C300,
        b=0x1E589A8595423412134FAA2DBDEC95C8D8675E58,
        gx=0xBED5AF16EA3F6A4F62938C4631EB5AF7BDBCDBC3,
        gy=0x1667CB477A1A8EC338F94741669C976316DA6321,
        n=0xE95E4A5F737059DC60DF5991D45029409E60FC09,
        h=1,
    ),
)

CURVES_BY_NAME = {curve.name: curve for curve in CURVES}
CURVES_BY_NAME |= {f"P-{bits}": CURVES_BY_NAME[f"secp{bits}r1"] for bits in (192, 224, 256, 384, 521)}

CURVES_BY_ID: dict[int, Curve] = dict(enumerate(CURVES[:11], start=8))
"""The curves by the parameter id of Doc 9303-11 table 12, 8 to 18. brainpoolP160r1 has no id: old certificates only."""
