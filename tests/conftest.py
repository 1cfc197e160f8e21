"""Real PostgreSQL, real Valkey; the tests run as the application's database role, as the product does."""

import os
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client
from whitenoise.base import WhiteNoise

from grc.access.actor import Actor
from grc.context import Context, set_context
from grc.db.row_security import secured_models
from grc.models import Membership, Organisation, Person
from grc.registers.register import Register
from tests.alike import ALL_OF_ALL, answering
from tests.standing import lasting  # noqa: F401  (a fixture)

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs an event loop in this thread

TEST_POLICY = "testing"
CACHE_DATABASE = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def look_through_static_files_once() -> None:
    """Every test client loads the middleware for itself, and WhiteNoise looks through all static files each time.

    That took a third of the suite's time. The files of a folder do not change while tests run.
    """
    look_through, seen = WhiteNoise.update_files_dictionary, {}

    def once(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in seen:
            look_through(self, root, prefix)
            seen[root, prefix] = dict(self.files)
        self.files.update(seen[root, prefix])

    WhiteNoise.update_files_dictionary = once


look_through_static_files_once()


PASSWORD = "correct horse battery staple"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests come last: playwright leaves an event loop in its thread, which other tests would stumble over."""
    items.sort(key=lambda item: "tests/browser/" in item.path.as_posix())
    if ALL_OF_ALL or config.getoption("keyword"):
        return
    left = [item for item in items if not asked_today(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]


def asked_today(item: pytest.Item) -> bool:
    """Whether a register is one of those that answer the question of this test (``tests/alike.py``)."""
    register = getattr(getattr(item, "callspec", None), "params", {}).get("register")
    if not isinstance(register, Register) or item.get_closest_marker("every_register"):
        return True
    return register.slug in answering(f"{item.path.name} {getattr(item, 'originalname', item.name)}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database is made and migrated by the owner."""
    become("assay_owner")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """From here on, the application's role. It may truncate here, so that pytest can empty tables between tests.

    A test looks into several organisations at once. So a policy that only this database has lets through what works
    by the way ``test``: the tests' own code, and never a request, task or command, each of which says its own way.
    """
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO assay_app")
            for model, _policies in secured_models():
                table, condition = model._meta.db_table, "current_setting('assay.way', true) = 'test'"
                cursor.execute(f"DROP POLICY IF EXISTS {TEST_POLICY} ON {table}")
                cursor.execute(f"CREATE POLICY {TEST_POLICY} ON {table} TO assay_app USING ({condition})")
        become("assay_app")
    for uid in {key[0] for key, *_ in post_migrate.receivers if str(key[0]).startswith("grc.")}:
        # tables that are emptied between tests keep what the owner made; and the application's role could not make it
        post_migrate.disconnect(sender=apps.get_app_config("grc"), dispatch_uid=uid)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        become("assay_owner")


def become(role: str) -> None:
    for options in (settings.DATABASES["default"]["OPTIONS"], connection.settings_dict["OPTIONS"]):
        options |= {"assume_role": role, "options": "-c assay.way=test"}  # in threads that a test starts, too
    connection.close()


@pytest.fixture(autouse=True)
def clean_slate(settings: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of one test reaches the next, nor one that runs beside it: cache (rate limits), context, files."""
    cache = {  # of a database of its own, as clearing it empties all of it
        **settings.CACHES["default"],  # type: ignore[attr-defined]
        "KEY_PREFIX": uuid.uuid4().hex,
        "LOCATION": f"{settings.REDIS_URL.rpartition('/')[0]}/{CACHE_DATABASE}",  # type: ignore[attr-defined]
    }
    settings.CACHES = {"default": cache}  # type: ignore[attr-defined]
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    set_context(Context(None, None, "test"))
    yield
    set_context(None)


def make_organisation(name: str, slug: str) -> Organisation:
    return Organisation.objects.create(name=name, slug=slug, mfa_roles=[])


def make_person(email: str, organisation: Organisation | None = None, *roles: str, name: str = "") -> Person:
    person = Person.objects.create_user(email, PASSWORD, name=name or email.partition("@")[0].title())
    for role in roles:
        Membership.objects.create(organisation=organisation, person=person, role=role)
    return person


@pytest.fixture
def organisation(db: None) -> Organisation:
    return make_organisation("Nordhaven", "nordhaven")


@pytest.fixture
def other_organisation(db: None) -> Organisation:
    return make_organisation("Elsewhere", "elsewhere")


@pytest.fixture
def actor_of(organisation: Organisation) -> Callable[..., Actor]:
    """``actor_of("reader")``: a person with that role (in ``organisation`` unless another is given)."""
    made: dict[tuple[str, int], Actor] = {}

    def make(role: str, within: Organisation | None = None) -> Actor:
        home = within or organisation
        if (role, home.pk) not in made:
            person = make_person(f"{role}@{home.slug}.example", home, role)
            actor = Actor.of(person, home)
            assert actor is not None
            made[role, home.pk] = actor
        return made[role, home.pk]

    return make


@pytest.fixture
def client_of(actor_of: Callable[..., Actor]) -> Callable[..., Client]:
    """``client_of("reader")``: a browser in which that person has logged in."""

    def make(role: str, within: Organisation | None = None) -> Client:
        client = Client()
        client.force_login(actor_of(role, within).person)  # type: ignore[arg-type]
        return client

    return make


@pytest.fixture
def system(organisation: Organisation) -> Actor:
    return Actor.system(organisation)
