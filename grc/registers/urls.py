"""Every register's pages, below ``/o/<organisation>/<slug>/``."""

from django.urls import URLPattern, path

from grc.registers.links import LinkPage, UnlinkPage
from grc.registers.listing import ChoicesPage, ListPage
from grc.registers.pages import ArchivePage, DetailPage, ExportPage, FormPage, HistoryPage
from grc.registers.register import Register, registers
from grc.registries import record_pages


def pages_of(register: Register) -> list[URLPattern]:
    base, name = f"{register.slug}/", register.slug
    one = f"{base}<reference:reference>"
    return [
        path(base, ListPage.as_view(register=register), name=f"{name}-list"),
        path(f"{base}choices/<slug:field>", ChoicesPage.as_view(register=register), name=f"{name}-choices"),
        path(f"{base}new", FormPage.as_view(register=register), name=f"{name}-new"),
        path(f"{base}export.<slug:kind>", ExportPage.as_view(register=register), name=f"{name}-export"),
        path(one, DetailPage.as_view(register=register), name=f"{name}-detail"),
        path(f"{one}/edit", FormPage.as_view(register=register), name=f"{name}-edit"),
        path(f"{one}/history", HistoryPage.as_view(register=register), name=f"{name}-history"),
        path(f"{one}/archive", ArchivePage.as_view(register=register), name=f"{name}-archive"),
        path(
            f"{one}/restore",
            ArchivePage.as_view(register=register, archived=False, http_method_names=["post"]),
            name=f"{name}-restore",
        ),
        path(f"{one}/links", LinkPage.as_view(register=register), name=f"{name}-link"),
        path(f"{one}/links/<reference:other>/end", UnlinkPage.as_view(register=register), name=f"{name}-unlink"),
        *register.extra_urls(),
        *(page for add in record_pages for page in add(register)),
    ]


urlpatterns = [page for register in registers for page in pages_of(register)]
