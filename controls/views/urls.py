from django.urls import path

from controls.views import (
    api,
    api_mappings,
    catalogues,
    coverage,
    crosswalk,
    judging,
    requirement,
    starters,
    wall,
)

HERE, API = "o/<slug:organisation>", "api/v1/o/<slug:organisation>"

urlpatterns = [
    path(f"{HERE}/frameworks/catalogues", catalogues.CataloguesPage.as_view(), name="framework-catalogues"),
    path(f"{HERE}/frameworks/crosswalk", crosswalk.CrosswalkPage.as_view(), name="framework-crosswalk"),
    path(
        f"{HERE}/frameworks/crosswalk.<slug:kind>",
        crosswalk.CrosswalkExportPage.as_view(),
        name="framework-crosswalk-export",
    ),
    path(
        f"{HERE}/frameworks/<reference:reference>/coverage", coverage.CoveragePage.as_view(), name="frameworks-coverage"
    ),
    path(f"{HERE}/mappings/judge", judging.JudgePage.as_view(), name="mappings-judge"),
    path(f"{HERE}/controls/starters", starters.StartersPage.as_view(), name="control-starters"),
    path(f"{HERE}/controls/wall", wall.WallPage.as_view(), name="control-wall"),
    path(f"{HERE}/controls/<reference:reference>/serves", coverage.ServesPage.as_view(), name="controls-serves"),
    path(
        f"{HERE}/requirements/<reference:reference>/control",
        requirement.RequirementControlPage.as_view(),
        name="requirements-control",
    ),
    path(f"{API}/frameworks/catalogues", api.CataloguesAPI.as_view(), name="api-framework-catalogues"),
    path(f"{API}/controls/starters", api.StartersAPI.as_view(), name="api-control-starters"),
    path(f"{API}/controls/wall", api.WallAPI.as_view(), name="api-control-wall"),
    path(f"{API}/controls/<reference:reference>/serves", api.ServesAPI.as_view(), name="api-controls-serves"),
    path(
        f"{API}/requirements/<reference:reference>/control",
        api.RequirementControlAPI.as_view(),
        name="api-requirements-control",
    ),
    path(f"{API}/frameworks/crosswalk", api_mappings.CrosswalkAPI.as_view(), name="api-framework-crosswalk"),
    path(f"{API}/mappings/judge", api_mappings.JudgeAPI.as_view(), name="api-mappings-judge"),
    path(
        f"{API}/frameworks/<reference:reference>/coverage",
        api_mappings.CoverageAPI.as_view(),
        name="api-frameworks-coverage",
    ),
]
