"""The tree of addresses: the same pages as before it, found without asking all of them."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, URLResolver, include, path, re_path, resolve
from django.urls.resolvers import RegexPattern

from grc.registers.register import registers
from grc.url_tree import as_tree


def view(request: Any, **given: Any) -> HttpResponse:
    return HttpResponse()


def test_addresses_of_every_kind_stay_what_they_are() -> None:
    inside = [path("risks/", view, name="list"), path("risks/<slug:reference>/edit", view, {"new": False}, name="edit")]
    entries = [
        path("", view, name="start"),
        path("me/", include([path("theme", view, name="theme")])),
        path("o/<slug:organisation>/", view, name="home"),
        path("o/<slug:organisation>/risks/overview", view, name="overview"),
        path("", include([path("api/v1/o/<slug:organisation>/risks/check", view, name="check")])),
        path("o/<slug:organisation>/", include(inside)),
        path("api/v1/", include([path("schema", view, name="schema"), path("o/<slug:organisation>/", include([
            re_path("^risks$", view, name="api-list"), re_path("^risks/(?P<reference>[A-Z]+)/take$", view, name="take"),
        ]))])),
    ]  # fmt: skip
    tree = URLResolver(RegexPattern(r"^/"), as_tree(entries))
    asked = {
        "/": ("start", {}),
        "/me/theme": ("theme", {}),
        "/o/a/": ("home", {"organisation": "a"}),
        "/o/a/risks/": ("list", {"organisation": "a"}),
        "/o/a/risks/overview": ("overview", {"organisation": "a"}),
        "/o/a/risks/R-1/edit": ("edit", {"organisation": "a", "reference": "R-1", "new": False}),
        "/api/v1/schema": ("schema", {}),
        "/api/v1/o/a/risks": ("api-list", {"organisation": "a"}),
        "/api/v1/o/a/risks/check": ("check", {"organisation": "a"}),
        "/api/v1/o/a/risks/R/take": ("take", {"organisation": "a", "reference": "R"}),
    }
    for url, (name, kwargs) in asked.items():
        match = tree.resolve(url)
        assert (match.url_name, match.kwargs) == (name, kwargs), url
    for url in ("/o/a/risks", "/o/a/risks/R-1", "/api/v1/o/a/", "/api/v1/o/a/risks/r/take"):
        with pytest.raises(Resolver404):
            tree.resolve(url)


def test_a_page_is_found_without_asking_all_others() -> None:
    """A register more costs a request one pattern more, not sixty."""
    with pytest.raises(Resolver404) as missing:
        resolve("/o/nordhaven/nothing-of-the-kind/x")
    assert len(missing.value.args[0]["tried"]) < 5 * len(list(registers))
