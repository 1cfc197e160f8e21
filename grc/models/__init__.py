from grc.models.activity import ActivityEvent
from grc.models.file import File
from grc.models.link import Link
from grc.models.organisation import Membership, Organisation
from grc.models.outbox import OutboxMessage
from grc.models.person import Person
from grc.models.record import Record, RecordKey, ReferenceCounter
from grc.models.scope import GrantPeriod, Scope, ScopeEntry, ScopeRevision
from grc.models.token import APIToken, IdempotencyKey
from grc.models.version import Version

__all__ = [
    "APIToken",
    "ActivityEvent",
    "File",
    "GrantPeriod",
    "IdempotencyKey",
    "Link",
    "Membership",
    "Organisation",
    "OutboxMessage",
    "Person",
    "Record",
    "RecordKey",
    "ReferenceCounter",
    "Scope",
    "ScopeEntry",
    "ScopeRevision",
    "Version",
]
