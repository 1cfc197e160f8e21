"""Import in four steps: upload, match the columns, see what would happen, do it."""

import io
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from grc.access.gate import require
from grc.actions.activity import record_activity
from grc.imports.importers import file_importers
from grc.imports.jobs import CHECK, IMPORT, start_check, start_import
from grc.imports.plan import BadPlan, Plan, checked
from grc.imports.source import Head, extension_of, head_of, opened, store_table
from grc.imports.targets import targets_of
from grc.imports.template import write_template
from grc.jobs.actions import watch_job
from grc.jobs.lines import job_line, jobs_of
from grc.jobs.pages import progress_part
from grc.models.activity import ActivityEvent
from grc.models.file import File
from grc.models.job import Job
from grc.registers.pages import RegisterPage
from grc.tabular.reading import TableUnreadable
from grc.uploads import FileRefused

PAGE_SIZE = 50
TABLES = (".csv", ".xlsx", ".xlsm", ".txt")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportPage(RegisterPage):
    """Base of these pages: for who may change records of the register."""

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"{self.register.slug}-import{name}", args=[self.actor.organisation.slug, *args])

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        importer = file_importers.get(self.register.slug)
        context |= {
            "upload_url": self.url(""),
            "template_url": self.url("-template"),
            "files_url": self.url("-files") if importer is not None and importer.propose is not None else "",
            "takes_archives": importer is not None,
        }
        return super().show(template, status, **context)


class UploadPage(ImportPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, self.register.edit)
        return self._form()

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, self.register.edit)
        upload: Any = request.FILES.get("file")
        if upload is None:
            return self._form(_("Choose a file first."))
        name = upload.name or ""
        try:
            self._refuse_other_kinds(name)
            file, encoding = store_table(upload=upload, name=name, by=self.actor)
        except (FileRefused, TableUnreadable) as error:
            record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, detail=f"{name}: {error}")
            return self._form(str(error))
        tell_encoding(request, file, encoding)
        return redirect(self.url("-columns", file.public_id))

    def _refuse_other_kinds(self, name: str) -> None:
        archives = (".zip",) if self.register.slug in file_importers else ()
        if extension_of(name) not in (*TABLES, *archives):
            raise FileRefused(_("“%(name)s” is no table. Save it as CSV or XLSX.") % {"name": name[:80]})

    def _form(self, error: str = "") -> HttpResponse:
        return self.show("imports/upload.html", status=422 if error else 200, error=error)


def tell_encoding(request: HttpRequest, file: File, encoding: str) -> None:
    """Say that a file was not in UTF-8, if it was not: ``encoding`` is what it was in, or empty."""
    if encoding:
        said = _("“%(name)s” was in %(encoding)s. It was read as such, and is kept in UTF-8.")
        messages.info(request, said % {"name": file.name, "encoding": encoding})


class TemplatePage(ImportPage):
    def get(self, request: HttpRequest) -> FileResponse:
        require(self.actor, self.register.edit)
        stream = io.BytesIO()
        write_template(stream, register=self.register, by=self.actor)
        stream.seek(0)
        name = f"{self.register.slug}-template.xlsx"
        return FileResponse(stream, as_attachment=True, filename=name, content_type=XLSX)


