from django.urls import path

from aims.risks import api, pages, starter_pages

HERE, API = "o/<slug:organisation>", "api/v1/o/<slug:organisation>"

urlpatterns = [
    path(f"{HERE}/risks/overview", pages.RiskOverviewPage.as_view(), name="risk-overview"),
    path(f"{HERE}/risks/report.<slug:kind>", pages.RiskReportPage.as_view(), name="risk-report"),
    path(f"{HERE}/risks/starters", starter_pages.StarterRisksPage.as_view(), name="risk-starters"),
    path(f"{HERE}/risks/<reference:reference>/follow", pages.FollowTreatmentsPage.as_view(), name="risk-follow"),
    path(f"{HERE}/treatments/<reference:reference>/done", pages.FinishTreatmentPage.as_view(), name="treatment-done"),
    path(f"{API}/risks/starters", api.StarterRisksAPI.as_view(), name="api-risk-starters"),
    path(f"{API}/risks/<reference:reference>/follow", api.FollowTreatmentsAPI.as_view(), name="api-risk-follow"),
    path(f"{API}/treatments/<reference:reference>/done", api.FinishTreatmentAPI.as_view(), name="api-treatment-done"),
]
