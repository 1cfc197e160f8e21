"""Whether a model, as a decision record names it, is one that a route names. Pure."""

from collections.abc import Iterable


def names_of(model: str) -> tuple[str, ...]:
    """What ``provider/name@version`` may be called in a route.

    A version that is a model's name itself (``gpt-4o`` answered as ``gpt-4o-mini-2024-07-18``) says what answered: the
    name that was asked for does not stand for it. One of digits alone (``2024-11-20``) belongs to the name.
    """
    base, at, version = model.partition("@")
    provider, slash, name = base.rpartition("/")
    if not at or version == name:
        return (base,)
    if not any(letter.isalpha() for letter in version):
        return (model, f"{base}-{version}")
    return (f"{provider}{slash}{version}",)


def is_named(model: str, patterns: Iterable[str]) -> bool:
    """Whether one of ``patterns`` names ``model``: in full, or up to the * at its end."""
    names = names_of(model)
    return any(
        model == pattern
        or pattern in names
        or (pattern.endswith("*") and any(name.startswith(pattern[:-1]) for name in names))
        for pattern in patterns
    )
