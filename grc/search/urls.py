from django.urls import path

from grc.search import bulk_api, pages, views_api
from grc.search.api import SearchView
from grc.views.search import SuggestionsPage

HERE, API = "o/<slug:organisation>", "api/v1/o/<slug:organisation>"

urlpatterns = [
    path(f"{HERE}/search/suggestions", SuggestionsPage.as_view(), name="search-suggestions"),
    path(f"{HERE}/views", pages.ViewsPage.as_view(), name="views"),
    path(f"{HERE}/views/<uuid:view>", pages.ChangeViewPage.as_view(), name="view-change"),
    path(f"{HERE}/views/<uuid:view>/delete", pages.DeleteViewPage.as_view(), name="view-delete"),
    path(f"{HERE}/views/<uuid:view>/start", pages.StartViewPage.as_view(), name="view-start"),
    path(f"{HERE}/tags", pages.TagsPage.as_view(), name="tags"),
    path(f"{HERE}/tags/rename", pages.RenameTagPage.as_view(), name="tags-rename"),
    path(f"{API}/search", SearchView.as_view(), name="api-search"),
    path(f"{API}/views", views_api.SavedViewsAPI.as_view(), name="api-views"),
    path(f"{API}/views/<uuid:view>", views_api.SavedViewAPI.as_view(), name="api-view"),
    path(f"{API}/views/<uuid:view>/start", views_api.StartViewAPI.as_view(), name="api-view-start"),
    path(f"{API}/tags", bulk_api.TagsAPI.as_view(), name="api-tags"),
    path(f"{API}/tags/rename", bulk_api.RenameTagAPI.as_view(), name="api-tags-rename"),
    *[
        path(f"{API}/{register.slug}/bulk", view.as_view(), name=f"api-{register.slug}-bulk")
        for register, view in bulk_api.views()
    ],
]
