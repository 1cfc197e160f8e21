from django.urls import path

from grc.identity.api import invitations as invitations_api
from grc.identity.api import people as people_api
from grc.identity.api import settings as settings_api
from grc.identity.pages import invitations, providers, security, signing_in
from grc.views import people

HERE = "o/<slug:organisation>"
PERSON = f"{HERE}/people/<uuid:person>"
PROVIDERS = f"{HERE}/identity-providers"
API = "api/v1/o/<slug:organisation>"

urlpatterns = [
    path(f"{HERE}/people", people.PeoplePage.as_view(), name="people"),
    path(f"{HERE}/people/export.<slug:kind>", people.ExportPage.as_view(), name="people-export"),
    path(PERSON, people.PersonPage.as_view(), name="person"),
    path(f"{PERSON}/roles", people.GiveRolePage.as_view(), name="people-give"),
    path(f"{PERSON}/<slug:role>/end", people.EndRolePage.as_view(), name="people-end"),
    path(f"{PERSON}/hand-over", people.HandOverPage.as_view(), name="people-hand-over"),
    path(f"{PERSON}/unlock", people.UnlockPage.as_view(), name="people-unlock"),
    path(f"{PERSON}/end-sessions", people.EndSessionsPage.as_view(), name="people-end-sessions"),
    path(f"{PERSON}/unlink", people.UnlinkPage.as_view(), name="people-unlink"),
    path(f"{PERSON}/remove", people.RemovePage.as_view(), name="people-remove"),
    path(f"{HERE}/membership", people.MembershipPage.as_view(), name="membership"),
    path(
        f"{HERE}/invitations/<uuid:invitation>/send",
        invitations.InvitationDeedPage.as_view(again=True),
        name="invitation-send",
    ),
    path(
        f"{HERE}/invitations/<uuid:invitation>/revoke",
        invitations.InvitationDeedPage.as_view(),
        name="invitation-revoke",
    ),
    path(f"{HERE}/security", security.SecurityPage.as_view(), name="security"),
    path(f"{HERE}/security/emergency", security.RenewEmergencyPage.as_view(), name="security-emergency"),
    path(PROVIDERS, providers.ProvidersPage.as_view(), name="identity-providers"),
    path(f"{PROVIDERS}/new", providers.ProviderPage.as_view(), name="identity-provider-new"),
    path(f"{PROVIDERS}/<uuid:provider>", providers.ProviderPage.as_view(), name="identity-provider"),
    path(f"{PROVIDERS}/<uuid:provider>/test", providers.TestProviderPage.as_view(), name="identity-provider-test"),
    path("join/<str:secret>", invitations.JoinPage.as_view(), name="join"),
    path("me/second-step", signing_in.SecondStepPage.as_view(), name="second-step"),
    path("account/provider", signing_in.ChoicePage.as_view(), name="provider-choice"),
    path("account/provider-again", signing_in.AgainPage.as_view(), name="provider-again"),
    path("account/provider-again/done", signing_in.AgainDonePage.as_view(), name="provider-again-done"),
    path("account/provider/<uuid:provider>", signing_in.BeginPage.as_view(), name="provider-begin"),
    path("account/provider/<uuid:provider>/callback", signing_in.CallbackPage.as_view(), name="provider-callback"),
    path(f"{API}/people", people_api.PeopleView.as_view(), name="api-people"),
    path(f"{API}/people/<uuid:person>", people_api.PersonView.as_view(), name="api-person"),
    path(f"{API}/people/<uuid:person>/roles", people_api.RolesView.as_view(), name="api-people-give"),
    path(f"{API}/people/<uuid:person>/roles/<slug:role>/end", people_api.EndRoleView.as_view(), name="api-people-end"),
    path(f"{API}/people/<uuid:person>/hand-over", people_api.HandOverView.as_view(), name="api-people-hand-over"),
    path(f"{API}/people/<uuid:person>/unlock", people_api.UnlockView.as_view(), name="api-people-unlock"),
    path(
        f"{API}/people/<uuid:person>/end-sessions",
        people_api.EndSessionsView.as_view(),
        name="api-people-end-sessions",
    ),
    path(f"{API}/people/<uuid:person>/unlink", people_api.UnlinkView.as_view(), name="api-people-unlink"),
    path(f"{API}/people/<uuid:person>/remove", people_api.RemoveView.as_view(), name="api-people-remove"),
    path(f"{API}/leave", people_api.LeaveView.as_view(), name="api-leave"),
    path(f"{API}/invitations", invitations_api.InvitationsView.as_view(), name="api-invitations"),
    path(
        f"{API}/invitations/<uuid:invitation>/send",
        invitations_api.InvitationDeedView.as_view(again=True),
        name="api-invitation-send",
    ),
    path(
        f"{API}/invitations/<uuid:invitation>/revoke",
        invitations_api.InvitationDeedView.as_view(),
        name="api-invitation-revoke",
    ),
    path(f"{API}/security", settings_api.SecurityView.as_view(), name="api-security"),
    path(f"{API}/identity-providers", settings_api.ProvidersView.as_view(), name="api-identity-providers"),
    path(
        f"{API}/identity-providers/<uuid:provider>", settings_api.ProviderView.as_view(), name="api-identity-provider"
    ),
    path(
        f"{API}/identity-providers/<uuid:provider>/test",
        settings_api.TestProviderView.as_view(),
        name="api-identity-provider-test",
    ),
]
