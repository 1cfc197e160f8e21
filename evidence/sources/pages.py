"""A source's own pages: pull with progress, test of the connection, quarantine."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from evidence.actions.connection import check_connection
from evidence.actions.sources import request_pull
from evidence.models.quarantine import Quarantined
from evidence.models.source import PullRun
from evidence.sources.register import SourceRegister
from evidence.sources.state import run_line, state_panel
from evidence.tasks import enqueue_pull
from grc.registers.pages import RegisterPage

PAGE_SIZE = 50


class PullPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        source = self.record(reference)
        run = request_pull(source=source, by=self.actor, enqueue=enqueue_pull)
        return redirect(f"{self.register.url('runs', source)}/{run.public_id}")


class RunsPage(RegisterPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        source = self.record(reference)
        runs = PullRun.objects.within(self.actor.organisation).filter(source=source)
        runs = runs.select_related("requested_by").order_by("-id")
        page = Paginator(runs, PAGE_SIZE).get_page(request.GET.get("page"))
        lines = [run_line(run) for run in page]
        runs_url = self.register.url("runs", source)
        return self.show("evidence/source_runs.html", record=source, page=page, lines=lines, runs_url=runs_url)


class RunPage(RegisterPage):
    """How one pull goes; htmx asks for the part again until it has ended."""

    def get(self, request: HttpRequest, reference: str, run: uuid.UUID) -> HttpResponse:
        source = self.record(reference)
        rows = PullRun.objects.within(self.actor.organisation).select_related("requested_by")
        line = run_line(get_object_or_404(rows, source=source, public_id=run))
        part = bool(getattr(request, "htmx", False))
        template = "evidence/source_run_part.html" if part else "evidence/source_run.html"
        return self.show(template, record=source, line=line)


class StatePage(RegisterPage):
    """The state part of the source's page, for htmx while records arrive."""

    register: SourceRegister

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        source = self.record(reference)
        return self.show(
            "evidence/source_state.html", record=source, panel=state_panel(source) | self.register.panel_urls(source)
        )


class CheckPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        source = self.record(reference)
        checks = check_connection(source=source, by=self.actor)
        return self.show("evidence/source_check.html", record=source, checks=checks)


class QuarantinePage(RegisterPage):
    """What is kept and not counted, newest first; ``show`` narrows it."""

    SHOW = ("open", "settled", "all")

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        source = self.record(reference)
        rows = Quarantined.objects.within(self.actor.organisation).filter(source=source)
        reasons = sorted(set(rows.values_list("reason", flat=True)))
        show, reason = self._choice("show", self.SHOW, "open"), self._choice("reason", ("", *reasons), "")
        if show != "all":
            rows = rows.filter(resolved_at__isnull=show == "open")
        if reason:
            rows = rows.filter(reason=reason)
        page = Paginator(rows.order_by("-is_finding", "-id"), PAGE_SIZE).get_page(request.GET.get("page"))
        context: dict[str, Any] = {"record": source, "page": page, "chosen": show, "reason": reason, "reasons": reasons}
        return self.show("evidence/source_quarantine.html", **context)

    def _choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        given = self.request.GET.get(name, default)
        if given in choices:
            return given
        messages.info(self.request, _("There is no such filter; it was left out."))
        return default
