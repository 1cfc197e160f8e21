"""What takes long to make and many tests begin from: made once for a module, and as it was for each test.

    @pytest.fixture(scope="module")
    def kept(lasting: None) -> Filled:
        return full_organisation()

    @pytest.fixture
    def filled(kept: Filled, db: None) -> Filled:
        return deepcopy(kept)

The rows stand in a transaction around the module's tests, each of which goes back to a savepoint as always; the objects
are copied, so that no test meets what another one changed in memory. Not for modules with tests that need
``transaction=True``, nor for what writes files.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from grc.context import Context, set_context


@pytest.fixture(scope="module")
def lasting(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        set_context(Context(None, None, "test"))
        patched.setattr(connection, "close", lambda: None)  # Django closes after each test, and the rows were gone
        yield
        transaction.set_rollback(True)
