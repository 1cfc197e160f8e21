"""The fields that a question may name: those of the record, and those that the organisation's registers add."""

import enum
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evidence.tlog.record import KINDS, OUTCOMES


class Kind(enum.Enum):
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"
    GROUP = "group"


@dataclass(frozen=True)
class Field:
    kind: Kind
    means: str | Promise
    choices: tuple[str, ...] = ()


def _text(means: str | Promise, *choices: str) -> Field:
    return Field(Kind.TEXT, means, choices)


FIELDS: dict[str, Field] = {
    "kind": _text(_("What kind of record it is"), *KINDS),
    "outcome": _text(_("What the policy decided"), *OUTCOMES),
    "reason_codes": Field(Kind.LIST, _("Why it decided so")),
    "actor.ref": _text(_("The caller’s keyed hash")),
    "actor.role": _text(_("The caller’s role")),
    "actor.auth": _text(_("How the caller signed in")),
    "actor.tenant": _text(_("The caller’s tenant")),
    "subject_ref": _text(_("About whom it is: a keyed hash")),
    "human.ref": _text(_("Who looked at it: a keyed hash")),
    "human.action": _text(_("What that person did")),
    "system.id": _text(_("The AI system’s id in records")),
    "system.version": _text(_("The AI system’s version")),
    "system.impact_assessment": _text(_("Which impact assessment the proxy knew")),
    "system.impact_assessment_sha256": _text(_("The SHA-256 of that assessment")),
    "policy.id": _text(_("The policy that decided")),
    "policy.version": _text(_("Its version")),
    "policy.sha256": _text(_("Its SHA-256")),
    "data.classes": Field(Kind.LIST, _("Classes of data in the request")),
    "data.flow_id": _text(_("The data flow")),
    "data.region": _text(_("Where the data went")),
    "model.provider": _text(_("The model’s provider")),
    "model.name": _text(_("The model’s name")),
    "model.version": _text(_("The model’s version")),
    "model.deployment": _text(_("The model’s deployment")),
    "prompt.template": _text(_("The prompt’s template")),
    "prompt.revision": _text(_("The prompt’s revision")),
    "prompt.sha256": _text(_("The prompt’s SHA-256")),
    "input_commit": _text(_("The commitment to the input")),
    "output_commit": _text(_("The commitment to the output")),
    "controls": Field(Kind.GROUP, _("The proxy’s controls that ran")),
    "tools": Field(Kind.GROUP, _("The tools that were called")),
    "disclosure.shown": Field(Kind.FLAG, _("Whether people were told that it is AI")),
    "disclosure.id": _text(_("Which notice was shown")),
    "disclosure.version": _text(_("Its version")),
    "trace_id": _text(_("The trace")),
    "counts.decisions": Field(Kind.NUMBER, _("A heartbeat’s count of decisions")),
    "counts.requests": Field(Kind.NUMBER, _("A heartbeat’s count of requests")),
    "gap.lost": Field(Kind.NUMBER, _("How many records a gap lost")),
}
"""By name, as the record spells it, with a dot between the object and its field."""

REGISTER_FIELDS: dict[str, Field] = {
    "register.known": Field(Kind.FLAG, _("Whether the AI system is in your register")),
    "register.risk_class": _text(
        _("The AI Act class in your register"), "undecided", "minimal", "transparency", "high", "prohibited"
    ),
    "register.stage": _text(_("The life-cycle stage in your register")),
    "register.model_approved": Field(Kind.FLAG, _("Whether this model version was approved for the system before")),
}
"""What a record does not say, and the organisation's registers do (``controls.rules.systems``)."""
