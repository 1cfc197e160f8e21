from collections.abc import Sequence
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from controls.models import Control, ControlTest, TestRun
from controls.testing.panels import run_panel, test_panel
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import Action, Register, Related, Section, registers

RESULT_TONES = {"passed": "green", "failed": "red", "nothing": "yellow", "unable": "orange"}


@registers.add
class ControlRegister(Register):
    model = Control
    slug, prefix, group, icon = "controls", "CTL", "controls", "shield-check"
    about = _("What you do about what is required of you: who, how, how often, and what shows it.")
    first_step = _("Take over starters, and say in each how it works here.")
    view, edit = Permission.CONTROLS_VIEW, Permission.CONTROLS_EDIT
    over = {"state": ("retired",)}
    columns = ("reference", "name", "state", "frequency", "nature", "owner", "review_on")
    more_columns = ("kind", "operating_since", "tags", "created_at", "updated_at")
    filters = ("state", "frequency", "nature", "kind", "owner", "review_on")
    search = ("reference", "name", "objective", "how")
    sections = (
        Section(_("Control"), ("name", "objective", "owner")),
        Section(_("How it works here"), ("how", "frequency", "nature", "kind")),
        Section(_("Where it stands"), ("state", "operating_since", "review_on")),
    )
    related = (
        Related(
            "control-tests",
            "control",
            _("Tests"),
            ("reference", "name", "kind", "way", "every"),
            on_page=False,
        ),
    )
    tones = {"state": {"planned": "yellow", "operating": "green"}}
    meanings = (_("I approve this control as it is described"),)

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        from controls.views.control import screen
        from controls.views.coverage import elsewhere

        return [
            ("controls/control_panels.html", screen(record, actor)),
            ("controls/elsewhere_panel.html", elsewhere(record, actor)),
        ]


@registers.add
class ControlTestRegister(Register):
    model = ControlTest
    slug, prefix, group, icon = "control-tests", "TST", "controls", "checkbox"
    about = _("How controls are tested: by people with samples, or by themselves on signed decision records.")
    first_step = _("Add a test on the page of a control.")
    view, edit = Permission.CONTROLS_VIEW, Permission.CONTROLS_EDIT
    columns = ("reference", "name", "control", "last_result", "last_run_at", "next_on")
    more_columns = ("kind", "way", "every", "owner", "next_run_at", "paused", "tags", "created_at", "updated_at")
    filters = ("last_result", "way", "kind", "control", "every", "next_on", "owner", "paused")
    search = ("reference", "name", "method", "where", "must")
    sections = (
        Section(_("Test"), ("control", "name", "kind", "way", "method", "owner")),
        Section(_("When"), ("every", "first_on", "next_on", "paused")),
        Section(_("By people"), ("sample",)),
        Section(
            _("By itself, on decision records"),
            ("looks_at", "where", "must", "at_least", "longest_gap", "over_days", "wait_minutes"),
            _("Signed records are read, not the search index. Nothing to test is not a pass."),
        ),
        Section(_("Last time"), ("last_result", "last_run_at", "next_run_at")),
    )
    readonly = ("next_on", "last_result", "last_run_at", "next_run_at")
    related = (
        Related(
            "test-runs",
            "test",
            _("Runs"),
            ("reference", "done_on", "result", "sampled", "exceptions"),
            in_version=False,
        ),
    )
    tones = {"last_result": RESULT_TONES}
    panels_first = True

    def sections_of(self, record: Any) -> Sequence[Section]:
        """A test that people do asks no records, and one that runs by itself draws no sample."""
        other = "sample" if record.by_itself else "looks_at"
        return [section for section in self.sections if other not in section.fields]

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        if record.archived_at is not None or not allows(actor, self.edit, record):
            return []
        if record.by_itself:
            return [Action(_("Run now"), self.url("run", record), "player-play", post=True, primary=True)]
        new = reverse("test-runs-new", args=[record.organisation.slug])
        return [Action(_("Enter a run"), f"{new}?test={record.reference}", "plus", primary=True)]

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        return [("controls/test_panel.html", test_panel(record, actor))]

    def extra_urls(self) -> list[URLPattern]:
        from controls.testing.pages import RunTestPage

        one = f"{self.slug}/<reference:reference>"
        return [path(f"{one}/run", RunTestPage.as_view(register=self), name=f"{self.slug}-run")]


@registers.add
class TestRunRegister(Register):
    __test__ = False
    model = TestRun
    slug, prefix, group, icon = "test-runs", "RUN", "controls", "list-check"
    about = _("Every time that a test was done: what was looked at, what was an exception, what one concluded.")
    first_step = _("Run a test on its page, or enter what you found.")
    view, edit = Permission.CONTROLS_VIEW, Permission.CONTROLS_EDIT
    columns = ("reference", "test", "done_on", "result", "sampled", "exceptions", "automatic", "owner")
    more_columns = ("period_from", "period_to", "population", "item", "tags", "created_at")
    filters = ("result", "automatic", "test", "done_on", "owner")
    search = ("reference", "conclusion", "samples", "test__name")
    sections = (
        Section(_("Run"), ("test", "done_on", "result", "owner")),
        Section(
            _("What was looked at"), ("period_from", "period_to", "population", "samples", "sampled", "exceptions")
        ),
        Section(_("What it means"), ("conclusion", "item", "automatic")),
    )
    readonly = ("sampled", "exceptions", "item", "automatic")
    tones = {"result": RESULT_TONES}
    panels_first = True

    def panels(self, record: Any, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
        return [("controls/run_panel.html", run_panel(record, actor))]
