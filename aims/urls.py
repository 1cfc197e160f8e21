from django.urls import path

from aims.pages import RiskOverviewPage, RiskReportPage

urlpatterns = [
    path("o/<slug:organisation>/risks/overview", RiskOverviewPage.as_view(), name="risk-overview"),
    path("o/<slug:organisation>/risks/report.<slug:kind>", RiskReportPage.as_view(), name="risk-report"),
]
