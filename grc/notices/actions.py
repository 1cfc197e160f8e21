"""Telling people what they should know: in the app, and by mail as each of them wants it."""

from django.db import transaction
from django.utils import timezone

from grc.access.actor import Actor
from grc.models.notice import Notice, NoticeSetting
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.models.record import RecordKey
from grc.notices.kinds import mail_wishes
from grc.notices.mails import mail_one
from grc.registers.sight import may_see


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
    told = {"kind": kind, "text": text[:300], "url": url[:300], "about": about}
    if once:
        notice, new = Notice.unscoped.get_or_create(
            organisation=organisation, person=person, once=once[:120], defaults=told
        )
        if not new:
            return
    else:
        notice = Notice.unscoped.create(organisation=organisation, person=person, **told)
    if mail_wishes(person)[kind] == NoticeSetting.Mail.ONCE:
        mail_one(notice)
        notice.mailed_at = timezone.now()
        notice.save(update_fields=["mailed_at"])


@transaction.atomic
def choose_mail(*, person: Person, wishes: dict[Notice.Kind, NoticeSetting.Mail]) -> None:
    """Say how ``person`` wants some kinds of notice by mail; the other kinds stay as they are."""
    for kind, mail in wishes.items():
        NoticeSetting.objects.update_or_create(person=person, kind=kind, defaults={"mail": mail})
