"""An icon that is not in the sprite shows nothing, and nobody notices: so the names that code gives are checked."""

from deploy.local.assets import icon_names
from grc.registers.register import registers
from grc.shell import GROUPS, pages


def test_icons_of_the_navigation_are_in_the_sprite() -> None:
    named = {register.icon for register in registers} | {icon for _, _, icon in GROUPS} | {p.icon for p in pages}
    assert named - set(icon_names()) == set()
