"""What the kernel hears of the search: every saved record is indexed, and the database gets the function that finds."""

from collections.abc import Sequence

from django.apps import apps
from django.db.models.signals import post_migrate

from grc.access.actor import Actor
from grc.actions.many import at_once
from grc.models.record import Record
from grc.registries import saved
from grc.search.database import make_function
from grc.search.index import index_records

post_migrate.connect(make_function, sender=apps.get_app_config("grc"), dispatch_uid="grc.search")


@saved.add(order=10)
def keep_findable(record: Record, by: Actor) -> None:
    index_records([record])


@at_once(keep_findable)
def keep_many_findable(records: Sequence[Record], by: Actor) -> None:
    index_records(records)
