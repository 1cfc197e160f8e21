from django.urls import path

from vendors.shadow import api, pages

HERE, API = "o/<slug:organisation>/vendors/shadow", "api/v1/o/<slug:organisation>/vendors/shadow"

urlpatterns = [
    path(HERE, pages.ShadowPage.as_view(), name="shadow-use"),
    path(f"{HERE}.<slug:kind>", pages.ShadowTablePage.as_view(), name="shadow-use-table"),
    path(f"{HERE}/accept", pages.AcceptPage.as_view(), name="shadow-use-accept"),
    path(API, api.ShadowAPI.as_view(), name="api-shadow-use"),
    path(f"{API}/accept", api.AcceptAPI.as_view(), name="api-shadow-use-accept"),
]
