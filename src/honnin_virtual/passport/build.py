"""Issuing one virtual passport: data groups, security object, keys, chip (sheet passport.md §3, §8-12, §16).

`build_passport` takes any combination that the sheet allows, so that a test can ask for the one it needs; the named
personas are calls of it. Issuing is deterministic: same arguments, same files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from honnin.core.clock import system_random
from honnin.core.errors import CallerError
from honnin.core.tlv import encode
from honnin.crypto import CURVES_BY_ID, Cipher
from honnin_virtual import der
from honnin_virtual.card import Sleep
from honnin_virtual.cms import ID_CARD_SECURITY, ID_LDS_SECURITY_OBJECT, signed_data
from honnin_virtual.faces import face_jpeg, face_jpeg2000
from honnin_virtual.faults import Faults
from honnin_virtual.keys import DhPrivate, EcPrivate, RsaPrivate, Signer, dh_key, ec_key, rsa_key, spki
from honnin_virtual.passport import lds
from honnin_virtual.passport.card import VirtualPassport
from honnin_virtual.passport.chip import AID, PassportChip
from honnin_virtual.passport.mrz import Holder, mrz_information, mrz_lines
from honnin_virtual.passport.profile import AaKey, CaKey, ChipProfile, Limits, file_name_to_id
from honnin_virtual.passport.security_infos import (
    CaSpec,
    PaceSpec,
    active_authentication_info,
    cam_key_info,
    chip_authentication_infos,
    pace_info,
    security_infos,
)
from honnin_virtual.pki import DocumentSigner, document_signer

__all__ = ["AaSpec", "FaceSpec", "SodSpec", "build_passport"]

_DEFAULT_HOLDER = Holder("SPECIMEN", "TESTPERSON", "XX0000000", "900101", "<", "350101")
_DEFAULT_PACE = PaceSpec("GM", "ECDH", Cipher.AES128, 13)
_WEAK_PACE = PaceSpec("GM", "ECDH", Cipher.TDES, 12)
PlainPace = tuple[str, str, Cipher, int]
_ACCESS = ("none", "bac", "pace", "bac+pace")


class AaSpec(NamedTuple):
    """Active Authentication: kind "rsa" (size 1022, 1024, 1536, 2048, 3072 bits) or "ecdsa" (curve name)."""

    kind: str
    size: int | str
    hash_name: str = "sha256"
    variant: str = "plain"  # RSA: "plain" | "smaller"
    key_form: str = "explicit"  # EC: "explicit" | "named"


@dataclass(frozen=True, slots=True)
class SodSpec:
    """EF.SOD: which document signer signs, how, and the form of the security object."""

    signer: str = "p256"  # one of pki.DSC_NAMES
    scheme: str = ""  # "ecdsa", "pss", "pkcs1", "rsa"; "" = ecdsa or pss by the key
    hash_name: str = "sha256"  # of the signature and the CMS digest
    group_hash: str = ""  # of the data groups; "" = hash_name
    lds_version: int = 0
    by_key_id: bool = False  # SignerIdentifier by subject key identifier
    with_certificate: bool = True
    signing_time: bool = False
    salt_length: int | None = None  # PSS


@dataclass(frozen=True, slots=True)
class FaceSpec:
    """DG2: codec "jpeg" (exactly `size` octets of image) or "jp2"; record "19794" or "39794"."""

    codec: str = "jpeg"
    record: str = "19794"
    size: int = 15_000


def build_passport(
    holder: Holder = _DEFAULT_HOLDER,
    *,
    name: str = "passport-custom",
    access: str = "bac+pace",
    pace: PaceSpec | PlainPace | tuple[PaceSpec, ...] = _DEFAULT_PACE,
    ca: CaSpec | tuple[CaSpec, ...] | None = None,
    aa: AaSpec | None = None,
    sod: SodSpec = SodSpec(),
    can: str = "",
    extended: bool = True,
    limits: Limits | None = None,
    face: FaceSpec = FaceSpec(),
    personal: lds.Personal | None = None,
    issued: tuple[str, str] | None = None,
    fingerprints: bool = False,
    faults: Faults = Faults(),  # noqa: B008 - frozen
    now: datetime | None = None,
    random: Callable[[int], bytes] = system_random,
    sleep: Sleep = time.sleep,
) -> VirtualPassport:
    """Issue a passport and its chip.

    `access`: "none", "bac", "pace" or "bac+pace"; `pace` and `ca` take one or several specs (a plain tuple such as
    ("GM", "ECDH", Cipher.AES128, 13) will do). `issued`: DG12 with (authority, YYYYMMDD). `now` goes into the signing
    time where the SOD has one. `random` feeds nonces and one-time keys of the chip only, never the files.
    Raises CallerError: `cards.fault.unfit` (the fault needs something this passport has not), `cards.access`.
    """
    if access not in _ACCESS:
        raise CallerError("cards.access", f"access control must be one of {', '.join(_ACCESS)}")
    offers = _pace_specs(pace) if "pace" in access else ()
    authentications = _ca_specs(ca)
    check_fit(faults, access=access, ca=bool(authentications) or _cam(offers), aa=aa)
    if faults.dg15_unlisted and aa is None:
        aa = AaSpec("rsa", 1024, "sha1")
    limits = limits or Limits(extended=extended)
    aa_key = None if aa is None else _aa_key(aa, name)
    ca_keys = tuple(CaKey(spec, _ca_key(spec, name)) for spec in authentications)
    cam_ids = [spec.parameter_id for spec in offers if spec.mapping == "CAM"]
    cam_keys = {number: ec_key(f"cam/{name}", CURVES_BY_ID[number].name) for number in cam_ids}
    card_access = [pace_info(spec) for spec in offers]
    groups = _data_groups(holder, face, personal, issued, fingerprints=fingerprints)
    infos = _signed_infos(card_access, ca_keys, aa)
    if infos:
        groups[14] = encode(0x6E, security_infos(*infos))
    if aa is not None and aa_key is not None:
        groups[15] = encode(0x6F, spki(aa_key.key, aa.key_form))
    listed = {n: octets for n, octets in groups.items() if not (n == 15 and faults.dg15_unlisted)}
    issuer = document_signer(sod.signer, _signer_state(faults))
    security_object = _ef_sod(sod, issuer, listed, now)
    files = _free_files(access, limits)
    if card_access:
        files["EF.CardAccess"] = security_infos(*card_access)
    if cam_keys:
        files["EF.CardSecurity"] = _card_security(sod, issuer, card_access, ca_keys, cam_keys)
    files["EF.COM"] = lds.ef_com(groups, "0108" if sod.lds_version else "0107")
    files["EF.SOD"] = security_object
    files |= {f"EF.DG{n}": octets for n, octets in groups.items()}
    offers = _spoil(files, faults, holder, face, offers)
    if faults.clone_aa and aa_key is not None:
        aa_key = replace(aa_key, key=_cloned_aa(aa_key.key))
    if faults.clone_ca:
        ca_keys = tuple(replace(each, key=_cloned_ca(each.key)) for each in ca_keys)
        cam_keys = {number: _other_ec(key) for number, key in cam_keys.items()}
    profile = ChipProfile(
        mf={file_name_to_id(f)[1]: octets for f, octets in files.items() if not file_name_to_id(f)[0]},
        application={file_name_to_id(f)[1]: octets for f, octets in files.items() if file_name_to_id(f)[0]},
        bac="bac" in access, pace=offers, mrz_information=mrz_information(holder), can=can,
        ca=ca_keys, aa=None if faults.clone_aa_silent else aa_key, cam_keys=cam_keys, limits=limits,
    )  # fmt: skip
    endless = (True, 0x0102) if faults.huge_length else None
    chip = PassportChip(profile, random, pace_refused=faults.pace_refused, endless=endless)
    return VirtualPassport(
        name, chip, files=files, atr=_atr(access, limits), mrz="\n".join(mrz_lines(holder)), can=can,
        faults=faults, random=random, sleep=sleep,
    )  # fmt: skip


def check_fit(faults: Faults, *, access: str, ca: bool, aa: AaSpec | None) -> None:
    """Raise CallerError `cards.fault.unfit` when a switch would do nothing on such a passport."""
    pace = "pace" in access
    unfit = (
        ((faults.clone_aa or faults.clone_aa_silent or faults.dg15_hidden) and aa is None)
        or (faults.clone_ca and not ca)
        or (faults.dg14_hidden and not (pace or ca or (aa is not None and aa.kind == "ecdsa")))
        or ((faults.pace_refused is not None or faults.card_access_hidden or faults.card_access_altered) and not pace)
    )
    if unfit:
        raise CallerError("cards.fault.unfit", "this card does not have what the fault would break")


def _pace_specs(pace: PaceSpec | PlainPace | tuple[PaceSpec, ...]) -> tuple[PaceSpec, ...]:
    if isinstance(pace[0], str):
        return (PaceSpec(*pace),)
    return tuple(PaceSpec(*each) for each in pace)


def _ca_specs(ca: CaSpec | tuple[CaSpec, ...] | None) -> tuple[CaSpec, ...]:
    if not ca:
        return ()
    if isinstance(ca[0], str):
        return (CaSpec(*ca),)
    return tuple(CaSpec(*each) for each in ca)


def _cam(offers: tuple[PaceSpec, ...]) -> bool:
    return any(spec.mapping == "CAM" for spec in offers)


def _aa_key(spec: AaSpec, name: str) -> AaKey:
    key = rsa_key(f"aa-{spec.size}") if spec.kind == "rsa" else ec_key(f"aa/{name}", str(spec.size))
    return AaKey(key, spec.hash_name, spec.variant)


def _ca_key(spec: CaSpec, name: str) -> EcPrivate | DhPrivate:
    label = f"ca/{name}/{spec.key_id}"
    if spec.agreement == "DH":
        return dh_key(label, spec.parameter_id)
    return ec_key(label, CURVES_BY_ID[spec.parameter_id].name)


def _cloned_aa(key: RsaPrivate | EcPrivate) -> RsaPrivate | EcPrivate:
    """A key of the same kind that does not belong to the public one."""
    return replace(key, d=key.d + 2) if isinstance(key, RsaPrivate) else _other_ec(key)


def _cloned_ca(key: EcPrivate | DhPrivate) -> EcPrivate | DhPrivate:
    return replace(key, x=key.x + 1) if isinstance(key, DhPrivate) else _other_ec(key)


def _data_groups(
    holder: Holder,
    face: FaceSpec,
    personal: lds.Personal | None,
    issued: tuple[str, str] | None,
    *,
    fingerprints: bool,
) -> dict[int, bytes]:
    groups = {1: lds.dg1(holder), 2: _dg2(face, f"{holder.surname} {holder.given_names}")}
    if fingerprints:
        groups[3] = encode(0x63, b"HONNIN SIMULATOR: no fingers are stored here; the file is never readable.")
    if personal is not None:
        groups[11] = lds.dg11(personal)
    if issued is not None:
        groups[12] = lds.dg12(*issued)
    return groups


@lru_cache(maxsize=64)
def _dg2(face: FaceSpec, name: str) -> bytes:
    image = face_jpeg2000(name) if face.codec == "jp2" else face_jpeg(name, size=face.size)
    return lds.dg2_39794(image) if face.record == "39794" else lds.dg2_19794(image)


def _signed_infos(card_access: list[bytes], ca_keys: tuple[CaKey, ...], aa: AaSpec | None) -> list[bytes]:
    """What DG14 holds: all of EF.CardAccess (§8.8), the keys of CA, and the hash of ECDSA AA."""
    infos = [*card_access]
    for each in ca_keys:
        infos += chip_authentication_infos(each.spec, each.key)
    if aa is not None and aa.kind == "ecdsa":
        infos.append(active_authentication_info(aa.hash_name))
    return infos


def _signer_state(faults: Faults) -> str:
    if faults.foreign_csca:
        return "foreign"
    if faults.forged_csca:
        return "forged"
    return "expired" if faults.dsc_expired else "revoked" if faults.dsc_revoked else "good"


def _signer(sod: SodSpec, issuer: DocumentSigner) -> Signer:
    scheme = sod.scheme or ("pss" if isinstance(issuer.key, RsaPrivate) else "ecdsa")
    return Signer(issuer.key, scheme, sod.hash_name, salt_length=sod.salt_length)


def _signer_id(sod: SodSpec, issuer: DocumentSigner) -> bytes:
    if sod.by_key_id:
        return der.context_primitive(0, issuer.key_id)
    return der.seq(issuer.issuer_name, der.integer(issuer.serial))


def _ef_sod(sod: SodSpec, issuer: DocumentSigner, listed: Mapping[int, bytes], now: datetime | None) -> bytes:
    content = lds.lds_security_object(sod.group_hash or sod.hash_name, listed, version=sod.lds_version)
    return encode(0x77, signed_data(
        ID_LDS_SECURITY_OBJECT, content, _signer(sod, issuer), _signer_id(sod, issuer),
        certificates=[issuer.certificate] if sod.with_certificate else [],
        signed_at=now if sod.signing_time else None,
    ))  # fmt: skip


def _card_security(
    sod: SodSpec, issuer: DocumentSigner, card_access: list[bytes], ca_keys: tuple[CaKey, ...],
    cam_keys: Mapping[int, EcPrivate],
) -> bytes:  # fmt: skip
    """EF.CardSecurity (§8.5): everything of EF.CardAccess, the CA keys, and the key of CAM by its parameter id."""
    infos = _signed_infos(card_access, ca_keys, None)
    infos += [cam_key_info(key, number) for number, key in cam_keys.items()]
    return signed_data(
        ID_CARD_SECURITY, security_infos(*infos), _signer(sod, issuer), _signer_id(sod, issuer),
        certificates=[issuer.certificate],
    )  # fmt: skip


def _free_files(access: str, limits: Limits) -> dict[str, bytes]:
    files = {"EF.DIR": encode(0x61, encode(0x4F, AID))}
    if limits.state_buffers:
        info = encode(0x47, _capabilities(access, limits))
        if limits.extended:
            info += encode(0x7F66, der.integer(limits.max_command) + der.integer(limits.max_response))
        files["EF.ATR/INFO"] = info
    return files


def _capabilities(access: str, limits: Limits) -> bytes:
    """Card capabilities (§2.2): selection by full name and identifier, short identifiers; then what the chip can."""
    third = (0x80 if "pace" in access else 0) | (0x40 if limits.extended else 0)
    third |= 0x20 if limits.extended and limits.state_buffers else 0
    return bytes([0x94, 0x01, third])


def _atr(access: str, limits: Limits) -> bytes:
    """What a PC/SC reader makes of a contactless chip: 3B 8n 80 01, historical octets, check octet (§2.2)."""
    historical = b"\x80\x73" + _capabilities(access, limits)
    body = bytes([0x80 | len(historical), 0x80, 0x01]) + historical
    check = 0
    for octet in body:
        check ^= octet
    return b"\x3b" + body + bytes([check])


def _spoil(
    files: dict[str, bytes], faults: Faults, holder: Holder, face: FaceSpec, offers: tuple[PaceSpec, ...]
) -> tuple[PaceSpec, ...]:
    """Change the signed files as the switches say; returns what PACE the chip then does."""
    if faults.tampered_dg1:
        files["EF.DG1"] = lds.dg1(replace(holder, surname="TAMPERED", given_names="DATA"))
    if faults.tampered_dg2:
        files["EF.DG2"] = _dg2(face, "SOMEBODY ELSE")
    if faults.tampered_sod:
        whole = files["EF.SOD"]
        files["EF.SOD"] = whole[:-1] + bytes([whole[-1] ^ 0x01])
    if faults.huge_length:
        files["EF.DG2"] = b"\x75\x84\xff\xff\xff\xff" + files["EF.DG2"][4:]
    for hidden, name in ((faults.dg14_hidden, "EF.DG14"), (faults.dg15_hidden, "EF.DG15")):
        if hidden:
            del files[name]
    if faults.card_access_hidden:
        del files["EF.CardAccess"]
    if faults.card_access_altered:
        files["EF.CardAccess"] = security_infos(pace_info(_WEAK_PACE))
        return (_WEAK_PACE,)
    return offers


def _other_ec(key: EcPrivate) -> EcPrivate:
    return ec_key("clone", key.curve.name)
