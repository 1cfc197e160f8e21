"""The signed PDF: says what was signed, by whom and when; judged by pyHanko's own validation; kept with the review."""

import asyncio
import contextlib
import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from asn1crypto import pem, x509
from django.test import Client
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from grc import tasks
from grc.access.actor import Actor
from grc.approvals import signing
from grc.approvals.keys import CERTIFICATE, key_in_use, make_key
from grc.approvals.paper import paper_of
from grc.approvals.signing import sign_review, sign_waiting
from grc.models import File, Organisation, Review, SigningKey
from grc.reports.pdf import to_pdf
from tests.approvals.making import approved, edited, sent, somebody
from tests.factories import make
from tests.worker import running_worker

pytestmark = pytest.mark.django_db


def judged(pdf: bytes, key: SigningKey) -> PdfSignatureStatus:
    """What pyHanko finds of the one signature, trusting this key's certificate only."""
    certificate = x509.Certificate.load(pem.unarmor(CERTIFICATE.findall(key.certificate)[-1].encode())[2])
    reader = PdfFileReader(io.BytesIO(pdf))
    (signature,) = reader.embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[certificate]))


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def signed(system: Actor, **more: object) -> tuple[Review, bytes]:
    author, approver = somebody(system, "compliance-officer", name="Carla"), somebody(system, "approver", name="Margit")
    record = make("documents", system, name="AI policy", text="Every system is tested before release.")
    review = approved(sent(record, author, approver, note="First edition"), approver, comment="Well done", **more)
    file = sign_review(review_id=review.pk, organisation=system.organisation)
    assert file is not None
    review.refresh_from_db()
    return review, file.content.read()


def key_of(organisation: Organisation) -> SigningKey:
    key = key_in_use(organisation)
    assert key is not None
    return key


def test_signed_pdf_is_valid_pades_of_the_whole_file(system: Actor, organisation: Organisation) -> None:
    review, pdf = signed(system)
    status = judged(pdf, key_of(organisation))
    assert status.bottom_line
    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage is not None
    assert status.coverage.name == "ENTIRE_FILE"
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert review.version.sha256 in signature.sig_object["/Reason"]
    names = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
    assert {"content_type", "message_digest", "signing_certificate_v2"} <= names
    assert "signing_time" not in names  # PAdES: the time stands in the signature dictionary


def test_signed_pdf_says_who_signed_what_when_and_how(system: Actor, organisation: Organisation) -> None:
    review, pdf = signed(system)
    text = text_of(pdf)
    flat = re.sub(r"\s+", "", text)
    assert review.version.sha256 in flat
    part = review.approvals.get()
    assert part.decided_at is not None
    words = (
        "Every system is tested before release.", "Margit", part.approver.email, "Well done", "First edition",
        "I approve this document and put it in force", "password", f"{part.decided_at:%Y-%m-%d %H:%M:%S} UTC",
    )  # fmt: skip
    for word in words:
        assert re.sub(r"\s+", "", word) in flat, word


def test_signed_pdf_shows_the_safeguard(system: Actor, organisation: Organisation) -> None:
    admin = somebody(system, "administrator", name="Ada")
    review = approved(sent(make("documents", system), admin, admin, safeguard="An auditor reads it in May"), admin)
    file = sign_review(review_id=review.pk, organisation=organisation)
    assert file is not None
    flat = re.sub(r"\s+", "", text_of(file.content.read()))
    assert "AnauditorreadsitinMay" in flat


