"""A certification service like J-LIS's: signature and user-authentication authorities and the certificates on the card.

Profile: jpki-validation.md §1.2, §1.5, §1.6, extension for extension and in that order. Nothing can be mistaken for the
real one: O=JPKI-SIMULATOR, test policy identifiers (arc …8.5.1.0), hosts under `.invalid`. As in the real service all
generations of an authority share one name, serials are small and sequential, and RSA signatures make every certificate
the same octets each time.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from honnin_virtual import der
from honnin_virtual.mynumber.keys import shipped_key
from honnin_virtual.mynumber.personas import Municipality, Persona, era

__all__ = [
    "AUTH", "GENERATIONS", "REVOKED_OFFSET", "SIGN", "Authority", "EndEntity", "Service", "authority",
    "certificate_period", "generation_at", "jpki_anchors", "lookalike", "request_for", "run_out",
]  # fmt: skip

ARC = "1.2.392.200149.8.5"
ORGANISATION = "JPKI-SIMULATOR"
REVOKED_OFFSET = 8  # serial of a card's revoked twin (fault switch) is that of the healthy one plus this
_AGENCY = "Japan Agency for Local Authority Information Systems"
_CPS = "http://jpki-simulator.invalid/cps.html"
_SHA256 = hashes.SHA256()


@dataclass(frozen=True, slots=True)
class Service:
    """署名用 or 利用者証明用: the words and numbers in which the two differ."""

    name: str  # "sign" | "auth"
    unit: str
    unit_ja: str
    policy: str
    real_policy: str  # the identifier of the real service, for tests that a verifier keeps environments apart
    ocsp: str
    serial_base: int


SIGN = Service(
    "sign", "JPKI for digital signature", "公的個人認証サービス署名用（模擬）", f"{ARC}.1.0.20", f"{ARC}.1.1.20",
    "http://ocspsign.jpki-simulator.invalid", 0x07100000,
)  # fmt: skip
AUTH = Service(
    "auth", "JPKI for user authentication", "公的個人認証サービス利用者証明用（模擬）", f"{ARC}.1.0.30",
    f"{ARC}.1.3.30", "http://ocspauth.jpki-simulator.invalid", 0x07200000,
)  # fmt: skip

GENERATIONS: dict[int, tuple[int, datetime, datetime]] = {
    1: (0x01, datetime(2015, 10, 20, 2, 40, 28, tzinfo=UTC), datetime(2025, 10, 19, 14, 59, 59, tzinfo=UTC)),
    2: (0x0132C4AB, datetime(2019, 9, 14, 23, 41, 56, tzinfo=UTC), datetime(2029, 9, 14, 14, 59, 59, tzinfo=UTC)),
    3: (0x067C6A21, datetime(2023, 7, 16, 0, 50, 27, tzinfo=UTC), datetime(2033, 7, 15, 14, 59, 59, tzinfo=UTC)),
    4: (0x0A000001, datetime(2027, 7, 16, 0, 50, 27, tzinfo=UTC), datetime(2037, 7, 15, 14, 59, 59, tzinfo=UTC)),
}
"""Serial and validity of each generation; the fourth is not yet valid before 2027-07-16."""


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), *(x509.NameAttribute(o, v) for o, v in parts)])


@dataclass(frozen=True, slots=True)
class Authority:
    """One generation of one authority with its key."""

    service: Service
    generation: int
    key_name: str
    claimed_key_id: bytes | None = None  # a look-alike shows the key identifier of the authority it imitates

    @property
    def key(self) -> RSAPrivateKey:
        """Its private key (a public test key)."""
        return shipped_key(self.key_name)

    @property
    def name(self) -> x509.Name:
        """The distinguished name, the same in all generations."""
        return _name(
            (NameOID.ORGANIZATION_NAME, ORGANISATION),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.service.unit),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, _AGENCY),
        )

    @property
    def japanese_name(self) -> x509.Name:
        """SubjectAltName of the authority and issuerAltName of what it issues."""
        return _name(
            (NameOID.ORGANIZATION_NAME, "公的個人認証サービス（模擬）"),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.service.unit_ja),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, "地方公共団体情報システム機構ではない模擬の発行者"),
        )

    @property
    def serial(self) -> int:
        """Serial of its certificate."""
        return GENERATIONS[self.generation][0]

    @property
    def subject_key_identifier(self) -> x509.SubjectKeyIdentifier:
        """SHA-1 of the key (RFC 5280 method 1), or the one it pretends to."""
        if self.claimed_key_id is not None:
            return x509.SubjectKeyIdentifier(self.claimed_key_id)
        return x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())

    @property
    def key_identifier(self) -> x509.AuthorityKeyIdentifier:
        """keyIdentifier, authorityCertIssuer and authorityCertSerialNumber (§1.5)."""
        issuer = [x509.DirectoryName(self.name)]
        return x509.AuthorityKeyIdentifier(self.subject_key_identifier.digest, issuer, self.serial)

    def certificate(self) -> bytes:
        """Self-signed certificate (DER), extensions as §1.2."""
        return _authority_certificate(self)

    def distribution_point(self, municipality: Municipality) -> x509.Name:
        """The directory entry of the municipality's list of revoked certificates (§1.5)."""
        return _name(
            (NameOID.ORGANIZATION_NAME, ORGANISATION),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.service.unit),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, municipality.prefecture),
            (NameOID.COMMON_NAME, f"{municipality.city} CRLDP"),
        )


