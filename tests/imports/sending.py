"""Files to import, and how a test sends one and has its job done."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import html
from openpyxl import Workbook

from grc.jobs.actions import run_job
from grc.models import Job


def workbook(*rows: Any, title: str = "Risks", **more: Any) -> bytes:
    """A workbook of one sheet with ``rows``; ``more``: further sheets by title."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for name, others in more.items():
        other = book.create_sheet(name)
        for row in others:
            other.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv(*rows: Any, separator: str = ",", encoding: str = "utf-8") -> bytes:
    return "".join(separator.join(str(cell) for cell in row) + "\r\n" for row in rows).encode(encoding)


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name if name.startswith("__") else name.replace("__", "."), data)
    return stream.getvalue()


def upload(client: Client, slug: str, name: str, data: bytes) -> Any:
    return client.post(reverse(f"{slug}-import", args=["nordhaven"]), {"file": SimpleUploadedFile(name, data)})


def match(client: Client, url: str, **changed: str) -> Any:
    """Send the columns as they were guessed, but for ``changed`` (``column_0="name"``, ``header="2"``)."""
    page = html.fromstring(client.get(url).content.decode())
    forms = [form for form in page.forms if form.method == "POST" and "header" in form.fields]
    data = {name: value for name, value in forms[0].form_values() if name != "csrfmiddlewaretoken"}
    return client.post(url, data | {name.replace("_", "-", 1): value for name, value in changed.items()})


def work(job_url: str) -> Job:
    """Do the job that a page led to, as a worker would."""
    job = Job.unscoped.select_related("organisation", "person").get(public_id=job_url.rstrip("/").rsplit("/", 1)[-1])
    run_job(job)
    job.refresh_from_db()
    return job


def imported(client: Client, slug: str, name: str, data: bytes) -> Job:
    """The whole way: upload, columns as guessed, check, import. The last job; the check where it found problems."""
    columns = upload(client, slug, name, data)
    assert columns.status_code == 302, columns.content.decode()
    check = match(client, columns["Location"])
    assert check.status_code == 302, check.content.decode()
    found = work(check["Location"])
    if found.state != Job.State.DONE or found.result["problem_count"] or found.result["ask"]:  # type: ignore[index]
        return found
    return work(client.post(check["Location"])["Location"])
