"""One certificate or report as it stands on a day: its state in words, whether it is live, what it leaves open."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc import formats
from grc.cadence import Every, nth
from vendors.knowledge.combination import Gap
from vendors.models.assurance import Assurance

Status, Opinion, AIControls, Criterion = Assurance.Status, Assurance.Opinion, Assurance.AIControls, Assurance.Criterion
SOC2 = Assurance.Standard.SOC2


@dataclass(frozen=True)
class Held:
    """What a vendor holds of one standard. ``assurance`` None: nothing is recorded.

    ``live``: it counts today. ``attests``: besides, nothing in the auditor's opinion takes away from it. ``until``: the
    last day on which it counts, or counted.
    """

    standard: str
    name: str | Promise
    state: str
    tone: str = ""
    live: bool = False
    attests: bool = False
    until: dt.date | None = None
    assurance: Assurance | None = None
    gaps: tuple[Gap, ...] = ()


def year_after(day: dt.date) -> dt.date:
    """The same day a year later; of 29 February, the 28th."""
    return nth(day, Every.YEARLY, 1)


def held_of(assurance: Assurance, today: dt.date, *, personal: bool = False) -> Held:
    """``assurance`` as it stands on ``today``. ``personal``: personal data may reach the vendor."""
    if assurance.standard == SOC2 and assurance.status == Status.REPORT:
        return _soc2(assurance, today, personal)
    if assurance.status == Status.CERTIFIED:
        return _certificate(assurance, today)
    tones = {Status.IN_PROGRESS: "blue", Status.NONE: "red"}
    state = str(assurance.get_status_display())
    return Held(
        assurance.standard,
        name_of(assurance),
        state,
        tones.get(Status(assurance.status), "yellow"),
        until=assurance.expires_on,
        assurance=assurance,
    )


def name_of(assurance: Assurance) -> str:
    return assurance.name or str(assurance.get_standard_display())


def _certificate(assurance: Assurance, today: dt.date) -> Held:
    until = assurance.expires_on
    live = until is not None and today <= until
    if live:
        state, tone = _("Certified by %(body)s") % {"body": assurance.body}, "green"
    else:
        state, tone = _("Certificate expired"), "red"
    return Held(
        assurance.standard,
        name_of(assurance),
        state,
        tone,
        live=live,
        attests=live,
        until=until,
        assurance=assurance,
        gaps=tuple(_unconfirmed(assurance, today)) if live else (),
    )


def _unconfirmed(assurance: Assurance, today: dt.date) -> list[Gap]:
    said = {"name": name_of(assurance), "body": assurance.body}
    what = _("Whether the %(name)s certificate is genuine and still stands") % said
    if assurance.confirmed_on is None:
        return [Gap(what, _("Nobody has confirmed it with %(body)s yet.") % said, assurance.standard)]
    if today > year_after(assurance.confirmed_on):
        said["day"] = formats.day(assurance.confirmed_on)
        reason = _("It was last confirmed on %(day)s, more than a year ago.") % said
        return [Gap(what, reason, assurance.standard)]
    return []


def _soc2(assurance: Assurance, today: dt.date, personal: bool) -> Held:
    ended = _ended(assurance)
    fresh_until = year_after(ended)
    bridge = assurance.bridge_until
    until = max(fresh_until, bridge) if bridge else fresh_until
    refused = assurance.opinion in (Opinion.ADVERSE, Opinion.DISCLAIMER)
    live = assurance.soc_type == 2 and today <= until and not refused
    state, tone = _report_state(assurance, today, until)
    return Held(
        SOC2,
        name_of(assurance),
        state,
        tone,
        live=live,
        attests=live and assurance.opinion == Opinion.UNQUALIFIED,
        until=until if assurance.soc_type == 2 else ended,
        assurance=assurance,
        gaps=tuple(_report_gaps(assurance, today, fresh_until, personal)),
    )


def _ended(assurance: Assurance) -> dt.date:
    """The last day of which the report speaks; a constraint asks for it."""
    day: dt.date = assurance.period_to  # type: ignore[assignment]
    return day


def _report_state(assurance: Assurance, today: dt.date, until: dt.date) -> tuple[str, str]:
    ended = _ended(assurance)
    said = {"day": formats.day(ended), "opinion": assurance.get_opinion_display().lower(), "age": _age(ended, today)}
    if assurance.soc_type != 2:
        return _("Type 1, %(opinion)s, as of %(day)s, %(age)s") % said, "yellow"
    if today > until:
        return _("Type 2, too old: its period ended on %(day)s, %(age)s") % said, "red"
    if today > year_after(ended):
        return _("Type 2, %(opinion)s, period to %(day)s, %(age)s; bridged by a letter") % said, "yellow"
    tones = {Opinion.UNQUALIFIED: "green", Opinion.QUALIFIED: "orange"}
    tone = tones.get(Opinion(assurance.opinion), "red")
    return _("Type 2, %(opinion)s, period to %(day)s, %(age)s") % said, tone


def _age(ended: dt.date, today: dt.date) -> str:
    """How long ago a report's period ended, in whole months."""
    months = (today.year - ended.year) * 12 + today.month - ended.month - (today.day < ended.day)
    if months < 1:
        return _("less than a month ago")
    return ngettext("%(n)d month ago", "%(n)d months ago", months) % {"n": months}


def _report_gaps(assurance: Assurance, today: dt.date, fresh_until: dt.date, personal: bool) -> list[Gap]:
    found: list[tuple[str, str]] = []
    if assurance.soc_type != 2:
        found.append((_("Whether its controls work"), _("A type 1 report shows how they were designed, on one day.")))
    elif today > fresh_until and assurance.bridge_until and today <= assurance.bridge_until:
        said = {"day": formats.day(_ended(assurance))}
        found.append(
            (
                _("The time since %(day)s") % said,
                _("The period ended more than twelve months ago; since then only the vendor’s own letter speaks."),
            )
        )
    opinions = {
        Opinion.QUALIFIED: _("The auditor found that some of it did not hold: read which."),
        Opinion.ADVERSE: _("The auditor says that the controls did not hold."),
        Opinion.DISCLAIMER: _("The auditor could not come to an opinion."),
    }
    if assurance.opinion in opinions:
        found.append((_("The auditor’s opinion"), opinions[Opinion(assurance.opinion)]))
    found += _left_out(assurance, personal)
    return [Gap(what, reason, SOC2) for what, reason in found]


def _left_out(assurance: Assurance, personal: bool) -> list[tuple[str, str]]:
    """What the report itself does not cover."""
    found: list[tuple[str, str]] = []
    if assurance.exceptions:
        found.append((_("Exceptions that the auditor noted"), _shortened(assurance.exceptions)))
    if assurance.carve_outs:
        found.append((_("Companies that it carves out"), _shortened(assurance.carve_outs)))
    if assurance.our_part and not assurance.our_part_done:
        found.append((_("What you must do yourselves (CUECs)"), _shortened(assurance.our_part)))
    covers = {
        AIControls.NO: _("The report leaves them out: model access, training data, logging of outputs."),
        AIControls.PARTLY: _("The report covers them in part."),
        AIControls.UNKNOWN: _("Nobody has looked whether the report covers them."),
    }
    if assurance.ai_controls in covers:
        found.append((_("Its controls over AI"), covers[AIControls(assurance.ai_controls)]))
    if personal and not {Criterion.PRIVACY, Criterion.CONFIDENTIALITY} & set(assurance.criteria):
        found.append((_("Personal data"), _("The report covers neither the privacy nor the confidentiality criteria.")))
    return found


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:199]}…"
