from django.urls import path

from aims.models import SoA
from aims.soa.api import DecideAPI, ProposalsAPI, StatementAPI, StatementFileAPI
from aims.soa.begin import BeginPage
from aims.soa.editions_pages import DifferencesPage, StatementFilePage
from aims.soa.pages import AddPage, CompletePage, DecideManyPage, DecidePage, ProposalsPage, WorkPage
from grc.registers.register import registers

REGISTER = registers.of(SoA)
ONE = "o/<slug:organisation>/soa/<reference:reference>"
API = f"api/v1/{ONE}"

urlpatterns = [
    path("o/<slug:organisation>/soa/begin", BeginPage.as_view(register=REGISTER), name="soa-begin"),
    path(f"{ONE}/decisions", WorkPage.as_view(register=REGISTER), name="soa-work"),
    path(f"{ONE}/decisions/many", DecideManyPage.as_view(register=REGISTER), name="soa-decide-many"),
    path(f"{ONE}/decisions/added", AddPage.as_view(register=REGISTER), name="soa-add"),
    path(f"{ONE}/decisions/proposals", ProposalsPage.as_view(register=REGISTER), name="soa-proposals"),
    path(f"{ONE}/decisions/complete", CompletePage.as_view(register=REGISTER), name="soa-complete"),
    path(f"{ONE}/decisions/<reference:decision>", DecidePage.as_view(register=REGISTER), name="soa-decide"),
    path(f"{ONE}/differences", DifferencesPage.as_view(register=REGISTER), name="soa-differences"),
    path(f"{ONE}/statement.<slug:kind>", StatementFilePage.as_view(register=REGISTER), name="soa-statement"),
    path(f"{API}/statement", StatementAPI.as_view(register=REGISTER), name="api-soa-work"),
    path(f"{API}/decide", DecideAPI.as_view(register=REGISTER), name="api-soa-decide"),
    path(f"{API}/proposals", ProposalsAPI.as_view(register=REGISTER), name="api-soa-proposals"),
    path(f"{API}/statement.<slug:kind>", StatementFileAPI.as_view(register=REGISTER), name="api-soa-statement"),
]
