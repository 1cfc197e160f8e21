from django.urls import path

from grc.webhooks import api, mails

API = "api/v1/o/<slug:organisation>/webhooks/<reference:reference>"

urlpatterns = [
    path("o/<slug:organisation>/mails", mails.MailsPage.as_view(), name="mails"),
    path("api/v1/o/<slug:organisation>/mails", mails.MailsAPI.as_view(), name="api-mails"),
    path(f"{API}/deliveries", api.DeliveriesAPI.as_view(), name="api-webhooks-deliveries"),
    path(f"{API}/deliveries/<slug:message>/again", api.AgainAPI.as_view(), name="api-webhooks-again"),
    path(f"{API}/test", api.TestAPI.as_view(), name="api-webhooks-test"),
    path(f"{API}/secret", api.SecretAPI.as_view(), name="api-webhooks-secret"),
]
