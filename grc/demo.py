"""The demo organisations and their people. Each app's ``demo`` module adds its own records."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings

from grc.access.actor import Actor
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person
from grc.registries import seeders


@dataclass(frozen=True)
class DemoPerson:
    """``role`` is what the account is there to show; outsiders have no membership."""

    role: str
    email: str
    name: str
    organisation: str
    roles: tuple[str, ...]
    time_zone: str = "Europe/Berlin"


HOME, OTHER = "nordhaven", "brightwell"
ORGANISATIONS = {HOME: "Nordhaven Insurance", OTHER: "Brightwell Clinics"}
PEOPLE = (
    DemoPerson("administrator", "ada@nordhaven.example", "Ada Lindqvist", HOME, ("administrator",)),
    DemoPerson("compliance officer", "carla@nordhaven.example", "Carla Brandt", HOME, ("compliance-officer",)),
    DemoPerson("contributor", "jonas@nordhaven.example", "Jonas Weber", HOME, ("contributor",)),
    DemoPerson("approver", "margit@nordhaven.example", "Margit Olsen", HOME, ("approver",)),
    DemoPerson("internal auditor", "tomas@nordhaven.example", "Tomáš Novák", HOME, ("internal-auditor",)),
    DemoPerson("vendor manager", "vera@nordhaven.example", "Vera Lindholm", HOME, ("vendor-manager",)),
    DemoPerson("procurement responder", "priya@nordhaven.example", "Priya Nair", HOME, ("procurement-responder",)),
    DemoPerson("reader", "lena@nordhaven.example", "Lena Fuchs", HOME, ("reader",)),
    DemoPerson("platform engineer", "sam@nordhaven.example", "Sam Okafor", HOME, ("platform-engineer",)),
    DemoPerson("external auditor, engagement running", "eva@certbody.example", "Eva Marchetti", HOME, ()),
    DemoPerson("external auditor, engagement ended", "erik@oldcert.example", "Erik Sandvik", HOME, ()),
    DemoPerson("administrator", "bo@brightwell.example", "Bo Adler", OTHER, ("administrator",)),
    DemoPerson("compliance officer", "rosa@brightwell.example", "Rosa Medina", OTHER, ("compliance-officer",)),
)


def demo_password(email: str) -> str:
    """A password that belongs to this installation's secret: known to whoever may run its commands, to nobody else."""
    mac = hmac.new(settings.SECRET_KEY.encode(), f"demo:{email}".encode(), hashlib.sha256).digest()
    return "demo-" + base64.b32encode(mac)[:12].decode().lower()


def person_of(email: str) -> Person:
    return Person.objects.get(email=email)


@seeders.add(order=0)
def seed_people() -> None:
    organisations = {
        # the demo's accounts show every role, and sign in with a password alone
        slug: Organisation.objects.get_or_create(slug=slug, defaults={"name": name, "mfa_roles": []})[0]
        for slug, name in ORGANISATIONS.items()
    }
    for demo in PEOPLE:
        person = Person.objects.filter(email=demo.email).first()
        if person is None:
            person = Person.objects.create_user(
                demo.email, demo_password(demo.email), name=demo.name, time_zone=demo.time_zone
            )
        organisation = organisations[demo.organisation]
        with Actor.system(organisation, way="command").working():
            for role in demo.roles:
                Membership.objects.get_or_create(organisation=organisation, person=person, role=role, ended_at=None)


def demo_actor(email: str, slug: str) -> Actor:
    """The actor that a demo person is in one of the demo organisations."""
    actor = Actor.of(person_of(email), Organisation.objects.get(slug=slug), way="command")
    if actor is None:
        raise LookupError(f"{email} has no role in {slug}")
    return actor
