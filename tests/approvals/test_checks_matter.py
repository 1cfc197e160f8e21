"""One check of approvals is taken out at a time; the refusals below must notice each of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import StaleRecord
from grc.approvals import actions, deciding, pages, people, proofs, record_pages, standing
from grc.approvals.actions import NotSendable, NotWithdrawable, withdraw_review
from grc.approvals.deciding import NotDecidable
from grc.approvals.proofs import LIFE, NotProven, Proof
from grc.models import Approval, Review
from tests.approvals.making import approved, edited, end_role, sent, somebody
from tests.conftest import PASSWORD
from tests.factories import make

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch
MEANING = "I approve this document and put it in force"


class World:
    def __init__(self, system: Actor) -> None:
        self.system = system
        self.author = somebody(system, "compliance-officer")
        self.admin = somebody(system, "administrator")
        self.approver = somebody(system, "approver", "contributor")
        self.reader = somebody(system, "reader")

    def review(self, slug: str = "documents") -> Review:
        return sent(make(slug, self.system), self.author, self.approver)

    def post(self, who: Actor, review: Review, **more: str) -> int:
        browser = Client(raise_request_exception=False)
        browser.force_login(who.person)  # type: ignore[arg-type]
        body = {"decision": "approved", "meaning": MEANING, "password": PASSWORD} | more
        return browser.post(f"/o/nordhaven/approvals/{review.public_id}/decide", body).status_code


def refused(act: Callable[[], Any], *errors: type[Exception]) -> None:
    with pytest.raises(errors):
        act()


def probe_role_ended(w: World) -> None:
    review = w.review()
    end_role(w.approver, "approver")
    refused(lambda: approved(review, w.approver), Denied)


def probe_old_proof(w: World) -> None:
    review, person = w.review(), w.approver.person
    assert person is not None
    refused(lambda: approved(review, w.approver, proof=Proof(person, "password", timezone.now() - 2 * LIFE)), NotProven)


def probe_twice(w: World) -> None:
    review = sent(make("documents", w.system), w.author, w.approver, w.admin)
    approved(review, w.approver)
    refused(lambda: approved(review, w.approver, decision="rejected", comment="No"), NotDecidable)


def probe_meaning(w: World) -> None:
    refused(lambda: approved(w.review(), w.approver, meaning="Seen"), NotDecidable)


def probe_author(w: World) -> None:
    refused(lambda: sent(make("documents", w.system), w.admin, w.admin, w.approver), NotSendable)


def probe_reader(w: World) -> None:
    refused(lambda: sent(make("documents", w.system), w.author, w.reader), NotSendable)


def probe_stale(w: World) -> None:
    record = make("documents", w.system, text="one")
    edited(record, w.system, text="two")
    refused(lambda: sent(record, w.author, w.approver, lock=1), StaleRecord)


def probe_nothing_changed(w: World) -> None:
    record = make("documents", w.system)
    approved(sent(record, w.author, w.approver), w.approver)
    refused(lambda: sent(record, w.author, w.approver), NotSendable)


def probe_without_right_to_edit(w: World) -> None:
    refused(lambda: sent(make("documents", w.system), w.reader, w.approver), Denied)
    refused(lambda: withdraw_review(review=w.review(), by=w.reader), Denied)


def probe_withdrawn_once(w: World) -> None:
    review = approved(w.review(), w.approver)
    refused(lambda: withdraw_review(review=review, by=w.author), NotWithdrawable)


def probe_hidden(w: World) -> None:
    browser = Client()
    browser.force_login(w.reader.person)  # type: ignore[arg-type]
    assert browser.get(f"/o/nordhaven/approvals/{w.review('risks').public_id}").status_code == 404


def probe_password(w: World) -> None:
    review = w.review()
    assert w.post(w.approver, review, password="wrong") == 422
    assert Approval.unscoped.get(review=review).decision == ""


def probe_not_asked(w: World) -> None:
    review = w.review()
    assert w.post(w.admin, review) == 403
    assert w.post(w.author, review) == 403


PROBES = [value for name, value in list(globals().items()) if name.startswith("probe_")]


def in_all(patch: Patch, name: str, replacement: Any) -> None:
    for module in (actions, deciding, pages, people, proofs, record_pages, standing):
        if hasattr(module, name):
            patch.setattr(module, name, replacement)


def nothing(*_args: Any, **_named: Any) -> None:
    return None


def no_check_of_the_version(patch: Patch) -> None:
    patch.setattr(actions, "_frozen", lambda record, by: (actions.make_version(record=record, by=by), None))


def no_lock(patch: Patch) -> None:
    patch.setattr(
        actions, "_locked", lambda record, by, lock: standing.live_record("documents", record.pk, by.organisation)
    )


def no_part(patch: Patch) -> None:
    patch.setattr(pages, "part_of", lambda review, person: review.approvals.first())
    patch.setattr(deciding, "_person", lambda by: Approval.unscoped.select_related("approver").latest("pk").approver)
    patch.setattr(Proof, "demand", nothing)


REMOVED: dict[str, Callable[[Patch], Any]] = {
    "roles are read again": lambda patch: patch.setattr(deciding, "_person", lambda by: by.person),
    "a proof is fresh": lambda patch: patch.setattr(Proof, "demand", nothing),
    "a decision is taken once": lambda patch: patch.setattr(deciding, "_refuse_unless_open", nothing),
    "a decision is whole": lambda patch: patch.setattr(deciding, "_check", nothing),
    "authors are known": lambda patch: in_all(patch, "authors_of", lambda *args, **named: {}),
    "approvers hold the role": lambda patch: in_all(
        patch, "approvers_of", lambda *args: [m.person for m in args[1].memberships.select_related("person")]
    ),
    "the state sent is the state read": no_lock,
    "something has changed": no_check_of_the_version,
    "who sends may edit": lambda patch: patch.setattr(actions, "require", nothing),
    "who reads may see the record": lambda patch: in_all(
        patch, "reviews_seen_by", lambda actor: Review.objects.within(actor.organisation)
    ),
    "the password is right": lambda patch: in_all(
        patch, "prove_by_password", lambda request, person, password: Proof(person, "password", timezone.now())
    ),
    "who decides was asked": no_part,
}


def alarms(world: World) -> list[str]:
    """The probes that fail now; each is undone."""
    found = []
    for probe in PROBES:
        try:
            with transaction.atomic():
                probe(world)
                transaction.set_rollback(True)
        except (Exception, pytest.fail.Exception):
            found.append(probe.__name__)
    return found


def test_probes_are_silent_while_nothing_is_removed(system: Actor) -> None:
    assert alarms(World(system)) == []


@pytest.mark.parametrize("check", REMOVED)
def test_removed_check_is_noticed(check: str, system: Actor, monkeypatch: Patch) -> None:
    world = World(system)
    REMOVED[check](monkeypatch)
    assert alarms(world), check
