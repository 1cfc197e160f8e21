"""The signing key: made at first use, brought along, refused with its reason, never readable again."""

import datetime as dt
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from django.db import connection
from django.test import Client

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.approvals.keys import NotUsable, facts_of, key_in_use, key_to_sign_with, make_key, replace_key
from grc.models import ActivityEvent, Organisation, SigningKey
from tests.approvals.making import somebody
from tests.approvals.test_signing import judged, signed

pytestmark = pytest.mark.django_db
PAGE = "/o/nordhaven/signing-key"


def certificate_for(key: Any, *, days: int = 30, start: int = -1, usage: bool = True) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nordhaven seal")])
    now = dt.datetime.now(dt.UTC)
    flags = dict.fromkeys(
        (
            "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
            "crl_sign", "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    flags["key_encipherment"] = not usage
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=start))
        .not_valid_after(now + dt.timedelta(days=start + days))
        .add_extension(x509.KeyUsage(digital_signature=usage, **flags), critical=True)
    )
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest).public_bytes(serialization.Encoding.PEM).decode()


def pem_of(key: Any, passphrase: str = "") -> str:
    encryption = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return str(key.private_bytes(encoding, form, encryption).decode())


RSA = rsa.generate_private_key(65537, 2048)
SMALL = rsa.generate_private_key(65537, 1024)
CURVE = ec.generate_private_key(ec.SECP256R1())
ODD = ec.generate_private_key(ec.SECP256K1())
ED = ed25519.Ed25519PrivateKey.generate()


def test_first_use_makes_a_self_signed_key_and_the_next_uses_it(organisation: Organisation) -> None:
    key = key_to_sign_with(organisation)
    facts = facts_of(key)
    assert facts.self_signed
    assert "self-signed" in facts.subject
    assert organisation.name in facts.subject
    assert key_to_sign_with(organisation).pk == key.pk


def test_private_key_is_encrypted_at_rest(organisation: Organisation) -> None:
    key = key_to_sign_with(organisation)
    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key FROM grc_signingkey WHERE id = %s", [key.pk])
        stored = cursor.fetchone()[0]
    assert "PRIVATE KEY" not in stored
    assert "PRIVATE KEY" not in str(key.private_key)
    assert "PRIVATE KEY" in key.private_key.open()  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", [RSA, CURVE], ids=["rsa", "ecdsa"])
@pytest.mark.parametrize("passphrase", ["", "open sesame"])
def test_own_key_signs_documents(key: Any, passphrase: str, system: Actor, organisation: Organisation) -> None:
    admin = somebody(system, "administrator")
    first = make_key(by=admin)
    kept = replace_key(
        certificate=certificate_for(key), private_key=pem_of(key, passphrase), passphrase=passphrase, by=admin
    )
    first.refresh_from_db()
    assert first.private_key == ""
    assert first.ended_at is not None
    _review, pdf = signed(system)
    assert judged(pdf, kept).bottom_line
    event = ActivityEvent.unscoped.filter(verb="changed", detail__contains=kept.fingerprint).first()
    assert event is not None


@pytest.mark.parametrize(
    ("certificate", "private_key", "passphrase", "field"),
    [
        ("nonsense", pem_of(RSA), "", "certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", pem_of(RSA), "", "certificate"),
        (certificate_for(RSA, days=1, start=-3), pem_of(RSA), "", "certificate"),
        (certificate_for(RSA, start=3), pem_of(RSA), "", "certificate"),
        (certificate_for(RSA, usage=False), pem_of(RSA), "", "certificate"),
        (certificate_for(ED), pem_of(ED), "", "certificate"),
        (certificate_for(RSA), "nonsense", "", "private_key"),
        (certificate_for(RSA), pem_of(CURVE), "", "private_key"),
        (certificate_for(RSA), pem_of(ED), "", "private_key"),
        (certificate_for(SMALL), pem_of(SMALL), "", "private_key"),
        (certificate_for(ODD), pem_of(ODD), "", "private_key"),
        (certificate_for(RSA), pem_of(RSA, "secret"), "wrong", "private_key"),
        (certificate_for(RSA), pem_of(RSA, "secret"), "", "passphrase"),
        (certificate_for(RSA), pem_of(RSA), "secret", "passphrase"),
    ],
)
def test_unusable_keys_are_refused_with_their_field(
    certificate: str, private_key: str, passphrase: str, field: str, system: Actor
) -> None:
    admin = somebody(system, "administrator")
    with pytest.raises(NotUsable) as refused:
        replace_key(certificate=certificate, private_key=private_key, passphrase=passphrase, by=admin)
    assert refused.value.field == field
    assert not SigningKey.unscoped.exists()


def test_only_administrators_replace_the_key(system: Actor) -> None:
    officer = somebody(system, "compliance-officer")
    with pytest.raises(Denied):
        make_key(by=officer)
    client = Client()
    client.force_login(officer.person)  # type: ignore[arg-type]
    assert client.get(PAGE).status_code == 200
    assert "Bring your own key" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"make": "1"}).status_code == 403
    assert client.post(f"/api/v1{PAGE}", {"make": True}, "application/json").status_code == 403
    client.force_login(somebody(system, "approver").person)  # type: ignore[arg-type]
    assert client.get(PAGE).status_code == 404


def test_key_by_page_and_api_never_shows_the_private_part(system: Actor, organisation: Organisation) -> None:
    client = Client()
    client.force_login(somebody(system, "administrator").person)  # type: ignore[arg-type]
    assert client.get(f"{PAGE}/certificate.pem").status_code == 404
    assert client.get(f"/api/v1{PAGE}").status_code == 404
    bad = client.post(PAGE, {"certificate": certificate_for(RSA), "private_key": pem_of(CURVE)})
    assert bad.status_code == 422
    assert "does not belong to the certificate" in bad.content.decode()
    good = {"certificate": certificate_for(RSA), "private_key": pem_of(RSA), "passphrase": ""}
    assert client.post(PAGE, good).status_code == 302
    key = key_in_use(organisation)
    assert key is not None
    shown = client.get(PAGE).content.decode()
    assert key.fingerprint in shown
    assert "PRIVATE KEY" not in shown
    assert client.get(f"{PAGE}/certificate.pem").content.decode() == key.certificate
    made = client.post(f"/api/v1{PAGE}", {"make": True}, "application/json")
    assert made.status_code == 201
    assert "private_key" not in made.json()
    read = client.get(f"/api/v1{PAGE}").json()
    assert read == made.json()
    refused = client.post(f"/api/v1{PAGE}", good | {"private_key": "x"}, "application/json")
    assert refused.status_code == 400
    assert "private_key" in refused.json()["fields"]
    assert client.post(f"/api/v1{PAGE}", {"fingerprint": "0"}, "application/json").status_code == 400
    assert client.get(PAGE).content.decode().count("hash-long") == 2  # the one in use, and the one before
