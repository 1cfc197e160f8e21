from django.urls import path

from grc.jobs import api, pages

ORGANISATION = "o/<slug:organisation>/jobs"

urlpatterns = [
    path(ORGANISATION, pages.JobsPage.as_view(), name="jobs"),
    path(f"{ORGANISATION}/<uuid:job>", pages.JobPage.as_view(), name="job"),
    path(f"{ORGANISATION}/<uuid:job>/cancel", pages.CancelJobPage.as_view(), name="job-cancel"),
    path(f"{ORGANISATION}/<uuid:job>/file", pages.JobFilePage.as_view(), name="job-file"),
    path(f"api/v1/{ORGANISATION}", api.JobListAPI.as_view(), name="api-jobs"),
    path(f"api/v1/{ORGANISATION}/<uuid:job>", api.JobAPI.as_view(), name="api-job"),
    path(f"api/v1/{ORGANISATION}/<uuid:job>/cancel", api.JobCancelAPI.as_view(), name="api-job-cancel"),
    path(f"api/v1/{ORGANISATION}/<uuid:job>/file", api.JobFileAPI.as_view(), name="api-job-file"),
]
