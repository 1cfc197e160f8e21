from typing import Any

from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.models import Engagement
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.models.activity import ActivityEvent
from grc.models.scope import GrantPeriod, ScopeEntry, ScopeRevision
from grc.registers.register import Action, Register, Section, registers

RECENT_VIEWS = 25


@registers.add
class EngagementRegister(Register):
    model = Engagement
    slug, prefix, group, icon = "engagements", "ENG", "audits", "clipboard-check"
    about = _("External audits: who looks at which AI system, its evidence and its decision records, and until when.")
    first_step = _("Name the auditor, the system and the period; nothing is shown before you open it.")
    view, edit = Permission.ENGAGEMENTS_VIEW, Permission.ENGAGEMENTS_EDIT
    columns = ("reference", "name", "kind", "body", "system", "access_from", "access_until", "owner")
    more_columns = ("auditor_name", "auditor_email", "records_from", "records_to", "created_at", "updated_at")
    filters = ("kind", "system", "owner")
    search = ("reference", "name", "body", "auditor_name", "auditor_email")
    sections = (
        Section(_("Audit"), ("name", "kind", "body", "owner")),
        Section(_("Auditor"), ("auditor_name", "auditor_email")),
        Section(
            _("What they see"), ("system", "records_from", "records_to"), _("With the evidence linked to the system.")
        ),
        Section(
            _("When they see it"), ("access_from", "access_until"), _("Judged at every click, by the server’s clock.")
        ),
    )

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        if record.scope_id is not None or record.archived_at is not None or not allows(actor, self.edit, record):
            return []
        return [Action(_("Open to the auditor"), self.url("open", record), "key", post=True, primary=True)]

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        if record.scope_id is None:
            return []
        periods = GrantPeriod.objects.within(record.organisation).filter(scope=record.scope_id)
        revisions = ScopeRevision.objects.within(record.organisation).filter(scope=record.scope_id)
        entries = ScopeEntry.objects.within(record.organisation).filter(revision__in=revisions.order_by("-number")[:1])
        views = ActivityEvent.objects.within(record.organisation).filter(person=record.auditor.public_id)
        context = {
            "record": record,
            "periods": [(period, _state(period)) for period in periods.order_by("-pk")],
            "revisions": revisions.order_by("-number"),
            "entries": entries.select_related("version__key", "log").order_by("pk"),
            "views": views.select_related("record").order_by("-at", "-pk")[:RECENT_VIEWS],
            "can_edit": record.archived_at is None and allows(actor, self.edit, record),
            "urls": {name.replace("-", "_"): self.url(name, record) for name in ("revise", "change-end", "end-access")},
        }
        return [("audits/engagement_panel.html", context)]

    def form_class(self) -> Any:
        from audits.forms import EngagementForm

        return EngagementForm

    def extra_urls(self) -> list[URLPattern]:
        from audits.pages import ChangeEndPage, EndAccessPage, OpenPage, RevisePage

        one = f"{self.slug}/<reference:reference>"
        return [
            path(f"{one}/open", OpenPage.as_view(register=self), name=f"{self.slug}-open"),
            path(f"{one}/revise", RevisePage.as_view(register=self), name=f"{self.slug}-revise"),
            path(f"{one}/change-end", ChangeEndPage.as_view(register=self), name=f"{self.slug}-change-end"),
            path(f"{one}/end-access", EndAccessPage.as_view(register=self), name=f"{self.slug}-end-access"),
        ]


def _state(period: GrantPeriod) -> tuple[Any, str]:
    """A period's state in words, with its tone. For show only: the gate judges by the database's clock."""
    now = timezone.now()
    if period.revoked_at is not None:
        return _("Revoked"), "red"
    if period.not_after <= now:
        return _("Ended"), "secondary"
    return (_("Not yet begun"), "yellow") if period.not_before > now else (_("Running"), "green")
