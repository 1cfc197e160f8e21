"""How a test sends a file of a framework through the pages, and has its jobs done as a worker would."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from grc.models import Job
from tests.imports.sending import work


def upload(client: Client, name: str, data: bytes | dict[str, Any], **fields: str) -> Any:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    url = reverse("frameworks-transfer", args=["nordhaven"])
    return client.post(url, {"file": SimpleUploadedFile(name, raw), **fields})


def checked(client: Client, name: str, data: bytes | dict[str, Any], **fields: str) -> tuple[str, Job]:
    """Upload and check: the check's page, and its job."""
    answer = upload(client, name, data, **fields)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], work(answer["Location"])


def again(client: Client, url: str, **fields: str) -> tuple[str, Job]:
    """Check again with other settings."""
    answer = client.post(url, {"again": "1", **fields})
    assert answer.status_code == 302
    return answer["Location"], work(answer["Location"])


def imported(client: Client, name: str, data: bytes | dict[str, Any], **fields: str) -> Job:
    """The whole way; the check's job where it found something in the way."""
    url, job = checked(client, name, data, **fields)
    assert job.result is not None
    if job.result["problem_count"] or job.result["questions"] or not job.result["writes"]:
        return job
    return work(client.post(url)["Location"])
