from django.urls import path

from grc.formatted.pages import PreviewPage

urlpatterns = [path("o/<slug:organisation>/formatted", PreviewPage.as_view(), name="formatted")]
