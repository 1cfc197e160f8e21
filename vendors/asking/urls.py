from django.urls import path

from vendors.asking.api import SendAPI, TakeOverAPI, WithdrawAPI
from vendors.asking.outside import AskPage

API = "api/v1/o/<slug:organisation>/vendor-asks/<reference:reference>"

urlpatterns = [
    path("ask/<str:secret>", AskPage.as_view(), name="ask"),
    path(f"{API}/send-link", SendAPI.as_view(), name="api-vendor-asks-send-link"),
    path(f"{API}/withdraw", WithdrawAPI.as_view(), name="api-vendor-asks-withdraw"),
    path(f"{API}/take-over", TakeOverAPI.as_view(), name="api-vendor-asks-take-over"),
]
