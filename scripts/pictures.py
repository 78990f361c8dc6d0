"""Draws what a reader of the readme sees first: a refused build, and the list of what a server offers.

    python scripts/pictures.py DIST

DIST is the folder that holds the wheel of mcp-backend; `make pictures` builds it there. Each picture shows a real run
on the example server, as a terminal of `COLUMNS` columns would, in two sets of colours.
"""

from __future__ import annotations

import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from dataclasses import dataclass, replace
from fcntl import ioctl
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from demo import EXAMPLE, break_copy, tools, uv_build

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
# readable on a phone
COLUMNS = 66
# of a character, in pixels
WIDTH, HEIGHT = 8.4, 19
MARGIN = 14
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace"
# colours as terminals number them; each is readable on what lies behind it by WCAG's AA
THEMES = {
    "light": {
        "text": "#1f2328",
        "dim": "#59636e",
        "behind": "#f6f8fa",
        "c1": "#b3261e",
        "c4": "#0a50b5",
        "c6": "#0b6875",
    },
    "dark": {
        "text": "#e6edf3",
        "dim": "#9198a1",
        "behind": "#151b23",
        "c1": "#ff8078",
        "c4": "#79b8ff",
        "c6": "#56d4dd",
    },
}
ESCAPE = re.compile(r"\x1b\[([\d;]*)m")


@dataclass(frozen=True)
class Run:
    """A stretch of a line in one style."""

    text: str
    color: int | None = None
    bold: bool = False
    dim: bool = False


def main() -> None:
    """Draw all pictures."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pictures(next(Path(sys.argv[1]).resolve().glob("mcp_backend-*.whl"))).items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(FOLDER / name)


def pictures(wheel: Path) -> dict[str, str]:
    """Return each picture under its name."""
    screens = {
        "refused": ("A build that is refused", "uv build", refused_build(wheel)),
        "tools": ("What the server offers", "mcp-backend tools", tools_list(wheel)),
    }
    return {
        f"{name}-{theme}.svg": picture(title, f"\x1b[2m$\x1b[0m \x1b[1m{command}\x1b[0m\n{told}", theme)
        for name, (title, command, told) in screens.items()
        for theme in THEMES
    }


def refused_build(wheel: Path) -> str:
    """Return what `uv build` tells of a broken copy of the example."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        break_copy(work / "weather")
        environment = {"FORCE_COLOR": "1", "NO_COLOR": ""}
        build = uv_build(work / "weather", work / "none", wheel, check=False, environment=environment)
        # what uv says of its own below is no part of the report
        told, end, _ = build.stderr.replace(str(work), "~").partition("`~/weather`")
        return told + end


def tools_list(wheel: Path) -> str:
    """Return what `mcp-backend tools` shows of the example in a terminal."""
    command: list[str | Path] = [
        "uv",
        "tool",
        "run",
        "--quiet",
        "--no-cache",
        "--from",
        wheel,
        "mcp-backend",
        "tools",
        EXAMPLE,
    ]
    reader, writer = pty.openpty()
    ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = {**tools(), "TERM": "xterm", "NO_COLOR": ""}
    with subprocess.Popen(command, stdout=writer, stderr=subprocess.DEVNULL, env=environment):
        os.close(writer)
        told = b"".join(read_all(reader))
    return told.decode().replace("\r\n", "\n")


def read_all(terminal: int) -> Iterator[bytes]:
    """Yield what is written to a terminal until nobody holds its other end."""
    try:
        while told := os.read(terminal, 4096):
            yield told
    except OSError:
        # how Linux says that nobody does
        return
    finally:
        os.close(terminal)


def picture(title: str, told: str, theme: str) -> str:
    """Return an SVG that shows the text as a terminal does."""
    # few fonts hold the sign between two files
    rows = [row for line in told.rstrip().replace("⸬", "∷").split("\n") for row in wrapped(runs(line))]
    width, height = round(COLUMNS * WIDTH + 2 * MARGIN), len(rows) * HEIGHT + 2 * MARGIN
    drawn = "\n".join(words for number, row in enumerate(rows) for words in draw(row, MARGIN + number * HEIGHT + 14))
    colors = THEMES[theme]
    classes = "".join(f" .{name} {{ fill: {color} }}" for name, color in colors.items() if name != "text")
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<title>{escape(title)}</title>
<style>
text {{ font: 14px {FONT}; fill: {colors["text"]}; white-space: pre }}
.b {{ font-weight: bold }}{classes}
</style>
<rect width="100%" height="100%" rx="8" class="behind"/>
{drawn}
</svg>
"""


def runs(line: str) -> list[Run]:
    """Split a line where its style changes."""
    style = Run("")
    plain, *styled = ESCAPE.split(line)
    found = [replace(style, text=plain)]
    for codes, text in zip(styled[::2], styled[1::2], strict=True):
        for code in map(int, (codes or "0").split(";")):
            style = restyled(style, code)
        found.append(replace(style, text=text))
    return [run for run in found if run.text]


def restyled(style: Run, code: int) -> Run:
    """Return the style after a code of ECMA-48's SGR."""
    match code:
        case 0:
            return Run("")
        case 1:
            return replace(style, bold=True)
        case 2:
            return replace(style, dim=True)
        case 39:
            return replace(style, color=None)
        case _ if 30 <= code < 38 or 90 <= code < 98:
            return replace(style, color=code % 10)
    raise ValueError(f"the style {code} is not drawn yet")


def wrapped(line: list[Run]) -> Iterator[list[Run]]:
    """Break a line at the terminal's edge."""
    row: list[Run] = []
    free = COLUMNS
    for run in line:
        text = run.text
        while len(text) > free:
            yield [*row, replace(run, text=text[:free])]
            row, text, free = [], text[free:], COLUMNS
        row.append(replace(run, text=text))
        free -= len(text)
    yield row


def draw(row: list[Run], y: int) -> Iterator[str]:
    """Draw a row, each run where its columns are, whatever the width of the reader's font."""
    column = 0
    for run in row:
        text = run.text.strip(" ")
        start = column + len(run.text) - len(run.text.lstrip(" "))
        column += len(run.text)
        if text:
            classes = [
                name for name, given in ((f"c{run.color}", run.color), ("b", run.bold), ("dim", run.dim)) if given
            ]
            style = f' class="{" ".join(classes)}"' if classes else ""
            place = f'x="{MARGIN + start * WIDTH:.1f}" y="{y}" textLength="{len(text) * WIDTH:.1f}"'
            yield f"<text {place}{style}>{escape(text, quote=False)}</text>"


if __name__ == "__main__":
    main()
