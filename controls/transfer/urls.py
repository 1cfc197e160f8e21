from django.urls import URLPattern, path

from controls.transfer import api, export_pages, pages
from grc.registers.register import registers

HERE, API = "o/<slug:organisation>", "api/v1/o/<slug:organisation>"
ONE = "frameworks/<reference:reference>"
frameworks, controls = registers.by_slug("frameworks"), registers.by_slug("controls")

urlpatterns: list[URLPattern] = [
    path(
        f"{HERE}/frameworks/transfer",
        pages.UploadPage.as_view(register=frameworks),
        name="frameworks-transfer",
    ),
    path(
        f"{HERE}/frameworks/transfer/<uuid:job>",
        pages.CheckPage.as_view(register=frameworks),
        name="frameworks-transfer-check",
    ),
    path(
        f"{HERE}/frameworks/transfer/<slug:table>.xlsx",
        pages.TemplatePage.as_view(register=frameworks),
        name="frameworks-transfer-template",
    ),
    path(
        f"{HERE}/frameworks/exports", export_pages.ExportsPage.as_view(register=frameworks), name="frameworks-exports"
    ),
    path(
        f"{HERE}/{ONE}/oscal.json",
        export_pages.FrameworkFilePage.as_view(register=frameworks),
        name="frameworks-oscal",
    ),
    path(
        f"{HERE}/{ONE}/requirements.<slug:kind>",
        export_pages.RequirementsFilePage.as_view(register=frameworks),
        name="frameworks-table",
    ),
    path(
        f"{HERE}/{ONE}/mappings/<reference:other>.<slug:kind>",
        export_pages.MappingsFilePage.as_view(register=frameworks),
        name="frameworks-mappings",
    ),
    path(
        f"{HERE}/controls/oscal.json",
        export_pages.ComponentsFilePage.as_view(register=controls),
        name="controls-oscal",
    ),
    path(f"{API}/frameworks/transfers", api.TransfersAPI.as_view(), name="api-frameworks-transfers"),
    path(f"{API}/frameworks/transfers/<uuid:job>", api.TransferAPI.as_view(), name="api-frameworks-transfer"),
    path(f"{API}/{ONE}/oscal", api.FrameworkOSCALAPI.as_view(), name="api-frameworks-oscal"),
    path(f"{API}/{ONE}/requirements.<slug:kind>", api.RequirementsTableAPI.as_view(), name="api-frameworks-table"),
    path(
        f"{API}/{ONE}/mappings/<reference:other>.<slug:kind>",
        api.MappingsAPI.as_view(),
        name="api-frameworks-mappings",
    ),
    path(f"{API}/controls/oscal", api.ComponentsAPI.as_view(), name="api-controls-oscal"),
]
