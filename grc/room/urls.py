from django.urls import path

from grc.room.pages import ExportPage, FilePage, OverviewPage, RecordPage, RecordsPage

urlpatterns = [
    path("", OverviewPage.as_view(), name="room"),
    path("records", RecordsPage.as_view(), name="room-records"),
    path("records/export.<slug:kind>", ExportPage.as_view(), name="room-export"),
    path("records/<reference:reference>", RecordPage.as_view(), name="room-record"),
    path("files/<uuid:file>", FilePage.as_view(), name="room-file"),
]
