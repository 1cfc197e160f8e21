"""Records by a few letters of their reference or title, for the list that opens while somebody types one."""

from collections import defaultdict
from typing import Any

from django.db.models import Case, Q, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from grc.access.actor import Actor
from grc.models.link import Link
from grc.models.record import RecordKey
from grc.registers.register import registers
from grc.registers.sight import keys_seen_by
from grc.shell import current_actor

MOST = 8
LOOKED_AT = 40
MAX_LENGTH = 100


class RecordsPage(View):
    """Options for ``q``; ``without`` is a reference that is not offered."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor, typed = current_actor(request), request.GET.get("q", "").strip()[:MAX_LENGTH]
        without = request.GET.get("without", "")
        if "\x00" in typed + without:
            raise Http404
        found = []
        if typed:
            fits = Q()
            for word in typed.split():
                fits &= Q(title__icontains=word) | Q(reference__istartswith=word)
            first = Case(When(reference__istartswith=typed, then=0), default=1)
            keys = keys_seen_by(actor, Link.NEVER_ENDS).filter(fits).exclude(reference=without)
            found = in_use(list(keys.order_by(first, "reference")[:LOOKED_AT]), actor)[:MOST]
        options = [(key.reference, f"{key.reference} {key.title}", _kind(key)) for key in found]
        return render(request, "teamwork/options.html", {"options": options})


def in_use(keys: list[RecordKey], actor: Actor) -> list[RecordKey]:
    """Those whose record is not archived."""
    by_register: dict[str, list[int]] = defaultdict(list)
    for key in keys:
        by_register[key.register].append(key.pk)
    archived: set[Any] = set()
    for slug, pks in by_register.items():
        rows = registers.by_slug(slug).model.objects.within(actor.organisation).filter(pk__in=pks)
        archived.update(rows.filter(archived_at__isnull=False).values_list("pk", flat=True))
    return [key for key in keys if key.pk not in archived]


def _kind(key: RecordKey) -> str:
    return str(registers.by_slug(key.register).name)
