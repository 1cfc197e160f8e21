"""Whether a route names the model that a record names."""

import pytest

from vendors.shadow.matching import is_named
from vendors.shadow.seen import plain


@pytest.mark.parametrize(
    ("model", "pattern", "named"),
    [
        ("openai/gpt-4o-2024-11-20", "openai/gpt-4o-2024-11-20", True),
        ("openai/gpt-4o-2024-11-20", "openai/gpt-4o", False),
        ("openai/gpt-4o-2024-11-20", "openai/gpt-4o*", True),
        ("openai/gpt-4o-mini-2024-07-18", "openai/gpt-4o-2024*", False),
        ("openai/gpt-4o", "OpenAI/gpt-4o", False),
        ("openai/gpt-4o@gpt-4o", "openai/gpt-4o", True),
        # digits alone are the name's own version
        ("openai/gpt-4o@2024-11-20", "openai/gpt-4o-2024-11-20", True),
        ("openai/gpt-4o@2024-11-20", "openai/gpt-4o@2024-11-20", True),
        ("openai/gpt-4o@2024-11-20", "openai/gpt-4o", False),
        ("openai/gpt-4o@2024-11-20", "openai/gpt-4o*", True),
        # a model's name says what answered: what was asked for does not stand for it
        ("openai/gpt-4o-2024-11-20@gpt-4o-mini-2024-07-18", "openai/gpt-4o-2024-11-20", False),
        ("openai/gpt-4o-2024-11-20@gpt-4o-mini-2024-07-18", "openai/gpt-4o-2024-11-20*", False),
        ("openai/gpt-4o-2024-11-20@gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini*", True),
        ("openai/gpt-4o@gpt-4o-2024-08-06", "openai/gpt-4o@gpt-4o-2024-08-06", True),
        ("mistral", "mistral", True),
        ("mistral/large", "*", True),
        ("mistral/large", "", False),
    ],
)
def test_route_names_a_model_in_full_or_up_to_its_star(model: str, pattern: str, named: bool) -> None:
    assert is_named(model, [pattern]) is named
    assert is_named(model, ["something/else", pattern]) is named
    assert not is_named(model, [])


def test_version_that_repeats_the_name_is_left_out() -> None:
    assert plain("openai/gpt-4o@gpt-4o") == "openai/gpt-4o"
    assert plain("openai/gpt-4o@2024-11-20") == "openai/gpt-4o@2024-11-20"
    assert plain("gpt-4o") == "gpt-4o"
