"""What people say about a record."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.notice import Notice
from grc.models.person import Person
from grc.models.record import Record
from grc.models.teamwork import Comment
from grc.notices.actions import notify
from grc.registers.register import registers
from grc.registers.sight import may_see
from grc.teamwork.mentions import mentions, people_seeing

EDITABLE_FOR = dt.timedelta(hours=1)
MAX_LENGTH = 5000


@transaction.atomic
def write_comment(*, record: Record, body: str, by: Actor) -> Comment:
    """Say something about ``record``: everybody may who sees it. Whom it mentions and the owner hear of it.

    Raises ``ValidationError`` for an empty or overlong text, ``NotVisible``, ``Denied``.
    """
    if not may_see(by, record.key):
        raise NotVisible
    if record.archived_at is not None:
        raise Denied(_("This record is archived: nothing is added to it any more."))
    comment = Comment.unscoped.create(
        organisation=by.organisation, about=record.key, person=by.person, body=checked(body)
    )
    record_activity(by=by, verb=ActivityEvent.Verb.COMMENTED, record=record.key)
    called = _call(comment, by)
    if record.owner is not None and record.owner not in called and record.owner != by.person:
        _tell(comment, record.owner, Notice.Kind.COMMENT, _("%(who)s comments on %(record)s"), by)
    return comment


@transaction.atomic
def edit_comment(*, comment: Comment, body: str, by: Actor) -> Comment:
    """Change one's own words, for a while after they were written. Who is mentioned newly hears of it.

    Raises ``ValidationError``, ``Denied``, ``NotVisible``.
    """
    current = _own(comment, by)
    if not may_edit(current, by):
        raise Denied(_("A comment can be changed for an hour. Write another one."))
    text = checked(body)
    if text == current.body:
        return current
    current.body, current.edited_at = text, timezone.now()
    current.save(update_fields=["body", "edited_at"])
    record_activity(by=by, verb=ActivityEvent.Verb.COMMENTED, record=current.about, detail=_("changed the comment"))
    _call(current, by)
    return current


@transaction.atomic
def take_back_comment(*, comment: Comment, by: Actor) -> Comment:
    """Take the words from the page; that something was said stays. One's own, or as an administrator anybody's.

    Raises ``Denied``, ``NotVisible``.
    """
    current = _own(comment, by)
    if current.withdrawn_at is None:
        current.withdrawn_at = timezone.now()
        current.save(update_fields=["withdrawn_at"])
        record_activity(
            by=by, verb=ActivityEvent.Verb.COMMENTED, record=current.about, detail=_("took the comment back")
        )
    return current


def may_edit(comment: Comment, actor: Actor) -> bool:
    """Whether the words may still be changed by ``actor``."""
    fresh = timezone.now() - comment.created_at < EDITABLE_FOR
    return fresh and comment.withdrawn_at is None and _is_own(comment, actor)


def may_take_back(comment: Comment, actor: Actor) -> bool:
    return comment.withdrawn_at is None and (_is_own(comment, actor) or actor.can(Permission.SETTINGS_EDIT))


def checked(body: str) -> str:
    """A comment's text as it is kept. Raises ``ValidationError``."""
    text = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise ValidationError({"body": [_("Write something first.")]})
    if "\x00" in text:
        raise ValidationError({"body": [_("A NUL character has no place here.")]})
    if len(text) > MAX_LENGTH:
        raise ValidationError({"body": [_("A comment has at most %(n)d characters.") % {"n": MAX_LENGTH}]})
    return text


def _is_own(comment: Comment, actor: Actor) -> bool:
    return actor.person is not None and comment.person_id == actor.person.pk


def _own(comment: Comment, by: Actor) -> Comment:
    rows = Comment.objects.within(by.organisation).select_for_update(of=("self",))
    current = rows.select_related("about__organisation").filter(pk=comment.pk).first()
    if current is None or not may_see(by, current.about):
        raise NotVisible
    if not _is_own(current, by) and not (current.withdrawn_at is None and may_take_back(current, by)):
        raise Denied(_("This is somebody else’s comment."))
    return current


def _call(comment: Comment, by: Actor) -> list[Person]:
    """Tell everybody whom ``comment`` mentions and who has not been told; gives whom it mentions."""
    if "@" not in comment.body:
        return []
    called = {found.person for found in mentions(comment.body, people_seeing(comment.about))}
    for person in called:
        if person != by.person:
            _tell(comment, person, Notice.Kind.MENTION, _("%(who)s mentions you on %(record)s"), by)
    return list(called)


def _tell(comment: Comment, person: Person, kind: Notice.Kind, words: str, by: Actor) -> None:
    key = comment.about
    url = registers.by_slug(key.register).detail_url(by.organisation.slug, key.reference)
    notify(
        person=person,
        organisation=by.organisation,
        kind=kind,
        text=words % {"who": by.person or _("Assay"), "record": key},
        url=f"{url}#comment-{comment.public_id}",
        about=key,
        once=f"{kind}:{comment.public_id}",
    )
