"""What the kernel gives to every register alike need not be asked of each register each time.

A test with a parameter ``register`` is a question to the kernel: a dozen registers answer for all. Which ones changes
from question to question, so that every register answers some. What hangs on a register's own declaration is marked
``every_register`` and is asked of all.

An address that every register has is one of the kernel's: the same code, with another register. Where registers differ
(their list, their form, their record) a dozen are asked, in crawls all; elsewhere a few answer for all.

So the suite grows with the questions and hardly with the registers. With ASSURANCE_ROUNDS, or a test named by ``-k``,
all of all.
"""

import os
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

from grc.registers.register import registers

T = TypeVar("T")
ALL_OF_ALL = bool(os.environ.get("ASSURANCE_ROUNDS"))
DOZEN = 12
"""How many registers answer a question, or at an address where registers differ."""
SPEAKING = 2
"""How many answer at an address where they do not differ."""


def some(question: str, slugs: Iterable[str], most: int) -> list[str]:
    """The registers that answer ``question``: the same in every run."""
    return sorted(slugs, key=lambda slug: zlib.crc32(f"{question} {slug}".encode()))[:most]


@cache
def answering(question: str) -> frozenset[str]:
    """The dozen that answers a question to the kernel; with ASSURANCE_ROUNDS, every register."""
    slugs = [register.slug for register in registers]
    return frozenset(slugs if ALL_OF_ALL else some(question, slugs, DOZEN))


def worth_asking(
    items: Iterable[T], path: Callable[[T], str], differs: Callable[[str], bool], most: int = DOZEN
) -> list[T]:
    """``path``: the address of an item. ``differs``: whether registers differ at an address whose register is ``*``;
    there ``most`` registers answer."""
    every = list(items)
    if ALL_OF_ALL:
        return every
    slugs = {register.slug for register in registers}
    alike: dict[str, dict[str, list[T]]] = defaultdict(lambda: defaultdict(list))
    for item in every:
        slug, shape = split(path(item), slugs)
        alike[shape][slug].append(item)
    kept: set[int] = set()
    for shape, by_slug in alike.items():
        speaking = list(by_slug)
        if len(speaking) > len(slugs) / 3:
            speaking = some(shape, speaking, most if differs(shape) else SPEAKING)
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
