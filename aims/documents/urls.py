from django.urls import path

from aims.documents import api, pages

HERE, API = "o/<slug:organisation>", "api/v1/o/<slug:organisation>"
READING, STARTERS = "to-read", "document-starters"

urlpatterns = [
    path(f"{HERE}/{READING}", pages.ToReadPage.as_view(), name="to-read"),
    path(f"{HERE}/{READING}/<slug:reference>", pages.ReadPage.as_view(), name="reading"),
    path(f"{HERE}/{READING}/<slug:reference>/<slug:sha256>", pages.ReadFilePage.as_view(), name="reading-file"),
    path(f"{HERE}/documents/starters", pages.StartersPage.as_view(), name="document-starters"),
    path(f"{API}/{READING}", api.ToReadAPI.as_view(), name="api-to-read"),
    path(f"{API}/{READING}/<slug:reference>", api.ReadAPI.as_view(), name="api-reading"),
    path(f"{API}/{STARTERS}", api.StartersAPI.as_view(), name="api-document-starters"),
    path(f"{API}/documents/<reference:reference>/ask", api.AskDocumentAPI.as_view(), name="api-documents-ask"),
    path(f"{API}/campaigns/<reference:reference>/ask", api.AskCampaignAPI.as_view(), name="api-campaigns-ask"),
]
