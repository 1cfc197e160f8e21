from django.urls import path

from aims.supply import api, pages

HERE, API = "o/<slug:organisation>", "api/v1/o/<slug:organisation>"
SYSTEM = f"{HERE}/ai-systems/<reference:reference>/supply-chain"

urlpatterns = [
    path(f"{HERE}/supply-chain", pages.ChainPage.as_view(), name="supply-chain"),
    path(f"{HERE}/supply-chain.<slug:kind>", pages.ChainFilePage.as_view(), name="supply-chain-file"),
    path(SYSTEM, pages.ChainPage.as_view(), name="supply-chain-system"),
    path(f"{SYSTEM}.<slug:kind>", pages.ChainFilePage.as_view(), name="supply-chain-system-file"),
    path(f"{HERE}/risks/from-vendors", pages.ProposedRisksPage.as_view(), name="vendor-risks"),
    path(f"{API}/supply-chain", api.ChainAPI.as_view(), name="api-supply-chain"),
]
