"""How a test brings a document or a table in: judged, and then done, as a job would."""

import json
from typing import Any

from controls.oscal.document import read_document
from controls.transfer.actions import check_content, import_content
from controls.transfer.findings import Findings
from controls.transfer.reading import Content
from controls.transfer.settings import Settings
from grc.access.actor import Actor


def content_of(document: dict[str, Any]) -> Content:
    read = read_document(json.dumps(document).encode())
    return Content(read.model, document=read)


def check(document: dict[str, Any], by: Actor, **said: Any) -> Findings:
    with by.working():
        return check_content(content=content_of(document), settings=Settings(**said), by=by)


def bring(document: dict[str, Any], by: Actor, **said: Any) -> Findings:
    """Import a document. What cannot be taken fails the test."""
    found = check(document, by, **said)
    assert found.is_good, ([problem.as_list() for problem in found.problems], found.questions)
    with by.working():
        return import_content(
            content=content_of(document), settings=Settings(**said), by=by, name="x.json", mark=found.mark
        )
