"""What every register owes by teamwork: links, comments, files and tasks on each of its records, for whom they are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.access.roles import ROLES, Permission, Reach
from grc.actions.links import links_of
from grc.actions.records import archive_record
from grc.models import Attachment, Comment, Link, Notice, Organisation, Task
from grc.registers.register import Register, registers
from grc.teamwork.actions.comments import write_comment
from tests.conftest import make_person
from tests.factories import make

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("register", list(registers), ids=lambda register: register.slug),
]


def roles_with(permission: Permission, *reaches: Reach | None) -> list[str]:
    return [role.key for role in ROLES.values() if role.grants.get(permission) in reaches]


def below(record: Any, what: str) -> str:
    return f"{record.get_absolute_url()}/{what}"


def api(record: Any, what: str) -> str:
    return f"/api/v1{below(record, what)}"


def upload(name: str = "a.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"a,b\r\n1,2\r\n", "text/csv")


# Comments


def test_whoever_sees_a_record_may_comment_on_it(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    for role in roles_with(register.view, Reach.ALL):
        response = client_of(role).post(below(record, "comments"), {"body": f"Seen by {role}, see {record.reference}"})
        assert response.status_code == 302, role
        assert client_of(role).post(api(record, "comments"), {"body": "again"}, "application/json").status_code == 201
    page = client_of("administrator").get(record.get_absolute_url()).content.decode()
    for role in roles_with(register.view, Reach.ALL):
        assert f"Seen by {role}, see <a href=" in page
    listed = client_of("administrator").get(api(record, "comments")).json()
    assert listed["count"] == Comment.unscoped.count() == 2 * len(roles_with(register.view, Reach.ALL))


def test_whoever_does_not_see_a_record_can_do_nothing_about_it(
    register: Register, other_organisation: Organisation, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    outsider = Client()
    outsider.force_login(make_person("outsider@example.org"))
    clients = [outsider, client_of("administrator", other_organisation)]
    clients += [client_of(role) for role in roles_with(register.view, None)]
    for client in clients:
        for what, data in (
            ("comments", {"body": "x"}),
            ("tasks", {"name": "x"}),
            ("attachments", {"file": upload()}),
            ("links", {"reference": record.reference}),
        ):
            assert client.post(below(record, what), data).status_code == 404, what
        assert client.get(below(record, "people?q=")).status_code == 404
        assert client.get(api(record, "comments")).status_code == 404
        assert client.post(api(record, "comments"), {"body": "x"}, "application/json").status_code == 404
    assert not Comment.unscoped.exists()
    assert not Attachment.unscoped.exists()


def test_action_refuses_a_comment_of_whoever_does_not_see_the_record(
    register: Register, system: Actor, actor_of: Callable[..., Actor]
) -> None:
    record = make(register.slug, system)
    for role in roles_with(register.view, None):
        with pytest.raises(NotVisible):
            write_comment(record=record, body="x", by=actor_of(role))


def test_a_mention_reaches_only_whoever_sees_the_record(
    register: Register, system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    seeing = {role: actor_of(role).person for role in roles_with(register.view, Reach.ALL)}
    blind = {role: actor_of(role).person for role in roles_with(register.view, None)}
    everybody = " ".join(f"@{person.email}" for person in [*seeing.values(), *blind.values()])
    write_comment(record=record, body=everybody, by=actor_of("administrator"))
    told = set(Notice.unscoped.filter(kind=Notice.Kind.MENTION).values_list("person__email", flat=True))
    assert told == {person.email for role, person in seeing.items() if role != "administrator"}
    offered = client_of("administrator").get(below(record, "people?q=nordhaven")).content.decode()
    for person in blind.values():
        assert person.email not in offered
    for role in blind:
        assert record.reference not in client_of(role).get("/o/nordhaven/notices").content.decode()


def test_owner_hears_of_a_comment_and_not_of_their_own(
    register: Register, system: Actor, actor_of: Callable[..., Actor]
) -> None:
    officer, administrator = actor_of("compliance-officer"), actor_of("administrator")
    seeing = officer if officer.can(register.view) else administrator
    other = administrator if seeing is officer else actor_of(roles_with(register.view, Reach.ALL)[1])
    record = make(register.slug, system, owner=seeing.person)
    Notice.unscoped.all().delete()
    write_comment(record=record, body="mine", by=seeing)
    assert not Notice.unscoped.filter(kind=Notice.Kind.COMMENT).exists()
    write_comment(record=record, body="theirs", by=other)
    assert Notice.unscoped.get(kind=Notice.Kind.COMMENT).person == seeing.person


def test_nothing_is_added_to_an_archived_record(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record = make(register.slug, system)
    record = archive_record(record=record, by=system)
    client = client_of("administrator")
    for what, data in (("comments", {"body": "x"}), ("tasks", {"name": "x"}), ("attachments", {"file": upload()})):
        assert client.post(below(record, what), data).status_code in {403, 404}, what
    with pytest.raises(Denied):
        write_comment(record=record, body="x", by=system)
    page = client.get(record.get_absolute_url())
    assert page.status_code == 200
    assert 'name="body"' not in page.content.decode()


# Files


def test_files_are_handed_over_shut_by_page_and_api(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record, client = make(register.slug, system), client_of("administrator")
    posted = client.post(below(record, "attachments"), {"file": [upload("one.csv"), upload("two.csv")]})
    if not register.attachable:
        assert posted.status_code == 404
        assert (
            'name="file"' not in client.get(record.get_absolute_url()).content.decode() or register.slug == "evidence"
        )
        return
    assert posted.status_code == 302
    listed = client.get(api(record, "attachments")).json()
    assert [entry["name"] for entry in listed] == ["one.csv", "two.csv"]
    for base in (below, api):
        response = client.get(f"{base(record, 'attachments')}/{listed[0]['id']}")
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert b"".join(response).startswith(b"a,b")  # type: ignore[arg-type]
    page = client.get(record.get_absolute_url()).content.decode()
    assert listed[0]["sha256"] in page
    assert client.post(f"{below(record, 'attachments')}/{listed[0]['id']}/remove").status_code == 302
    assert client.get(f"{below(record, 'attachments')}/{listed[0]['id']}").status_code == 404
    kinds = [step["kind"] for step in client.get(api(record, "history")).json()]
    assert kinds == ["detached", "attached", "attached", "created"]


def test_files_are_changed_by_whoever_changes_the_record(
    register: Register, system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    if not register.attachable:
        return
    record = make(register.slug, system)
    url = below(record, "attachments")
    readers = set(roles_with(register.view, Reach.ALL)) & set(roles_with(register.edit, None, Reach.OWN))
    for role in readers:
        assert client_of(role).post(url, {"file": upload()}).status_code == 403, role
        assert client_of(role).post(f"/api/v1{url}", {"file": upload()}).status_code == 403, role
    assert not Attachment.unscoped.exists()
    for role in roles_with(register.edit, Reach.OWN):
        mine = make(register.slug, system, owner=actor_of(role).person)
        assert client_of(role).post(below(mine, "attachments"), {"file": upload()}).status_code == 302, role


def test_a_refused_file_leaves_nothing(register: Register, system: Actor, client_of: Callable[..., Client]) -> None:
    if not register.attachable:
        return
    record, client = make(register.slug, system), client_of("administrator")
    bad = SimpleUploadedFile("bad.csv", b"MZ\x90\x00" * 50)
    response = client.post(below(record, "attachments"), {"file": [upload(), bad]})
    assert response.status_code == 422
    assert not Attachment.unscoped.exists()
    assert client.post(api(record, "attachments"), {"file": bad}).status_code == 400


# Tasks


def test_tasks_are_added_on_the_record_and_done_in_one_click(
    register: Register, system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    record, client = make(register.slug, system), client_of("administrator")
    person = actor_of("administrator").person
    data = {"name": "Look into it", "owner": str(person.public_id), "due_on": "2031-01-02"}  # type: ignore[union-attr]
    response = client.post(below(record, "tasks"), data)
    if register.slug in Task.NEVER_ABOUT:
        assert response.status_code == 404
        return
    assert response.status_code == 302
    task = Task.unscoped.get(name="Look into it")
    assert (task.about_id, task.owner, str(task.due_on)) == (record.pk, person, "2031-01-02")
    assert "Look into it" in client.get(record.get_absolute_url()).content.decode()
    assert client.post(f"{task.get_absolute_url()}/state", {"state": "done", "from": "record"}).status_code == 302
    task.refresh_from_db()
    assert task.state == "done"
    assert task.done_on is not None


def test_tasks_for_others_are_given_by_whoever_changes_the_record(
    register: Register, system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    if register.slug in Task.NEVER_ABOUT:
        return
    own = set(roles_with(Permission.TASKS_EDIT, Reach.OWN)) & set(roles_with(register.view, Reach.ALL))
    own -= set(roles_with(register.edit, Reach.ALL))
    receiver = actor_of("administrator").person
    for role in own:
        person = actor_of(role).person
        record, body = make(register.slug, system), {"name": "Do it", "about": ""}
        for owner, status in ((person, 201), (receiver, 403)):
            body |= {"about": record.reference, "owner": owner.email}  # type: ignore[union-attr]
            response = client_of(role).post("/api/v1/o/nordhaven/tasks", body, "application/json")
            assert response.status_code == status, (role, owner)
        if role in roles_with(register.edit, Reach.OWN):
            mine = make(register.slug, system, owner=person)
            body |= {"about": mine.reference}
            assert client_of(role).post("/api/v1/o/nordhaven/tasks", body, "application/json").status_code == 201


# Links


def test_links_are_shown_and_ended_from_both_sides(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    record, other, client = make(register.slug, system), make("ai-systems", system), client_of("administrator")
    data = {"reference": other.reference.lower(), "note": "Both say so"}
    assert client.post(below(record, "links"), data).status_code == 302
    if register.slug in Link.NEVER_ENDS:
        return
    link = Link.unscoped.get(source=record.key, target=other.key)
    for one, its_other in ((record, other), (other, record)):
        page = client.get(one.get_absolute_url()).content.decode()
        assert its_other.get_absolute_url() in page
        assert "Both say so" in page
    again = client.post(below(other, "links"), {"reference": record.reference}, follow=True)
    assert "linked already" in again.content.decode()
    assert client.post(below(other, f"links/{record.reference}/end")).status_code == 302
    link.refresh_from_db()
    assert link.archived_at is not None
    for one in (record, other):
        assert links_of(record=one.key, actor=system) == []
        kinds = [step["kind"] for step in client.get(api(one, "history")).json()]
        assert kinds == ["unlinked", "linked", "created"]


def test_links_are_made_by_whoever_changes_one_of_the_two(
    register: Register, system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    if register.slug in Link.NEVER_ENDS:
        return
    own = set(roles_with(Permission.LINKS_EDIT, Reach.OWN)) & set(roles_with(register.view, Reach.ALL))
    own -= set(roles_with(register.edit, Reach.ALL))
    for role in own:
        client = client_of(role)
        record, other = make(register.slug, system), make("ai-systems", system)
        assert client.post(below(record, "links"), {"reference": other.reference}).status_code == 403, role
        body = {"source": record.reference, "target": other.reference}
        assert client.post("/api/v1/o/nordhaven/links", body, "application/json").status_code == 403, role
        if role in roles_with(register.edit, Reach.OWN):
            mine = make(register.slug, system, owner=actor_of(role).person)
            for one, its_other in ((mine, record), (other, mine)):
                answer = client.post(below(one, "links"), {"reference": its_other.reference})
                assert answer.status_code == 302, role
    assert not Link.unscoped.filter(owner=None).exists()


def test_links_with_what_one_may_not_see_are_not_shown_nor_made(
    register: Register, system: Actor, client_of: Callable[..., Client]
) -> None:
    if register.slug in Link.NEVER_ENDS or register.slug == "ai-systems":
        return
    record, seen = make(register.slug, system), make("ai-systems", system)
    client_of("administrator").post(below(record, "links"), {"reference": seen.reference})
    link = Link.unscoped.get(source=record.key)
    for role in roles_with(register.view, None):
        client = client_of(role)
        assert record.reference not in client.get(seen.get_absolute_url()).content.decode()
        assert record.reference not in client.get(f"{seen.get_absolute_url()}/history").content.decode()
        assert client.get(link.get_absolute_url()).status_code == 404
        assert client.get(f"/o/nordhaven/records-named?q={record.reference}").content.decode().strip() == ""
        assert client.get("/api/v1/o/nordhaven/links").json()["count"] == 0
