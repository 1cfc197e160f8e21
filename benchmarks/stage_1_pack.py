"""The Stage 1 pack of a full organisation: a worker's seconds and memory for it, its pages, its queries."""

import io
import time
import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pypdfium2
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aims.pack.content import stage_1_pack
from benchmarks import Result, benchmark, scaled
from grc.access.actor import Actor
from grc.models import Organisation
from grc.reports.document import Document
from grc.reports.docx import to_docx
from grc.reports.pdf import to_pdf
from tests.aims.pack.making import Filled, Size, full_organisation

MOST_SECONDS = 60.0
"""What somebody who has asked for it waits without wondering."""


@cache
def _full() -> Filled:
    size = Size(
        systems=scaled(40),
        risks=scaled(400),
        controls=scaled(120),
        documents=scaled(80),
        nonconformities=scaled(300),
        issues=scaled(30),
        parties=scaled(20),
        with_iso27001=True,
    )
    return full_organisation(size, slug=f"bench-{uuid.uuid4().hex[:12]}", name="Benchmark")


def _read(filled: Filled) -> tuple[Document, int]:
    """The pack, with nothing known from before, and how many queries it took."""
    actor = Actor.of(filled.officer.person, Organisation.objects.get(pk=filled.organisation.pk), way="task")  # type: ignore[arg-type]
    if actor is None:
        raise RuntimeError("The benchmark's person has no role.")
    with actor.working(), transaction.atomic(), CaptureQueriesContext(connection) as queries:
        return stage_1_pack(actor, made_at=timezone.now()), len(queries)


def _made(write: Callable[[Document], bytes]) -> tuple[bytes, float, dict[str, Any]]:
    """The file, the seconds it took, and of these: reading the records, and the processor alone."""
    begin, used = time.perf_counter(), time.process_time()
    document, queries = _read(_full())
    read = time.perf_counter() - begin
    content = write(document)
    return (
        content,
        time.perf_counter() - begin,
        {"reading": round(read, 2), "cpu": round(time.process_time() - used, 2), "queries": queries},
    )


def _peak(write: Callable[[Document], bytes]) -> float:
    """The most that Python held at once, in MB: a second run, because counting takes its time."""
    tracemalloc.start()
    try:
        write(_read(_full())[0])
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def _result(name: str, write: Callable[[Document], bytes]) -> tuple[Result, bytes]:
    content, seconds, more = _made(write)
    more |= {"megabytes": round(len(content) / 1e6, 2), "peak_mb": round(_peak(write), 1)}
    return Result(name, round(seconds, 2), "s", MOST_SECONDS, more), content


@benchmark
def stage_1_pack_pdf() -> Iterator[Result]:
    """Seconds from the records to the PDF; ceiling: a minute."""
    result, content = _result("stage_1_pack_pdf", to_pdf)
    result.more["pages"] = len(pypdfium2.PdfDocument(io.BytesIO(content)))
    yield result


@benchmark
def stage_1_pack_docx() -> Iterator[Result]:
    """Seconds from the records to the DOCX; ceiling: a minute."""
    yield _result("stage_1_pack_docx", to_docx)[0]
