"""What docs/ shows is what the source says."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/adding-a-register.md").read_text()
SHOWN = re.findall(r"```python\n(.*?)\n```", PAGE, flags=re.DOTALL)
SOURCES = ("aims/models/context.py", "aims/registers/context.py", "tests/factories/management.py")


@pytest.mark.parametrize(("path", "code"), list(zip(SOURCES, SHOWN, strict=True)))
def test_register_is_shown_as_it_stands_in_the_source(path: str, code: str) -> None:
    assert f"`{path}`" in PAGE
    assert code in (ROOT / path).read_text()


def test_register_takes_under_fifty_lines_of_application_code() -> None:
    lines = [line for code in SHOWN[:2] for line in code.splitlines() if line.strip()]
    permissions = 2
    assert len(lines) + permissions < 50


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
