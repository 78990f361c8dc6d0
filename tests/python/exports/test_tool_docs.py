"""The pages: rendered as GitHub renders Markdown."""

from __future__ import annotations

import channels
import packages
from backend import Backend
from conftest import Project
from markdown_it import MarkdownIt


def test_pages_are_tables_and_headings_and_no_html(backend: Backend, project: Project) -> None:
    """A hostile title stays text."""
    title = f"[tool.mcp-backend]\ntitle = {channels.toml(channels.HOSTILE)}\n"
    folder = packages.export(backend, project(channels.files(title)), "tool-docs") / "docs"
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tools = markdown.render((folder / "tools.md").read_text(encoding="utf-8"))
    assert "<h3><code>add</code></h3>" in tools
    assert "&lt;/details&gt;" in tools
    page = markdown.render((folder / "compatibility.md").read_text(encoding="utf-8"))
    assert page.count("<tr>") == 4
    assert "&gt;=2.3" in page
