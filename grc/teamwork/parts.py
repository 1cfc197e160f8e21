"""What teamwork adds to every record: links and files beside the facts, tasks and comments below them."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path

from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission, Reach
from grc.actions.links import by_register, links_of
from grc.models.link import Link
from grc.models.record import Record
from grc.models.teamwork import Attachment, Comment, Task
from grc.registers.register import Register
from grc.registries import Part, record_pages, record_parts
from grc.teamwork import happenings, told  # noqa: F401  (they declare what history shows, and who hears of what)
from grc.teamwork.actions.comments import may_edit, may_take_back
from grc.teamwork.actions.tasks import may_give_to_others
from grc.teamwork.forms import TaskForm
from grc.teamwork.mentions import people_seeing
from grc.teamwork.text import shown

MOST_COMMENTS = 100
MOST_TASKS = 100


@record_parts.add(order=10)
def links(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    if register.slug in Link.NEVER_ENDS or not actor.can(Permission.LINKS_VIEW):
        return
    found = links_of(record=record.key, actor=actor)
    may_add = record.archived_at is None and _may_link(register, record, actor)
    context = {"groups": list(by_register(found)), "record": record, "register": register, "may_add": may_add}
    yield Part("registers/parts/links.html", context, "rail")


@record_parts.add(order=20)
def files(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    if not register.attachable:
        return
    rows = Attachment.objects.permitted(actor, register.view).filter(about=record.key, removed_at=None)
    context = {
        "files": list(rows.select_related("file", "created_by").order_by("-created_at", "-pk")),
        "record": record,
        "register": register,
        "may_change": record.archived_at is None and allows(actor, register.edit, record),
        "base": f"{register.detail_url(actor.organisation.slug, record.reference)}/attachments",
    }
    yield Part("teamwork/files.html", context, "rail")


@record_parts.add(order=80)
def tasks(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    if register.slug in Task.NEVER_ABOUT or not actor.can(Permission.TASKS_VIEW):
        return
    rows = Task.objects.permitted(actor, Permission.TASKS_VIEW).filter(about=record.key, archived_at=None)
    found = list(rows.select_related("owner", "organisation").order_by("due_on", "pk")[:MOST_TASKS])
    changeable = _changeable_tasks(found, record, register, actor)
    may_add = record.archived_at is None and actor.can(Permission.TASKS_EDIT)
    others = may_add and may_give_to_others(actor, record.key)
    context = {
        "open": [(task, task.pk in changeable) for task in found if task.is_open],
        "closed": [(task, task.pk in changeable) for task in found if not task.is_open],
        "form": TaskForm(actor=actor, for_others=others) if may_add else None,
        "url": f"{register.detail_url(actor.organisation.slug, record.reference)}/tasks",
    }
    yield Part("teamwork/tasks.html", context)


@record_parts.add(order=90)
def comments(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    rows = Comment.objects.permitted(actor, register.view).filter(about=record.key).select_related("person")
    said = list(rows.order_by("-created_at", "-pk")[: MOST_COMMENTS + 1])
    latest = said[:MOST_COMMENTS][::-1]
    called = people_seeing(record.key) if any("@" in comment.body for comment in latest) else []
    bodies = shown(("" if comment.withdrawn_at else comment.body for comment in latest), actor, called)
    context = {
        "comments": [
            (comment, body, may_edit(comment, actor), may_take_back(comment, actor))
            for comment, body in zip(latest, bodies, strict=True)
        ],
        "count": sum(comment.withdrawn_at is None for comment in latest),
        "more": len(said) > MOST_COMMENTS,
        "most": MOST_COMMENTS,
        "may_add": record.archived_at is None,
        "url": f"{register.detail_url(actor.organisation.slug, record.reference)}",
    }
    yield Part("teamwork/comments.html", context)


@record_pages.add(order=50)
def addresses(register: Register) -> Iterator[URLPattern]:
    from grc.teamwork.pages import attachments as files_pages
    from grc.teamwork.pages import comments as comment_pages
    from grc.teamwork.pages import tasks as task_pages

    one, slug = f"{register.slug}/<reference:reference>", register.slug
    comment = f"{one}/comments/<uuid:comment>"
    given: dict[str, Any] = {"register": register}
    yield path(f"{one}/comments", comment_pages.CommentsPage.as_view(**given), name=f"{slug}-comments")
    yield path(comment, comment_pages.CommentPage.as_view(**given), name=f"{slug}-comment")
    take_back = comment_pages.TakeBackCommentPage.as_view(**given)
    yield path(f"{comment}/take-back", take_back, name=f"{slug}-comment-take-back")
    yield path(f"{one}/people", comment_pages.PeoplePage.as_view(**given), name=f"{slug}-people")
    if register.attachable:
        file = f"{one}/attachments/<uuid:file>"
        yield path(f"{one}/attachments", files_pages.AttachmentsPage.as_view(**given), name=f"{slug}-attachments")
        yield path(file, files_pages.AttachmentPage.as_view(**given), name=f"{slug}-attachment")
        remove = files_pages.RemoveAttachmentPage.as_view(**given)
        yield path(f"{file}/remove", remove, name=f"{slug}-attachment-remove")
    if slug not in Task.NEVER_ABOUT:
        yield path(f"{one}/tasks", task_pages.RecordTasksPage.as_view(**given), name=f"{slug}-tasks")


def _may_link(register: Register, record: Record, actor: Actor) -> bool:
    # from the other side one may link as well; offered is what is sure to work
    reach = actor.reach(Permission.LINKS_EDIT)
    return reach is Reach.ALL or (reach is not None and allows(actor, register.edit, record))


def _changeable_tasks(found: list[Task], record: Record, register: Register, actor: Actor) -> set[int]:
    if not actor.can(Permission.TASKS_EDIT):
        return set()
    if actor.reach(Permission.TASKS_EDIT) is Reach.ALL or allows(actor, register.edit, record):
        return {task.pk for task in found}
    return {task.pk for task in found if actor.person is not None and task.owner_id == actor.person.pk}
