from django.urls import path

from aims.pack.api import PackAPI
from aims.pack.pages import PackPage

urlpatterns = [
    path("o/<slug:organisation>/stage-1-pack", PackPage.as_view(), name="stage-1-pack"),
    path("api/v1/o/<slug:organisation>/stage-1-pack", PackAPI.as_view(), name="api-stage-1-pack"),
]
