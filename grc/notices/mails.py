"""Notices as plain text mails. Addresses are whole, because a mail is read outside of the page."""

from collections.abc import Sequence
from textwrap import shorten

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc import formats
from grc.actions.outbox import queue_mail
from grc.models.notice import Notice
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.registries import Todo

MOST_WORK = 20
"""Lines of one's work in a mail."""


def whole_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def mail_one(notice: Notice, text: str) -> None:
    """Queue the mail of one notice, in the caller's transaction; ``text``: all of what it tells in short."""
    lines = [text, whole_url(notice.url), _foot(notice.organisation)]
    _queue(notice.person, notice.organisation, shorten(text, 150, placeholder="…"), lines)


def mail_digest(
    person: Person, organisation: Organisation, notices: Sequence[Notice], work: Sequence[Todo] = ()
) -> None:
    """Queue one mail about several notices of one organisation, oldest first, grouped by kind.

    ``work``: what the person has to do soon, which stands below them.
    """
    lines = []
    for kind in Notice.Kind:
        group = [notice for notice in notices if notice.kind == kind]
        if group:
            lines.append(str(kind.label))
            lines += [f"– {notice.text}\n  {whole_url(notice.url)}" for notice in group]
    lines += _work(organisation, work, person.region)
    told = {"n": len(notices), "where": " ".join(organisation.name.split())}
    subject = ngettext("%(n)d notice from %(where)s", "%(n)d notices from %(where)s", len(notices)) % told
    _queue(person, organisation, subject, [*lines, _foot(organisation)])


def _work(organisation: Organisation, work: Sequence[Todo], region: str) -> list[str]:
    if not work:
        return []
    with formats.written_for(region):
        dated = [(todo, formats.day(todo.due_on) if todo.due_on else "") for todo in work[:MOST_WORK]]
    return [
        _("Your work that is late or due within a week"),
        *(f"– {' '.join(str(todo.text).split())} ({due})\n  {whole_url(todo.url)}" for todo, due in dated),
        _("All of it:") + f"\n  {whole_url(reverse('my-work', args=[organisation.slug]))}",
    ]


def _queue(person: Person, organisation: Organisation, subject: str, lines: Sequence[str]) -> None:
    queue_mail(organisation=organisation, to=[person.email], subject=subject, text="\n\n".join(lines) + "\n")


def _foot(organisation: Organisation) -> str:
    return _(
        "--\nThis comes from Assay, because you work in %(organisation)s there. "
        "Choose which mails you get, or none:\n%(address)s"
    ) % {"organisation": organisation.name, "address": whole_url(reverse("notice-settings"))}
