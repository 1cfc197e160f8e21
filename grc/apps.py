import importlib
import importlib.util
import pkgutil

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

DECLARING = ("registers", "parts", "jobs", "home", "demo")
"""Modules in which a part of the kernel declares what it adds: registers, parts of pages, kinds of long work."""


class GRCConfig(AppConfig):
    name = "grc"
    verbose_name = "Kernel"

    def ready(self) -> None:
        import grc.celery
        import grc.registers.references
        from grc.db.grants import grant_roles
        from grc.db.row_security import secure_tables

        post_migrate.connect(grant_roles, sender=self, dispatch_uid="grc.grants")
        post_migrate.connect(secure_tables, sender=self, dispatch_uid="grc.row_security")
        for part in pkgutil.iter_modules(grc.__path__, "grc."):
            for module in DECLARING if part.ispkg else ():
                if importlib.util.find_spec(f"{part.name}.{module}"):
                    importlib.import_module(f"{part.name}.{module}")
        autodiscover_modules("registers", "parts", "jobs", "home", "demo", "alarms")
