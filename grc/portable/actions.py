from django.db import transaction
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.jobs.actions import start_job
from grc.models.job import Job

ARCHIVE = "archive"


@transaction.atomic
def start_archive(*, by: Actor) -> Job:
    """Ask for the whole organisation as one file; a worker makes it. Raises ``Denied``."""
    require(by, Permission.ORGANISATION_EXPORT)
    return start_job(kind=ARCHIVE, title=_("Archive of the whole organisation"), params={}, by=by)
