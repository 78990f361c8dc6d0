#!/usr/bin/env python3
"""Measure what the rules on secrets find of what gitleaks finds, and what they find that it does not take for one.

    python scripts/measure_secrets.py [--command COMMAND] [--verbose] CHECKOUT

CHECKOUT is a checkout of gitleaks. Each of its rules stands in a function of `cmd/generate/config/rules/*.go` and
brings texts with a secret (`tps`) and texts without one (`fps`). Texts that it makes anew at each run, from a pattern,
are made likewise here, always the same. Each text becomes a file of a tiny project, which `check` reads; a text counts
as found where a finding of the rules on secrets points into its file. Nothing of the checkout is kept.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shlex
import string
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMAND = (sys.executable, "-m", "mcp_backend")
RULES = "cmd/generate/config/rules"
# where the texts stand that are made of a name and a value
LAYOUTS = "cmd/generate/config/utils/generate.go"
SECRETS = ("SEC001", "SEC002", "SEC003", "SEC005", "SEC006")

PYPROJECT = """\
[build-system]
requires = ["mcp-backend"]
build-backend = "mcp_backend"

[project]
name = "demo"
version = "1.0.0"
"""

TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
    | (?P<text>`[^`]*`|"(?:\\.|[^"\\\n])*")
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<number>\d[\w.]*)
    | (?P<sign>:=|\.\.\.|'(?:\\.|[^'\\])+'|.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Case:
    """A text that holds a secret, or none."""

    rule: str
    text: str
    secret: bool


class UnknownError(Exception):
    """An expression that is not read."""


def main() -> None:
    """Extract the texts, check them, and print what was found."""
    parser = argparse.ArgumentParser(description="Measure the rules on secrets against those of gitleaks.")
    parser.add_argument("checkout", type=Path, help="a checkout of gitleaks")
    parser.add_argument(
        "--command", default=COMMAND, type=shlex.split, help="how mcp-backend is run, as a shell reads it"
    )
    parser.add_argument("--verbose", action="store_true", help="tell each text that is missed or falsely found")
    arguments = parser.parse_args()
    layouts = [text for text in texts(arguments.checkout / LAYOUTS) if "{i}" in text and "{s}" in text]
    cases = [case for file in sorted((arguments.checkout / RULES).glob("*.go")) for case in read(file, layouts)]
    if not cases:
        sys.exit(f"no rules in {arguments.checkout / RULES}")
    report(cases, levels(cases, arguments.command), verbose=arguments.verbose)


# the texts


def texts(file: Path) -> Iterator[str]:
    """Read all literals of a file."""
    for match in TOKEN.finditer(file.read_text(encoding="utf-8")):
        if match.lastgroup == "text":
            yield literal(match.group())


def read(file: Path, layouts: list[str]) -> Iterator[Case]:
    """Read the texts of the rules in a file."""
    for body in re.split(r"^func ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        tokens = [match for match in TOKEN.finditer(body) if match.lastgroup != "skip"]
        rule = re.search(r'RuleID:\s*"([^"]+)"', body)
        if rule is None:
            continue
        values = Reader([token.group() for token in tokens], layouts).values()
        for name, secret in (("tps", True), ("r.TPs", True), ("fps", False), ("r.FPs", False)):
            for text in dict.fromkeys(values.get(name, ())):
                yield Case(rule[1], text, secret)


class Reader:
    """What the variables of a function come to, as far as they are texts or lists of texts."""

    def __init__(self, tokens: list[str], layouts: list[str]) -> None:
        """Begin at the start of the function's tokens; `layouts` say how a name and a value make a text."""
        self.tokens = [*tokens, ""]
        self.layouts = layouts
        self.at = 0
        self.known: dict[str, list[str]] = {}

    def values(self) -> dict[str, list[str]]:
        """Follow the assignments of the function."""
        for start in range(len(self.tokens) - 1):
            name, sign = self.tokens[start : start + 2]
            if sign in {":=", "="} and re.fullmatch(r"[A-Za-z_][\w.]*", name):
                self.at = start + 2
                try:
                    self.known[name] = self.sum()
                except UnknownError:
                    self.known.setdefault(name, [])
        return self.known

    def take(self, wanted: str | None = None) -> str:
        """Take the next token."""
        token = self.tokens[self.at] if self.at < len(self.tokens) else ""
        if wanted is not None and token != wanted:
            raise UnknownError(token)
        self.at += 1
        return token

    def peek(self) -> str:
        """Look at the next token."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def sum(self) -> list[str]:
        """Read texts that are joined by `+`."""
        left = self.operand()
        while self.peek() == "+":
            self.take()
            left = ["".join(left) + "".join(self.operand())]
        return left

    def operand(self) -> list[str]:
        """Read a text, a list, a call or a variable."""
        word = self.take()
        if word.startswith(("`", '"')):
            return [literal(word)]
        if word == "[":
            self.take("]")
            self.take("string")
            return self.listed()
        if word == "map":
            for part in "[", "string", "]", "string":
                self.take(part)
            return self.listed()
        if not re.fullmatch(r"[A-Za-z_][\w.]*", word):
            raise UnknownError(word)
        if self.peek() == "(":
            self.take()
            return call(word, self.arguments(")"), self.layouts)
        if word not in self.known:
            raise UnknownError(word)
        return self.known[word]

    def listed(self) -> list[str]:
        """Read the elements of a list, or the values of a map."""
        self.take("{")
        return [text for element in self.arguments("}") for text in element]

    def arguments(self, end: str) -> list[list[str]]:
        """Read what stands between commas up to `end`; what is not read is left out."""
        found: list[list[str]] = []
        while self.peek() != end:
            start = self.at
            try:
                found.append(self.argument(end))
            except UnknownError:
                self.at = start
                self.skip(end)
            if self.peek() == ",":
                self.take()
        self.take(end)
        return found

    def argument(self, end: str) -> list[str]:
        """Read one of them, or the value of an entry."""
        value = self.sum()
        if self.peek() == ":":
            self.take()
            value = self.sum()
        if self.peek() == "...":
            self.take()
        if self.peek() not in {",", end}:
            raise UnknownError(self.peek())
        return value

    def skip(self, end: str) -> None:
        """Go to the comma or the `end` that closes what is not read."""
        depth = 0
        while self.peek():
            if depth == 0 and self.peek() in {",", end}:
                return
            depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(self.peek(), 0)
            self.take()
        raise UnknownError(end)


def literal(token: str) -> str:
    """Return what a literal of Go stands for."""
    if token.startswith("`"):
        return token[1:-1]
    text: str = json.loads(re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", token).replace("\\a", "\\u0007"))
    return text


def call(name: str, arguments: list[list[str]], layouts: list[str]) -> list[str]:
    """Return what one of the functions that make texts answers."""
    function = name.rpartition(".")[2].lower()
    first = "".join(arguments[0]) if arguments else ""
    if function == "append":
        return [text for argument in arguments for text in argument]
    if function in {"generatesamplesecret", "generatesamplesecrets"} and len(arguments) == 2:
        made = layouts if function.endswith("s") else ['{i}_api_token = "{s}"']
        return [layout.replace("{i}", first).replace("{s}", arguments[1][0]) for layout in made]
    if function in {"newsecret", "newsecretwithentropy"}:
        return [drawn(first)]
    if function == "sprintf":
        rest = iter("".join(argument) for argument in arguments[1:])
        return [re.sub(r"%[sdvq]", lambda _: next(rest, ""), first)]
    if function in PATTERNS:
        return [PATTERNS[function](first)]
    raise UnknownError(name)


PATTERNS: dict[str, Callable[[str], str]] = {
    "numeric": lambda size: f"[0-9]{{{size}}}",
    "hex": lambda size: f"[a-f0-9]{{{size}}}",
    "alphanumeric": lambda size: f"[a-z0-9]{{{size}}}",
    "alphanumericextendedshort": lambda size: f"[a-z0-9_-]{{{size}}}",
    "alphanumericextended": lambda size: f"[a-z0-9=_\\-]{{{size}}}",
    "alphanumericextendedlong": lambda size: f"[a-z0-9\\/=_\\+\\-]{{{size}}}",
    "hex8_4_4_4_12": lambda _: "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}",
}


def drawn(pattern: str) -> str:
    """Draw a text that the pattern matches, the same at each run."""
    source = random.Random(pattern)  # noqa: S311 - no secret is made here
    text, rest = alternatives(pattern, source)
    if rest:
        raise UnknownError(rest)
    return text


def alternatives(pattern: str, source: random.Random) -> tuple[str, str]:
    """Draw one of the alternatives that begin `pattern`, up to its end or a `)`; return what follows, too."""
    found = [""]
    while pattern and not pattern.startswith(")"):
        if pattern[0] == "|":
            found.append("")
            pattern = pattern[1:]
            continue
        draw, pattern = atom(pattern, source)
        least, most, pattern = repeated(pattern)
        found[-1] += "".join(draw() for _ in range(source.randint(least, most)))
    return source.choice(found), pattern


def atom(pattern: str, source: random.Random) -> tuple[Callable[[], str], str]:
    """Return how the first atom of `pattern` is drawn, and what follows it."""
    flags = re.match(r"\(\?[a-z-]+\)", pattern)
    if flags or pattern.startswith(r"\b"):
        return (lambda: ""), pattern[flags.end() if flags else 2 :]
    if pattern.startswith("("):
        inner = re.sub(r"^\((\?(:|[a-z-]*:|P?<\w+>))?", "", pattern)
        rest = alternatives(inner, random.Random(0))[1]  # noqa: S311 - only where it ends
        if not rest:
            raise UnknownError(pattern)
        return (lambda: alternatives(inner, source)[0]), rest[1:]
    if pattern.startswith("["):
        end = re.match(r"\[\^?\]?(?:\\.|[^\]\\])*\]", pattern)
        if end is None:
            raise UnknownError(pattern)
        letters = members(end[0])
        return (lambda: source.choice(letters)), pattern[end.end() :]
    size = 2 if pattern.startswith("\\") else 1
    letters = members(f"[{pattern[:size]}]") if pattern[0] in "\\." else [pattern[0]]
    return (lambda: source.choice(letters)), pattern[size:]


def members(group: str) -> list[str]:
    """Return the printable characters that a class of characters matches."""
    matcher = re.compile(r"[!-~]" if group == "[.]" else group)
    return [letter for letter in string.printable[:94] if matcher.fullmatch(letter)]


def repeated(pattern: str) -> tuple[int, int, str]:
    """Return how often the atom before `pattern` may stand, and what follows that."""
    match = re.match(r"(?:\{(\d+)(,?)(\d*)\}|([?*+]))\??", pattern)
    if match is None:
        return 1, 1, pattern
    least, comma, most, sign = match.groups()
    rest = pattern[match.end() :]
    if sign:
        return {"?": (0, 1), "*": (0, 8), "+": (1, 8)}[sign] + (rest,)
    return int(least), int(most or (int(least) + 8 if comma else least)), rest


# what is found


def levels(cases: list[Case], command: list[str]) -> list[set[str]]:
    """Check a project that holds each text in a file; return the levels of the findings in each."""
    found: list[set[str]] = [set() for _ in cases]
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder) / "src" / "demo"
        module.mkdir(parents=True)
        (Path(folder) / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        (module / "__init__.py").write_text("", encoding="utf-8")
        for number, case in enumerate(cases):
            (module / f"m{number}.py").write_text(case.text + "\n", encoding="utf-8")
        asked = [*command, "check", "--format", "json", folder]
        done = subprocess.run(asked, capture_output=True, encoding="utf-8", check=False)
    if not done.stdout:
        sys.exit(done.stderr)
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    for finding in findings:
        module_of = re.fullmatch(r"src/demo/m(\d+)\.py", finding["path"])
        if module_of is not None and finding["code"] in SECRETS:
            found[int(module_of[1])].add(finding["level"])
    return found


def report(cases: list[Case], found: list[set[str]], *, verbose: bool) -> None:
    """Print the counts, and by rule what was missed or falsely found."""
    counts: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    positives: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for case, level in zip(cases, found, strict=True):
        outcome = "error" if "error" in level else "warning" if level else "nothing"
        counts[f"{'with' if case.secret else 'without'} a secret: {outcome}"] += 1
        positives[case.rule] += case.secret
        missed[case.rule] += case.secret and not level
        false[case.rule] += not case.secret and bool(level)
        if verbose and bool(level) != case.secret:
            print(f"{'missed' if case.secret else 'false'}: {case.rule}: {case.text!r}"[:300])
    print("| texts | |\n|---|---:|")
    for outcome, count in sorted(counts.items()):
        print(f"| {outcome} | {count} |")
    print("\n| rule | texts | missed | false |\n|---|---:|---:|---:|")
    for rule in sorted(rule for rule in {*missed, *false} if missed[rule] or false[rule]):
        print(f"| {rule} | {positives[rule]} | {missed[rule]} | {false[rule]} |")


if __name__ == "__main__":
    main()
