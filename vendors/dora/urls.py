from django.urls import path

from vendors.dora import api, pages

HERE, API = "o/<slug:organisation>/vendors", "api/v1/o/<slug:organisation>/vendors"

urlpatterns = [
    path(f"{HERE}/dora", pages.RegisterPage.as_view(), name="dora-register"),
    path(f"{HERE}/dora.xlsx", pages.RegisterFilePage.as_view(), name="dora-register-file"),
    path(f"{API}/dora", api.DoraAPI.as_view(), name="api-dora-register"),
    path(f"{API}/dora.xlsx", api.DoraFileAPI.as_view(), name="api-dora-register-file"),
    path(f"{API}/dora/exports", api.DoraExportsAPI.as_view(), name="api-dora-register-exports"),
]
