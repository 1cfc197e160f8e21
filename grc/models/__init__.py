from grc.models.activity import ActivityEvent
from grc.models.approval import Approval, Review, SigningKey
from grc.models.file import File
from grc.models.identity import IdentityProvider, Invitation
from grc.models.job import Job
from grc.models.link import Link
from grc.models.notice import Notice, NoticeSetting
from grc.models.organisation import Membership, Organisation
from grc.models.outbox import OutboxMessage
from grc.models.person import Person
from grc.models.record import Record, RecordKey, ReferenceCounter
from grc.models.scope import GrantPeriod, Scope, ScopeEntry, ScopeRevision
from grc.models.search import SavedView, SearchEntry
from grc.models.teamwork import Attachment, Comment, Task
from grc.models.token import APIToken, IdempotencyKey
from grc.models.version import Version
from grc.models.webhook import Webhook

__all__ = [
    "APIToken",
    "ActivityEvent",
    "Approval",
    "Attachment",
    "Comment",
    "File",
    "GrantPeriod",
    "IdempotencyKey",
    "IdentityProvider",
    "Invitation",
    "Job",
    "Link",
    "Membership",
    "Notice",
    "NoticeSetting",
    "Organisation",
    "OutboxMessage",
    "Person",
    "Record",
    "RecordKey",
    "ReferenceCounter",
    "Review",
    "SavedView",
    "Scope",
    "ScopeEntry",
    "ScopeRevision",
    "SearchEntry",
    "SigningKey",
    "Task",
    "Version",
    "Webhook",
]
