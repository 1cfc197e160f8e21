from django.urls import path

from evidence.decisions import api, pages
from evidence.library import api as library
from evidence.library import request_api as requests
from evidence.room import api as room_api
from evidence.room import pages as room_pages
from evidence.sealing.urls import urlpatterns as sealing
from evidence.sources import api as sources

SOURCE = "api/v1/o/<slug:organisation>/sources/<reference:reference>"

ITEM_FILES = "api/v1/o/<slug:organisation>/evidence/<reference:reference>/files"

REQUEST = "api/v1/o/<slug:organisation>/evidence-requests/<reference:reference>"

urlpatterns = [
    *sealing,
    path(ITEM_FILES, library.ItemFilesAPI.as_view(), name="api-evidence-files"),
    path(f"{REQUEST}/answer", requests.AnswerAPI.as_view(), name="api-evidence-request-answer"),
    path(f"{REQUEST}/send-back", requests.SendBackAPI.as_view(), name="api-evidence-request-send-back"),
    path(f"{REQUEST}/withdraw", requests.WithdrawAPI.as_view(), name="api-evidence-request-withdraw"),
    path(f"{ITEM_FILES}/<int:number>", library.ItemFileAPI.as_view(), name="api-evidence-file"),
    path("room/<uuid:scope>/decisions/", room_pages.RoomDecisionsPage.as_view(), name="room-decisions"),
    path(
        "room/<uuid:scope>/decisions/export.<slug:kind>",
        room_pages.RoomDecisionExportPage.as_view(),
        name="room-decision-export",
    ),
    path("room/<uuid:scope>/decisions/<uuid:decision>", room_pages.RoomDecisionPage.as_view(), name="room-decision"),
    path(
        "room/<uuid:scope>/decisions/<uuid:decision>/bundle",
        room_pages.RoomBundlePage.as_view(),
        name="room-decision-bundle",
    ),
    path("api/v1/rooms/<uuid:scope>/decisions", room_api.RoomDecisionsAPI.as_view(), name="api-room-decisions"),
    path(
        "api/v1/rooms/<uuid:scope>/decisions/<uuid:decision>",
        room_api.RoomDecisionAPI.as_view(),
        name="api-room-decision",
    ),
    path(
        "api/v1/rooms/<uuid:scope>/decisions/<uuid:decision>/bundle",
        room_api.RoomBundleAPI.as_view(),
        name="api-room-decision-bundle",
    ),
    path("verify.pyz", pages.VerifierPage.as_view(), name="verifier"),
    path("check-a-bundle", pages.HowToCheckPage.as_view(), name="how-to-check"),
    path("o/<slug:organisation>/decisions/", pages.DecisionListPage.as_view(), name="decisions"),
    path("o/<slug:organisation>/decisions/find", pages.DecisionFindPage.as_view(), name="decision-find"),
    path(
        "o/<slug:organisation>/decisions/export.<slug:kind>", pages.DecisionExportPage.as_view(), name="decision-export"
    ),
    path("o/<slug:organisation>/decisions/<uuid:decision>", pages.DecisionPage.as_view(), name="decision"),
    path("o/<slug:organisation>/decisions/<uuid:decision>/bundle", pages.BundlePage.as_view(), name="decision-bundle"),
    path("o/<slug:organisation>/decisions/<uuid:decision>/entry", pages.PayloadPage.as_view(), name="decision-entry"),
    path("api/v1/o/<slug:organisation>/decisions", api.DecisionListAPI.as_view(), name="api-decisions"),
    path("api/v1/o/<slug:organisation>/decisions/<str:decision>", api.DecisionAPI.as_view(), name="api-decision"),
    path(
        "api/v1/o/<slug:organisation>/decisions/<str:decision>/bundle",
        api.BundleAPI.as_view(),
        name="api-decision-bundle",
    ),
    path(f"{SOURCE}/state", sources.StateAPI.as_view(), name="api-source-state"),
    path(f"{SOURCE}/pull", sources.PullAPI.as_view(), name="api-source-pull"),
    path(f"{SOURCE}/test", sources.CheckAPI.as_view(), name="api-source-test"),
    path(f"{SOURCE}/runs", sources.RunsAPI.as_view(), name="api-source-runs"),
    path(f"{SOURCE}/runs/<uuid:run>", sources.RunAPI.as_view(), name="api-source-run"),
    path(f"{SOURCE}/quarantine", sources.QuarantineAPI.as_view(), name="api-source-quarantine"),
    path("api/v1/o/<slug:organisation>/subject-refs", api.SubjectAPI.as_view(), name="api-subject-refs"),
]
