"""What the kernel hears of the search: every saved record is indexed, and the database gets the function that finds."""

from collections.abc import Sequence

from django.apps import apps
from django.db.models.signals import post_migrate
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.actions.many import at_once
from grc.models.record import Record
from grc.registers.register import Register
from grc.registries import record_pages, saved
from grc.search.database import make_function
from grc.search.index import index_records
from grc.shell import Page, pages

post_migrate.connect(make_function, sender=apps.get_app_config("grc"), dispatch_uid="grc.search")


@saved.add(order=10)
def keep_findable(record: Record, by: Actor) -> None:
    index_records([record])


@at_once(keep_findable)
def keep_many_findable(records: Sequence[Record], by: Actor) -> None:
    index_records(records)


@record_pages.add(order=10)
def bulk_page(register: Register) -> list[URLPattern]:
    from grc.search.bulk_pages import BulkPage  # pages need the registers, which are being declared while this is read

    view = BulkPage.as_view(register=register)
    return [path(f"{register.slug}/bulk", view, name=f"{register.slug}-bulk")]


pages.append(Page("organisation", _("Tags"), "tags", None, "tags"))
