"""What the filled organisation says, as long as people write: ``texts.json``, by the name of what it is about."""

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]
TEXTS: dict[str, Any] = json.loads(Path(__file__).with_name("texts.json").read_text())


def rows(name: str, count: int) -> list[Row]:
    """``count`` rows of what is said about ``name``; after the last text, again with a number behind the name."""
    said = TEXTS[name]
    return [
        dict(said[at])
        if at < len(said)
        else {**said[at % len(said)], "name": f"{said[at % len(said)]['name']} {at + 1}"}
        for at in range(count)
    ]
