"""What changed from one edition of a statement to the next, and each as a file."""

from dataclasses import dataclass

from django.http import FileResponse, HttpRequest, HttpResponse

from aims.models import SoA
from aims.soa.editions import Edition, body_of, editions_of, usual_edition
from aims.soa.files import chosen_edition, hand_out_statement
from grc.access.actor import Actor
from grc.approvals.differences import Differences, differences
from grc.registers.pages import RegisterPage


@dataclass(frozen=True)
class Compared:
    """``changes`` lead from ``against`` to ``edition``; None where there is nothing to compare with."""

    against: Edition | None
    edition: Edition
    changes: Differences | None


def compared(soa: SoA, actor: Actor, *, one: str = "", other: str = "") -> Compared:
    """``one`` and ``other``: numbers of versions, or “draft”; without them, what is in force beside the draft.

    Raises ``Http404`` for an edition that there is not.
    """
    editions = editions_of(soa, actor)
    edition = chosen_edition(editions, other) if other else editions[0]
    before = chosen_edition(editions, one) if one else usual_edition(editions)
    if before.number == edition.number:
        return Compared(None, edition, None)
    return Compared(before, edition, differences(body_of(soa, before), body_of(soa, edition)))


class DifferencesPage(RegisterPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        soa = self.record(reference)
        given = {"one": request.GET.get("from", ""), "other": request.GET.get("to", "")}
        return self.show(
            "aims/soa/differences.html",
            record=soa,
            editions=editions_of(soa, self.actor),
            read=compared(soa, self.actor, **given),
        )


class StatementFilePage(RegisterPage):
    def get(self, request: HttpRequest, reference: str, kind: str) -> HttpResponse | FileResponse:
        number = request.GET.get("version", "")
        return hand_out_statement(self.record(reference), kind=kind, number=number, by=self.actor)