@cache
def _authority_certificate(issuer: Authority) -> bytes:
    serial, start, end = GENERATIONS[issuer.generation]
    builder = (
        x509.CertificateBuilder(issuer.name, issuer.name, issuer.key.public_key(), serial, start, end)
        .add_extension(_key_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DirectoryName(issuer.japanese_name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_points(issuer.name), critical=False)
        .add_extension(issuer.subject_key_identifier, critical=False)
    )
    return builder.sign(issuer.key, _SHA256).public_bytes(Encoding.DER)


@cache
def authority(service: Service, generation: int) -> Authority:
    """Generation 1 to 4 of an authority."""
    return Authority(service, generation, f"{service.name}-ca-g{generation}")


def lookalike(imitated: Authority) -> Authority:
    """An impostor: same name, serial, dates and key identifier, another key."""
    return replace(
        imitated, key_name=f"{imitated.service.name}-ca-rogue", claimed_key_id=imitated.subject_key_identifier.digest
    )


@cache
def jpki_anchors() -> tuple[bytes, ...]:
    """The eight authority certificates (DER): signature generations 1 to 4, then user authentication 1 to 4."""
    return tuple(authority(service, generation).certificate() for service in (SIGN, AUTH) for generation in GENERATIONS)


@dataclass(frozen=True, slots=True)
class EndEntity:
    """What a certificate on the card says. Change a field to get a certificate that a verifier must refuse."""

    service: Service
    serial: int
    subject: x509.Name
    public_key_name: str
    not_before: datetime
    not_after: datetime
    municipality: Municipality
    other_names: tuple[tuple[str, bytes], ...] = ()  # (OID, DER of the value), 署名用 only
    policies: tuple[str, ...] = ()
    policy_critical: bool = True
    key_usage: tuple[str, ...] = ("digital_signature",)
    client_authentication: bool = False
    extra: tuple[tuple[x509.ExtensionType, bool], ...] = ()

    def certificate(self, issuer: Authority) -> bytes:
        """The certificate (DER), extensions in the order of §1.5."""
        builder = x509.CertificateBuilder(
            issuer.name, self.subject, shipped_key(self.public_key_name).public_key(), self.serial, self.not_before,
            self.not_after,
        ).add_extension(_key_usage(*self.key_usage), critical=True)  # fmt: skip
        if self.client_authentication:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        if self.other_names:
            names = [x509.OtherName(x509.ObjectIdentifier(oid), value) for oid, value in self.other_names]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if self.policies:
            policies = [x509.PolicyInformation(x509.ObjectIdentifier(oid), [_CPS]) for oid in self.policies]
            builder = builder.add_extension(x509.CertificatePolicies(policies), critical=self.policy_critical)
        responder = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(self.service.ocsp)
        )
        builder = (
            builder.add_extension(
                x509.IssuerAlternativeName([x509.DirectoryName(issuer.japanese_name)]), critical=False
            )
            .add_extension(_points(issuer.distribution_point(self.municipality)), critical=False)
            .add_extension(x509.AuthorityInformationAccess([responder]), critical=False)
            .add_extension(issuer.key_identifier, critical=False)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(shipped_key(self.public_key_name).public_key()),
                critical=False,
            )
        )
        for extension, critical in self.extra:
            builder = builder.add_extension(extension, critical)
        return builder.sign(issuer.key, _SHA256).public_bytes(Encoding.DER)


