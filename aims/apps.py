from django.apps import AppConfig


class AIMSConfig(AppConfig):
    name = "aims"
    verbose_name = "Management system"
