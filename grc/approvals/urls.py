from django.urls import path

from grc.approvals import api, key_pages, pages
from grc.registers.register import registers

HOME = "o/<slug:organisation>"
ONE = f"{HOME}/approvals/<uuid:review>"
API = "api/v1/o/<slug:organisation>"
API_ONE = f"{API}/approvals/<uuid:review>"

urlpatterns = [
    path(f"{HOME}/approvals", pages.ApprovalsPage.as_view(), name="approvals"),
    path(ONE, pages.ReviewReadPage.as_view(), name="approval"),
    path(f"{ONE}/decide", pages.DecidePage.as_view(), name="approval-decide"),
    path(f"{ONE}/prove", pages.ProvePage.as_view(), name="approval-prove"),
    path(f"{ONE}/withdraw", pages.WithdrawPage.as_view(), name="approval-withdraw"),
    path(f"{ONE}/version.json", pages.VersionPage.as_view(), name="approval-version"),
    path(f"{ONE}/signed.pdf", pages.SignedPage.as_view(), name="approval-signed"),
    path(f"{ONE}/files/<slug:sha256>", pages.FilePage.as_view(), name="approval-file"),
    path(f"{HOME}/signing-key", key_pages.SigningKeyPage.as_view(), name="signing-key"),
    path(f"{HOME}/signing-key/certificate.pem", key_pages.CertificatePage.as_view(), name="signing-key-certificate"),
    path(f"{API}/approvals", api.ReviewListAPI.as_view(), name="api-approvals"),
    path(API_ONE, api.ReviewReadAPI.as_view(), name="api-approval"),
    path(f"{API_ONE}/decide", api.DecideAPI.as_view(), name="api-approval-decide"),
    path(f"{API_ONE}/withdraw", api.WithdrawAPI.as_view(), name="api-approval-withdraw"),
    path(f"{API_ONE}/version.json", api.VersionAPI.as_view(), name="api-approval-version"),
    path(f"{API_ONE}/signed.pdf", api.SignedAPI.as_view(), name="api-approval-signed"),
    path(f"{API_ONE}/files/<slug:sha256>", api.FileAPI.as_view(), name="api-approval-file"),
    path(f"{API}/signing-key", api.SigningKeyAPI.as_view(), name="api-signing-key"),
    *[
        path(
            f"{API}/{register.slug}/<reference:reference>/approvals",
            api.RecordReviewsAPI.as_view(register=register),
            name=f"api-{register.slug}-approvals",
        )
        for register in registers
        if register.meanings
    ],
]
