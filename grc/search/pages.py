"""Saved views, and the tags in use."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from grc.access.actor import Actor
from grc.jobs.actions import start_job
from grc.models.search import SavedView
from grc.registers.bulk import AT_ONCE
from grc.registers.query import BadQuery
from grc.registers.register import Register, registers
from grc.search.bulk_pages import done_words
from grc.search.renaming import RENAME_JOB, TagRefused, records_with, rename_tag
from grc.search.saved_views import change_view, delete_view, save_view, start_with, views_seen
from grc.search.tags import tags_in_use
from grc.shell import current_actor


def register_of(actor: Actor, slug: str) -> Register:
    """The register ``slug``, if ``actor`` may see it; a 404 otherwise."""
    for register in registers:
        if register.slug == slug and actor.can(register.view):
            return register
    raise Http404


class ViewPage(View):
    """What is done with one saved view; every answer leads back to its list."""

    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        kwargs.pop("organisation", None)
        return super().dispatch(request, *args, **kwargs)

    def find(self, public_id: Any) -> SavedView:
        return get_object_or_404(views_seen(self.actor), public_id=public_id)

    def back(self, register: str, view: SavedView | None = None) -> HttpResponse:
        url = registers.by_slug(register).list_url(self.actor.organisation.slug)
        parts = [f"view={view.public_id}", view.query] if view else ["view=all"]
        return redirect(f"{url}?{'&'.join(part for part in parts if part)}")

    def refused(self, error: ValidationError | BadQuery, register: Register) -> HttpResponse:
        sentences = error.messages if isinstance(error, ValidationError) else [str(error)]
        list_url = register.list_url(self.actor.organisation.slug)
        context = {"sentences": sentences, "register": register, "list_url": list_url}
        return render(self.request, "search/view_refused.html", context, status=422)


class ViewsPage(ViewPage):
    def post(self, request: HttpRequest) -> HttpResponse:
        register = register_of(self.actor, request.POST.get("register", ""))
        try:
            view = save_view(
                register=register,
                name=request.POST.get("name", ""),
                query=request.POST.get("query", ""),
                shared=bool(request.POST.get("shared")),
                by=self.actor,
            )
        except (ValidationError, BadQuery) as error:
            return self.refused(error, register)
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return self.back(view.register, view)


class ChangeViewPage(ViewPage):
    """With ``settings``: its name and who may see it; with ``query``: what it shows."""

    def post(self, request: HttpRequest, view: Any) -> HttpResponse:
        found = self.find(view)
        changed: dict[str, Any] = {}
        if request.POST.get("settings"):
            changed = {"name": request.POST.get("name", ""), "shared": bool(request.POST.get("shared"))}
        if "query" in request.POST:
            changed["query"] = request.POST["query"]
        try:
            change_view(view=found, by=self.actor, **changed)
        except (ValidationError, BadQuery) as error:
            return self.refused(error, registers.by_slug(found.register))
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": found.name})
        return self.back(found.register, found)


class DeleteViewPage(ViewPage):
    def post(self, request: HttpRequest, view: Any) -> HttpResponse:
        found = self.find(view)
        delete_view(view=found, by=self.actor)
        messages.success(request, _("The view “%(name)s” is deleted.") % {"name": found.name})
        return self.back(found.register)


class StartViewPage(ViewPage):
    """What one's own list opens with."""

    def post(self, request: HttpRequest, view: Any) -> HttpResponse:
        found = self.find(view)
        off = bool(request.POST.get("off"))
        start_with(register=registers.by_slug(found.register), view=None if off else found, by=self.actor)
        done = _("The list starts with everything again.") if off else _("The list starts with “%(name)s” from now on.")
        messages.success(request, done % {"name": found.name})
        return self.back(found.register, found)


class TagsPage(View):
    """Every tag in use, with where it is used."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        return self.answer(request)

    def answer(self, request: HttpRequest, refused: str = "", status: int = 200) -> HttpResponse:
        actor = current_actor(request)
        context = {
            "uses": tags_in_use(actor),
            "can_rename": any(actor.can(register.view) and actor.can(register.edit) for register in registers),
            "refused": refused,
        }
        return render(request, "search/tags.html", context, status=status)


class RenameTagPage(TagsPage):
    """Renames, merges or takes away a tag everywhere; above ``AT_ONCE`` records, a worker does it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        tag, to = request.POST.get("tag", "")[:80], request.POST.get("to", "")[:80]
        count = sum(len(locks) for locks in records_with(tag, actor).values()) if tag.strip() else 0
        if count > AT_ONCE:
            title = _("Change the tag “%(tag)s” on %(n)d records") % {"tag": tag, "n": count}
            job = start_job(kind=RENAME_JOB, title=title, params={"tag": tag, "to": to, "reason": ""}, by=actor)
            return redirect("job", organisation, job.public_id)
        try:
            changed = rename_tag(tag=tag, to=to, by=actor)
        except TagRefused as error:
            return self.answer(request, str(error), status=422)
        messages.success(request, done_words(changed))
        return redirect("tags", organisation)
