"""The addresses as a tree. Every register has some sixty pages: asked one after the other, thousands of patterns would
be tried for each request, and three times as many for one that leads nowhere."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.urls.resolvers import RegexPattern

Entry = URLPattern | URLResolver
HEADS = ("o/<slug:organisation>/", "api/v1/o/<slug:organisation>/")
WORD = re.compile(r"\^?([\w-]+)/")


def as_tree(entries: Sequence[Any]) -> list[Entry]:
    """The same addresses: those below a head in one branch, and in it those below each word in one of its own."""
    others: list[Entry] = []
    leaves: dict[str, list[URLPattern]] = {head: [] for head in HEADS}
    for entry in entries:
        found = list(_below("", entry))
        if any(head for head, _leaf in found):
            for head, leaf in found:
                (leaves[head] if head else others).append(leaf)
        else:
            others.append(entry)
    return [*others, *(path(head, include(_branches(leaves[head]))) for head in HEADS)]


def _below(prefix: str, entry: Entry) -> Iterator[tuple[str, URLPattern]]:
    """Each page of ``entry`` with its head, and relative to it; the head is empty for what stands elsewhere."""
    if isinstance(entry, URLResolver):
        for child in entry.url_patterns:
            yield from _below(prefix + str(entry.pattern), child)
        return
    if isinstance(entry.pattern, RegexPattern):
        yield (prefix, entry) if prefix in HEADS else ("", entry)
        return
    route = prefix + str(entry.pattern)
    head = next((head for head in HEADS if route.startswith(head)), "")
    yield head, path(route.removeprefix(head), entry.callback, entry.default_args, entry.name)


def _branches(leaves: Sequence[URLPattern]) -> list[Entry]:
    alone: list[Entry] = []
    branches: dict[str, list[URLPattern]] = defaultdict(list)
    for leaf in leaves:
        route = str(leaf.pattern)
        word = WORD.match(route)
        if word is None:
            alone.append(leaf)
            continue
        rest, make = route[word.end() :], re_path if isinstance(leaf.pattern, RegexPattern) else path
        rest = f"^{rest}" if isinstance(leaf.pattern, RegexPattern) else rest
        branches[word[1]].append(make(rest, leaf.callback, leaf.default_args, leaf.name))
    return [*alone, *(path(f"{word}/", include(below)) for word, below in branches.items())]
