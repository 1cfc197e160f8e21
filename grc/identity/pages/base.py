from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views import View

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.shell import current_actor


class OrganisationPage(View):
    """A page below ``/o/<organisation>/``: without ``needs`` it does not exist, what is sent to it needs ``writes``."""

    needs: ClassVar[Permission | None] = Permission.PEOPLE_VIEW
    writes: ClassVar[Permission | None] = Permission.PEOPLE_EDIT
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        if self.needs is not None and not self.actor.can(self.needs):
            raise Http404
        if request.method == "POST" and self.writes is not None and hasattr(self, "post"):
            require(self.actor, self.writes)
        return super().dispatch(request, *args, **kwargs)
