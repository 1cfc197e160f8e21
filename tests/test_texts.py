"""Every text that people read can be translated: in templates, in scripts, and in what models and registers say."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.functional import Promise

from grc.access.roles import ROLES
from grc.registers.register import registers
from grc.shell import GROUPS, pages

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "static/js").glob("*.js"))
OUR_APPS = ("grc", "evidence", "vendors", "controls", "aims", "audits", "questionnaires", "trust")

# Names, formats and units, which are the same in every language.
SAME_EVERYWHERE = {
    "Assay", "API", "CSV", "DOCX", "Excel (XLSX)", "JSON", "JSON Lines", "JSONL", "OpenAPI", "PDF", "SHA-256", "URL",
    "UTC", "verify.pyz", "Word (DOCX)", "XLSX", "ZIP",
}  # fmt: skip
NAMES = re.compile(
    r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(SAME_EVERYWHERE, key=len, reverse=True))) + r")(?!\w)"
)
READ_ALOUD = ("alt", "aria-label", "aria-description", "title", "placeholder", "data-key-name", "data-confirm")
TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
UNSEEN = re.compile(
    r"{%\s*block body_class\s*%}.*?{%\s*endblock\s*%}|"
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)


class Words(HTMLParser):
    """The letters that a template would show as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style", "code", "pre"}
        self.found += [value or "" for name, value in attrs if name in READ_ALOUD]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "code", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def untranslated(source: str) -> list[str]:
    reader = Words()
    reader.feed(UNSEEN.sub("", TRANSLATED.sub("", source)))
    texts = (" ".join(text.split()) for text in reader.found)
    return [text for text in texts if re.search(r"[^\W\d_]", NAMES.sub("", text))]


@pytest.mark.parametrize("path", TEMPLATES)
def test_template_shows_no_text_of_its_own(path: str) -> None:
    found = untranslated((ROOT / path).read_text())
    assert not found, f"{path}: put into {{% translate %}}: {found}"


def test_template_check_sees_a_forgotten_text() -> None:
    assert untranslated("<p>{% translate 'Fine' %}</p>") == []
    assert untranslated("<p>{% icon 'x' %}Forgotten {{ n }}</p>") == ["Forgotten"]
    assert untranslated('<a title="Forgotten too" href="/x">{{ name }}</a>') == ["Forgotten too"]
    assert untranslated("{% blocktranslate %}A <b>bold</b> word{% endblocktranslate %}") == []


@pytest.mark.parametrize("path", SCRIPTS)
def test_script_holds_no_sentences(path: str) -> None:
    source = re.sub(r"/\*.*?\*/|//[^\n]*", "", (ROOT / path).read_text(), flags=re.DOTALL)
    found = re.findall(r"[\"'`]([A-Z][a-z]+(?: [a-z]+)+[.?!]?)[\"'`]", source)
    assert not found, f"{path}: give it by a data attribute of the template: {found}"


def test_models_say_everything_in_words_that_can_be_translated() -> None:
    bare = []
    for model in apps.get_models():
        if model._meta.app_label not in OUR_APPS or model.__name__.startswith("Historical"):
            continue
        for field in model._meta.local_fields:
            if field.help_text and not isinstance(field.help_text, Promise):
                bare.append(f"{model.__name__}.{field.name}: help")
            bare += [
                f"{model.__name__}.{field.name}: {label}"
                for value, label in field.flatchoices
                if value and not isinstance(label, Promise)
            ]
    assert not bare, bare


def test_registers_say_everything_in_words_that_can_be_translated() -> None:
    bare = []
    for register in registers:
        shown = {field.name for field in register.model._meta.fields} & {*register.fields, *register.columns}
        texts = [register.about, register.first_step, register.name, register.plural]
        texts += [section.title for section in register.sections] + [section.help for section in register.sections]
        texts += [related.title for related in register.related] + list(register.meanings)
        texts += [register.model._meta.get_field(name).verbose_name for name in shown]  # type: ignore[union-attr]
        bare += [f"{register.slug}: {text}" for text in texts if text and not isinstance(text, Promise)]
    assert not bare, bare


def test_navigation_and_roles_can_be_translated() -> None:
    texts = [name for _key, name, _icon in GROUPS] + [page.name for page in pages]
    texts += [text for role in ROLES.values() for text in (role.name, role.description)]
    assert [text for text in texts if not isinstance(text, Promise)] == []
