"""What documents add to every record: a button, and the pages behind it."""

from collections.abc import Iterator

from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.models.record import Record
from grc.registers.register import Action, Register
from grc.registries import record_actions, record_pages


@record_actions.add(order=90)
def download(register: Register, record: Record, actor: Actor) -> Iterator[Action]:
    yield Action(_("Download"), register.url("download", record), "download")


@record_pages.add(order=90)
def documents(register: Register) -> Iterator[URLPattern]:
    from grc.reports.pages import pages_of

    yield from pages_of(register)
