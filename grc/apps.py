from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class GRCConfig(AppConfig):
    name = "grc"
    verbose_name = "Kernel"

    def ready(self) -> None:
        import grc.celery
        import grc.registers.references  # noqa: F401  (the URL converter)
        from grc.db.grants import grant_roles

        post_migrate.connect(grant_roles, sender=self, dispatch_uid="grc.grants")
        autodiscover_modules("registers", "home", "demo", "alarms")
