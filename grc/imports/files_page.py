"""Many documents at once: what each file says about itself, in a table to be edited, then all of them or none."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.access.gate import require
from grc.actions.activity import record_activity
from grc.actions.files import store_file
from grc.imports.bulk import FilesRefused, create_from_files
from grc.imports.importers import FileImporter, file_importers
from grc.imports.pages import ImportPage
from grc.imports.properties import properties_of
from grc.models.activity import ActivityEvent
from grc.models.file import File
from grc.registers.forms import RecordForm, form_for
from grc.uploads import FileRefused

MOST = 100
Line = tuple[File, RecordForm]


class FilesPage(ImportPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, self.register.edit)
        self._importer()
        return self._upload_form()

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, self.register.edit)
        importer = self._importer()
        if request.POST.getlist("file-id"):
            return self._create(importer, self._files(request.POST.getlist("file-id")))
        uploads = request.FILES.getlist("files")
        if not uploads:
            return self._upload_form([_("Choose at least one file.")])
        if len(uploads) > MOST:
            return self._upload_form([_("At most %(n)d files at once.") % {"n": MOST}])
        return self._propose(importer, uploads)

    def _importer(self) -> FileImporter:
        importer = file_importers.get(self.register.slug)
        if importer is None or importer.propose is None:
            raise Http404
        return importer

    def _propose(self, importer: FileImporter, uploads: list[Any]) -> HttpResponse:
        stored: list[File] = []
        problems: list[str] = []
        lines: list[Line] = []
        with transaction.atomic():
            for upload in uploads:
                try:
                    stored.append(store_file(upload=upload, name=upload.name or "", by=self.actor))
                except FileRefused as refused:
                    problems.append(str(refused))
                    continue
                if any(other.sha256 == stored[-1].sha256 for other in stored[:-1]):
                    problems.append(_("“%(name)s” is there twice.") % {"name": stored[-1].name})
                proposed = importer.propose(properties_of(upload, stored[-1].name))  # type: ignore[misc]
                lines.append((stored[-1], self._form(importer, len(lines), None, proposed)))
            if problems:
                transaction.set_rollback(True)  # none of them is kept
        if not problems:
            return self._table(importer, lines)
        for file in stored:
            file.content.delete(save=False)
        for problem in problems:
            record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, detail=problem)
        return self._upload_form(problems)

    def _files(self, given: list[str]) -> list[File]:
        try:
            ids = [uuid.UUID(text) for text in given[:MOST]]
        except ValueError:
            raise Http404 from None
        mine = File.objects.within(self.actor.organisation).filter(uploaded_by=self.actor.person, public_id__in=ids)
        found = {file.public_id: file for file in mine}
        if set(ids) != set(found) or len(ids) != len(found):
            raise Http404
        return [found[public_id] for public_id in ids]

    def _create(self, importer: FileImporter, files: list[File]) -> HttpResponse:
        lines = [(file, self._form(importer, number, self.request.POST, {})) for number, file in enumerate(files)]
        try:
            made = create_from_files(
                register=self.register, files=[(file, form) for file, form in lines], importer=importer, by=self.actor
            )
        except FilesRefused:
            return self._table(importer, lines, status=422)
        text = ngettext(
            "%(n)d record was made, with its file.", "%(n)d records were made, with their files.", len(made)
        )
        messages.success(self.request, text % {"n": len(made)})
        return redirect(self.register.list_url(self.actor.organisation.slug))

    def _form(self, importer: FileImporter, number: int, data: Any, initial: dict[str, Any]) -> RecordForm:
        form: Any = form_for(self.register)(
            data, initial=initial, actor=self.actor, register=self.register, prefix=str(number)
        )
        for name in list(form.fields):
            if name not in importer.fields:
                del form.fields[name]
        for name in importer.fields:
            form.fields[name].widget.attrs["aria-label"] = form.fields[name].label
        if "owner" not in importer.fields:
            form.instance.owner = self.actor.person
        return form  # type: ignore[no-any-return]

    def _table(self, importer: FileImporter, lines: list[Line], status: int = 200) -> HttpResponse:
        headings = [self.register.heading(name) for name in importer.fields]
        shown = [(file, form, [form[name] for name in importer.fields]) for file, form in lines]
        return self.show("imports/files_table.html", status=status, lines=shown, headings=headings)

    def _upload_form(self, problems: list[str] | None = None) -> HttpResponse:
        return self.show("imports/files.html", status=422 if problems else 200, problems=problems, most=MOST)
