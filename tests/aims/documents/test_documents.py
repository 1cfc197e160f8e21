"""A document's life: draft, in review, in force, overdue, withdrawn; and what stops its approval."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aims.documents.panels import edition_in_force, kept_until
from aims.documents.points import open_points
from aims.documents.state import refresh_all
from aims.documents.tasks import look_after
from aims.home.documents import documents_to_keep
from aims.models import Document
from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.approvals.actions import NotSendable, withdraw_review
from grc.approvals.standing import standing_of
from grc.teamwork.actions.attachments import attach_files
from tests.approvals.making import approved, edited, sent, somebody
from tests.factories import make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def fresh(document: Document) -> Document:
    return Document.objects.within(document.organisation).select_related("key", "organisation").get(pk=document.pk)


def in_force(system: Actor, **fields: object) -> Document:
    document = make("documents", system, **fields)
    approver = somebody(system, "approver")
    approved(sent(document, somebody(system, "compliance-officer"), approver), approver)
    return fresh(document)


def test_state_follows_the_approval_and_sets_the_next_review(system: Actor) -> None:
    document = make("documents", system, every="half-yearly")
    officer, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    assert fresh(document).state == "draft"
    review = sent(document, officer, approver)
    assert fresh(document).state == "in-review"
    approved(review, approver)
    found = fresh(document)
    assert (found.state, found.in_force_since) == ("in-force", TODAY())
    assert 181 <= (found.review_on - TODAY()).days <= 185  # type: ignore[operator]


def test_sent_back_or_withdrawn_is_a_draft_again(system: Actor) -> None:
    officer, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    first, second = make("documents", system), make("documents", system)
    approved(sent(first, officer, approver), approver, decision="rejected", comment="No.")
    review = sent(second, officer, approver)
    with officer.working():
        withdraw_review(review=review, by=officer)
    assert [fresh(first).state, fresh(second).state] == ["draft", "draft"]


def test_review_date_is_no_part_of_what_was_approved(system: Actor) -> None:
    document = in_force(system)
    assert not standing_of(document).differs
    document.review_on = TODAY() + dt.timedelta(days=3)
    change_record(record=document, by=system, lock=document.lock)
    assert not standing_of(fresh(document)).differs
    edited(document, somebody(system, "compliance-officer"), text="Something else")
    assert standing_of(fresh(document)).differs
    assert fresh(document).state == "in-force"


def test_review_becomes_overdue_by_the_day_alone(system: Actor) -> None:
    document = in_force(system)
    tomorrow = document.review_on + dt.timedelta(days=1)  # type: ignore[operator]
    assert refresh_all(system.organisation, document.review_on) == 0  # type: ignore[arg-type]
    assert refresh_all(system.organisation, tomorrow) == 1
    assert fresh(document).state == "overdue"
    assert refresh_all(system.organisation, tomorrow) == 0


def test_next_approval_ends_the_overdue_review(system: Actor) -> None:
    document = in_force(system)
    officer = somebody(system, "compliance-officer")
    edited(document, officer, text="Second edition", review_on=TODAY() - dt.timedelta(days=1))
    assert fresh(document).state == "overdue"
    approver = somebody(system, "approver")
    approved(sent(fresh(document), officer, approver), approver)
    assert fresh(document).state == "in-force"
    assert fresh(document).review_on > TODAY()  # type: ignore[operator]


def test_external_document_is_in_force_as_soon_as_it_is_kept(system: Actor) -> None:
    document = make("documents", system, kind="external", text="", approved_on=dt.date(2025, 3, 1), every="")
    assert (fresh(document).state, fresh(document).in_force_since) == ("in-force", dt.date(2025, 3, 1))
    assert {point.text for point in open_points(fresh(document))} >= {
        "Say who publishes it.", "Say who watches for a new edition."
    }  # fmt: skip


def test_withdrawn_says_what_replaces_it(system: Actor, client_of: Callable[..., Client]) -> None:
    new, old = in_force(system, name="New text"), in_force(system, name="Old text", keep_years=3)
    edited(old, system, withdrawn_on=dt.date(2026, 2, 28), replaced_by=new)
    found = fresh(old)
    assert found.state == "withdrawn"
    assert kept_until(found) == dt.date(2029, 2, 28)
    page = client_of("reader").get(old.get_absolute_url()).content.decode()
    assert "Withdrawn on" in page
    assert new.reference in page
    assert "Ask people to read it" not in client_of("administrator").get(old.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"keep_until": dt.date(2030, 1, 1), "keep_years": 2}, "Choose one"),
        ({"read_days": 0}, "between one and 365"),
    ],
)
def test_database_and_form_refuse_what_cannot_be(system: Actor, fields: dict[str, object], said: str) -> None:
    document = make("documents", system)
    for name, value in fields.items():
        setattr(document, name, value)
    with pytest.raises(ValidationError, match=said):
        document.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save()


def test_replaced_by_itself_or_without_a_day_is_refused(system: Actor) -> None:
    document, other = make("documents", system), make("documents", system)
    document.replaced_by = other
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save()
    document.replaced_by, document.withdrawn_on = document, TODAY()
    with pytest.raises(IntegrityError), transaction.atomic():
        document.save()


def test_gap_stops_the_approval_with_a_sentence(system: Actor) -> None:
    document = make("documents", system, text="Kept by [say who keeps it]. [say where]")
    officer, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    with pytest.raises(NotSendable, match="2 facts are missing in the text: say who keeps it; say where"):
        sent(document, officer, approver)
    edited(document, officer, text="Kept by Jonas.")
    assert sent(fresh(document), officer, approver).state == "in-review"


def test_empty_document_is_not_approved_and_a_file_is_its_content(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    document = make("documents", system, text=" ")
    officer, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    with pytest.raises(NotSendable, match="It says nothing yet"):
        sent(document, officer, approver)
    with officer.working():
        attach_files(record=document, uploads=[SimpleUploadedFile("policy.txt", b"What we do.")], by=officer)
    review = sent(fresh(document), officer, approver)
    file = document.key.attachments.get().file if hasattr(document.key, "attachments") else None
    page = client_of("reader").get(document.get_absolute_url()).content.decode()
    assert "Its content is this file" in page
    assert b'"sha256":"' in bytes(review.version.body)
    if file is not None:
        assert file.sha256 in page


def test_list_shows_and_filters_the_state(system: Actor, client_of: Callable[..., Client]) -> None:
    force, draft = in_force(system, readers=["reader"]), make("documents", system)
    client = client_of("reader")
    page = client.get("/o/nordhaven/documents/?state=in-force").content.decode()
    assert force.reference in page
    assert draft.reference not in page
    assert force.reference in client.get("/o/nordhaven/documents/?readers=reader").content.decode()
    answer = client.get("/api/v1/o/nordhaven/documents?state=nonsense")
    assert answer.status_code == 400


def test_state_is_not_written_by_hand(system: Actor, client_of: Callable[..., Client]) -> None:
    document = make("documents", system)
    url = f"/api/v1/o/nordhaven/documents/{document.reference}"
    answer = client_of("administrator").patch(url, {"lock": 1, "state": "in-force"}, "application/json")
    assert answer.status_code == 400
    assert fresh(document).state == "draft"


def test_page_takes_as_many_queries_for_many_documents(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    make("documents", system)
    counts = []
    for more in (0, 8):
        for _n in range(more):
            make("documents", system)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/o/nordhaven/documents/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_home_names_what_its_owner_must_do(system: Actor, actor_of: Callable[..., Actor]) -> None:
    officer = actor_of("compliance-officer")
    late = in_force(system, owner=officer.person, name="Late one")
    edited(late, system, review_on=TODAY() - dt.timedelta(days=1))
    make("documents", system, owner=officer.person, name="Open one", text="[say who]")
    make("documents", system, owner=officer.person, name="Whole one")
    said = " ".join(str(todo.text) for todo in documents_to_keep(officer))
    assert "Late one" in said
    assert "Open one" in said
    assert "Whole one" not in said
    assert list(documents_to_keep(actor_of("reader"))) == []


def test_task_twice_changes_nothing_the_second_time(system: Actor) -> None:
    document = in_force(system, readers=["everybody"])
    with system.working():
        look_after(system.organisation)
        before = document.acknowledgements.count()
        look_after(system.organisation)
    assert document.acknowledgements.count() == before


def test_page_names_the_version_that_is_in_force_and_not_the_draft_s(system: Actor) -> None:
    paper = in_force(system, edition="3")
    paper.edition = "4"
    change_record(record=paper, by=system, lock=paper.lock)
    assert edition_in_force(fresh(paper)) == "3"
    assert edition_in_force(make("documents", system, edition="1")) == ""
