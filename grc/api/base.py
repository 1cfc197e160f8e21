from typing import Any

from django.http import Http404
from rest_framework.request import Request

from grc.access.actor import Actor
from grc.context import set_context
from grc.models.organisation import Organisation


class OrganisationMixin:
    """A view below ``/api/v1/o/<organisation>/``: finds out who calls, for which organisation, or answers 404."""

    actor: Actor

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        body = request.body  # read once, so that the idempotency key can cover the bytes
        made: Request = super().initialize_request(request, *args, **kwargs)  # type: ignore[misc]
        made.body_bytes = body  # type: ignore[attr-defined]
        return made

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        organisation = Organisation.objects.filter(slug=kwargs.get("organisation")).first()
        address = str(request.META.get("REMOTE_ADDR", ""))[:45]
        actor = organisation and Actor.of(request.user, organisation, way="api", address=address)  # type: ignore[arg-type]
        if not actor:
            raise Http404
        self.actor = actor
        set_context(actor.context)
