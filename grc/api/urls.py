from django.urls import include, path
from rest_framework.routers import SimpleRouter

from grc.api.documentation import DocumentationPage, SchemaPage
from grc.api.registers import viewset_for
from grc.registers.register import registers
from grc.room.api import RoomFileView, RoomRecordsView, RoomRecordView, RoomsView

router = SimpleRouter(trailing_slash=False)
for register in registers:
    router.register(register.slug, viewset_for(register), basename=f"api-{register.slug}")

urlpatterns = [
    path("o/<slug:organisation>/", include(router.urls)),
    path("rooms", RoomsView.as_view(), name="api-rooms"),
    path("rooms/<uuid:scope>/records", RoomRecordsView.as_view(), name="api-room-records"),
    path("rooms/<uuid:scope>/files/<uuid:file>", RoomFileView.as_view(), name="api-room-file"),
    path("rooms/<uuid:scope>/records/<reference:reference>", RoomRecordView.as_view(), name="api-room-record"),
    path("schema", SchemaPage.as_view(), name="api-schema"),
    path("", DocumentationPage.as_view(), name="api-documentation"),
]
