from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.views import APIView

from grc.access.actor import Actor
from grc.context import client_address, set_context
from grc.identity.door import demand_session
from grc.models.organisation import Organisation
from grc.registers.register import Register


class OrganisationMixin:
    """A view below ``/api/v1/o/<organisation>/``: finds out who calls, for which organisation, or answers 404."""

    actor: Actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if not request.content_type.startswith("multipart/"):
            _body = (
                request._request.body
            )  # read before it is parsed: Django keeps it, and the idempotency key covers it
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        organisation = Organisation.objects.filter(slug=kwargs.get("organisation")).first()
        address = client_address(request._request)
        actor = organisation and Actor.of(request.user, organisation, way="api", address=address)  # type: ignore[arg-type]
        if not actor:
            raise Http404
        demand_session(request, person=actor.person, organisation=actor.organisation, roles=actor.roles)  # type: ignore[arg-type]
        self.actor = actor
        set_context(actor.context)


class RecordView(OrganisationMixin, APIView):
    """A part of the API of every register."""

    register: Register = None  # type: ignore[assignment]  # the class has it, or it is given to as_view

    def record(self, reference: str) -> Any:
        """The record, for who sees it. Raises ``Http404``."""
        if not self.actor.can(self.register.view):
            raise Http404
        rows = self.register.model.objects.permitted(self.actor, self.register.view)
        foreign = self.register.foreign(self.register.fields)
        return get_object_or_404(rows.select_related("key", "organisation", *foreign), reference=reference)
