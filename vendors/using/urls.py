from django.urls import path

from vendors.using import api
from vendors.using.pages import RequestPage

BASE = "api/v1/o/<slug:organisation>"
offering, plan = f"{BASE}/offerings/<reference:reference>", f"{BASE}/exit-plans/<reference:reference>"
incident = f"{BASE}/vendor-incidents/<reference:reference>"

urlpatterns = [
    path("o/<slug:organisation>/vendors/request", RequestPage.as_view(), name="vendors-request"),
    path(f"{BASE}/vendor-requests", api.RequestAPI.as_view(), name="api-vendors-request"),
    path(f"{offering}/guide", api.GuideAPI.as_view(), name="api-offerings-guide"),
    path(f"{offering}/suspend", api.SuspendAPI.as_view(), name="api-offerings-suspend"),
    path(f"{offering}/resume", api.ResumeAPI.as_view(), name="api-offerings-resume"),
    path(f"{offering}/refuse", api.RefuseAPI.as_view(), name="api-offerings-refuse"),
    path(f"{offering}/end", api.EndAPI.as_view(), name="api-offerings-end"),
    path(f"{plan}/rehearse", api.RehearseAPI.as_view(), name="api-exit-plans-rehearse"),
    path(f"{incident}/close", api.CloseIncidentAPI.as_view(), name="api-vendor-incidents-close"),
    path(f"{incident}/finding", api.IncidentFindingAPI.as_view(), name="api-vendor-incidents-finding"),
]
