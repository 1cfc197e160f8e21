from django.urls import path

from vendors.reviews import api

BASE = "api/v1/o/<slug:organisation>"
review, finding = f"{BASE}/vendor-reviews/<reference:reference>", f"{BASE}/vendor-findings/<reference:reference>"

urlpatterns = [
    path(f"{review}/questions", api.QuestionsAPI.as_view(), name="api-vendor-reviews-questions"),
    path(f"{review}/finish", api.FinishAPI.as_view(), name="api-vendor-reviews-finish"),
    path(f"{review}/reopen", api.ReopenAPI.as_view(), name="api-vendor-reviews-reopen"),
    path(f"{review}/prefill", api.PrefillAPI.as_view(), name="api-vendor-reviews-prefill"),
    path(f"{review}/findings", api.FindingsAPI.as_view(), name="api-vendor-reviews-findings"),
    path(f"{finding}/done", api.FindingDoneAPI.as_view(), name="api-vendor-findings-done"),
    path(f"{BASE}/vendors/<reference:reference>/review", api.BeginForVendorAPI.as_view(), name="api-vendors-review"),
    path(
        f"{BASE}/offerings/<reference:reference>/review", api.BeginForOfferingAPI.as_view(), name="api-offerings-review"
    ),
]
