"""The clause map, its index as a file, getting started, and the processes as a picture."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.clauses.answers import SHOWS, chapters
from aims.clauses.facts import Facts
from aims.clauses.found import MEANINGS, TONES, State
from aims.clauses.picture import process_graph
from aims.clauses.places import register_index
from aims.clauses.report import headings, index_document, index_rows
from aims.clauses.steps import way
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import KINDS as TABLES
from grc.registers.export import table_file
from grc.registers.query import BadQuery
from grc.reports.answer import KINDS as DOCUMENTS
from grc.reports.answer import document_answer
from grc.views.gated import GatedPage

P = Permission
SEES = (P.RISKS_VIEW, P.AIMS_VIEW)
"""Whoever may read the registers of every clause: what one cannot see would otherwise look missing."""


class ClauseMapPage(GatedPage):
    sees = SEES

    def get(self, request: HttpRequest) -> HttpResponse:
        show, missing = request.GET.get("show", SHOWS[0]), request.GET.get("missing", "")
        wrong = "show" if show not in SHOWS else "missing" if missing not in ("", "1") else ""
        if wrong:
            error = BadQuery(wrong, _("There is no such choice."))
            return self.show("controls/bad_query.html", status=400, error=error, back=self.url("clauses"))
        facts = Facts(self.actor)
        found = chapters(facts, show=show, missing=bool(missing))
        every = [one for chapter in chapters(facts, show=show) for one in chapter.all]
        return self.show(
            "aims/clauses/map.html",
            chapters=found,
            show=show,
            missing=missing,
            all=len(every),
            done=sum(one.is_done for one in every),
            legend=[
                (state, sum(one.state == state for one in every), TONES[state], MEANINGS[state]) for state in State
            ],
            registers=register_index(self.actor),
            adopted=bool(facts.requirements),
            can_adopt=self.actor.can(P.FRAMEWORKS_EDIT),
        )


class ClauseIndexPage(GatedPage):
    """The documented information index, as PDF, DOCX, XLSX or CSV."""

    sees = SEES

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        if kind not in DOCUMENTS | TABLES:
            raise Http404
        facts, name = Facts(self.actor), "documented-information"
        record_activity(by=self.actor, verb=ActivityEvent.Verb.EXPORTED, detail=f"{name} ({kind})")
        if kind in TABLES:
            return table_file(headings(), index_rows(facts), kind=kind, name=name)
        return document_answer(index_document(facts, made_at=timezone.now()), kind=kind, name=name)


class StartPage(GatedPage):
    """Getting started: every step in order, ticked where the records show that it is done."""

    sees = SEES

    def get(self, request: HttpRequest) -> HttpResponse:
        steps = way(Facts(self.actor))
        done = sum(step.next is None for step in steps)
        return self.show("aims/clauses/start.html", steps=steps, done=done, all=len(steps))


class ProcessPicturePage(GatedPage):
    sees = (P.AIMS_VIEW,)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show("aims/clauses/processes.html", graph=process_graph(self.actor))
