"""Is a certificate worth it here, and what does it cost."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from aims.models import CostItem
from aims.programme.costs import cost_frame, orientation
from aims.programme.pages.base import ProgrammePage, programme_file
from aims.programme.reports import cost_book, cost_document
from aims.programme.worth import HEADLINES, QUESTIONS, SENTENCES, Answer, judge
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.query import BadQuery
from grc.registers.register import registers


class CostFramePage(ProgrammePage):
    name = "cost-frame"

    def get(self, request: HttpRequest) -> HttpResponse:
        frame = cost_frame(self.actor)
        return self.show(
            "aims/programme/costs.html",
            frame=frame,
            orientation=orientation(),
            everything=orientation().of("all"),
            can_edit=allows(self.actor, registers.of(CostItem).edit),
        )


class CostFilePage(ProgrammePage):
    name = "cost-frame"

    def get(self, request: HttpRequest, kind: str) -> FileResponse:
        frame = cost_frame(self.actor)
        return programme_file(
            kind, name="costs-over-three-years", by=self.actor, book=lambda: cost_book(frame),
            document=lambda at: cost_document(frame, self.actor, at),
        )  # fmt: skip


class WorthPage(ProgrammePage):
    """The answers stand in the address and nowhere else."""

    name = "certificate-worth-it"

    def get(self, request: HttpRequest) -> HttpResponse:
        answers = {}
        for question in QUESTIONS:
            given = request.GET.get(question.key)
            if given is None:
                continue
            if given not in [answer.value for answer in Answer]:
                raise BadQuery(question.key, _("There is no such choice."))
            answers[question.key] = Answer(given)
        advice = judge(answers) if answers else None
        return self.show(
            "aims/programme/worth.html",
            asked=[(question, answers.get(question.key, "")) for question in QUESTIONS],
            choices=[(Answer.YES, _("Yes")), (Answer.NO, _("No")), (Answer.UNSURE, _("Unsure"))],
            advice=advice,
            headline=HEADLINES[advice.verdict] if advice else "",
            can_edit=self.actor.can(Permission.PROGRAMME_EDIT),
            sentence=SENTENCES[advice.verdict] if advice else "",
        )
