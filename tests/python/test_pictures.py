"""The pictures of the readme show what is really told today, and what shows them can."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from conftest import ROOT

if sys.platform == "win32":
    pytest.skip("they are taken of a terminal of Unix", allow_module_level=True)

import pictures

FILES = sorted((ROOT / "docs" / "pictures").iterdir())


def test_each_picture_is_of_a_run_of_today(backend_wheel: Path) -> None:
    drawn = pictures.pictures(backend_wheel)
    assert {file.name: file.read_text(encoding="utf-8") for file in FILES} == drawn, "`make pictures` draws them anew"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_picture_is_text_in_fonts_that_are_there(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    root = ET.fromstring(text)  # noqa: S314  (it is our own)
    width = float(root.attrib["width"])
    assert width <= 600, "a phone makes it too small to read"
    for element in root.iter():
        assert element.tag.partition("}")[2] in {"svg", "title", "style", "rect", "text"}
        if "x" in element.attrib:
            assert float(element.attrib["x"]) + float(element.attrib["textLength"]) <= width
    assert re.findall(r"url\(|@import|href|https?:(?!//(?:www\.w3\.org|mcp-backend\.github\.io)/)", text) == []


@pytest.mark.parametrize("theme", pictures.THEMES)
def test_each_colour_can_be_read(theme: str) -> None:
    """By the contrast that WCAG 2 wants of text at level AA."""
    colors = dict(pictures.THEMES[theme])
    behind = luminance(colors.pop("behind"))
    for name, color in colors.items():
        light, dark = sorted([luminance(color), behind], reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2."""
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_line_is_broken_at_the_edge_and_keeps_its_style() -> None:
    row, rest = pictures.wrapped(pictures.runs("\x1b[1m\x1b[91m" + "x" * 70 + "\x1b[0m y"))
    assert row == [pictures.Run("x" * pictures.COLUMNS, color=1, bold=True)]
    assert rest == [pictures.Run("x" * (70 - pictures.COLUMNS), color=1, bold=True), pictures.Run(" y")]
