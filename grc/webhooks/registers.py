from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

import grc.webhooks.delivery
import grc.webhooks.listening  # noqa: F401
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.models.webhook import Webhook
from grc.registers.register import Action, Register, Section, registers
from grc.webhooks.deliveries import deliveries_of, pause_reason


@registers.add
class WebhookRegister(Register):
    model = Webhook
    slug, prefix, group, icon = "webhooks", "WHK", "settings", "webhook"
    about = _("Other systems that hear what happens here, at once and signed.")
    first_step = _("Enter the address of a system of yours, and give it the secret that comes with the webhook.")
    view, edit = Permission.SETTINGS_VIEW, Permission.SETTINGS_EDIT
    columns = ("reference", "name", "url", "verbs", "paused", "owner")
    filters = ("paused", "owner")
    search = ("reference", "name", "url")
    sections = (
        Section(_("Receiver"), ("name", "url", "secret", "owner"), _("It hears what its owner may see, and no more.")),
        Section(_("What it hears of"), ("verbs", "about", "paused")),
    )

    def form_class(self) -> Any:
        from grc.webhooks.forms import WebhookForm

        return WebhookForm

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        if record.archived_at is not None or not allows(actor, self.edit, record):
            return []
        secret = Action(_("New secret"), self.url("secret", record), "key", post=True)
        if record.paused:
            return [secret]
        return [Action(_("Send a test"), self.url("test", record), "send", post=True, primary=True), secret]

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        context = {
            "webhook": record,
            "deliveries": deliveries_of(record),
            "pause_reason": pause_reason(record),
            "again_url": self.url("again", record),
            "can_send": not record.paused and record.archived_at is None and allows(actor, self.edit, record),
        }
        return [("webhooks/deliveries.html", context)]

    def extra_urls(self) -> list[URLPattern]:
        from grc.webhooks import pages

        one, name = f"{self.slug}/<reference:reference>", self.slug
        post = {"http_method_names": ["post"]}
        return [
            path(f"{one}/test", pages.TestPage.as_view(register=self, **post), name=f"{name}-test"),
            path(f"{one}/secret", pages.SecretPage.as_view(register=self, **post), name=f"{name}-secret"),
            path(f"{one}/again", pages.AgainPage.as_view(register=self, **post), name=f"{name}-again"),
        ]
