"""The built assets: whole, without dead references, and with every icon that a template names."""

import re
from xml.etree import ElementTree

import pytest

from deploy.local import assets
from deploy.local.assets import FILES, SVG, VENDOR, AssetError, icon_names, stripped, symbol
from deploy.local.venv import ROOT

ICON_USE = re.compile(r"""#icon-([a-z0-9-]+)|{%\s*icon\s+["']([a-z0-9-]+)["']""")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"a{}\n/*# sourceMappingURL=tabler.min.css.map */", "a.css"),
        (b"a{}\n/*# sourceMappingURL=tabler.min.css.map */\n", "a.css"),
        (b"a{}\n//# sourceMappingURL=chart.umd.min.js.map\n", "a.js"),
        (b"a{}\n//@ sourceMappingURL=old.js.map", "a.js"),
    ],
)
def test_pointers_to_source_maps_are_removed(content, name):
    assert stripped(content, name) == b"a{}\n"


@pytest.mark.parametrize("reference", [b"url(fonts/inter.woff2)", b"url('../img/a.png')", b'url( "//cdn/x.svg")'])
def test_a_style_that_needs_another_file_is_refused(reference):
    with pytest.raises(AssetError, match="refers to files that are not copied"):
        stripped(b"a{background:" + reference + b"}", "a.css")


def test_pictures_inside_a_style_stay():
    content = b'a{background:url("data:image/svg+xml,%3Csvg/%3E")}b{mask:url(#clip)}'
    assert stripped(content, "a.css") == content


def test_an_unknown_icon_is_refused_by_name(tmp_path):
    with pytest.raises(AssetError, match="no icon 'rocket-science'"):
        symbol("rocket-science", tmp_path / "rocket-science.svg")


def test_every_file_was_built_and_asks_for_no_other():
    for name in FILES.values():
        content = (VENDOR / name).read_bytes()
        assert len(content) > 10_000
        assert b"sourceMappingURL" not in content


def test_the_sprite_holds_exactly_the_listed_icons():
    sprite = ElementTree.fromstring((VENDOR / "icons.svg").read_text())
    symbols = sprite.findall(f"{{{SVG}}}symbol")
    assert sorted(each.get("id") for each in symbols) == [f"icon-{name}" for name in icon_names()]
    assert [each.get("id") for each in symbols if len(each) == 0 or each.get("viewBox") != "0 0 24 24"] == []


def test_every_icon_that_a_template_names_is_in_the_sprite():
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for groups in ICON_USE.findall(path.read_text())
        for name in groups
        if name
    }
    assert named - set(icon_names()) == set()


def test_assets_are_not_built_twice(monkeypatch):
    monkeypatch.setattr(assets, "run_npm", lambda *arguments: pytest.fail("npm ran again"))
    assets.build()
