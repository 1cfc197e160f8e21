from typing import Any, ClassVar

from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.people import NotPossible
from grc.api.base import OrganisationMixin
from grc.api.errors import Conflict
from grc.identity.invitations import NotOpen


class IdentityView(OrganisationMixin, APIView):
    """Without ``needs`` it does not exist; whatever is not read needs ``writes``."""

    needs: ClassVar[Permission | None] = Permission.PEOPLE_VIEW
    writes: ClassVar[Permission | None] = Permission.PEOPLE_EDIT

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.needs is not None and not self.actor.can(self.needs):
            raise Http404
        method = (request.method or "").lower()
        answered = method in self.http_method_names and hasattr(self, method)
        if method in ("post", "patch") and answered and self.writes is not None:
            require(self.actor, self.writes)

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, NotPossible):
            exc = ValidationError({"": [str(exc)]})
        if isinstance(exc, NotOpen):
            exc = Conflict(str(exc))
        return super().handle_exception(exc)
