from typing import Any

from django.urls import path

from grc.registers.register import registers
from vendors.changes import api, pages, public_pages
from vendors.models import Subprocessor, SubprocessorChange, SubprocessorNotice, VendorNotice

HERE, API = "o/<slug:organisation>", "api/v1/o/<slug:organisation>"
ONE = "<reference:reference>"
STEPS: tuple[tuple[Any, str, Any, Any], ...] = (
    (SubprocessorChange, "announce", pages.AnnouncePage, api.AnnounceAPI),
    (SubprocessorChange, "in-effect", pages.InEffectPage, api.InEffectAPI),
    (SubprocessorChange, "withdraw", pages.WithdrawPage, api.WithdrawAPI),
    (Subprocessor, "put-on-list", pages.PutOnListPage, api.PutOnListAPI),
    (SubprocessorNotice, "objection", pages.ObjectionPage, api.ObjectionAPI),
    (SubprocessorNotice, "settle", pages.SettlePage, api.SettleAPI),
    (VendorNotice, "decide", pages.DecidePage, api.DecideAPI),
)
"""Model, step, page and API of it: ``subprocessor-changes-announce`` and ``api-subprocessor-changes-announce``."""

urlpatterns = [
    path(f"{HERE}/subprocessors/public", public_pages.PublicListPage.as_view(), name="subprocessors-public"),
    path(f"{HERE}/subprocessors/public/publish", public_pages.PublishPage.as_view(), name="subprocessors-publish"),
    path(f"{HERE}/subprocessors/public/editions", public_pages.EditionsPage.as_view(), name="subprocessors-editions"),
    path(f"{HERE}/subprocessors/public.<slug:kind>", public_pages.PublicFilePage.as_view(), name="subprocessors-file"),
    path(f"{API}/subprocessors/public", api.PublicListAPI.as_view(), name="api-subprocessors-public"),
    path(f"{API}/subprocessors/public.<slug:kind>", api.PublicFileAPI.as_view(), name="api-subprocessors-file"),
    path(f"{HERE}/customer-commitments/overview", pages.PromisesPage.as_view(), name="customer-commitments-overview"),
]
for model, step, page, twin in STEPS:
    register = registers.of(model)
    given: dict[str, Any] = {"register": register}
    where, name = f"{register.slug}/{ONE}/{step}", f"{register.slug}-{step}"
    urlpatterns += [
        path(f"{HERE}/{where}", page.as_view(**given), name=name),
        path(f"{API}/{where}", twin.as_view(**given), name=f"api-{name}"),
    ]
