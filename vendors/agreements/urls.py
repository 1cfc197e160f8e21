from typing import Any

from django.urls import path

from grc.registers.register import registers
from vendors.agreements import api, pages
from vendors.models import Agreement

HERE = "o/<slug:organisation>/agreements/<reference:reference>"
API = "api/v1/o/<slug:organisation>/agreements/<reference:reference>"
given: dict[str, Any] = {"register": registers.of(Agreement)}

urlpatterns = [
    path(f"{HERE}/points", pages.PointsPage.as_view(**given), name="agreements-points"),
    path(f"{HERE}/end", pages.EndPage.as_view(**given), name="agreements-end"),
    path(f"{API}/standing", api.StandingAPI.as_view(), name="api-agreements-standing"),
    path(f"{API}/points", api.PointsAPI.as_view(), name="api-agreements-points"),
    path(f"{API}/end", api.EndAPI.as_view(), name="api-agreements-end"),
]
