"""The site: the pages of `docs`, which stay readable where they lie; `make site` builds it."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from pygments.lexers.special import TextLexer

if TYPE_CHECKING:
    from docutils.nodes import document
    from sphinx.application import Sphinx

PACKAGE = tomllib.loads((Path(__file__).parents[1] / "Cargo.toml").read_text(encoding="utf-8"))["package"]
# the pages that name others, and so make the table of contents
CONTENTS = ("index", "rules/index")

project = PACKAGE["name"]
release = PACKAGE["version"]
author = "the authors of mcp-backend"
extensions = ["myst_parser"]
myst_heading_anchors = 4
nitpicky = True

html_theme = "furo"
html_title = "mcp-backend"
html_baseurl = PACKAGE["homepage"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_use_index = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    "source_repository": PACKAGE["repository"],
    "source_branch": "main",
    "source_directory": "docs/",
    "footer_icons": [{"name": "GitHub", "url": PACKAGE["repository"], "html": "GitHub", "class": ""}],
}


def add_contents(_: Sphinx, page: str, source: list[str]) -> None:
    """Make entries of the table of contents of what each section of the page links to."""
    if page not in CONTENTS:
        return
    _, *sections = re.split(r"^## ", source[0], flags=re.MULTILINE)
    for section in sections:
        caption = section.partition("\n")[0]
        pages = dict.fromkeys(re.findall(r"^(?:- |\| )\[[^]]*\]\(([\w/]+)\.md\)", section, re.MULTILINE))
        if pages:
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n" + "\n".join(pages) + "\n```\n"


def add_search(app: Sphinx, page: str, _template: str, _context: dict[str, object], _tree: document | None) -> None:
    """Give the page of the search what knows the rules."""
    if page == "search":
        app.add_js_file("rules.js", loading_method="defer")
        app.add_js_file("search.js", loading_method="defer")


def add_files(app: Sphinx, fault: Exception | None) -> None:
    """Add the pictures, and what the search knows of the rules."""
    if fault is None:
        shutil.copytree(Path(app.srcdir) / "pictures", Path(app.outdir) / "pictures", dirs_exist_ok=True)
        rules = [rule(path) for path in sorted((Path(app.srcdir) / "rules").glob("[A-Z]*.md"))]
        text = f"const RULES = {json.dumps(rules, ensure_ascii=False, indent=0)};\n"
        (Path(app.outdir) / "_static" / "rules.js").write_text(text, encoding="utf-8")


def rule(path: Path) -> tuple[str, str, str, str, list[str]]:
    """Return a rule's page, title, code, name and messages."""
    text = path.read_text(encoding="utf-8")
    title = text.partition("\n")[0].removeprefix("# ")
    messages = re.findall(r"^- (.*)", text.partition("\n## Messages\n")[2], re.MULTILINE)
    plain = [re.sub(r"\\(.)|(`[^`]*`)", r"\1\2", message) for message in messages]
    return f"rules/{path.stem}", title, path.stem, title.partition(" ")[0], plain


def setup(app: Sphinx) -> None:
    """Tell Sphinx what is ours."""
    for fence in ("hex", "link", "report", "size"):
        app.add_lexer(fence, TextLexer)
    app.connect("source-read", add_contents)
    app.connect("html-page-context", add_search)
    app.connect("build-finished", add_files)
