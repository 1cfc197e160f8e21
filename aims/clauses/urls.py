from django.urls import path

from aims.clauses.pages import ClauseIndexPage, ClauseMapPage, ProcessPicturePage, StartPage

HERE = "o/<slug:organisation>"

urlpatterns = [
    path(f"{HERE}/clauses", ClauseMapPage.as_view(), name="clauses"),
    path(f"{HERE}/clauses/index.<slug:kind>", ClauseIndexPage.as_view(), name="clause-index"),
    path(f"{HERE}/start", StartPage.as_view(), name="start-here"),
    path(f"{HERE}/processes/picture", ProcessPicturePage.as_view(), name="process-picture"),
]