def test_flipped_byte_is_found(system: Actor, organisation: Organisation) -> None:
    _review, pdf = signed(system)
    key = key_of(organisation)
    start, length, second, _rest = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0].byte_range
    places = [start + length // 3, start + length - 40, second + 20]
    for place in places:
        broken = bytearray(pdf)
        broken[place] ^= 1
        try:
            status = judged(bytes(broken), key)
        except Exception:
            continue
        assert not status.bottom_line, place
        assert not status.intact, place


def test_added_page_is_found(system: Actor, organisation: Organisation) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    _review, pdf = signed(system)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Lang"] = writer.root["/Lang"] if "/Lang" in writer.root else writer.root["/Pages"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    status = judged(out.getvalue(), key_of(organisation))
    assert status.coverage is not None
    assert status.coverage.name != "ENTIRE_FILE"


def test_another_key_is_not_trusted(system: Actor, organisation: Organisation) -> None:
    _review, pdf = signed(system)
    other = make_key(by=system)
    with contextlib.suppress(SignatureValidationError):
        assert not judged(pdf, other).trusted


def test_what_the_earlier_key_signed_stays_valid(system: Actor, organisation: Organisation) -> None:
    _review, pdf = signed(system)
    old = key_of(organisation)
    make_key(by=system)
    old.refresh_from_db()
    assert old.private_key == ""
    assert judged(pdf, old).bottom_line


def test_sign_review_is_done_once(system: Actor, organisation: Organisation) -> None:
    review, _pdf = signed(system)
    assert sign_review(review_id=review.pk, organisation=organisation) is None
    assert File.unscoped.count() == 1
    assert sign_waiting(organisation) == 0


def test_nothing_but_what_was_approved_is_signed(system: Actor, organisation: Organisation) -> None:
    author, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    review = sent(make("documents", system), author, approver)
    assert sign_review(review_id=review.pk, organisation=organisation) is None
    approved(review, approver, decision="rejected", comment="No")
    assert sign_review(review_id=review.pk, organisation=organisation) is None
    assert sign_waiting(organisation) == 0


def test_superseded_before_it_was_signed_still_gets_its_paper(system: Actor, organisation: Organisation) -> None:
    author, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    record = make("documents", system, text="one")
    first = approved(sent(record, author, approver), approver)
    edited(record, author, text="two")
    second = approved(sent(record, author, approver), approver)
    assert sign_waiting(organisation) == 2
    for review in (first, second):
        review.refresh_from_db()
        assert review.signed_pdf is not None
    assert b"two" in bytes(second.version.body)


def test_failing_signature_is_tried_again(
    system: Actor, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    reviews = [approved(sent(make("documents", system), author, approver), approver) for _ in range(2)]
    real, tries = signing.sign_pdf, [0]

    def fails_once(*args: object, **named: object) -> bytes:
        tries[0] += 1
        if tries[0] == 1:
            raise RuntimeError("no luck")
        return real(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(signing, "sign_pdf", fails_once)
    tasks.sign_waiting()  # the first fails, which leaves the second alone
    assert Review.unscoped.filter(signed_pdf=None).count() == 1
    tasks.sign_waiting()
    assert not Review.unscoped.filter(signed_pdf=None).exists()
    for review in reviews:
        review.refresh_from_db()
        assert review.state == "approved"


def test_key_runs_out_and_another_is_made(
    system: Actor, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed(system)
    old = key_of(organisation)
    from grc.approvals import keys

    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=365 * 11)
    monkeypatch.setattr(keys.timezone, "now", lambda: later)
    assert keys.key_to_sign_with(organisation).fingerprint != old.fingerprint


@pytest.mark.django_db(transaction=True)
def test_worker_signs_after_the_approval(system: Actor, organisation: Organisation, tmp_path: Path) -> None:
    import time

    author, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    with running_worker(tmp_path / "worker.log"):
        review = approved(sent(make("documents", system), author, approver), approver)
        deadline = time.monotonic() + 30
        while review.signed_pdf_id is None and time.monotonic() < deadline:
            time.sleep(0.2)
            review.refresh_from_db()
    assert review.signed_pdf is not None, (tmp_path / "worker.log").read_text()[-2000:]
    assert judged(review.signed_pdf.content.read(), key_of(organisation)).bottom_line


def test_signed_pdf_is_downloaded_by_who_sees_the_record(
    system: Actor, organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    review, pdf = signed(system)
    url = f"/o/nordhaven/approvals/{review.public_id}/signed.pdf"
    response = client_of("reader").get(url)
    assert b"".join(response) == pdf
    assert response["Content-Disposition"] == 'attachment; filename="DOC-0001-v1-approved.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client_of("platform-engineer").get(url).status_code == 404
    api = f"/api/v1{url}"
    assert b"".join(client_of("reader").get(api)) == pdf
    assert client_of("platform-engineer").get(api).status_code == 404


def test_signs_where_an_event_loop_runs(system: Actor, organisation: Organisation) -> None:
    """As in a thread of an ASGI server."""
    review, _pdf = signed(system)
    paper, key = to_pdf(paper_of(review)), key_of(organisation)
    key.organisation = organisation  # nothing is asked of the database in there

    async def within_a_loop() -> bytes:
        return signing.sign_pdf(paper, key, reason="A test")

    assert judged(asyncio.run(within_a_loop()), key).bottom_line
