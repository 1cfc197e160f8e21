"""Colours by name. On a page a name is a class (``static/css/pictures.css``); on paper it is one of these."""

TONES = ("red", "orange", "yellow", "green", "blue", "purple", "secondary")

PAPER = {
    "ink": "#1d2433",
    "quiet": "#566074",
    "line": "#c9cfd9",
    "hair": "#e3e7ed",
    "surface": "#ffffff",
    "raised": "#eef1f6",
    "zebra": "#f8f9fb",
    "accent": "#2a4b9b",
    "red-ink": "#9b1c1c",
    "red-tint": "#fdeceb",
    "red-dot": "#d63f3a",
    "orange-ink": "#8a4208",
    "orange-tint": "#fdefe1",
    "orange-dot": "#df7a1c",
    "yellow-ink": "#6e4f06",
    "yellow-tint": "#fbf3d3",
    "yellow-dot": "#dba514",
    "green-ink": "#17603a",
    "green-tint": "#e5f6ea",
    "green-dot": "#2f9e5b",
    "blue-ink": "#25509f",
    "blue-tint": "#e9f0fc",
    "blue-dot": "#3f74d1",
    "purple-ink": "#6a2f9c",
    "purple-tint": "#f5ecfb",
    "purple-dot": "#9250c6",
    "secondary-ink": "#566074",
    "secondary-tint": "#f3f5f8",
    "secondary-dot": "#98a1b0",
}

SERIES = ("blue-dot", "orange-dot", "green-dot", "purple-dot", "red-dot", "yellow-dot")
"""The colours of a chart's series, in order."""


def rgb(name: str) -> tuple[int, int, int]:
    """A colour on paper, 0 to 255 each. Raises ``KeyError`` for a name that nobody gave."""
    code = PAPER[name]
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)
