"""Two who save the same at one moment: both were told that it is free, and the database lets one of them."""

from django.apps import apps
from django.db import IntegrityError
from django.db.models import BaseConstraint
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation


def conflict(error: BaseException) -> str | None:
    """What to tell the one who came second, in the rule's own words; None where ``error`` is something else."""
    cause = error.__cause__
    if not isinstance(error, IntegrityError) or not isinstance(cause, UniqueViolation):
        return None
    name = cause.diag.constraint_name
    rules = (rule for model in apps.get_models() for rule in model._meta.constraints)
    message = next((rule.violation_error_message for rule in rules if rule.name == name), None)
    if message is None or message == BaseConstraint.default_violation_error_message:
        return _("Somebody else saved the same at this very moment. Look at what is there, and try once more.")
    return str(message)
