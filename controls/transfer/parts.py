"""What transfer adds to lists and records: ways in, ways out, and what its work does."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import controls.transfer.jobs  # noqa: F401  (declares what its jobs do)
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Action, Register
from grc.registries import list_actions, record_actions

IMPORTS = {"frameworks": _("Import a catalogue"), "mappings": _("Import a crosswalk")}


@list_actions.add(order=20)
def transfer_links(register: Register, actor: Actor) -> Iterable[Action]:
    slug = actor.organisation.slug
    if register.slug in IMPORTS and actor.can(Permission.FRAMEWORKS_EDIT):
        yield Action(IMPORTS[register.slug], reverse("frameworks-transfer", args=[slug]), "table-import")
    if register.slug in IMPORTS and actor.can(Permission.FRAMEWORKS_VIEW):
        yield Action(_("OSCAL and tables"), reverse("frameworks-exports", args=[slug]), "file-export")
    if register.slug == "controls" and actor.can(Permission.CONTROLS_VIEW):
        yield Action(_("Export as OSCAL"), reverse("controls-oscal", args=[slug]), "file-export")


@record_actions.add(order=60)
def framework_exports(register: Register, record: Record, actor: Actor) -> Iterable[Action]:
    if register.slug != "frameworks":
        return
    slug = actor.organisation.slug
    yield Action(_("Export as OSCAL"), reverse("frameworks-oscal", args=[slug, record.reference]), "file-export")
    url = f"{reverse('frameworks-exports', args=[slug])}?framework={record.reference}"
    yield Action(_("Tables and crosswalks"), url, "file-spreadsheet")
    if record.archived_at is None and actor.can(Permission.FRAMEWORKS_EDIT):
        url = f"{reverse('frameworks-transfer', args=[slug])}?into={record.reference}"
        yield Action(_("Import into it"), url, "table-import")
