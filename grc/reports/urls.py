from django.urls import URLPattern, path

from grc.registers.register import Register, registers
from grc.reports.api import DocumentView, VersionsView
from grc.reports.pictures import PicturePage, PictureView


def api_of(register: Register) -> list[URLPattern]:
    one = f"api/v1/o/<slug:organisation>/{register.slug}/<reference:reference>"
    return [
        path(f"{one}/versions", VersionsView.as_view(register=register), name=f"api-{register.slug}-versions"),
        path(
            f"{one}/document.<slug:kind>", DocumentView.as_view(register=register), name=f"api-{register.slug}-document"
        ),
    ]


urlpatterns = [
    path("o/<slug:organisation>/pictures/<slug:picture>.<slug:kind>", PicturePage.as_view(), name="picture"),
    path("api/v1/o/<slug:organisation>/pictures/<slug:picture>.<slug:kind>", PictureView.as_view(), name="api-picture"),
    *(page for register in registers for page in api_of(register)),
]
