"""What pages below ``/o/<organisation>/`` have in common that belong to no register."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.shell import current_actor


class GatedPage(View):
    """A page for whoever holds every permission in ``sees``, and a 404 for everybody else."""

    sees: ClassVar[tuple[Permission, ...]]
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        if not all(self.actor.can(permission) for permission in self.sees):
            raise Http404
        kwargs.pop("organisation", None)
        return super().dispatch(request, *args, **kwargs)

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        return render(self.request, template, context, status=status)

    def url(self, name: str, *args: object) -> str:
        """An address of this organisation."""
        return reverse(name, args=[self.actor.organisation.slug, *args])
