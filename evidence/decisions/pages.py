"""The pages of decision records. They translate a request into one call of the domain and its answer into HTML."""

import base64
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View

from evidence.bundles.assemble import NotBundled, disclose
from evidence.bundles.verifier import verifier
from evidence.decisions.page import page_of
from evidence.decisions.reading import UNREADABLE
from evidence.decisions.table import HEADINGS, lines_of, names_for, names_of, values_of
from evidence.find.choices import filters_of, kinds_of, terms_of
from evidence.find.lookup import Found, count_decisions, find_decision, iterate_decisions, list_decisions
from evidence.find.period import PRESETS
from evidence.find.quarantine import find_quarantined
from evidence.find.query import DecisionQuery, read_decision_id, read_subject
from evidence.find.reach import DecisionReach
from evidence.find.reference import State, ask_operators
from evidence.storage.records import stored_entry
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import KINDS, table_file
from grc.registers.query import BadQuery
from grc.shell import current_actor

MOST_EXPORTED = 100_000


class DecisionsView(View):
    """A page about decision records: a 404 for whoever may not see them."""

    actor: Actor
    reach: DecisionReach

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        self.reach = DecisionReach.whole(self.actor)
        kwargs.pop("organisation", None)
        try:
            return super().dispatch(request, *args, **kwargs)
        except BadQuery as error:
            return self.show("evidence/decisions/bad_query.html", status=400, error=error)

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        context["list_url"] = self.url("decisions")
        return render(self.request, template, context, status=status)

    def url(self, name: str, *args: object) -> str:
        return reverse(name, args=[self.actor.organisation.slug, *args])

    def found(self, decision: uuid.UUID) -> Found:
        found = find_decision(self.reach, decision)
        if found is None:
            raise Http404
        return found


class DecisionListPage(DecisionsView):
    def get(self, request: HttpRequest) -> HttpResponse:
        query = DecisionQuery.read(request.GET)
        count = count_decisions(self.reach, query)
        listing = list_decisions(self.reach, query, few=not count.more)
        terms = terms_of(self.actor.organisation)
        known = names_of(self.actor, set(terms["system"]))
        names = {system: named.name for system, named in known.items()}
        return self.show(
            "evidence/decisions/list.html",
            query=query,
            lines=lines_of(listing.rows, known),
            count=count,
            next_cursor=listing.next_cursor,
            filters=filters_of(self.actor.organisation, query, terms, names),
            kinds=kinds_of(query),
            presets=[(key, name) for key, (name, _length) in PRESETS.items()],
            narrowed=any((query.subject, query.source, query.system, query.policy, query.model, query.outcome)),
            most_exported=MOST_EXPORTED,
        )


class DecisionFindPage(DecisionsView):
    """The search box. A POST, so that a customer's reference stands in no address, log or browser history."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get("q", "").replace("\x00", "").strip()
        if not text:
            raise BadQuery("q", _("Type a decision’s id, or the customer’s own reference."))
        decision = read_decision_id(text)
        if decision is not None:
            return redirect(self.url("decision", decision))
        subject = read_subject(text)
        if subject:
            return self._list([subject])
        answers = ask_operators(self.reach, text)
        detail = _("asked %d source(s) for the keyed hash of a customer’s reference") % len(answers)
        record_activity(by=self.actor, verb=ActivityEvent.Verb.VIEWED, detail=detail)
        subjects = sorted({answer.subject_ref for answer in answers if answer.state is State.FOUND})
        if not subjects:
            return self.show("evidence/decisions/reference.html", answers=answers)
        told = ", ".join(answer.source.reference for answer in answers if answer.state is State.FOUND)
        text = _("Assay does not hold references: the operator of %(sources)s turned it into its keyed hash.")
        messages.info(request, text % {"sources": told})
        return self._list(subjects)

    def _list(self, subjects: list[str]) -> HttpResponse:
        return redirect(f"{self.url('decisions')}?{urlencode({'subject': subjects, 'period': '10y'}, doseq=True)}")


class DecisionExportPage(DecisionsView):
    """What the list shows, newest first, 100,000 rows at most: the page says so beside the link."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        if kind not in KINDS:
            raise Http404
        query = DecisionQuery.read(request.GET)
        number = count_decisions(self.reach, query, limit=MOST_EXPORTED).number
        detail = _("decision records (%(kind)s): %(n)d") % {"kind": kind, "n": number}
        record_activity(by=self.actor, verb=ActivityEvent.Verb.EXPORTED, detail=detail)
        rows = iterate_decisions(self.reach, query, limit=MOST_EXPORTED)
        cells = (list(values_of(line)) for row in rows for line in lines_of([row], {}))
        return table_file([str(heading) for heading in HEADINGS], cells, kind=kind, name="decisions")


class DecisionPage(DecisionsView):
    def get(self, request: HttpRequest, decision: uuid.UUID) -> HttpResponse:
        found = find_decision(self.reach, decision)
        held = find_quarantined(self.reach, decision) if found is None else []
        if found is None:
            if not held:
                raise Http404
            return self.show("evidence/decisions/quarantined.html", decision_id=decision, held=held)
        names = names_for(self.actor, [found.decision])
        may_disclose = self.actor.can(Permission.DECISIONS_DISCLOSE)
        may_see_source = self.actor.can(Permission.SOURCES_VIEW)
        return self.show(
            "evidence/decisions/detail.html",
            page=page_of(found, names),
            may_disclose=may_disclose,
            source_url=found.decision.source.get_absolute_url() if may_see_source else "",
        )


class PayloadPage(DecisionsView):
    """The signed entry's exact bytes, as base64: key id, signature and payload."""

    def get(self, request: HttpRequest, decision: uuid.UUID) -> HttpResponse:
        found = self.found(decision)
        try:
            raw = stored_entry(found.decision.source, found.decision.seq)
        except UNREADABLE as error:
            return self.show("evidence/decisions/no_bundle.html", status=409, reason=error, decision_id=decision)
        detail = _("signed bytes of decision %s") % decision
        record_activity(
            by=self.actor, verb=ActivityEvent.Verb.DOWNLOADED, record=found.decision.source.key, detail=detail
        )
        return attached(base64.encodebytes(raw), f"decision-{decision}.entry.b64", "text/plain; charset=us-ascii")


class BundlePage(DecisionsView):
    def get(self, request: HttpRequest, decision: uuid.UUID) -> HttpResponse:
        require(self.actor, Permission.DECISIONS_DISCLOSE)
        found = self.found(decision)
        try:
            raw = disclose(found, by=self.actor)
        except NotBundled as error:
            return self.show("evidence/decisions/no_bundle.html", status=409, reason=error.reason, decision_id=decision)
        return attached(raw, f"decision-{decision}.zip", "application/zip")


@method_decorator(login_not_required, name="dispatch")
class VerifierPage(View):
    """``/verify.pyz``: the offline verifier, for everybody."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return attached(verifier(), "verify.pyz", "application/zip", cache="public, max-age=3600")


@method_decorator(login_not_required, name="dispatch")
class HowToCheckPage(View):
    """How to check a bundle, for everybody."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "evidence/decisions/how_to_check.html", {"size": len(verifier())})


def attached(raw: bytes, name: str, media_type: str, *, cache: str = "private, no-store") -> HttpResponse:
    """Bytes as a download that no browser opens by itself."""
    response = HttpResponse(raw, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = cache
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
