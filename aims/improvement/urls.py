from django.urls import path

from aims.improvement.api import CheckAPI, CloseAPI, FinishAPI, MakeOfRunAPI, ReopenAPI
from aims.improvement.overview_pages import OverviewPage, OverviewReportPage

pages = "o/<slug:organisation>/nonconformities"
api = "api/v1/o/<slug:organisation>/nonconformities/<reference:reference>"
improvement = "api/v1/o/<slug:organisation>/improvements/<reference:reference>"
run = "api/v1/o/<slug:organisation>/test-runs/<reference:reference>"

urlpatterns = [
    path(f"{pages}/overview", OverviewPage.as_view(), name="nonconformity-overview"),
    path(f"{pages}/report.<slug:kind>", OverviewReportPage.as_view(), name="nonconformity-report"),
    path(f"{api}/check", CheckAPI.as_view(), name="api-nonconformities-check"),
    path(f"{api}/close", CloseAPI.as_view(), name="api-nonconformities-close"),
    path(f"{api}/reopen", ReopenAPI.as_view(), name="api-nonconformities-reopen"),
    path(f"{improvement}/finish", FinishAPI.as_view(), name="api-improvements-finish"),
    path(f"{run}/nonconformity", MakeOfRunAPI.as_view(), name="api-test-runs-nonconformity"),
]
