"""What docs/documents-and-pictures.md shows works as it stands."""

import re
from pathlib import Path

from django.template import Context, Template

from tests.pictures.samples import heat_map
from tests.reports.sample import texts

PAGE = (Path(__file__).resolve().parents[2] / "docs/documents-and-pictures.md").read_text()


def test_the_example_of_a_document_runs() -> None:
    names: dict[str, bytes] = {}
    (code,) = re.findall(r"```python\n(.*?)\n```", PAGE, flags=re.DOTALL)
    exec(code, names)
    assert "Wrong refusals" in " ".join(texts(names["pdf"]))
    assert names["docx"].startswith(b"PK")


def test_the_example_of_a_picture_runs() -> None:
    (code,) = re.findall(r"```html\n(.*?)\n```", PAGE, flags=re.DOTALL)
    assert "<svg" in Template(code).render(Context({"risks": heat_map()}))
