"""What is approved elsewhere, or in a register that one may not see, is on none of the pages of approvals."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from grc.access.actor import Actor
from grc.access.roles import ROLES
from grc.approvals.signing import sign_waiting
from grc.models import Review
from tests.approvals.making import approved, edited, in_review, sent, somebody
from tests.attacks.crawling import Crawled, crawl
from tests.attacks.planting import CANARY, holds_canary
from tests.conftest import make_organisation, make_person
from tests.factories import make

pytestmark = pytest.mark.django_db
SHOWS = ("", "?show=waiting", "?show=sent", "?show=decided", "?show=all", f"?show={CANARY}")


def addresses(reviews: list[Review]) -> list[str]:
    found = [f"{door}/o/nordhaven/approvals{show}" for door in ("", "/api/v1") for show in SHOWS]
    for review in reviews:
        page = f"/o/nordhaven/approvals/{review.public_id}"
        record = f"/o/nordhaven/{review.key.register}/{review.key.reference}"
        found += [f"{page}{tail}" for tail in ("", "/version.json", "/signed.pdf")]
        found += [f"/api/v1{page}", f"/api/v1{record}/approvals", record, f"{record}/approvals", f"{record}/send"]
    return [*found, "/o/nordhaven/", "/o/nordhaven/signing-key", "/api/v1/o/nordhaven/signing-key"]


def crawled(client: Client, reviews: list[Review]) -> Crawled:
    """What the pages say; what looking at them writes is undone."""
    start = addresses(reviews)
    with transaction.atomic():
        found = crawl(client, start, most=len(start))
        transaction.set_rollback(True)
    return found


def full_of_canaries(by: Actor) -> list[Review]:
    """Approved, superseded, in review and sent back, every text of them a canary."""
    person = by.person
    assert person is not None
    words = {"note": CANARY, "safeguard": CANARY}
    with by.working():
        document = make("documents", by, name=CANARY, text=CANARY)
        first = approved(sent(document, by, by, **words), by, comment=CANARY)
        edited(document, by, text=f"{CANARY} again")
        second = approved(sent(document, by, by, **words), by, comment=CANARY)
        running = sent(make("risks", by, name=CANARY, event=CANARY), by, by, **words)
        back = sent(make("risk-criteria", by, name=CANARY), by, by, **words)
        approved(back, by, decision="rejected", comment=CANARY)
    sign_waiting(by.organisation)
    return [first, second, running, back]


@pytest.mark.parametrize("role", ["administrator", "approver", "reader"])
def test_other_organisations_approvals_change_not_one_byte(
    role: str, system: Actor, client_of: Callable[..., Client]
) -> None:
    client, reviews = client_of(role), [in_review(system, slug) for slug in ("documents", "risks")]
    before = crawled(client, reviews)
    elsewhere = make_organisation(f"{CANARY} Ltd", "elsewhere")
    alone = Actor.of(make_person(f"{CANARY}@{CANARY}.example", elsewhere, "administrator", name=CANARY), elsewhere)
    assert alone is not None
    theirs = full_of_canaries(alone)
    after = crawled(client, reviews)
    assert [url for url, (_status, body) in after.bodies.items() if holds_canary(body)] == []
    assert before.bodies == after.bodies
    for review in theirs:
        for door in ("", "/api/v1"):
            assert client.get(f"{door}/o/nordhaven/approvals/{review.public_id}").status_code == 404


def test_approvals_of_a_hidden_register_are_on_no_page(system: Actor, client_of: Callable[..., Client]) -> None:
    open_one = in_review(system)
    author, approver = somebody(system, "administrator"), somebody(system, "approver")
    hidden = approved(
        sent(make("risks", system, name=CANARY, event=CANARY), author, approver, note=CANARY), approver, comment=CANARY
    )
    sign_waiting(system.organisation)
    blind = [role.key for role in ROLES.values() if "risks.view" not in role.grants]
    assert blind
    for role in blind:
        found = crawled(client_of(role), [open_one, hidden])
        assert [url for url, (_status, body) in found.bodies.items() if holds_canary(body)] == [], role
