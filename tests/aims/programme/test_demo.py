"""The demo firm's way to a certificate says what the pages are there to show."""

import pytest
from django.utils import timezone

from aims.programme.analysis import read_analysis
from aims.programme.reading import read_plan
from grc.demo import HOME, demo_actor, seed_people
from grc.registries import seeders

pytestmark = pytest.mark.django_db


def test_demo_is_nineteen_days_behind_by_one_step_with_two_late() -> None:
    from aims.demo.programme import seed_programme
    from controls.actions.frameworks import adopt_framework

    seed_people()
    officer = demo_actor("carla@nordhaven.example", HOME)
    with officer.working():
        adopt_framework(key="iso42001", by=officer)
    seed_programme()
    seed_programme()
    assert seed_programme in list(seeders)
    plan = read_plan(officer)
    assert plan.schedule.slip == 19
    assert [line.step.name for line in plan.causes] == ["Controls over the life cycle"]
    assert len(plan.late) == 2
    stage_2 = next(line for line in plan.lines if line.step.name == "Stage 2 audit and certificate")
    assert (stage_2.planned.start - timezone.localdate()).days == 60
    analysis = read_analysis(officer)
    assert (analysis.all, len(analysis.unseen), len(analysis.gaps)) == (70, 5, 13)
    assert analysis.unplaced == 0
