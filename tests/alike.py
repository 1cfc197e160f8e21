"""What the kernel gives to every register alike need not be asked of each register each time.

An address that every register has is one of the kernel's: the same code, with another register. Those where registers
differ (their list, their form, their record) are asked of all; of the others, a few registers answer for all, and which
ones changes from address to address. With ASSURANCE_ROUNDS, all of all.
"""

import os
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from grc.registers.register import registers

T = TypeVar("T")
SPEAKING = 2
"""How many registers answer for all."""


def worth_asking(items: Iterable[T], path: Callable[[T], str], differs: Callable[[str], bool]) -> list[T]:
    """``path``: the address of an item. ``differs``: whether registers differ at an address whose register is ``*``."""
    every = list(items)
    if os.environ.get("ASSURANCE_ROUNDS"):
        return every
    slugs = [register.slug for register in registers]
    alike: dict[str, dict[str, list[T]]] = defaultdict(lambda: defaultdict(list))
    for item in every:
        slug, shape = split(path(item), set(slugs))
        alike[shape][slug].append(item)
    kept: set[int] = set()
    for shape, by_slug in alike.items():
        speaking = list(by_slug)
        if len(speaking) > len(slugs) / 3 and not differs(shape):
            first = zlib.crc32(shape.encode()) % len(speaking)
            speaking = (speaking + speaking)[first : first + SPEAKING]
        kept |= {id(item) for slug in speaking for item in by_slug[slug]}
    return [item for item in every if id(item) in kept]


def split(path: str, slugs: set[str]) -> tuple[str, str]:
    """The register of an address, and the address with ``*`` in its place."""
    parts = path.split("/")
    slug = next((part for part in parts if part in slugs), "")
    return slug, "/".join("*" if part == slug and slug else part for part in parts)


def registers_differ(shape: str) -> bool:
    """The list, the record, the form and a new record, of page and API alike."""
    rest = shape.partition("*")[2].strip("/")
    return rest in ("", "new", "<reference:reference>", "<reference:reference>/edit", "{reference}")
