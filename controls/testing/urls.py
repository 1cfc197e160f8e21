from django.urls import path

from controls.testing.api import RunTestAPI

urlpatterns = [
    path(
        "api/v1/o/<slug:organisation>/control-tests/<reference:reference>/run",
        RunTestAPI.as_view(),
        name="api-control-test-run",
    ),
]