class ColumnsPage(ImportPage):
    """Which column is which field: guessed, shown with its first values, and changed where the guess is wrong."""

    def get(self, request: HttpRequest, file: uuid.UUID) -> HttpResponse:
        require(self.actor, self.register.edit)
        return self._page(self._file(file), {})

    def post(self, request: HttpRequest, file: uuid.UUID) -> HttpResponse:
        require(self.actor, self.register.edit)
        found = self._file(file)
        chosen = {
            int(name.removeprefix("column-")): str(value)
            for name, value in request.POST.items()
            if name.removeprefix("column-").isdecimal() and len(name) < 12
        }
        plan = Plan(chosen, request.POST.get("sheet", ""), _number(request.POST.get("header")))
        try:
            plan = checked(plan, self._targets(found))
        except BadPlan as error:
            return self._page(found, chosen, error.problems)
        job = start_check(register=self.register, file=found, plan=plan, by=self.actor)
        return redirect(self.url("-check", job.public_id))

    def _file(self, public_id: uuid.UUID) -> File:
        files = File.objects.within(self.actor.organisation).filter(uploaded_by=self.actor.person)
        found: File = get_object_or_404(files, public_id=public_id)
        if extension_of(found.name) not in (*TABLES, ".zip"):
            raise Http404
        return found

    def _targets(self, file: File) -> Any:
        return targets_of(self.register, with_files=extension_of(file.name) == ".zip")

    def _page(self, file: File, chosen: dict[int, str], problems: list[str] | None = None) -> HttpResponse:
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        targets = self._targets(file)
        try:
            with opened(file) as table:
                head = head_of(table, targets, sheet=asked.get("sheet", ""), header=_number(asked.get("header"), 0))
        except (TableUnreadable, FileRefused) as error:
            return self.show("imports/upload.html", status=422, error=str(error))
        columns = [(column, chosen.get(column.number, "") if chosen else column.target) for column in head.columns]
        return self.show(
            "imports/columns.html",
            status=422 if problems else 200,
            file=file,
            head=head,
            columns=columns,
            targets=targets,
            problems=problems,
            needed=_unmatched(targets, head, chosen),
        )


class CheckPage(ImportPage):
    """What a dry run found, with the button that does it; or what an import did."""

    def get(self, request: HttpRequest, job: uuid.UUID) -> HttpResponse:
        require(self.actor, self.register.edit)
        found = self._job(job)
        line = job_line(found, self.actor)
        watch_job(found)
        if (part := progress_part(request, line)) is not None:
            return part
        result: dict[str, Any] = found.result or {}
        page = Paginator(result.get("problems", []), PAGE_SIZE).get_page(request.GET.get("page"))
        headings = {target.name: target.heading for target in targets_of(self.register)}
        return self.show(
            "imports/check.html",
            line=line,
            poll_url=request.path,
            result=result,
            page=page,
            asked=[(name, headings.get(name, name)) for name in result.get("ask", [])],
            is_check=found.kind == CHECK,
            columns_url=self.url("-columns", found.source.public_id) if found.source else "",
            may_do=_may_do(found),
            writes=result.get("create", 0) + result.get("change", 0),
        )

    def post(self, request: HttpRequest, job: uuid.UUID) -> HttpResponse:
        require(self.actor, self.register.edit)
        check = self._job(job)
        if check.kind != CHECK or check.source is None:
            raise Http404
        given = {
            name.removeprefix("date-"): str(value) for name, value in request.POST.items() if name.startswith("date-")
        }
        if given:
            return self._check_again(check, given)
        if not _may_do(check):
            messages.error(request, _("The check found rows that cannot be taken, so nothing was imported."))
            return redirect(self.url("-check", check.public_id))
        return redirect(self.url("-check", start_import(check=check, by=self.actor).public_id))

    def _check_again(self, check: Job, dates: dict[str, str]) -> HttpResponse:
        plan, source = Plan.of_params(check.params), check.source
        try:
            plan = checked(
                Plan(plan.columns, plan.sheet, plan.header, {**plan.dates, **dates}),
                targets_of(self.register, with_files=True),
            )
        except BadPlan as error:
            messages.error(self.request, str(error))
            return redirect(self.url("-check", check.public_id))
        job = start_check(register=self.register, file=source, plan=plan, by=self.actor)  # type: ignore[arg-type]
        return redirect(self.url("-check", job.public_id))

    def _job(self, public_id: uuid.UUID) -> Job:
        jobs = jobs_of(self.actor).filter(kind__in=(CHECK, IMPORT), params__register=self.register.slug)
        found: Job = get_object_or_404(jobs.select_related("source"), public_id=public_id)
        return found


def _may_do(check: Job) -> bool:
    result = check.result or {}
    return check.kind == CHECK and check.state == Job.State.DONE and not result["problem_count"] and not result["ask"]


def _unmatched(targets: Any, head: Head, chosen: dict[int, str]) -> list[str]:
    used = set(chosen.values()) if chosen else {column.target for column in head.columns}
    return [target.heading for target in targets if target.required and target.name not in used]


def _number(given: str | None, default: int = 1) -> int:
    """A row number as the page sends it; ``default`` for anything else."""
    return int(given) if given and given.isdecimal() and len(given) <= 6 else default
