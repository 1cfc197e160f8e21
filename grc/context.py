"""Who acts, for whom, by what way: one context variable, set by the middleware and by tasks.

The database backend reads it (``SET LOCAL``), history reads it (who changed this), activity reads it (from where).
It decides nothing: what a person may do is judged by ``grc.access`` from the actor that is passed explicitly.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True)
class Context:
    """``organisation_id`` and ``person_id`` are database keys; ``way`` is page, api, task, command or link.

    ``key`` is what somebody brings who is known by nothing else yet (the digest of an invitation's secret, say): the
    database lets them read the row that it opens.
    """

    organisation_id: int | None
    person_id: int | None
    way: str
    address: str = ""
    key: str = ""


def client_address(request: "HttpRequest") -> str:
    """The client's IP address, as ``grc.middleware.ClientAddressMiddleware`` left it; empty where nobody knows."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


_context: ContextVar[Context | None] = ContextVar("assay_context", default=None)


def current_context() -> Context | None:
    return _context.get()


def set_context(context: Context | None) -> None:
    """Work in ``context`` from now on; a transaction that is already open is told at once."""
    from django.db import connection

    _context.set(context)
    if connection.in_atomic_block and not connection.needs_rollback:
        connection.tell_context()  # type: ignore[attr-defined]


@contextmanager
def working_in(context: Context) -> Iterator[None]:
    """Work in ``context`` until the block ends, then in the one before."""
    before = current_context()
    set_context(context)
    try:
        yield
    finally:
        set_context(before)
