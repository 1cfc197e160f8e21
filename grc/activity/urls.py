from django.urls import path

from grc.activity import api, pages

API = "api/v1/o/<slug:organisation>/activity"

urlpatterns = [
    path("o/<slug:organisation>/activity", pages.ActivityPage.as_view(), name="activity"),
    path(
        "o/<slug:organisation>/activity/export.<slug:kind>", pages.ActivityExportPage.as_view(), name="activity-export"
    ),
    path(API, api.ActivityAPI.as_view(), name="api-activity"),
    path(f"{API}/export.<slug:kind>", api.ActivityExportAPI.as_view(), name="api-activity-export"),
]
