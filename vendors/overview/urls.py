from django.urls import path

from vendors.overview import api, pages

HERE, API = "o/<slug:organisation>/vendors", "api/v1/o/<slug:organisation>/vendors"

urlpatterns = [
    path(f"{HERE}/overview", pages.OverviewPage.as_view(), name="vendor-overview"),
    path(f"{HERE}/calendar", pages.CalendarPage.as_view(), name="vendor-calendar"),
    path(f"{HERE}/calendar.<slug:kind>", pages.CalendarFilePage.as_view(), name="vendor-calendar-file"),
    path(f"{API}/calendar", api.CalendarAPI.as_view(), name="api-vendor-calendar"),
    path(f"{API}/calendar.<slug:kind_of_file>", api.CalendarFileAPI.as_view(), name="api-vendor-calendar-file"),
]
