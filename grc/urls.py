from django.urls import include, path

from grc.url_tree import as_tree
from grc.views import account, errors, home, search

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many
handler500 = errors.server_error

# parts of the kernel with pages of their own
PARTS = (
    "activity",
    "approvals",
    "exports",
    "formatted",
    "identity",
    "imports",
    "jobs",
    "notices",
    "portable",
    "reports",
    "search",
    "teamwork",
    "webhooks",
    "work",
)

urlpatterns = as_tree(
    [
        path("", home.StartPage.as_view(), name="start"),
        path("healthz", home.healthz, name="healthz"),
        path("account/", include("grc.account_urls")),
        path("me/", account.ProfilePage.as_view(), name="profile"),
        path("me/theme", account.ThemePage.as_view(), name="theme"),
        path("me/tokens", account.TokensPage.as_view(), name="tokens"),
        path("me/tokens/<uuid:token>/revoke", account.RevokeTokenPage.as_view(), name="token-revoke"),
        path("api/v1/", include("grc.api.urls")),
        path("room/<uuid:scope>/", include("grc.room.urls")),
        path("o/<slug:organisation>/", home.HomePage.as_view(), name="home"),
        path("o/<slug:organisation>/search", search.SearchPage.as_view(), name="search"),
        *[path("", include(f"grc.{part}.urls")) for part in PARTS],
        path("", include("evidence.urls")),
        path("", include("vendors.urls")),
        path("", include("controls.urls")),
        path("", include("aims.urls")),
        path("o/<slug:organisation>/", include("grc.registers.urls")),
    ]
)
