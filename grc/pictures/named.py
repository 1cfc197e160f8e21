"""Pictures that can be asked for by name, and so taken away as a file."""

from collections.abc import Callable
from dataclasses import dataclass

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.pictures.picture import Picture


@dataclass(frozen=True)
class NamedPicture:
    """``make`` draws what its actor may see; who lacks ``needs`` is told that there is no such picture."""

    slug: str
    needs: Permission
    make: Callable[[Actor], Picture]


named: dict[str, NamedPicture] = {}


def name_picture(slug: str, needs: Permission, make: Callable[[Actor], Picture]) -> None:
    """Declare a picture; what ``make`` draws carries the same ``slug``. Raises ``ValueError`` for one that is taken."""
    if slug in named:
        raise ValueError(f"another picture is called {slug}")
    named[slug] = NamedPicture(slug, needs, make)
