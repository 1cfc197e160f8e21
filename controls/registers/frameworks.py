from typing import Any

from django.utils.translation import gettext_lazy as _

from controls.models import Framework, Mapping, Requirement
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import Register, Section, registers

STANDING_TONES = {"proposed": "yellow", "confirmed": "green", "rejected": "secondary"}


@registers.add
class FrameworkRegister(Register):
    model = Framework
    slug, prefix, group, icon = "frameworks", "FRM", "controls", "book"
    about = _("Standards, laws and criteria that you work by, each in one edition.")
    first_step = _("Take over a catalogue that comes with Assay, or import your own.")
    view, edit = Permission.FRAMEWORKS_VIEW, Permission.FRAMEWORKS_EDIT
    columns = ("reference", "name", "short", "kind", "edition", "publisher", "origin")
    more_columns = ("as_of", "base", "owner", "tags", "created_at", "updated_at")
    filters = ("kind", "origin", "owner")
    search = ("reference", "name", "short", "publisher", "edition")
    sections = (
        Section(_("Framework"), ("name", "short", "kind", "publisher", "edition", "owner")),
        Section(_("What is known of it"), ("status", "licence", "source", "as_of")),
        Section(_("In Assay"), ("origin", "sha256", "base")),
    )
    readonly = ("origin", "sha256", "base")
    panels_first = True

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        from controls.views.coverage import coverage_panel

        return coverage_panel(record, actor)


@registers.add
class RequirementRegister(Register):
    model = Requirement
    slug, prefix, group, icon = "requirements", "REQ", "controls", "list-details"
    about = _("Every clause, control, criterion and article of your frameworks, in our words or in your licensed text.")
    first_step = _("Take over a framework first.")
    view, edit = Permission.FRAMEWORKS_VIEW, Permission.FRAMEWORKS_EDIT
    columns = ("reference", "label", "name", "kind", "roles", "applies_on")
    more_columns = ("framework", "code", "parent", "applies", "owner", "tags", "created_at", "updated_at")
    filters = ("framework", "kind", "roles", "applies_on", "owner")
    search = ("reference", "label", "name", "says", "text")
    sections = (
        Section(_("Requirement"), ("framework", "code", "name", "kind", "parent", "owner")),
        Section(_("What it asks"), ("says", "documents", "text", "note")),
        Section(_("Whom and when"), ("roles", "applies_on", "applies", "source")),
    )

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        from controls.views.requirement import requirement_panels

        return requirement_panels(record, actor)


@registers.add
class MappingRegister(Register):
    model = Mapping
    slug, prefix, group, icon = "mappings", "MAP", "controls", "arrows-exchange"
    about = _("Which requirements of different frameworks correspond, who says so, and what you think of it.")
    first_step = _("Mappings come with the frameworks; a proposal counts once you confirm it.")
    view, edit = Permission.FRAMEWORKS_VIEW, Permission.FRAMEWORKS_EDIT
    columns = ("reference", "source", "relationship", "target", "standing", "confidence")
    more_columns = ("origin", "owner", "tags", "created_at", "updated_at")
    filters = ("standing", "confidence", "relationship", "owner")
    search = ("reference", "source__label", "target__label", "origin", "remarks")
    sections = (
        Section(_("Mapping"), ("source", "relationship", "target")),
        Section(_("Whether it holds"), ("standing", "confidence", "origin", "remarks", "owner")),
    )
    tones = {"standing": STANDING_TONES}
