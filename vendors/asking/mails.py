"""What the vendor's person gets by mail: the link, the codes, a reminder. Nothing of the asker's records but this."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from grc.actions.outbox import queue_mail
from vendors.models import AskLink, VendorAsk


def send_link(ask: VendorAsk, link: AskLink, secret: str) -> None:
    words = {
        "name": one_line(ask.name),
        "organisation": one_line(ask.organisation.name),
        "vendor": one_line(ask.review.vendor.name),
        "message": f"{ask.message.strip()}\n\n" if ask.message.strip() else "",
        "link": settings.SITE_URL + reverse("ask", args=[secret]),
        "until": until(link),
    }
    text = _(
        "Hello %(name)s,\n\n%(organisation)s asks %(vendor)s ten questions about AI.\n\n%(message)s"
        "Answer here, until %(until)s. You need no account: a code is sent to this address when you open the page, and "
        "you may stop and go on whenever you like.\n\n%(link)s\n\n"
        "Keep this mail: the link is in no other one. If you did not expect it, do nothing.\n"
    )
    subject = _("%(organisation)s asks %(vendor)s ten questions about AI") % words
    queue_mail(organisation=ask.organisation, to=[link.email], subject=subject, text=text % words, sealed=True)


def send_code_mail(ask: VendorAsk, link: AskLink, code: str, minutes: int) -> None:
    words = {"organisation": one_line(ask.organisation.name), "code": f"{code[:4]} {code[4:]}", "minutes": minutes}
    text = _(
        "Your code for the questions of %(organisation)s:\n\n%(code)s\n\nIt works once, for %(minutes)d minutes, on "
        "the page that asked for it. Nobody will ever ask you for it by telephone or mail.\n\n"
        "If you did not ask for a code, do nothing: somebody has opened the link that was sent to you, and without the "
        "code they see nothing.\n"
    )
    subject = _("Your code for the questions of %(organisation)s") % words
    queue_mail(organisation=ask.organisation, to=[link.email], subject=subject, text=text % words, sealed=True)


def send_reminder(ask: VendorAsk, link: AskLink) -> None:
    """The secret is not known any more, so the reminder leads back to the first mail."""
    words = {
        "name": one_line(ask.name),
        "organisation": one_line(ask.organisation.name),
        "vendor": one_line(ask.review.vendor.name),
        "day": ask.sent_at.astimezone(dt.UTC).date().isoformat() if ask.sent_at else "",
        "until": until(link),
    }
    text = _(
        "Hello %(name)s,\n\nthe questions of %(organisation)s to %(vendor)s can be answered until %(until)s.\n\n"
        "The link is in our mail of %(day)s. What you have typed so far is kept.\n"
    )
    subject = _("Until %(until)s: the questions of %(organisation)s") % words
    queue_mail(organisation=ask.organisation, to=[link.email], subject=subject, text=text % words)


def until(link: AskLink) -> str:
    """The last minute of the link, the same for whoever reads it wherever they are."""
    moment = link.open_until.astimezone(dt.UTC) - dt.timedelta(minutes=1)
    return _("%(day)s, %(time)s UTC") % {"day": moment.date().isoformat(), "time": f"{moment:%H:%M}"}


def one_line(text: str) -> str:
    """Names go into subjects and greetings: a line break in one would be a line of its own."""
    return " ".join(text.split())
