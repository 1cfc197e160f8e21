"""An outsider sees exactly what was opened, while it is open. The tests move the grant, not the clock."""

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from audits.actions.engagements import NotOpenable, add_revision, change_end, end_access, open_engagement
from audits.models import Engagement
from evidence.actions.items import add_file
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.records import change_record
from grc.actions.tokens import make_token
from grc.models import ActivityEvent, File, GrantPeriod, OutboxMessage, Person, Version
from tests.conftest import make_person
from tests.factories import make

pytestmark = pytest.mark.django_db
CANARY = "canary-7f3a"


@pytest.fixture
def opened(system: Actor) -> Engagement:
    """An engagement over one system with one evidence item and its file; around it, what must not be seen."""
    ours = make("ai-systems", system, name="Claims triage")
    item = make("evidence", system, name="Validation report")
    add_file(item=item, upload=io.BytesIO(b"a,b\r\n1,2\r\n"), name="report.csv", by=system)
    link_records(source=item, reference=ours.reference, by=system)
    make("ai-systems", system, name=CANARY)
    hidden = make("evidence", system, name=f"{CANARY} item")
    add_file(item=hidden, upload=io.BytesIO(f"{CANARY}\r\n".encode()), name=f"{CANARY}.csv", by=system)
    engagement = make("engagements", system, system=ours)
    open_engagement(engagement=engagement, by=system)
    engagement.refresh_from_db()
    return engagement


@pytest.fixture
def auditor(opened: Engagement) -> Client:
    client = Client()
    client.force_login(opened.auditor)  # type: ignore[arg-type]
    return client


def room_url(engagement: Engagement, rest: str = "") -> str:
    return f"/room/{engagement.scope.public_id}/{rest}"  # type: ignore[union-attr]


def every_url(engagement: Engagement) -> list[str]:
    file = File.unscoped.get(name="report.csv")
    api = f"/api/v1/rooms/{engagement.scope.public_id}/records"  # type: ignore[union-attr]
    pages = ["", "records", "records?q=validation", "records/export.csv", "records/export.xlsx", "records/EVD-0001"]
    files = f"/api/v1/rooms/{engagement.scope.public_id}/files/{file.public_id}"  # type: ignore[union-attr]
    return [*(room_url(engagement, p) for p in (*pages, f"files/{file.public_id}")), api, files, f"{api}/EVD-0001"]


