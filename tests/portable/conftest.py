"""An organisation with a row of every model, real decision records and files, and its archive."""

import hashlib
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from evidence.models import Quarantined
from grc.access.actor import Actor
from grc.actions.versions import make_version
from grc.portable.export import write_archive
from grc.portable.taking_in import silent
from grc.registers.register import registers
from tests.attacks.planting import plant_organisation, plant_rest
from tests.conftest import make_person
from tests.evidence.decisions.proxy import pull, running_proxy


@pytest.fixture
def full(transactional_db: None, tmp_path: Path, settings: Any) -> Actor:
    by = plant_organisation("nordhaven")
    make_person("jonas@nordhaven.example", by.organisation, "contributor", name="Jonas Weber")
    with running_proxy(tmp_path / "proxy", start=time.time_ns() // 1000) as proxy:
        for _ in range(3):
            proxy.decide()
        source = proxy.source(by, name="The proxy")
        pull(source)
    with by.working():
        for register in registers:
            for record in register.model.objects.within(by.organisation):
                make_version(record=record, by=by)
    plant_rest(by.organisation)
    held = b"as it was received"
    for row in Quarantined.unscoped.filter(organisation=by.organisation):
        default_storage.save(row.path, ContentFile(held))
        row.size, row.sha256 = len(held), hashlib.sha256(held).hexdigest()
        row.save()
    return by


def archived(by: Actor) -> bytes:
    stream = io.BytesIO()
    write_archive(stream, organisation=by.organisation, progress=silent)
    return stream.getvalue()


@pytest.fixture
def archive_of() -> Callable[[Actor], bytes]:
    return archived
