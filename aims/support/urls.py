from typing import Any

from django.urls import path

from aims.models import Communication, Objective
from aims.support import api, pages
from grc.registers.register import registers

HERE, API = "o/<slug:organisation>", "api/v1/o/<slug:organisation>"
objectives: dict[str, Any] = {"register": registers.of(Objective)}
communications: dict[str, Any] = {"register": registers.of(Communication)}

urlpatterns = [
    path(f"{HERE}/objectives/overview", pages.ObjectivesPage.as_view(), name="objectives-overview"),
    path(f"{HERE}/objectives/overview.<slug:kind>", pages.ObjectivesTablePage.as_view(), name="objectives-table"),
    path(
        f"{HERE}/objectives/<reference:reference>/measure",
        pages.MeasurePage.as_view(**objectives),
        name="objectives-measure",
    ),
    path(f"{HERE}/competences/matrix", pages.CompetencePage.as_view(), name="competence-matrix"),
    path(f"{HERE}/competences/matrix.<slug:kind>", pages.CompetenceTablePage.as_view(), name="competence-table"),
    path(f"{HERE}/resources/overview", pages.ResourcesPage.as_view(), name="resources-overview"),
    path(
        f"{HERE}/components/<reference:reference>/take-over", pages.TakeOverPage.as_view(), name="components-take-over"
    ),
    path(f"{HERE}/communications/calendar", pages.CalendarPage.as_view(), name="communications-calendar"),
    path(
        f"{HERE}/communications/<reference:reference>/done",
        pages.ToldPage.as_view(**communications),
        name="communications-done",
    ),
    path(f"{API}/communications/<reference:reference>/done", api.ToldAPI.as_view(), name="api-communications-done"),
    path(
        f"{API}/components/<reference:reference>/take-over", api.TakeOverAPI.as_view(), name="api-components-take-over"
    ),
]
