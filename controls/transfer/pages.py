"""Importing a catalog, a profile, mappings or a table: upload, see what would happen, do it."""

import io
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from controls.models import Framework
from controls.oscal.refusal import OSCALRefused
from controls.transfer.columns import COLUMNS
from controls.transfer.jobs import CHECK, IMPORT, goes_on, start_check, start_import
from controls.transfer.kinds import MODELS
from controls.transfer.reading import ENDINGS, keep_upload, look_through, read_content
from controls.transfer.settings import Settings
from controls.transfer.table_exports import headings_of
from controls.transfer.targets import INTO
from grc.access.gate import require
from grc.actions.activity import record_activity
from grc.imports.pages import XLSX, tell_encoding
from grc.jobs.actions import watch_job
from grc.jobs.lines import job_line, jobs_of
from grc.jobs.pages import progress_part
from grc.models.activity import ActivityEvent
from grc.models.file import File
from grc.models.job import Job
from grc.registers.pages import RegisterPage
from grc.tabular import write_xlsx
from grc.tabular.reading import TableUnreadable
from grc.uploads import FileRefused

PAGE_SIZE = 50


class TransferPage(RegisterPage):
    """Base of these pages: for who may change frameworks."""

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"frameworks-transfer{name}", args=[self.actor.organisation.slug, *args])

    def frameworks(self) -> list[Framework]:
        rows = Framework.objects.permitted(self.actor, self.register.view).filter(archived_at=None)
        return list(rows.order_by("short"))

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        context |= {"upload_url": self.url(""), "templates": [(name, self.url("-template", name)) for name in COLUMNS]}
        return super().show(template, status, **context)


class UploadPage(TransferPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, self.register.edit)
        return self._form()

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, self.register.edit)
        upload: Any = request.FILES.get("file")
        if upload is None:
            return self._form(_("Choose a file first."))
        try:
            file, encoding = take_in(upload, by=self.actor)
        except (FileRefused, TableUnreadable, OSCALRefused) as error:
            record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, detail=f"{upload.name}: {error}")
            return self._form(_reason(error), getattr(error, "path", ""))
        tell_encoding(request, file, encoding)
        job = start_check(file=file, settings=Settings.of({"into": request.POST.get("into", "")}), by=self.actor)
        return redirect(self.url("-check", job.public_id))

    def _form(self, error: str = "", place: str = "") -> HttpResponse:
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        return self.show(
            "controls/transfer/upload.html",
            status=422 if error else 200,
            error=error,
            place=place,
            endings=",".join(ENDINGS),
            frameworks=self.frameworks(),
            into=asked.get("into", ""),
        )


def take_in(upload: Any, *, by: Any) -> tuple[File, str]:
    """Keep an uploaded file that can be read, and say which encoding it was in where that was changed.

    Raises ``FileRefused``, ``TableUnreadable``, ``OSCALRefused``.
    """
    file, encoding = keep_upload(upload=upload, name=upload.name or "", by=by)
    look_through(read_content(file))  # what cannot be read is refused now, with its place; the worker reads it again
    return file, encoding


def _reason(error: Exception) -> str:
    return error.reason if isinstance(error, OSCALRefused) else str(error)


class TemplatePage(TransferPage):
    """A table with headings and nothing below them, to fill in."""

    def get(self, request: HttpRequest, table: str) -> FileResponse:
        require(self.actor, self.register.edit)
        if table not in COLUMNS:
            raise Http404
        stream = io.BytesIO()
        write_xlsx(stream, headings_of(table), [], title=table.capitalize())
        stream.seek(0)
        return FileResponse(stream, as_attachment=True, filename=f"{table}-template.xlsx", content_type=XLSX)


class CheckPage(TransferPage):
    """What a dry run found, with the button that does it; an import leads to what it made."""

    def get(self, request: HttpRequest, job: uuid.UUID) -> HttpResponse:
        require(self.actor, self.register.edit)
        found = self._job(job)
        line = job_line(found, self.actor)
        watch_job(found)
        if (part := progress_part(request, line)) is not None:
            return part
        if found.kind == IMPORT and found.state == Job.State.DONE:
            return self._end(found)
        return self._findings(found, line)

    def post(self, request: HttpRequest, job: uuid.UUID) -> HttpResponse:
        require(self.actor, self.register.edit)
        check = self._job(job)
        if check.source is None:
            raise Http404
        if "again" in request.POST:
            again = start_check(file=check.source, settings=self._said(check), by=self.actor)
            return redirect(self.url("-check", again.public_id))
        if not may_do(check):
            messages.error(request, _("The check found something that cannot be taken, so nothing was imported."))
            return redirect(self.url("-check", check.public_id))
        return redirect(self.url("-check", start_import(check=check, by=self.actor).public_id))

    def _said(self, check: Job) -> Settings:
        """The settings as the form has them, with the answers that were given before."""
        post = self.request.POST
        answers = dict(check.params["settings"]["answers"])
        for name, value in post.items():
            if name.startswith("question-") and isinstance(value, str):
                answers[value] = post.get(name.replace("question", "answer"), "")
        return Settings.of({**{name: post.get(name, "") for name in ("into", "name", "short")}, "answers": answers})

    def _end(self, job: Job) -> HttpResponse:
        result: dict[str, Any] = job.result or {}
        counts = {"new": result.get("create", 0), "changed": result.get("change", 0)}
        messages.success(self.request, _("Imported: %(new)d new, %(changed)d changed.") % counts)
        return redirect(goes_on(job, self.actor)[0])

    def _findings(self, job: Job, line: Any) -> HttpResponse:
        result: dict[str, Any] = job.result or {}
        questions = result.get("questions", [])
        return self.show(
            "controls/transfer/check.html",
            line=line,
            poll_url=self.request.path,
            result=result,
            model=MODELS.get(result.get("model", "")),
            page=Paginator(result.get("problems", []), PAGE_SIZE).get_page(self.request.GET.get("page")),
            is_check=job.kind == CHECK,
            may_do=may_do(job),
            writes=result.get("writes", 0),
            settings=job.params["settings"],
            frameworks=self.frameworks() if job.kind == CHECK else [],
            asks_into=any(question["name"] == INTO for question in questions),
            questions=[question for question in questions if question["name"] != INTO],
            words=_words(result),
        )

    def _job(self, public_id: uuid.UUID) -> Job:
        jobs = jobs_of(self.actor).filter(kind__in=(CHECK, IMPORT))
        found: Job = get_object_or_404(jobs.select_related("source"), public_id=public_id)
        return found


def may_do(check: Job) -> bool:
    """Whether a job is a check that found something to do and nothing in its way."""
    result = check.result or {}
    done = check.kind == CHECK and check.state == Job.State.DONE
    return done and not result["problem_count"] and not result["questions"] and bool(result["writes"])


def _words(result: dict[str, Any]) -> str:
    count = result.get("create", 0) + result.get("change", 0)
    return ngettext("Import %(n)d entry", "Import %(n)d entries", count) % {"n": count} if count else _("Import")
