"""Telling people what they should know: in the app, and by mail as each of them wants it."""

from textwrap import shorten

from django.db import transaction
from django.utils import timezone

from grc.access.actor import Actor
from grc.models.notice import Notice, NoticeSetting
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.models.record import RecordKey
from grc.notices.inbox import notices_of
from grc.notices.kinds import mail_wishes
from grc.notices.mails import mail_one
from grc.registers.sight import may_see

LATER = {NoticeSetting.Mail.DAILY, NoticeSetting.Mail.WEEKLY}


@transaction.atomic
def notify(
    *,
    person: Person,
    organisation: Organisation,
    kind: Notice.Kind,
    text: str,
    url: str,
    about: RecordKey | None = None,
    once: str = "",
) -> None:
    """Tell ``person`` something, in the caller's transaction, which works for ``organisation``.

    ``url``: the path that the notice leads to. ``once``: names the fact, so that the same one is told one time only.
    Nobody is told who has no role there, or may not see the record that it is ``about``.
    """
    actor = Actor.of(person, organisation)
    if actor is None or (about is not None and not may_see(actor, about)):
        return
    wish, text = mail_wishes(person)[kind], " ".join(text.split())
    told = {
        "kind": kind,
        "text": shorten(text, 300, placeholder="…"),
        "url": url[:300],
        "about": about,
        # set as soon as no mail is owed: a digest looks at the others
        "mailed_at": None if wish in LATER else timezone.now(),
    }
    if once:
        notice, new = Notice.unscoped.get_or_create(
            organisation=organisation, person=person, once=once[:120], defaults=told
        )
    else:
        notice, new = Notice.unscoped.create(organisation=organisation, person=person, **told), True
    if new and wish == NoticeSetting.Mail.ONCE:
        mail_one(notice, text)


@transaction.atomic
def mark_read(*, notice: Notice, read: bool = True) -> None:
    """Say that a notice was read, or that it shall look unread again."""
    rows = Notice.objects.within(notice.organisation).filter(pk=notice.pk, read_at__isnull=read)
    rows.update(read_at=timezone.now() if read else None)


@transaction.atomic
def mark_all_read(*, by: Actor) -> int:
    """Say that everything was read that the actor is told in this organisation. Returns how many there were."""
    unread = notices_of(by).filter(read_at=None).values("pk")
    return Notice.objects.within(by.organisation).filter(pk__in=unread).update(read_at=timezone.now())


@transaction.atomic
def choose_mail(*, person: Person, wishes: dict[Notice.Kind, NoticeSetting.Mail]) -> None:
    """Say how ``person`` wants some kinds of notice by mail; the other kinds stay as they are."""
    for kind, mail in wishes.items():
        NoticeSetting.objects.update_or_create(person=person, kind=kind, defaults={"mail": mail})
