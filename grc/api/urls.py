from django.urls import include, path
from rest_framework.routers import SimpleRouter

from grc.api.documentation import DocumentationPage, SchemaPage
from grc.api.registers import viewset_for
from grc.registers.register import registers

router = SimpleRouter(trailing_slash=False)
for register in registers:
    router.register(register.slug, viewset_for(register), basename=f"api-{register.slug}")

urlpatterns = [
    path("o/<slug:organisation>/", include(router.urls)),
    path("schema", SchemaPage.as_view(), name="api-schema"),
    path("", DocumentationPage.as_view(), name="api-documentation"),
]
