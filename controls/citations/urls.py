from django.urls import path

from controls.citations.api import CheckAPI
from controls.citations.pages import CheckPage

CHECK = "o/<slug:organisation>/frameworks/check"

urlpatterns = [
    path(CHECK, CheckPage.as_view(), name="frameworks-check"),
    path(f"api/v1/{CHECK}", CheckAPI.as_view(), name="api-frameworks-check"),
]