def certificate_period(persona: Persona, now: datetime) -> tuple[datetime, datetime, int]:
    """Validity until 14:59:59Z of the fifth birthday after issue (§1.5), and how often it was renewed before `now`.

    Renewal happens thirty days before the end, unless the persona let everything run out.
    """
    start, renewals = datetime(persona.issued.year, persona.issued.month, persona.issued.day, 1, 30, tzinfo=UTC), 0
    while True:
        last_day = _fifth_birthday(persona.birth, start.date(), renewal=renewals > 0)
        end = datetime(last_day.year, last_day.month, last_day.day, 14, 59, 59, tzinfo=UTC)
        if not persona.renewed or now <= end or renewals == REVOKED_OFFSET - 1:
            return start, end, renewals
        start, renewals = end - timedelta(days=30), renewals + 1


def run_out(request: EndEntity, now: datetime) -> EndEntity:
    """The same certificate with a validity of five years that ended on the holder's last birthday before `now`."""
    end = request.not_after
    while end >= now:
        end = end.replace(year=end.year - 1, day=min(end.day, 28) if end.month == 2 else end.day)
    return replace(request, not_before=end - timedelta(days=1800), not_after=end)


def _fifth_birthday(birth: date, issued: date, *, renewal: bool) -> date:
    """The fifth birthday after the day of issue; the sixth at a renewal, made just before a birthday (§1.5)."""
    upcoming = issued.year + (_birthday(birth, issued.year) <= issued)
    return _birthday(birth, upcoming + 4 + renewal)


def _birthday(birth: date, year: int) -> date:
    """29 February is kept on the 28th where the year has none; what the real service does is not known."""
    leap_day = birth.month == 2 and birth.day == 29 and not calendar.isleap(year)
    return date(year, birth.month, 28 if leap_day else birth.day)


def generation_at(moment: datetime) -> int:
    """The newest generation that issues on that day."""
    return max(number for number, (_, start, _) in GENERATIONS.items() if start <= moment or number == 1)


def request_for(persona: Persona, service: Service, municipality: Municipality, now: datetime) -> EndEntity:
    """What the persona's healthy certificate of that service says, as issued or last renewed before `now`."""
    start, end, renewals = certificate_period(persona, now)
    serial = service.serial_base + persona.keys * 2 * REVOKED_OFFSET + renewals
    request = EndEntity(
        service, serial, x509.Name([]), f"card-{persona.keys:02d}-{service.name}", start, end, municipality,
        policies=(service.policy,),
    )  # fmt: skip
    office = f"{municipality.code}001A"
    if service is AUTH:
        common_name = f"{persona.keys:06d}A{renewals:02d}SIMLA{office}"
        return replace(request, subject=_name((NameOID.COMMON_NAME, common_name)), client_authentication=True)
    common_name = f"{start:%Y%m%d%H%M%S}{persona.keys:03d}{office}"
    subject = _name(
        (NameOID.LOCALITY_NAME, municipality.prefecture),
        (NameOID.LOCALITY_NAME, municipality.city),
        (NameOID.COMMON_NAME, common_name),
    )
    usage = ("digital_signature", "content_commitment")
    return replace(request, subject=subject, key_usage=usage, other_names=_person(persona))


def _person(persona: Persona) -> tuple[tuple[str, bytes], ...]:
    """The six otherNames in the order seen on a card: .1, .4, .3, .5, .2, .6 (§1.6)."""
    name, address = persona.jpki_name or persona.holder, persona.jpki_address or persona.address
    values = {
        1: name,
        4: f"{era(persona.birth)[0]}{persona.birth:%Y%m%d}",
        3: persona.sex,
        5: address,
        2: persona.jpki_name_flags or "0" * len(name),
        6: persona.jpki_address_flags or "0" * len(address),
    }
    return tuple((f"{ARC}.5.{number}", der.utf8(value)) for number, value in values.items())


def _points(name: x509.Name) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints([x509.DistributionPoint([x509.DirectoryName(name)], None, None, None)])


def _key_usage(*used: str) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in used for name in names})
