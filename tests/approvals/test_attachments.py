"""What hangs on a record is signed with it: by hash in the version, in the difference, in the PDF, for download."""

import io
import re
from collections.abc import Callable

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.actions.files import store_file
from grc.approvals.actions import NotSendable
from grc.approvals.reading import read_review
from grc.approvals.signing import sign_review
from grc.approvals.standing import live_record, standing_of
from grc.models import Attachment, File, Organisation
from grc.models.record import Record
from tests.approvals.making import approved, sent, somebody
from tests.approvals.test_signing import text_of
from tests.factories import make

pytestmark = pytest.mark.django_db


def attach(record: Record, by: Actor, content: bytes = b"a,b\r\n1,2\r\n", name: str = "policy.csv") -> Attachment:
    file: File = store_file(upload=io.BytesIO(content), name=name, by=by)
    return Attachment.unscoped.create(organisation=by.organisation, about=record.key, file=file, created_by=by.person)


def test_attachment_is_signed_by_its_hash(
    system: Actor, organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    author, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    record = make("documents", system)
    hung = attach(record, author)
    review = approved(sent(record, author, approver), approver)
    assert hung.file.sha256.encode() in bytes(review.version.body)
    url = f"/o/nordhaven/approvals/{review.public_id}"
    shown = client_of("reader").get(url).content.decode()
    assert "policy.csv" in shown
    assert hung.file.sha256 in shown
    signed = sign_review(review_id=review.pk, organisation=organisation)
    assert signed is not None
    assert hung.file.sha256 in re.sub(r"\s+", "", text_of(signed.content.read()))
    Attachment.unscoped.update(removed_at=hung.created_at)  # gone from the record, still what was signed
    for door in (url, f"/api/v1{url}"):
        response = client_of("reader").get(f"{door}/files/{hung.file.sha256}")
        assert b"".join(response) == b"a,b\r\n1,2\r\n"
        assert response["Content-Disposition"] == 'attachment; filename="policy.csv"'
        assert client_of("platform-engineer").get(f"{door}/files/{hung.file.sha256}").status_code == 404
    assert standing_of(live_record("documents", record.pk, organisation)).differs


def test_file_that_the_version_does_not_list_is_not_served(system: Actor, client_of: Callable[..., Client]) -> None:
    author, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    record, other = make("documents", system), make("documents", system)
    review = sent(record, author, approver)
    later, elsewhere = attach(record, author), attach(other, author, b"c,d\r\n", "other.csv")
    for file in (later.file, elsewhere.file):
        url = f"/o/nordhaven/approvals/{review.public_id}/files/{file.sha256}"
        assert client_of("administrator").get(url).status_code == 404
        assert client_of("administrator").get(f"/api/v1{url}").status_code == 404


def test_whoever_attached_a_file_counts_as_author(system: Actor) -> None:
    author, admin = somebody(system, "compliance-officer"), somebody(system, "administrator", name="Ada")
    somebody(system, "approver")
    record = make("documents", system)
    attach(record, admin)
    with pytest.raises(NotSendable, match="Ada wrote a part of this"):
        sent(record, author, admin)


def test_new_attachment_is_a_difference(system: Actor) -> None:
    author, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    record = make("documents", system)
    first = approved(sent(record, author, approver), approver)
    attach(record, author)
    second = sent(record, author, approver)
    changes = read_review(second, [second, first]).changes
    assert changes is not None
    assert [(table.title, [row.kind for row in table.rows]) for table in changes.tables] == [("Attachments", ["added"])]


def test_record_without_attachments_keeps_the_hash_it_had(system: Actor) -> None:
    review = sent(make("documents", system), somebody(system, "compliance-officer"), somebody(system, "approver"))
    assert b"attachments" not in bytes(review.version.body)
