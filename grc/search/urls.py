from django.urls import path

from grc.search.api import SearchView
from grc.views.search import SuggestionsPage

urlpatterns = [
    path("o/<slug:organisation>/search/suggestions", SuggestionsPage.as_view(), name="search-suggestions"),
    path("api/v1/o/<slug:organisation>/search", SearchView.as_view(), name="api-search"),
]
