from django.urls import path

from vendors.knowledge import api, known_pages

HERE, API = "o/<slug:organisation>", "api/v1/o/<slug:organisation>"
ONE = "<reference:reference>"

urlpatterns = [
    path(f"{HERE}/vendors/known", known_pages.KnownProvidersPage.as_view(), name="vendors-known"),
    path(f"{API}/vendors/known", api.KnownProvidersAPI.as_view(), name="api-vendors-known"),
    path(f"{API}/offerings/{ONE}/coverage", api.CoverageAPI.as_view(), name="api-offerings-coverage"),
    path(f"{API}/vendor-facts/{ONE}/verify", api.VerifyFactAPI.as_view(), name="api-vendor-facts-verify"),
    path(f"{API}/assurances/{ONE}/confirm", api.ConfirmAssuranceAPI.as_view(), name="api-assurances-confirm"),
]
