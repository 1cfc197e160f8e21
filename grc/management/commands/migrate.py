"""Django's ``migrate``, in less time."""

from typing import Any

from django.core.management.commands import migrate

from grc.db.migrating import models_added_one_by_one


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with models_added_one_by_one():
            super().handle(*args, **options)
