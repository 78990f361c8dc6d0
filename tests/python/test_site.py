"""The site of the docs, as its readers meet it: from a folder, without a network, in a browser where one is at hand."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from conftest import ROOT

if sys.platform == "win32":
    pytest.skip("its browser is spoken to as Unix does", allow_module_level=True)

import browser

SITE = Path(os.environ.get("MCP_BACKEND_SITE", "target/site")).resolve()
if not (SITE / "index.html").exists():
    pytest.skip("`make site` builds it", allow_module_level=True)

RULES = {page.stem: page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "rules").glob("[A-Z]*.md")}
PAGES = sorted(SITE.rglob("*.html"))
# what makes a browser load something
LOADING = {"script": "src", "img": "src", "source": "srcset", "iframe": "src", "link": "href"}


class Links(HTMLParser):
    """The links of a page, the places in it that others may link to, and what it loads."""

    def __init__(self, page: Path) -> None:
        """Read the page."""
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one element links to."""
        given = {name: value for name, value in attrs if value is not None}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in LOADING and LOADING[tag] in given and given.get("rel") != "canonical":
            self.loads.append(given[LOADING[tag]])


@cache
def links(page: Path) -> Links:
    return Links(page)


def test_no_link_is_dead() -> None:
    assert len(PAGES) > len(RULES) > 100
    dead = []
    for page in PAGES:
        for link in links(page).links + links(page).loads:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.is_file() or (parts.fragment and unquote(parts.fragment) not in links(target).places):
                dead.append(f"{page.relative_to(SITE)}: {link}")
    assert not dead


def test_nothing_is_loaded_from_elsewhere() -> None:
    for page in PAGES:
        assert [load for load in links(page).loads if urlsplit(load).netloc] == [], page
    for sheet in SITE.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//", text) == [], sheet


def test_each_rule_is_in_the_index_of_its_family() -> None:
    index = (SITE / "rules" / "index.html").read_text(encoding="utf-8")
    sections = {section[:3]: section for section in re.split(r"<h2>", index)[1:]}
    for code in RULES:
        assert f'href="{code}.html"' in sections[code[:3]]


def others(message: str) -> str:
    """Return the message as it says the same of another project."""
    return re.sub(r"`[^`]*`", "`acme`", message)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Page]:
    name = browser.installed()
    if name is None:
        pytest.skip("there is no browser here")
    with browser.page(name, tmp_path_factory.mktemp("browser")) as page:
        yield page


def test_each_page_opens_and_asks_nobody_else(page: browser.Page) -> None:
    for path in PAGES:
        page.open(path.as_uri())
        if path.stem in RULES:
            name = RULES[path.stem].partition("\n")[0].removeprefix("# ")
            assert page.ask("document.querySelector('h1').textContent").startswith(name)
    assert page.faults == []
    assert [url for url in page.requests if not url.startswith((SITE.as_uri() + "/", "data:"))] == []


FOUND = """new Promise(resolve => {
    const found = () => [...document.querySelectorAll('#search-results li a')].map(link => link.getAttribute('href'));
    const look = () => Search._pulse_status < 0 && Search.title ? resolve(found()) : setTimeout(look, 20);
    look();
})"""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("ENT002", "ENT002"),
        ("ent002", "ENT002"),
        ("script-attribute-missing", "ENT002"),
        ("asyncio-run-of-sync", "ENT005"),
        ("print-to-stdout", "STD001"),
        ("error[DEP001]: `pandas` is imported, but no requirement brings it", "DEP001"),
        ("`pandas` is imported, but no requirement brings it", "DEP001"),
        ("entry point `acme` names `acme_mcp.app:start`, which is not defined", "ENT002"),
        ("not defined", "ENT002"),
        ("pyproject.toml:6:8: error[NAM001] no module in `src` is called `acme`; there is `src/lib`", "NAM001"),
    ],
)
def test_who_types_into_the_search_finds_the_rule(words: str, code: str, page: browser.Page) -> None:
    page.open((SITE / "index.html").as_uri())
    page.ask(f"document.querySelector('input[name=q]').value = {words!r}")
    page.submit("document.querySelector('form[role=search]').submit()")
    assert f"rules/{code}.html" in [found.partition("#")[0] for found in page.ask(FOUND)][:3]


def test_every_rule_is_found_by_its_code_its_name_and_its_messages(page: browser.Page) -> None:
    page.open((SITE / "search.html").as_uri())
    page.ask(
        "new Promise(ready => { const look = () => Search.hasIndex() ? ready(true) : setTimeout(look, 20); look() })"
    )
    lost = []
    for code, text in RULES.items():
        heading, _, _ = text.partition("\n")
        name = heading.removeprefix("# ").partition(" ")[0]
        _, _, messages = text.partition("\n## Messages\n")
        said = [re.sub(r"\\(.)|(`[^`]*`)", r"\1\2", line.removeprefix("- ")) for line in messages.splitlines()]
        assert said, code
        for place, words in [
            (1, code),
            (1, name),
            *((3, message) for message in said),
            *((5, others(message)) for message in said),
        ]:
            found = page.ask(f"Search._performSearch(...Search._parseQuery({words!r})).reverse().map(one => one[0])")
            rank = found.index(f"rules/{code}") + 1 if f"rules/{code}" in found else 0
            if not 0 < rank <= place:
                lost.append(f"{code} {words!r}: {rank} of {len(found)}")
    assert not lost, f"{len(lost)}\n" + "\n".join(lost)
