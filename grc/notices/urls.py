from django.urls import path

from grc.notices import pages

urlpatterns = [
    path("me/notices", pages.SettingsPage.as_view(), name="notice-settings"),
]
