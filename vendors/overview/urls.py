from django.urls import path

from vendors.overview import api, feed_pages, pages

HERE, API = "o/<slug:organisation>/vendors", "api/v1/o/<slug:organisation>/vendors"

urlpatterns = [
    path(f"{HERE}/overview", pages.OverviewPage.as_view(), name="vendor-overview"),
    path(f"{HERE}/calendar", pages.CalendarPage.as_view(), name="vendor-calendar"),
    path(f"{HERE}/calendar/address", feed_pages.AddressPage.as_view(), name="vendor-calendar-address"),
    path("calendars/<str:secret>.ics", feed_pages.FeedPage.as_view(), name="vendor-calendar-feed"),
    path(f"{HERE}/calendar.<slug:kind>", pages.CalendarFilePage.as_view(), name="vendor-calendar-file"),
    path(f"{API}/calendar", api.CalendarAPI.as_view(), name="api-vendor-calendar"),
    path(f"{API}/calendar.<slug:kind_of_file>", api.CalendarFileAPI.as_view(), name="api-vendor-calendar-file"),
]
