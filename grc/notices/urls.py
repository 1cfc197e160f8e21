from django.urls import path

from grc.notices import api, pages

HERE, API = "o/<slug:organisation>/notices", "api/v1/o/<slug:organisation>/notices"

urlpatterns = [
    path(HERE, pages.NoticesPage.as_view(), name="notices"),
    path(f"{HERE}/bell", pages.BellPage.as_view(), name="notices-bell"),
    path(f"{HERE}/read", pages.ReadAllPage.as_view(), name="notices-read"),
    path(f"{HERE}/<uuid:notice>", pages.OpenNoticePage.as_view(), name="notice"),
    path(f"{HERE}/<uuid:notice>/read", pages.ReadNoticePage.as_view(), name="notice-read"),
    path("me/notices", pages.SettingsPage.as_view(), name="notice-settings"),
    path(API, api.NoticesAPI.as_view(), name="api-notices"),
    path(f"{API}/read", api.ReadAllAPI.as_view(), name="api-notices-read"),
    path(f"{API}/<uuid:notice>/read", api.ReadNoticeAPI.as_view(), name="api-notice-read"),
    path("api/v1/me/notices", api.MailAPI.as_view(), name="api-notice-settings"),
]
