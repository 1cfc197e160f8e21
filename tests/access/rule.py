"""One line of the access table."""

from dataclasses import dataclass, field

from grc.access.roles import Permission


@dataclass(frozen=True)
class Rule:
    """``view``: what one needs to see that the page exists (None: every member); ``writes``: what a POST (or PATCH)
    needs beyond that. ``where``: organisation, room, person (any login), public, or
    entrance (answers to a browser that has begun to sign in there, to nobody else)."""

    where: str
    view: Permission | None = None
    methods: tuple[str, ...] = ("GET",)
    needs: dict[str, Permission] = field(default_factory=dict)
