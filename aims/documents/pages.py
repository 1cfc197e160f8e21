"""Starters to take over, asking people to read, and what one was asked to read oneself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.documents.adding import NoSuchStarter, add_starters, requirements_in_use
from aims.documents.asking import NotAskable, acknowledge, ask_people
from aims.documents.forms import AskForm
from aims.documents.readers import texts_of, to_read
from aims.documents.starting import CATALOGUE, Starter, starters
from aims.models import Acknowledgement, Document
from controls.catalogues.shipped import catalogue
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.actions.files import attachment
from grc.models.activity import ActivityEvent
from grc.models.file import File
from grc.models.record import RecordKey
from grc.models.teamwork import Attachment
from grc.registers.pages import RegisterPage
from grc.registers.register import registers
from grc.views.gated import GatedPage

P = Permission


@dataclass(frozen=True)
class Answer:
    """A number of the standard that a starter answers, and the requirement where the catalogue is in use."""

    code: str
    title: str
    requirement: RecordKey | None


@dataclass(frozen=True)
class Offered:
    """A starter, and the document that was begun from it, if one is in use."""

    starter: Starter
    answers: list[Answer]
    document: Document | None


@dataclass
class Group:
    name: str
    offered: list[Offered] = field(default_factory=list)


def offered(actor: Actor) -> list[Offered]:
    """Every starter. Two queries."""
    rows = Document.objects.permitted(actor, P.DOCUMENTS_VIEW).filter(archived_at=None).exclude(starter="")
    used = {row.starter: row for row in rows.only("reference", "organisation", "starter", "name").order_by("-pk")}
    ends, shipped = requirements_in_use(actor), catalogue(CATALOGUE)
    return [
        Offered(
            starter,
            [Answer(code, shipped.item(code).name, ends.get(code)) for code in starter.answers],
            used.get(starter.key),
        )
        for starter in starters().values()
    ]


class StartersPage(GatedPage):
    sees = (P.DOCUMENTS_VIEW,)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.DOCUMENTS_EDIT)
        keys = request.POST.getlist("starter")
        try:
            documents = add_starters(keys=keys, by=self.actor)
        except NoSuchStarter as error:
            return self._page(status=422, refused=str(error), chosen=keys)
        count = len(documents)
        said = ngettext(
            "%(n)d draft is made. Read it, make it your own, and close its open points.",
            "%(n)d drafts are made. Read each, make it your own, and close its open points.",
            count,
        )
        messages.success(request, said % {"n": count})
        if count == 1:
            return redirect(documents[0].get_absolute_url())
        return redirect(registers.of(Document).list_url(self.actor.organisation.slug) + "?state=draft")

    def _page(self, status: int = 200, refused: str = "", chosen: Sequence[str] = ()) -> HttpResponse:
        groups: dict[str, Group] = {}
        all_of_them = offered(self.actor)
        for one in all_of_them:
            name = str(Document.Kind(one.starter.kind).label)
            groups.setdefault(name, Group(name)).offered.append(one)
        return self.show(
            "aims/documents/starters.html",
            status=status,
            groups=list(groups.values()),
            all=len(all_of_them),
            used=sum(one.document is not None for one in all_of_them),
            refused=refused,
            chosen=set(chosen),
            can_edit=self.actor.can(P.DOCUMENTS_EDIT),
        )


class AskPage(RegisterPage):
    """Ask people to read a document or a campaign."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        days = record.read_days if isinstance(record, Document) else 14
        initial = {"roles": record.readers}
        if not isinstance(record, Document) and record.due_on >= timezone.localdate():
            initial["due_on"] = record.due_on
        return self._form(record, AskForm(actor=self.actor, days=days, initial=initial))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.editable(reference)
        form = AskForm(request.POST, actor=self.actor)
        if not form.is_valid():
            return self._form(record, form, status=422)
        try:
            due_on = form.cleaned_data["due_on"]
            count = ask_people(about=record, people=form.chosen(), due_on=due_on, by=self.actor)
        except NotAskable as error:
            form.add_error(None, str(error))
            return self._form(record, form, status=422)
        said = ngettext("%(n)d person is asked to read it.", "%(n)d people are asked to read it.", count)
        messages.success(request, said % {"n": count} if count else _("Everybody whom you chose was asked already."))
        return redirect(record.get_absolute_url())

    def _form(self, record: Any, form: AskForm, status: int = 200) -> HttpResponse:
        return self.show("aims/documents/ask.html", status=status, record=record, form=form)


class ReadingPage(GatedPage):
    """One's own, whatever one's role: for every member."""

    sees = ()

    def own(self, reference: str) -> Acknowledgement:
        """What the reader was asked; for everybody else it does not exist."""
        found: Acknowledgement = get_object_or_404(to_read(self.actor), reference=reference)
        return found


class ToReadPage(ReadingPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = list(to_read(self.actor)[:500])
        return self.show(
            "aims/documents/to_read.html",
            waiting=[row for row in rows if row.acknowledged_at is None],
            read=[row for row in rows if row.acknowledged_at is not None],
        )


class ReadPage(ReadingPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        row = self.own(reference)
        return self.show("aims/documents/read.html", row=row, parts=texts_of(row))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        row = self.own(reference)
        acknowledge(acknowledgement=row, by=self.actor)
        messages.success(request, _("Noted: you have read and understood “%(name)s”.") % {"name": row.about.name})
        return redirect(self.url("to-read"))


class ReadFilePage(ReadingPage):
    """A file of what one was asked to read, by its hash, as its version lists it."""

    def get(self, request: HttpRequest, reference: str, sha256: str) -> FileResponse:
        row = self.own(reference)
        listed = {file["sha256"] for part in texts_of(row) for file in part["files"]}
        abouts = [one for one in (row.document_id, row.campaign_id, row.campaign and row.campaign.document_id) if one]
        hung = Attachment.objects.within(self.actor.organisation).filter(
            about__in=abouts, file__sha256__in=listed & {sha256}
        )
        found: File = get_object_or_404(hung.select_related("file").order_by("pk")[:1]).file
        record_activity(by=self.actor, verb=ActivityEvent.Verb.DOWNLOADED, record=row.key, detail=found.name)
        return attachment(found)
