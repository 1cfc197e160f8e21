"""Importing, as every register offers it."""

from collections.abc import Iterable

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.imports.importers import file_importers
from grc.registers.register import Action, Register
from grc.registries import list_actions, record_pages


@list_actions.add(order=30)
def import_links(register: Register, actor: Actor) -> Iterable[Action]:
    if not actor.can(register.edit):
        return
    url = f"{register.list_url(actor.organisation.slug)}import"
    yield Action(_("Import"), url, "file-import")
    importer = file_importers.get(register.slug)
    if importer is not None and importer.propose is not None:
        yield Action(_("Import files"), f"{url}/files", "files")


@record_pages.add(order=30)
def import_pages(register: Register) -> Iterable[URLPattern]:
    from grc.imports import files_page, pages

    base, name = f"{register.slug}/import", f"{register.slug}-import"
    yield path(base, pages.UploadPage.as_view(register=register), name=name)
    yield path(f"{base}/template.xlsx", pages.TemplatePage.as_view(register=register), name=f"{name}-template")
    yield path(f"{base}/<uuid:file>", pages.ColumnsPage.as_view(register=register), name=f"{name}-columns")
    yield path(f"{base}/checks/<uuid:job>", pages.CheckPage.as_view(register=register), name=f"{name}-check")
    yield path(f"{base}/files", files_page.FilesPage.as_view(register=register), name=f"{name}-files")
