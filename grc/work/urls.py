from django.urls import path

from grc.work.pages import MyWorkPage

urlpatterns = [path("o/<slug:organisation>/my-work", MyWorkPage.as_view(), name="my-work")]
