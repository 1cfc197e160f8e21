"""A decision in plain words, told from its signed record and nothing else."""

import datetime as dt

from django.utils import formats
from django.utils.translation import gettext as _

from evidence.tlog.record import Record

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def instant(microseconds: int) -> dt.datetime:
    """The instant of a record's ``ts_us`` (microseconds since 1970), in UTC."""
    return _EPOCH + dt.timedelta(microseconds=microseconds)


def said_at(microseconds: int) -> str:
    """“20 Nov 2026, 14:03:11 UTC”: a signed time is told in the zone in which it was signed."""
    return formats.date_format(instant(microseconds), "j M Y, H:i:s") + " UTC"


def tell(decision: Record, completion: Record | None, system_name: str = "") -> list[str]:
    """Sentences, in the order in which things happened.

    ``system_name``: what the organisation calls the system in its own register; empty where it knows none.
    """
    sentences = [_what_was_decided(decision, system_name or decision.system_id)]
    sentences += _reasons(decision)
    sentences.append(_model(decision, completion))
    sentences += _controls(decision)
    sentences += _tools(decision, completion)
    sentences += _human(decision, completion)
    sentences += _disclosure(decision)
    sentences.append(_ending(decision, completion))
    return sentences


def caller(record: Record) -> str:
    """Who asked, as far as the record names them: a role or an account, never a person."""
    actor = record.data.get("actor", {})
    role, tenant = actor.get("role") or actor.get("auth"), actor.get("tenant")
    if role and tenant:
        return _("%(role)s of %(tenant)s") % {"role": role, "tenant": tenant}
    return str(role or tenant or _("a caller without a name"))


def model_name(record: Record) -> str:
    """The model with its version, without saying the version twice."""
    name, version = record.model_name, record.model_version
    return name if not version or version in name else f"{name} {version}"


def _what_was_decided(decision: Record, system: str) -> str:
    sentence = {
        "allow": _("On %(when)s, %(system)s let through a request by %(who)s under policy %(policy)s."),
        "deny": _("On %(when)s, %(system)s refused a request by %(who)s under policy %(policy)s."),
        "redact": _(
            "On %(when)s, %(system)s let through a request by %(who)s, with parts removed, under policy %(policy)s."
        ),
        "escalate": _("On %(when)s, %(system)s handed a request by %(who)s to a person, under policy %(policy)s."),
        "error": _("On %(when)s, %(system)s could not decide on a request by %(who)s under policy %(policy)s."),
    }[decision.outcome]
    return sentence % {
        "when": said_at(decision.ts_us),
        "system": system,
        "who": caller(decision),
        "policy": f"{decision.policy_id} {decision.policy_version}",
    }


def _reasons(decision: Record) -> list[str]:
    codes = decision.data.get("reason_codes", [])
    return [_("Reasons given: %(codes)s.") % {"codes": ", ".join(codes)}] if codes else []


def _model(decision: Record, completion: Record | None) -> str:
    if completion is not None and completion.model_name:
        sentence = {
            "error": _("Model %(model)s was asked and the call ended in an error."),
            "deny": _("Model %(model)s answered, and the answer was held back."),
            "redact": _("Model %(model)s answered, and parts of the answer were removed."),
        }.get(completion.outcome, _("Model %(model)s answered."))
        return sentence % {"model": model_name(completion)}
    if decision.outcome in {"deny", "error"}:
        return _("No answer by a model is on record.")
    if decision.model_name:
        return _("The request was for model %(model)s.") % {"model": model_name(decision)}
    return _("The record names no model.")


def _controls(decision: Record) -> list[str]:
    controls = decision.data.get("controls", [])
    if not controls:
        return [_("No control left its result in the record.")]
    results = ", ".join(f"{one['id']} ({one['result']})" for one in controls)
    return [_("Controls that ran: %(results)s.") % {"results": results}]


def _tools(decision: Record, completion: Record | None) -> list[str]:
    names = [str(one["name"]) for record in (decision, completion) if record for one in record.data.get("tools", [])]
    return [_("Tools used: %(names)s.") % {"names": ", ".join(dict.fromkeys(names))}] if names else []


def _human(decision: Record, completion: Record | None) -> list[str]:
    for record in (completion, decision):
        action = record.data.get("human", {}).get("action") if record else None
        if action:
            return [_("A human took part: %(action)s.") % {"action": action}]
    return [_("No human took part, as far as the record says.")]


def _disclosure(decision: Record) -> list[str]:
    shown = decision.data.get("disclosure", {}).get("shown")
    if shown is None:
        return []
    if not shown:
        return [_("The person concerned was not told that an AI system was at work.")]
    return [_("The person concerned was told that an AI system was at work.")]


def _ending(decision: Record, completion: Record | None) -> str:
    if completion is None:
        return _("No completion of this decision has arrived.")
    seconds = max(completion.ts_us - decision.ts_us, 0) / 1_000_000
    return _("The call was completed %(seconds)s seconds later.") % {"seconds": formats.number_format(seconds, 3)}
