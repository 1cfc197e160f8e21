from django.urls import path

from evidence.sealing import api, pages

SEAL = "o/<slug:organisation>/activity/seal"

urlpatterns = [
    path(f"{SEAL}/check", pages.SealCheckPage.as_view(), name="activity-seal-check"),
    path(f"{SEAL}/bundle", pages.SealBundlePage.as_view(), name="activity-seal-bundle"),
    path(f"api/v1/{SEAL}", api.SealAPI.as_view(), name="api-activity-seal"),
    path(f"api/v1/{SEAL}/check", api.SealCheckAPI.as_view(), name="api-activity-seal-check"),
    path(f"api/v1/{SEAL}/bundle", api.SealBundleAPI.as_view(), name="api-activity-seal-bundle"),
]
