from django.utils.translation import gettext_lazy as _

from grc.access.roles import Permission
from grc.models.webhook import Webhook
from grc.registers.register import Register, Section, registers


@registers.add
class WebhookRegister(Register):
    model = Webhook
    slug, prefix, group, icon = "webhooks", "WHK", "settings", "webhook"
    about = _("Other systems that hear what happens here, at once and signed.")
    first_step = _("Enter the address of a system of yours and a secret that both know.")
    view, edit = Permission.SETTINGS_VIEW, Permission.SETTINGS_EDIT
    columns = ("reference", "name", "url", "verbs", "paused", "owner")
    filters = ("paused", "owner")
    search = ("reference", "name", "url")
    sections = (
        Section(_("Receiver"), ("name", "url", "secret", "owner")),
        Section(_("What it hears of"), ("verbs", "about", "paused")),
    )
