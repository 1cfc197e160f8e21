"""What is said on a record: whom it calls, how it is shown, how long it can be changed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.models import ActivityEvent, Comment, Membership, Notice, Organisation, Person
from grc.teamwork.actions.comments import EDITABLE_FOR, MAX_LENGTH, edit_comment, take_back_comment, write_comment
from grc.teamwork.mentions import handle_of, mentions
from grc.teamwork.text import shown
from tests.conftest import make_person
from tests.factories import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def risk(system: Actor) -> Any:
    return make("risks", system)


def called(text: str, *people: Person) -> list[str]:
    return [text[found.start : found.end] for found in mentions(text, people)]


def test_mention_takes_the_longest_name_and_no_part_of_a_word() -> None:
    ana, ana_silva = Person(name="Ana", email="ana@x.example"), Person(name="Ana Silva", email="silva@x.example")
    assert called("@Ana Silva, @ana: @ANA SILVAN", ana, ana_silva) == ["@Ana Silva", "@ana", "@ANA"]
    assert called("@Anabel and mail to bob@ana", ana) == []
    assert called("(@silva@x.example)", ana, ana_silva) == ["@silva@x.example"]
    assert called("İ @Ana", ana) == ["@Ana"]


def test_mention_of_a_name_that_two_have_needs_the_address() -> None:
    one, two = Person(name="Kim", email="kim1@x.example"), Person(name="Kim", email="kim2@x.example")
    assert called("@Kim", one, two) == []
    assert handle_of(one, [one, two]) == "kim1@x.example"
    assert called("@kim2@x.example", one, two) == ["@kim2@x.example"]


def test_words_are_escaped_and_only_seen_references_are_links(
    risk: Any, system: Actor, actor_of: Callable[..., Actor]
) -> None:
    seen = make("ai-systems", system)
    text = f"<script>alert(1)</script>\n{seen.reference} {risk.reference} X-{seen.reference} RSK-9999"
    reader = actor_of("reader")
    (html,) = shown([text], reader, [])
    assert "&lt;script&gt;" in html
    assert "<br>" in html
    assert html.count("<a href") == 1
    assert seen.get_absolute_url() in html
    assert risk.get_absolute_url() not in html
    (named,) = shown(["@Reader <b>"], reader, [reader.person])  # type: ignore[list-item]
    assert named == '<span class="mention">@Reader</span> &lt;b&gt;'


def test_titles_in_links_are_escaped(system: Actor) -> None:
    evil = make("ai-systems", system, name='"><img src=x>')
    (html,) = shown([evil.reference], system, [])
    assert "<img" not in html


@pytest.mark.parametrize("body", ["", "  \n ", "a\x00b", "x" * (MAX_LENGTH + 1)])
def test_words_that_cannot_be_kept_are_refused(
    body: str, risk: Any, client_of: Callable[..., Client], actor_of: Callable[..., Actor]
) -> None:
    with pytest.raises(ValidationError):
        write_comment(record=risk, body=body, by=actor_of("administrator"))
    client, url = client_of("administrator"), f"{risk.get_absolute_url()}/comments"
    page = client.post(url, {"body": body})
    assert page.status_code == 422
    if len(body) > MAX_LENGTH:
        assert body in page.content.decode(), "nothing typed is lost"
    assert client.post(f"/api/v1{url}", {"body": body}, "application/json").status_code == 400
    assert not Comment.unscoped.exists()


def test_own_words_can_be_changed_for_an_hour(risk: Any, actor_of: Callable[..., Actor]) -> None:
    by, other = actor_of("contributor"), actor_of("compliance-officer")
    comment = write_comment(record=risk, body="first", by=by)
    changed = edit_comment(comment=comment, body="second", by=by)
    assert (changed.body, changed.edited_at is not None) == ("second", True)
    with pytest.raises(Denied):
        edit_comment(comment=comment, body="mine now", by=other)
    for late, refused in ((EDITABLE_FOR - dt.timedelta(seconds=5), False), (EDITABLE_FOR, True)):
        Comment.unscoped.update(created_at=changed.edited_at - late)
        if refused:
            with pytest.raises(Denied):
                edit_comment(comment=comment, body="too late", by=by)
        else:
            edit_comment(comment=comment, body="still in time", by=by)
    comment.refresh_from_db()
    assert comment.body == "still in time"


def test_changed_words_call_only_who_was_not_called(risk: Any, actor_of: Callable[..., Actor]) -> None:
    by, first, second = actor_of("administrator"), actor_of("contributor"), actor_of("approver")
    comment = write_comment(record=risk, body=f"@{first.person.email}", by=by)  # type: ignore[union-attr]
    edit_comment(comment=comment, body=f"@{first.person.email} @{second.person.email}", by=by)  # type: ignore[union-attr]
    told = Notice.unscoped.filter(kind="mention").values_list("person__email", flat=True)
    assert sorted(told) == sorted([first.person.email, second.person.email])  # type: ignore[union-attr]


def test_words_taken_back_leave_page_and_api(
    risk: Any, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    comment = write_comment(record=risk, body="a secret word", by=actor_of("contributor"))
    with pytest.raises(Denied):
        take_back_comment(comment=comment, by=actor_of("compliance-officer"))
    url = f"{risk.get_absolute_url()}/comments/{comment.public_id}"
    assert client_of("compliance-officer").post(f"{url}/take-back").status_code == 403
    assert client_of("contributor").post(f"{url}/take-back").status_code == 302
    assert client_of("contributor").get(url).status_code == 403
    page = client_of("administrator").get(risk.get_absolute_url()).content.decode()
    assert "a secret word" not in page
    assert "taken back" in page
    (listed,) = client_of("administrator").get(f"/api/v1{risk.get_absolute_url()}/comments").json()["results"]
    assert listed["body"] == ""
    assert ActivityEvent.unscoped.filter(record=risk.key, verb="commented").count() == 2


def test_an_administrator_may_take_back_anybodys_words(risk: Any, actor_of: Callable[..., Actor]) -> None:
    comment = write_comment(record=risk, body="rude", by=actor_of("contributor"))
    assert take_back_comment(comment=comment, by=actor_of("administrator")).withdrawn_at is not None
    with pytest.raises(Denied):
        edit_comment(comment=comment, body="back again", by=actor_of("contributor"))


def test_who_lost_their_role_says_and_changes_nothing_more(risk: Any, actor_of: Callable[..., Actor]) -> None:
    by = actor_of("contributor")
    comment = write_comment(record=risk, body="before", by=by)
    Membership.objects.filter(person=by.person).update(role="reader")
    now = Actor.of(by.person, by.organisation)  # type: ignore[arg-type]
    assert now is not None
    for act in (
        lambda: write_comment(record=risk, body="after", by=now),
        lambda: edit_comment(comment=comment, body="after", by=now),
        lambda: take_back_comment(comment=comment, by=now),
    ):
        with pytest.raises(NotVisible):
            act()


def test_comments_of_another_organisation_are_not_found(
    risk: Any, system: Actor, other_organisation: Organisation, client_of: Callable[..., Client]
) -> None:
    there = Actor.system(other_organisation)
    with there.working():
        foreign = make("risks", there)
        comment = write_comment(record=foreign, body="theirs", by=there)
    client = client_of("administrator")
    for base in (risk.get_absolute_url(), f"/api/v1{risk.get_absolute_url()}"):
        assert client.get(f"{base}/comments/{comment.public_id}").status_code == 404
        assert client.post(f"{base}/comments/{comment.public_id}/take-back").status_code == 404


def test_page_asks_as_often_at_20_comments_as_at_1(
    risk: Any, actor_of: Callable[..., Actor], client_of: Callable[..., Client], django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, people = (
        client_of("administrator"),
        [actor_of(r) for r in ("contributor", "approver", "compliance-officer")],
    )
    counts = []
    for rounds in (1, 20):
        for n in range(rounds):
            write_comment(record=risk, body=f"@Contributor see {risk.reference}", by=people[n % 3])
        client.get(risk.get_absolute_url())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(risk.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_people_are_offered_by_a_few_letters(risk: Any, system: Actor, client_of: Callable[..., Client]) -> None:
    make_person("zoe@nordhaven.example", system.organisation, "contributor", name="Zoë <Ng>")
    client, url = client_of("administrator"), f"{risk.get_absolute_url()}/people"
    body = client.get(url, {"q": "zo"}).content.decode()
    assert 'data-value="@Zoë &lt;Ng&gt;"' in body
    assert client.get(url, {"q": "nobody"}).content.decode().strip() == ""
    assert client.get(url, {"q": "\x00"}).status_code == 404
