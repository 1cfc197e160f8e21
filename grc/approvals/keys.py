"""The organisation's key for signing documents: made at first use, or brought along as PEM."""

import datetime as dt
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.approval import SigningKey
from grc.models.organisation import Organisation

YEARS = 10
SMALLEST_RSA = 2048
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class NotUsable(ValueError):
    """The certificate or key can't sign documents; ``str()`` says why, ``field`` which of the two is to blame."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True)
class KeyFacts:
    """What people want to know of a certificate."""

    subject: str
    issuer: str
    self_signed: bool
    not_before: dt.datetime
    not_after: dt.datetime
    algorithm: str


def facts_of(key: SigningKey) -> KeyFacts:
    certificate = certificates_of(key.certificate)[0]
    public = certificate.public_key()
    algorithm = (
        f"RSA {public.key_size}"
        if isinstance(public, rsa.RSAPublicKey)
        else f"ECDSA {public.curve.name}"
        if isinstance(public, ec.EllipticCurvePublicKey)
        else type(public).__name__
    )
    return KeyFacts(
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        certificate.subject == certificate.issuer,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        algorithm,
    )


def key_in_use(organisation: Organisation) -> SigningKey | None:
    return SigningKey.objects.within(organisation).filter(ended_at=None).first()


@transaction.atomic
def key_to_sign_with(organisation: Organisation) -> SigningKey:
    """The key in use; a self-signed one is made where there is none, or where the one in use has run out."""
    key = _lasting_key(organisation)
    if key is None:
        _alone(organisation)
        key = _lasting_key(organisation) or _keep(organisation, *_generated(organisation))
    return key


@transaction.atomic
def make_key(*, by: Actor) -> SigningKey:
    """Replace the key in use by a new self-signed one. Raises ``Denied``."""
    require(by, Permission.SETTINGS_EDIT)
    _alone(by.organisation)
    return _noted(_keep(by.organisation, *_generated(by.organisation)), by)


@transaction.atomic
def replace_key(*, certificate: str, private_key: str, passphrase: str, by: Actor) -> SigningKey:
    """Sign with this certificate (PEM, the issuers' below it) and its private key from now on.

    What was signed before stays valid. Raises ``NotUsable``, ``Denied``.
    """
    require(by, Permission.SETTINGS_EDIT)
    chain = _usable_chain(certificate)
    key = _usable_key(private_key, passphrase)
    if _public_bytes(key.public_key()) != _public_bytes(chain[0].public_key()):
        raise NotUsable(_("This private key does not belong to the certificate."), "private_key")
    _alone(by.organisation)
    pem = "".join(found.public_bytes(serialization.Encoding.PEM).decode() for found in chain)
    return _noted(_keep(by.organisation, pem, _pem_of(key)), by)


def certificates_of(pem: str) -> list[x509.Certificate]:
    """The certificates of a PEM text, the signer's first. Raises ``ValueError``."""
    return [x509.load_pem_x509_certificate(found.encode()) for found in CERTIFICATE.findall(pem)]


def _lasting_key(organisation: Organisation) -> SigningKey | None:
    key = key_in_use(organisation)
    return key if key is not None and facts_of(key).not_after > timezone.now() else None


def _alone(organisation: Organisation) -> None:
    list(Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk).values_list("pk"))


def _keep(organisation: Organisation, certificate: str, private_key: str) -> SigningKey:
    """The one before it ends, and its private key is forgotten: nothing will ever be signed with it again."""
    for before in SigningKey.objects.within(organisation).filter(ended_at=None):
        before.ended_at, before.private_key = timezone.now(), ""
        before.save(update_fields=["ended_at", "private_key"])
    fingerprint = certificates_of(certificate)[0].fingerprint(hashes.SHA256()).hex()
    return SigningKey.unscoped.create(
        organisation=organisation, certificate=certificate, private_key=private_key, fingerprint=fingerprint
    )


def _noted(key: SigningKey, by: Actor) -> SigningKey:
    detail = _("signing key, certificate %(fingerprint)s") % {"fingerprint": key.fingerprint}
    record_activity(by=by, verb=ActivityEvent.Verb.CHANGED, detail=detail)
    return key


def _generated(organisation: Organisation) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation.name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{organisation.name[:36]} (self-signed by Assay)"),
        ]
    )
    now = timezone.now()
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), _pem_of(key)


def _usable_chain(pem: str) -> list[x509.Certificate]:
    try:
        chain = certificates_of(pem)
        public = chain[0].public_key() if chain else None
    except (ValueError, UnsupportedAlgorithm):
        chain, public = [], None
    if not chain:
        raise NotUsable(_("This is no certificate in PEM form (“-----BEGIN CERTIFICATE-----”)."), "certificate")
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise NotUsable(
            _("Documents are signed with RSA or ECDSA; this certificate is of another kind."), "certificate"
        )
    now = timezone.now()
    if not chain[0].not_valid_before_utc <= now < chain[0].not_valid_after_utc:
        raise NotUsable(_("This certificate is not valid today."), "certificate")
    try:
        usage = chain[0].extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return chain
    except ValueError:
        raise NotUsable(_("This certificate’s extensions cannot be read."), "certificate") from None
    if not (usage.digital_signature or usage.content_commitment):
        raise NotUsable(_("This certificate is not meant for signing documents (key usage)."), "certificate")
    return chain


def _usable_key(pem: str, passphrase: str) -> PrivateKey:
    try:
        key = serialization.load_pem_private_key(pem.encode(), passphrase.encode() or None)
    except TypeError:
        words = (
            _("Enter its passphrase.") if not passphrase else _("This private key has no passphrase; leave it empty.")
        )
        raise NotUsable(words, "passphrase") from None
    except (ValueError, UnsupportedAlgorithm):
        raise NotUsable(_("This private key cannot be read: wrong passphrase, or no PEM."), "private_key") from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SMALLEST_RSA:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, CURVES):
        return key
    raise NotUsable(
        _("Use an RSA key of %(bits)d bits or more, or ECDSA on P-256, P-384 or P-521.") % {"bits": SMALLEST_RSA},
        "private_key",
    )


def _pem_of(key: PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _public_bytes(key: object) -> bytes:
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(encoding, form)  # type: ignore[attr-defined,no-any-return]