def content(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content


def test_auditor_sees_what_was_opened_and_nothing_else(opened: Engagement, auditor: Client) -> None:
    for url in every_url(opened):
        response = auditor.get(url)
        assert response.status_code == 200, url
        assert CANARY.encode() not in content(response), url
    assert b"Claims triage" in auditor.get(room_url(opened, "records")).content
    assert auditor.get(room_url(opened, "records/SYS-0002")).status_code == 404
    hidden = File.unscoped.get(name=f"{CANARY}.csv")
    assert auditor.get(room_url(opened, f"files/{hidden.public_id}")).status_code == 404


def test_auditor_is_told_what_is_withheld(opened: Engagement, auditor: Client) -> None:
    assert "1 evidence items" in auditor.get(room_url(opened)).content.decode()


def test_links_lead_within_the_room_and_the_others_are_counted(
    opened: Engagement, auditor: Client, system: Actor
) -> None:
    assert b"SYS-0001" in auditor.get(room_url(opened, "records/EVD-0001")).content
    hidden = make("evidence", system, name=CANARY)
    link_records(source=hidden, reference=opened.system.reference, by=system)
    add_revision(engagement=opened, note="", by=system)
    shared = auditor.get(room_url(opened, f"records/{opened.system.reference}")).content.decode()
    assert CANARY in shared, "linked with the system, so it is shared by the new revision"
    other = make("ai-systems", system)
    link_records(source=hidden, reference=other.reference, by=system)
    add_revision(engagement=opened, note="", by=system)
    page = auditor.get(room_url(opened, f"records/{hidden.reference}")).content.decode()
    assert other.reference not in page
    assert "1 more is not shared" in page


def test_every_other_address_does_not_exist_for_the_auditor(opened: Engagement, auditor: Client) -> None:
    for url in ("/o/nordhaven/", "/o/nordhaven/evidence/", "/o/nordhaven/search?q=a", opened.get_absolute_url()):
        assert auditor.get(url).status_code == 404, url
    assert auditor.get("/api/v1/o/nordhaven/evidence").status_code == 404


def test_room_is_read_only(opened: Engagement, auditor: Client) -> None:
    for url in every_url(opened):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert auditor.generic(method, url).status_code == 405, (method, url)


def test_later_changes_do_not_leak_in(opened: Engagement, auditor: Client, system: Actor) -> None:
    ours = opened.system
    ours.name = "Renamed since"
    change_record(record=ours, by=system, lock=ours.lock)
    item = make("evidence", system, name="Later report")
    link_records(source=item, reference=ours.reference, by=system)
    page = auditor.get(room_url(opened, "records")).content.decode()
    assert "Renamed since" not in page
    assert "Later report" not in page
    add_revision(engagement=opened, note="asked for in the opening meeting", by=system)
    page = auditor.get(room_url(opened, "records")).content.decode()
    assert "Renamed since" in page
    assert "Later report" in page


@pytest.mark.parametrize(
    ("starts", "ends", "seen"),
    [(-60, 1, True), (-60, 0, False), (-60, -1, False), (1, 60, False), (-1, 60, True)],
    ids=["one second before the end", "at the end", "after the end", "before the beginning", "after the beginning"],
)
def test_period_is_judged_at_every_request(
    opened: Engagement, auditor: Client, starts: int, ends: int, seen: bool
) -> None:
    assert auditor.get(room_url(opened)).status_code == 200  # a session that is open already
    _token, secret = make_token(person=opened.auditor, name="script", days=7)  # type: ignore[arg-type]
    bearer = {"Authorization": f"Bearer {secret}"}

    def asked(client: Client, url: str, **how: Any) -> Any:
        """The grant moves with every request, so that each is asked at the same distance from its end."""
        GrantPeriod.unscoped.update(
            not_before=Now() + dt.timedelta(seconds=starts), not_after=Now() + dt.timedelta(seconds=ends)
        )
        return client.get(url, **how)

    for url in every_url(opened):
        assert asked(auditor, url).status_code == (200 if seen else 404), url
    assert asked(Client(), every_url(opened)[-1], headers=bearer).status_code == (200 if seen else 404)
    assert len(asked(Client(), "/api/v1/rooms", headers=bearer).json()) == int(seen)


def test_revoked_access_is_over_at_once(opened: Engagement, auditor: Client, system: Actor) -> None:
    end_access(engagement=opened, by=system)
    for url in every_url(opened):
        assert auditor.get(url).status_code == 404, url


def test_period_alone_opens_nothing(opened: Engagement, system: Actor) -> None:
    """A grant period without guardian's row (or the other way round) is no access: both are demanded."""
    other = make_person("other@certbody.example")
    period = GrantPeriod.unscoped.get()
    GrantPeriod.unscoped.create(
        organisation=period.organisation, scope=period.scope, person=other,
        not_before=period.not_before, not_after=period.not_after,
    )  # fmt: skip
    client = Client()
    client.force_login(other)
    assert client.get(room_url(opened)).status_code == 404


def test_another_engagements_auditor_is_a_stranger(opened: Engagement, system: Actor) -> None:
    second = make("engagements", system, system=make("ai-systems", system))
    open_engagement(engagement=second, by=system)
    second.refresh_from_db()
    client = Client()
    client.force_login(second.auditor)
    assert client.get(room_url(second)).status_code == 200
    for url in every_url(opened):
        assert client.get(url).status_code == 404, url


def test_every_view_is_in_the_activity_log(opened: Engagement, auditor: Client) -> None:
    before = ActivityEvent.unscoped.filter(person=opened.auditor.public_id).count()  # type: ignore[union-attr]
    urls = every_url(opened)
    for url in urls:
        auditor.get(url)
    events = ActivityEvent.unscoped.filter(person=opened.auditor.public_id).order_by("pk")  # type: ignore[union-attr]
    assert events.count() == before + len(urls)
    assert {e.verb for e in events} >= {"viewed", "exported", "downloaded"}
    assert all(e.organisation_id == opened.organisation_id for e in events)


def test_auditor_is_told_at_login_that_views_are_logged(opened: Engagement) -> None:
    person = opened.auditor
    person.set_password("correct horse battery staple")  # type: ignore[union-attr]
    person.save()  # type: ignore[union-attr]
    client = Client()
    response = client.post(
        "/account/login/",
        {"login": person.email, "password": "correct horse battery staple"},  # type: ignore[union-attr]
        follow=True,
    )
    assert response.redirect_chain[-1][0] == room_url(opened)
    assert "is logged" in response.content.decode()


def test_open_engagement_with_an_insider_is_refused(system: Actor, actor_of: Callable[..., Actor]) -> None:
    insider = actor_of("reader").person
    engagement = make("engagements", system, auditor_email=insider.email)  # type: ignore[union-attr]
    with pytest.raises(NotOpenable, match="outsider"):
        open_engagement(engagement=engagement, by=system)
    assert not GrantPeriod.unscoped.exists()


def test_open_engagement_whose_end_has_passed_is_refused(system: Actor) -> None:
    now = timezone.now()
    past = {"access_from": now - dt.timedelta(days=2), "access_until": now - dt.timedelta(days=1)}
    with pytest.raises(NotOpenable, match="ended"):
        open_engagement(engagement=make("engagements", system, **past), by=system)


def test_open_engagement_twice_is_refused(opened: Engagement, system: Actor) -> None:
    with pytest.raises(NotOpenable, match="already"):
        open_engagement(engagement=opened, by=system)


def test_open_engagement_invites_the_auditor_by_mail(opened: Engagement) -> None:
    mail = OutboxMessage.unscoped.get()
    assert mail.payload["to"] == opened.auditor_email
    assert "is logged" in mail.payload["text"]
    person = Person.objects.get(email=opened.auditor_email)
    assert not person.has_usable_password()


def test_open_engagement_freezes_what_is_shared(opened: Engagement, client_of: Callable[..., Client]) -> None:
    client = client_of("administrator")
    url = f"/api/v1/o/nordhaven/engagements/{opened.reference}"
    changed = {"lock": opened.lock, "access_until": (timezone.now() + dt.timedelta(days=400)).isoformat()}
    response = client.patch(url, changed, "application/json")
    assert response.status_code == 400
    assert "access_until" in response.json()["fields"]


def test_change_end_replaces_the_running_period(opened: Engagement, auditor: Client, system: Actor) -> None:
    ends = timezone.now() + dt.timedelta(days=2)
    change_end(engagement=opened, ends=ends, by=system)
    running = GrantPeriod.unscoped.get(revoked_at=None)
    assert running.not_after == ends
    assert GrantPeriod.unscoped.exclude(revoked_at=None).count() == 1
    assert auditor.get(room_url(opened)).status_code == 200


def test_version_is_canonical_and_made_once(system: Actor) -> None:
    from grc.actions.versions import canonical, make_version

    record = make("ai-systems", system)
    first, again = (make_version(record=record, by=system) for _ in range(2))
    assert first.pk == again.pk
    body = json.loads(bytes(first.body))
    assert canonical(body) == bytes(first.body)
    record.name = "Changed"
    change_record(record=record, by=system, lock=record.lock)
    assert make_version(record=record, by=system).number == 2
    assert Version.unscoped.get(number=1, key=record.key).sha256 == first.sha256
