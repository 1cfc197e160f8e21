from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from grc.access.actor import Actor
from grc.registers.query import ListQuery
from grc.registers.register import registers
from grc.registries import Hit, searches
from grc.shell import current_actor

MAX_HITS = 10
MAX_LENGTH = 200


class SearchPage(View):
    """One box for everything that one may see."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        text = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_LENGTH]
        hits = [*register_hits(actor, text), *(hit for find in searches for hit in find(actor, text))] if text else []
        return render(request, "search.html", {"text": text, "hits": hits, "most": MAX_HITS})


def register_hits(actor: Actor, text: str) -> list[Hit]:
    """The first few records of every register that the actor may see and that hold ``text``."""
    hits = []
    for register in registers:
        if not actor.can(register.view):
            continue
        rows = ListQuery(register, actor, search=text, columns=("reference",)).rows()
        hits += [Hit(str(row), register.name, row.get_absolute_url()) for row in rows[:MAX_HITS]]
    return hits
