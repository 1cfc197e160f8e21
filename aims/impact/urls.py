from django.urls import path

from aims.impact.api import NextAPI

urlpatterns = [
    path(
        "api/v1/o/<slug:organisation>/impact-assessments/<reference:reference>/next",
        NextAPI.as_view(),
        name="api-impact-assessments-next",
    ),
]
