"""Search over everything that one may see: the page, and what is suggested while one types."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from grc.access.actor import Actor
from grc.registers.register import Register, registers
from grc.registries import Hit, searches
from grc.search.finding import MAX_LENGTH, RANKED, Results, search
from grc.shell import current_actor

PAGE_SIZE = 20
SUGGESTED = 8
MAX_TAGS = 10


@dataclass(frozen=True)
class Wanted:
    """What a search was asked for, read from an address. What makes no sense in it is passed over."""

    text: str
    only: str
    tags: list[str]
    archived: bool
    number: int

    @classmethod
    def read(cls, params: Any, actor: Actor) -> "Wanted":
        slugs = {register.slug for register in registers if actor.can(register.view)}
        page, only = params.get("page", ""), params.get("type", "")
        tags = [tag.replace("\x00", "").strip()[:40] for tag in params.getlist("tag")]
        return cls(
            text=params.get("q", "").replace("\x00", "").strip()[:MAX_LENGTH],
            only=only if only in slugs else "",
            tags=[tag for tag in tags if tag][:MAX_TAGS],
            archived=params.get("archived", "") in {"1", "true"},
            number=min(int(page), RANKED // PAGE_SIZE) if page.isdecimal() and len(page) < 6 and int(page) else 1,
        )

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.tags


def find(actor: Actor, wanted: Wanted, *, size: int = PAGE_SIZE) -> tuple[Results, "Page[Any]"]:
    """One page of what was found, and where it stands among all; past the end, the last page."""

    def ask(number: int) -> Results:
        return search(
            actor,
            wanted.text,
            only=wanted.only,
            tags=wanted.tags,
            archived=wanted.archived,
            first=(number - 1) * size,
            most=size,
        )

    results = ask(wanted.number)
    count = results.counts.get(wanted.only, 0) if wanted.only else results.count
    page: Page[Any] = Paginator(range(min(count, RANKED)), size).get_page(wanted.number)
    if page.number != wanted.number and count:
        results = ask(page.number)
    return results, page


def other_hits(actor: Actor, wanted: Wanted) -> list[Hit]:
    """What is no record of a register and answers to the very text: a decision by its id, for example."""
    if not wanted.text or wanted.only or wanted.tags:
        return []
    return [hit for ask in searches for hit in ask(actor, wanted.text)]


class SearchPage(View):
    """One box for everything that one may see."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        wanted = Wanted.read(request.GET, actor)
        results, page = find(actor, wanted)
        hits = other_hits(actor, wanted)
        kinds = [(registers.by_slug(slug), n) for slug, n in results.counts.items()]
        context = {
            "wanted": wanted,
            "results": results,
            "page": page,
            "hits": hits,
            "kinds": sorted(kinds, key=_by_count),
            "count": results.count + len(hits),
            "most": RANKED,
        }
        return render(request, "search.html", context)


class SuggestionsPage(View):
    """The first few finds, for the box in the bar on top."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        wanted = Wanted.read(request.GET, actor)
        results, hits = search(actor, wanted.text, most=SUGGESTED), other_hits(actor, wanted)[:2]
        context = {
            "wanted": wanted,
            "found": results.found[: SUGGESTED - len(hits)],
            "hits": hits,
            "total": results.count + len(hits),
        }
        return render(request, "search/suggestions.html", context)


def _by_count(entry: tuple[Register, int]) -> tuple[int, str]:
    return -entry[1], str(entry[0].plural)
