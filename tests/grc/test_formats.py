"""Dates and numbers by reader: one page, read in two countries and two zones."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from grc import formats
from grc.access.actor import Actor
from grc.models import Person
from tests.factories import make

DAY = dt.date(2026, 11, 3)


@pytest.mark.parametrize(
    ("region", "day", "number"),
    [
        ("en-GB", "3 Nov 2026", "12,500.5"),
        ("en-US", "Nov 3, 2026", "12,500.5"),
        ("de-DE", "03.11.2026", "12.500,5"),
        ("sv-SE", "2026-11-03", "12\xa0500,5"),
        ("nowhere", "3 Nov 2026", "12,500.5"),
    ],
)
def test_day_and_number_are_written_as_the_region_writes_them(region: str, day: str, number: str) -> None:
    with formats.written_for(region):
        assert formats.day(DAY) == day
        assert formats.number(12500.5) == number
    assert formats.day(DAY) == "3 Nov 2026"


def test_every_region_writes_the_year_in_full() -> None:
    for region in formats.REGIONS:
        with formats.written_for(region):
            assert "2026" in formats.day(DAY), region


def test_moment_is_told_in_the_readers_zone() -> None:
    late = dt.datetime(2026, 11, 3, 23, 30, tzinfo=dt.UTC)
    with timezone.override("Europe/Berlin"), formats.written_for("de-DE"):
        assert formats.moment(late) == "04.11.2026, 00:30"


@pytest.mark.django_db
def test_page_is_written_for_the_person_who_reads_it(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    record = make("ai-systems", system, review_on=dt.date(2031, 2, 1))
    person = actor_of("reader").person
    assert "1 Feb 2031" in client_of("reader").get(record.get_absolute_url()).content.decode()
    Person.objects.filter(pk=person.pk).update(region="de-DE")  # type: ignore[union-attr]
    assert "01.02.2031" in client_of("reader").get(record.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_profile_takes_a_known_region_only(actor_of: Callable[..., Actor], client_of: Callable[..., Client]) -> None:
    person = actor_of("reader").person
    values = {"name": "Lena", "time_zone": "Europe/Berlin", "theme": "light"}
    assert client_of("reader").post("/me/", values | {"region": "xx-XX"}).status_code == 422
    assert client_of("reader").post("/me/", values | {"region": "fr-FR"}).status_code == 302
    person.refresh_from_db()  # type: ignore[union-attr]
    assert person.region == "fr-FR"  # type: ignore[union-attr]
