"""Our list as customers read it, its editions, what changed between two, and each as a file."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from grc import formats
from grc.access.gate import allows, require
from grc.access.roles import Permission
from grc.views.gated import GatedPage
from vendors.changes.forms import PublishForm
from vendors.changes.public import (
    Edition,
    Line,
    NothingNew,
    differences,
    editions_of,
    is_new,
    publish_list,
    read_list,
)
from vendors.changes.public_files import data_of, hand_out_list, state_of

P = Permission
NOW = "now"


class CustomersPage(GatedPage):
    sees = (P.CUSTOMERS_VIEW,)


class PublicListPage(CustomersPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        shown, editions = read_list(self.actor.organisation), editions_of(self.actor.organisation)
        new = is_new(shown, editions)
        may = allows(self.actor, P.CUSTOMERS_EDIT)
        return self.show(
            "vendors/changes/public.html",
            shown=shown,
            current=[said(line) for line in shown.current],
            planned=[said(line) for line in shown.planned],
            editions=editions,
            is_new=new,
            form=PublishForm() if new and may and shown.lines else None,
        )


class PublishPage(CustomersPage):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.CUSTOMERS_EDIT)
        form = PublishForm(request.POST)
        note = form.cleaned_data["note"] if form.is_valid() else ""
        try:
            made = publish_list(by=self.actor, note=note)
        except NothingNew as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(reference)s is published.") % {"reference": made.reference})
        return redirect("subprocessors-public", self.actor.organisation.slug)


class PublicFilePage(CustomersPage):
    def get(self, request: HttpRequest, kind: str) -> FileResponse:
        wanted = request.GET.get("edition", "")
        edition = chosen(editions_of(self.actor.organisation), wanted) if wanted else None
        return hand_out_list(kind=kind, edition=edition, by=self.actor)


class EditionsPage(CustomersPage):
    """What changed from one edition to another, or to the list as it stands (“now”)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        editions = editions_of(self.actor.organisation)
        one, other = request.GET.get("from", ""), request.GET.get("to", "") or NOW
        before = chosen(editions, one) if one else (editions[0] if editions else None)
        after = None if other == NOW else chosen(editions, other)
        lines = after.record.lines if after else read_list(self.actor.organisation).lines
        found = differences(before.record.lines, lines) if before else []
        return self.show(
            "vendors/changes/editions.html", editions=editions, before=before, after=after,
            rows=[(one.kind, said(one.line), [worded(*what) for what in one.what]) for one in found],
        )  # fmt: skip


def chosen(editions: list[Edition], reference: str) -> Edition:
    """Raises ``Http404`` for an edition that there is not."""
    for edition in editions:
        if edition.record.reference == reference:
            return edition
    raise Http404


def said(line: Line) -> dict[str, Any]:
    """A line in words, for a page."""
    state, day = state_of(line)
    return {**line, "data": data_of(line), "state_words": state, "day": dt.date.fromisoformat(day) if day else None}


def worded(name: str, before: Any, after: Any) -> tuple[str, str, str]:
    names = {
        "service": _("What it does"),
        "location": _("Where"),
        "data": _("Data"),
        "safeguard": _("Transfer safeguard"),
        "state": _("State"),
        "since": _("Since"),
        "from": _("Planned from"),
        "until": _("Leaves on"),
    }
    return str(names.get(name, name)), _plain(name, before), _plain(name, after)


def _plain(name: str, value: Any) -> str:
    if name == "data":
        return data_of({"data": value or []})
    if name == "state":
        states = {"current": _("Current"), "planned": _("Planned"), "leaving": _("Leaves")}
        return str(states.get(value, value))
    if name in ("since", "from", "until") and value:
        return formats.day(dt.date.fromisoformat(value))
    return str(value or "–")
