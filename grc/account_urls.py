"""Signing in and what belongs to it: allauth's pages, without those for which Assay has no use.

allauth's pages for other sites' accounts are not among them: an organisation's provider is ``grc.identity``'s own.
"""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from grc.views.errors import not_found

# People are invited, their address is the one they were invited by, and nobody signs in by mail.
# allauth still makes links to these by name, so they stay known and lead nowhere.
UNUSED = r"^(?:signup|email|confirm-email|password/set|login/code)/"

urlpatterns = [
    re_path(UNUSED, login_not_required(not_found), name="account_unused"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
