"""The signed PDF of what was approved: PAdES, with the organisation's key, made after the approval and kept with it."""

import io
import logging
from concurrent.futures import ThreadPoolExecutor

from asn1crypto import keys, pem, x509
from django.db import transaction
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from grc.access.actor import Actor
from grc.actions.files import store_file
from grc.approvals.keys import CERTIFICATE, key_to_sign_with
from grc.approvals.paper import paper_of
from grc.approvals.standing import whole
from grc.models.approval import Review, SigningKey
from grc.models.file import File
from grc.models.organisation import Organisation
from grc.models.secret import Sealed, SecretUnreadable
from grc.reports.pdf import to_pdf

log = logging.getLogger(__name__)
FIELD = "Approval"
IN_FORCE = (Review.State.APPROVED, Review.State.SUPERSEDED)


def sign_review(*, review_id: int, organisation: Organisation) -> File | None:
    """Make the signed PDF of an approved review, and keep it. Done twice, or at once, it is made once.

    None where there is nothing to sign. Raises ``SecretUnreadable`` where the key can't be opened.
    """
    by = Actor.system(organisation)
    with by.working(), transaction.atomic():
        rows = Review.objects.within(organisation).filter(pk=review_id, state__in=IN_FORCE, signed_pdf=None)
        if not list(rows.select_for_update(of=("self",)).values_list("pk")):
            return None
        review = whole(Review.objects.within(organisation)).get(pk=review_id)
        signed = sign_pdf(to_pdf(paper_of(review)), key_to_sign_with(organisation), reason=_reason(review))
        name = f"{review.key.reference}-v{review.version.number}-approved.pdf"
        review.signed_pdf = store_file(upload=io.BytesIO(signed), name=name, by=by)
        review.save(update_fields=["signed_pdf"])
        return review.signed_pdf


def sign_waiting(organisation: Organisation) -> int:
    """Sign what an earlier try left unsigned. Returns how many were signed; what fails is tried again next time."""
    with Actor.system(organisation).working(), transaction.atomic():
        waiting = Review.objects.within(organisation).filter(state__in=IN_FORCE, signed_pdf=None)
        ids = list(waiting.order_by("ended_at").values_list("pk", flat=True)[:50])
    done = 0
    for review_id in ids:
        try:
            done += sign_review(review_id=review_id, organisation=organisation) is not None
        except SecretUnreadable:
            log.error("the signing key of %s cannot be opened: ASSAY_SECRETS_KEY has changed", organisation.slug)
            break
        except Exception:
            log.exception("review %s of %s could not be signed", review_id, organisation.slug)
    return done


def sign_pdf(pdf: bytes, key: SigningKey, *, reason: str) -> bytes:
    """``pdf`` with one more, invisible, PAdES baseline-B signature at its end; what was there is not touched."""
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason[:200],
        name=key.organisation.name,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signed = io.BytesIO()
    # pyHanko runs an event loop of its own, which a thread that has one already (an ASGI server's) does not allow
    with ThreadPoolExecutor(max_workers=1) as apart:
        apart.submit(signers.sign_pdf, writer, metadata, signer=_signer(key), output=signed).result()
    return signed.getvalue()


def _signer(key: SigningKey) -> signers.SimpleSigner:
    if not isinstance(key.private_key, Sealed):
        raise SecretUnreadable(f"signing key {key.fingerprint} has ended")
    chain = [x509.Certificate.load(pem.unarmor(found.encode())[2]) for found in CERTIFICATE.findall(key.certificate)]
    _type, _headers, der = pem.unarmor(key.private_key.open().encode())
    return signers.SimpleSigner(
        signing_cert=chain[0],
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=SimpleCertificateStore.from_certs(chain),
    )


def _reason(review: Review) -> str:
    ended = review.ended_at or timezone.now()
    return f"{review.key.reference} version {review.version.number} approved {ended:%Y-%m-%d}, {review.version.sha256}"
