"""Is a certificate worth it here? A few questions, and an answer with its reasons. Nothing is stored. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Verdict(StrEnum):
    CERTIFICATE = "certificate"
    INTERNAL = "internal"
    NOT_YET = "not-yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Question:
    """``speaks_for`` and ``speaks_against`` a certificate: what a yes means, where it means something."""

    key: str
    asks: Text
    speaks_for: Text = ""
    speaks_against: Text = ""


QUESTIONS = (
    Question(
        "asked",
        _("Does a customer, a partner or a regulator ask for a certificate?"),
        _("Somebody asks for it."),
    ),
    Question(
        "regulated",
        _("Is your AI in a regulated field, or used across borders?"),
        _("Your AI is regulated or crosses borders, where a certificate is known."),
    ),
    Question(
        "outside",
        _("Do you need somebody from outside to confirm what you do?"),
        _("You need a view from outside."),
    ),
    Question(
        "scratch",
        _("Are you building your governance of AI from scratch?"),
        _("You build from scratch, and the standard gives an order to build in."),
    ),
    Question(
        "consequential",
        _("Does your AI make or sway decisions about people: hiring, credit, insurance, health, services, law?"),
        _("Your AI makes or sways decisions that matter to people; buyers expect more there."),
    ),
    Question(
        "reviewed",
        _("Does a person review every result before it takes effect?"),
        speaks_against=_("A person reviews every result, so buyers ask for less."),
    ),
    Question(
        "security-only",
        _("Do your buyers ask for evidence on security and privacy alone?"),
        speaks_against=_("Your buyers ask for security and privacy evidence only."),
    ),
    Question(
        "mature",
        _("Does governance of your own run already, and leave evidence?"),
        speaks_against=_("Your own governance runs and leaves evidence, which many buyers accept."),
    ),
    Question(
        "short",
        _("Are people or money short for the coming year?"),
        speaks_against=_("Means are short; risk assessment and monitoring come first."),
    ),
)
LEAST = 4
"""Answers other than “unsure” that a verdict needs."""


@dataclass(frozen=True)
class Advice:
    verdict: Verdict
    reasons: list[Text]
    against: list[Text]
    unsure: list[Question]


HEADLINES = {
    Verdict.CERTIFICATE: _("A certificate is worth it"),
    Verdict.INTERNAL: _("Internal governance first"),
    Verdict.NOT_YET: _("Not yet"),
    Verdict.UNKNOWN: _("Too little is known"),
}
SENTENCES = {
    Verdict.CERTIFICATE: _(
        "What you say speaks for certification. Begin the plan, with the record of decisions first."
    ),
    Verdict.INTERNAL: _(
        "Run the same management system without the audit: scope, policy, risks, impact, monitoring. "
        "A certificate can follow when somebody asks for it."
    ),
    Verdict.NOT_YET: _("Assess the risks and watch the running systems first. Ask again when the means are there."),
    Verdict.UNKNOWN: _("Find out what you are unsure of, and answer again."),
}


def judge(answers: Mapping[str, Answer]) -> Advice:
    """What follows from the answers, by key of the question; what is not answered counts as unsure."""

    def yes(key: str) -> bool:
        return answers.get(key) == Answer.YES

    known = sum(answers.get(question.key, Answer.UNSURE) != Answer.UNSURE for question in QUESTIONS)
    return Advice(
        verdict=_verdict(yes) if known >= LEAST or yes("asked") else Verdict.UNKNOWN,
        reasons=[question.speaks_for for question in QUESTIONS if yes(question.key) and question.speaks_for],
        against=[question.speaks_against for question in QUESTIONS if yes(question.key) and question.speaks_against],
        unsure=[one for one in QUESTIONS if answers.get(one.key, Answer.UNSURE) == Answer.UNSURE],
    )


def _verdict(yes: Callable[[str], bool]) -> Verdict:
    if yes("asked"):
        return Verdict.CERTIFICATE
    if yes("short"):
        return Verdict.NOT_YET
    heavy = yes("consequential") and not yes("reviewed")
    if yes("security-only") or (yes("mature") and not heavy):
        return Verdict.INTERNAL
    weight = sum(map(yes, ("regulated", "outside", "scratch"))) + heavy
    return Verdict.CERTIFICATE if weight >= 2 else Verdict.INTERNAL
