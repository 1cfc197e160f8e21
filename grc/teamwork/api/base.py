from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.api.base import OrganisationMixin
from grc.api.pagination import Pages
from grc.models.record import Record
from grc.registers.register import Register


class RecordAPI(OrganisationMixin, APIView):
    """An address below one record: for who may see the record, and a 404 for everybody else."""

    register: Register = None  # type: ignore[assignment]  # given to as_view
    record: Record

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        rows = self.register.model.objects.permitted(self.actor, self.register.view)
        self.record = found_or_404(rows.select_related("key", "owner").filter(reference=kwargs["reference"]))


def found_or_404(rows: "QuerySet[Any]") -> Any:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def paged(view: APIView, rows: "QuerySet[Any]", serializer: Any) -> Response:
    """One page of ``rows``, as everywhere in the API."""
    pages = Pages()
    page = pages.paginate_queryset(rows, view.request, view=view)
    return pages.get_paginated_response(serializer(page, many=True).data)
